"""Whether two normalized entities say the same, and where not.

What NGSI-LD leaves to the writer makes no difference: the name of an attribute and its IRI, the order of attributes and of
instances, one instance alone or in an array, how a number or an instant is spelled, what the system adds (GS CIM 009 4.5,
4.6.3, 4.8). What it does not leave open does: the order and number of items in a value, one item and an array of one, null.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.models.equality_values import (
    Manner,
    Names,
    equal,
    equal_json,
    left_by_json_ld,
    same_instant,
    short,
)
from mimtest.models.reading import escaped
from mimtest.models.representations import OWN_MEMBERS, VALUE_MEMBERS

_SYSTEM: Final = frozenset(("createdAt", "modifiedAt", "deletedAt", "expiresAt", "instanceId"))
_VALUES: Final = frozenset(VALUE_MEMBERS.values())
_NAMED: Final = frozenset(("vocab", "objectType"))
_MOMENTS: Final = frozenset(("observedAt",))
_PLAIN: Final = frozenset(("unitCode", "lang", "valueType", "metadata", "ngsildproof"))
#: Entities that a relationship leads to come with it on demand, and are no part of it.
_JOINED: Final = frozenset(("entity", "entityList"))
_NO_DATASET: Final = "@none"
_KIND_OF: Final = {m: k for k, m in VALUE_MEMBERS.items() if k != "GeoProperty"}


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two entities differ, as a JSON pointer into the first; ABSENT where one has nothing."""

    pointer: str
    expected: Any
    received: Any


def differences(
    expected: Mapping[str, Any],
    received: Mapping[str, Any],
    *,
    names: Names = short,
    other_names: Names | None = None,
    lenient: bool = True,
    as_json_ld: bool = False,
) -> list[Difference]:
    """Where the second entity says something else than the first.

    `names` gives the IRI of a name in the first, `other_names` in the second, if that has other ones.
    `lenient` takes texts that are instants for instants, though nothing says that they are. `as_json_ld` takes
    the values of Properties for the same that JSON-LD expansion makes the same, arrays of one and in arrays.
    """
    manner = Manner(names, other_names or names, lenient, as_json_ld)
    return [*_entity(expected, received, manner)]


def same(one: Mapping[str, Any], other: Mapping[str, Any], **how: Any) -> bool:
    """Whether two normalized entities say the same."""
    return not differences(one, other, **how)


def _entity(
    one: Mapping[str, Any], other: Mapping[str, Any], manner: Manner
) -> Iterator[Difference]:
    if one.get("id") != other.get("id"):
        yield Difference("/id", one.get("id", ABSENT), other.get("id", ABSENT))
    if _named(one.get("type"), manner.expected) != _named(other.get("type"), manner.received):
        yield Difference("/type", one.get("type", ABSENT), other.get("type", ABSENT))
    if _set(one.get("scope")) != _set(other.get("scope")):
        yield Difference("/scope", one.get("scope", ABSENT), other.get("scope", ABSENT))
    held = {n: v for n, v in one.items() if n not in OWN_MEMBERS}
    found = {n: v for n, v in other.items() if n not in OWN_MEMBERS}
    yield from _attributes(held, found, "", manner)


def _attributes(
    held: Mapping[str, Any], found: Mapping[str, Any], where: str, manner: Manner
) -> Iterator[Difference]:
    there = {manner.received(n): v for n, v in found.items()}
    for name, value in held.items():
        pointer, received = f"{where}/{escaped(name)}", there.pop(manner.expected(name), ABSENT)
        if received is ABSENT:
            yield Difference(pointer, value, ABSENT)
        else:
            yield from _instances(value, received, pointer, manner)
    for name, value in there.items():
        yield Difference(f"{where}/{escaped(name)}", ABSENT, value)


def _instances(one: Any, other: Any, where: str, manner: Manner) -> Iterator[Difference]:
    held, found = _by_dataset(one), _by_dataset(other)
    if held is None or found is None:
        if not equal(one, other, manner):
            yield Difference(where, one, other)
        return
    for dataset, (place, instance) in held.items():
        pointer = f"{where}/{place}" if isinstance(one, list) else where
        received = found.pop(dataset, None)
        if received is None:
            yield Difference(pointer, instance, ABSENT)
        else:
            yield from _instance(instance, received[1], pointer, manner)
    for _, instance in found.values():
        yield Difference(where, ABSENT, instance)


def _by_dataset(attribute: Any) -> dict[str, tuple[int, Mapping[str, Any]]] | None:
    """The instances of an attribute by their dataset; None for what are no instances, or not told apart."""
    listed = attribute if isinstance(attribute, list) else [attribute]
    if not all(isinstance(i, Mapping) and _VALUES & i.keys() for i in listed):
        return None
    named = {str(i.get("datasetId", _NO_DATASET)): (n, i) for n, i in enumerate(listed)}
    return named if len(named) == len(listed) else None


def _instance(
    one: Mapping[str, Any], other: Mapping[str, Any], where: str, manner: Manner
) -> Iterator[Difference]:
    if _kind(one) != _kind(other):
        yield Difference(f"{where}/type", _kind(one), _kind(other))
    for member in sorted((one.keys() | other.keys()) & (_VALUES | _NAMED | _MOMENTS | _PLAIN)):
        held, found = one.get(member, ABSENT), other.get(member, ABSENT)
        if member == "value" and manner.as_json_ld and _kind(one) == "Property":
            held, found = left_by_json_ld(held), left_by_json_ld(found)
        if not _members_equal(member, held, found, manner):
            yield Difference(f"{where}/{member}", held, found)
    yield from _attributes(_parts(one), _parts(other), where, manner)


def _parts(instance: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an attribute."""
    own = _VALUES | _NAMED | _MOMENTS | _PLAIN | _SYSTEM | _JOINED | {"type", "datasetId"}
    return {n: v for n, v in instance.items() if n not in own}


def _kind(instance: Mapping[str, Any]) -> Any:
    if "type" in instance:
        return instance["type"]
    return next((_KIND_OF[m] for m in _KIND_OF if m in instance), None)


#: How the members of an instance compare that are no plain values.
_COMPARED: Final[Mapping[str, Callable[[Any, Any, Manner], bool]]] = {
    **dict.fromkeys(_NAMED, lambda a, b, how: _named(a, how.expected) == _named(b, how.received)),
    **dict.fromkeys(("object", "objectList"), lambda a, b, _: _targets(a) == _targets(b)),
    "observedAt": lambda a, b, _: same_instant(a, b) or bool(a == b),
    "languageMap": lambda a, b, how: equal(_lower(a), _lower(b), how),
    "json": lambda a, b, _: equal_json(a, b),
}


def _members_equal(member: str, one: Any, other: Any, manner: Manner) -> bool:
    if one is ABSENT or other is ABSENT:
        return False
    return _COMPARED.get(member, equal)(one, other, manner)


def _named(value: Any, names: Names) -> frozenset[str]:
    """Names that are a set, as IRIs."""
    return frozenset(names(n) if isinstance(n, str) else repr(n) for n in _listed(value))


def _set(value: Any) -> frozenset[str]:
    return frozenset(map(repr, _listed(value)))


def _targets(value: Any) -> list[Any]:
    """What a relationship points to, one by one: texts, or objects with one each (4.5.22)."""
    return [v["object"] if isinstance(v, dict) and "object" in v else v for v in _listed(value)]


def _lower(languages: Any) -> Any:
    """Language tags are the same in any letter case (RFC 5646 2.1.1)."""
    return (
        {str(tag).lower(): text for tag, text in languages.items()}
        if isinstance(languages, dict)
        else languages
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
