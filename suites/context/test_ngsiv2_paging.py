"""Nothing is lost and nothing comes twice between the pages of an answer, and order is as asked.

FIWARE-NGSI v2 2.0, "List Entities", "Ordering Results".
"""

from itertools import pairwise

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    of_type,
)
from mimtest.vocabulary.ngsild_sample import distance
from mimtest.vocabulary.ngsiv2 import assert_error, entities_in, ids_in, pages, total_in
from mimtest.vocabulary.ngsiv2_places import places, point_of, supported
from mimtest.vocabulary.ngsiv2_sample import column, columns, literal, require, value_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_PAGE = 3
#: A sphere and the ellipsoid differ by 0.5 %.
_ROUGHLY = 1.01


@pytest.fixture
def stock(v2_stocks):
    """Entities that fill more than one page."""
    chosen = max(v2_stocks, key=lambda s: len(s.ids))
    if len(chosen.ids) <= _PAGE:
        raise Inconclusive("no_data", f"no type has more than {_PAGE} entities")
    return chosen


def _asked(stock):
    return {"type": stock.type, "id": ",".join(stock.ids)}


@pytest.mark.check("CTX-V2-42", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
def test_every_entity_is_on_one_page(v2, stock):
    """The pages of a query, by limit and offset, hold every entity once."""

    def compare():
        found = list(pages(v2, size=_PAGE, most=len(stock.ids), **_asked(stock)))
        longest = max(len(page) for page in found)
        assert_that(longest <= _PAGE, "a page is too long", expected=_PAGE, received=longest)
        assert_same_set([e["id"] for p in found for e in p], stock.ids, "the entities on all pages")

    at_rest(compare)


@pytest.mark.check("CTX-V2-43", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("restriction", ["none", "page", "filter"])
def test_the_count_is_the_number_of_all_matches(v2_stocks, stock, restriction):
    """The count is the number of all entities that match, whatever the page holds."""
    if restriction != "filter":
        limit = _PAGE if restriction == "page" else 20
        answer = stock.ask(options="count", limit=limit)
        assert_equal(len(entities_in(answer)), min(limit, len(stock.ids)), "the length of the page")
        assert_equal(total_in(answer), len(stock.ids), "the count")
        return
    chosen = column(v2_stocks, "text")
    q = f"{chosen.name}!={literal(chosen.middle)}"

    def compare():
        now = entities_in(chosen.stock.ask(chosen.ids))
        held = [value_of(e, chosen.name) for e in now]
        expected = sum(v is not None and v != chosen.middle for v in held)
        answer = chosen.stock.ask(chosen.ids, q=q, options="count", limit=1)
        assert_equal(total_in(answer), expected, "the count")

    at_rest(compare)


@pytest.mark.check("CTX-V2-44", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
def test_beyond_the_last_page_there_is_nothing(stock):
    """An offset beyond the last entity gives an empty list, and the count all the same."""
    assert_that(ids_in(stock.ask(offset=0)), "no entity is found any more")
    answer = stock.ask(offset=len(stock.ids), options="count")
    assert_equal(entities_in(answer), [], "the page after the last")
    assert_equal(total_in(answer), len(stock.ids), "the count")


@pytest.mark.check(
    "CTX-V2-45", clause="NGSI v2 List Entities; Error Responses", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "many"])
def test_a_page_is_given_by_numbers(stock, name, value):
    """A limit or offset that is negative or no number is refused."""
    assert_status(stock.ask(**{name: 1}), 200, what=f"a query with {name}=1")
    assert_error(stock.ask(**{name: value}), 400, "BadRequest")


@pytest.mark.check("CTX-V2-46", clause="NGSI v2 Ordering Results", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("sign", ["", "!"])
def test_entities_come_in_the_order_of_a_number(v2_stocks, sign):
    """Entities come in the order of an attribute, as numbers, or in the opposite order."""
    found = [c for c in columns(v2_stocks, "number", least=3) if c.stock is v2_stocks[0]]
    for chosen in found or [column(v2_stocks, "number", least=3)]:
        at_rest(lambda c=chosen: _assert_in_order(c, sign))


def _assert_in_order(chosen, sign):
    answer = chosen.stock.ask(chosen.ids, orderBy=f"{sign}{chosen.name}", q=chosen.name)
    found = [value_of(e, chosen.name) for e in entities_in(answer)]
    numbers = [v for v in found if isinstance(v, int | float)]
    assert_equal(len(numbers), len(found), f"the number of entities with a number in {chosen.name}")
    assert_that(len(set(numbers)) > 1, "there are no different values", expected="values")
    assert_equal(found, sorted(found, reverse=bool(sign)), f"the order of {chosen.name}")


@pytest.mark.check("CTX-V2-47", clause="NGSI v2 Ordering Results", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("sign", ["", "!"])
def test_ties_are_ordered_by_the_next_field(v2_stocks, sign):
    """Where the first field is the same, the second decides."""
    chosen = column(v2_stocks, "text")

    def compare():
        by = f"{chosen.name},{sign}id"
        found = entities_in(chosen.stock.ask(chosen.ids, orderBy=by, q=chosen.name))
        assert_that(found, "no entity is found any more", expected="entities")
        values = [of_type(value_of(e, chosen.name), str, chosen.name) for e in found]
        _assert_sorted(values, "the values")
        for value in set(values):
            ids = [e["id"] for e in found if value_of(e, chosen.name) == value]
            _assert_sorted(ids, f"the ids at {value}", reverse=bool(sign))

    at_rest(compare)


def _assert_sorted(texts, what, *, reverse=False):
    """Texts are in order, by code points or without regard to case: the text does not say which."""
    orders = [sorted(texts, key=k, reverse=reverse) for k in (str, str.lower)]
    assert_that(texts in orders, f"{what} are in another order", expected=orders[0], received=texts)


@pytest.mark.check("CTX-V2-48", clause="NGSI v2 Ordering Results", rests_on=("CTX-V2-07",))
def test_the_nearest_comes_first(v2_stocks):
    """Ordered by distance, the entity at the point itself comes first."""
    chosen = require(places(v2_stocks), "points to tell apart")
    longitude, latitude = chosen.centre
    near = {"georel": "near;maxDistance:20000000", "geometry": "point"}

    def compare():
        order = {"orderBy": "geo:distance", "coords": f"{latitude},{longitude}", **near}
        answer = supported(chosen.stock.ask(chosen.ids, **order))
        at = [point_of(e) for e in entities_in(answer)]
        assert_equal(len(at), len(chosen.ids), "the number of entities")
        away = [distance(p, chosen.centre) for p in at if p]
        in_order = all(a <= b * _ROUGHLY + 1 for a, b in pairwise(away))
        assert_that(in_order, "a farther one comes first", received=[round(a) for a in away])

    at_rest(compare)


@pytest.mark.check(
    "CTX-V2-49", clause="NGSI v2 List Entities", strength="should", rests_on=("CTX-V2-07",)
)
def test_the_same_question_has_the_same_order(stock):
    """Asked twice, entities come in the same order, so that pages can be relied on."""

    def compare():
        first, second = (ids_in(stock.ask()) for _ in range(2))
        assert_that(len(first) > 1, "there are no two entities any more")
        assert_equal(second, first, "the order")

    at_rest(compare)
