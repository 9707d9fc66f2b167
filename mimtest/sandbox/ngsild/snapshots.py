"""Making, cloning, retrieving, updating, deleting and purging snapshots (5.16, 6.36 to 6.38)."""

from collections.abc import Callable, Collection, Mapping
from secrets import token_hex
from threading import Thread
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.lifetimes import end_of
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.qeval import meets
from mimtest.sandbox.ngsild.qlang import parse_q, terms_of
from mimtest.sandbox.ngsild.router import Operation, Routes
from mimtest.sandbox.ngsild.snapshot_filling import fill, notify, transfer
from mimtest.sandbox.ngsild.snapshot_store import CHANGEABLE, MEMBERS, OUTPUT, QUERIES, Snapshot
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.terms import CORE

_PATH: Final = "/ngsi-ld/v1/snapshots/"
_PRIORITIES: Final = range(1, 11)


def create_snapshot(call: Call) -> Response:
    """A snapshot of what queries find (5.16.1)."""
    given = _given(call, ("id", *QUERIES))
    if not any(given.get(name) for name in QUERIES):
        msg = "a snapshot has snapshotQueries, snapshotTemporalQueries, or both"
        raise bad_data(msg)
    snapshot = _snapshot(given, call.tenant.empty())
    call.tenant.snapshots.add(snapshot)
    Thread(target=fill, args=(call, snapshot), daemon=True).start()
    return _created(snapshot)


def clone_snapshot(call: Call) -> Response:
    """A snapshot of its own that holds what another does (5.16.2)."""
    original, given = call.tenant.snapshots.get(_id(call)), _given(call, ("id",))
    kept = {k: v for k, v in original.given.items() if k in QUERIES}
    clone = _snapshot({**kept, **given}, call.tenant.empty())
    transfer(original.tenant.store.all(), original.tenant.history.all(), clone.tenant)
    clone.finish(original.status, original.details)
    call.tenant.snapshots.add(clone)
    Thread(target=notify, args=(call, clone), daemon=True).start()
    return _created(clone)


def retrieve_snapshot(call: Call) -> Response:
    """How a snapshot is (5.16.3)."""
    media_type = call.media_type(JSON, LD_JSON)
    return call.answer(call.tenant.snapshots.get(_id(call)).as_dict(), media_type)


def update_snapshot(call: Call) -> Response:
    """How long and how firmly a snapshot is kept, and who is told (5.16.4)."""
    media_type = call.media_type(JSON, LD_JSON)
    snapshot, given = call.tenant.snapshots.get(_id(call)), _given(call, ())
    snapshot.change(given)
    Thread(target=notify, args=(call, snapshot), daemon=True).start()
    return call.answer(snapshot.as_dict(), media_type)


def delete_snapshot(call: Call) -> Response:
    """A snapshot is removed (5.16.5)."""
    found = call.tenant.snapshots.get(_id(call))
    call.tenant.snapshots.delete(lambda s: s is found)
    return done()


def purge_snapshots(call: Call) -> Response:
    """The snapshots that meet a query are removed (5.16.7)."""
    if "q" not in call.params:
        msg = "a purge has a query"
        raise bad_data(msg)
    query = parse_q(call.params["q"])
    if any(t.links or t.path[0] not in MEMBERS for t in terms_of(query)):
        msg = "the query is about members of snapshots"
        raise bad_data(msg)
    if not call.tenant.snapshots.delete(lambda s: meets(s.as_entity(), query, CORE)):
        msg = "no snapshot meets the query"
        raise missing(msg)
    return done()


def _given(call: Call, further: Collection[str]) -> dict[str, Any]:
    """What a body says of a snapshot; what only the broker says is ignored. Raises NgsiError."""
    body = call.payload()
    if not isinstance(body, dict) or body.get("type", "Snapshot") != "Snapshot":
        msg = "the body is an object of type Snapshot"
        raise bad_data(msg)
    given = {k: v for k, v in body.items() if k not in (*OUTPUT, "type")}
    if "id" not in further and given.get("id") == call.parts[0]:
        del given["id"]
    unknown = sorted(given.keys() - {*CHANGEABLE, *further})
    if unknown:
        msg = f"{unknown[0][:60]} cannot be given here"
        raise bad_data(msg)
    wrong = [k for k, v in given.items() if not _CHECKS[k](v)]
    if wrong:
        msg = f"{wrong[0]} is wrong"
        raise bad_data(msg)
    end_of(given.get("snapshotLifetime"))
    return given


def _are_queries(value: Any, *, temporal: bool) -> bool:
    return isinstance(value, list) and all(
        isinstance(q, dict) and q.get("type") == "Query" and ("temporalQ" in q) == temporal
        for q in value
    )


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(p, dict) and all(isinstance(p.get(k), str) for k in ("key", "value"))
        for p in value
    )


def _is_priority(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _PRIORITIES


_CHECKS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "id": is_uri,
    "snapshotQueries": lambda v: _are_queries(v, temporal=False),
    "snapshotTemporalQueries": lambda v: _are_queries(v, temporal=True),
    "snapshotLifetime": lambda v: isinstance(v, str),
    "snapshotPriority": _is_priority,
    "endpoint": is_uri,
    "receiverInfo": _are_pairs,
}


def _snapshot(given: Mapping[str, Any], tenant: Any) -> Snapshot:
    id_ = given.get("id", f"urn:ngsi-ld:Snapshot:{token_hex(8)}")
    kept = {k: v for k, v in given.items() if k != "id"}
    return Snapshot(id_, kept, tenant, end_of(given.get("snapshotLifetime")))


def _created(snapshot: Snapshot) -> Response:
    return Response(201, (("Location", f"{_PATH}{quote(snapshot.id, safe=':')}"),))


def _id(call: Call) -> str:
    if not is_uri(call.parts[0]):
        msg = "the id of a snapshot is a URI"
        raise bad_data(msg)
    return call.parts[0]


ROUTES: Final[Routes] = {
    ("snapshots",): {
        "POST": Operation(create_snapshot, starts_tenant=True),
        "DELETE": Operation(purge_snapshots, frozenset(("q",))),
    },
    ("snapshots", "*"): {
        "GET": Operation(retrieve_snapshot),
        "PATCH": Operation(update_snapshot),
        "DELETE": Operation(delete_snapshot),
    },
    ("snapshots", "*", "clone"): {"POST": Operation(clone_snapshot)},
}
