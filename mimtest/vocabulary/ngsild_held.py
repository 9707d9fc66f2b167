"""What a context source of ours holds, and how it tells of it (GS CIM 009 5.7).

Entities are normalized, with names as the suite writes them. A filter that cannot be read lets all through.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Final

from mimtest import clock
from mimtest.network.incoming import Reply
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.ngsild import attributes_of, types_of
from mimtest.vocabulary.ngsild_answering import named, nothing, shown, told, unstamped
from mimtest.vocabulary.ngsild_filter import fits_pattern
from mimtest.vocabulary.ngsild_forwarded import Forwarded, Selector

#: More than that is not kept, whoever sends it.
MOST_HELD: Final = 1000
_LIMIT: Final = 20
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """What one source has, by identifier; `lock` is held while it is read or changed."""

    entities: dict[str, Entity] = field(default_factory=dict)
    histories: dict[str, Entity] = field(default_factory=dict)
    subscriptions: dict[str, Entity] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def keep(self, entity: Mapping[str, Any]) -> None:
        """Hold this entity, with the stamps it has, else those of this moment."""
        kept = deepcopy({k: v for k, v in entity.items() if k != "@context"})
        now = clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        stamps = {"createdAt": now, "modifiedAt": now}
        for instances in attributes_of(kept).values():
            for instance in instances:
                instance.update({k: v for k, v in stamps.items() if k not in instance})
        with self.lock:
            if len(self.entities) < MOST_HELD:
                self.entities[str(kept["id"])] = stamps | kept

    def entity(self, id: str) -> Entity | None:
        """The entity as it is now, without stamps."""
        with self.lock:
            found = deepcopy(self.entities.get(id))
        return None if found is None else unstamped(found)

    def clear(self) -> None:
        """Hold nothing any more."""
        with self.lock:
            self.entities.clear()
            self.histories.clear()
            self.subscriptions.clear()


def chosen(held: Iterable[Entity], asked: Forwarded) -> list[Entity]:
    """The entities the selectors of a request mean."""
    selectors = asked.selectors
    return [e for e in held if not selectors or any(_fits(e, s) for s in selectors)]


def _fits(entity: Entity, selector: Selector) -> bool:
    if selector.types and not selector.types & types_of(entity):
        return False
    if selector.ids:
        return entity["id"] in selector.ids
    return selector.pattern is None or fits_pattern(str(entity["id"]), selector.pattern)


def retrieve(held: Held, asked: Forwarded) -> Reply:
    """One entity (5.7.1)."""
    entity = held.entities.get(asked.target)
    if entity is None or (asked.types and not asked.types & types_of(entity)):
        return nothing()
    if "attrs" in asked.params and not _has_any(entity, asked):
        return nothing()
    return told(asked, shown(entity, asked))


def query(held: Held, asked: Forwarded) -> Reply:
    """The entities that meet a query (5.7.2), page by page."""
    wanted = asked.filter
    found = [e for e in chosen(held.entities.values(), asked) if not wanted or wanted.holds(e)]
    if "attrs" in asked.params:
        found = [e for e in found if _has_any(e, asked)]
    start, limit = _number(asked, "offset", 0), _number(asked, "limit", _LIMIT)
    counted = asked.params.get("count") == "true"
    extra = (("NGSILD-Results-Count", str(len(found))),) if counted else ()
    return told(asked, [shown(e, asked) for e in found[start : start + limit]], extra)


def _has_any(entity: Entity, asked: Forwarded) -> bool:
    return bool((asked.attrs or set()) & set(attributes_of(entity)))


def _number(asked: Forwarded, name: str, default: int) -> int:
    found = whole(asked.params.get(name, ""))
    return default if found is None else found


def retrieve_history(held: Held, asked: Forwarded) -> Reply:
    """The temporal evolution of one entity (5.7.3), all that is held of it."""
    entity = held.histories.get(asked.target)
    return nothing() if entity is None else told(asked, named(entity, asked.names))


def query_histories(held: Held, asked: Forwarded) -> Reply:
    """The temporal evolution of entities (5.7.4), all that is held of them."""
    found = chosen(held.histories.values(), asked)
    return told(asked, [named(e, asked.names) for e in found])


def list_types(held: Held, asked: Forwarded) -> Reply:
    """The types of the entities (5.7.5, 5.7.6)."""
    names = asked.names
    types = _types(held.entities.values())
    if asked.operation == "retrieveEntityTypes":
        listed = {"typeList": [names.compact(t) for t in types]}
        return told(asked, _list("EntityTypeList", listed))
    details = [
        _named("EntityType", "typeName", t, names)
        | {"attributeNames": [names.compact(a) for a in _attributes(_having_type(held, t))]}
        for t in types
    ]
    return told(asked, details)


def show_type(held: Held, asked: Forwarded) -> Reply:
    """One type (5.7.7)."""
    names, own = asked.names, asked.names.short(asked.target)
    entities = _having_type(held, own)
    details = [
        _named("Attribute", "attributeName", a, names) | {"attributeTypes": _kinds(entities, a)}
        for a in _attributes(entities)
    ]
    info = {"entityCount": len(entities), "attributeDetails": details}
    about = _named("EntityTypeInfo", "typeName", own, names)
    return told(asked, about | info) if entities else nothing()


def list_attributes(held: Held, asked: Forwarded) -> Reply:
    """The attributes of the entities (5.7.8, 5.7.9)."""
    names = asked.names
    attributes = _attributes(held.entities.values())
    if asked.operation == "retrieveAttrTypes":
        listed = {"attributeList": [names.compact(a) for a in attributes]}
        return told(asked, _list("AttributeList", listed))
    return told(asked, [_about_attribute(held, a, names) for a in attributes])


def show_attribute(held: Held, asked: Forwarded) -> Reply:
    """One attribute (5.7.10)."""
    own = asked.names.short(asked.target)
    having = [e for e in held.entities.values() if own in attributes_of(e)]
    counts = {"attributeCount": len(having), "attributeTypes": _kinds(having, own)}
    about = _about_attribute(held, own, asked.names)
    return told(asked, about | counts) if having else nothing()


def _about_attribute(held: Held, name: str, names: Any) -> Entity:
    having = [e for e in held.entities.values() if name in attributes_of(e)]
    types = [names.compact(t) for t in _types(having)]
    return _named("Attribute", "attributeName", name, names) | {"typeNames": types}


def _named(kind: str, member: str, name: str, names: Any) -> Entity:
    return {"id": names.expand(name), "type": kind, member: names.compact(name)}


def _list(kind: str, listed: Entity) -> Entity:
    return {"id": f"urn:ngsi-ld:{kind}:mimtest", "type": kind, **listed}


def _having_type(held: Held, name: str) -> list[Entity]:
    return [e for e in held.entities.values() if name in types_of(e)]


def _types(entities: Iterable[Entity]) -> list[str]:
    return sorted({t for e in entities for t in types_of(e)})


def _attributes(entities: Iterable[Entity]) -> list[str]:
    return sorted({a for e in entities for a in attributes_of(e)})


def _kinds(entities: Iterable[Entity], attribute: str) -> list[str]:
    return sorted({i["type"] for e in entities for i in attributes_of(e).get(attribute, [])})
