"""Entity maps: which entities a query found, and where (GS CIM 009 4.5.25, 5.2.39, 5.14)."""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.network.client import Answer, OutOfScope
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    fail,
    json_object,
    member,
    shown,
)
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import JSON, Broker, assert_holds, entity_in, own_id, own_name
from mimtest.vocabulary.waiting import eventually

HEADER: Final = "NGSILD-EntityMap"
COLLECTION: Final = "/entityMaps"
NONE: Final = "@none"
#: A duration as ISO 8601 writes it (5.2.40, 5.2.41).
DURATION: Final = re.compile(
    r"P(?=.)(\d+([.,]\d+)?Y)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?W)?(\d+([.,]\d+)?D)?"
    r"(T(?=.)(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An entity map as the broker shows it, and where it is."""

    place: str
    address: str
    body: Mapping[str, Any]

    @property
    def ids(self) -> list[str]:
        """The entities it has, however it marks those of the broker itself (A70)."""
        held = self.body["entityMap"]
        local = held.get(NONE, ())
        listed = local if isinstance(local, list) else [local]
        return sorted({*(k for k in held if k != NONE), *(i for i in listed if isinstance(i, str))})

    @property
    def marking(self) -> str:
        """How it marks entities of the broker itself."""
        held = self.body["entityMap"]
        if NONE in held:
            return "key"
        return "item" if any(NONE in v for v in held.values()) else "empty"

    @property
    def end(self) -> datetime:
        """When it expires."""
        __tracebackhide__ = True
        moment = instant(self.body.get("expiresAt"))
        if moment is None:
            fail("expiresAt is no DateTime", received=shown(self.body.get("expiresAt")))
        return moment or datetime.min.replace(tzinfo=UTC)


def map_in(answer: Answer, *statuses: int) -> Found:
    """The entity map in an answer that gives it. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, *statuses), "the entity map")
    own = member(body, "id", str, "the entity map")
    assert_that(is_uri(own), "the id of the entity map is no URI", expected="a URI", received=own)
    assert_equal(member(body, "type", str, "the entity map"), "EntityMap", "its type")
    end = member(body, "expiresAt", str, "the entity map")
    assert_that(instant(end), "expiresAt is no DateTime", expected="a DateTime", received=end)
    held = member(body, "entityMap", dict, "the entity map")
    lists = all(isinstance(v, list | str) for v in held.values())
    assert_that(lists, "an entity has no registrations", expected="arrays", received=shown(held))
    given = answer.headers.get(HEADER)
    return Found(place_of(given or own), given or own, body)


def made(broker: Broker, answer: Answer, base: str = "") -> Found:
    """The entity map a request to an API at `base` has made, removed afterwards.

    Raises Contradiction.
    """
    __tracebackhide__ = True
    found = map_in(answer, 201)
    found = replace(found, place=f"{base}{found.place}")
    note(broker, found.place)
    return found


def seen(broker: Broker, place: str, ids: Collection[str]) -> Found:
    """The entity map at a path once it is seen there, with these entities. Raises Contradiction."""
    __tracebackhide__ = True

    def look() -> Found:
        found = map_in(broker.get(place), 200)
        assert_same_set(found.ids, ids, "the entities of the map at its address")
        return found

    return eventually(look)


def assert_told(answer: Answer) -> str:
    """The address of the map that the answer tells of. Raises Contradiction."""
    __tracebackhide__ = True
    told: str | None = answer.headers.get(HEADER)
    assert_that(told, f"no header {HEADER}", expected="an address", received="none")
    return told or ""


def note(broker: Broker, place: str) -> None:
    """Have a map removed afterwards."""
    with suppress(OutOfScope):
        broker.client.note_created(place, broker.names)


def place_of(address: str) -> str:
    """The path of a map, whether its address is a URL, a path or the id alone."""
    return f"{COLLECTION}/{quote(unquote(address.strip().rpartition('/')[2]), safe=':')}"


def by_query(broker: Broker, types: str, path: str = COLLECTION, **more: Any) -> Answer:
    """Ask for a map by a Query in the body (6.34.3.2)."""
    body = {"type": "Query", "entities": [{"type": types}], **more}
    headers = {**broker.names, "Content-Type": JSON}
    return broker.client.post(path, json=body, headers=headers)


def mapped_query(broker: Broker, address: str | None = None, **options: Any) -> Answer:
    """A query that goes by a map, or makes one; noted where it tells of one."""
    headers = {**broker.names, "Accept": JSON, **({HEADER: address} if address else {})}
    wanted = {} if address else {"entityMap": "true"}
    answer = broker.client.get("/entities", params={**wanted, **options}, headers=headers)
    told = answer.headers.get(HEADER)
    if told and not (address and place_of(told) == place_of(address)):
        note(broker, place_of(told))
    return answer


def at_page(broker: Broker, following: str, address: str) -> Answer:
    """Another page of a query that goes by a map."""
    headers = {**broker.names, "Accept": JSON, HEADER: address}
    return broker.client.get(following, headers=headers)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Entities of our own, the only ones of their type, one of another, and a map of the former."""

    broker: Broker
    type: str
    ids: tuple[str, ...]
    other: str
    map: Found


def own_entities(broker: Broker, number: int) -> tuple[str, tuple[str, ...]]:
    """A type of its own and the ids of entities of it, created and seen to be there."""
    run_id = broker.client.run_id
    kind = own_name("MtMapped", run_id)
    return kind, tuple(own_entity(broker, kind) for _ in range(number))


def own_entity(broker: Broker, kind: str) -> str:
    """The id of an entity of a type, created and seen to be there."""
    sent: dict[str, Any] = {
        "id": own_id("Mapped", broker.client.run_id),
        "type": kind,
        "temp": {"type": "Property", "value": 20},
    }
    assert_status(broker.create(sent), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))
    return str(sent["id"])


def mapped(broker: Broker, number: int = 3) -> Mapped:
    """Entities and a map of them. Raises Contradiction."""
    kind, ids = own_entities(broker, number)
    _, (other,) = own_entities(broker, 1)
    found = eventually(lambda: _whole(broker, kind, ids))
    return Mapped(broker, kind, ids, other, found)


def _whole(broker: Broker, kind: str, ids: tuple[str, ...]) -> Found:
    found = made(broker, by_query(broker, kind))
    assert_same_set(found.ids, ids, "the entities of the map")
    return found
