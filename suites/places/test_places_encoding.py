"""What a feature looks like: GeoJSON (RFC 7946) as it was sent, on the globe, with an id that lasts.

OGC API - Features - Part 1: Core (17-069r4), 7.15 and 8.3.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    fail,
    same,
    shown,
)
from mimtest.vocabulary.file_places import area_of
from mimtest.vocabulary.geo import WORLD, close, telling_fence
from mimtest.vocabulary.geojson import (
    assert_bbox,
    assert_feature,
    assert_feature_collection,
)
from mimtest.vocabulary.ogcapi import GEOJSON, document
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import for_each, identifier, page_size, place_of, take
from mimtest.vocabulary.samples_compared import assert_met_again

pytestmark = pytest.mark.interface("ogc-api-features")

ROUNDING = 1e-5


@pytest.mark.check("PLA-E-01", clause="OGC 17-069r4 /req/geojson/definition")
def test_features_are_named_geojson(service, samples):
    """Features, many or one, come as application/geo+json when that is asked for."""

    def ask(sample):
        places = [sample.collection.items, *map(sample.collection.item, list(sample.known)[:1])]
        for place in places:
            answer = assert_status(service.get(place, accept=GEOJSON), 200)
            document(answer)
            assert_media_type(answer, GEOJSON)

    for_each(samples, ask, "no collection has features")


@pytest.mark.check("PLA-E-03", clause="OGC 17-069r4 /req/geojson/content A; RFC 7946 3.2, 3.3, 5")
def test_features_are_geojson_features(samples):
    """Every downloaded feature has the members of a GeoJSON Feature, each of its type."""
    for page in (page for sample in samples for page in sample.walk.pages):
        for feature in assert_feature_collection(document(page)):
            assert_feature(feature)
            if "bbox" in feature:
                assert_bbox(feature["bbox"], f"the bbox of feature {shown(feature.get('id'))}")


@pytest.mark.check("PLA-C-37", clause="OGC 17-069r4 /req/core/crs84; RFC 7946 4")
def test_positions_are_longitude_and_latitude(samples, target):
    """Positions are degrees of longitude and latitude, in this order, and lie where they are declared to."""
    nothing = "no collection has geometries, and a declared extent or the area of the target file"
    for_each(samples, lambda sample: _assert_order(sample, target), nothing)


def _assert_order(sample, target):
    shapes = [shape for f in sample.walk.features if (shape := place_of(f))]
    positions = tuple(p for shape in shapes for p in shape.positions)
    for position in positions:
        assert_that(
            WORLD.grown(ROUNDING).holds(position),
            "no longitude and latitude",
            expected=WORLD.text,
            received=position,
        )
    boxes = [b for b in sample.collection.boxes[:1] if b.west <= b.east]
    areas = [(b.grown(b.size / 10 + ROUNDING), "the declared extent") for b in boxes]
    areas += [(area_of(target), "claims.area")] if target.claims.area else []
    if not areas or not positions:
        raise Inconclusive("no_data", "no extent or no geometry")
    if not sum(_lies_as_sent(sample, positions, *area) for area in areas):
        told = " and ".join(name for _, name in areas)
        raise Inconclusive("precondition_unmet", f"neither order of the numbers fits {told}")


def _lies_as_sent(sample, positions, room, name):
    """Whether positions fit an area as they were sent; they do not only when they are exchanged."""
    as_sent = sum(room.holds(p) for p in positions)
    swapped = sum(room.holds((y, x)) for x, y in positions)
    if as_sent < swapped:
        fail(
            f"positions of '{sample.collection.id}' are latitude before longitude, by {name}",
            expected=f"positions within {room.text}",
            received=positions[:3],
        )
    return as_sent > 0


@pytest.mark.check("PLA-P-01", clause="OGC 17-069r4 /req/core/f-op; RFC 7946 3.2")
def test_every_feature_has_an_id_of_its_own(samples):
    """Every downloaded feature has an id, and no two of a collection the same."""

    def ask(sample):
        ids = [identifier(f) for f in sample.walk.features]
        without = ids.count(None)
        assert_that(
            not without, f"{without} features have no id", expected="an id", received=without
        )
        twice = sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else []
        if twice:
            sample.confirm(lambda feature: feature.id)
            fail("features share an id", expected="every id once", received=twice[:5])

    for_each(samples, ask, "no collection has features")


@pytest.mark.check("PLA-P-02", clause="OGC 17-069r4 /req/core/f-op; RFC 7946 3.2")
def test_an_id_keeps_to_its_feature(samples):
    """An id names the same feature in every answer, whatever was asked for."""

    def ask(sample):
        if len(sample.known) < 2:
            raise Inconclusive("no_data", "too few features")
        fence = telling_fence(sample.shapes, least_band=ROUNDING)
        questions = [{"limit": page_size(len(sample.known))}]
        questions += [{"bbox": fence.box.text}] if fence else []
        answers = [f for q in questions for f in sample.ask(**q).features]
        answers += features_of(sample.page())
        assert_met_again(sample, map(identifier, answers))
        known = {identifier(f) for f in sample.walk.features}
        ids = [i for f in answers if (i := identifier(f))]
        strange = [i for i in ids if i not in known] if sample.walk.ended else []
        others = [i for f in answers if _differences(sample.known.get(identifier(f)), f)]
        if strange or others:
            _assert_named_otherwise(sample, strange, answers)

    for_each(samples, ask, "no collection has two features")


def _assert_named_otherwise(sample, strange, answers):
    """What differs is still as it was in the collection, so that an id names something else in an answer."""
    if strange:
        sample.confirm(lambda feature: feature.shape)
        fail(
            f"ids of '{sample.collection.id}' are others when features are asked for otherwise",
            expected="the ids of the collection",
            received=strange[:5],
        )
    now = take(sample.service, sample.collection, fresh=True)
    for feature in answers:
        known = sample.known.get(identifier(feature))
        again = now.known.get(known.id) if now and known else None
        passing = _differences(known, again.document) if again else _differences(known, feature)
        wrong = _differences(known, feature) - passing
        if wrong:
            fail(
                f"ids of '{sample.collection.id}' name other features when asked otherwise",
                expected=f"the same {' and '.join(sorted(wrong)[:3])} under '{known.id}'",
                received=shown(
                    {n: feature.get("properties", {}).get(n) for n in sorted(wrong)[:3]}
                ),
            )


def _differences(known, feature):
    """The properties, and the place, in which a feature differs from the one downloaded under its id."""
    if known is None:
        return set()
    given = feature.get("properties")
    given = given if isinstance(given, dict) else {}
    wrong = {n for n, v in known.properties.items() if not same(given.get(n, v), v)}
    place = place_of(feature)
    apart = known.shape and place and not close(place.positions, known.shape.positions, ROUNDING)
    return wrong | ({"place"} if apart else set())
