"""Ways to break what registrations are taken for: their modes and the members that guide the broker."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.distribution_messages import (
    Json,
    registering,
)
from mimtest.sandbox.faults.context.messages import without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-dist-auxiliary-is-inclusive", kills=("CTX-DIST-05",))
def _auxiliary_is_inclusive(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An auxiliary source counts as much as the broker."""
    return registering(request, proceed, "auxiliary", lambda b: b | {"mode": "inclusive"})


@fault("ctx-dist-auxiliary-unasked", kills=("CTX-DIST-05",))
def _auxiliary_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An auxiliary source is never asked."""
    return registering(request, proceed, "auxiliary", _for_identity)


@fault(
    "ctx-dist-exclusive-unasked",
    kills=("CTX-DIST-06",),
    beside=("CTX-DIST-1[4-9]", "CTX-DIST-25", "CTX-DIST-3*"),
)
def _exclusive_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An exclusive source is never asked."""
    return registering(request, proceed, "exclusive", _for_identity)


@fault(
    "ctx-dist-redirect-unasked",
    kills=("CTX-DIST-07",),
    beside=("CTX-DIST-1[4-9]", "CTX-DIST-2[35]", "CTX-DIST-3*"),
)
def _redirect_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source to which entities are redirected is never asked."""
    return registering(request, proceed, "redirect", _for_identity)


def _for_identity(body: Json) -> Json:
    return body | {"operations": ["retrieveContextSourceIdentity"]}


@fault("ctx-dist-one-source-a-type", kills=("CTX-DIST-09", "CTX-DIST-13", "CTX-DIST-36"))
def _one_source(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Of several sources for a type only the first is asked."""
    known: set[str] = platform.memory.setdefault("ctx-dist-one-source-a-type", set())

    def first_only(body: Json) -> Json:
        infos: list[Any] = body["information"]
        types = {e["type"] for i in infos for e in i.get("entities", ()) if "id" not in e}
        seen = bool(types & known)
        known.update(types)
        return _for_identity(body) if seen else body

    return registering(request, proceed, "inclusive", first_only)


@fault("ctx-dist-timeout-not-heeded", kills=("CTX-DIST-26",))
def _timeout_not_heeded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is waited for as long as the broker likes."""
    return registering(request, proceed, "", _managed_otherwise(timeout=3500))


@fault("ctx-dist-impatient", kills=("CTX-DIST-26",))
def _impatient(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is given up soon, however long its registration lets it be waited for."""
    return registering(request, proceed, "", _managed_otherwise(timeout=300))


def _managed_otherwise(**more: Any) -> Any:
    def change(body: Json) -> Json:
        given = body.get("management", {})
        return body | {"management": given | more} if "timeout" in given else body

    return change


@fault("ctx-dist-nothing-kept", kills=("CTX-DIST-28",))
def _nothing_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers of sources are never kept."""
    return registering(request, proceed, "", lambda b: _unmanaged(b, "cacheDuration"))


@fault("ctx-dist-no-cooldown", kills=("CTX-DIST-28",))
def _no_cooldown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that failed is asked again at once."""
    return registering(request, proceed, "", lambda b: _unmanaged(b, "cooldown"))


def _unmanaged(body: Json, name: str) -> Json:
    left = without(body.get("management", {}), name)
    return without(body, "management") | ({"management": left} if left else {})
