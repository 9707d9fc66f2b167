"""Snapshots of what queries find, kept apart from what happens afterwards (GS CIM 009 4.3.7, 5.2.41, 5.16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    shown,
)
from mimtest.vocabulary.ngsild import JSON, Broker, assert_holds, entity_in, own_id, own_name
from mimtest.vocabulary.waiting import eventually, waiting_for

HEADER: Final = "NGSILD-Snapshot"
COLLECTION: Final = "/snapshots"
FINAL: Final = ("success", "empty", "partial", "failure")
#: The first status of a snapshot, in either spelling (A51).
FIRST: Final = ("preparing", "preparation")


def query_for(types: str, **more: Any) -> dict[str, Any]:
    """A Query (5.2.23) for the entities of a type."""
    return {"type": "Query", "entities": [{"type": types}], **more}


def draft(broker: Broker, *queries: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A snapshot that nobody has taken yet."""
    own = own_id("Snapshot", broker.client.run_id)
    return {"id": own, "type": "Snapshot", "snapshotQueries": [*queries], **more}


def path_of(id: str) -> str:
    """The path of a snapshot."""
    return f"{COLLECTION}/{quote(id, safe=':')}"


def take(broker: Broker, body: Mapping[str, Any], path: str = COLLECTION) -> Answer:
    """Ask for a snapshot; what comes of it is removed afterwards."""
    headers = {**broker.names, "Content-Type": JSON}
    undo = path_of(str(body["id"]))
    return broker.client.create(path, undo=undo, json=dict(body), headers=headers)


def status_of(broker: Broker, id: str) -> dict[str, Any]:
    """How a snapshot is (5.16.3), once it is seen. Raises Contradiction."""
    __tracebackhide__ = True
    return eventually(lambda: snapshot_in(broker.get(path_of(id)), id))


def snapshot_in(answer: Answer, id: str) -> dict[str, Any]:
    """The snapshot that an answer shows. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, 200), "the snapshot")
    assert_equal(member(body, "id", str, "the snapshot"), id, "the id of the snapshot")
    assert_equal(member(body, "type", str, "the snapshot"), "Snapshot", "its type")
    status = member(body, "snapshotStatus", str, "the snapshot")
    known = status in FINAL + FIRST
    assert_that(known, "there is no such status", expected=shown(FINAL + FIRST), received=status)
    return body


def finished(broker: Broker, id: str) -> dict[str, Any]:
    """The snapshot once it is ready, as soon as the target file says products notify. Raises Contradiction."""
    __tracebackhide__ = True

    def look() -> Answer:
        answer = broker.get(path_of(id))
        body = answer.json() if answer.ok else None
        status = body.get("snapshotStatus") if isinstance(body, dict) else None
        assert_that(status not in FIRST, "it is not ready", expected=shown(FINAL), received=status)
        return answer

    _ = status_of(broker, id)
    with waiting_for(broker.client.interface.notifies):
        return snapshot_in(eventually(look), id)


def results_in(
    snapshot: Mapping[str, Any], name: str = "snapshotQueriesDetails"
) -> list[str] | None:
    """How each query came out (5.2.42); None where that is not told. Raises Contradiction."""
    __tracebackhide__ = True
    if name not in snapshot:
        return None
    return [
        str(member(d, "resultStatus", str, "the details of a query"))
        for d in objects(snapshot[name], f"'{name}'")
    ]


def inside(broker: Broker, id: str) -> Broker:
    """The broker for what a snapshot holds (5.5.15)."""
    return Broker(broker.client, {**broker.names, HEADER: id})


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot of our own that is ready, and the entities of our own, all of one type, that it holds."""

    broker: Broker
    id: str
    type: str
    entities: Sequence[Mapping[str, Any]]

    @property
    def path(self) -> str:
        """The path of the snapshot."""
        return path_of(self.id)

    @property
    def inside(self) -> Broker:
        """The broker for what it holds."""
        return inside(self.broker, self.id)


def own_entities(broker: Broker, number: int = 2) -> list[dict[str, Any]]:
    """Entities of a type of their own, created and seen to be there."""
    run_id = broker.client.run_id
    kind = own_name("MtFrozen", run_id)
    made: list[dict[str, Any]] = [
        {
            "id": own_id("Frozen", run_id),
            "type": kind,
            "temp": {"type": "Property", "value": 20 + n},
        }
        for n in range(number)
    ]
    for entity in made:
        assert_status(broker.create(entity), 201, what="creating an entity")
    eventually(lambda: _assert_there(broker, made))
    return made


def _assert_there(broker: Broker, made: Sequence[Mapping[str, Any]]) -> None:
    for entity in made:
        assert_holds(entity_in(broker.retrieve(entity["id"])), entity)


def taken(broker: Broker, entities: Sequence[Mapping[str, Any]] = (), **more: Any) -> Taken:
    """A snapshot of entities of our own, made and ready. Raises Contradiction."""
    held = list(entities) or own_entities(broker)
    body = draft(broker, query_for(str(held[0]["type"])), **more)
    assert_status(take(broker, body), 201, what="taking a snapshot")
    status = finished(broker, body["id"])["snapshotStatus"]
    assert_equal(status, "success", "the status of a snapshot")
    return Taken(broker, body["id"], str(held[0]["type"]), held)
