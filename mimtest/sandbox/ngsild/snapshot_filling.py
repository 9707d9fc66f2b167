"""What goes into a snapshot, and telling when it is there (5.16.1.4, 5.16.6, 5.3.4)."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.http import dump
from mimtest.sandbox.ngsild.asking import asked_in_body
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.lifetimes import stamp
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.snapshot_store import DETAILS, QUERIES, Snapshot
from mimtest.sandbox.ngsild.temporal import Evolution
from mimtest.sandbox.ngsild.temporal_reads import asked_in_history, evolutions_of
from mimtest.sandbox.sending import SEND_SECONDS, Unsent, request_to

if TYPE_CHECKING:
    from mimtest.sandbox.ngsild.tenants import Tenant

#: What a notification calls otherwise (5.3.4).
_TOLD_AS: Final = {"snapshotTemporalQueriesDetails": "temporalSnapshotQueriesDetails"}
Copy = Callable[[Call, Snapshot, Mapping[str, Any]], int]


def fill(call: Call, snapshot: Snapshot) -> None:
    """Put in what the queries find, say how that went, and tell."""
    details = {
        told: [_executed(partial(copy, call, snapshot, q)) for q in snapshot.given.get(asked, ())]
        for asked, told, copy in zip(QUERIES, DETAILS, (_copy, _copy_evolutions), strict=True)
    }
    found = [d["resultStatus"] for listed in details.values() for d in listed]
    with snapshot.telling:
        snapshot.finish(_status(found), details)
        notify(call, snapshot)


def notify(call: Call, snapshot: Snapshot) -> None:
    """Tell how the snapshot is whom it wants to be told."""
    endpoint = snapshot.given.get("endpoint")
    if endpoint is None:
        return
    members = snapshot.as_dict()
    told = ("snapshotStatus", "snapshotPriority", "expiresAt", *DETAILS)
    body = {
        "id": f"urn:ngsi-ld:SnapshotNotification:{token_hex(8)}",
        "type": "SnapshotNotification",
        "notifiedAt": stamp(datetime.now(UTC)),
        "snapshotId": snapshot.id,
        **{_TOLD_AS.get(k, k): members[k] for k in told if k in members},
    }
    headers = {i["key"]: i["value"] for i in snapshot.given.get("receiverInfo", ())}
    headers |= {"content-type": "application/json"}
    if call.tenant.name:
        headers |= {"ngsild-tenant": call.tenant.name}
    with snapshot.telling, suppress(Unsent):
        call.outgoing.send(request_to("POST", endpoint, headers, dump(body)), SEND_SECONDS)


def _executed(copy: Callable[[], int]) -> dict[str, Any]:
    """How a query went (5.2.42)."""
    try:
        return {"resultStatus": "success" if copy() else "empty"}
    except NgsiError as error:
        return {"resultStatus": "failure", "problemDetails": error.as_dict()}


def _status(found: list[str]) -> str:
    if all(f == "success" for f in found):
        return "success"
    if "success" in found:
        return "partial"
    return "empty" if "empty" in found else "failure"


def transfer(entities: Iterable[Entity], evolutions: Iterable[Evolution], tenant: "Tenant") -> None:
    """Copy what is found into a tenant; what is there already stays."""
    for entity in entities:
        with suppress(NgsiError):
            tenant.store.create(entity)
    for evolution in evolutions:
        tenant.history.put(evolution.id, lambda _, new=evolution: new)  # type: ignore[misc]


def _copy(call: Call, snapshot: Snapshot, query: Mapping[str, Any]) -> int:
    """Copy the entities that a query finds; how many there are. Raises NgsiError."""
    selection = asked_in_body(call, query).selection(call.context.terms)
    found = [e for e in call.store.all() if selection.meets(e, call.store.find)]
    transfer(found, (), snapshot.tenant)
    return len(found)


def _copy_evolutions(call: Call, snapshot: Snapshot, query: Mapping[str, Any]) -> int:
    """Copy the Temporal Evolutions that a query finds; how many there are. Raises NgsiError."""
    found = [e for e, _ in evolutions_of(call, asked_in_history(call, query))]
    transfer((), found, snapshot.tenant)
    return len(found)
