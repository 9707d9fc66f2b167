"""Which types and attributes there are (5.7.5 to 5.7.10)."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.syntax import is_name

LIST_PARAMS: Final = frozenset(("details", "local"))
ONE_PARAMS: Final = frozenset(("local",))


def list_types(call: Call) -> Response:
    """The types of the entities, with `details` each with its attributes (5.7.5, 5.7.6)."""
    media_type = call.media_type(JSON, LD_JSON)
    name = call.context.terms.compact
    entities = call.store.all()
    types = _distinct(t for e in entities for t in e.types)
    if not call.flag("details"):
        listed = {"typeList": [name(t) for t in types]}
        return call.answer(_list("EntityTypeList", listed), media_type)
    details = [
        {
            "id": t,
            "type": "EntityType",
            "typeName": name(t),
            "attributeNames": [name(a) for a in _attributes(_of_type(entities, t))],
        }
        for t in types
    ]
    return call.answer(details, media_type)


def show_type(call: Call) -> Response:
    """One type: how many entities have it, and with which attributes (5.7.7)."""
    media_type = call.media_type(JSON, LD_JSON)
    iri = _named(call)
    entities = _of_type(call.store.all(), iri)
    if not entities:
        msg = f"no entity has the type {call.parts[0]}"
        raise missing(msg)
    name = call.context.terms.compact
    info = {
        "id": iri,
        "type": "EntityTypeInfo",
        "typeName": name(iri),
        "entityCount": len(entities),
        "attributeDetails": [
            {
                "id": a,
                "type": "Attribute",
                "attributeName": name(a),
                "attributeTypes": _kinds(entities, a),
            }
            for a in _attributes(entities)
        ],
    }
    return call.answer(info, media_type)


def list_attributes(call: Call) -> Response:
    """The attributes of the entities, with `details` each with the types having it (5.7.8, 5.7.9)."""
    media_type = call.media_type(JSON, LD_JSON)
    name = call.context.terms.compact
    entities = call.store.all()
    attributes = _attributes(entities)
    if not call.flag("details"):
        listed = {"attributeList": [name(a) for a in attributes]}
        return call.answer(_list("AttributeList", listed), media_type)
    details = [
        {
            "id": a,
            "type": "Attribute",
            "attributeName": name(a),
            "typeNames": [name(t) for t in _types_with(entities, a)],
        }
        for a in attributes
    ]
    return call.answer(details, media_type)


def show_attribute(call: Call) -> Response:
    """One attribute: how many entities have it, of which kinds and types (5.7.10)."""
    media_type = call.media_type(JSON, LD_JSON)
    iri = _named(call)
    entities = [e for e in call.store.all() if iri in e.attributes]
    if not entities:
        msg = f"no entity has the attribute {call.parts[0]}"
        raise missing(msg)
    name = call.context.terms.compact
    info = {
        "id": iri,
        "type": "Attribute",
        "attributeName": name(iri),
        "attributeCount": len(entities),
        "attributeTypes": _kinds(entities, iri),
        "typeNames": [name(t) for t in _types_with(entities, iri)],
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


def _distinct(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _of_type(entities: Iterable[Entity], iri: str) -> list[Entity]:
    return [e for e in entities if iri in e.types]


def _attributes(entities: Iterable[Entity]) -> list[str]:
    return _distinct(a for e in entities for a in e.attributes)


def _kinds(entities: Iterable[Entity], attribute: str) -> list[str]:
    return _distinct(i.kind for e in entities for i in e.attributes.get(attribute, ()))


def _types_with(entities: Iterable[Entity], attribute: str) -> list[str]:
    return _distinct(t for e in entities if attribute in e.attributes for t in e.types)
