"""Binary files read without trust: whatever the bytes are, a reader answers or contradicts."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import flatgeobuf as written_fgb
from mimtest.sandbox.downloads import geoparquet as written_gpq
from mimtest.sandbox.downloads.flatbuffers import Number, Numbers, Table, encoded
from mimtest.sandbox.downloads.thrift import Int64, Struct
from mimtest.vocabulary import flatgeobuf, geoparquet
from mimtest.vocabulary.flatbuffers import root_of
from mimtest.vocabulary.geofiles import read_file
from mimtest.vocabulary.thrift import Reader
from tests.test_geofiles import opened

FOOTPRINTS = written_fgb.file(load_city())
TABLE = written_gpq.file(load_city())
WHOLE = st.integers(-(2**62), 2**62)


def file_of(folder, body):
    (folder / "file").write_bytes(body)
    return read_file(opened("file", folder))


@given(
    st.integers(0, 255),
    st.text(max_size=40),
    st.lists(st.floats(allow_nan=False), max_size=9),
    st.lists(st.text(max_size=5), max_size=4),
    st.integers(0, 2**64 - 1),
)
def test_what_is_written_as_flatbuffers_is_read(byte, text, numbers, names, large):
    inner = [Table({0: name}) for name in names]
    fields = {0: Number("B", byte), 1: text, 3: Numbers("d", numbers), 7: inner}
    root = root_of(encoded(Table({**fields, 8: Number("Q", large), 9: text.encode()})))
    assert (root.number(0, "B"), root.number(8, "Q")) == (byte, large)
    assert (root.text(1), root.data(9)) == (text, text.encode())
    assert root.numbers(3, "d") == tuple(numbers)
    assert [t.text(0) for t in root.tables(7)] == names
    assert (root.text(2), root.table(5), root.tables(20), root.number(4, "H", 16)) == (
        None,
        None,
        [],
        16,
    )


@given(st.lists(WHOLE, min_size=1, max_size=20), st.text(max_size=20), WHOLE)
def test_what_is_written_as_thrift_is_read(numbers, text, large):
    inner = Struct({1: text, 12: Int64(large)})
    body = Struct({1: [Int64(n) for n in numbers], 2: inner, 3: [inner, inner]}).encoded()
    told = {1: text.encode(), 12: large}
    reader = Reader(body)
    assert reader.structure() == {1: numbers, 2: told, 3: [told, told]}
    assert reader.at == len(body)


def test_other_types_of_thrift_are_read():
    body = bytes([0x11, 0x12, 0x13, 5, 0x17]) + struct.pack("<d", 0.5) + bytes([0x19, 0x21, 1, 2])
    body += bytes([0x1B, 1, 0x88, 1, 97, 1, 98, 0])
    expected = {1: True, 2: False, 3: 5, 4: 0.5, 5: [True, False], 6: [(b"a", b"b")]}
    assert Reader(body).structure() == expected


@pytest.mark.parametrize("body", [b"", b"\x15", b"\x1e\x00", b"\x18\xff\xff\xff\x7f", b"\x1c" * 50])
def test_broken_thrift_is_contradicted(body):
    with pytest.raises(Contradiction):
        Reader(body).structure()


@settings(max_examples=300)
@given(st.data())
def test_broken_flatgeobuf_breaks_no_reader(tmp_path_factory, data):
    body = _broken(FOOTPRINTS, data)
    file = file_of(tmp_path_factory.mktemp("fgb"), body)
    with suppress(Contradiction, Inconclusive):
        _read_flatgeobuf(file)


def _read_flatgeobuf(file):
    found = flatgeobuf.flatgeobuf_of(file)
    _ = found.columns, found.envelope, found.system, found.count, found.geometry_type
    if found.count > 10**6:
        return
    flatgeobuf.places(found)
    _ = found.leaves
    for _offset, feature in found.features():
        geometry = feature.table(0)
        flatgeobuf.properties_fault(found.columns, feature.data(1) or b"")
        for part in flatgeobuf.parts_of(geometry, found.geometry_type) if geometry else ():
            flatgeobuf.part_fault(part)


@settings(max_examples=300)
@given(st.data())
def test_broken_geoparquet_breaks_no_reader(tmp_path_factory, data):
    file = file_of(tmp_path_factory.mktemp("gpq"), _broken(TABLE, data))
    with suppress(Contradiction, Inconclusive):
        found = geoparquet.geoparquet_of(file)
        for column in found.columns.values():
            geoparquet.types_fault(column.get("geometry_types"))
            geoparquet.is_known(column)
            geoparquet.system_name(column)


def _broken(body, data):
    changed = bytearray(body)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    return bytes(changed[: data.draw(st.integers(0, len(body)))])


def test_the_sandbox_writes_what_the_vocabulary_reads(tmp_path):
    found = flatgeobuf.flatgeobuf_of(file_of(tmp_path, FOOTPRINTS))
    assert found.columns == [("id", 11), ("name", 11)]
    assert (found.count, len(found.leaves), found.system) == (8, 8, "EPSG:4326")
    assert [n.offset for n in found.leaves] == [offset for offset, _ in found.features()]
    table = geoparquet.geoparquet_of(file_of(tmp_path, TABLE))
    assert list(table.roots) == ["id", "name", "geometry"]
    assert table.about["version"] == "1.1.0"


def test_another_version_of_flatgeobuf_is_no_verdict(tmp_path):
    body = b"fgb\x02fgb\x00" + FOOTPRINTS[8:]
    with pytest.raises(Inconclusive, match="needs_review"):
        flatgeobuf.flatgeobuf_of(file_of(tmp_path, body))


@pytest.mark.parametrize(
    ("kind", "numbers", "ends", "fault"),
    [
        (1, (7.0, 51.0), (), None),
        (1, (7.0, 51.0, 2.0), (), "3 numbers"),
        (3, (0, 0, 1, 0, 1, 1, 0, 0), (), None),
        (3, (0, 0, 1, 0, 1, 1, 0, 1), (), "a ring"),
        (5, (0, 0, 1, 0, 1, 1, 0, 0), (2, 4), None),
        (5, (0, 0, 1, 0, 1, 1, 0, 0), (3, 2), "ends"),
        (5, (0, 0, 1, 0), (1,), "ends"),
        (99, (), (), "type 99"),
    ],
)
def test_a_part_of_a_geometry_is_looked_at(kind, numbers, ends, fault):
    found = flatgeobuf.part_fault(flatgeobuf.Part(kind, numbers, ends))
    assert found == fault if fault is None else found.startswith(fault)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", None),
        (struct.pack("<HI", 0, 2) + b"ab" + struct.pack("<Hi", 1, 7), None),
        (struct.pack("<HI", 0, 9) + b"ab", "the value of 'a' is cut off"),
        (struct.pack("<H", 5), "column 5 of 2"),
        (b"\0", "the number of a column is cut off"),
    ],
)
def test_properties_are_looked_at(data, fault):
    assert flatgeobuf.properties_fault([("a", 11), ("b", 5)], data) == fault
