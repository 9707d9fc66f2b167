"""Features in order: what comes is compared with the values it was sorted by.

OGC API - Features - Part 8: Sorting (draft). It is optional, and what it asks for is recommended only.
"""

from itertools import pairwise

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.cql2_asking import MOST_ASKED, Filterable
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.feature_schemas import (
    assert_described,
    assert_linked,
    assert_typed,
    require,
    schema_of,
)
from mimtest.vocabulary.samples import page_size
from mimtest.vocabulary.samples_compared import assert_refused

pytestmark = pytest.mark.interface("ogc-api-features")

PART = "ogcapi-features-8"
NOTHING = "no sortable is a number or time that differs"


@pytest.fixture
def sorted_ones(service, samples, classes):
    """Downloaded collections with their sortables."""
    require([*classes], PART, "sorting", "features-sorting", "sortables")
    found, problems = [], []
    for sample in samples:
        try:
            schema = schema_of(service, sample.collection, "sortables")
            found.append(Filterable(sample, schema, classes))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
    if not found:
        raise Inconclusive("precondition_unmet", f"no sortables can be read: {problems[0]}")
    return found


@pytest.mark.check(
    "PLA-F-48",
    clause="OGC API - Features - Part 8 (draft) /req/sorting/get-sortables-success",
    strength="should",
)
def test_collections_have_sortables(service, samples, classes):
    """Every collection has sortables that are typed and name their dialect and address, and links to them."""
    require([*classes], PART, "sorting", "features-sorting", "sortables")
    for sample in samples:
        schema = schema_of(service, sample.collection, "sortables")
        what = f"the sortables of '{sample.collection.id}'"
        assert_described(schema, what)
        assert_typed(schema, what)
        assert_linked(service, sample.collection, "sortables")


@pytest.mark.check(
    "PLA-F-13",
    clause="OGC API - Features - Part 8 (draft) /req/sorting/sortby-response A",
    strength="should",
)
@pytest.mark.parametrize("direction", ["up", "down", "by default"])
def test_features_come_in_order(sorted_ones, direction):
    """Features sorted by a number or time come in that order, going up by default, down with a minus."""
    sign = {"up": "+", "down": "-", "by default": ""}[direction]
    _ask_in_order(sorted_ones, sign, paged=False)


@pytest.mark.check(
    "PLA-F-49",
    clause="OGC API - Features - Part 8 (draft) /req/features-sorting/response",
    strength="should",
)
def test_the_order_goes_on_over_pages(sorted_ones):
    """Features sorted by a number or time come in that order on all pages, each of them once."""
    _ask_in_order(sorted_ones, "-", paged=True)


def _ask_in_order(filterables, sign, *, paged):
    found = [
        (f.sample, c)
        for f in filterables
        for c in f.columns("number", "time")
        if len(c.steps) > 1 and (f.sample.leads_on or not paged)
    ]
    if not found:
        raise Inconclusive("no_data", NOTHING)
    for sample, column in sorted(found, key=lambda pair: _reads_alike(pair[1]))[:MOST_ASKED]:
        size = {"limit": page_size(len(sample.known))} if paged else {}
        answer = sample.ask(sortby=f"{sign}{column.name}", **size)
        _assert_ordered(sample, answer, column.name, descending=sign == "-")


def _reads_alike(column):
    """Whether the values are in the same order when they are taken as texts."""
    return sorted(column.steps, key=str) == column.steps


def _assert_ordered(sample, answer, name, *, descending):
    """What is not set comes first or last, as the server likes."""
    given = [(f.get("properties") or {}).get(name) for f in answer.features]
    ids = [f.get("id") for f in answer.features]
    values = [v for v in given if v is not None]
    wrong = [(a, b) for a, b in pairwise(values) if (a < b if descending else a > b)]
    if wrong:
        sample.confirm(lambda feature: feature.properties.get(name))
        fail(
            f"'{sample.collection.id}' sorted by {name} is not in order",
            expected="going down" if descending else "going up",
            received=f"{wrong[0][0]} before {wrong[0][1]}",
        )
    missing = len(sample.known) - len(set(ids))
    if answer.ended and (missing > 0 or len(set(ids)) < len(ids)):
        sample.confirm(lambda feature: feature.properties.get(name))
        fail(
            f"'{sample.collection.id}' sorted by {name} is not whole",
            expected=f"{len(sample.known)} features, each once",
            received=f"{len(ids)} features, {len(set(ids))} different ones",
        )


@pytest.mark.check(
    "PLA-F-50",
    clause="OGC API - Features - Part 8 (draft) /req/sorting/sortby-response B; 17-069r4 /req/core/query-param-invalid",
    strength="should",
)
def test_what_is_no_sortable_is_refused(sorted_ones, run_id):
    """A property that is no sortable is answered with 400."""
    for filterable in sorted_ones:
        names = [*filterable.schema.properties]
        if names:
            good = {"limit": 1, "sortby": names[0]}
            assert_refused(filterable.sample, good, {"limit": 1, "sortby": f"mimtest{run_id}"})
            return
    raise Inconclusive("no_data", "there are no sortables")


@pytest.mark.check(
    "PLA-F-51",
    clause="OGC API - Features - Part 8 (draft) /req/sorting/sortby-response A",
    strength="should",
)
def test_a_second_key_orders_equals(sorted_ones):
    """Features that are equal in the first property come in the order of the second."""
    for filterable in sorted_ones:
        columns = filterable.columns("number", "time")
        pairs = [(a, b) for a in columns for b in columns if a is not b]
        for first, second in pairs:
            if not (first.is_whole and second.is_whole) or not _ties(filterable, first, second):
                continue
            for sign in "+-":
                _assert_both(filterable.sample, first.name, second.name, sign)
            return
    raise Inconclusive("no_data", "no features are equal in one property and differ in another")


def _assert_both(sample, first, second, sign):
    """The first property goes up, and among equals the second up or down."""
    answer = sample.ask(sortby=f"{first},{sign}{second}")
    rows = [f.get("properties") or {} for f in answer.features]
    keys = [(r.get(first), r.get(second)) for r in rows]
    if any(None in pair for pair in keys):
        raise Inconclusive("unstable", f"{first} or {second} is no longer set everywhere")
    for a, b in pairwise(keys):
        if a[0] > b[0] or (a[0] == b[0] and (a[1] > b[1] if sign == "+" else a[1] < b[1])):
            sample.confirm(lambda f: (f.properties.get(first), f.properties.get(second)))
            fail(
                f"equals in {first} are not sorted by {second}",
                expected="going up" if sign == "+" else "going down",
                received=f"{a} before {b}",
            )


def _ties(filterable, first, second):
    """Whether some features are equal in the one and differ in the other."""
    pairs = {
        (f.properties[first.name], f.properties[second.name])
        for f in filterable.sample.known.values()
    }
    return len({one for one, _ in pairs}) < len(pairs)
