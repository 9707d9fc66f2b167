"""Filters on places, in CRS84 and in other reference systems: recomputed from the downloaded features.

OGC API - Features - Part 3: Filtering (19-079r2), 8.4, and CQL2 (21-065r2), 6.6 and 7.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary import cql2_questions_placed as placed
from mimtest.vocabulary.cql2_asking import MOST_ASKED, assert_answered
from mimtest.vocabulary.cql2_classes import area_literal, box_literal, in_space
from mimtest.vocabulary.crs import CRS84, DEFAULTS, is_finite, project, system
from mimtest.vocabulary.feature_schemas import declared, require
from mimtest.vocabulary.geo import telling_fence
from mimtest.vocabulary.ogcapi import reference_systems
from mimtest.vocabulary.samples_compared import assert_refused

pytestmark = pytest.mark.interface("ogc-api-features")

BASIC = "basic-spatial-functions"
PLUS = "basic-spatial-functions-plus"
FULL = "spatial-functions"
NO_PLACES = "no collection has features in two places and a queryable for them"
NO_AREAS = "no collection has areas and a queryable for them"
#: Metres along the edge of a box in which nothing is judged.
BAND = 1.0
MOST_SYSTEMS = 4
NO_SUCH = "http://www.opengis.net/def/crs/EPSG/0/999999"


@pytest.mark.check(
    "PLA-F-08",
    clause="OGC 21-065r2 /req/basic-spatial-functions/spatial-predicate; 19-079r2 /req/filter/filter-crs-wgs84",
)
def test_a_box_selects_what_it_meets(filterables):
    """S_INTERSECTS with a BBOX selects exactly the features that meet the box, longitude first."""
    assert_answered(filterables, placed.spatial("S_INTERSECTS", "box"), NO_PLACES, BASIC)


@pytest.mark.check("PLA-F-29", clause="OGC 21-065r2 /req/basic-spatial-functions/spatial-functions")
def test_a_point_selects_the_area_around_it(filterables):
    """S_INTERSECTS with a POINT selects exactly the areas that hold it."""
    assert_answered(filterables, placed.held_points("S_INTERSECTS"), NO_AREAS, BASIC)


@pytest.mark.check(
    "PLA-F-30", clause="OGC 21-065r2 /req/basic-spatial-functions-plus/spatial-data-types"
)
def test_an_area_selects_what_it_meets(filterables):
    """S_INTERSECTS with a POLYGON selects exactly the features that meet it."""
    assert_answered(filterables, placed.spatial("S_INTERSECTS", "area"), NO_PLACES, PLUS)


@pytest.mark.check("PLA-F-31", clause="OGC 21-065r2 /req/spatial-functions/spatial-functions")
@pytest.mark.parametrize("function", ["S_DISJOINT", "S_WITHIN", "S_CONTAINS"])
def test_places_stand_in_relations(filterables, function):
    """A spatial function selects exactly the features whose place stands in that relation."""
    if function == "S_CONTAINS":
        assert_answered(filterables, placed.held_points(function), NO_AREAS, FULL)
    else:
        assert_answered(filterables, placed.spatial(function, "box"), NO_PLACES, FULL)


@pytest.fixture
def placeable(filterables, listing, classes):
    """Collections with a place to ask for and other reference systems, which Part 2 makes usable."""
    require([*classes], "cql2", BASIC)
    require([*classes], "ogcapi-features-2", "crs")
    found = [
        (f, [s for s in reference_systems(listing, f.sample.collection) if system(s)])
        for f in filterables
        if f.schema.place and f.sample.shapes
    ]
    found = [(f, systems) for f, systems in found if set(systems) - set(DEFAULTS)]
    if not found:
        raise Inconclusive("no_data", "no collection with places lists another reference system")
    return found[:MOST_ASKED]


@pytest.mark.check("PLA-F-09", clause="OGC 19-079r2 /req/filter/filter-crs-param B")
def test_a_filter_is_taken_in_its_own_system(placeable):
    """A geometry in a filter is read in the system filter-crs names, axes in its authority's order."""
    asked = sum(
        _assert_in_system(filterable, uri)
        for filterable, systems in placeable
        for uri in [s for s in systems if s not in DEFAULTS][:MOST_SYSTEMS]
    )
    if not asked:
        raise Inconclusive("no_data", NO_PLACES)


def _assert_in_system(filterable, uri):
    """A telling box in the system selects what lies in it; whether there was such a box."""
    target = system(uri)

    def there(shape):
        return shape and shape.moved(lambda line: project(uri, line))

    moved = [there(s) for s in filterable.sample.shapes]
    if not all(is_finite(s.positions) for s in moved):
        return False
    band = max(BAND, target.tolerance) / target.unit
    fence = telling_fence(moved, least_band=band, share=0 if target.is_angular else 0.05)
    if fence is None:
        return False
    polygons = declared([*filterable.classes], "cql2", PLUS)
    if target.is_angular and not polygons:
        return False  # the numbers of a BBOX are named west to north, whatever the system
    literal = area_literal(fence.box) if polygons else box_literal(fence.box)
    condition = in_space(
        "S_INTERSECTS", filterable.schema.place, literal, lambda s: fence.selects(there(s))
    )
    filterable.assert_holds(condition, filter_crs=uri)
    return True


@pytest.mark.check(
    "PLA-F-32",
    clause="OGC 19-079r2 /req/filter/filter-crs-param C, /req/features-filter/response E",
)
def test_a_filter_in_a_system_that_does_not_exist_is_refused(placeable):
    """A filter in a reference system that does not exist is answered with 400."""
    for filterable, _ in placeable[:1]:
        fence = telling_fence(filterable.sample.shapes, least_band=placed.BAND)
        if fence is None:
            raise Inconclusive("no_data", NO_PLACES)
        place = filterable.schema.place
        condition = in_space("S_INTERSECTS", place, box_literal(fence.box), fence.selects)
        good = {"limit": 1, **filterable.spelled(condition), "filter_crs": CRS84}
        assert_refused(filterable.sample, good, {**good, "filter_crs": NO_SUCH})


@pytest.mark.check("PLA-F-33", clause="OGC 19-079r2 /req/features-filter/response E")
def test_a_broken_geometry_in_a_filter_is_refused(filterables):
    """A geometry in a filter that is none is answered with 400, not with an error of the server."""
    for filterable in filterables:
        require([*filterable.classes], "cql2", BASIC)
        fence = telling_fence(filterable.sample.shapes, least_band=placed.BAND)
        place = filterable.schema.place
        if fence is None or place is None:
            continue
        condition = in_space("S_INTERSECTS", place, box_literal(fence.box), fence.selects)
        good = {"limit": 1, **filterable.spelled(condition)}
        point = {"type": "Point", "coordinates": ["7.9", "north"]}
        broken = in_space("S_INTERSECTS", place, ("POINT(7.9 north)", point), fence.selects)
        assert_refused(filterable.sample, good, {**good, **filterable.spelled(broken)})
        return
    raise Inconclusive("no_data", NO_PLACES)
