"""Where the places of a SensorThings service are: longitude comes before latitude.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 8.2.2 and 8.2.8; RFC 7946, 3.1.1.
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.file_places import area_of, exchanged
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.sensorthings import ID, entities_of, entity_of
from mimtest.vocabulary.sensorthings_places import located, looks_like_geojson, shape_in
from mimtest.vocabulary.sensorthings_shelves import of_datastreams

pytestmark = pytest.mark.interface("sensorthings")

#: So many Observations are followed to what they observe and to where their Things are.
_MOST = 5
#: Degrees; about ten metres.
_AROUND = 1e-4


@pytest.mark.check(
    "PLA-S-53", clause="OGC 18-088 8.2.2, 8.2.8; RFC 7946 3.1.1", rests_on=("PLA-S-07",)
)
@pytest.mark.parametrize("case", ["in the city", "of one mind"])
def test_places_have_longitude_before_latitude(sensing, shelves, target, case):
    """Places lie in the area of the target file, and what is observed where its Thing is, not with numbers exchanged."""
    places = {f"{n} of {shown(e.get(ID))}": _positions(e, n) for e, n in located(shelves)}
    if not any(places.values()):
        raise NotApplicable("not_offered", "no place is told in GeoJSON")
    if case == "of one mind":
        _assert_of_one_mind(sensing, of_datastreams(shelves["Observations"])[:_MOST])
        return
    area = area_of(target)
    turned = {i: p for i, p in places.items() if _lies_only_turned(area, p)}
    assert_that(
        not turned,
        f"{len(turned)} of {len(places)} places have their numbers in the wrong order",
        expected=f"longitude and latitude within {area.text}",
        received={i: p[:1] for i, p in list(turned.items())[:3]},
    )
    if not any(area.holds(p) for positions in places.values() for p in positions):
        detail = "neither order of the numbers fits claims.area"
        raise Inconclusive("precondition_unmet", detail)


def _lies_only_turned(area, positions):
    as_sent = any(map(area.holds, positions))
    return bool(positions) and not as_sent and any(map(area.holds, exchanged(positions)))


def _assert_of_one_mind(sensing, observations):
    """What is observed does not lie where its Thing does with longitude and latitude exchanged."""
    compared = 0
    for observation in observations:
        place = sensing.place("Observations", observation[ID], "FeatureOfInterest")
        feature = entity_of(sensing.get(place))
        there = sensing.place("Observations", observation[ID], "Datastream", "Thing", "Locations")
        here = [p for e in entities_of(sensing.get(there)) for p in _positions(e, "location")]
        seen = _positions(feature, "feature")
        if not here or not seen:
            continue
        compared += 1
        around = Box.around(here).grown(_AROUND)
        turned = not any(map(around.holds, seen)) and any(map(around.holds, exchanged(seen)))
        assert_that(
            not turned,
            f"what is observed lies where its Thing does, with its numbers exchanged: {shown(feature[ID])}",
            expected=here[:2],
            received=seen[:2],
        )
    if not compared:
        raise Inconclusive("no_data", "no Observation has a feature and a Thing with places")


def _positions(entity, name):
    """Where an entity is; nowhere for what is no GeoJSON, or a broken one, which PLA-S-07 looks for."""
    try:
        shape = shape_in(entity, name) if looks_like_geojson(entity, name) else None
    except Contradiction:
        return ()
    return shape.positions if shape else ()
