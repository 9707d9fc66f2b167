"""Retrieving the entities that relationships lead to (4.5.23)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.forms import Form
from mimtest.sandbox.ngsild.model import Attribute, Entity, objects_of
from mimtest.sandbox.ngsild.projection import Projection, listed
from mimtest.sandbox.ngsild.qeval import Find
from mimtest.sandbox.ngsild.syntax import is_uri

JOIN_PARAMS: Final = ("join", "joinLevel", "containedBy")
_MAX_DIGITS: Final = 4
_MEMBERS: Final = {"Relationship": "entity", "ListRelationship": "entityList"}
#: An entity and what is shown of it.
Part = tuple[Entity, Projection]


@dataclass(frozen=True, slots=True)
class Join:
    """How linked entities are shown, to which depth; `known` ids are not followed."""

    how: str = "@none"
    level: int = 0
    known: frozenset[str] = frozenset()

    @property
    def inline(self) -> int:
        """How deep entities stand inside others."""
        return self.level if self.how == "inline" else 0

    def flat(self, parts: Iterable[Part], find: Find) -> list[Part]:
        """The entities, and after them those they lead to, each once."""
        result = list(parts)
        seen = {*self.known, *(entity.id for entity, _ in result)}
        ring = result
        for _ in range(self.level if self.how == "flat" else 0):
            ring = [
                (linked, projection.linked(name))
                for entity, projection in ring
                for name, _, ids in _links(projection.entity(entity), seen, find)
                for linked in ids.values()
            ]
            result = result + ring
        return result


def read_join(given: Mapping[str, Any]) -> Join:
    """What parameters, or the members of a Query, say. Raises NgsiError (BadRequestData)."""
    how, known = given.get("join", "@none"), given.get("containedBy")
    if how not in ("flat", "inline", "@none"):
        msg = "join is flat, inline or @none"
        raise bad_data(msg)
    ids = [] if known is None else listed(known, "containedBy")
    if not all(map(is_uri, ids)):
        msg = "containedBy has ids"
        raise bad_data(msg)
    level = _level(given.get("joinLevel", 1))
    return Join(how, 0 if how == "@none" else level, frozenset(ids))


def shown_inline(form: Form, part: Part, find: Find, level: int, seen: set[str]) -> dict[str, Any]:
    """The entity with those it leads to inside its relationships."""
    entity, projection = part
    left = projection.entity(entity)
    shown = projection.members(form.entity(left))
    if level == 0:
        return shown
    for name, item, linked in list(_links(left, seen, find)):
        inner = {
            id_: shown_inline(form, (e, projection.linked(name)), find, level - 1, seen)
            for id_, e in linked.items()
        }
        key = form.terms.compact(name)
        at = left.attributes[name].index(item)
        put = _put_simplified if form.kind == "simplified" else _put
        shown[key] = put(shown[key], item, at, inner)
    return shown


def _links(
    entity: Entity, seen: set[str], find: Find
) -> Iterator[tuple[str, Attribute, dict[str, Entity]]]:
    """The relationships that lead to entities not seen yet, which from now on are."""
    for name, instances in entity.attributes.items():
        for item in instances:
            found = {id_: find(id_) for id_ in objects_of(item) if id_ not in seen}
            linked = {id_: e for id_, e in found.items() if e is not None}
            seen.update(linked)
            if linked:
                yield name, item, linked


def _put(shown: Any, item: Attribute, at: int, inner: Mapping[str, Any]) -> Any:
    """The attribute with the entities as a member of the instance."""
    found = [inner[o] for o in objects_of(item) if o in inner]
    several = item.kind == "ListRelationship" or isinstance(item.value, list)
    member = {_MEMBERS[item.kind]: found if several else found[0]}
    if not isinstance(shown, list):
        return {**shown, **member}
    return [{**s, **member} if i == at else s for i, s in enumerate(shown)]


def _put_simplified(shown: Any, item: Attribute, _: int, inner: Mapping[str, Any]) -> Any:
    """The attribute with the entities in the place of their ids."""
    several = isinstance(item.value, list)
    objects = [inner.get(o, o) for o in objects_of(item)]
    value = objects if several else objects[0]
    if isinstance(shown, dict) and "dataset" in shown:
        return {"dataset": {**shown["dataset"], item.dataset or "@none": value}}
    return value


def _level(value: Any) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and int(text) > 0):
        msg = "joinLevel is a whole number, 1 or more"
        raise bad_data(msg)
    return int(text)
