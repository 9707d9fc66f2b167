"""Every form of an entity becomes a normalized one, and what it said can be read back from that."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.representations import (
    FORMS,
    VALUE_MEMBERS,
    attributes_of,
    form_of,
    is_geometry,
    normalized,
    simplified,
)
from mimtest.sandbox.city import load_city
from mimtest.vocabulary.ngsild_forms import concise

POINT = {"type": "Point", "coordinates": [7.9, 51.6]}
SEEN = "2026-10-13T12:00:00Z"
TAKEN = {"type", "value", "object", "metadata", "dataset", *VALUE_MEMBERS.values()}

names = st.text("abcdefgh", min_size=3, max_size=8).filter(lambda n: n not in TAKEN)
numbers = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
texts = st.text(max_size=12)
plain = st.recursive(
    numbers | texts | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
points = st.builds(
    lambda x, y: {"type": "Point", "coordinates": [x, y]},
    st.floats(-180, 180),
    st.floats(-90, 90),
)
uris = st.integers(0, 99).map(lambda n: f"urn:ngsi-ld:Thing:{n}")
languages = st.dictionaries(st.sampled_from(["de", "en", "ga"]), texts, min_size=1)
about = st.fixed_dictionaries(
    {}, optional={"observedAt": st.just(SEEN), "unitCode": st.sampled_from(["MTR", "KWH"])}
)


def kind(name, value):
    return st.fixed_dictionaries({"type": st.just(name), VALUE_MEMBERS[name]: value})


held = (
    kind("Property", plain)
    | kind("GeoProperty", points)
    | kind("Relationship", uris | st.lists(uris, min_size=2, max_size=3))
    | kind("LanguageProperty", languages)
    | kind("VocabProperty", names)
    | kind("JsonProperty", st.dictionaries(names, plain | st.none()))
    | kind("ListProperty", st.lists(plain))
    | kind("ListRelationship", st.lists(uris.map(lambda u: {"object": u}), min_size=1))
)
parts = st.dictionaries(names, held, max_size=2)
instances = st.builds(lambda h, a, p: {**p, **a, **h}, held, about, parts)
several = st.lists(instances, min_size=2, max_size=3).map(
    lambda found: [
        i | ({"datasetId": f"urn:ngsi-ld:Dataset:{n}"} if n else {}) for n, i in enumerate(found)
    ]
)
entities = st.builds(
    lambda own, attributes: {"id": own, "type": "Thing", **attributes},
    uris,
    st.dictionaries(names, instances | several, min_size=1, max_size=4),
)


@given(entities)
def test_the_normalized_form_stays_as_it_is(entity):
    assert normalized(entity, "normalized") == entity


@given(entities)
def test_concise_and_back(entity):
    brief = {n: v if n in ("id", "type") else concise(v) for n, v in entity.items()}
    assert normalized(brief, "concise") == entity


@given(entities)
def test_simplified_and_back(entity):
    brief = simplified(entity)
    made = normalized(brief, "simplified")
    assert simplified(made) == brief
    assert {n: len(v) for n, v in attributes_of(made).items()} == {
        n: len(v) for n, v in attributes_of(entity).items()
    }


@given(entities)
def test_a_feature_of_ngsi_ld_and_back(entity):
    place = {"location": {"type": "GeoProperty", "value": POINT}}
    whole = entity | place
    inside = {n: v for n, v in whole.items() if n != "id"}
    feature = {"type": "Feature", "id": entity["id"], "geometry": POINT, "properties": inside}
    assert normalized(feature, "feature") == whole


records = st.dictionaries(names, plain | st.none() | points, max_size=5).map(
    lambda r: {"id": "urn:ngsi-ld:Thing:1", "type": "Thing", **r}
)


@given(records)
def test_a_plain_record_keeps_every_value(record):
    made = normalized(record, "plain")
    assert {n: a["value"] for n, a in made.items() if n not in ("id", "type")} == {
        n: v for n, v in record.items() if n not in ("id", "type")
    }
    assert all(
        (a["type"] == "GeoProperty") == is_geometry(a["value"])
        for n, a in made.items()
        if n not in ("id", "type")
    )


@given(records, points | st.none())
def test_a_plain_feature_keeps_properties_and_place(record, place):
    own = {n: v for n, v in record.items() if n not in ("id", "type", "location", "geometry")}
    feature = {"type": "Feature", "id": 7, "geometry": place, "properties": own}
    made = normalized(feature, "feature", entity_type="Thing")
    assert made["id"] == 7
    assert made["type"] == "Thing"
    assert {n: made[n]["value"] for n in own} == own
    shown = [a["value"] for n, a in made.items() if n not in ("id", "type")]
    assert place is None or place in shown


v2_kinds = {
    "Text": texts,
    "Number": numbers,
    "Boolean": st.booleans(),
    "StructuredValue": st.lists(plain) | st.dictionaries(names, plain),
    "None": st.none(),
    "DateTime": st.just(SEEN),
    "geo:json": points,
    "Relationship": uris,
    "Luminance": numbers,
    "Reference": uris,
}
v2_values = st.sampled_from(sorted(v2_kinds)).flatmap(
    lambda t: st.fixed_dictionaries({"type": st.just(t), "value": v2_kinds[t]})
)
v2_metadata = st.dictionaries(names | st.sampled_from(["type", "value", "datasetId"]), v2_values)
v2_attributes = st.builds(lambda v, m: {**v, "metadata": m}, v2_values, v2_metadata)
v2_entities = st.dictionaries(names, v2_attributes, max_size=4).map(
    lambda a: {"id": "lamp-1", "type": "Lamp", **a}
)


def as_v2(instance):
    """An attribute of NGSI-LD as NGSI v2 had it."""
    if instance["type"] == "Relationship":
        return {"type": instance.get("valueType", "Relationship"), "value": instance["object"]}
    value = instance["value"]
    if isinstance(value, dict) and value.get("@type") == "DateTime":
        return {"type": "DateTime", "value": value["@value"]}
    if instance["type"] == "GeoProperty":
        return {"type": instance.get("valueType", "geo:json"), "value": value}
    natural = {bool: "Boolean", str: "Text", int: "Number", float: "Number", type(None): "None"}
    named = instance.get("valueType", natural.get(type(value), "StructuredValue"))
    return {"type": named, "value": value}


@given(v2_entities)
def test_ngsi_v2_and_back(entity):
    made = normalized(entity, "ngsi-v2")
    for name, attribute in entity.items():
        if name in ("id", "type"):
            continue
        instance = made[name]
        own = {"type", "value", "object", "valueType", "metadata"}
        metadata = {n: as_v2(m) for n, m in instance.items() if n not in own}
        metadata |= instance.get("metadata", {})
        assert as_v2(instance) | {"metadata": metadata} == attribute


@pytest.mark.parametrize(
    ("attribute", "made"),
    [
        (
            {
                "type": "Number",
                "value": 5,
                "metadata": {"unitCode": {"type": "Text", "value": "WTT"}},
            },
            {"type": "Property", "value": 5, "unitCode": "WTT"},
        ),
        (
            {"type": "geo:point", "value": "51.6, 7.9", "metadata": {}},
            {"type": "GeoProperty", "value": POINT, "valueType": "geo:point"},
        ),
        (
            {"type": "geo:box", "value": ["51,7", "52,8"], "metadata": {}},
            {
                "type": "GeoProperty",
                "value": {
                    "type": "Polygon",
                    "coordinates": [[[7, 51], [8, 51], [8, 52], [7, 52], [7, 51]]],
                },
                "valueType": "geo:box",
            },
        ),
        (
            {"type": "geo:point", "value": "nowhere", "metadata": {}},
            {"type": "GeoProperty", "value": "nowhere", "valueType": "geo:point"},
        ),
        (
            {"type": "Text", "value": 5, "metadata": {}},
            {"type": "Property", "value": 5, "valueType": "Text"},
        ),
        ("bare", {"type": "Property", "value": "bare"}),
    ],
)
def test_attributes_of_ngsi_v2(attribute, made):
    assert normalized({"id": "x", "type": "X", "a": attribute}, "ngsi-v2")["a"] == made


@pytest.mark.parametrize("entity", load_city().entities, ids=lambda e: e["id"])
def test_forms_are_told_apart(entity):
    brief = {n: concise(v) if isinstance(v, dict) else v for n, v in entity.items()}
    feature = {"type": "Feature", "geometry": None, "properties": {}}
    assert form_of(entity) == "normalized"
    assert form_of(simplified(entity)) == "simplified"
    assert form_of(feature) == "feature"
    assert form_of({"name": "x"}) == "plain"
    told = form_of(brief)
    assert told == "concise" or brief == simplified(entity)


def test_a_v2_entity_is_told():
    assert form_of({"id": "x", "type": "X", "a": {"type": "Text", "value": "b"}}) == "ngsi-v2"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"type": ["A"], "a": [[]], "b": {"type": []}, "c": None, "d": {"type": {}, "value": 1}},
        {"type": "Feature", "properties": None, "geometry": 3, "id": None},
        {"id": [], "type": None, "x": [{"value": 1}, {"value": 2}], "y": {"dataset": {}}},
        {"id": "a", "type": "A", "x": {"type": "Relationship", "metadata": 3}},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_entity_raises_nothing(odd, form):
    simplified(normalized(odd, form))
    assert form_of(odd) in FORMS
