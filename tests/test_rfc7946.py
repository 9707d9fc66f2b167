"""The rules of RFC 7946, each on its own, on geometries that are right and on broken ones."""

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary import geojson_places as places
from mimtest.vocabulary import rfc7946 as rules
from mimtest.vocabulary.geojson_pieces import Drawing, Piece, each
from mimtest.vocabulary.geometry import fault_of

RING = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-400, 400) | st.just("x"),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def piece(kind, coordinates, **more):
    return Piece("it", {"type": kind, "coordinates": coordinates, **more})


def polygon(*rings):
    return piece("Polygon", list(rings))


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        (rules.assert_positions, piece("Point", [1, 2, 3]), piece("Point", ["1", "2"])),
        (rules.assert_positions, piece("Point", []), piece("Point", [1])),
        (rules.assert_positions, polygon(RING), polygon([[None, 1]])),
        (rules.assert_lines, piece("LineString", [[0, 0], [1, 1]]), piece("LineString", [[0, 0]])),
        (rules.assert_long_rings, polygon(RING), polygon(RING[:3])),
        (rules.assert_closed_rings, polygon(RING), polygon(RING[:-1])),
        (rules.assert_closed_rings, polygon([*RING[:-1], [0.0, 0]]), polygon([*RING[:-1], [0, 1]])),
        (rules.assert_short_positions, piece("Point", [1, 2, 3]), piece("Point", [1, 2, 3, 4])),
        (rules.assert_known_geometry, piece("Point", []), piece("Circle", [])),
        (rules.assert_known_geometry, polygon(), Piece("it", {"type": "Polygon"})),
        (rules.assert_own_members, polygon(), piece("Point", [], properties={})),
        (places.assert_right_hand, polygon(RING, HOLE), polygon(RING[::-1])),
        (places.assert_right_hand, polygon(RING), polygon(RING, HOLE[::-1])),
        (places.assert_extended, polygon(RING), polygon([[0, 0], [1, 1], [1, 1], [0, 0]])),
        (places.assert_degrees, piece("Point", [180, 90]), piece("Point", [51.6, 120.5])),
        (places.assert_degrees, piece("Point", [7, 51]), piece("Point", [423422.5, 5717130.8])),
        (places.assert_cut, piece("LineString", [[179, 0], [180, 0]]), piece("Point", [181, 0])),
        (
            places.assert_cut,
            piece("LineString", [[-180, 0], [180, 0]]),
            piece("LineString", [[179, 0], [-179, 0]]),
        ),
        (places.assert_no_other_system, polygon(), Piece("it", {"crs": {"type": "name"}})),
        (
            places.assert_no_other_system,
            Piece("it", {"crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}),
            Piece("it", {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}}),
        ),
        (
            places.assert_plausible_heights,
            piece("Point", [7, 51, 93.5]),
            piece("Point", [7, 51, 1e5]),
        ),
        (places.assert_fine, piece("Point", [7.123456789, 51]), piece("Point", [7.1234567891, 51])),
    ],
)
def test_a_rule_tells_right_from_wrong(rule, right, wrong):
    rule(right)
    with pytest.raises(Contradiction, match="it"):
        rule(wrong)


@given(st.sampled_from(KINDS), JSON)
def test_no_rule_breaks_on_what_is_broken(kind, coordinates):
    found = piece(kind, coordinates)
    for module in (rules, places):
        for name in dir(module):
            if name.startswith("assert_") and name not in ("assert_that", "assert_box"):
                with suppress(Contradiction):
                    getattr(module, name)(found)
    places.shape_in(found)
    places.null_islands(found)


@given(st.integers(3, 12), st.booleans())
def test_the_turn_of_a_ring_is_twice_its_area(corners, clockwise):
    angles = [2 * math.pi * n / corners for n in range(corners)]
    ring = [(7 + math.cos(a), 51 + math.sin(a)) for a in angles]
    ring = (ring[::-1] if clockwise else ring) + [(ring[::-1] if clockwise else ring)[0]]
    area = corners / 2 * math.sin(2 * math.pi / corners)
    assert places.turn(tuple(ring)) == pytest.approx(-2 * area if clockwise else 2 * area)


@pytest.mark.parametrize(
    ("box", "position", "holds"),
    [
        ([0, 0, 1, 1], [0.5, 0.5], True),
        ([0, 0, 1, 1], [2, 0.5], False),
        ([0, 0, -9, 1, 1, 9], [0.5, 0.5], True),
        ([170, 0, -170, 1], [175, 0.5], True),
        ([170, 0, -170, 1], [-175, 0.5], True),
        ([170, 0, -170, 1], [0, 0.5], False),
        ([0, 1, 1, 0], [0.5, 0.5], False),
        ([0, 0, 1, 1, 2], [0.5, 0.5], False),
        ("0,0,1,1", [0.5, 0.5], False),
    ],
)
def test_a_box_holds_what_it_is_of(box, position, holds):
    whole, part = Piece("whole", {"type": "Feature", "bbox": box}), piece("Point", position)
    if holds:
        assert places.assert_box(whole, iter([part]))
    else:
        with pytest.raises(Contradiction):
            places.assert_box(whole, iter([part]))


def test_the_surface_of_a_bow_tie_is_not_valid():
    tie = places.shape_in(polygon([[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]))
    assert fault_of(places.shape_in(polygon(RING, HOLE))) is None
    assert "Self-intersection" in fault_of(tie)


def test_a_missing_library_is_no_verdict(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "shapely", None)
    with pytest.raises(Inconclusive, match=r"mimtest\[geo\]"):
        fault_of(places.shape_in(polygon(RING)))


def test_pieces_are_found_wherever_they_stand():
    collection = {"type": "GeometryCollection", "geometries": [{"type": "Point"}, 7]}
    feature = {"type": "Feature", "id": 3, "geometry": collection}
    document = {"type": "FeatureCollection", "features": [feature, None]}
    found = list(Drawing((document,), ()).pieces)
    assert [p.kind for p in found] == [
        "FeatureCollection",
        "Feature",
        "GeometryCollection",
        "Point",
    ]
    assert found[1].name == "feature 3"
    assert list(Drawing(([], "x"), ()).pieces) == []


def test_nothing_to_look_at_is_told():
    with pytest.raises(Inconclusive, match="no_data"):
        _ = Drawing(({"type": "FeatureCollection", "features": []},), ()).geometries
    with pytest.raises(NotApplicable, match="no line"):
        each([polygon(RING)], rules.assert_lines, "no line")


def test_decimals_are_those_of_the_text():
    at = json.loads("[424093.1, 51.25]")
    assert places.decimals(piece("Point", at)) == 2
    assert places.are_coarse([piece("Point", [7.1, 51.25])])
    assert not places.are_coarse([piece("Point", [7.1, 51.2512])])
