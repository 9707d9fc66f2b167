"""Ways to break snapshots: taking them, what they say of themselves, what is in them."""

import json
import re
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import API, ERRORS, body_of, changed
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

HEADER: Final = "NGSILD-Snapshot"
LIST: Final = f"{API}/snapshots"
_ONE: Final = re.compile(rf"{LIST}/[^/]+")
_DETAILS: Final = "snapshotQueriesDetails"
_OK: Final = 200
_CREATED: Final = 201
_REFUSED: Final = 400
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409


def takes(request: Request) -> bool:
    """Whether a snapshot is to be taken."""
    return request.method == "POST" and request.path == LIST


def is_on_snapshot(request: Request, method: str) -> bool:
    """Whether it is of that method, on one snapshot."""
    return request.method == method and _ONE.fullmatch(request.path) is not None


def is_inside(request: Request) -> bool:
    """Whether it is about what a snapshot holds."""
    return HEADER.lower() in request.headers and not request.path.startswith(LIST)


def refusal(kind: str, status: int) -> Response:
    """An answer that is an error."""
    return json_response({"type": f"{ERRORS}{kind}", "title": "No", "detail": "no"}, status)


def shown(request: Request, response: Response, **members: Any) -> Response:
    """The status of a snapshot with other members."""
    if not is_on_snapshot(request, "GET"):
        return response
    return changed(response, lambda b: {**b, **members})


@fault("ctx-snapshot-without-location", kills=("CTX-MAP-12",))
def _without_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told where a new snapshot is."""
    response = proceed(request)
    return response.without_header("Location") if takes(request) else response


@fault("ctx-snapshot-of-nothing", kills=("CTX-MAP-12",))
def _of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot without a query is taken."""
    body = body_of(request) if takes(request) else None
    if not isinstance(body, dict) or "snapshotQueries" in body:
        return proceed(request)
    query = {"type": "Query", "entities": [{"type": "MtNothing"}]}
    return proceed(request.with_body(json.dumps({**body, "snapshotQueries": [query]}).encode()))


@fault("ctx-snapshot-taken-twice", kills=("CTX-MAP-12",))
def _twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second snapshot of the same identifier is answered like the first."""
    response = proceed(request)
    taken = takes(request) and response.status == _CONFLICT
    return response.with_status(_CREATED) if taken else response


@fault("ctx-snapshot-conflict-is-400", kills=("CTX-MAP-12",))
def _conflict_is_400(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that a snapshot has already is wrong data."""
    response = proceed(request)
    taken = takes(request) and response.status == _CONFLICT
    return refusal("BadRequestData", _REFUSED) if taken else response


@fault("ctx-snapshot-has-no-status", kills=("CTX-MAP-12", "CTX-MAP-13"), beside=("CTX-MAP-1[67]",))
def _no_status(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot is ready in a word nobody knows."""
    return shown(request, proceed(request), snapshotStatus="ready")


@fault("ctx-empty-snapshot-is-success", kills=("CTX-MAP-13",))
def _empty_is_success(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot that has found nothing has succeeded."""
    response = proceed(request)
    empty = is_on_snapshot(request, "GET") and b'"snapshotStatus":"empty"' in response.body
    return shown(request, response, snapshotStatus="success") if empty else response


@fault("ctx-partial-snapshot-is-empty", kills=("CTX-MAP-13",))
def _partial_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot of which one query has found nothing is empty."""
    response = proceed(request)
    partial = is_on_snapshot(request, "GET") and b'"snapshotStatus":"partial"' in response.body
    return shown(request, response, snapshotStatus="empty") if partial else response


@fault("ctx-snapshot-details-reversed", kills=("CTX-MAP-13",))
def _reversed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How the queries of a snapshot came out is told of the last one first."""
    response = proceed(request)
    if not is_on_snapshot(request, "GET"):
        return response
    return changed(response, lambda b: {**b, _DETAILS: b.get(_DETAILS, [])[::-1]})


@fault(
    "ctx-unknown-snapshot-is-empty",
    kills=("CTX-MAP-12", "CTX-MAP-13", "CTX-MAP-16"),
)
def _unknown_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot that is not there is an empty one."""
    response = proceed(request)
    if not is_on_snapshot(request, "GET") or response.status != _NOT_FOUND:
        return response
    id_ = request.path.rpartition("/")[2]
    return json_response({"id": id_, "type": "Snapshot", "snapshotStatus": "empty"})


@fault("ctx-snapshot-never-kept", kills=("CTX-MAP-14", "CTX-MAP-15", "CTX-MAP-16"))
def _never_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is read in a snapshot is what there is now."""
    if not is_inside(request) or request.method != "GET":
        return proceed(request)
    named = request.headers[HEADER.lower()]
    return proceed(with_headers(request, ngsild_snapshot=None)).with_header(HEADER, named)


@fault("ctx-snapshot-finds-new", kills=("CTX-MAP-14",), beside=("CTX-MAP-1[56]",))
def _finds_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not in a snapshot is looked for outside."""
    response = proceed(request)
    if not is_inside(request) or request.method != "GET" or response.status != _NOT_FOUND:
        return response
    outside = proceed(with_headers(request, ngsild_snapshot=None))
    return outside if outside.status == _OK and "/entities/" in request.path else response


@fault("ctx-snapshot-not-named", kills=("CTX-MAP-14",))
def _not_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers do not say which snapshot they are about."""
    response = proceed(request)
    return response.without_header(HEADER) if is_inside(request) else response


@fault("ctx-every-answer-from-a-snapshot", kills=("CTX-MAP-14",))
def _every_answer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers name a snapshot that nobody asked for."""
    response = proceed(request)
    plain = request.path == f"{API}/entities" and request.method == "GET" and not is_inside(request)
    return response.with_header(HEADER, "urn:ngsi-ld:Snapshot:none") if plain else response


@fault("ctx-unknown-snapshot-ignored", kills=("CTX-MAP-14", "CTX-MAP-16"))
def _ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever names a snapshot that is not there gets what there is now."""
    response = proceed(request)
    query = is_inside(request) and request.path == f"{API}/entities"
    if not query or response.status != _NOT_FOUND:
        return response
    return proceed(with_headers(request, ngsild_snapshot=None))


@fault("ctx-snapshot-writes-outside", kills=("CTX-MAP-15",), beside=("CTX-MAP-16",))
def _writes_outside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is written in a snapshot is written outside as well."""
    if not is_inside(request) or request.method == "GET":
        return proceed(request)
    proceed(with_headers(request, ngsild_snapshot=None))
    return proceed(request)


@fault("ctx-snapshot-takes-no-new", kills=("CTX-MAP-15",))
def _takes_no_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing can be created in a snapshot."""
    new = is_inside(request) and request.method == "POST" and request.path == f"{API}/entities"
    return refusal("OperationNotSupported", 422) if new else proceed(request)
