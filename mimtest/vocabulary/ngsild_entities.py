"""Entities of our own: what came back of them, when they were written, and how a defect is refused."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_problem,
    assert_that,
    member,
    problem,
    same,
    shown,
)
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import Broker, attributes_of, entity_in

#: Notes which reading of an open point was seen; the fixture `reading`.
Note = Callable[[str, str], None]
#: The marker that asks for the removal of what it stands for (GS CIM 009 4.5.0).
NULL: Final = "urn:ngsi-ld:null"
_VALUES: Final = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
_PRECISION: Final = 1e-15
_WHOLE_SECONDS: Final = 1.1
_MILLISECONDS: Final = 0.05


def is_mark(instance: Mapping[str, Any]) -> bool:
    """Whether an instance stands for a deletion: it has the marker for a value, in any of its forms."""
    return any(_is_null(instance.get(name)) for name in _VALUES)


def _is_null(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        return bool(value) and all(map(_is_null, parts))
    return bool(value == NULL)


@dataclass(frozen=True, slots=True)
class Stamps:
    """When the broker says an element was created, and last changed."""

    created: datetime
    modified: datetime


def stamps_in(element: Mapping[str, Any], what: str) -> Stamps:
    """The stamps of an entity or attribute shown with its system attributes (4.8).

    Without a time of modification it was last changed when it was created (A79).
    """
    __tracebackhide__ = True
    created = _moment(element, "createdAt", what)
    changed = "modifiedAt" in element
    return Stamps(created, _moment(element, "modifiedAt", what) if changed else created)


def _moment(element: Mapping[str, Any], name: str, what: str) -> datetime:
    __tracebackhide__ = True
    value = member(element, name, str, what)
    moment = instant(value)
    assert_that(moment, f"'{name}' of {what} is no DateTime", expected="a DateTime", received=value)
    assert moment is not None
    return moment


def stamped(broker: Broker, id: str) -> dict[str, Any]:
    """The entity with its system attributes."""
    __tracebackhide__ = True
    return entity_in(broker.retrieve(id, options="sysAttrs"))


def let_pass(moment: datetime) -> None:
    """Wait until the broker's clock shows another time; stamps of whole seconds need more than one."""
    time.sleep(_MILLISECONDS if moment.microsecond else _WHOLE_SECONDS)


def instance_in(entity: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The only instance of an attribute. Raises Contradiction."""
    __tracebackhide__ = True
    found = attributes_of(entity).get(name, [])
    assert_that(
        len(found) == 1,
        f"'{name}' is not there once",
        expected="one instance",
        received=shown(entity.get(name)),
    )
    return found[0]


def assert_bad_request(answer: Answer, reading: Note) -> None:
    """The answer is 400, as an invalid request or as bad data: which of both is open (5.5.3)."""
    __tracebackhide__ = True
    assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))
    named = str(problem(answer)["type"]).endswith("InvalidRequest")
    reading("A04", "invalid_request" if named else "bad_data")


def assert_value(received: Any, expected: Any, what: str, reading: Note) -> None:
    """A value is what was sent; numbers to the precision that every broker can keep (4.6.3)."""
    __tracebackhide__ = True
    exact = same(received, expected)
    assert_that(
        exact or nearly(received, expected),
        f"{what} differs",
        expected=shown(expected),
        received=shown(received),
    )
    reading("A06", "exact" if exact else "rounded")


def assert_property_value(received: Any, expected: Any, what: str, reading: Note) -> None:
    """As `assert_value`; arrays may also come back as JSON-LD leaves them."""
    __tracebackhide__ = True
    left = folded(expected)
    kept = nearly(received, expected) or not nearly(folded(received), left)
    assert_value(received if kept else left, expected if kept else left, what, reading)
    if not same(left, expected):
        reading("A16", "array" if kept else "unwrapped")


def folded(value: Any) -> Any:
    """The value after JSON-LD expansion and compaction: no arrays in arrays, and none of one item."""
    if isinstance(value, dict):
        return {name: folded(held) for name, held in value.items()}
    if not isinstance(value, list):
        return value
    parts = [folded(item) for item in value]
    items = [i for part in parts for i in (part if isinstance(part, list) else [part])]
    return items[0] if len(items) == 1 else items


def nearly(one: Any, other: Any) -> bool:
    """Equality of JSON values, numbers with a relative error of 10^-15."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(nearly(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(nearly(a, b) for a, b in pairs)
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=_PRECISION)
    return same(one, other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
