"""What holds for every entity in normalized form, whatever it says (GS CIM 009 4.5.1 to 4.5.5)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.models.representations import VALUE_MEMBERS
from mimtest.vocabulary.expect import assert_equal, assert_that, member
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import attributes_of, entity_in, types_of
from mimtest.vocabulary.ngsild_forms import (
    DEFAULT,
    RESERVED,
    SYSTEM,
    VALUES,
    Entity,
    Instance,
    Reading,
    settled,
)
from mimtest.vocabulary.ngsild_stock import Stock

_MOST: Final = 4
STAMPS: Final = ("createdAt", "modifiedAt")
_NO_ATTRIBUTES: Final = SYSTEM | {"id", "type", "scope", "@context"}


def parts_of(instance: Instance) -> dict[str, Any]:
    """The attributes of an attribute."""
    return {k: v for k, v in instance.items() if k not in RESERVED and k[:8] != "previous"}


def assert_normalized(entity: Entity, known: Entity, names: Iterable[str] | None = None) -> None:
    """The entity has these attributes, all that are known by default, as they are known."""
    __tracebackhide__ = True
    for name in attributes_of(known) if names is None else names:
        held = settled(member(entity, name, None, "the entity"))
        assert_equal(held, settled(known[name]), f"the attribute '{name}'")


def assert_well_formed(entity: Entity, reading: Reading) -> None:
    """Every attribute is of a kind there is, has that kind's value, and none of another's."""
    __tracebackhide__ = True
    for name, held in entity.items():
        if name not in _NO_ATTRIBUTES:
            _assert_instances(held, f"the attribute '{name}'", reading)


def _assert_instances(held: Any, what: str, reading: Reading) -> None:
    __tracebackhide__ = True
    listed = held if isinstance(held, list) else [held]
    formed = bool(listed) and all(isinstance(i, dict) for i in listed)
    assert_that(formed, f"{what} is no object or objects", expected="objects", received=held)
    datasets = [_assert_instance(i, what, reading) for i in listed]
    twice = len(set(datasets)) < len(datasets)
    assert_that(not twice, f"{what} has a dataset twice", expected="once", received=datasets)


def _assert_instance(instance: Instance, what: str, reading: Reading) -> str:
    """The instance's datasetId, "" for the default one."""
    __tracebackhide__ = True
    kind = member(instance, "type", str, what)
    kinds = ", ".join(VALUE_MEMBERS)
    assert_that(kind in VALUE_MEMBERS, f"{what} has no such type", expected=kinds, received=kind)
    value = member(instance, VALUE_MEMBERS[kind], None, what)
    assert_that(value is not None, f"the value of {what} is null", expected="a value")
    others = sorted((VALUES - {VALUE_MEMBERS[kind]}) & set(instance))
    assert_that(not others, f"{what} has the value of another kind", received=others)
    unit = "Relationship" in kind and "unitCode" in instance
    assert_that(not unit, f"{what} is a {kind} with a unitCode", expected="none")
    for name, part in parts_of(instance).items():
        _assert_instances(part, f"'{name}' of {what}", reading)
    return _assert_dataset(instance.get("datasetId", ""), what, reading)


def _assert_dataset(dataset: Any, what: str, reading: Reading) -> str:
    __tracebackhide__ = True
    if dataset == DEFAULT:
        reading("A71", "shown")
        return ""
    holds = dataset == "" or is_uri(dataset)
    assert_that(holds, f"the datasetId of {what} is no URI", expected="a URI", received=dataset)
    return str(dataset)


def assert_stamped(held: Entity, what: str, *, always: bool = True) -> None:
    """It says when it was created, and if known when modified, in UTC (4.8, 6.3.11).

    Without `always`, the broker need not know when it was created either.
    """
    __tracebackhide__ = True
    for name in STAMPS:
        if name not in held and not (always and name == STAMPS[0]):
            continue
        value = member(held, name, str, what)
        in_utc = instant(value) is not None and value.endswith(("Z", "+00:00"))
        assert_that(in_utc, f"'{name}' of {what} is no time in UTC", expected="…Z", received=value)


def stamps_in(entity: Entity) -> list[str]:
    """The members of the entity, and of its attributes, that only `sysAttrs` asks for (6.3.11)."""
    names = (*STAMPS, "deletedAt")
    instances = [i for held in attributes_of(entity).values() for i in held]
    return [n for held in (entity, *instances) for n in names if n in held]


def nulls_in(value: Any, where: str = "") -> Iterator[str]:
    """Where an answer has a null; raw JSON, and the geometry of a feature, may be one.

    Inside of a value an object is the client's, with what is in it.
    """
    if value is None:
        yield where or "the answer"
    elif isinstance(value, list):
        for item in value:
            yield from nulls_in(item, where)
    elif isinstance(value, dict):
        for name, part in value.items():
            inside = name in ("json", "@context", "geometry")
            if not inside and (name != "value" or part is None):
                yield from nulls_in(part, f"{where}.{name}" if where else name)


def richest(stock: Stock) -> list[Entity]:
    """Of each set of types in the stock the entity with the most attributes; four of them at most."""
    kinds = list(dict.fromkeys(types_of(e) for e in stock.entities))[:_MOST]
    alike = [[e for e in stock.entities if types_of(e) == k] for k in kinds]
    return [max(entities, key=lambda e: len(attributes_of(e))) for entities in alike]


def pick(stock: Stock, fits: Callable[[Sequence[Instance]], bool], what: str) -> tuple[Entity, str]:
    """An entity of the stock and the name of an attribute that fits. Raises Inconclusive."""
    found = ((e, n) for e in stock.entities for n, held in attributes_of(e).items() if fits(held))
    first = next(found, None)
    if first is None:
        raise Inconclusive("no_data", f"there is no {what} to try it on")
    return first


def known(stock: Stock, entity: Entity, reading: Reading) -> Entity:
    """What is known of an entity of the stock: what we sent, or what the broker shows of it now."""
    __tracebackhide__ = True
    if stock.own:
        return entity
    shown = entity_in(stock.broker.retrieve(entity["id"]))
    assert_well_formed(shown, reading)
    return shown


def is_bare(held: Sequence[Instance]) -> bool:
    """Whether the attribute is a bare value in simplified form in every version."""
    kinds = ("Property", "GeoProperty", "Relationship")
    return len(held) == 1 and held[0].get("type") in kinds and "datasetId" not in held[0]


def bare_names(entity: Entity) -> list[str]:
    """The attributes that are bare values in simplified form."""
    return [name for name, held in attributes_of(entity).items() if is_bare(held)]


def only(entity: Entity, names: Iterable[str]) -> Entity:
    """The entity with these attributes alone."""
    kept = {"id", "type", *names}
    return {k: v for k, v in entity.items() if k in kept}


def type_of(entity: Entity) -> str:
    """One of the entity's types."""
    return min(types_of(entity))
