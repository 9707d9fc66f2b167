"""Ways to break what is done with snapshots, and telling of them; permitted ways to differ."""

import json
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import body_of, changed, done, with_params
from mimtest.sandbox.faults.context.snapshots import (
    HEADER,
    LIST,
    is_inside,
    is_on_snapshot,
    shown,
    takes,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_DETAILS: Final = "snapshotQueriesDetails"
_ALL: Final = {"q": "snapshotPriority>0"}
#: So many stay, so that the rest can be cleaned up in time.
_STAY: Final = 2
_OK: Final = 200
_REFUSED: Final = 400
_NOT_FOUND: Final = 404


def _clones(request: Request) -> bool:
    return request.method == "POST" and request.path.endswith("/clone")


def _purges(request: Request) -> bool:
    return request.method == "DELETE" and request.path == LIST


def _notified(request: Request) -> dict[str, Any]:
    """The word of a snapshot that is sent, empty for anything else."""
    body = body_of(request)
    told = isinstance(body, dict) and body.get("type") == "SnapshotNotification"
    return body if told else {}


@fault("ctx-clone-is-the-original", kills=("CTX-MAP-16",))
def _is_the_original(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Whoever looks into a clone looks into the snapshot it was made of."""
    if _clones(request):
        response = proceed(request)
        clone = (response.header("Location") or "").rpartition("/")[2]
        platform.memory[f"original of {clone}"] = request.path.split("/")[-2]
        return response
    if not is_inside(request):
        return proceed(request)
    original = platform.memory.get(f"original of {request.headers[HEADER.lower()]}")
    return proceed(with_headers(request, ngsild_snapshot=original) if original else request)


@fault("ctx-clone-is-200", kills=("CTX-MAP-16",))
def _is_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A clone is answered as if it had been there."""
    response = proceed(request)
    return response.with_status(_OK) if _clones(request) else response


@fault("ctx-snapshot-priority-stays", kills=("CTX-MAP-16", "CTX-MAP-17"))
def _priority_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changing the priority of a snapshot is answered well and does nothing."""
    return done() if is_on_snapshot(request, "PATCH") else proceed(request)


@fault("ctx-snapshot-priority-has-no-end", kills=("CTX-MAP-16",))
def _no_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A priority above 10 is taken for 10."""
    body = body_of(request) if is_on_snapshot(request, "PATCH") else None
    if not isinstance(body, dict) or body.get("snapshotPriority") != 11:  # noqa: PLR2004
        return proceed(request)
    return proceed(request.with_body(json.dumps({**body, "snapshotPriority": 10}).encode()))


@fault("ctx-snapshots-stay", kills=("CTX-MAP-16",))
def _stay(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first attempts to delete a snapshot are answered well and do nothing."""
    if not is_on_snapshot(request, "DELETE"):
        return proceed(request)
    tried: set[str] = platform.memory.setdefault("snapshots tried", set())
    stays = request.path not in tried and len(tried) < _STAY
    tried.add(request.path)
    return done() if stays else proceed(request)


@fault("ctx-snapshot-deleted-twice", kills=("CTX-MAP-16",))
def _twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot that is not there can be deleted."""
    response = proceed(request)
    gone = is_on_snapshot(request, "DELETE") and response.status == _NOT_FOUND
    return done() if gone else response


@fault("ctx-purge-takes-every-snapshot", kills=("CTX-MAP-16",), beside=("CTX-MAP-1[2-7]",))
def _every_snapshot(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge of some snapshots removes all."""
    some = _purges(request) and "q" in request.params
    return proceed(with_params(request, lambda _: _ALL) if some else request)


@fault("ctx-purge-takes-no-snapshot", kills=("CTX-MAP-16",))
def _no_snapshot(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge of snapshots is answered well and does nothing."""
    return done() if _purges(request) and "q" in request.params else proceed(request)


@fault("ctx-purge-of-snapshots-without-query", kills=("CTX-MAP-16",))
def _without_query(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge that names no snapshots is answered well."""
    return done() if _purges(request) and "q" not in request.params else proceed(request)


@fault("ctx-snapshot-not-told-of", kills=("CTX-MAP-17",), outgoing=True)
def _not_told(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told of a snapshot."""
    return Response(_OK) if _notified(request) else proceed(request)


@fault("ctx-snapshot-change-not-told", kills=("CTX-MAP-17",), outgoing=True)
def _change_not_told(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told that a snapshot was changed."""
    usual = _notified(request).get("snapshotPriority", 5) == 5  # noqa: PLR2004
    return proceed(request) if usual else Response(_OK)


@fault("ctx-snapshot-told-without-info", kills=("CTX-MAP-17",), outgoing=True)
def _without_info(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Word of a snapshot comes without the headers it was to have."""
    told = _notified(request)
    return proceed(with_headers(request, x_mt_token=None) if told else request)


@fault("ctx-snapshot-told-unnamed", kills=("CTX-MAP-17",), outgoing=True)
def _unnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Word of a snapshot does not say of which."""
    told = _notified(request)
    rest = {k: v for k, v in told.items() if k != "snapshotId"}
    return proceed(request.with_body(json.dumps(rest).encode()) if told else request)


@fault("ctx-variant-snapshot-takes-time")
def _takes_time(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A snapshot is not ready when it is first looked at."""
    if not is_on_snapshot(request, "GET"):
        return proceed(request)
    looks = platform.memory[request.path] = platform.memory.get(request.path, 0) + 1
    response = proceed(request)
    return shown(request, response, snapshotStatus="preparation") if looks == 1 else response


@fault("ctx-variant-snapshot-without-details")
def _without_details(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot does not say how each query came out."""
    response = proceed(request)
    if not is_on_snapshot(request, "GET"):
        return response
    return changed(response, lambda b: {k: v for k, v in b.items() if k != _DETAILS})


@fault("ctx-variant-partial-snapshot-is-success")
def _partial_is_success(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A snapshot of which one query has found something has succeeded."""
    response = proceed(request)
    partial = is_on_snapshot(request, "GET") and b'"snapshotStatus":"partial"' in response.body
    return shown(request, response, snapshotStatus="success") if partial else response


@fault("ctx-variant-snapshot-changed-in-silence")
def _in_silence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changing a snapshot is answered without a body."""
    response = proceed(request)
    return done() if is_on_snapshot(request, "PATCH") and response.status == _OK else response


@fault("ctx-variant-snapshot-at-an-encoded-address")
def _encoded_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Location of a snapshot has the colons of its identifier encoded, by small letters."""
    response = proceed(request)
    place = response.header("Location") if takes(request) else None
    return response.with_header("Location", place.replace(":", "%3a")) if place else response
