"""One entity read in several ways: whichever a reader takes, it says the same."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from mimtest.errors import Inconclusive
from mimtest.models.equality import ABSENT, Difference, differences, same
from mimtest.models.representations import attributes_of, is_geometry
from mimtest.vocabulary.expect import fail, shown

Entity = Mapping[str, Any]
T = TypeVar("T")
_TRIES: Final = 3
_TOLD: Final = 3
#: What coordinates may differ by where a service writes fewer digits: a tenth of a metre.
_ROUNDING: Final = 1e-6


def richest(entities: list[dict[str, Any]]) -> dict[str, Any]:
    """The entity with the most to say. Raises Inconclusive where none can be asked for by its id."""
    known = [e for e in entities if _is_id(e.get("id"))]
    if not known:
        raise Inconclusive("no_data", "no sampled entity has an id")
    return max(known, key=lambda e: sum(map(len, attributes_of(e).values())))


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def beside(look: Callable[[], Entity], other: Callable[[], T]) -> tuple[Entity, T]:
    """An entity as `look` gives it before and after `other` was asked for, and what that gave.

    Raises Inconclusive (unstable) for an entity that changes faster than it can be read.
    """
    before = look()
    for _ in range(_TRIES):
        found, after = other(), look()
        if same(before, after):
            return after, found
        before = after
    raise Inconclusive("unstable", f"{before.get('id')} changes from one reading to the next")


def assert_agree(found: list[Difference], entity: Entity, what: str) -> None:
    """There is no difference between an entity and what `what` says of it."""
    __tracebackhide__ = True
    if found:
        first = found[0]
        more = f", and at {len(found) - 1} further places" if len(found) > 1 else ""
        fail(
            f"{what} of {entity.get('id')} differs at {first.pointer}{more}",
            expected=_told(first.expected),
            received=_told(first.received),
        )


def _told(value: Any) -> str:
    return "nothing" if value is ABSENT else shown(value)


def assert_same_entity(received: Entity, expected: Entity, what: str, **how: Any) -> None:
    """An entity says what another one says; `how` is for `equality.differences`."""
    __tracebackhide__ = True
    assert_agree(differences(expected, received, **how), expected, what)


def same_value(one: Any, other: Any) -> bool:
    """Whether two plain values are the same: positions to a tenth of a metre, arrays as JSON-LD leaves them."""
    if is_geometry(one) and is_geometry(other) and one["type"] == other["type"]:
        return _near(one.get("coordinates"), other.get("coordinates"))
    wrapped = (
        {"id": "x", "type": "x", "v": {"type": "Property", "value": v}} for v in (one, other)
    )
    return same(*wrapped, as_json_ld=True)


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        least = min(len(one), len(other))
        flat = all(isinstance(v, int | float) for v in (*one, *other))
        if flat and least >= 2:  # noqa: PLR2004 - a position may leave out its height
            return all(map(_near, one[:2], other[:2]))
        return len(one) == len(other) and all(map(_near, one, other))
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return abs(one - other) <= _ROUNDING if numbers else bool(one == other)
