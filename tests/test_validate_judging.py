"""Bulk verdicts: those of JSON Schema, whichever representation the entities come in."""

import copy
import json
import pickle
import random

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.bulk import Judge, Specification, Standard
from mimtest.models.bulk_forms import candidates, read_off
from mimtest.models.bulk_models import specification
from mimtest.models.bulk_outcome import MOST, Outcome
from mimtest.models.bulk_records import Block
from mimtest.models.formats import FORMATS
from mimtest.models.representations import form_of, normalized, simplified
from mimtest.models.schema import Schema
from mimtest.models.schema_documents import Held

BENCH = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "type"],
    "properties": {
        "id": {"type": "string"},
        "type": {"enum": ["Bench"]},
        "seats": {"type": "integer", "minimum": 1, "maximum": 12},
        "material": {"enum": ["wood", "steel"]},
        "installed": {"type": "string", "format": "date-time"},
        "address": {"type": "object", "properties": {"postalCode": {"type": "string"}}},
        "refPark": {"type": "string"},
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "contact": {"oneOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    },
}
GOOD = {
    "id": "urn:ngsi-ld:Bench:1",
    "type": "Bench",
    "seats": 3,
    "material": "wood",
    "installed": "2024-05-01T10:00:00Z",
    "address": {"postalCode": "12345"},
    "refPark": "urn:ngsi-ld:Park:7",
    "location": {"type": "Point", "coordinates": [7.1, 50.7]},
}
DEFECTS = [
    ("seats", 0),
    ("seats", "3"),
    ("seats", 2.5),
    ("material", "Wood"),
    ("installed", 20240501),
    ("address", {"postalCode": 12345}),
    ("refPark", None),
    ("tags", ["a", 1]),
    ("type", "Chair"),
]
FORMAT_DEFECTS = [("installed", "2024-05-01"), ("installed", "2024-13-01T10:00:00Z")]


def bench(**options):
    return Specification((Standard(Schema("https://x.example/Bench", BENCH, Held({}))),), **options)


def outcome_of(*records, by=None, **options):
    held = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    block = Block("f", 1, list(range(1, len(held) + 1)), held)
    return Judge(by or bench(**options)).judge(block)


def said(outcome):
    rows = [json.loads(line) for line in outcome.lines]
    return [(r["record"], r["verdict"], r["rule"], r["pointer"], r["counts"]) for r in rows]


def in_form(entity, form):
    """The entity in a representation."""
    kinds = {"refPark": ("Relationship", "object"), "location": ("GeoProperty", "value")}
    kept = {n: entity[n] for n in ("id", "type")}
    others = {n: v for n, v in entity.items() if n not in kept}
    if form == "simplified":
        return {"@context": "https://x.example/c.jsonld", **entity}
    if form == "normalized":
        made = {n: (*kinds.get(n, ("Property", "value")), v) for n, v in others.items()}
        return kept | {
            n: {"type": k, m: v, "observedAt": "2024-01-01T00:00:00Z"}
            for n, (k, m, v) in made.items()
        }
    if form == "concise":
        return kept | {n: {kinds.get(n, ("", "value"))[1]: v} for n, v in others.items()}
    if form == "ngsi-v2":
        types = {"location": "geo:json", "refPark": "Relationship"}
        return kept | {
            n: {"type": types.get(n, "Text"), "value": v, "metadata": {}} for n, v in others.items()
        }
    return {
        "type": "Feature",
        "id": entity["id"],
        "geometry": entity["location"],
        "properties": in_form(entity, "normalized"),
    }


FORMS = ["simplified", "normalized", "concise", "ngsi-v2", "feature"]


@pytest.mark.parametrize("form", FORMS)
def test_a_valid_entity_is_valid_in_every_form(form):
    outcome = outcome_of(in_form(GOOD, form), GOOD)
    assert (outcome.valid, outcome.annotated, outcome.asserted) == (2, 2, 2)
    assert said(outcome) == []
    assert outcome.forms[form] >= 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "value"), DEFECTS)
def test_a_defect_is_found_in_every_form(form, name, value):
    outcome = outcome_of(in_form(GOOD, form), in_form(GOOD | {name: value}, form))
    assert (outcome.valid, outcome.invalid, outcome.annotated, outcome.asserted) == (1, 1, 1, 1)
    assert {(n, v, c) for n, v, _, _, c in said(outcome)} == {(2, "schema", True)}
    assert all(p.startswith(f"/{name}") for _, _, _, p, _ in said(outcome))


@pytest.mark.parametrize(("name", "value"), FORMAT_DEFECTS)
def test_formats_are_a_verdict_of_their_own(name, value):
    entity = GOOD | {name: value}
    annotated, asserted = outcome_of(entity), outcome_of(entity, formats=True)
    assert (annotated.valid, asserted.valid) == (1, 0)
    for outcome in (annotated, asserted):
        assert (outcome.annotated, outcome.asserted) == (1, 0)
    assert said(annotated) == [(1, "formats", "format", "/installed", False)]
    assert said(asserted) == [(1, "formats", "format", "/installed", True)]


def test_an_entity_counts_as_valid_when_it_is_so_with_formats_asserted():
    outcome = outcome_of(GOOD | {"contact": "192.0.2.1"})
    assert (outcome.valid, outcome.annotated, outcome.asserted) == (1, 0, 1)
    assert [s[-1] for s in said(outcome)] == [False]


def test_verdicts_are_those_of_jsonschema():
    chance = random.Random(5)
    values = [
        0,
        1,
        13,
        1.0,
        2.5,
        True,
        None,
        "wood",
        "3",
        [],
        ["a"],
        {},
        "2024-05-01T10:00:00+02:00",
    ]
    entities = []
    for number in range(400):
        entity = copy.deepcopy(GOOD) | {"id": f"urn:ngsi-ld:Bench:{number}"}
        for name in chance.sample(sorted(BENCH["properties"]), chance.randint(0, 2)):
            entity[name] = chance.choice(values)
            if chance.random() < 0.2:
                del entity[name]
        entities.append(entity)
    kind = jsonschema.Draft202012Validator
    checker = jsonschema.FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda v, holds=holds: not isinstance(v, str) or holds(v))
    plain, strict = kind(BENCH), kind(BENCH, format_checker=checker)
    for entity in entities:
        outcome = outcome_of(entity)
        expected = plain.is_valid(entity), strict.is_valid(entity)
        assert (outcome.annotated, outcome.asserted) == expected, entity


@pytest.mark.parametrize("record", [b"5", b'"a"', b"null", b"[[]]", b'[{"id":1},2]'])
def test_what_is_no_entity_is_a_violation(record):
    outcome = outcome_of(record)
    assert outcome.invalid >= 1
    assert outcome.valid + outcome.invalid + outcome.unjudged == outcome.entities


def test_a_broken_record_is_one_violation_with_its_line():
    outcome = outcome_of(GOOD, b'{"id":', b'{"id":NaN}', b"\xff", GOOD)
    assert (outcome.entities, outcome.valid, outcome.invalid) == (5, 2, 3)
    assert [(n, v) for n, v, *_ in said(outcome)] == [(2, "json"), (3, "json"), (4, "json")]


def test_what_is_beyond_limits_is_no_violation():
    outcome = outcome_of(b"[" * 300 + b"]" * 300, b'{"a":1e999}')
    assert (outcome.unjudged, outcome.invalid, outcome.violations) == (2, 0, 0)


def test_very_many_violations_are_cut_short():
    names = {f"n{i}": {"type": "integer"} for i in range(300)}
    by = Specification((Standard(Schema("urn:x", {"properties": names}, Held({}))),))
    outcome = outcome_of(dict.fromkeys(names, "x"), by=by)
    assert len(outcome.lines) == MOST
    assert outcome.violations == 300
    assert outcome.unlisted == 300 - MOST


def test_of_a_large_entity_the_first_violation_is_told():
    outcome = outcome_of(GOOD | {"tags": [1] * 100_000})
    assert outcome.invalid == 1
    assert [p for *_, p, _ in said(outcome)] == ["/tags/0"]


def test_texts_of_any_length_are_cut():
    entity = GOOD | {"id": "urn:" + "x" * 10_000, "material": "y" * 10_000}
    assert len(outcome_of(entity).lines[0]) < 4000


def test_an_entity_of_several_types_is_judged_as_the_one_that_is_meant():
    both = GOOD | {"type": ["Chair", "Bench"]}
    assert outcome_of(both).valid == 1
    assert outcome_of(GOOD | {"type": ["Chair", "Stool"]}).invalid == 1
    named = Specification((Standard(bench().standards[0].schema, "Bench"),))
    assert outcome_of(both, by=named).valid == 1


def test_types_without_a_model_are_not_judged():
    named = Specification((Standard(bench().standards[0].schema, "Bench"),))
    outcome = outcome_of(GOOD, GOOD | {"type": "Chair"}, {"id": "a"}, by=named)
    assert (outcome.valid, outcome.unjudged) == (1, 2)
    assert [r for _, _, r, _, _ in said(outcome)] == ["no-model", "no-model"]


def test_what_cannot_be_evaluated_is_not_judged():
    schema = {"type": "object", "properties": {"a": {"$ref": "https://nowhere.example/b.json"}}}

    def nowhere(address):
        raise LookupError(address)

    by = Specification((Standard(Schema("https://x.example/s", schema, nowhere)),))
    outcome = outcome_of({"id": "1", "a": 1}, {"id": "2"}, by=by)
    assert (outcome.unjudged, outcome.invalid) == (1, 0)


def test_rules_about_values_count_where_they_are_asked_for():
    by = specification(["Streetlighting/Streetlight"], values=True)
    entity = {
        "id": "urn:ngsi-ld:Streetlight:1",
        "type": "Streetlight",
        "status": {"type": "Property", "value": "ok"},
        "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7.1, 50.7]}},
    }
    wrong = {"type": "Property", "value": 5, "unitCode": "metres"}
    outcome = outcome_of(entity, entity | {"lanternHeight": wrong}, by=by)
    assert (outcome.valid, outcome.invalid, outcome.annotated) == (1, 1, 2)
    assert {v for _, v, *_ in said(outcome) if v != "suspect"} == {"values"}


def test_rules_about_kinds_and_units_are_silent_where_nothing_says_them():
    by = specification(["Streetlighting/Streetlight"], values=True)
    entity = {
        "id": "urn:ngsi-ld:Streetlight:1",
        "type": "Streetlight",
        "status": "ok",
        "lanternHeight": 5,
    }
    location = {"type": "Point", "coordinates": [7.12345, 50.71234]}
    bare = entity | {"location": location, "refStreetlightGroup": "urn:ngsi-ld:Group:1"}
    outcome = outcome_of(bare, normalized(bare, "simplified"), by=by)
    assert outcome.valid == 2
    assert {n for n, *_ in said(outcome)} == {2}


def test_what_the_published_example_breaks_too_is_not_held_against_anybody():
    from mimtest.models.known_defects import defects

    by = specification(["AirQualityObserved"])
    known = next(
        d for d in defects() if d.model.endswith("/AirQualityObserved") and d.pointer == "/tsp"
    )
    entity = {
        "id": "urn:ngsi-ld:AirQualityObserved:1",
        "type": "AirQualityObserved",
        "dateObserved": "2024-05-01T10:00:00Z",
        "location": {"type": "Point", "coordinates": [7.1, 50.7]},
    }
    outcome = outcome_of(entity, entity | {"tsp": 73.3}, by=by)
    assert known.rule == "type"
    assert (outcome.valid, outcome.invalid, outcome.unjudged, outcome.annotated) == (1, 0, 1, 1)
    assert [v for _, v, *_ in said(outcome)] == ["known"]


VALUES = st.sampled_from([1, "x", None, [], ["a"], {"a": 1}, {"@type": "DateTime", "@value": "t"}])
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            [
                "Property",
                "GeoProperty",
                "Relationship",
                "LanguageProperty",
                "Text",
                "geo:point",
                "geo:json",
                5,
            ]
        ),
        "value": VALUES,
        "object": VALUES,
        "languageMap": st.just({"en": "x"}),
        "metadata": st.just({}),
        "observedAt": st.just("t"),
        "datasetId": st.just("urn:d"),
    },
)
ENTITIES = st.fixed_dictionaries(
    {"id": st.just("urn:a"), "type": st.just("T")},
    optional={
        n: ATTRIBUTES | VALUES | st.lists(ATTRIBUTES, max_size=2) for n in ("a", "b", "scope")
    },
)


@given(ENTITIES)
def test_what_is_read_off_is_what_the_long_way_gives(entity):
    quick = read_off(entity)
    if quick is not None:
        whole = normalized(entity, form_of(entity))
        assert quick[1] == simplified(whole)
        assert quick[1] == simplified(whole, bare=True)
    form, forms = candidates(entity, None)
    first = next(iter(forms))
    expected = simplified(normalized(entity, form_of(entity)))
    assert first in (expected, entity)
    assert first == entity or form not in ("simplified", "plain")


def test_outcomes_add_up_and_survive_being_written_down():
    parts = [
        outcome_of(GOOD, b"{"),
        outcome_of(GOOD | {"seats": 0}),
        outcome_of(GOOD | {"seats": 99}),
    ]
    whole = outcome_of(GOOD, b"{", GOOD | {"seats": 0}, GOOD | {"seats": 99})
    total = Outcome()
    for part in parts:
        total.add(Outcome.of_dict(json.loads(json.dumps(part.as_dict()))))
    assert total.as_dict() == whole.as_dict()


def test_a_specification_can_be_sent():
    sent = pickle.loads(pickle.dumps(specification(["Streetlight"])))
    assert outcome_of({"id": "a", "type": "Chair"}, by=sent).invalid == 1
