"""Pages of entities hold what was asked for, each entity once, and say how many there are in all.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 9.3.1 and 9.3.3.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
)
from mimtest.vocabulary.sensorthings import (
    COUNT,
    ID,
    NEXT,
    count_of,
    entities_of,
    id_literals,
    ids_of,
    literal,
    next_of,
    walk,
)
from mimtest.vocabulary.sensorthings_long import assert_last_pages, assert_total, total_of
from mimtest.vocabulary.sensorthings_sample import MOST, result_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("sensorthings")


@pytest.fixture
def stocked(series):
    """A series of which all is known."""
    found = [s for s in series if s.whole]
    if not found:
        raise Inconclusive("no_data", "every series is too long to be read")
    return found[0]


@pytest.fixture
def longest(series):
    """A series of which all is known, or one that is too long for that."""
    return next((s for s in series if s.whole), series[0])


def _ids(sample, **options):
    return ids_of(entities_of(sample.sensing.get(sample.address, fresh=True, **options)))


@pytest.mark.check("PLA-S-14", clause="OGC 18-088 9.3.3.2, 9.3.3.3 /req/request-data/top, skip")
@pytest.mark.parametrize("option", ["top", "top 0", "skip"])
def test_pages_are_cut_as_asked(longest, option):
    """A page holds as many entities as asked for, none for zero, and starts behind those skipped."""

    def look():
        first = _ids(longest, top=3)
        assert_equal(len(first), 3, "the number of entities with $top=3")
        if option == "top 0":
            assert_equal(_ids(longest, top=0), [], "the entities with $top=0")
        elif option == "skip":
            rest = _ids(longest, top=2, skip=1)
            assert_equal(rest, first[1:], "the second and third entity")
        else:
            assert_equal(_ids(longest, top=1), first[:1], "the first entity")

    at_rest(look)


@pytest.mark.check(
    "PLA-S-15", clause="OGC 18-088 9.3.3.6 /req/request-data/pagination", rests_on=("PLA-S-14",)
)
@pytest.mark.parametrize("way", ["pages", "filtered"])
def test_pages_hold_every_entity_once(longest, way):
    """Following the links from page to page meets every entity once, and the last page has no link."""
    edge, stocked = longest.gap(0.3), longest
    question = {"filter": f"result gt {literal(edge)}"} if way == "filtered" else {}
    if not longest.whole:
        at_rest(lambda: assert_last_pages(longest, question))
        return

    def look():
        stocked.again()
        chosen = [o for o in stocked.entities if not question or result_of(o) > edge]
        size = max(1, len(chosen) // 3, len(chosen) // 6)
        found = walk(stocked.sensing, stocked.address, MOST, fresh=True, top=size, **question)
        if len(found.pages) == 1:
            # It holds all that was asked for: some services lead on from their own pages only.
            _assert_default_pages(stocked, filtered=bool(question))
            return
        if found.stopped:
            raise Inconclusive("no_data", "the pages are too small to read them all")
        ids = ids_of(found.entities)
        twice = sorted({i for i in ids if ids.count(i) > 1})
        assert_that(not twice, "entities on two pages", expected="each once", received=twice[:5])
        assert_that(found.ended, "the pages do not end", expected=f"no {NEXT} on the last page")
        known = set(ids_of(chosen))
        lost, strange = known - set(ids), set(ids) - known
        assert_that(
            not lost and not strange,
            "the pages hold other entities than one page does",
            expected=f"{len(known)} entities",
            received=f"{len(ids)} entities; missing {sorted(lost)[:3]}, too many {sorted(strange)[:3]}",
        )

    at_rest(look)


def _assert_default_pages(sample, *, filtered):
    """The pages of all Observations, in the service's own size, hold each of them once."""
    sensing, others = sample.sensing, f"Datastream/id ne {id_literals(sample.stream[ID])[-1]}"
    question = {"count": True} | ({"filter": others} if filtered else {})
    found = walk(sensing, sensing.address("Observations"), 2 * MOST, fresh=True, **question)
    if len(found.pages) == 1:
        raise Inconclusive("no_data", "one page holds everything")
    ids = ids_of(found.entities)
    twice = sorted({i for i in ids if ids.count(i) > 1})
    assert_that(not twice, "entities on two pages", expected="each once", received=twice[:5])
    if not found.stopped:
        assert_equal(len(ids), count_of(found.pages[0]), "the number of entities on all pages")


@pytest.mark.check("PLA-S-16", clause="OGC 18-088 9.3.3.4 /req/request-data/count")
@pytest.mark.parametrize("case", ["asked", "not asked", "a page", "filtered"])
def test_a_count_is_given_when_asked_for(longest, case):
    """The total is stated when asked for, whatever the page holds, and it is that of the filter."""
    sensing, edge, stocked = longest.sensing, longest.gap(0.3), longest
    options = {
        "asked": {"count": True},
        "not asked": {"count": False},
        "a page": {"count": True, "top": 1, "skip": 1},
        "filtered": {"count": True, "filter": f"result gt {literal(edge)}"},
    }[case]

    if not longest.whole and case != "not asked":
        at_rest(lambda: assert_total(longest, options, edge if case == "filtered" else None))
        return

    def look():
        stocked.again()
        answer = sensing.get(stocked.address, fresh=True, **options)
        if case == "not asked":
            entities_of(answer)
            assert_that(
                COUNT not in json_object(answer),
                "a count came that was not asked for",
                expected=f"no '{COUNT}'",
                received=json_object(answer).get(COUNT),
            )
            return
        total = sum(1 for o in stocked.entities if case != "filtered" or result_of(o) > edge)
        assert_equal(count_of(assert_status(answer, 200)), total, f"'{COUNT}'")

    at_rest(look)


@pytest.mark.check(
    "PLA-S-24",
    clause="OGC 18-088 9.3.1 /req/request-data/order",
    rests_on=(
        "PLA-S-14",
        "PLA-S-17",
        "PLA-S-20",
    ),
)
@pytest.mark.parametrize("turned", [False, True], ids=["as listed", "turned"])
def test_options_are_evaluated_in_the_standards_order(stocked, turned):
    """A filter comes before the order, that before skipping and cutting, in whichever order they are given."""
    edge = stocked.gap(0.25)
    question = {
        "filter": f"result gt {literal(edge)}",
        "count": True,
        "orderby": "result desc",
        "skip": 1,
        "top": 2,
    }
    if turned:
        question = dict(reversed(question.items()))

    def look():
        stocked.again()
        chosen = sorted((r for r in stocked.results if r > edge), reverse=True)
        if len(chosen) < 3:
            raise Inconclusive("no_data", "too few results above the edge")
        answer = stocked.sensing.get(stocked.address, fresh=True, **question)
        results = [o.get("result") for o in entities_of(answer)]
        assert_equal(results, chosen[1:3], "the second and third of the greatest results")
        assert_equal(count_of(answer), len(chosen), f"'{COUNT}'")

    at_rest(look)


@pytest.mark.check("PLA-S-45", clause="OGC 18-088 9.3.3.6 (nextLink)", rests_on=("PLA-S-14",))
def test_the_last_page_has_no_link(longest):
    """The page that holds the last entities has no link to a further one."""
    sensing = longest.sensing

    def look():
        longest.again()
        total = len(longest.entities) if longest.whole else total_of(longest)
        page = sensing.get(longest.address, fresh=True, top=1, skip=total - 1)
        assert_equal(len(entities_of(page)), 1, "the number of entities on the last page")
        assert_that(
            next_of(page) is None,
            "the last page has a link to a further one",
            expected=f"no {NEXT}",
            received=next_of(page),
        )

    at_rest(look)
