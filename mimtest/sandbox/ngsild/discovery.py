"""Which types and attributes there are, here and at context sources (5.7.5 to 5.7.10)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.boolean import Choice
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution_discovery import number, said_elsewhere, words
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.registrations_matching import Asked
from mimtest.sandbox.ngsild.selection import Selector
from mimtest.sandbox.ngsild.syntax import is_name

LIST_PARAMS: Final = frozenset(("details", "local"))
ONE_PARAMS: Final = frozenset(("local",))
_ALL: Final = Asked()


@dataclass(slots=True)
class Known:
    """What is known of one type or attribute: names that go with it, kinds by attribute, how many have it."""

    names: set[str] = field(default_factory=set)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    count: int = 0


def list_types(call: Call) -> Response:
    """The types of the entities, with `details` each with its attributes (5.7.5, 5.7.6)."""
    media_type = call.media_type(JSON, LD_JSON)
    name = call.context.terms.compact
    detailed = call.flag("details")
    known = {t: _type(entities) for t, entities in _by_type(call.store.all()).items()}
    operation = "retrieveEntityTypeDetails" if detailed else "retrieveEntityTypes"
    for said in said_elsewhere(call, operation, _ALL):
        for item in said.objects():
            for iri in said.types(item, "typeName" if detailed else "typeList"):
                more = known.setdefault(iri, Known())
                more.names |= said.attributes(item, "attributeNames")
    if not detailed:
        listed = {"typeList": [name(t) for t in sorted(known)]}
        return call.answer(_list("EntityTypeList", listed), media_type)
    details = [
        {
            "id": t,
            "type": "EntityType",
            "typeName": name(t),
            "attributeNames": [name(a) for a in sorted(known[t].names)],
        }
        for t in sorted(known)
    ]
    return call.answer(details, media_type)


def show_type(call: Call) -> Response:
    """One type: how many entities have it, and with which attributes (5.7.7)."""
    media_type = call.media_type(JSON, LD_JSON)
    iri = _named(call)
    known = _type(_by_type(call.store.all()).get(iri, ()))
    about = Asked((Selector(Choice(every=False, items=(iri,))),), terms=call.context.terms)
    for said in said_elsewhere(call, "retrieveEntityTypeInfo", about):
        for item in said.objects():
            known.count += number(item, "entityCount")
            details = item.get("attributeDetails")
            for detail in details if isinstance(details, list) else ():
                for a in said.attributes(detail, "attributeName"):
                    known.kinds.setdefault(a, set()).update(words(detail, "attributeTypes"))
    if not known.count:
        msg = f"no entity has the type {call.parts[0]}"
        raise missing(msg)
    name = call.context.terms.compact
    info = {
        "id": iri,
        "type": "EntityTypeInfo",
        "typeName": name(iri),
        "entityCount": known.count,
        "attributeDetails": [
            {
                "id": a,
                "type": "Attribute",
                "attributeName": name(a),
                "attributeTypes": sorted(known.kinds[a]),
            }
            for a in sorted(known.kinds)
        ],
    }
    return call.answer(info, media_type)


def list_attributes(call: Call) -> Response:
    """The attributes of the entities, with `details` each with the types having it (5.7.8, 5.7.9)."""
    media_type = call.media_type(JSON, LD_JSON)
    name = call.context.terms.compact
    detailed = call.flag("details")
    known = {a: _attribute(held, a) for a, held in _by_attribute(call.store.all()).items()}
    operation = "retrieveAttrTypeDetails" if detailed else "retrieveAttrTypes"
    for said in said_elsewhere(call, operation, _ALL):
        for item in said.objects():
            for iri in said.attributes(item, "attributeName" if detailed else "attributeList"):
                known.setdefault(iri, Known()).names |= said.types(item, "typeNames")
    if not detailed:
        listed = {"attributeList": [name(a) for a in sorted(known)]}
        return call.answer(_list("AttributeList", listed), media_type)
    details = [
        {
            "id": a,
            "type": "Attribute",
            "attributeName": name(a),
            "typeNames": [name(t) for t in sorted(known[a].names)],
        }
        for a in sorted(known)
    ]
    return call.answer(details, media_type)


def show_attribute(call: Call) -> Response:
    """One attribute: how many entities have it, of which kinds and types (5.7.10)."""
    media_type = call.media_type(JSON, LD_JSON)
    iri = _named(call)
    known = _attribute(_by_attribute(call.store.all()).get(iri, ()), iri)
    kinds = known.kinds.setdefault(iri, set())
    for said in said_elsewhere(call, "retrieveAttrTypeInfo", Asked(attributes=frozenset((iri,)))):
        for item in said.objects():
            known.count += number(item, "attributeCount")
            known.names |= said.types(item, "typeNames")
            kinds |= words(item, "attributeTypes")
    if not known.count:
        msg = f"no entity has the attribute {call.parts[0]}"
        raise missing(msg)
    name = call.context.terms.compact
    info = {
        "id": iri,
        "type": "Attribute",
        "attributeName": name(iri),
        "attributeCount": known.count,
        "attributeTypes": sorted(kinds),
        "typeNames": [name(t) for t in sorted(known.names)],
    }
    return call.answer(info, media_type)


def _named(call: Call) -> str:
    if not is_name(call.parts[0]):
        msg = f"'{call.parts[0][:60]}' is no name"
        raise bad_data(msg)
    return call.context.terms.expand(call.parts[0])


def _list(kind: str, members: dict[str, list[str]]) -> dict[str, Any]:
    digest = sha256(repr(members).encode()).hexdigest()[:16]
    return {"id": f"urn:ngsi-ld:{kind}:{digest}", "type": kind, **members}


def _by_type(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        for name in entity.types:
            found.setdefault(name, []).append(entity)
    return found


def _by_attribute(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        for name in entity.attributes:
            found.setdefault(name, []).append(entity)
    return found


def _type(entities: Iterable[Entity]) -> Known:
    """What is known of a type by the entities that have it."""
    known = Known()
    for entity in entities:
        known.count += 1
        known.names |= {*entity.attributes}
        for name, instances in entity.attributes.items():
            known.kinds.setdefault(name, set()).update(i.kind for i in instances)
    return known


def _attribute(entities: Iterable[Entity], name: str) -> Known:
    """What is known of an attribute by the entities that have it."""
    known = Known()
    for entity in entities:
        known.count += 1
        known.names |= {*entity.types}
        known.kinds.setdefault(name, set()).update(i.kind for i in entity.attributes[name])
    return known
