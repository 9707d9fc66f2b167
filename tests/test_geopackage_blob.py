"""Geometries of GeoPackages are read as they are, by comparison with a geometry library."""

from contextlib import suppress
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.vocabulary.geopackage_blob import MalformedError, parse_blob

HEADER = b"GP\x00\x01" + pack("<i", 4326)
NUMBERS = st.floats(-1e6, 1e6)
POINTS = st.tuples(NUMBERS, NUMBERS)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["Point", "LineString", "MultiPoint", "Polygon", "MultiLineString"]),
    points=st.lists(POINTS, min_size=4, max_size=9),
    order=st.sampled_from([0, 1]),
    has_z=st.booleans(),
)
def test_type_and_box_are_those_of_the_library(kind, points, order, has_z) -> None:
    shapely = pytest.importorskip("shapely")
    places = [(*p, 5.0) for p in points] if has_z else points
    made = {
        "Point": lambda: shapely.Point(places[0]),
        "LineString": lambda: shapely.LineString(places),
        "MultiPoint": lambda: shapely.MultiPoint(places),
        "Polygon": lambda: shapely.Polygon(places),
        "MultiLineString": lambda: shapely.MultiLineString([places, places[::-1]]),
    }[kind]()
    blob = parse_blob(HEADER + shapely.to_wkb(made, flavor="iso", byte_order=order))
    assert blob.type == kind.upper()
    assert (blob.has_z, blob.has_m, blob.srs_id) == (has_z, False, 4326)
    assert blob.found.box == pytest.approx(made.bounds)
    assert blob.found.faulty_ring is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(rest: bytes) -> None:
    for head in (b"", b"GP\x00", HEADER, HEADER + b"\x01"):
        with suppress(MalformedError):
            assert parse_blob(head + rest).reserved in range(4)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"PG\x00\x01", "begins with"),
        (b"GP\x01\x01" + bytes(30), "version"),
        (b"GP\x00\x0b" + bytes(80), "envelope code is 5"),
        (HEADER + pack("<BI", 1, 0x20000001), "another dialect"),
        (HEADER + pack("<BI", 1, 99), "unknown"),
        (HEADER + pack("<BII", 1, 2, 2**31), "too early"),
        (HEADER + pack("<BII", 1, 4, 1) + pack("<BII", 1, 2, 0), "is part of"),
        (HEADER + pack("<BII", 1, 7, 1) * 40, "nested too deep"),
    ],
)
def test_what_is_no_geometry_is_said(value: bytes, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        parse_blob(value)


def test_open_and_short_rings_are_found() -> None:
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]

    def polygon(places: list[tuple[float, float]]) -> bytes:
        body = b"".join(pack("<dd", *p) for p in places)
        return HEADER + pack("<BIII", 1, 3, 1, len(places)) + body

    assert parse_blob(polygon(ring)).found.faulty_ring is None
    assert parse_blob(polygon([*ring[:3], (0.0, 0.5)])).found.faulty_ring
    assert parse_blob(polygon(ring[:2] + ring[-1:])).found.faulty_ring


def test_a_point_without_a_place_is_empty() -> None:
    blob = parse_blob(HEADER + pack("<BIdd", 1, 1, float("nan"), float("nan")))
    assert blob.is_empty
    assert blob.type == "POINT"
