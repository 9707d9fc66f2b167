"""Whose data an answer holds is told by texts that stand in no request and in no other answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.transport import Received
from mimtest.vocabulary.access import (
    Operation,
    assert_denied,
    assert_kept,
    given_away,
    is_denied,
    settled,
    telling,
)
from mimtest.vocabulary.operations import example_of, impossible, is_guarded
from mimtest.vocabulary.owners import holds_record
from mimtest.vocabulary.rate_limits import Plan, contradictions, plan_of, unreadable

URN = "urn:ngsi-ld:Permit:town:water-1"


def answer(status=200, body=None, url="https://x.example/permits", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return Answer(Received("m-1", url, status, fields, content, 1), Recorder(Redactor({})))


def test_a_canary_in_the_request_is_an_echo_and_no_data():
    error = answer(404, {"detail": f"no {URN}"}, url=f"https://x.example/permits/{URN}")
    assert given_away(error, [URN]) == []
    coded = answer(
        404, {"detail": f"no {URN}"}, url="https://x.example/?id=" + URN.replace(":", "%3A")
    )
    assert given_away(coded, [URN]) == []
    assert given_away(answer(403, {"detail": f"{URN} is another's"}), [URN]) == [URN]


@pytest.mark.parametrize("field", ["location", "link"])
def test_header_fields_give_data_away_too(field):
    assert given_away(answer(403, {}, **{field: f"</permits/{URN}>"}), [URN]) == [URN]


def test_escaped_texts_are_found():
    body = answer(body=b'[{"name": "Br\\u00fccke \\/ Weg"}]')
    assert given_away(body, ["Brücke / Weg"]) == ["Brücke / Weg"]


@given(st.sampled_from([500, 502, 503, 429]))
def test_neither_failures_nor_limits_are_refusals(status):
    with pytest.raises(Inconclusive):
        is_denied(answer(status, {}))


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_refusals(status):
    assert is_denied(answer(status, {}))


def test_an_empty_list_is_no_refusal_but_gives_nothing():
    assert_kept(answer(body=[]), [URN], "somebody", "GET /")
    with pytest.raises(Contradiction):
        assert_denied(answer(body=[]), "somebody", "GET /")
    assert settled(answer(body=[])).ok


def test_what_is_known_again_stands_in_no_public_answer():
    data = answer(body=[{"id": URN, "name": "A well at the mill"}])
    assert telling(data, ()) == (URN,)
    assert telling(data, (), answer(404, {"example": URN})) == ("A well at the mill",)
    with pytest.raises(Inconclusive):
        telling(answer(body=[{"id": "1", "name": "well"}]), ())
    assert telling(data, ["A well"]) == ("A well",)


def test_short_identifiers_and_links_tell_nothing():
    data = answer(body={"items": [{"id": "17", "self": "https://x.example/permits/17?f=json"}]})
    with pytest.raises(Inconclusive):
        telling(data, ())


RECORD = {"id": URN, "type": "Permit", "name": "Well", "fee": 12}


@pytest.mark.parametrize(
    ("body", "held"),
    [
        (RECORD, True),
        ([{"id": URN, "name": "Well"}], True),
        ({"items": [{"id": URN, "type": "Permit", "name": {"value": "Well"}}]}, True),
        ({"error": {"id": URN, "detail": "not found"}}, False),
        ([], False),
        ({"id": "urn:another", "type": "Permit", "name": "Well"}, False),
    ],
)
def test_a_record_is_its_identifier_with_more_of_it(body, held):
    assert holds_record(answer(body=body), RECORD) is held
    assert not holds_record(answer(404, body), RECORD)


def test_operations_are_named_without_their_host():
    assert Operation("GET", "https://x.example/office/permits").name == "GET /office/permits"
    assert Operation("GET", "").name == "GET /"


SCHEMA = {
    "type": "object",
    "required": ["name", "kind", "at", "count", "inner"],
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "kind": {"enum": ["a", "b"]},
        "at": {"type": "string", "format": "date-time"},
        "count": {"type": "integer", "minimum": 3},
        "inner": {"$ref": "#/components/schemas/inner"},
        "free": {"type": "string"},
    },
}
DOCUMENT = {
    "components": {
        "schemas": {"inner": {"type": "array", "minItems": 1, "items": {"type": "boolean"}}}
    }
}


def test_an_example_fits_its_schema():
    made = example_of(DOCUMENT, SCHEMA, "mimtest text")
    assert made == {
        "name": "mimte",
        "kind": "a",
        "at": "2026-01-01T00:00:00Z",
        "count": 3,
        "inner": [False],
    }


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (SCHEMA, {}),
        ({"type": "object"}, []),
        ({"type": "object", "minProperties": 1}, {}),
        ({"type": "array"}, {}),
        ({}, None),
    ],
)
def test_a_body_that_fits_nothing_is_made_where_one_is_known(schema, body):
    node = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    assert impossible({}, node) == body
    assert impossible({}, {}) is None


@pytest.mark.parametrize(
    ("document", "node", "guarded"),
    [
        ({}, {}, None),
        ({"security": [{"key": []}]}, {}, True),
        ({"security": [{"key": []}]}, {"security": []}, False),
        ({}, {"security": [{"key": []}, {}]}, False),
        ({}, {"security": [{"login": ["read"]}]}, True),
    ],
)
def test_a_description_says_what_needs_credentials(document, node, guarded):
    assert is_guarded(document, node) is guarded


def test_plans_are_read_in_the_words_of_all_drafts():
    assert plan_of({"ratelimit-policy": '"few";q=40;w=6, "day";q=9000;w=86400'}) == Plan(40, 6)
    assert plan_of({"x-ratelimit-limit": "100"}) == Plan(100, None)
    assert plan_of({"ratelimit-limit": "100, 100;w=60"}) == Plan(100, 60)
    assert plan_of({"ratelimit": '"few";r=3;t=6'}) is None


def test_contradictions_of_limits_are_told():
    policy = {"ratelimit-policy": '"few";q=40;w=6'}
    assert contradictions({**policy, "ratelimit": '"few";r=39;t=6'}) == []
    assert contradictions({**policy, "ratelimit": '"few";r=41;t=6'})
    assert contradictions({**policy, "ratelimit": '"lots";r=1;t=6'})
    assert contradictions({"x-ratelimit-limit": "10", "x-ratelimit-remaining": "11"})
    assert contradictions({"x-ratelimit-limit": "10", "x-ratelimit-remaining": "10"}) == []
    assert unreadable({"ratelimit": "plenty"}) == ["ratelimit: plenty"]
