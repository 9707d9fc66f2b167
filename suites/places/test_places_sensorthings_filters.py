"""Filters of a SensorThings service select what their meaning says, computed from downloaded entities.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 9.3.3.5.
"""

from collections.abc import Mapping

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import same
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.sensorthings import ID, entity_of, ids_of, literal, texts
from mimtest.vocabulary.sensorthings_names import scalar_property, strings
from mimtest.vocabulary.sensorthings_places import places
from mimtest.vocabulary.sensorthings_questions import (
    ARITHMETIC,
    COMPARISONS,
    DATES,
    LOGICAL,
    MATHS,
    remainder,
)
from mimtest.vocabulary.sensorthings_sample import (
    assert_selected,
    assert_selected_by_id,
    take,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("sensorthings")

#: Datastreams of a Thing that are read at most.
_STREAMS = 6


def _ask(series, question):
    """Ask a question of the first series that it tells something of."""

    def ask(sample):
        text, judge = question(sample)
        assert_selected(sample, text, judge)

    for_each(series, ask, "no series has values that such a filter tells apart")


@pytest.mark.check("PLA-S-20", clause="OGC 18-088 9.3.3.5.1 /req/request-data/filter")
@pytest.mark.parametrize("operator", COMPARISONS)
def test_results_are_compared(series, operator):
    """A comparison of results selects the Observations it is true for."""
    _ask(series, COMPARISONS[operator])


@pytest.mark.check(
    "PLA-S-46",
    clause="OGC 18-088 9.3.3.5.1 /req/request-data/built-in-filter-operations",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize("operator", LOGICAL)
def test_conditions_are_combined(series, operator):
    """Conditions combined with 'and', 'or', 'not' and parentheses select what the combination says."""
    _ask(series, LOGICAL[operator])


@pytest.mark.check(
    "PLA-S-47",
    clause="OGC 18-088 9.3.3.5.1 /req/request-data/built-in-filter-operations",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize("operator", ARITHMETIC)
def test_results_are_computed_with(series, operator):
    """A computation with the result selects the Observations whose value it says."""
    _ask(series, ARITHMETIC[operator])


@pytest.mark.check(
    "PLA-S-40",
    clause="OGC 18-088 9.3.3.5.1 /req/request-data/built-in-filter-operations",
    rests_on=("PLA-S-20",),
)
def test_remainders_are_computed(series):
    """The remainder of a division selects the Observations with whole numbers that leave it."""
    _ask(series, remainder)


@pytest.mark.check(
    "PLA-S-48",
    clause="OGC 18-088 9.3.3.5.2 /req/request-data/built-in-query-functions",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize("function", MATHS)
def test_results_are_rounded(series, function):
    """A function that rounds results selects the Observations whose rounded result is asked for."""
    _ask(series, MATHS[function])


@pytest.mark.check(
    "PLA-S-49",
    clause="OGC 18-088 9.3.3.5.2 /req/request-data/built-in-query-functions",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize("part", DATES)
def test_times_are_compared(series, part):
    """A comparison with a time, or with a part of it, selects the Observations of that time."""
    _ask(series, DATES[part])


@pytest.mark.check(
    "PLA-S-21",
    clause="OGC 18-088 9.3.3.5.2 /req/request-data/built-in-query-functions",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize(
    "function",
    [
        "substringof",
        "startswith",
        "endswith",
        "length",
        "substring",
        "tolower",
        "toupper",
        "trim",
        "concat",
    ],
)
def test_names_are_examined(things, function):
    """A function of texts selects the Things whose names it is true for."""
    things.require_whole()
    names = list(texts(things.entities, "name"))
    if len(names) < len(things.entities):
        raise Inconclusive("precondition_unmet", "a Thing has no name")
    text, judge = strings(names)[function]
    assert_selected(things, text, judge)


@pytest.fixture
def locations(sensing):
    """The Locations, all of them if there are not too many."""
    return take(sensing, sensing.address("Locations"), "Locations")


@pytest.mark.check(
    "PLA-S-22",
    clause="OGC 18-088 9.3.3.5.2 /req/request-data/built-in-query-functions",
    rests_on=("PLA-S-20",),
)
@pytest.mark.parametrize(
    "function",
    [
        "st_within",
        "st_intersects",
        "st_disjoint",
        "geo.intersects",
        "st_equals",
        "geo.distance",
    ],
)
def test_locations_are_found_by_place(locations, function):
    """A spatial function selects the Locations that lie so, by their coordinates."""
    text, judge = places(locations.entities)[function]
    assert_selected(locations, text, judge)


@pytest.mark.check(
    "PLA-S-23", clause="OGC 18-088 9.3.3.5 /req/request-data/filter", rests_on=("PLA-S-20",)
)
@pytest.mark.parametrize("way", ["properties", "to one", "to many", "two steps"])
def test_filters_look_into_properties_and_relations(sensing, things, series, way):
    """A filter looks into the members of 'properties' and into related entities, one or two steps away."""
    if way == "properties":
        name, value = scalar_property(things.entities)

        def holds(entity):
            properties = entity.get("properties")
            held = properties.get(name) if isinstance(properties, Mapping) else None
            return same(held, value) and type(held) is type(value)

        assert_selected(things, f"properties/{name} eq {literal(value)}", holds)
        return
    wholes = [s for s in series if s.whole]
    if not wholes:
        raise Inconclusive("no_data", "every series is too long to be read")
    stream = wholes[0].stream
    thing = entity_of(sensing.get(sensing.place("Datastreams", stream[ID], "Thing")))
    if way == "to many":
        assert_selected_by_id(
            things, "Datastreams/id", stream[ID], lambda e: same(e[ID], thing[ID])
        )
        return
    near, path, known = [stream], "Datastream/id", stream[ID]
    if way == "two steps":
        path, known = "Datastream/Thing/id", thing[ID]
        near = take(sensing, sensing.place("Things", thing[ID], "Datastreams"), "Datastreams")
        near.require_whole()
        near = near.entities
    if len(near) > _STREAMS:
        raise Inconclusive("no_data", "the Thing has too many Datastreams")
    sample = take(sensing, sensing.address("Observations"), "Observations")

    def look():
        own = set()
        for one in near:
            place = sensing.place("Datastreams", one[ID], "Observations")
            observations = take(sensing, place, "Observations")
            observations.again()
            observations.require_whole()
            own.update(ids_of(observations.entities))
        assert_selected_by_id(sample, path, known, lambda o: ids_of([o])[0] in own)

    at_rest(look)
