"""Ways to break changing and removing registrations, and telling what became of them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import body_of, resent
from mimtest.sandbox.faults.context.registrations import ONE, is_on_registration, registers
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "ctx-reg-patch-ignored",
    kills=("CTX-REG-12", "CTX-REG-30", "CTX-REG-31"),
    beside=(
        "CTX-DIST-37",
        "CTX-REG-33",
    ),
)
def _patch_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of a registration changes nothing."""
    ours = is_on_registration(request, "PATCH")
    return proceed(resent(request, lambda _: {}) if ours else request)


@fault("ctx-reg-patch-replaces", kills=("CTX-REG-12",))
def _patch_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of a registration removes what it does not name."""
    gone = {"description": "urn:ngsi-ld:null"}
    ours = is_on_registration(request, "PATCH")
    return proceed(resent(request, lambda b: {**gone, **b}) if ours else request)


@fault("ctx-reg-patch-creates", kills=("CTX-REG-12",))
def _patch_creates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of an unknown registration is said to be done."""
    response = proceed(request)
    unknown = is_on_registration(request, "PATCH") and response.status == 404  # noqa: PLR2004
    return Response(204) if unknown else response


@fault("ctx-reg-stays", kills=("CTX-REG-13",))
def _stays(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first registration with a name that is removed can still be read."""
    if not is_on_registration(request, "GET") and not is_on_registration(request, "DELETE"):
        return proceed(request)
    kept: dict[str, Response] = platform.memory.setdefault("kept", {})
    known = proceed(replace(request, method="GET"))
    if request.method == "GET":
        return kept.get(request.path, known)
    if not kept and b"registrationName" in known.body:
        kept[request.path] = known
    return proceed(request)


@fault("ctx-reg-removed-twice", kills=("CTX-REG-13",))
def _removed_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration that is gone is removed again."""
    response = proceed(request)
    unknown = is_on_registration(request, "DELETE") and response.status == 404  # noqa: PLR2004
    return Response(204) if unknown else response


@fault("ctx-reg-status-believed", kills=("CTX-REG-31",))
def _status_believed(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A registration shows the status its client gave it."""
    body, found = body_of(request), ONE.fullmatch(request.path)
    if not registers(request) and found is None:
        return proceed(request)
    told = platform.memory.setdefault("told", {})
    if isinstance(body, dict) and "status" in body:
        told[found[1] if found else body["id"]] = body["status"]
    response = proceed(request)
    if request.method != "GET" or found is None or found[1] not in told:
        return response
    return response.with_json({**response.json(), "status": told[found[1]]})
