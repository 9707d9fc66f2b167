"""Ways to break what goes to the sources of an entity that is changed, and what stays with the broker."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.distributed_messages import (
    BATCHES,
    CHANGES,
    MULTI,
    SINGLE,
    at,
    entity_path,
    is_shared,
    operation,
    pretended,
    restore,
    sources_of,
    state,
)
from mimtest.sandbox.faults.context.messages import ENTITIES, body_of, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.sending import request_to

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_FINE: Final = (200, 201, 204)
#: Checks in which changes are the set-up, or which end with fewer of them.
_BESIDE: Final = (
    "CTX-DIST-12",
    "CTX-DIST-1[4-9]",
    "CTX-DIST-23",
    "CTX-DIST-25",
    "CTX-DIST-33",
    "CTX-DIST-35",
)
_KILLS: Final = {
    "createEntity": ("CTX-DIST-14", "CTX-DIST-17"),
    "updateEntity": ("CTX-DIST-16", "CTX-DIST-17"),
    "deleteEntity": ("CTX-DIST-16", "CTX-DIST-17"),
    "mergeEntity": ("CTX-DIST-16", "CTX-DIST-17"),
    "purgeEntity": ("CTX-DIST-35",),
}


def _unsent(name: str) -> Callable[[Request, "Platform", Proceed], Response]:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        return pretended(name, request) if operation(request) == name else proceed(request)

    act.__doc__ = f"A change ({name}) is said to be made at sources, and these are not asked."
    return act


for _name in CHANGES:
    _noticed = ("CTX-DIST-17",) if _name in BATCHES else _KILLS.get(_name, ("CTX-DIST-16",))
    fault(f"ctx-distributed-unsent-{_name.lower()}", kills=_noticed, beside=_BESIDE, outgoing=True)(
        _unsent(_name)
    )


@fault(
    "ctx-distributed-more-attributes",
    kills=("CTX-DIST-14", "CTX-DIST-16"),
    beside=_BESIDE,
    outgoing=True,
)
def _more_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source gets an attribute that was not for it."""
    body = body_of(request)
    if operation(request) not in SINGLE or not isinstance(body, dict) or "value" in body:
        return proceed(request)
    return proceed(request.with_body(dump({**body, "more": {"type": "Property", "value": 1}})))


@fault("ctx-distributed-more-entities", kills=("CTX-DIST-17",), outgoing=True)
def _more_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source gets an entity that it is not registered for."""
    body = body_of(request)
    if operation(request) not in BATCHES or not isinstance(body, list):
        return proceed(request)
    first = body[0]
    other = {**first, "id": f"{first['id']}x"} if isinstance(first, dict) else f"{first}x"
    answer = proceed(request.with_body(dump([*body, other])))
    return pretended(operation(request), request) if answer.status < 300 else answer  # noqa: PLR2004


@fault("ctx-distributed-batch-for-one", kills=("CTX-DIST-14", "CTX-DIST-17"), outgoing=True)
def _batch_for_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that offers the creation of one entity is sent an array of one."""
    if operation(request) != "createEntity":
        return proceed(request)
    body = [body_of(request)]
    return proceed(at(request, "/entityOperations/create", "POST", body))


@fault("ctx-distributed-one-by-one", kills=("CTX-DIST-17",), outgoing=True)
def _one_by_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that offers to create many at once is asked for each of them."""
    if operation(request) != "createBatch":
        return proceed(request)
    for entity in body_of(request):
        proceed(at(request, "/entities", "POST", entity))
    return pretended("createBatch", request)


@fault("ctx-distributed-update-appends", kills=("CTX-DIST-16",), outgoing=True)
def _update_appends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update goes to sources as another operation than the client's."""
    is_update = operation(request) == "updateEntity"
    return proceed(replace(request, method="POST") if is_update else request)


@fault("ctx-distributed-wrong-entity", kills=("CTX-DIST-16",), beside=_BESIDE, outgoing=True)
def _wrong_entity(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A deletion goes to sources with another identifier than the client's."""
    if operation(request) != "deleteEntity":
        return proceed(request)
    proceed(replace(request, path=f"{request.path}x", raw_path=f"{request.raw_path}x"))
    return Response(204)


@fault(
    "ctx-distributed-kept-here",
    kills=("CTX-DIST-14", "CTX-DIST-16", "CTX-DIST-17"),
)
def _kept_here(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What falls to sources is kept by the broker as well."""
    response = proceed(request)
    if not is_shared(request) or response.status not in _FINE or operation(request) not in _SOME:
        return response
    again = proceed(request.with_query("local=true"))
    if again.status == 409:  # noqa: PLR2004
        path = f"{entity_path(request)}/attrs"
        proceed(replace(request, path=path, raw_path=path, method="POST", query="local=true"))
    return response


_SOME: Final = ("createEntity", "updateEntity", "createBatch")


@fault("ctx-distributed-not-here", kills=("CTX-DIST-16",), beside=("CTX-DIST-18",))
def _not_here(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update or deletion that sources are asked for is not made by the broker itself."""
    if not is_shared(request) or operation(request) not in ("updateEntity", "deleteEntity"):
        return proceed(request)
    before = state(request, proceed) if sources_of(request, proceed) else None
    response = proceed(request)
    if before is not None:
        restore(request, proceed, before)
    return response


@fault("ctx-distributed-elsewhere", kills=("CTX-DIST-14",))
def _elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Location names the source of an entity that a source has."""
    response = proceed(request)
    if not is_shared(request) or response.status != 201:  # noqa: PLR2004
        return response
    where = response.header("Location")
    started = [r["endpoint"].rstrip("/") for r in sources_of(request, proceed)]
    return (
        response.with_header("Location", f"{started[0]}{where}") if where and started else response
    )


@fault("ctx-distributed-conflict-kept", kills=("CTX-DIST-15",))
def _conflict_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a source does not offer to create is created by the broker itself."""
    response = proceed(request)
    return proceed(request.with_query("local=true")) if _conflicts(request, response) else response


def _conflicts(request: Request, response: Response) -> bool:
    """Whether a source does not offer a creation that was asked for."""
    is_creation = is_shared(request) and operation(request) == "createEntity"
    return is_creation and response.status == 409  # noqa: PLR2004


@fault("ctx-distributed-conflict-hidden", kills=("CTX-DIST-15",))
def _conflict_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a source does not offer to create is said to be created."""
    response = proceed(request)
    return Response(201) if _conflicts(request, response) else response


@fault("ctx-distributed-conflict-sent", kills=("CTX-DIST-15",))
def _conflict_sent(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A source is asked for a creation that it does not offer."""
    response = proceed(request)
    if not _conflicts(request, response):
        return response
    for found in sources_of(request, proceed):
        start = found["endpoint"].rstrip("/")
        headers = {"content-type": "application/json"}
        platform.send(request_to("POST", f"{start}/ngsi-ld/v1/entities", headers, request.body))
    return response


@fault("ctx-distributed-conflict-forbidden", kills=("CTX-DIST-15",))
def _conflict_forbidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a source does not offer to create is refused as bad request data."""
    response = proceed(request)
    return response.with_status(400) if _conflicts(request, response) else response


@fault("ctx-distributed-purge-wide", kills=("CTX-DIST-35",), outgoing=True)
def _purge_wide(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge goes to sources without its condition."""
    is_purge = operation(request) == "purgeEntity"
    return proceed(without_params(request, "q") if is_purge else request)


@fault("ctx-distributed-purge-conflict-hidden", kills=("CTX-DIST-35",))
def _purge_conflict_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge that the only source does not offer is said to be made."""
    response = proceed(request)
    is_purge = request.method == "DELETE" and request.path == ENTITIES
    return Response(204) if is_purge and response.status in (409, MULTI) else response
