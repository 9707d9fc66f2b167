"""Places are where they are said to be: longitude first, in the area, in a form that maps understand."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.judging import assert_none_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.fixture
def located(judged, target):
    """The samples of a product whose area is claimed."""
    if target.claims.area is None:
        raise NotApplicable("option_not_claimed", "the target file has no claims.area")
    return judged


@pytest.mark.check("MOD-GEO-02", clause="RFC 7946 3.1.1, 4; GS CIM 009 4.7")
def test_longitude_comes_first(located):
    """No place is in the claimed area only when latitude and longitude change places."""
    assert_none_of(located, "place-turned")


@pytest.mark.check("MOD-GEO-03", clause="RFC 7946 4; MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_places_are_in_the_area(located):
    """Every place is in the area that the target file claims."""
    assert_none_of(located, "place-outside-the-area")


@pytest.mark.check("MOD-GEO-04", clause="RFC 7946 4", strength="should")
def test_places_are_known(judged):
    """No place is where the equator meets the prime meridian, which devices without a fix report."""
    assert_none_of(judged, "place-unset")


@pytest.mark.check("MOD-GEO-05", clause="RFC 7946 3.1.6", strength="should")
def test_rings_run_the_right_way(judged):
    """The shells of polygons run against the clock and their holes with it."""
    assert_none_of(judged, "ring-the-wrong-way")


@pytest.mark.check("MOD-GEO-06", clause="RFC 7946 11.2", strength="should")
def test_points_are_as_exact_as_a_street(judged):
    """Points have three decimals of a degree or more, which tell one street from the next."""
    assert_none_of(judged, "place-coarse")
