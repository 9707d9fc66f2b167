"""CityJSON is taken apart as it was sent, and what is wrong with it is named."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import cityjson as written
from mimtest.vocabulary.cityjson import Model, model_of, records_of
from mimtest.vocabulary.cityjson_places import axes_of, places_of, worst_extent
from mimtest.vocabulary.cityjson_shapes import (
    indices,
    instance_fault,
    material_fault,
    nesting_fault,
    semantics_fault,
    shape_fault,
    texture_fault,
)

WHOLE = written.model(load_city())
PARTS = written.sequence(load_city())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.floats(0, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
#: A cube's floor and roof as a solid of two surfaces.
SOLID = {"type": "Solid", "boundaries": [[[[0, 1, 2]], [[3, 4, 5], [6, 7, 8]]]]}


def model(**changes: object) -> Model:
    document = json.loads(WHOLE) | changes
    return model_of(json.dumps(document).encode(), is_sequence=False)


def test_a_document_and_a_sequence_hold_the_same_buildings() -> None:
    one, many = (model_of(body, is_sequence=flag) for body, flag in ((WHOLE, False), (PARTS, True)))
    kinds = ("Building", "BuildingPart")
    found = [
        {n for p in m.parts for n, o in p.objects.items() if o["type"] in kinds}
        for m in (one, many)
    ]
    assert found[0] == found[1] != set()
    assert many.is_sequence
    assert not one.is_sequence


def test_vertices_are_put_where_they_are() -> None:
    read = model()
    (part,) = read.parts
    west, south, low, east, north, high = read.root["metadata"]["geographicalExtent"]
    for x, y, z in read.positions(part):
        assert west - 0.01 <= x <= east + 0.01
        assert south - 0.01 <= y <= north + 0.01
        assert low - 0.01 <= z <= high + 0.01


def test_the_extent_and_the_place_are_compared() -> None:
    where, _, outside = worst_extent(model())
    assert (where, outside) == ("the document", None)
    moved = json.loads(WHOLE)["metadata"] | {"geographicalExtent": [0, 0, 0, 1, 1, 1]}
    assert worst_extent(model(metadata=moved))[2] is not None
    uri = "https://www.opengis.net/def/crs/EPSG/0/5555"
    assert axes_of(uri) == 3
    for _, straight, turned, _ in places_of(model(), uri, (7.88, 51.59, 7.93, 51.61)):
        assert straight > 0
        assert turned == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"version": "0.9"}, Inconclusive), ({"version": 2}, Contradiction)],
)
def test_other_versions_are_not_judged(changes: dict[str, object], problem: type) -> None:
    with pytest.raises(problem):
        model(**changes)


def test_names_that_stand_twice_are_kept() -> None:
    text = b'{"type":"CityJSON","version":"2.0","CityObjects":{"a":{},"b":{},"a":{}}}'
    (part,) = model_of(text, is_sequence=False).parts
    assert part.twice == ("a",)
    assert list(part.objects) == ["a", "b"]


@pytest.mark.parametrize("text", [b"{", b"", b'{"a": NaN}', b"\xff"])
def test_what_is_no_json_is_said(text: bytes) -> None:
    with pytest.raises(Contradiction):
        records_of(text, is_sequence=False)


def test_records_are_parted_by_lines_or_by_marks() -> None:
    assert records_of(b'{"a":1}\n\n{"b":2}\n', is_sequence=True) == [{"a": 1}, {"b": 2}]
    assert records_of(b'\x1e{"a":1}\n\x1e{\n"b":2}\n', is_sequence=True) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("semantics", "fault"),
    [
        ({"surfaces": [{"type": "RoofSurface"}], "values": [[0, None]]}, False),
        ({"surfaces": [{"type": "RoofSurface"}], "values": [None]}, False),
        ({"surfaces": [{"type": "+Own"}], "values": None}, False),
        ({"surfaces": [{"type": "RoofSurface"}], "values": [0, 0]}, True),
        ({"surfaces": [{"type": "RoofSurface"}], "values": [[0]]}, True),
        ({"surfaces": [{"type": "RoofSurface"}], "values": [[0, 1]]}, True),
        ({"surfaces": [{"type": "RoofSurface", "parent": 1}], "values": [[0, 0]]}, True),
        ({"surfaces": [{"type": "Roof"}], "values": [[0, 0]]}, True),
        ({"values": [[0, 0]]}, True),
    ],
)
def test_semantics(semantics: object, fault: bool) -> None:
    assert bool(semantics_fault(SOLID | {"semantics": semantics})) is fault


@pytest.mark.parametrize(
    ("material", "fault"),
    [
        ({"value": 1}, False),
        ({"values": [[0, None]]}, False),
        ({"value": 2}, True),
        ({"values": [[0]]}, True),
        ({"values": [[0, 1]], "value": 0}, True),
        ({}, True),
    ],
)
def test_materials(material: object, fault: bool) -> None:
    assert bool(material_fault(SOLID | {"material": {"theme": material}}, 2)) is fault


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ([[[[0, 1, 2, 3]], [[None], [None]]]], False),
        ([[None, [[0, 1, 2, 3], [0, 3, 2, 1]]]], False),
        ([[[[0, 1, 2]], [[None], [None]]]], True),
        ([[[[1, 1, 2, 3]], [[None], [None]]]], True),
        ([[[[0, 1, 2, 4]], [[None], [None]]]], True),
        ([[[[0, 1, 2, 3]], [[None]]]], True),
    ],
)
def test_textures(values: object, fault: bool) -> None:
    geometry = SOLID | {"texture": {"theme": {"values": values}}}
    assert bool(texture_fault(geometry, 1, 4)) is fault


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING, st.integers(0, 5))
def test_anything_is_judged(one: object, other: object, depth: int) -> None:
    geometry = {"type": "Solid", "boundaries": one, "semantics": other}
    look = {"material": {"a": other}, "texture": {"a": {"values": other}}}
    nesting_fault(one, depth)
    shape_fault(one, other, depth, 3)
    semantics_fault(geometry)
    semantics_fault(geometry | {"semantics": {"surfaces": one, "values": other}})
    material_fault(geometry | look, 3)
    texture_fault(geometry | look, 3, 3)
    instance_fault({"template": one, "boundaries": other, "transformationMatrix": one}, 1)
    assert all(isinstance(i, int) for i in indices([one, other]))
