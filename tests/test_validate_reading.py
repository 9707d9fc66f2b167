"""Bulk files: where records are, whatever the layout, and what hostile ones cost."""

import gzip
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Inconclusive, UsageError
from mimtest.models.bulk_inputs import FileInput
from mimtest.models.bulk_lines import Lines
from mimtest.models.bulk_records import Place, Trouble, UnreadableError, parse_record
from mimtest.models.bulk_values import Values

ENTITY = b'{"id":"urn:a","type":"T"}'
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(['"', "\\", "}]", "{["]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=6)
SIZES = st.integers(min_value=1, max_value=40)


def found(splitter, data, size=2**18):
    """What a splitter finds in data that comes in pieces of a size."""
    records = []
    for start in range(0, len(data), size):
        records += splitter.feed(data[start : start + size])
    return records + splitter.end()


def texts(records):
    return [r for _, r in records if isinstance(r, bytes)]


def rules(records):
    return [(n, r.rule) for n, r in records if isinstance(r, Trouble)]


def blocks(path, place=None):
    return list(FileInput(str(path)).blocks(place or Place()))


def records_in(path, place=None):
    return [r for b in blocks(path, place) for r in b.records]


@given(OBJECTS, SIZES, st.sampled_from([None, 1]), st.booleans())
def test_the_items_of_an_array_are_found_at_any_piece(entities, size, indent, escaped):
    data = json.dumps(entities, indent=indent, ensure_ascii=escaped).encode(
        "utf-8", "surrogatepass"
    )
    records = found(Values(Place()), data, size)
    expected = [json.dumps(e) for e in entities]
    assert [json.dumps(json.loads(r)) for r in texts(records)] == expected
    assert rules(records) == []


@given(OBJECTS, SIZES)
def test_features_are_found_and_what_follows_them_is_passed(features, size):
    collection = {"type": "FeatureCollection", "features": features, "links": [{"rel": "x"}]}
    records = found(Values(Place()), json.dumps(collection).encode(), size)
    assert [json.loads(r) for r in texts(records)] == features
    assert rules(records) == []


@given(OBJECTS, SIZES)
def test_lines_are_found_at_any_piece(entities, size):
    data = "\n\n".join(json.dumps(e) for e in entities).encode()
    records = found(Lines(Place()), data, size)
    assert [json.loads(r) for r in texts(records)] == entities
    assert [n for n, _ in records] == [1 + 2 * i for i in range(len(entities))]


@given(st.binary(), SIZES)
def test_any_bytes_give_the_same_at_any_piece(data, size):
    for splitter in (Values, Lines):
        pieces, whole = found(splitter(Place(), 50), data, size), found(splitter(Place(), 50), data)
        assert texts(pieces) == texts(whole)
        assert rules(pieces) == rules(whole)


@given(OBJECTS, SIZES)
def test_reading_goes_on_from_the_place_after_each_piece(entities, size):
    data = json.dumps(entities, indent=1).encode()
    splitter = Values(Place())
    before = []
    for start in range(0, len(data), size):
        before += splitter.feed(data[start : start + size])
        place = splitter.place
        after = found(Values(place), data[place.offset :])
        assert texts(before) + texts(after) == texts(found(Values(Place()), data))
        assert place.records == len(before)


@pytest.mark.parametrize(
    ("data", "kept", "broken"),
    [
        (b'[{"a":1}{"b":2}]', 2, [1]),
        (b'[{"a":1},]', 1, [1]),
        (b'[\n{"a":1},\n5,\n{"b":2}]', 2, [4]),
        (b'[{"a":1}', 1, [1]),
        (b'[{"a":1},\n{"b":', 1, [2]),
        (b'{"a":1} ]\n]', 1, [2]),
        (b"<html></html>", 0, [1]),
        (b"5", 0, [1]),
        (b"\\", 0, []),
        (b"", 0, []),
    ],
)
def test_what_is_no_array_is_told_once_with_its_line(data, kept, broken):
    records = found(Values(Place()), data)
    assert len(texts(records)) == kept
    assert rules(records) == [(n, "json") for n in broken]


def test_a_string_without_an_end_breaks_one_entity():
    lines = [b'[{"id":"a"},', b'{"id":"b,', b'"x":1},', b'{"id":"c"}]']
    records = texts(found(Values(Place()), b"\n".join(lines)))
    assert len(records) == 3
    assert records[::2] == [b'{"id":"a"}', b'{"id":"c"}']


@pytest.mark.parametrize("splitter", [Lines, Values])
def test_what_is_too_large_is_passed_without_being_held(splitter):
    pieces = [ENTITY + b'\n{"id":"', *[b"x" * 2**18] * 200, b'"}\n' + ENTITY]
    reader = splitter(Place(), 1000)
    tracemalloc.start()
    records = [r for piece in pieces for r in reader.feed(piece)] + reader.end()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rules(records) == [(2, "beyond-limits")]
    assert texts(records) == [ENTITY, ENTITY]
    assert peak < 2 * 2**20


@pytest.mark.parametrize(
    ("record", "rule", "beyond"),
    [
        (b'{"a":NaN}', "json", False),
        (b'{"a":-Infinity}', "json", False),
        (b'{"a":1,}', "json", False),
        (b'{"a":"\xff"}', "json", False),
        (b'{"a":1,"a":2}', "json-repeated-name", False),
        (b'{"b":{"a":1,"\\u0061":2}}', "json-repeated-name", False),
        (b'{"a":"\\u003a","b":1,"b":2}', "json-repeated-name", False),
        (b'{"a":1e999}', "beyond-limits", True),
        (b'{"a":"\\ud800"}', "beyond-limits", True),
        (b'{"a":' + b"1" * 5000 + b"}", "beyond-limits", True),
        (b"[" * 200 + b"]" * 200, "beyond-limits", True),
        (b"[" * 200_000, "beyond-limits", True),
        (b'{"a":' * 500, "beyond-limits", True),
    ],
)
def test_a_record_without_one_meaning_gives_none(record, rule, beyond):
    with pytest.raises(UnreadableError) as raised:
        parse_record(record)
    assert raised.value.trouble.rule == rule
    assert raised.value.trouble.beyond is beyond
    assert len(raised.value.trouble.message) < 200


@given(JSON)
def test_json_is_read_as_it_is(value):
    assert parse_record(json.dumps(value).encode()) == value


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", ":"]), JSON), max_size=5),
    st.sampled_from([":", " : "]),
)
def test_names_given_twice_are_found_whatever_else_there_is(pairs, colon):
    members = ",".join(f"{json.dumps(n)}{colon}{json.dumps(v)}" for n, v in pairs)
    record = f"{{{members}}}".encode()
    if len({n for n, _ in pairs}) == len(pairs):
        assert parse_record(record) == dict(pairs)
    else:
        with pytest.raises(UnreadableError):
            parse_record(record)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ENTITY + b"\n" + ENTITY + b"\n", [ENTITY, ENTITY]),
        (b'{"a":\n' + ENTITY + b"\n" + ENTITY, [b'{"a":', ENTITY, ENTITY]),
        (b'{\n "a": [\n {"x": 1}\n ]\n}\n{"b": 2}', [b'{\n "a": [\n {"x": 1}\n ]\n}', b'{"b": 2}']),
        (b"\xef\xbb\xbf[" + ENTITY + b"]", [ENTITY]),
        (b"\xef\xbb\xbf" + ENTITY + b"\n" + ENTITY, [ENTITY, ENTITY]),
        (b'{"type": "FeatureCollection", "features": [\n' + ENTITY + b"\n]}", [ENTITY]),
        (b"\r\n" + ENTITY + b"\r\n" + ENTITY, [ENTITY + b"\r", ENTITY]),
    ],
)
def test_the_layout_of_a_file_is_found_out(tmp_path, content, expected):
    plain, packed = tmp_path / "data.json", tmp_path / "data.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert records_in(plain) == expected
    assert records_in(packed) == expected


def test_a_file_is_read_from_the_end_of_any_block(tmp_path):
    path = tmp_path / "data.json.gz"
    rows = [{"id": f"urn:{i}", "pad": "x" * 200} for i in range(5000)]
    path.write_bytes(gzip.compress(json.dumps(rows, indent=1).encode()))
    every = blocks(path)
    whole = [r for b in every for r in b.records]
    assert [json.loads(r) for r in whole] == rows
    resting = [b for b in every if b.end is not None]
    assert len(resting) > 2
    for block in resting:
        after = blocks(path, block.end)
        assert whole[block.end.records :] == [r for b in after for r in b.records]
        assert not after or after[0].first == block.end.records + 1


def test_a_cut_archive_gives_what_came_and_says_so(tmp_path):
    path = tmp_path / "data.ndjson.gz"
    rows = b"".join(b'{"id":"%d","pad":"%x"}\n' % (i, hash(i) ** 20) for i in range(50_000))
    path.write_bytes(gzip.compress(rows)[:-2000])
    records = []
    with pytest.raises(Inconclusive) as raised:
        records.extend(r for b in FileInput(str(path)).blocks(Place()) for r in b.records)
    assert raised.value.code == "body_cut"
    assert 0 < len(records) < 50_000


@pytest.mark.parametrize("content", [b"\x1f\x8bnothing", b"\x1f\x8b\x08" + bytes(200)])
def test_a_damaged_archive_is_no_traceback(tmp_path, content):
    path = tmp_path / "data.gz"
    path.write_bytes(content)
    with pytest.raises(Inconclusive):
        blocks(path)


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(UsageError):
            FileInput(str(path))
