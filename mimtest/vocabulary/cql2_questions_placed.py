"""Questions of where and when in CQL2, made of the places and times that the features have."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from mimtest.vocabulary import cql2_classes
from mimtest.vocabulary.cql2 import Condition
from mimtest.vocabulary.cql2_asking import Column, Filterable, Questions
from mimtest.vocabulary.cql2_classes import in_space
from mimtest.vocabulary.cql2_questions import middle
from mimtest.vocabulary.geo import Box, Fence, telling_fence
from mimtest.vocabulary.times import read_time

#: Degrees along the edge of a box in which nothing is judged; a metre.
BAND: Final = 1e-5
_SECOND: Final = timedelta(seconds=1)


def _moments(column: Column) -> list[Any]:
    """Instants between those there are, on whole seconds."""
    spans = (read_time(v) for v in set(column.values))
    known = sorted(s.start for s in spans if s and s.start)
    return [
        a + ((b - a) / 2) // _SECOND * _SECOND for a, b in pairwise(known) if b - a > 2 * _SECOND
    ]


def compared_times(op: str) -> Questions:
    """A time is before or after a moment, by comparison."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("time"):
            yield from (cql2_classes.before(column.name, m, op) for m in middle(_moments(column)))

    return questions


def related_times(function: str) -> Questions:
    """A time in a relation to an instant, or to an interval."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        for column in asked.columns("time"):
            moments = _moments(column)
            if function in ("T_AFTER", "T_BEFORE"):
                ends = [(m, m) for m in middle(moments)]
            else:
                ends = [*pairwise(moments), *((None, m) for m in moments)]
            for start, end in ends:
                yield cql2_classes.in_time(function, column.name, start, end)

    return questions


def spatial(function: str, kind: str) -> Questions:
    """A place in a relation to a box or an area that tells some features from others."""
    literal = cql2_classes.box_literal if kind == "box" else cql2_classes.area_literal

    def questions(asked: Filterable) -> Iterator[Condition]:
        place, fence = asked.schema.place, telling_fence(asked.sample.shapes, least_band=BAND)
        if place is None or fence is None:
            return
        selects = {
            "S_INTERSECTS": fence.selects,
            "S_DISJOINT": lambda s: None if (v := fence.selects(s)) is None else not v,
            "S_WITHIN": lambda s: cql2_classes.inside(fence, s),
        }[function]
        yield in_space(function, place, literal(fence.box), selects)

    return questions


def held_points(function: str) -> Questions:
    """A place that is an area holds a point."""

    def questions(asked: Filterable) -> Iterator[Condition]:
        place = asked.schema.place
        for shape in asked.sample.shapes if place else ():
            for x, y in _insides(shape):
                fence = Fence(Box(round(x, 6), round(y, 6), round(x, 6), round(y, 6)), BAND)
                point = cql2_classes.point_literal(fence.box)
                yield in_space(function, str(place), point, partial(cql2_classes.around, fence))

    return questions


def _insides(shape: Any) -> Iterator[tuple[float, float]]:
    """Positions that may be inside of an area: between its middle and its corners."""
    for shell, *_ in shape.polygons:
        box = Box.around(shell)
        x, y = (box.west + box.east) / 2, (box.south + box.north) / 2
        yield x, y
        yield from ((x + 0.6 * (a - x), y + 0.6 * (b - y)) for a, b in shell[:8])
