"""What reading checks are tried on: entities the tester knows, and queries for these alone.

A run that may write makes them itself: every kind of attribute, all values different, so that the answer
to any query is known. A run that only reads takes entities found under the types of the target file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import Broker, attributes_of, entities_in, has_type
from mimtest.vocabulary.ngsild_sample import MOST, Sample, plain_names

Entity = Mapping[str, Any]
Instance = Mapping[str, Any]
#: The most entities of one type there are, so that they fit on a page.
PAGE: Final = 20


def everything(_: Entity) -> bool:
    """Every entity."""
    return True


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of the entities of a type, and the identifiers of those a filter is tried on.

    Where the entities are not ours, these have one instance of the attribute, of one kind, or none.
    """

    type: str
    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """Entities known to the tester, normalized.

    `own` says that they are ours: nothing else has one of the `types`, and nobody else changes them.
    `names` are our attributes by their role (see `ROLES`); `types` are then those of the twelve
    sensors, of the rooms, and of the doors, one of which is a room as well.
    """

    broker: Broker
    entities: tuple[Entity, ...]
    types: tuple[str, ...]
    own: bool
    names: Mapping[str, str]

    def of(self, type: str) -> tuple[Entity, ...]:
        """The entities of a type."""
        return tuple(e for e in self.entities if has_type(e, type))

    def ids(self, type: str, holds: Callable[[Entity], bool] = everything) -> list[str]:
        """The identifiers of the entities of a type for which something holds."""
        return [e["id"] for e in self.of(type) if holds(e)]

    def asked(self, type: str, ids: Iterable[str] = ()) -> dict[str, Any]:
        """The parameters of a query for these entities alone; `ids` are those of what is sampled."""
        if self.own:
            return {"type": type, "limit": PAGE}
        listed = tuple(ids) or self.ids(type)[:MOST]
        return {"type": type, "id": ",".join(listed), "limit": PAGE}

    def query(self, type: str, ids: Iterable[str] = (), **params: Any) -> Answer:
        """A query for these entities alone."""
        return self.broker.query(**(self.asked(type, ids) | params))

    def now(self, type: str, ids: Iterable[str] = ()) -> tuple[Entity, ...]:
        """What `query` chooses from: what we sent, or else what the broker holds at this moment."""
        return self.of(type) if self.own else tuple(entities_in(self.query(type, ids)))

    def column(self, role: str) -> Column:
        """An attribute that is good for something (see `ROLES`). Raises Inconclusive without one."""
        return max(self.columns(role), key=self._differences)

    def columns(self, role: str) -> list[Column]:
        """All attributes that are good for something. Raises Inconclusive where there is none."""
        if self.own:
            return [self._own_column(role)]
        found = [c for t in self.types for c in self._columns(t, ROLES[role])]
        if not found:
            raise Inconclusive("no_data", f"the types of the target file hold no attribute: {role}")
        return found

    def lacked(self, role: str) -> Column:
        """Such an attribute that some of the entities do not have. Raises Inconclusive."""
        for column in self.columns(role):
            if any(column.name not in e for e in self.of(column.type) if e["id"] in column.ids):
                return column
        raise Inconclusive("no_data", f"every entity has the attribute: {role}")

    def _own_column(self, role: str) -> Column:
        name = self.names[role]
        owner = next((t for t in self.types if any(name in e for e in self.of(t))), None)
        if owner is None:
            raise Inconclusive("precondition_unmet", f"no entity with such an attribute: {role}")
        return Column(owner, name, tuple(self.ids(owner)))

    def _columns(self, type: str, fits: Callable[[Sequence[Instance]], bool]) -> list[Column]:
        entities = self.of(type)[:MOST]
        names = sorted({n for e in entities for n in plain_names(e)})
        return [c for n in names if (c := _column(type, n, entities, fits))]

    def _differences(self, column: Column) -> int:
        """How many entities the column tells apart."""
        return len(
            {repr(e.get(column.name)) for e in self.of(column.type) if e["id"] in column.ids}
        )


def _column(
    type: str, name: str, entities: Iterable[Entity], fits: Callable[[Sequence[Instance]], bool]
) -> Column | None:
    """The column of an attribute; entities that hold something else in it are left out."""
    held = {e["id"]: attributes_of(e).get(name) if name in e else () for e in entities}
    ids = tuple(i for i, h in held.items() if h is not None and (not h or fits(h)))
    return Column(type, name, ids) if any(held[i] for i in ids) else None


def sampled(broker: Broker, samples: Iterable[Sample]) -> Stock:
    """What a run that only reads is tried on."""
    found = tuple(samples)
    known = {e["id"]: e for s in found for e in s.entities[:MOST]}
    return Stock(broker, tuple(known.values()), tuple(s.type for s in found), own=False, names={})


def _one(fits: Callable[[Instance], bool]) -> Callable[[Sequence[Instance]], bool]:
    return lambda held: len(held) == 1 and fits(held[0])


def _property(fits: Callable[[Any], bool]) -> Callable[[Sequence[Instance]], bool]:
    return _one(lambda i: i.get("type") == "Property" and fits(i.get("value")))


def _member(kind: str, member: str, of: type) -> Callable[[Sequence[Instance]], bool]:
    return _one(lambda i: i.get("type") == kind and isinstance(i.get(member), of))


def _shape(shape: str) -> Callable[[Sequence[Instance]], bool]:
    def fits(instance: Instance) -> bool:
        value = instance.get("value")
        is_place = instance.get("type") == "GeoProperty"
        return is_place and isinstance(value, dict) and value.get("type") == shape

    return _one(fits)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and instant(value) is None and not is_uri(value)


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def _typed(kind: str) -> Callable[[Sequence[Instance]], bool]:
    def fits(value: Any) -> bool:
        typed = isinstance(value, dict) and isinstance(value.get("@value"), str)
        return typed and kind in (value.get("@type"), value.get("type"))

    return _property(fits)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(v, str) for v in value)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and "@value" not in value


#: What an attribute is good for: a test of its instances.
ROLES: Final[Mapping[str, Callable[[Sequence[Instance]], bool]]] = {
    "number": _property(_is_number),
    "text": _property(_is_text),
    "digits": _property(_is_digits),
    "flag": _property(lambda v: isinstance(v, bool)),
    "moment": _typed("DateTime"),
    "day": _typed("Date"),
    "clock": _typed("Time"),
    "array": _property(_is_texts),
    "object": _property(_is_object),
    "link": _member("Relationship", "object", str),
    "languages": _member("LanguageProperty", "languageMap", dict),
    "point": _shape("Point"),
    "area": _shape("Polygon"),
    "observed": _one(lambda i: instant(i.get("observedAt")) is not None),
    "anything": lambda held: len(held) == 1,
    "several": lambda held: len(held) > 1,
    "word": _member("VocabProperty", "vocab", str),
    "json": _member("JsonProperty", "json", dict),
    "list": _member("ListProperty", "valueList", list),
}
