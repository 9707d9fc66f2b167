"""Series of Observations that are too long to be read: their totals, and the last of their pages."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_that, member
from mimtest.vocabulary.sensorthings import (
    COUNT,
    ID,
    NEXT,
    count_of,
    entities_of,
    ids_of,
    literal,
    walk,
)
from mimtest.vocabulary.sensorthings_sample import MOST, Series

_LAST: Final = 30
_PAGES: Final = 3


def total_of(series: Series, **question: Any) -> int:
    """How many Observations there are by the service's own count."""
    answer = series.sensing.get(series.address, fresh=True, count=True, top=1, **question)
    return count_of(answer)


def assert_total(series: Series, options: Mapping[str, Any], edge: float | None) -> None:
    """A count is the number of Observations: with so many skipped none is left, with one less there is one.

    Those beyond an edge and those that are not make up all. Raises Inconclusive for a series that grows.
    """
    __tracebackhide__ = True
    before = total_of(series)
    told = count_of(series.sensing.get(series.address, fresh=True, **options))
    question = {n: v for n, v in options.items() if n == "filter"}
    rest = 0 if edge is None else total_of(series, filter=f"result le {literal(edge)}")
    left = [
        entities_of(
            series.sensing.get(series.address, fresh=True, top=2, skip=told - less, **question)
        )
        for less in (1, 0)
    ]
    _require_rest(series, before)
    assert_equal([len(page) for page in left], [1, 0], f"what is left at the end by '{COUNT}'")
    assert_equal(told + rest, before, f"'{COUNT}'")
    if edge is not None:
        results = [member(o, "result", what="an Observation") for page in left for o in page]
        assert_that(
            all(r > edge for r in results),
            "the last of what a filter selects is not what it asks for",
            expected=f"results above {edge}",
            received=results,
        )


def assert_last_pages(series: Series, question: Mapping[str, Any]) -> None:
    """The last pages hold the last Observations, each once, and then end."""
    __tracebackhide__ = True
    total = total_of(series, **question)
    last = min(_LAST, total)
    first = series.sensing.get(series.address, fresh=True, top=last, skip=total - last, **question)
    alone = ids_of(entities_of(first))
    if len(alone) < _PAGES or len(alone) < last:
        raise Inconclusive("no_data", "the service gives too few entities at once")
    found = walk(
        series.sensing,
        series.address,
        MOST,
        fresh=True,
        top=last // _PAGES,
        skip=total - last,
        **question,
    )
    _require_rest(series, total, **question)
    if len(found.pages) == 1:
        detail = "a page of as many as were asked for does not lead on"
        raise Inconclusive("no_data", detail)
    ids = ids_of(found.entities)
    twice = sorted({i for i in ids if ids.count(i) > 1})
    assert_that(not twice, "entities on two pages", expected="each once", received=twice[:5])
    assert_that(found.ended, "the pages do not end", expected=f"no {NEXT} on the last page")
    assert_same_set(ids, alone, f"the last {last} entities, by '{ID}'")


def _require_rest(series: Series, total: int, **question: Any) -> None:
    """Raise Inconclusive when the series has grown meanwhile."""
    if total_of(series, **question) != total:
        raise Inconclusive("unstable", f"{series.name} grew while it was read")
