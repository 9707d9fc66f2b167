"""Which parts of entities an answer has (4.21)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.model import Attributes, Entity
from mimtest.sandbox.ngsild.syntax import is_name
from mimtest.sandbox.ngsild.terms import Terms

_OWN: Final = ("id", "type", "scope", "createdAt", "modifiedAt", "expiresAt")
_MAX_NESTING: Final = 20


@dataclass(frozen=True, slots=True)
class Names:
    """Names of members, and of members of the entities linked by these (`inRoom{temp}`). All IRIs."""

    own: frozenset[str] = frozenset()
    linked: Mapping[str, "Names"] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How many relationships the names go along."""
        return max((1 + names.depth for names in self.linked.values()), default=0)


@dataclass(frozen=True, slots=True)
class Projection:
    """Which parts of an entity an answer has; None is no restriction. Names are IRIs."""

    attrs: frozenset[str] | None = None
    pick: Names | None = None
    omit: Names = Names()
    datasets: frozenset[str] | None = None

    @property
    def depth(self) -> int:
        """How many relationships it goes along."""
        return max(self.omit.depth, self.pick.depth if self.pick else 0)

    @property
    def named(self) -> frozenset[str] | None:
        """The attributes an answer may have; None where nothing says it."""
        if self.attrs is not None:
            return self.attrs
        if self.pick is None:
            return None
        return frozenset({*self.pick.own, *self.pick.linked} - {*_OWN})

    def linked(self, name: str) -> "Projection":
        """What is shown of the entities that this relationship leads to."""
        pick = self.pick.linked.get(name) if self.pick else None
        return Projection(pick=pick, omit=self.omit.linked.get(name, Names()))

    def attributes(self, attributes: Attributes) -> Attributes:
        """The attributes that are left."""
        left = {n: i for n, i in attributes.items() if self.shows(n)}
        if self.datasets is None:
            return left
        wanted = self.datasets
        few = {
            n: tuple(i for i in instances if (i.dataset or "@none") in wanted)
            for n, instances in left.items()
        }
        return {n: instances for n, instances in few.items() if instances}

    def entity(self, entity: Entity) -> Entity:
        """The entity with the attributes that are left."""
        return replace(entity, attributes=self.attributes(entity.attributes))

    def members(self, shown: dict[str, Any]) -> dict[str, Any]:
        """A shown entity with those of id, type, scope and stamps that are left."""
        return {k: v for k, v in shown.items() if k not in _OWN or self.keeps(k)}

    def shows(self, name: str) -> bool:
        """Whether an attribute of that name is left."""
        return (self.attrs is None or name in self.attrs) and self.keeps(name)

    def keeps(self, name: str) -> bool:
        """Whether a member of that name is left, wherever it stands."""
        is_picked = self.pick is None or name in self.pick.own or name in self.pick.linked
        return is_picked and name not in self.omit.own


def read_projection(given: Mapping[str, Any], terms: Terms) -> Projection:
    """Which parts are wanted. Raises NgsiError (BadRequestData)."""
    attrs, pick = read_names(given, "attrs", terms), _read_nested(given, "pick", terms)
    if attrs is not None and pick is not None:
        msg = "attrs and pick exclude each other"
        raise bad_data(msg)
    datasets = given.get("datasetId")
    return Projection(
        attrs=attrs,
        pick=pick,
        omit=_read_nested(given, "omit", terms) or Names(),
        datasets=None if datasets is None else frozenset(listed(datasets, "datasetId")),
    )


def read_names(given: Mapping[str, Any], key: str, terms: Terms) -> frozenset[str] | None:
    """The names of members in a list, as IRIs; None without. Raises NgsiError (BadRequestData)."""
    if given.get(key) is None:
        return None
    return frozenset(_name(n, key, terms) for n in listed(given[key], key))


def listed(value: Any, key: str) -> list[str]:
    """The names in a list: text with commas, or an array of texts."""
    items = value.split(",") if isinstance(value, str) else value
    if isinstance(items, list) and items and all(isinstance(i, str) and i for i in items):
        return items
    msg = f"{key} is a list of names"
    raise bad_data(msg)


def _read_nested(given: Mapping[str, Any], key: str, terms: Terms) -> Names | None:
    value = given.get(key)
    if value is None:
        return None
    texts = [value] if isinstance(value, str) else listed(value, key)
    return _nested((part for t in texts for part in _parts(t)), key, terms, _MAX_NESTING)


def _nested(parts: Iterable[str], key: str, terms: Terms, depth: int) -> Names:
    own: set[str] = set()
    linked: dict[str, Names] = {}
    for part in parts:
        name, brace, rest = part.partition("{")
        iri = _name(name, key, terms)
        if not brace:
            own.add(iri)
        elif rest.endswith("}") and depth:
            linked[iri] = _nested(_parts(rest[:-1]), key, terms, depth - 1)
        else:
            msg = f"{key} cannot be read: '{part[:60]}'"
            raise bad_data(msg)
    return Names(frozenset(own), linked)


def _parts(text: str) -> Iterator[str]:
    """The parts between the commas or bars that are in no braces."""
    depth = begin = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign in ",|" and depth == 0:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def _name(name: str, key: str, terms: Terms) -> str:
    if not is_name(name):
        msg = f"{key} has names of attributes, not '{name[:60]}'"
        raise bad_data(msg)
    return name if name in _OWN else terms.expand(name)
