"""The schema of a collection's features, held against the features themselves.

OGC API - Features - Part 5: Schemas (23-058), clauses 7 and 10. It is optional.
"""

import jsonschema
import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_media_type, assert_that, fail, shown
from mimtest.vocabulary.feature_schemas import (
    SCHEMA,
    assert_described,
    assert_linked,
    assert_typed,
    fits,
    is_spatial,
    require,
    schema_of,
)
from mimtest.vocabulary.samples import for_each

pytestmark = pytest.mark.interface("ogc-api-features")

MOST_FEATURES = 50
KIND = "schema"
PART = "ogcapi-features-5"


@pytest.fixture
def sampled(samples, classes):
    """Downloaded collections of a service that declares schemas."""
    require([*classes], PART, "schemas", "returnables-and-receivables")
    return samples


@pytest.mark.check("PLA-F-14", clause="OGC 23-058 /req/returnables-and-receivables/op, response")
def test_collections_have_a_schema(service, sampled):
    """Every collection has a schema of its features as application/schema+json, and links to it."""
    for sample in sampled:
        schema = schema_of(service, sample.collection, KIND)
        assert_media_type(schema.answer, SCHEMA)
        assert_linked(service, sample.collection, KIND)


@pytest.mark.check("PLA-F-44", clause="OGC 23-058 /req/schemas/json-schema")
def test_schemas_are_json_schemas(service, sampled):
    """A schema is valid JSON Schema, and names its dialect and its own address."""
    for sample in sampled:
        schema = schema_of(service, sample.collection, KIND)
        what = f"the schema of '{sample.collection.id}'"
        assert_described(schema, what)
        try:
            jsonschema.Draft202012Validator.check_schema(dict(schema.document))
        except jsonschema.SchemaError as error:
            fail(f"{what} is no JSON Schema", expected="JSON Schema", received=error.message[:200])


@pytest.mark.check("PLA-F-45", clause="OGC 23-058 /req/schemas/properties, /req/schemas/role-id")
def test_schemas_name_types_and_roles(service, sampled):
    """Every property of a schema has a type, places a format, and one at most is the identifier."""
    for sample in sampled:
        schema = schema_of(service, sample.collection, KIND)
        what = f"the schema of '{sample.collection.id}'"
        assert_typed(schema, what)
        ids = {n: t for n, t in schema.properties.items() if t.get("x-ogc-role") == "id"}
        assert_that(
            len(ids) <= 1 and all(t.get("type") in ("string", "integer") for t in ids.values()),
            f"{what} has more than one identifier, or one that is neither text nor a whole number",
            expected='at most one property with "x-ogc-role": "id"',
            received=ids,
        )


@pytest.mark.check("PLA-F-46", clause="OGC 23-058 /req/returnables-and-receivables/response C")
def test_features_are_as_their_schema_says(service, sampled):
    """The properties of the features are of the types of the schema, and there are no others where it says so."""

    def ask(sample):
        schema = schema_of(service, sample.collection, KIND)
        known = {n: t for n, t in schema.properties.items() if not is_spatial(t)}
        met = 0
        for feature in [*sample.known.values()][:MOST_FEATURES]:
            given = {n: v for n, v in feature.properties.items() if v is not None}
            others = sorted(given.keys() - schema.properties.keys())
            assert_that(
                not (others and schema.is_closed),
                f"'{feature.id}' has properties that its schema excludes",
                expected=sorted(known),
                received=others,
            )
            for name in given.keys() & known.keys():
                _assert_value(feature, name, known[name])
                met += 1
        if not met:
            raise Inconclusive("no_data", "no property of the schema is in the features")

    for_each(sampled, ask, "the schemas name no property of the features")


def _assert_value(feature, name, told):
    value = feature.properties[name]
    allowed = told.get("enum")
    assert_that(
        fits(told, value) and (not isinstance(allowed, list) or value in allowed),
        f"'{name}' of '{feature.id}' is not what its schema says",
        expected={k: told[k] for k in ("type", "enum") if k in told},
        received=shown(value),
    )


@pytest.mark.check("PLA-F-47", clause="OGC 23-058 /req/schemas/properties", strength="should")
def test_a_schema_names_the_place(service, sampled):
    """The schema of a collection with places names the place, of the type the features have."""

    def ask(sample):
        kinds = {
            str(f.document["geometry"].get("type", "")).lower()
            for f in sample.known.values()
            if f.shape
        }
        if not kinds:
            raise Inconclusive("no_data", "no feature has a place")
        schema = schema_of(service, sample.collection, KIND)
        assert_that(
            schema.place,
            f"the schema of '{sample.collection.id}' names no place, or several of one rank",
            expected='one property with "format": "geometry-…"',
            received=list(schema.properties),
        )
        told = str(schema.properties[schema.place].get("format", "")).removeprefix("geometry-")
        unfit = kinds if told == "any" else kinds - set(told.split("-or-"))
        assert_that(
            told == "any" or not unfit,
            f"the places of '{sample.collection.id}' are of another type",
            expected=told,
            received=sorted(kinds),
        )

    for_each(sampled, ask, "no collection has places")
