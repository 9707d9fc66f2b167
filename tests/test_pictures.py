"""Pictures are recognised by their bytes, and their points read as they were drawn."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.maps.drawing import png
from mimtest.vocabulary.pictures import differing, recognise

GIF = b"GIF89a" + struct.pack("<HH", 7, 5) + b"\0\0\0;"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab"
    b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 5, 7) + b"\x01\x01\x11\x00\xff\xd9"
)
WEBP = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x06\0\0" + b"\x04\0\0"
TIFF = (
    b"II*\x00\x08\x00\x00\x00\x02\x00"
    + struct.pack("<HHIHH", 256, 3, 1, 7, 0)
    + struct.pack("<HHIHH", 257, 3, 1, 5, 0)
)


def raw_png(depth, kind, lines, **chunks):
    """A PNG of lines that have their filter in front."""
    size = (depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]) / 8
    head = struct.pack(
        ">IIBBBBB", int((len(lines[0]) - 1) / size), len(lines), depth, kind, 0, 0, 0
    )
    body = [(b"IHDR", head), *((n.encode(), d) for n, d in chunks.items())]
    body += [(b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in body
    )


@pytest.mark.parametrize("body", [GIF, JPEG, WEBP, TIFF], ids=["gif", "jpeg", "webp", "tiff"])
def test_the_size_of_other_pictures_is_read(body):
    found = recognise(body)
    assert (found.width, found.height) == (7, 5)
    with pytest.raises(Inconclusive):
        _ = found.rows


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1}', b"\x89PNX"])
def test_other_things_are_no_pictures(body):
    assert recognise(body) is None


@given(
    st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=5),
    st.booleans(),
)
def test_points_are_read_as_they_were_drawn(rows, clear):
    colours = [(255, 255, 255), (1, 2, 3), (200, 0, 50)]
    found = recognise(png([bytes(r) for r in rows], colours, clear=clear))
    expected = [[(*colours[n], 0 if clear and not n else 255) for n in row] for row in rows]
    assert found.rows == expected
    assert found.is_blank == (len({n for row in rows for n in row}) == 1)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([b"\1" + bytes([5, 5, 5, 255, 1, 1, 1, 0])], [[(5, 5, 5, 255), (6, 6, 6, 255)]]),
        ([b"\0" + bytes([9, 9, 9, 255]), b"\2" + bytes([1, 1, 1, 0])], [[(9, 9, 9, 255)], [(10, 10, 10, 255)]]),
        ([b"\0" + bytes([8, 8, 8, 254]), b"\3" + bytes([1, 1, 1, 0])], [[(8, 8, 8, 254)], [(5, 5, 5, 127)]]),
        ([b"\0" + bytes([8, 8, 8, 255]), b"\4" + bytes([1, 1, 1, 0])], [[(8, 8, 8, 255)], [(9, 9, 9, 255)]]),
    ],
    ids=["left", "up", "average", "nearest"],
)  # fmt: skip
def test_differences_between_points_are_added_up(lines, expected):
    assert recognise(raw_png(8, 6, lines)).rows == expected


def test_small_depths_greys_and_colour_keys_are_read():
    bits = recognise(raw_png(1, 0, [b"\0\xa0"]))
    assert [c[0] for c in bits.rows[0][:3]] == [255, 0, 255]
    keyed = recognise(raw_png(8, 0, [b"\0\x00\x07"], tRNS=b"\0\x07"))
    assert [c[3] for c in keyed.rows[0]] == [255, 0]
    wide = recognise(raw_png(16, 0, [b"\0\xff\xff"]))
    assert wide.rows == [[(255, 255, 255, 255)]]


@pytest.mark.parametrize("end", [20, 40, -5])
def test_a_picture_that_ends_too_early_is_broken(end):
    whole = png([bytes(8)] * 8, [(0, 0, 0)], clear=False)
    with pytest.raises(Contradiction):
        _ = recognise(whole[:end]).rows


def test_a_wrong_checksum_is_noticed():
    whole = bytearray(png([bytes(8)] * 8, [(0, 0, 0)], clear=False))
    whole[30] ^= 1
    with pytest.raises(Contradiction):
        _ = recognise(bytes(whole)).rows


def test_the_share_of_other_points_is_of_those_drawn():
    white, red, dark = (255, 255, 255, 255), (200, 0, 0, 255), (0, 0, 0, 255)
    ground = [white] * 8
    assert differing([[red, *ground]], [[red, *ground]]) == 0
    assert differing([[red, white, *ground]], [[white, red, *ground]]) == 1
    assert differing([[red, dark, *ground]], [[red, red, *ground]]) == 0.5
    assert differing([ground], [ground]) == 0
