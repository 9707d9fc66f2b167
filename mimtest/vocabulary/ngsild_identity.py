"""Where an identifier leads: to an entity here or in a neighbouring system, to its type and relations.

MIMs Plus 9.0 MIM1, by the operations of NGSI-LD (GS CIM 009 5.7.1, 5.7.7).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, Loader, expand, is_uri
from mimtest.vocabulary.ngsild import (
    JSON_LD,
    Broker,
    attributes_of,
    entities_in,
    entity_in,
    path_of,
)
from mimtest.vocabulary.ngsild_meaning import linked_contexts
from mimtest.vocabulary.ngsild_sample import Sample

#: The kinds of interface that give an entity at `/entities/{id}`.
ENTITY_KINDS: Final = ("ngsi-ld", "ngsi-v2")
_OK: Final = 200
_GONE: Final = (404, 410)
_REFUSED: Final = (401, 403)
_ELSEWHERE: Final = (301, 302, 303, 307, 308)
_OWN_VOCABULARY: Final = ("https://uri.etsi.org/ngsi-ld/", "https://purl.org/geojson/vocab#")


def meaning_of(broker: Broker, id: str) -> dict[str, Any]:
    """What a client learns that has nothing but the identifier: the entity, expanded.

    Raises Contradiction.
    """
    __tracebackhide__ = True
    answer = assert_status(Broker(broker.client).retrieve(id, accept=JSON_LD), _OK)
    node = expand(json_object(answer), broker.context_at)
    assert_that(node.get("@id") == id, "the id differs", expected=id, received=node.get("@id"))
    return node


def type_iris(node: Mapping[str, Any]) -> frozenset[str]:
    """The types of an expanded entity."""
    __tracebackhide__ = True
    return frozenset(member(node, "@type", list, "the expanded entity"))


def attribute_iris(node: Mapping[str, Any]) -> frozenset[str]:
    """What the attributes of an expanded entity are called, but those of NGSI-LD itself."""
    names = frozenset(n for n in node if not n.startswith("@"))
    return frozenset(n for n in names if is_undefined(n) or not n.startswith(_OWN_VOCABULARY))


def is_undefined(iri: str) -> bool:
    """Whether it is no IRI, or one that NGSI-LD makes of any name nobody has defined (5.5.7)."""
    return not is_uri(iri) or iri.startswith(DEFAULT_VOCABULARY)


def assert_type_known(broker: Broker, iri: str) -> None:
    """The broker tells of the type under its IRI, by itself (5.7.7) or among all types (5.7.5).

    Many gateways refuse a path that has an address in it, hence the second way.
    """
    __tracebackhide__ = True
    bare = Broker(broker.client)
    answer = bare.get(f"/types/{quote(iri, safe='')}")
    if answer.status == _OK:
        told = json_object(answer, "what is told of the type")
        known = iri in (told.get("id"), told.get("typeName"))
        assert_that(known, "another type is told of", expected=iri, received=told.get("id"))
        return
    assert_status(answer, 400, *_GONE, what="asking for the type by its IRI")
    listed = json_object(assert_status(bare.get("/types"), _OK))
    names = member(listed, "typeList", list, "the list of types")
    assert_that(iri in names, "the type is not known", expected=iri, received=names)


def held_twice(broker: Broker, ids: Iterable[str], types: Iterable[str]) -> list[str]:
    """Those of the identifiers that a query for them shows on several entities."""
    __tracebackhide__ = True
    named = ",".join(types)
    return [i for i in ids if len(_called(broker, i, named)) > 1]


def _called(broker: Broker, id: str, types: str) -> list[dict[str, Any]]:
    __tracebackhide__ = True
    found = entities_in(broker.query(type=types, id=id, limit=10))
    return [e for e in found if e["id"] == id]


@dataclass(frozen=True, slots=True)
class Relation:
    """A Relationship of an entity, and one thing it says the entity is related to."""

    source: str
    name: str
    target: Any


def relations_of(entity: Mapping[str, Any]) -> Iterator[Relation]:
    """The relationships of a normalized entity, each object by itself (4.5.5, 4.5.17)."""
    for name, instances in attributes_of(entity).items():
        for instance in instances:
            members = {"Relationship": "object", "ListRelationship": "objectList"}
            held = instance.get(members.get(str(instance.get("type")), ""))
            for part in held if isinstance(held, list) else [held] if held is not None else []:
                value = part.get("object") if isinstance(part, dict) else part
                yield Relation(entity["id"], name, value)


def relations_in(samples: Iterable[Sample]) -> list[Relation]:
    """The relationships of all sampled entities."""
    return [r for s in samples for e in s.entities for r in relations_of(e)]


class Trace(StrEnum):
    """Where looking for the target of a relationship ended."""

    FOUND = "found"
    CLOSED = "not for everybody"
    BEYOND = "beyond the target file's origins"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Systems:
    """The broker, and the other interfaces of the target file that give entities by identifier."""

    broker: Broker
    others: Mapping[str, Client]

    def trace(self, target: str) -> Trace:
        """Look for a thing here, then in the other systems, then at its own address.

        Raises Contradiction when the broker gives another thing for it.
        """
        __tracebackhide__ = True
        answer = self.broker.retrieve(target)
        if answer.status == _OK:
            held = entity_in(answer)["id"]
            assert_that(held == target, "another entity comes", expected=target, received=held)
            return Trace.FOUND
        if answer.status not in _REFUSED:
            # Gateways refuse a path that has an address in it: 400 is then no word of the broker's.
            assert_status(answer, *_GONE, *((400,) if "/" in target else ()))
        if any(look_up(c, target).status == _OK for c in self.others.values()):
            return Trace.FOUND
        if target.startswith(("http://", "https://")):
            return self._visit(target)
        return Trace.CLOSED if answer.status in _REFUSED else Trace.NOWHERE

    def _visit(self, address: str) -> Trace:
        try:
            answer = self.broker.client.get(address, headers={"Accept": f"{JSON_LD}, */*;q=0.1"})
        except OutOfScope:
            return Trace.BEYOND
        if answer.status in _REFUSED:
            return Trace.CLOSED
        return Trace.FOUND if answer.ok or answer.status in _ELSEWHERE else Trace.NOWHERE


def look_up(client: Client, id: str) -> Answer:
    """The answer of a neighbouring system to a look-up of an identifier."""
    return client.get(path_of(id), headers={"Accept": "application/json"})


def type_names(answer: Answer, kind: str, load: Loader) -> frozenset[str]:
    """The types of an entity as a neighbouring system of that kind gives it, IRIs where it has any."""
    __tracebackhide__ = True
    entity = json_object(assert_status(answer, _OK))
    if kind == "ngsi-ld":
        return type_iris(expand({**entity, "@context": linked_contexts(answer)}, load))
    return frozenset((member(entity, "type", str, "the entity"),))
