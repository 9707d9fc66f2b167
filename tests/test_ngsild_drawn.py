"""Questions about an area with a hole: what lies in it is computed here."""

import json

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.geometry import figure
from mimtest.vocabulary.ngsild_drawn import assert_found, telling_frame

shapely = pytest.importorskip("shapely")


def at(*points):
    return {f"p{n}": Shape(points=(p,)) for n, p in enumerate(points)}


def test_one_place_lies_in_the_hole_and_the_others_around_it():
    shapes = at((7.90, 51.60), (7.91, 51.61), (7.92, 51.60))
    question, told = telling_frame(shapes)
    assert told == {"p0": False, "p1": True, "p2": True}
    area = shapely.Polygon(*_shell_and_holes(question["coordinates"]))
    assert area.is_valid
    assert {n: area.covers(figure(s)) for n, s in shapes.items()} == told


def _shell_and_holes(text):
    shell, *holes = json.loads(text)
    assert shapely.LinearRing(shell).is_ccw
    assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
    return shell, holes


@pytest.mark.parametrize(
    "shapes",
    [at((7.9, 51.6), (7.9, 51.6)), at((7.9, 51.6), (97.9, 1.6)), at((7.9, 51.6))],
    ids=["one place", "far apart", "alone"],
)
def test_places_that_no_area_parts(shapes):
    with pytest.raises(Inconclusive, match="no_data"):
        telling_frame(shapes)


def test_what_a_hairs_breadth_decides_is_either():
    told = {"in": True, "out": False, "edge": None}
    assert_found(["in"], told, "it")
    assert_found(["edge", "in"], told, "it")
    for found in ([], ["in", "out"], ["in", "unknown"]):
        with pytest.raises(Contradiction):
            assert_found(found, told, "it")


def test_a_figure_is_of_all_its_parts():
    whole = Shape(
        points=((0, 0),), lines=(((0, 0), (1, 1)),), polygons=((((0, 0), (1, 0), (1, 1), (0, 0)),),)
    )
    assert figure(whole).geom_type == "GeometryCollection"
    assert figure(Shape(points=((0, 0),))).geom_type == "Point"
