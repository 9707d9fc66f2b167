"""A broker as a source of maps: entities as GeoJSON, and questions about where they are (GS CIM 009).

Nothing is written: the places that the broker holds are read, and what it finds is compared with what an
answer computed from them holds.
"""

import json

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.expect import assert_equal, assert_that, fail, member
from mimtest.vocabulary.geojson import assert_bbox
from mimtest.vocabulary.geojson import assert_feature as assert_feature_of_rfc
from mimtest.vocabulary.geojson_pieces import Drawing
from mimtest.vocabulary.geojson_places import (
    assert_cut,
    assert_degrees,
    assert_no_other_system,
    assert_right_hand,
    shape_in,
)
from mimtest.vocabulary.geometry import fault_of, shapely
from mimtest.vocabulary.ngsild import Broker, entities_in
from mimtest.vocabulary.ngsild_drawn import assert_found, draw_all, telling_frame
from mimtest.vocabulary.ngsild_features import feature_in, features_in
from mimtest.vocabulary.ngsild_places import same_place, telling, telling_distances
from mimtest.vocabulary.ngsild_sample import distance, single
from mimtest.vocabulary.rfc7946 import (
    assert_closed_rings,
    assert_known_geometry,
    assert_lines,
    assert_long_rings,
    assert_own_members,
    assert_positions,
    assert_short_positions,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

GEOMETRY_RULES = (
    assert_positions,
    assert_lines,
    assert_long_rings,
    assert_closed_rings,
    assert_degrees,
)


@pytest.fixture(scope="session")
def drawn(client, interface):
    """Entities of the types of the target file, asked for as GeoJSON."""
    broker = Broker(client, context_link(interface))
    types = list(interface.types) or member(broker.get("/types").json(), "typeList", list)
    return draw_all(broker, [t for t in types if isinstance(t, str)])


@pytest.fixture
def placed(drawn):
    """Those of which two at least are somewhere."""
    found = [d for d in drawn if len(d.shapes) > 1]
    if not found:
        raise Inconclusive("no_data", "the types of the target file hold no two places")
    return found


@pytest.fixture
def drawings(drawn):
    """The answers as GeoJSON, seen to be collections of features."""
    return _drawings(drawn)


def _drawings(drawn):
    """The answers as GeoJSON, those with a feature in them."""
    found = [Drawing((feature_in(d.answer),), (d.answer,)) for d in drawn]
    filled = [d for d in found if d.features]
    if not filled:
        raise Inconclusive("no_data", "there is no entity of the types in the target file")
    return filled


@pytest.mark.check("PLA-N-01", clause="GS CIM 009 4.5.16, 6.3.15; RFC 7946", since="1.4.1")
def test_entities_as_geojson_are_geojson(drawn):
    """Entities asked for as GeoJSON come as a collection of features that are right by RFC 7946."""
    for one in drawn:
        features_in(one.answer)
    for drawing in _drawings(drawn):
        for piece in drawing.pieces:
            assert_own_members(piece)
            if piece.kind == "Feature":
                assert_feature_of_rfc(piece.json)
            if piece.json.get("bbox") is not None:
                assert_bbox(piece.json["bbox"], f"the bbox of {piece.name}")
            if piece.is_geometry and assert_known_geometry(piece):
                _assert_geometry(piece)


def _assert_geometry(piece):
    if piece.kind != "GeometryCollection":
        for rule in GEOMETRY_RULES:
            rule(piece)


@pytest.mark.check(
    "PLA-N-02", clause="RFC 7946 3.1.1, 3.1.6, 3.1.9, 4", strength="should", since="1.4.1"
)
def test_entities_as_geojson_follow_its_advice(drawings):
    """Rings run the way they are advised to, nothing crosses the antimeridian, no system is named."""
    for drawing in drawings:
        for piece in drawing.pieces:
            assert_no_other_system(piece)
        for piece in (p for p in drawing.pieces if p.is_geometry and "coordinates" in p.json):
            if assert_known_geometry(piece):
                assert_short_positions(piece)
                assert_right_hand(piece)
                assert_cut(piece)


@pytest.mark.check(
    "PLA-N-03", clause="OGC 06-103r4 6.1.11; GS CIM 009 4.7", strength="should", since="1.4.1"
)
def test_areas_of_entities_are_valid(drawings):
    """No area of an entity crosses itself, and holes lie inside."""
    shapely()
    areas = 0
    for drawing in drawings:
        for piece in (p for p in drawing.pieces if p.kind in ("Polygon", "MultiPolygon")):
            shape = shape_in(piece)
            fault = fault_of(shape) if shape else None
            assert_that(not fault, f"the area of {piece.name} is not valid", received=fault)
            areas += shape is not None
    if not areas:
        raise NotApplicable("not_offered", "no entity of the types in the target file is an area")


@pytest.mark.check("PLA-N-04", clause="GS CIM 009 4.5.16.1, 4.7", since="1.4.1")
def test_an_entity_is_at_the_same_place_as_a_feature(placed):
    """The geometry of a feature is the location its entity has in the broker's own format."""
    at_rest(lambda: [_assert_same_places(d.again()) for d in placed])


def _assert_same_places(one):
    ids = ",".join(one.features)
    plain = {e["id"]: e for e in entities_in(one.broker.query(type=one.type, id=ids, limit=20))}
    compared = 0
    for name, feature in one.features.items():
        location = single(plain.get(name, {}), "location")
        if location is None:
            continue
        compared += 1
        if same_place(feature.get("geometry"), location.get("value")) is False:
            fail(
                f"{name} lies elsewhere as a feature",
                expected=location.get("value"),
                received=feature.get("geometry"),
            )
    if not compared:
        raise Inconclusive("no_data", "no entity has one location")


@pytest.mark.check("PLA-N-05", clause="GS CIM 009 4.10", since="1.4.1", rests_on=("PLA-N-01",))
@pytest.mark.parametrize("side", ["max", "min"])
def test_what_is_near_is_drawn(placed, side):
    """A question for what is within a distance of a point, or beyond it, gives exactly those features."""
    points = [d for d in placed if all(len(shape.points) == 1 for shape in d.shapes.values())]
    at_rest(lambda: _first_telling(points, lambda one: _assert_near(one.again(), side)))


def _first_telling(drawn, ask):
    """Ask of the entities of one type after the other, until there is one whose places tell something."""
    missing = Inconclusive("no_data", "the types of the target file hold no such places")
    for one in drawn:
        try:
            return ask(one)
        except Inconclusive as reason:
            if reason.code != "no_data":
                raise
            missing = reason
    raise missing


def _assert_near(one, side):
    points = {name: shape.positions for name, shape in one.shapes.items()}
    (here,), (limit, *_) = telling_distances(points)
    near = {name: distance(here, at) < limit for name, (at, *_) in points.items()}
    found = one.find(
        georel=f"near;{side}Distance=={limit}",
        geometry="Point",
        coordinates=json.dumps(here, separators=(",", ":")),
    )
    told = near if side == "max" else {name: not holds for name, holds in near.items()}
    assert_found(found, told, f"what is {'within' if side == 'max' else 'beyond'} {limit} m")


@pytest.mark.check("PLA-N-06", clause="GS CIM 009 4.10", since="1.4.1", rests_on=("PLA-N-01",))
@pytest.mark.parametrize(
    ("relation", "geometry"),
    [("within", "Polygon"), ("intersects", "Polygon"), ("disjoint", "Polygon")],
    ids=["within", "intersects", "disjoint"],
)
def test_what_has_a_relation_to_an_area_is_drawn(placed, relation, geometry):
    """A question for what is within an area, meets it or does not, gives exactly those features."""
    at_rest(
        lambda: _first_telling(placed, lambda one: _assert_related(one.again(), relation, geometry))
    )


def _assert_related(one, relation, geometry):
    shapes = one.shapes
    reference = telling(relation, geometry, shapes.values())
    told = {name: reference.holds(relation, shape) for name, shape in shapes.items()}
    found = one.find(**reference.params(relation, "location"))
    assert_found(found, told, f"what the area has the relation '{relation}' to")


@pytest.mark.check(
    "PLA-N-07", clause="GS CIM 009 4.10, 4.7.1", since="1.4.1", rests_on=("PLA-N-06",)
)
def test_what_is_in_the_hole_of_an_area_is_not_drawn(placed):
    """A question for what is within an area with a hole leaves out what is in the hole."""
    shapely()
    at_rest(lambda: _first_telling(placed, lambda one: _assert_framed(one.again())))


def _assert_framed(one):
    shapes = one.shapes
    question, told = telling_frame(shapes)
    assert_found(one.find(**question), told, "what is within an area with a hole")


@pytest.mark.check("PLA-N-08", clause="GS CIM 009 4.10", since="1.4.1", rests_on=("PLA-N-06",))
def test_both_formats_answer_a_question_alike(placed):
    """A question about places gives the same entities as GeoJSON and in the broker's own format."""
    at_rest(lambda: _first_telling(placed, lambda one: _assert_alike(one.again())))


def _assert_alike(one):
    shapes = one.shapes
    reference = telling("intersects", "Polygon", shapes.values())
    question = reference.params("intersects", "location")
    asked = {"type": one.type, "id": ",".join(one.features), "limit": 20}
    plain = [e["id"] for e in entities_in(one.broker.query(**asked, **question))]
    assert_equal(sorted(one.find(**question)), sorted(plain), "what a question finds")
