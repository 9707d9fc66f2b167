"""How many entities a page may have, and how many there are (GS CIM 009 6.3.10, 6.3.13)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_paging import Shelf, count_of, link_to
from mimtest.vocabulary.ngsild_query import numbers_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_EITHER = ("BadRequestData", "InvalidRequest")
_HUGE = 100_000
_FULL = 20


@pytest.fixture
def few(stock):
    """The type with the fewest entities of those that have three: one whose answers stay small."""
    sizes = {t: len(stock.ids(t)) for t in stock.types}
    enough = [t for t in stock.types if sizes[t] > 2]
    return min(enough or stock.types, key=lambda t: sizes[t])


@pytest.fixture
def limited(stock, few):
    """A type of which one entity was asked for, and one was given."""
    assert_equal(len(ids_in(stock.broker.query(type=few, limit=1))), 1, "a page of one")
    return few


@pytest.mark.check(
    "CTX-QRY-55", clause="GS CIM 009 6.3.10", since="1.3.1", rests_on=("CTX-QRY-51",)
)
@pytest.mark.parametrize("defect", ["negative", "text", "offset"])
def test_a_limit_that_is_no_number_is_refused(stock, limited, defect):
    """A limit or an offset that is no whole number from 0 on is refused."""
    params = {"negative": {"limit": -1}, "text": {"limit": "abc"}, "offset": {"offset": -1}}
    if defect == "offset":
        _require_offsets(Shelf(stock.broker, limited))
    answer = stock.broker.query(type=limited, **params[defect])
    assert_problem(answer, status=400, kind=_EITHER)


def _require_offsets(shelf):
    if not shelf.knows_offsets():
        raise NotApplicable("not_offered", "pages are linked by something else than an offset")


@pytest.mark.check(
    "CTX-QRY-56", clause="GS CIM 009 6.3.13", since="1.3.1", rests_on=("CTX-QRY-57",)
)
@pytest.mark.parametrize("counted", ["alone", "counted"])
def test_a_page_of_none_is_for_counting(stock, limited, counted):
    """A limit of 0 is refused, unless entities are counted: then it gives the count and no entity."""
    if counted == "alone":
        answer = stock.broker.query(type=limited, limit=0)
        assert_problem(answer, status=400, kind=_EITHER)
    else:
        at_rest(lambda: _assert_only_counted(stock, limited))


def _assert_only_counted(stock, name):
    answer = stock.broker.query(type=name, limit=0, count=True)
    assert_equal(ids_in(answer), [], "the entities on a page of none")
    _assert_count(stock, name, count_of(answer))


def _assert_count(stock, name, counted):
    """The count is the number of entities of the type, or larger where a page does not hold all."""
    whole = stock.broker.query(type=name, limit=_FULL)
    held = len(stock.ids(name)) if stock.own else len(ids_in(whole))
    if stock.own or link_to(whole, "next") is None:
        assert_equal(counted, held, f"the count of {name}")
    else:
        more = counted is not None and counted > held
        assert_that(more, f"the count of {name}", expected=f"above {held}", received=counted)


@pytest.mark.check(
    "CTX-QRY-57", clause="GS CIM 009 6.3.13", since="1.3.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.parametrize("restriction", ["none", "page", "filter"])
def test_the_count_is_the_number_of_all_matches(stock, restriction):
    """The count in an answer is the number of all entities that match, whatever the page holds."""
    if restriction == "filter":
        at_rest(lambda: _assert_matches_counted(stock))
        return
    limit = _FULL if restriction == "none" else 1
    for name in stock.types:
        at_rest(lambda one=name: _assert_counted(stock, one, limit))


def _assert_counted(stock, name, limit):
    answer = stock.broker.query(type=name, count=True, limit=limit)
    assert_that(ids_in(answer), f"no {name} is found")
    _assert_count(stock, name, count_of(answer))


def _assert_matches_counted(stock):
    column = stock.column("number")
    now = stock.now(column.type, column.ids)
    held = sorted(numbers_of(column.name, now).values())
    limit = held[len(held) // 2]
    term = f"{column.name}>={limit}"
    answer = stock.query(column.type, column.ids, q=term, count=True, limit=1)
    assert_equal(len(ids_in(answer)), 1, "the number of entities on a page of one")
    expected = len([v for v in held if v >= limit])
    assert_equal(count_of(answer), expected, f"the count of those from {limit} on")


@pytest.mark.check(
    "CTX-QRY-58",
    clause="GS CIM 009 4.12",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-QRY-51",),
)
def test_a_huge_page_is_given_or_refused(stock, few, reading):
    """A page larger than any is given, cut to a size the broker sets, or refused with a problem."""
    known = ids_in(stock.broker.query(type=few, limit=2))
    answer = stock.broker.query(type=few, limit=_HUGE)
    if answer.status in (400, 403):
        assert_problem(answer, status=answer.status, kind=(*_EITHER, "TooManyResults"))
        reading("A13", "refused" if answer.status == 400 else "too_many")
        return
    found = ids_in(assert_status(answer, 200))
    lost = sorted(set(known) - set(found))
    complete = link_to(answer, "next") is None
    assert_that(not complete or not lost, "a huge page loses some", expected=known, received=lost)
    if stock.own and complete:
        assert_equal(len(found), len(stock.ids(few)), "the number of entities on a huge page")
    reading("A13", "given" if complete else "cut")
