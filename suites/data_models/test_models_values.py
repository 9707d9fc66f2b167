"""Units, times and places are stated in the way everybody reads: the ground of any comparison."""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.models.formats import is_date_time
from mimtest.models.reading import Reading
from mimtest.models.representations import attributes_of, untyped
from mimtest.models.units import is_unit_code
from mimtest.vocabulary.expect import assert_that, fail, shown
from mimtest.vocabulary.geojson import shape_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")

_ROUNDING = 1e-6


@pytest.mark.check("MOD-UNI-01", clause="GS CIM 009 4.5.2; UN/CEFACT Rec. 20")
def test_units_have_the_form_of_common_codes(samples):
    """Every unitCode has the form of a UN/CEFACT common code, such as MTR, KWH or GQ."""
    if not any(_has_units(sample.form) for _, sample in samples):
        raise NotApplicable(
            "not_offered", "features and plain records have no place for unit codes"
        )
    coded = [sample for model, sample in samples if model.units == "uncefact"]
    if not coded:
        raise NotApplicable("not_offered", "the target file declares units of other systems")
    found = [
        (f"{e['id']} {unit.pointer}", unit.value)
        for sample in coded
        for e in sample.entities()
        for unit in Reading(e).units
    ]
    _assert_each(found, is_unit_code, "unit", "two or three capital letters or digits of the list")


@pytest.mark.check("MOD-TIM-01", clause="RFC 3339 5.6; GS CIM 009 4.6.3")
def test_moments_have_their_zone(samples, library):
    """Times of observation, and attributes the model calls date-time, are RFC 3339 with their zone."""
    found = [
        (f"{e['id']} {where}", value)
        for model, sample in samples
        for e in sample.entities()
        for where, value in [*_moments(e), *_dated(e, _date_times(library, model))]
    ]
    _assert_each(found, _is_moment, "time", "a time such as 2026-03-14T13:00:00Z")


@pytest.mark.check("MOD-GEO-01", clause="RFC 7946 3.1, 4; GS CIM 009 4.7")
def test_places_are_on_the_earth(samples):
    """Every GeoProperty is a GeoJSON geometry of longitudes and latitudes that exist."""
    places = [
        (f"{e['id']} {place.pointer}", place.value)
        for _, sample in samples
        for e in sample.entities()
        for place in Reading(e).geometries
    ]
    if not places:
        raise Inconclusive("no_data", "no sampled entity has a GeoProperty")
    for where, geometry in places:
        _assert_on_earth(where, geometry)


def _has_units(form):
    return form in ("normalized", "ngsi-v2")


def _assert_each(found, holds, what, expected):
    """Every value holds; there is at least one."""
    __tracebackhide__ = True
    if not found:
        raise Inconclusive("no_data", f"no sampled entity states a {what}")
    wrong = [(where, value) for where, value in found if not holds(value)]
    if wrong:
        fail(
            f"{len(wrong)} of {len(found)} are not, such as {wrong[0][0]}",
            expected=expected,
            received=shown([value for _, value in wrong[:5]]),
        )


def _moments(entity):
    return [(moment.pointer, moment.value) for moment in Reading(entity).moments]


def _is_moment(value):
    return isinstance(value, str) and is_date_time(value)


def _date_times(library, model):
    """The attributes that the claimed schema gives the format date-time; none where it is silent."""
    try:
        described = library.schema(model).properties()
    except (Unsettled, Contradiction):
        return set()
    return {n for n, rules in described.items() if any(map(_is_date_time_rule, rules))}


def _is_date_time_rule(rule):
    return isinstance(rule, dict) and rule.get("format") == "date-time"


def _dated(entity, names):
    """The plain values of those attributes; typed ones are among the moments already."""
    for name, instances in attributes_of(entity).items():
        values = [i["value"] for i in instances if name in names and "value" in i]
        yield from ((name, v) for v in values if untyped(v) is v)


def _assert_on_earth(where, geometry):
    __tracebackhide__ = True
    shape = shape_of(geometry)
    beyond = [p for p in shape.positions if not _exists(*p)] if shape else []
    assert_that(
        not beyond,
        f"{where} has positions that do not exist on the Earth",
        expected="longitude within ±180, then latitude within ±90 degrees",
        received=shown(beyond[:3]),
    )


def _exists(longitude, latitude):
    return abs(longitude) <= 180 + _ROUNDING and abs(latitude) <= 90 + _ROUNDING
