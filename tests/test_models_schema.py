"""JSON Schema: two engines with the verdicts of jsonschema, on the city's entities and on anything."""

import copy
import json
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from mimtest.models.formats import FORMATS
from mimtest.models.library import library
from mimtest.models.representations import simplified
from mimtest.models.schema import Schema
from mimtest.models.schema_findings import findings
from mimtest.models.schema_patient import Patient
from mimtest.models.schema_quick import Quick
from mimtest.resources import FIXTURES, SCHEMAS

HERE = "https://city.example/schema.json"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def schema(document, address=HERE):
    return Schema(address, document, library().get)


@cache
def stock():
    """The formats of this project as jsonschema takes them."""
    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    return checker


def of_jsonschema(judged: Schema, instance, formats):
    """The verdict of jsonschema as it comes."""
    registry = Registry(retrieve=lambda uri: Resource.from_contents(library().get(uri)))
    registry = registry.with_resource(judged.address, Resource.from_contents(judged.document))
    checker = stock() if formats else None
    whole = {"$ref": judged.address}
    return Draft202012Validator(whole, registry=registry, format_checker=checker).is_valid(instance)


CITY = [
    entity
    for path in sorted((FIXTURES / "city").glob("*.json"))
    if not path.name.endswith("ids.json")
    for entity in json.loads(path.read_text(encoding="utf-8"))
]
OURS = sorted(
    p
    for p in (SCHEMAS / "models").rglob("schema.json")
    if p.parent.name in {e["type"] for e in CITY}
)
BROKEN = (
    None,
    True,
    "x",
    "x\n",
    "España",
    -1,
    1e9,
    1.5,
    [],
    {},
    [1, "a"],
    "2026-02-30T00:00:00Z",
    "2026-02-03T00:00:60Z",
    {"type": "Point", "coordinates": [1]},
    {"type": "Polygon", "coordinates": [1, 2]},
    {"type": "Nothing"},
)


def broken(entity, chance: random.Random):
    """The entity with one or two things wrong, or perhaps nothing."""
    made = copy.deepcopy(entity)
    for _ in range(chance.randrange(3)):
        name = chance.choice([*made])
        if chance.random() < 0.2:
            del made[name]
        else:
            made[name] = chance.choice(BROKEN)
        if not made:
            return made
    return made


@pytest.mark.parametrize("path", OURS, ids=[p.parent.name for p in OURS])
def test_the_engines_and_jsonschema_agree_on_the_city(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    judged = schema(document, document.get("$id", HERE))
    chance = random.Random(path.parent.name)
    own = [simplified(e) for e in CITY if e["type"] == path.parent.name]
    for formats in (False, True):
        quick = Quick(judged._documents, formats=formats)
        patient = Patient(judged._documents, formats=formats)
        for instance in [broken(chance.choice(own), chance) for _ in range(20)]:
            verdict = quick.is_valid(instance)
            assert verdict == patient.is_valid(instance) == judged.is_valid(instance, formats)
            assert verdict == (not judged.findings(instance, "", formats))
            texts = [v for v in instance.values() if isinstance(v, str)]
            if not {"x\n", "España"} & {
                *texts
            }:  # of these ECMA-262 has another opinion than Python
                assert verdict == of_jsonschema(judged, instance, formats)
            assert told(quick, instance) == told(patient, instance)


def told(engine, instance):
    return {(f.rule, f.pointer, f.clause) for f in findings(engine.violations(instance), "")}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, 0.07, 0.1, 1e300, 10**30, "", "a", "ab", "é", "2026-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=5,
)
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def keywords(inner):
    small = st.integers(0, 2)
    several = st.lists(inner, min_size=1, max_size=3)
    members = st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES)
            | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "minimum": st.integers(-2, 2) | st.just(0.07),
            "exclusiveMaximum": st.integers(-2, 2),
            "multipleOf": st.sampled_from([2, 0.5, 0.01, 0.1]),
            "minLength": small,
            "maxLength": small,
            "pattern": st.sampled_from([r"^\w+$", r"\d", "^a", r"^[^\W\d]$", r"^\S*$"]),
            "format": st.sampled_from(["date", "email", "hostname", "uri", "unheard-of"]),
            "minItems": small,
            "uniqueItems": st.booleans(),
            "prefixItems": several,
            "items": inner,
            "contains": inner,
            "properties": members,
            "patternProperties": st.dictionaries(
                st.sampled_from(["^a", r"^\w$"]), inner, max_size=1
            ),
            "additionalProperties": inner,
            "propertyNames": inner,
            "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
            "dependentRequired": st.dictionaries(st.sampled_from("ab"), st.just(["c"]), max_size=1),
            "dependencies": st.dictionaries(st.sampled_from("ab"), st.just(["c"]), max_size=1),
            "minProperties": small,
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "contentEncoding": st.just("base64"),
        },
    )


SOME_SCHEMAS = st.recursive(st.booleans() | keywords(st.booleans()), keywords, max_leaves=6)
DIALECTS = st.sampled_from([None, DRAFT_7, "https://json-schema.org/draft/2019-09/schema"])


@settings(max_examples=100)
@given(SOME_SCHEMAS, st.lists(VALUES, min_size=1, max_size=6), DIALECTS, st.booleans())
def test_the_engines_agree_on_any_schema(document, instances, dialect, formats):
    if dialect and isinstance(document, dict):
        document = {"$schema": dialect} | document
    judged = schema(document)
    quick = Quick(judged._documents, formats=formats)
    patient = Patient(judged._documents, formats=formats)
    for instance in instances:
        assert quick.is_valid(instance) == patient.is_valid(instance)
        assert bool(quick.violations(instance)) == bool(patient.violations(instance))


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^\w+$", "España", False),
        (r"^\w+$", "abc\n", False),
        (r"^\d$", "٣", False),
        (r"^\s$", "\u00a0", True),
        (r"^[\s]$", "\ufeff", True),
        (r"^\S$", "\u00a0", False),
        (r"^.$", "😀", True),
        (r"^[$\]]$", "$", True),
        (r"^(?<year>\d{4})$", "2026", True),
        (r"(?<=a)b", "ab", True),
        (r"^\W$", "é", True),
        (r"^[\w\-\.]+$", "a-b.c", True),
    ],
)
def test_regular_expressions_are_those_of_ecma(pattern, text, matches):
    judged = schema({"pattern": pattern})
    for engine in (Quick, Patient):
        assert engine(judged._documents, formats=False).is_valid(text) is matches


@pytest.mark.parametrize(("of", "value", "holds"), [(0.01, 0.07, True), (0.01, 19.999, False)])
def test_multiples_of_decimals_are_exact(of, value, holds):
    judged = schema({"multipleOf": of})
    for engine in (Quick, Patient):
        assert engine(judged._documents, formats=False).is_valid(value) is holds
