"""Ways to break what a broker says of changes at sources, whom it asks there, and what it counts."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.distributed_messages import (
    BATCHES,
    MULTI,
    is_shared,
    operation,
    pretended,
    restore,
    state,
    told_in_part,
    with_entries,
)
from mimtest.sandbox.faults.context.messages import API, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.sending import Unsent

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REFUSED: Final = 400
_BAD_GATEWAY: Final = 502
_LATE: Final = 504
_REGISTRATIONS: Final = f"{API}/csourceRegistrations/"


@fault(
    "ctx-distributed-failures-hidden",
    kills=("CTX-DIST-17", "CTX-DIST-18", "CTX-DIST-19", "CTX-DIST-33"),
    beside=("CTX-DIST-23",),
    outgoing=True,
)
def _failures_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever a source answers to a change, it is taken for done."""
    name = operation(request)
    if not name:
        return proceed(request)
    try:
        answer = proceed(request)
    except Unsent:
        return pretended(name, request)
    return pretended(name, request) if answer.status >= MULTI else answer


@fault(
    "ctx-distributed-entries-hidden",
    kills=("CTX-DIST-17", "CTX-DIST-18"),
    beside=("CTX-DIST-15", "CTX-DIST-35"),
)
def _entries_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a change that was made in part does not name what sources failed."""
    return with_entries(proceed(request), lambda _: None)


@fault(
    "ctx-distributed-part-is-failure",
    kills=("CTX-DIST-17", "CTX-DIST-18"),
    beside=("CTX-DIST-15", "CTX-DIST-35"),
)
def _part_is_failure(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that was made in part is said to have failed."""
    response = proceed(request)
    return response.with_status(_BAD_GATEWAY) if told_in_part(response) else response


@fault(
    "ctx-distributed-part-is-done",
    kills=("CTX-DIST-17", "CTX-DIST-18"),
    beside=("CTX-DIST-15", "CTX-DIST-35"),
)
def _part_is_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that was made in part is said to be made."""
    response = proceed(request)
    return Response(204) if told_in_part(response) else response


@fault(
    "ctx-distributed-wrong-entries",
    kills=("CTX-DIST-17", "CTX-DIST-18"),
    beside=("CTX-DIST-15",),
)
def _wrong_entries(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a change that was made in part names others than what failed."""

    def other(entry: dict[str, Any]) -> dict[str, Any]:
        key = "entityId" if "entityId" in entry else "attributeName"
        return {**entry, key: f"{entry[key]}x"}

    return with_entries(proceed(request), other)


@fault("ctx-distributed-wrong-origin", kills=("CTX-DIST-18",))
def _wrong_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a change that was made in part names another registration."""
    return with_entries(
        proceed(request), lambda e: {**e, "registrationId": f"{e['registrationId']}x"}
    )


@fault("ctx-distributed-success-forgotten", kills=("CTX-DIST-17",))
def _success_forgotten(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a batch has nothing that was done once a source has failed something."""
    response = proceed(request)
    if operation(request) not in BATCHES or not told_in_part(response):
        return response
    return response.with_json({**response.json(), "success": []})


@fault("ctx-distributed-undone", kills=("CTX-DIST-18",), beside=("CTX-DIST-15",))
def _undone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the broker itself has changed is undone once a source has failed."""
    if not is_shared(request) or operation(request) != "updateEntity":
        return proceed(request)
    before = state(request, proceed)
    response = proceed(request)
    if before is not None and told_in_part(response):
        restore(request, proceed, before)
    return response


def _answered(status: int, other: int) -> Callable[[Request, "Platform", Proceed], Response]:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        is_one = ":Spread:" in request.path and (retrieves(request) or is_shared(request))
        return response.with_status(other) if is_one and response.status == status else response

    act.__doc__ = f"Where the only source fails, the status is {other} instead of {status}."
    return act


for _status, _other in ((_BAD_GATEWAY, 500), (_BAD_GATEWAY, 404), (_LATE, _BAD_GATEWAY)):
    fault(f"ctx-distributed-{_status}-is-{_other}", kills=("CTX-DIST-19",))(
        _answered(_status, _other)
    )


@fault("ctx-distributed-failure-is-not-found", kills=("CTX-DIST-19",))
def _failure_is_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What cannot be read since its only source fails is not found, and nothing is said of the source."""
    response = proceed(request)
    failed = retrieves(request) and response.status in (_BAD_GATEWAY, _LATE)
    return Response(404) if failed else response


@fault("ctx-distributed-missing-is-bad-gateway", kills=("CTX-DIST-19",), outgoing=True)
def _missing_is_bad_gateway(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that does not have an entity is taken for one that is broken."""
    answer = proceed(request)
    is_missing = request.method in ("GET", "PATCH") and answer.status == 404  # noqa: PLR2004
    return answer.with_status(500) if is_missing and ":Spread:" in request.path else answer


@fault("ctx-distributed-tenant-lost", kills=("CTX-DIST-25",), outgoing=True)
def _tenant_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The tenant of a registration is not told to its source."""
    return proceed(_with_tenant(request, None) if API in request.path else request)


@fault("ctx-distributed-tenant-invented", kills=("CTX-DIST-25",), outgoing=True)
def _tenant_invented(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source whose registration names no tenant is asked in one."""
    given = request.headers.get("ngsild-tenant")
    return proceed(_with_tenant(request, given or "city") if API in request.path else request)


def _with_tenant(request: Request, tenant: str | None) -> Request:
    left = {k: v for k, v in request.headers.items() if k != "ngsild-tenant"}
    return replace(request, headers=left if tenant is None else {**left, "ngsild-tenant": tenant})


def _shown(
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> Callable[[Request, "Platform", Proceed], Response]:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        is_one = request.method == "GET" and request.path.startswith(_REGISTRATIONS)
        if not is_one or response.status != 200 or "timesSent" not in response.json():  # noqa: PLR2004
            return response
        return response.with_json(change(response.json()))

    return act


_COUNTED: Final = {
    "sent-forgotten": lambda r: {k: v for k, v in r.items() if k != "timesSent"},
    "failures-forgotten": lambda r: {k: v for k, v in r.items() if k != "timesFailed"},
    "always-well": lambda r: {**r, "status": "ok"},
    "never-well": lambda r: {**r, "status": "failed"},
    "times-forgotten": lambda r: {k: v for k, v in r.items() if not k.startswith("last")},
}
for _name, _change in _COUNTED.items():
    _act = _shown(_change)
    _act.__doc__ = f"A registration does not tell what became of requests: {_name}."
    fault(f"ctx-distributed-counts-{_name}", kills=("CTX-DIST-33",))(_act)
