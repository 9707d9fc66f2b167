"""Boxes and reference systems of the features service, recomputed by other means than its own."""

import random

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.features.crs import SYSTEMS, utm_32_north, web_mercator
from mimtest.sandbox.features.geometry import Box, intersects, map_positions
from tests.features_asking import (
    CRS84,
    EPSG,
    IDS,
    SCHOOL,
    TOWN_HALL,
    around,
    ask,
    entities,
    flat,
    ids,
    items,
    transformer,
)


@pytest.fixture(scope="module")
def places():
    return service(load_city())


# Boxes


def clip(ring, box):
    """Sutherland and Hodgman: the part of a ring inside a box."""
    west, south, east, north = box
    for axis, bound, keep_above in ((0, west, 1), (0, east, 0), (1, south, 1), (1, north, 0)):
        kept = []
        for a, b in zip([ring[-1], *ring[:-1]], ring, strict=True):
            inside = [(p[axis] >= bound) if keep_above else (p[axis] <= bound) for p in (a, b)]
            if inside[0] != inside[1]:
                t = (bound - a[axis]) / (b[axis] - a[axis])
                kept.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
            if inside[1]:
                kept.append(b)
        if not kept:
            return []
        ring = kept
    return ring


def area(ring):
    if not ring:
        return 0
    x0, y0 = ring[0]
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairs)) / 2


def overlaps(geometry, box):
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"]
        return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]
    shell, *holes = (area(clip(ring[:-1], box)) for ring in geometry["coordinates"])
    return shell - sum(holes) > 1e-15


@pytest.mark.parametrize("collection", IDS)
@pytest.mark.parametrize("seed", range(4))
def test_a_box_finds_what_another_method_finds(places, collection, seed):
    rng = random.Random(f"{collection}{seed}")
    for _ in range(12):
        lon, lat = rng.uniform(7.884, 7.92), rng.uniform(51.592, 51.609)
        size = rng.choice((0.0002, 0.001, 0.008))
        box = (lon, lat, lon + 1.6 * size, lat + size)
        expected = [e["id"] for e in entities(collection) if overlaps(e["location"]["value"], box)]
        assert ids(items(places, collection, bbox=",".join(map(repr, box)))) == expected


def test_a_box_inside_a_courtyard_does_not_touch_the_building(places):
    assert ids(items(places, "buildings", bbox=around(7.90085, 51.60108))) == []
    assert ids(items(places, "buildings", bbox=around(7.900509 + 0.0001, 51.6009))) == [TOWN_HALL]


def test_a_box_in_the_notch_of_an_angled_building_does_not_touch_it(places):
    ring = next(e for e in entities("buildings") if e["id"] == SCHOOL)["location"]["value"]
    inner, corner = ring["coordinates"][0][3], ring["coordinates"][0][2]
    top = ring["coordinates"][0][4]
    notch = [(corner[i] + top[i]) / 2 for i in (0, 1)]
    assert ids(items(places, "buildings", bbox=around(*notch))) == []
    assert ids(items(places, "buildings", bbox=around(*inner))) == [SCHOOL]


def test_the_edge_of_a_box_belongs_to_it(places):
    lon, lat = entities("parkings")[0]["location"]["value"]["coordinates"]
    expected = [entities("parkings")[0]["id"]]
    assert (
        ids(items(places, "parkings", bbox=f"{lon},{lat},{lon + 0.0001},{lat + 0.0001}"))
        == expected
    )
    assert ids(items(places, "parkings", bbox=f"{lon},{lat},{lon},{lat}")) == expected


@pytest.mark.parametrize(
    ("bbox", "count"),
    [
        ("-180,-90,180,90", 24),
        ("7,51,-1000,8,52,9000", 24),
        ("-30,-30,-20,-20", 0),
        ("170,-10,-170,10", 0),
        ("7.5,51,-170,52", 24),
        ("170,51,7.95,52", 24),
        ("170,51,7,52", 0),
    ],
)
def test_boxes_of_the_world_of_six_numbers_and_over_the_antimeridian(places, bbox, count):
    assert items(places, "streetlights", bbox=bbox)["numberMatched"] == count


def test_a_box_over_the_antimeridian_may_be_given_latitude_first(places):
    found = items(places, "streetlights", bbox="51,7.5,52,-170", bbox_crs=f"{EPSG}4326")
    assert found["numberMatched"] == 24


@pytest.mark.parametrize("uri", [u for u in SYSTEMS if u != CRS84])
@pytest.mark.parametrize("collection", ["streetlights", "energy", "parkings"])
def test_a_box_in_another_system_finds_what_proj_finds(places, uri, collection):
    move = transformer(uri).transform
    moved = {e["id"]: move(*e["location"]["value"]["coordinates"]) for e in entities(collection)}
    first, second = (sorted(p[i] for p in moved.values()) for i in (0, 1))
    third, slack = len(first) // 3, 0.01 if uri.endswith(("25832", "3857")) else 1e-7
    box = (
        first[third] + slack,
        second[0] - slack,
        first[-1] + slack,
        second[-third - 1] + slack,
    )
    expected = [i for i, (x, y) in moved.items() if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
    text = ",".join(map(repr, box))
    assert ids(items(places, collection, bbox=text, bbox_crs=uri)) == expected
    assert 0 < len(expected) < len(moved)


def test_a_box_is_read_in_the_axis_order_of_its_system(places):
    lonlat, latlon = "7.8,51.5,8.0,51.7", "51.5,7.8,51.7,8.0"
    for uri in (f"{EPSG}4326", f"{EPSG}4258"):
        assert items(places, "parkings", bbox=latlon, bbox_crs=uri)["numberMatched"] == 4
        assert items(places, "parkings", bbox=lonlat, bbox_crs=uri)["numberMatched"] == 0
    same = items(places, "parkings", bbox=lonlat, bbox_crs=CRS84)
    assert ids(same) == ids(items(places, "parkings", bbox=lonlat))


LINE = {"type": "LineString", "coordinates": [[0, 0], [4, 4], [4, 9]]}
TWO = {"type": "MultiPoint", "coordinates": [[0, 0], [5, 5]]}
LAND = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]],
        [[[20, 0], [21, 0], [20, 1], [20, 0]]],
    ],
}


@pytest.mark.parametrize(
    ("geometry", "box", "met"),
    [
        (LINE, (1, 0, 3, 0.5), False),
        (LINE, (1, 0, 3, 1), True),
        (LINE, (3, 6, 5, 7), True),
        (LINE, (0, 1, 1, 3), True),
        (LINE, (0, 2, 1, 3), False),
        (TWO, (4, 4, 6, 6), True),
        (TWO, (1, 1, 4, 4), False),
        (LAND, (3, 3, 4, 4), True),
        (LAND, (-9, -9, 99, 99), True),
        (LAND, (20.6, 0.6, 21, 1), False),
        (LAND, (20.5, 0.5, 21, 1), True),
        (LAND, (10, 0, 19, 9), False),
    ],
)
def test_geometries_of_every_kind_meet_a_box_exactly(geometry, box, met):
    assert intersects(geometry, Box(*box)) is met


# Reference systems


@pytest.mark.parametrize(("code", "formula"), [(25832, utm_32_north), (3857, web_mercator)])
def test_the_formulas_agree_with_proj(code, formula):
    move = transformer(f"EPSG:{code}").transform
    for lon in (6.0, 7.9, 8.999, 9.0, 10.5, 12.0):
        for lat in (36.6, 47.3, 51.6, 60.0, 71.2, 83.9):
            assert formula(lon, lat) == pytest.approx(move(lon, lat), abs=0.001)


@pytest.mark.parametrize("uri", SYSTEMS)
@pytest.mark.parametrize("collection", IDS)
def test_coordinates_are_those_of_proj_in_the_order_of_the_authority(places, uri, collection):
    move = transformer(uri).transform
    answer = ask(places, f"/collections/{collection}/items", {"crs": uri, "limit": 100})
    assert answer.header("content-crs") == f"<{uri}>"
    tolerance = 0.01 if uri.endswith(("25832", "3857")) else 1e-7
    for feature, entity in zip(answer.json()["features"], entities(collection), strict=True):
        expected = map_positions(entity["location"]["value"], move)
        got = flat(feature["geometry"]["coordinates"])
        for position, wanted in zip(got, flat(expected["coordinates"]), strict=True):
            assert position == pytest.approx(wanted, abs=tolerance)
