"""JSON Schema: documents and their references, what cannot be judged, and findings that say where, what and why."""

import pickle

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.schema import Schema

HERE = "https://city.example/schema.json"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def nowhere(address):
    raise Inconclusive("unresolved_reference", f"{address} is not there")


def schema(document, look_up=nowhere):
    return Schema(HERE, document, look_up)


def one(document, instance, **formats):
    """The only finding."""
    (found,) = schema(document).findings(instance, "urn:x:1", **formats)
    return found


def test_a_document_goes_by_its_address_and_refers_from_its_id():
    common = {"$id": "https://other.example/x/common.json", "$defs": {"n": {"type": "number"}}}
    own = {
        "$id": "https://other.example/x/own.json",
        "properties": {"a": {"$ref": "common.json#/$defs/n"}, "b": {"$ref": "#/$defs/t"}},
        "$defs": {"t": {"type": "string"}},
    }
    judged = schema(own, look_up={"https://other.example/x/common.json": common}.__getitem__)
    clauses = [f.clause for f in judged.findings({"a": "x", "b": 1}, "")]
    assert sorted(clauses) == [
        f"{HERE}#/$defs/t/type",
        "https://other.example/x/common.json#/$defs/n/type",
    ]


def test_the_same_id_in_two_documents_confuses_nothing():
    same = "https://other.example/copied.json"
    common = {"$id": same, "$defs": {"n": {"$ref": "#/$defs/m"}, "m": {"type": "number"}}}
    own = {"$id": same, "$defs": {"m": {"type": "string"}}, "$ref": "https://c.example/c#/$defs/n"}
    judged = schema(own, look_up={"https://c.example/c": common}.__getitem__)
    assert judged.is_valid(1)
    assert not judged.is_valid("x")


def test_a_reference_that_leads_nowhere_hurts_only_who_gets_there():
    judged = schema({"properties": {"a": {"$ref": "https://gone.example/x.json"}}})
    assert judged.is_valid({})
    with pytest.raises(Inconclusive, match=r"gone\.example") as raised:
        judged.is_valid({"a": 1})
    assert raised.value.code == "unresolved_reference"
    with pytest.raises(Inconclusive, match="/nope"):
        schema({"$ref": "#/nope"}).findings({}, "")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"type": "nope"}, "precondition_unmet"),
        (5, "precondition_unmet"),
        ({"$schema": 7}, "precondition_unmet"),
        ({"$schema": "https://city.example/dialect"}, "unresolved_reference"),
        ({"pattern": "("}, "schema_not_evaluated"),
        ({"$ref": "https://c.example/list#/0/nope"}, "unresolved_reference"),
    ],
)
def test_what_cannot_be_judged_is_inconclusive(document, code):
    with pytest.raises(Inconclusive) as raised:
        schema(document, look_up=lambda _: [{}]).is_valid("x")
    assert raised.value.code == code


def test_a_schema_that_is_none_contradicts():
    with pytest.raises(Contradiction, match='type is "nope"') as raised:
        schema({"type": "nope"}).assert_valid()
    assert raised.value.received == '"nope"'
    schema({"$schema": DRAFT_7, "type": "string"}).assert_valid()
    schema(True).assert_valid()


def test_draft_3_is_known():
    document = {
        "$schema": "http://json-schema.org/draft-03/schema#",
        "properties": {"a": {"required": True}},
    }
    assert schema(document).is_valid({"a": 1})
    assert [f.rule for f in schema(document).findings({}, "")] == ["required"]


def test_contents_are_annotations_in_every_draft():
    document = {
        "$schema": DRAFT_7,
        "contentEncoding": "base64",
        "contentMediaType": "application/json",
    }
    assert schema(document).is_valid("é{")


def test_text_that_is_no_unicode_is_judged_all_the_same():
    assert schema({"type": "string"}).is_valid("\ud800")
    assert not schema({"type": "number"}).is_valid("\ud800", formats=True)


def test_a_schema_travels_with_what_it_refers_to():
    common = {"https://c.example/c": {"type": "number"}}
    judged = schema({"$ref": "https://c.example/c"}, look_up=common.__getitem__)
    other = pickle.loads(pickle.dumps(judged))
    assert other.is_valid(1)
    assert not other.is_valid("x")


def test_properties_and_required_come_from_every_part():
    document = {
        "allOf": [{"$ref": "#/$defs/common"}, {"properties": {"b": {"$ref": "#/$defs/n"}}}],
        "anyOf": [{"required": ["c"], "properties": {"c": {}}}],
        "required": ["b"],
        "$defs": {
            "common": {"required": ["a"], "properties": {"a": {"allOf": [{"minimum": 1}]}}},
            "n": {"type": "number", "$ref": "#"},
        },
    }
    judged = schema(document)
    assert judged.required() == {"a", "b"}
    found = judged.properties()
    assert set(found) == {"a", "b", "c"}
    assert found["a"] == [{"allOf": [{"minimum": 1}]}, {"minimum": 1}]
    assert {"type": "number", "$ref": "#"} in found["b"]


@pytest.mark.parametrize(
    ("document", "instance", "told"),
    [
        ({"type": ["number", "null"]}, "x", ("type", "", "null or a number", '"x"')),
        ({"required": ["a/b"]}, {"c": 1}, ("required", "/a~1b", "the member a/b", "members c")),
        (
            {"additionalProperties": False},
            {"~x": 1},
            (
                "additionalProperties",
                "/~0x",
                "none but the members that the schema names",
                "~x",
            ),
        ),
        ({"items": {"enum": [1, "b"]}}, [1, 2], ("enum", "/1", 'one of 1, "b"', "2")),
        ({"minimum": 0.5}, 0.25, ("minimum", "", "at least 0.5", "0.25")),
        ({"pattern": "^a$"}, "b", ("pattern", "", "text that matches ^a$", '"b"')),
        ({"minItems": 2}, [1], ("minItems", "", "at least 2 items", "[1]")),
        (
            {"dependentRequired": {"a": ["b"]}},
            {"a": 1},
            ("dependentRequired", "", "the member b beside those there", '{"a": 1}'),
        ),
        ({"const": {"a": 1}}, 1, ("const", "", '{"a": 1}', "1")),
        (
            {"anyOf": [{"type": "string"}, {"type": "number"}]},
            None,
            ("anyOf", "", "text or a number", "null"),
        ),
        (
            {"oneOf": [{}, {}]},
            1,
            ("oneOf", "", "what exactly one of the alternatives fits", "1"),
        ),
    ],
)
def test_a_finding_says_where_and_what(document, instance, told):
    found = one(document, instance)
    assert (found.rule, found.pointer, found.expected, found.received) == told
    assert found.clause.startswith(f"{HERE}#")
    assert found.entity == "urn:x:1"


def test_formats_count_when_they_are_asked_for():
    document = {"format": "date-time"}
    assert schema(document).is_valid("tomorrow")
    found = one(document, "tomorrow", formats=True)
    assert (found.rule, found.expected) == ("format", "text in the format date-time")
    assert schema({"format": "hostname"}).is_valid("-", formats=True)


GEOMETRY = {
    "oneOf": [
        {"properties": {"type": {"enum": [kind]}, "coordinates": {"items": {"type": of}}}}
        for kind, of in (("Point", "number"), ("LineString", "array"))
    ]
}


def test_of_alternatives_the_one_meant_is_told():
    found = one(GEOMETRY, {"type": "Point", "coordinates": [1, "x"]})
    assert (found.rule, found.pointer) == ("type", "/coordinates/1")
    assert found.clause == f"{HERE}#/oneOf/0/properties/coordinates/items/type"
    other = one(GEOMETRY, {"type": "Circle", "coordinates": []})
    assert (other.rule, other.pointer) == ("oneOf", "")
    assert other.expected == 'an object whose type is one of "Point", "LineString"'
