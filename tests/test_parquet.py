"""Columns of Parquet are read as writers pack them, and nothing in them is followed blindly."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import geoparquet
from mimtest.sandbox.downloads.parquet_pages import BROTLI, GZIP, PLAIN, SNAPPY, Packing
from mimtest.vocabulary import snappy
from mimtest.vocabulary.geopackage_blob import MalformedError, parse_wkb
from mimtest.vocabulary.geoparquet import spelled
from mimtest.vocabulary.parquet import values
from mimtest.vocabulary.thrift import Reader


def read(body):
    size = struct.unpack_from("<I", body, len(body) - 8)[0]
    footer = Reader(body[len(body) - 8 - size : len(body) - 8]).structure()
    return list(values(body, footer, "geometry", 0))


KNOWN = read(geoparquet.file(load_city()))


@pytest.mark.parametrize("pack", [SNAPPY, GZIP, Packing(0, bytes, by_dictionary=True)])
def test_packed_values_are_those_that_are_plain(pack):
    assert read(geoparquet.file(load_city(), pack=pack)) == KNOWN
    assert {parse_wkb(v)[0] for v in KNOWN} == {"POINT", "LINESTRING", "POLYGON"}


def test_values_packed_with_zstandard_need_the_extra():
    try:
        import zstandard
    except ImportError:
        with pytest.raises(Inconclusive, match="extra 'parquet'"):
            read(geoparquet.file(load_city(), pack=Packing(6, bytes)))
    else:
        packed = Packing(6, zstandard.ZstdCompressor().compress)
        assert read(geoparquet.file(load_city(), pack=packed)) == KNOWN
        with pytest.raises(Contradiction):
            read(geoparquet.file(load_city(), pack=Packing(6, bytes)))


def test_what_is_packed_otherwise_is_left_open():
    with pytest.raises(Inconclusive, match="Brotli"):
        read(geoparquet.file(load_city(), pack=BROTLI))


@pytest.mark.parametrize("pack", [PLAIN, SNAPPY, GZIP], ids=["plain", "snappy", "gzip"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_pages_that_are_broken_anywhere_are_told(pack, data):
    body = bytearray(geoparquet.file(load_city(), pack=pack))
    size = struct.unpack_from("<I", body, len(body) - 8)[0]
    at = data.draw(st.integers(4, len(body) - 9 - size))
    body[at] ^= data.draw(st.integers(1, 255))
    try:
        read(bytes(body))
    except (Contradiction, Inconclusive):
        return


@pytest.mark.parametrize(
    ("packed", "unpacked"),
    [
        (b"\x00", b""),
        (b"\x03\x08abc", b"abc"),
        (b"\x08\x04ab\x09\x02", b"abababab"),
        (b"\x06\x04ab\x0e\x02\x00", b"ababab"),
    ],
)
def test_snappy(packed, unpacked):
    assert snappy.unpack(packed, 100) == unpacked


@pytest.mark.parametrize(
    "packed",
    [b"", b"\x05\x08abc", b"\x08\x04ab\x09\x03", b"\xff\xff\xff\xff\xff\xff\x01", b"\x70\x00a"],
)
def test_what_is_no_snappy(packed):
    with pytest.raises(Contradiction):
        snappy.unpack(packed, 100)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("POINT", "Point"),
        ("MULTIPOLYGON Z", "MultiPolygon Z"),
        ("POINT ZM", "Point ZM"),
        ("TIN", None),
    ],
)
def test_types_are_spelled_as_in_the_standard(kind, name):
    assert spelled(kind) == name


def test_well_known_binary_says_what_it_is():
    assert parse_wkb(struct.pack("<BI3d", 1, 2001, 1, 2, 3))[0] == "POINT M"
    assert parse_wkb(struct.pack("<BI3d", 1, 1001, 1, 2, 3))[0] == "POINT Z"
    assert parse_wkb(struct.pack("<BI4d", 1, 3001, 1, 2, 3, 4))[0] == "POINT ZM"
    with pytest.raises(MalformedError, match="follow"):
        parse_wkb(struct.pack("<BI3d", 1, 1, 1, 2, 3))
