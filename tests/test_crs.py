"""Reference systems: coordinates known from elsewhere, in the order of the authority's axes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.crs import (
    CRS84,
    DEFAULTS,
    grain,
    is_finite,
    is_no_code,
    national,
    project,
    system,
    tolerance,
)
from mimtest.vocabulary.geo import close

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GREENWICH, COLOGNE = (0.0, 51.4778), (6.9583, 50.9413)
DEGREE = st.integers(-800, 800).map(lambda n: n / 10)


@pytest.mark.parametrize(
    ("uri", "position", "there", "within"),
    [
        (CRS84, COLOGNE, COLOGNE, 0),
        (DEFAULTS[1], COLOGNE, COLOGNE, 0),
        (f"{EPSG}4326", COLOGNE, COLOGNE[::-1], 0),
        (f"{EPSG}4258", COLOGNE, COLOGNE[::-1], 1e-6),
        ("urn:ogc:def:crs:EPSG::4326", COLOGNE, COLOGNE[::-1], 0),
        # The central meridian of zone 32 lies at 500 km, its scale is 0.9996.
        (f"{EPSG}25832", (9.0, 0.0), (500_000, 0), 0.01),
        # EPSG Guidance Note 7-2, the quarter of a meridian on the ellipsoid GRS 80 is 10 001 965.729 m.
        (f"{EPSG}25832", (9.0, 90.0), (500_000, 10_001_965.729 * 0.9996), 0.01),
        (f"{EPSG}25832", COLOGNE, (356_700, 5_645_400), 500),
        # EPSG Guidance Note 7-2: Popular Visualisation Pseudo-Mercator.
        (f"{EPSG}3857", (-100.333333, 24.381787), (-11_169_055.58, 2_800_000.00), 0.2),
        (f"{EPSG}3857", (180.0, 0.0), (math.pi * 6_378_137, 0), 0.01),
    ],
)
def test_positions_come_out_where_they_are_known_to_be(uri, position, there, within):
    assert system(uri) is not None
    ((x, y),) = project(uri, (position,))
    assert x == pytest.approx(there[0], abs=within)
    assert y == pytest.approx(there[1], abs=within)


@given(DEGREE, DEGREE)
def test_latitude_comes_first_where_the_authority_says_so(lon, lat):
    assert project(CRS84, ((lon, lat),)) == ((lon, lat),)
    assert project(f"{EPSG}4326", ((lon, lat),)) == ((lat, lon),)


@pytest.mark.parametrize(
    ("code", "is_angular", "unit"),
    [(4326, True, 111_320), (4258, True, 111_320), (25832, False, 1), (3857, False, 1)],
)
def test_a_system_knows_its_unit(code, is_angular, unit):
    found = system(f"{EPSG}{code}")
    assert found.is_angular is is_angular
    assert found.unit == unit


@pytest.mark.parametrize(("code", "least"), [(4326, 0.1), (3857, 0.1), (4258, 2.0), (25832, 2.0)])
def test_more_is_tolerated_across_datums(code, least):
    assert system(f"{EPSG}{code}").tolerance == least


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "EPSG:4326",
        "+proj=longlat",
        "WGS 84",
        "#/crs",
        f"{EPSG}999999",
        f"{EPSG}4326x",
        f"{EPSG}",
        "http://www.opengis.net/def/crs/MIMTEST/0/1",
        "http://www.example.org/def/crs/EPSG/0/4326",
        "urn:ogc:def:crs:EPSG::",
        f"{EPSG}7837",  # heights alone
    ],
)
def test_what_proj_does_not_know_is_no_system(uri):
    assert system(uri) is None


def test_a_place_where_a_system_is_not_defined_is_not_finite():
    assert is_finite(project(f"{EPSG}3857", (COLOGNE,)))
    assert not is_finite(project(f"{EPSG}3857", (COLOGNE, (0.0, -90.0), (500.0, 95.0))))
    assert is_finite(())


@pytest.mark.parametrize(
    ("positions", "least", "half"),
    [
        (((7.9, 51.6),), 5, 0.000005),
        (((7.123456, 51.6),), 5, 0.0000005),
        (((7.1234567891234, 51.6),), 5, 0.0000000005),
        (((423814.0, 5717124.0),), 0, 0.5),
        (((423814.27, 5717124.0),), 0, 0.005),
        ((), 5, 0.000005),
    ],
)
def test_rounding_is_read_off_the_decimals(positions, least, half):
    assert grain(positions, least) == pytest.approx(half)


@given(st.integers(1, 9), st.floats(-80, 80))
def test_rounding_moves_a_number_by_its_grain_at_most(decimals, number):
    rounded = round(number, decimals)
    assert abs(rounded - number) <= grain(((rounded, 0.0),), decimals) + 1e-12


def test_a_tolerance_is_a_distance_on_the_ground():
    here = ((7.90001, 51.60001),)
    plane = system(f"{EPSG}25832")
    room = tolerance(((423814.3, 5717123.8),), here, plane)
    assert plane.tolerance + 0.05 + 0.5 < room < 1.5 * plane.tolerance + 0.05 + 1.0
    stretched = tolerance(((879425.123, 6728432.123),), here, system(f"{EPSG}3857"))
    assert 0.5566 / 0.6212 + 0.1 / 0.6212 < stretched < 0.5566 / 0.6212 + 0.3
    degrees = system(f"{EPSG}4326")
    assert tolerance(((51.60001, 7.90001),), here, degrees) == pytest.approx(0.0000114, abs=1e-6)


@given(st.integers(2, 8), st.floats(-8, 8), st.floats(-75, 75))
def test_rounding_before_a_transformation_is_within_the_tolerance(decimals, east, north):
    rounded = (round(east, max(decimals, 5)), round(north, max(decimals, 5)))
    mercator = system(f"{EPSG}3857")
    (there,) = project(mercator.uri, ((east, north),))
    room = tolerance((there,), (rounded,), mercator)
    assert close((there,), project(mercator.uri, (rounded,)), room)


def test_names_of_a_national_register_stand_for_codes():
    assert national("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH") == f"{EPSG}25832"
    assert national("urn:adv:crs:DE_42-83_3GK4") is None


@pytest.mark.parametrize(
    ("code", "made_up"),
    [("25832", False), ("102100", True), ("999999", True), ("32000", False)],
)
def test_numbers_of_private_software_are_no_codes(code, made_up):
    assert is_no_code(f"{EPSG}{code}") is made_up
    assert not is_no_code("https://example.org/crs/town")
