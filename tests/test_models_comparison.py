"""A model beside the one it extends: every difference is named, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Inconclusive
from mimtest.models.comparison import BREAKS, NARROWS, differences, differences_shared, texts_in
from mimtest.models.references import dead_references
from mimtest.models.schema_documents import Held
from mimtest.models.shapes import shape_of

BASE = "https://models.example/Lamp/schema.json"
OWN = "https://town.example/Lamp/schema.json"
LAMP = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string"},
        "status": {"enum": ["ok", "broken"]},
        "height": {"type": "number", "minimum": 0},
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "zip": {"type": "string"}},
        },
        "devices": {"type": "array", "items": {"type": "string"}},
    },
}


def shape(document, address=OWN):
    return shape_of(address, document, Held({BASE: LAMP, OWN: document}))


def told(own):
    found = differences(shape(LAMP, BASE), shape(own))
    return {(d.kind, d.attribute) for d in found}


def extended(**more):
    return {"allOf": [{"$ref": BASE}], **more}


def copied(**properties):
    return LAMP | {"properties": LAMP["properties"] | properties}


def test_a_model_does_not_differ_from_itself():
    assert told(LAMP) == told(extended()) == set()


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (extended(properties={"pole": {"type": "string"}}), {("added", "pole")}),
        (extended(properties={"status": {"const": "ok"}}), {("narrowed", "status")}),
        (extended(properties={"height": {"maximum": 40}}), {("narrowed", "height")}),
        (extended(properties={"height": {"type": "integer"}}), {("narrowed", "height")}),
        (extended(required=["height"]), {("required", "height")}),
        (extended(unevaluatedProperties=False), {("closed", "")}),
        (extended(properties={"height": {"type": "string"}}), {("retyped", "height")}),
        (extended(properties={"status": {"const": "lost"}}), {("retyped", "status")}),
        (copied(height={"type": "string"}), {("retyped", "height")}),
        (copied(height={}), {("widened", "height")}),
        (copied(height={"type": "number", "minimum": -1}), {("widened", "height")}),
        (copied(height={"type": ["number", "null"], "minimum": 0}), {("widened", "height")}),
        (copied(status={"enum": ["ok", "broken", "lost"]}), {("widened", "status")}),
        (copied(status={"type": "string"}), {("widened", "status")}),
        (copied(devices={"type": "array", "items": {"type": "number"}}), {("retyped", "devices/*")}),
        (LAMP | {"required": ["id"]}, {("released", "status")}),
        (
            {"properties": {"id": {"type": "string"}}},
            {("removed", n) for n in ("status", "height", "address", "devices")}
            | {("released", "id"), ("released", "status")},
        ),
        (
            copied(address={"type": "object", "required": ["zip"], "properties": {"zip": {"type": "string"}}}),
            {("required", "address/zip")},
        ),
        (
            copied(address={"type": "object", "additionalProperties": False, "properties": {"zip": {"type": "string"}}}),
            {("closed", "address"), ("removed", "address/street")},
        ),
    ],
)  # fmt: skip
def test_each_difference_is_named(own, expected):
    assert told(own) == expected


def test_alternatives_let_be_what_one_of_them_lets_be():
    own = copied(
        height={"anyOf": [{"type": "integer", "minimum": 5}, {"type": "number", "minimum": 1}]}
    )
    assert told(own) == {("narrowed", "height")}
    assert told(copied(status={"oneOf": [{"const": "ok"}, {"const": "broken"}]})) == set()


def test_a_copy_is_compared_in_what_it_shares():
    copy = {"properties": {"height": {"type": "string"}, "pole": {}}}
    found = differences_shared(shape(LAMP, BASE), shape(copy))
    assert [(d.kind, d.attribute) for d in found] == [("retyped", "height")]


def test_a_model_that_refers_to_itself_comes_to_an_end():
    tree = {"properties": {"part": {"$ref": "#"}, "name": {"type": "string"}}}
    assert set(shape(tree).members) == {"part", "name"}


def test_a_reference_that_leads_nowhere_leaves_it_open():
    with pytest.raises(Inconclusive):
        shape({"allOf": [{"$ref": "#/$defs/none"}]})


KINDS = st.sampled_from(["string", "number", "integer", "boolean", "array", "object"])
RULES = st.one_of(
    st.builds(lambda k: {"type": k}, KINDS),
    st.builds(
        lambda v: {"enum": v}, st.lists(st.sampled_from(["a", "b", 1, 2.5, True]), min_size=1)
    ),
    st.builds(lambda n: {"type": "number", "minimum": n}, st.integers(-3, 3)),
    st.just({}),
)
MODELS = st.fixed_dictionaries(
    {"properties": st.dictionaries(st.sampled_from("pqrs"), RULES)},
    optional={"required": st.lists(st.sampled_from("pqrs"), unique=True)},
)


@given(base=MODELS, more=MODELS)
def test_what_is_built_on_a_model_only_narrows_it_or_makes_it_impossible(base, more):
    look_up = Held({BASE: base})
    own = shape_of(OWN, more | {"allOf": [{"$ref": BASE}]}, look_up)
    found = differences(shape_of(BASE, base, look_up), own)
    assert all(d.kind in NARROWS | {"added"} or d.own == "no value is possible" for d in found)


@given(base=MODELS, more=MODELS)
def test_a_model_never_breaks_with_itself(base, more):
    look_up = Held({BASE: base})
    whole = shape_of(BASE, {"anyOf": [base, more]}, look_up)
    assert differences(whole, whole) == []
    assert not BREAKS & {d.kind for d in differences(whole, whole & whole)}


def test_every_text_of_a_document_is_found():
    assert set(texts_in({"a": ["x", {"b": "y"}], "c": 1})) == {"x", "y"}


def test_dead_references_are_told_apart_from_unknown_ones():
    document = {
        "$defs": {"here": {"type": "string"}, "enum": {"$ref": "#/$defs/gone"}},
        "properties": {"a": {"$ref": "#/$defs/here"}, "b": {"$ref": "#/$defs/none"}},
        "examples": [{"$ref": "#/no/reference"}],
    }
    dead, live = dead_references(OWN, document, Held({}))
    assert (sorted(dead), live) == (["#/$defs/gone", "#/$defs/none"], ["#/$defs/here"])


def test_a_reference_to_what_is_not_at_hand_is_no_failure():
    with pytest.raises(Inconclusive):
        dead_references(OWN, {"$ref": "https://elsewhere.example/schema.json"}, _refusing)


def _refusing(address):
    raise Inconclusive("unresolved_reference", address)
