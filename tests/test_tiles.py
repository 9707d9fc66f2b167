"""Which tile a place is in, by the numbers of registered sets; and what is in a vector tile."""

from math import atan, degrees, pi, sinh

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction
from mimtest.sandbox.city import load_city
from mimtest.sandbox.maps import mvt as drawn
from mimtest.sandbox.maps.layers import layers
from mimtest.sandbox.maps.tiling import SETS, definition
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.mvt import read
from mimtest.vocabulary.tiles import Matrix, MatrixSet, assert_sound, matrix_set

MERCATOR = matrix_set(definition(SETS["WebMercatorQuad"]))
PLAIN = matrix_set(definition(SETS["WorldLatLong"]))


@given(st.integers(0, 14), st.floats(-179.9, 179.9), st.floats(-84, 84))
def test_a_place_is_in_the_tile_that_the_usual_formula_gives(level, longitude, latitude):
    tile = MERCATOR.tile_at(MERCATOR.matrices[level], longitude, latitude)
    n = 2**level
    west = tile.column / n * 360 - 180
    east = (tile.column + 1) / n * 360 - 180
    north = degrees(atan(sinh(pi * (1 - 2 * tile.row / n))))
    south = degrees(atan(sinh(pi * (1 - 2 * (tile.row + 1) / n))))
    assert west - 1e-6 <= longitude <= east + 1e-6
    assert south - 1e-6 <= latitude <= north + 1e-6
    assert tile.is_there


@given(st.integers(0, 10), st.floats(-179.9, 179.9), st.floats(-89.9, 89.9))
def test_north_may_come_first(level, longitude, latitude):
    tile = PLAIN.tile_at(PLAIN.matrices[level], longitude, latitude)
    side = 180 / 2**level
    assert tile.column == int((longitude + 180) // side)
    assert tile.row == int((90 - latitude) // side)


def test_the_level_of_a_box_shows_all_of_it():
    tile = MERCATOR.over(Box(7.88, 51.59, 7.93, 51.62))
    assert 10 <= int(tile.matrix.id) <= 14
    assert tile.is_there


def test_registered_sets_have_registered_numbers():
    assert_sound(MERCATOR)
    assert_sound(PLAIN)
    first = MERCATOR.matrices[0]
    for changed in (
        Matrix("0", first.scale * 1.01, first.corner, 256, 256, 1, 1),
        Matrix("0", first.scale, (0.0, 0.0), 256, 256, 1, 1),
    ):
        with pytest.raises(Contradiction):
            assert_sound(MatrixSet("x", MERCATOR.crs, "WebMercatorQuad", (changed,)))
    with pytest.raises(Contradiction):
        assert_sound(MatrixSet("x", "EPSG:4326", "WebMercatorQuad", (first,)))
    with pytest.raises(Contradiction):
        assert_sound(MatrixSet("x", "Town:1", None, (first,)))


def test_what_is_drawn_in_a_vector_tile_is_read_where_it_is():
    town = layers(load_city())
    tiles = SETS["WebMercatorQuad"]
    for layer in town.values():
        middle = MERCATOR.over(
            Box(layer.box.west, layer.box.south, layer.box.east, layer.box.north)
        )
        level, row, column = int(middle.matrix.id), middle.row, middle.column
        found = read(drawn.tile([layer], tiles, level, row, column))
        assert [held.name for held in found] == [layer.id]
        side = 4096
        for feature in found[0].features:
            assert all(-side <= x <= 2 * side and -side <= y <= 2 * side for x, y in feature)
        assert len(found[0].features) <= len(layer.features)
    every = read(drawn.tile(town.values(), tiles, 0, 0, 0))
    assert sum(len(held.features) for held in every) == sum(len(v.features) for v in town.values())


@pytest.mark.parametrize("body", [b"\x1a\x05abc", b"no tile", b"\x1a\x00", b"\xff" * 12])
def test_what_is_no_vector_tile_is_said_to_be_none(body):
    with pytest.raises(Contradiction):
        read(body)


def test_an_empty_tile_is_one():
    assert read(b"") == []
