"""Queries by place find what lies so, and nothing else (GS CIM 009 4.10).

What they find is compared with an answer computed here, away from borders, where a plane, a sphere and a
spheroid agree.
"""

import json

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_places import (
    same_place,
    shapes_of,
    telling,
    telling_distances,
    telling_triangle,
)
from mimtest.vocabulary.ngsild_sample import distance, single
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


def _found(stock, column, params):
    """What a geo-query for entities of a column finds."""
    return ids_in(stock.query(column.type, column.ids, **params))


@pytest.mark.check("CTX-QRY-38", clause="GS CIM 009 4.10", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("side", ["max", "min"])
@pytest.mark.parametrize("reach", ["small", "large"])
def test_what_is_near_a_point_is_told_from_what_is_far(stock, side, reach):
    """A query for what is within a distance of a point, or beyond it, finds exactly that."""
    column = stock.column("point")
    at_rest(lambda: _assert_near(stock, column, side, reach))


def _assert_near(stock, column, side, reach):
    shapes = shapes_of(column, stock.now(column.type, column.ids))
    points = {name: shape.positions for name, shape in shapes.items()}
    (here,), limits = telling_distances(points)
    limit = limits[0] if reach == "small" else limits[-1]
    near = [name for name, (at, *_) in points.items() if distance(here, at) < limit]
    expected = near if side == "max" else [name for name in points if name not in near]
    params = {
        "georel": f"near;{side}Distance=={limit}",
        "geometry": "Point",
        "coordinates": json.dumps(here, separators=(",", ":")),
    } | _of(column)
    found = _found(stock, column, params)
    assert_same_set(found, expected, f"what is {'within' if side == 'max' else 'beyond'} {limit} m")


def _of(column):
    return {} if column.name == "location" else {"geoproperty": column.name}


@pytest.mark.check("CTX-QRY-39", clause="GS CIM 009 4.10", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize(
    ("relation", "target", "geometry"),
    [
        ("within", "point", "Polygon"),
        ("disjoint", "point", "Polygon"),
        ("within", "point", "triangle"),
        ("equals", "point", "Point"),
        ("within", "area", "Polygon"),
        ("contains", "area", "Point"),
        ("overlaps", "area", "Polygon"),
        ("intersects", "area", "Polygon"),
        ("intersects", "area", "LineString"),
        ("disjoint", "area", "LineString"),
        ("equals", "area", "Polygon"),
    ],
)
def test_places_are_related_to_an_area_a_line_a_point(stock, relation, target, geometry):
    """A query by a spatial relation finds exactly the entities whose place has that relation."""
    column = stock.column(target)
    if relation == "equals":
        at_rest(lambda: _assert_equal_found(stock, column))
    elif geometry == "triangle":
        at_rest(lambda: _assert_in_triangle(stock, column))
    else:
        at_rest(lambda: _assert_related(stock, column, relation, geometry))


def _assert_related(stock, column, relation, geometry):
    shapes = shapes_of(column, stock.now(column.type, column.ids))
    reference = telling(relation, geometry, shapes.values())
    found = _found(stock, column, reference.params(relation, column.name))
    _assert_as_told(found, {name: reference.holds(relation, s) for name, s in shapes.items()})


def _assert_in_triangle(stock, column):
    """A place in the box around a triangle, but outside of the triangle, is not within it."""
    shapes = shapes_of(column, stock.now(column.type, column.ids))
    triangle, told = telling_triangle({name: s.positions for name, s in shapes.items()})
    _assert_as_told(_found(stock, column, triangle | _of(column)), told)


def _assert_as_told(found, told):
    """What holds is found, what does not is not; what a hair's breadth decides is either."""
    judged = [name for name in found if told.get(name, False) is not None]
    assert_same_set(judged, [n for n, holds in told.items() if holds], "what lies so")


def _assert_equal_found(stock, column):
    entities = {e["id"]: e for e in stock.now(column.type, column.ids)}
    names = shapes_of(column, entities.values())
    places = {name: single(entities[name], column.name)["value"] for name in names}
    one = next(iter(places.values()), None)
    told = {name: same_place(place, one) for name, place in places.items()}
    if False not in told.values():
        raise Inconclusive("no_data", "all entities are at the same place")
    params = {
        "georel": "equals",
        "geometry": one["type"],
        "coordinates": json.dumps(one.get("coordinates"), separators=(",", ":")),
    }
    _assert_as_told(_found(stock, column, params | _of(column)), told)


@pytest.mark.check("CTX-QRY-40", clause="GS CIM 009 4.10", since="1.3.1", rests_on=("CTX-QRY-39",))
def test_another_attribute_can_say_where_an_entity_is(stock):
    """A query by place with the name of an attribute looks there, not at the location."""
    column, usual = stock.column("area"), stock.column("point")
    if column.type != usual.type:
        raise Inconclusive("no_data", "no type has entities with two places")
    at_rest(lambda: _assert_elsewhere(stock, column, usual))


def _assert_elsewhere(stock, column, usual):
    entities = [e for e in stock.now(column.type, column.ids) if e["id"] in usual.ids]
    ids = tuple(e["id"] for e in entities)
    shapes, others = shapes_of(column, entities), shapes_of(usual, entities)
    reference = telling("intersects", "Polygon", shapes.values())
    told = {name: reference.holds("intersects", s) for name, s in shapes.items()}
    if told == {name: reference.holds("intersects", s) for name, s in others.items()}:
        raise Inconclusive("no_data", "both places of the entities are the same")
    params = reference.params("intersects", column.name)
    found = [i for i in ids_in(stock.query(column.type, ids, **params)) if i in ids]
    _assert_as_told(found, told)
    usually = reference.params("intersects", usual.name)
    found = [i for i in ids_in(stock.query(column.type, ids, **usually)) if i in ids]
    _assert_as_told(found, {n: reference.holds("intersects", s) for n, s in others.items()})


_POINT = {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": "[7.9,51.6]"}
_DEFECTS = {
    "geometry": {"geometry": None},
    "coordinates": {"coordinates": None},
    "relation": {"georel": "besides"},
    "json": {"coordinates": "[7.9,"},
    "distance": {"georel": "near"},
    "negative": {"georel": "near;maxDistance==-1000"},
    "collection": {"geometry": "GeometryCollection"},
}


@pytest.fixture
def placed(stock):
    """A type for which a well-formed query by place is taken: the control of the others."""
    assert_status(stock.query(stock.types[0], **_POINT), 200, what="a query by place")
    return stock.types[0]


@pytest.mark.check("CTX-QRY-41", clause="GS CIM 009 4.10", since="1.3.1", rests_on=("CTX-QRY-38",))
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_malformed_query_by_place_is_refused(stock, placed, defect):
    """A query by place that lacks a part, or has one that is not well formed, is refused."""
    params = {k: v for k, v in (_POINT | _DEFECTS[defect]).items() if v is not None}
    answer = stock.query(placed, **params)
    assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))


@pytest.mark.check("CTX-QRY-42", clause="GS CIM 009 4.10", since="1.3.1", rests_on=("CTX-QRY-39",))
@pytest.mark.parametrize("relation", ["disjoint", "near;minDistance==1000"])
def test_what_is_nowhere_is_in_no_place(stock, relation):
    """Entities without a place are not found by a query by place, not even outside of an area."""
    column = stock.column("point")
    at_rest(lambda: _assert_not_nowhere(stock, column, relation))


def _assert_not_nowhere(stock, column, relation):
    entities = stock.now(column.type, column.ids)
    placed = shapes_of(column, entities)
    nowhere = [e["id"] for e in entities if column.name not in e]
    if not nowhere:
        raise Inconclusive("no_data", "every entity of the types of the target file has a place")
    far = _far_from(placed.values())
    ring = [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]
    shape, at = ("Polygon", [[[x + far, y] for x, y in ring]])
    if relation != "disjoint":
        shape, at = "Point", [far, 0]
    params = {"georel": relation, "geometry": shape, "coordinates": json.dumps(at)} | _of(column)
    found = _found(stock, column, params)
    assert_that(not set(found) & set(nowhere), "entities without a place", received=found)
    assert_same_set(found, list(placed), "what lies outside")


def _far_from(shapes):
    """A longitude on the equator that is far from all places."""
    taken = [p for s in shapes for p in s.positions]
    free = (x for x in (-30, 80, -130, 10) if all(abs(x - p[0]) + abs(p[1]) > 10 for p in taken))
    return next(free, -30)
