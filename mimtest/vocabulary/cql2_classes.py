"""Conditions of the optional classes of CQL2: folded text, arrays, other operands, times and places."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from mimtest.vocabulary.cql2 import Condition, Truth, folded_text, literal, name, order, when_set
from mimtest.vocabulary.geo import Box, Fence, touches
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.samples import Feature
from mimtest.vocabulary.times import Span, instant, read_time


def folded(of: str, function: str, value: str, fold: Callable[[str], str]) -> Condition:
    """A text is the given one after a function (CASEI, ACCENTI) on both.

    Letters outside of ASCII fold in more ways than one; a difference in them alone is left open.
    """

    def test(given: Any) -> Truth:
        if fold(given) == fold(value):
            return True
        return None if folded_text(given) == folded_text(value) else False

    def call(operand: Any) -> dict[str, Any]:
        return {"op": function.lower(), "args": [operand]}

    return Condition(
        f"{function}({name(of)}) = {function}({literal(value)})",
        {"op": "=", "args": [call({"property": of}), call(value)]},
        when_set(of, test),
    )


def in_array(function: str, of: str, values: Sequence[str]) -> Condition:
    """An array stands in a relation to the given one, both taken as sets."""
    relations: dict[str, Callable[[set[Any], set[Any]], bool]] = {
        "A_CONTAINS": lambda a, b: a >= b,
        "A_CONTAINEDBY": lambda a, b: a <= b,
        "A_EQUALS": lambda a, b: a == b,
        "A_OVERLAPS": lambda a, b: bool(a & b),
    }
    listed = ", ".join(map(literal, values))
    return Condition(
        f"{function}({name(of)}, ({listed}))",
        {"op": function.lower(), "args": [{"property": of}, list(values)]},
        when_set(of, lambda given: relations[function](set(given), set(values))),
    )


def turned(condition: Condition, of: str, op: str, value: Any) -> Condition:
    """The same comparison with the value on the left."""
    other = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
    return Condition(
        f"{literal(value)} {other} {name(of)}",
        {"op": other, "args": [value, {"property": of}]},
        condition.judge,
    )


def less_than_other(of: str, other: str) -> Condition:
    """One number is less than another of the same feature."""

    def judge(feature: Feature) -> Truth:
        a, b = feature.properties.get(of), feature.properties.get(other)
        return None if a is None or b is None else order(of, "<", b).judge(feature)

    return Condition(
        f"{name(of)} < {name(other)}",
        {"op": "<", "args": [{"property": of}, {"property": other}]},
        judge,
    )


def before(of: str, moment: datetime, op: str) -> Condition:
    """A time is before (`<`) or after (`>`) a moment, as a comparison."""
    stamp = instant(moment)
    span = Span(moment, None) if op == ">" else Span(None, moment)
    return Condition(
        f"{name(of)} {op} TIMESTAMP('{stamp}')",
        {"op": op, "args": [{"property": of}, {"timestamp": stamp}]},
        when_set(of, lambda given: _meets(given, span)),
    )


def in_time(function: str, of: str, start: datetime | None, end: datetime | None) -> Condition:
    """A time stands in a relation to an instant (both ends are one) or to an interval."""
    ends = ["..", ".."]
    if start:
        ends[0] = instant(start)
    if end:
        ends[1] = instant(end)
    single = start == end
    given = f"TIMESTAMP('{ends[0]}')" if single else f"INTERVAL('{ends[0]}','{ends[1]}')"
    operand: dict[str, Any] = {"timestamp": ends[0]} if single else {"interval": ends}
    span = _TIMES[function](start, end)
    wanted = function != "T_DISJOINT"

    def test(value: Any) -> Truth:
        found = _meets(value, span)
        return found if wanted or found is None else not found

    return Condition(
        f"{function}({name(of)}, {given})",
        {"op": function.lower(), "args": [{"property": of}, operand]},
        when_set(of, test),
    )


_TIMES: Final[dict[str, Callable[[datetime | None, datetime | None], Span]]] = {
    "T_AFTER": lambda _, end: Span(end, None),
    "T_BEFORE": lambda start, _: Span(None, start),
    "T_INTERSECTS": Span,
    "T_DISJOINT": Span,
}


def _meets(value: Any, span: Span) -> Truth:
    """Whether a time lies in a span; None where it is no time."""
    known = read_time(value)
    return None if known is None else known.meets(span)


def box_literal(box: Box) -> tuple[str, Any]:
    """A box as a literal of its own kind."""
    return f"BBOX({box.text})", {"bbox": [float(n) for n in box.text.split(",")]}


def area_literal(box: Box) -> tuple[str, Any]:
    """A box as a polygon, counter-clockwise."""
    west, south, east, north = box.text.split(",")
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    listed = ", ".join(f"{x} {y}" for x, y in ring)
    coordinates = [[[float(x), float(y)] for x, y in ring]]
    return f"POLYGON(({listed}))", {"type": "Polygon", "coordinates": coordinates}


def point_literal(box: Box) -> tuple[str, Any]:
    """The lower corner of a box as a point."""
    x, y, *_ = box.text.split(",")
    return f"POINT({x} {y})", {"type": "Point", "coordinates": [float(x), float(y)]}


def in_space(
    function: str,
    of: str,
    geometry: tuple[str, Any],
    selects: Callable[[Shape | None], Truth],
) -> Condition:
    """A place stands in a relation to a geometry."""
    text, json = geometry

    def judge(feature: Feature) -> Truth:
        return selects(feature.shape)

    return Condition(
        f"{function}({name(of)}, {text})",
        {"op": function.lower(), "args": [{"property": of}, json]},
        judge,
    )


def inside(fence: Fence, shape: Shape | None) -> Truth:
    """Whether a shape lies wholly in a box; None near its edge."""
    if shape is None or not shape.positions:
        return None
    inner, outer = fence.box.grown(-fence.band), fence.box.grown(fence.band)
    if all(inner.holds(p) for p in shape.positions):
        return True
    return None if all(outer.holds(p) for p in shape.positions) else False


def around(fence: Fence, shape: Shape | None) -> Truth:
    """Whether an area holds a place, given as a box without size; None near the edge of the area."""
    if shape is None or not shape.positions:
        return None
    near = fence.box.grown(fence.band)
    if not touches(shape, near):
        return False
    corners = [(x, y) for x in (near.west, near.east) for y in (near.south, near.north)]
    held = shape.polygons and all(touches(shape, Box(x, y, x, y)) for x, y in corners)
    return True if held else None
