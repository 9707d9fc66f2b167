"""What can be asked: the queryables of a collection, against the standard and against its features.

OGC API - Features - Part 3: Filtering (19-079r2), clauses 6, 7 and 9.2.
"""

from urllib.parse import quote

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary import cql2
from mimtest.vocabulary.cql2_asking import MOST_ASKED, plain_texts
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that
from mimtest.vocabulary.feature_schemas import (
    SCHEMA,
    asked,
    assert_described,
    assert_linked,
    assert_typed,
    fits,
    is_spatial,
    require,
    schema_of,
)
from mimtest.vocabulary.openapi import named_parameter, parameter_schema, parameters_of_items
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.samples_compared import assert_refused, assert_selected

pytestmark = pytest.mark.interface("ogc-api-features")

MOST_COLLECTIONS = 5
MOST_PARAMETERS = 4
SIMPLE = ("string", "number", "integer", "boolean")
NOTHING = "no queryable is a simple property of the features"


@pytest.fixture
def described(collections, classes):
    """Collections of a service that declares queryables."""
    require([*classes], "ogcapi-features-3", "queryables", "filter", "features-filter")
    return collections[:MOST_COLLECTIONS]


@pytest.mark.check(
    "PLA-F-01",
    clause="OGC 19-079r2 /req/queryables/get-queryables-op, /req/features-filter/get-queryables-op",
)
def test_collections_have_queryables(service, described):
    """Every collection has queryables, a JSON Schema of an object as application/schema+json."""
    for collection in described:
        schema = schema_of(service, collection, "queryables")
        assert_media_type(schema.answer, SCHEMA)


@pytest.mark.check("PLA-F-39", clause="OGC 19-079r2 /req/queryables/get-queryables-response B")
def test_queryables_name_their_dialect_and_address(service, described):
    """Queryables name the dialect of JSON Schema they are in, and their own address."""
    for collection in described:
        schema = schema_of(service, collection, "queryables")
        assert_described(schema, f"the queryables of '{collection.id}'")


@pytest.mark.check(
    "PLA-F-40", clause="OGC 19-079r2 /req/queryables/get-queryables-response C, D, E"
)
def test_queryables_have_types(service, described):
    """Every queryable has a type; a place has a geometry format in its stead."""
    for collection in described:
        schema = schema_of(service, collection, "queryables")
        assert_typed(schema, f"the queryables of '{collection.id}'")


@pytest.mark.check("PLA-F-02", clause="OGC 19-079r2 /req/features-filter/queryables-link")
def test_collections_link_to_their_queryables(service, described):
    """Every collection links to its queryables with the relation of OGC."""
    for_each(
        described,
        lambda collection: assert_linked(service, collection, "queryables"),
        "no collection has links",
    )


@pytest.mark.check(
    "PLA-F-03", clause="OGC 19-079r2 /req/queryables/get-queryables-response", strength="should"
)
def test_queryables_are_those_of_the_features(queryables):
    """A queryable that is a property of the features has the type of its values, and there is one."""
    for filterable in queryables:
        assert_status(filterable.schema.answer, 200)
        met = 0
        for name, told in filterable.schema.properties.items():
            for feature in filterable.sample.known.values():
                value = feature.properties.get(name)
                if value is None or is_spatial(told):
                    continue
                met += 1
                assert_that(
                    fits(told, value),
                    f"'{name}' of '{feature.id}' is not of the type of the queryable",
                    expected=told.get("type"),
                    received=value,
                )
        assert_that(
            met,
            f"no queryable of '{filterable.sample.collection.id}' is a property of its features",
            expected=sorted({n for f in filterable.sample.known.values() for n in f.properties}),
            received=sorted(filterable.schema.properties),
        )


@pytest.fixture
def by_property(queryables, classes):
    """Collections whose queryables are query parameters as well."""
    require([*classes], "ogcapi-features-3", "queryables-query-parameters")
    return queryables


@pytest.mark.check("PLA-F-04", clause="OGC 19-079r2 /req/queryables-query-parameters/parameters D")
def test_a_parameter_selects_by_its_property(by_property):
    """A queryable given as a parameter of its own selects exactly the features with that value."""
    asked_ones = 0
    for filterable in by_property:
        for column, condition, value in _telling_parameters(filterable):
            given = {"properties": {column.name: value}}
            assert_selected(filterable.sample, condition.judge, **given)
            asked_ones += 1
        if asked_ones >= MOST_ASKED:
            return
    if not asked_ones:
        raise Inconclusive("no_data", NOTHING)


def _telling_parameters(filterable):
    """Columns with a value that tells some features from others."""
    found = 0
    for column in filterable.columns("text", "number", "boolean"):
        if column.kind == "text":
            values = [v for v in plain_texts(column) if not set(v) & set("*,?")]
        elif column.kind == "number":
            values = [n for n in column.common if float(n).is_integer()]
        else:
            values = [True]
        for value in values:
            condition = cql2.equal(column.name, value)
            if filterable.telling([condition]):
                yield column, condition, value
                found += 1
                break
        if found == MOST_PARAMETERS:
            return


@pytest.mark.check("PLA-F-41", clause="OGC 19-079r2 /req/queryables-query-parameters/parameters C")
def test_the_definition_has_the_parameters(by_property, definition):
    """The API definition has a parameter for every queryable with a simple value."""
    for filterable in by_property:
        assert_status(filterable.schema.answer, 200)
        collection = filterable.sample.collection.id
        parameters = parameters_of_items(definition, collection)
        simple = [
            n for n, told in filterable.schema.properties.items() if told.get("type") in SIMPLE
        ]
        missing = [n for n in simple if named_parameter(parameters, n) is None]
        assert_that(
            not missing,
            f"queryables of '{collection}' are no parameters of its features",
            expected=simple,
            received=f"missing: {missing}",
        )


@pytest.mark.check(
    "PLA-F-42",
    clause="OGC 17-069r4 /req/core/query-param-invalid; 19-079r2 /req/queryables-query-parameters/parameters C",
)
def test_a_value_of_another_type_is_refused(by_property, definition):
    """A word where a parameter takes a number by the API definition is answered with 400."""
    for filterable in by_property:
        parameters = parameters_of_items(definition, filterable.sample.collection.id)
        for column in filterable.columns("number"):
            value = next((n for n in column.common if float(n).is_integer()), None)
            schema = parameter_schema(definition, named_parameter(parameters, column.name))
            if value is None or schema.get("type") not in ("number", "integer"):
                continue
            good = {"limit": 1, "properties": {column.name: value}}
            bad = {"limit": 1, "properties": {column.name: "mimtest"}}
            assert_refused(filterable.sample, good, bad)
            return
    raise Inconclusive("no_data", "no parameter is a number by the API definition")


@pytest.mark.check(
    "PLA-F-43", clause="OGC 19-079r2 /req/features-filter/get-queryables-op B", strength="should"
)
def test_a_collection_that_does_not_exist_has_no_queryables(service, described, absent):
    """The queryables of a collection that does not exist are answered with 404."""
    known = described[0]
    control = asked(service, known, "queryables")
    if control.status != 200:
        raise Inconclusive("control_failed", f"the queryables of '{known.id}' cannot be read")
    stem, found, rest = control.url.partition(f"/collections/{quote(known.id, safe='')}/")
    if not found:
        raise Inconclusive("precondition_unmet", "the queryables are at an address of their own")
    other = f"{stem}/collections/{absent(known.id)}/{rest}"
    assert_status(service.get(other, accept=SCHEMA), 404, what="the answer to a collection made up")
