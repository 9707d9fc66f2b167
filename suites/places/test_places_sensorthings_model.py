"""What the entities of a SensorThings service say has meaning: places, units, results and times.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 8.2 and 8.3.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail, member, of_type, shown
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.sensorthings import ID, entities_of, entity_of, ids_of
from mimtest.vocabulary.sensorthings_places import (
    GEOJSON,
    is_geojson,
    located,
    looks_like_geojson,
    shape_in,
)
from mimtest.vocabulary.sensorthings_times import read_instant, read_interval
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("sensorthings")

_TYPES = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
#: What a result is by the type of the observation (18-088 table 12).
_RESULTS = {
    "OM_Measurement": lambda r: isinstance(r, int | float) and not isinstance(r, bool),
    "OM_CountObservation": lambda r: (
        isinstance(r, int | float) and not isinstance(r, bool) and float(r).is_integer()
    ),
    "OM_TruthObservation": lambda r: isinstance(r, bool) or r in ("true", "false"),
    "OM_CategoryObservation": lambda r: isinstance(r, str),
    "OM_Observation": lambda _: True,
}
_STREAMS = 5
#: Degrees; about ten metres.
_AROUND = 1e-4


@pytest.mark.check("PLA-S-07", clause="OGC 18-088 8.2.2, 8.2.8; RFC 7946 3.1")
def test_places_are_geojson(shelves):
    """A Location or FeatureOfInterest that is said to be GeoJSON is a geometry or a feature of it."""
    every = located(shelves)
    pieces = [(e, n) for e, n in every if looks_like_geojson(e, n)]
    if not pieces:
        raise NotApplicable("not_offered", "no place is said to be GeoJSON")
    for entity, name in pieces:
        shape = shape_in(entity, name)
        for x, y in shape.positions if shape else ():
            assert_that(
                -180 <= x <= 180 and -90 <= y <= 90,
                f"'{name}' of {shown(entity[ID])} is not on the earth",
                expected="longitude, latitude",
                received=[x, y],
            )
    others = [e for e, n in every if not looks_like_geojson(e, n)]
    if others:
        names = sorted({shown(e.get("encodingType")) for e in others})
        detail = f"{len(others)} of {len(every)} places are not read: they are {', '.join(names)}"
        raise Inconclusive("needs_review", detail)


@pytest.mark.check("PLA-S-42", clause="OGC 18-088 8.2.2, 8.2.8", strength="should")
def test_the_encoding_of_places_has_its_registered_name(shelves):
    """A place with a geometry in it names GeoJSON by its registered media type."""
    for entity, name in located(shelves):
        value = entity.get(name)
        if isinstance(value, dict) and "type" in value:
            given = member(entity, "encodingType", str, "a place")
            assert_that(
                given == GEOJSON,
                f"'encodingType' of {shown(entity[ID])}",
                expected=GEOJSON,
                received=given,
            )


@pytest.mark.check("PLA-S-08", clause="OGC 18-088 8.2.4 /req/datamodel/datastream/properties")
def test_a_datastream_has_a_unit_and_results_of_its_type(sensing, shelves):
    """A Datastream names its unit and its type of observation, and its results are of that type."""
    if not shelves["Datastreams"]:
        raise Inconclusive("no_data", "there is no Datastream")
    for stream in shelves["Datastreams"]:
        unit = member(stream, "unitOfMeasurement", dict, "a Datastream")
        for name in ("name", "symbol", "definition"):
            member(unit, name, what=f"the unit of {shown(stream[ID])}")
        kind = member(stream, "observationType", str, "a Datastream")
        assert_that(
            address_parts(kind).scheme,
            "'observationType' is no URI",
            expected=_TYPES,
            received=kind,
        )
    for stream in shelves["Datastreams"][:_STREAMS]:
        right = _RESULTS.get(stream["observationType"].removeprefix(_TYPES), lambda _: True)
        for observation in _observations(sensing, stream):
            result = member(observation, "result", what="an Observation")
            if result is not None and not right(result):
                fail(
                    f"a result of Datastream {shown(stream[ID])} is of another type",
                    expected=stream["observationType"],
                    received=shown(result),
                )


def _observations(sensing, stream, **options):
    address = sensing.place("Datastreams", stream[ID], "Observations")
    return entities_of(sensing.get(address, top=10, **options))


@pytest.mark.check("PLA-S-09", clause="OGC 18-088 8.2.7 /req/datamodel/observation/properties")
def test_times_have_a_zone(shelves):
    """Times of Observations and HistoricalLocations are instants or intervals of ISO 8601 with a zone."""
    if not shelves["Observations"]:
        raise Inconclusive("no_data", "there is no Observation")
    for observation in shelves["Observations"]:
        when = member(observation, "phenomenonTime", what="an Observation")
        _assert_time(read_interval(when), when, "'phenomenonTime'")
        result = observation.get("resultTime")
        _assert_time(result is None or read_instant(result), result, "'resultTime'")
        valid = observation.get("validTime")
        _assert_time(valid is None or read_interval(valid), valid, "'validTime'")
    for past in shelves["HistoricalLocations"]:
        time = member(past, "time", what="a HistoricalLocation")
        _assert_time(read_instant(time), time, "'time'")


def _assert_time(read, text, name):
    assert_that(
        read,
        f"{name} is no time with a zone",
        expected="such as 2026-10-12T06:00:00Z",
        received=shown(text),
    )


@pytest.mark.check("PLA-S-10", clause="OGC 18-088 8.2.4 (observedArea)", strength="should")
def test_the_observed_area_covers_what_is_observed(sensing, shelves):
    """Where a Datastream has an observed area, the features of its Observations lie in it."""
    streams = [s for s in shelves["Datastreams"] if s.get("observedArea") is not None]
    if not streams:
        raise NotApplicable("not_offered", "no Datastream has the optional 'observedArea'")

    def ask(stream):
        area = shape_in(stream, "observedArea")
        observations = _observations(sensing, stream)[:1]
        if not observations or not area or not area.positions:
            raise Inconclusive("no_data", "a Datastream without Observations")
        place = sensing.place("Observations", observations[0][ID], "FeatureOfInterest")
        feature = entity_of(sensing.get(place))
        shape = shape_in(feature, "feature") if is_geojson(feature) else None
        box = Box.around(area.positions).grown(_AROUND)
        outside = [p for p in shape.positions if not box.holds(p)] if shape else []
        assert_that(
            not outside,
            f"the observed area of {shown(stream[ID])} leaves out what is observed",
            expected=f"inside of {box.text}",
            received=outside[:2],
        )

    for_each(streams[:_STREAMS], ask, "no Datastream has Observations")


@pytest.mark.check("PLA-S-41", clause="OGC 18-088 8.2 /req/datamodel (relations)")
def test_relations_go_both_ways(sensing, shelves):
    """A Datastream is among those of its Thing, its Sensor and its ObservedProperty, and they are its own."""
    if not shelves["Datastreams"]:
        raise Inconclusive("no_data", "there is no Datastream")
    streams = (shelves["Datastreams"][0], shelves["Datastreams"][-1])
    for stream in {shown(s[ID]): s for s in streams}.values():
        for relation, name in (
            ("Thing", "Things"),
            ("Sensor", "Sensors"),
            ("ObservedProperty", "ObservedProperties"),
        ):
            other = entity_of(sensing.get(sensing.place("Datastreams", stream[ID], relation)))
            back = sensing.place(name, other[ID], "Datastreams")
            page = sensing.get(back, top=100)
            listed = ids_of(entities_of(page))
            if "@iot.nextLink" in of_type(page.json(), dict, back):
                continue
            assert_that(
                shown(stream[ID]) in listed,
                f"{relation} {shown(other[ID])} does not know Datastream {shown(stream[ID])}",
                expected=shown(stream[ID]),
                received=listed[:10],
            )
