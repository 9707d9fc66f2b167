"""Data that is there can be read: by identifier, by type, in part, and in other representations.

These checks read what the broker holds and write nothing (GS CIM 009 5.7.1, 5.7.2, 4.5.4, 4.5.16).
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    same,
)
from mimtest.vocabulary.ngsild import (
    GEO_JSON,
    at_rest,
    attributes_of,
    entities_in,
    entity_in,
    has_type,
    ids_in,
    own_id,
    short_named,
    types_of,
)
from mimtest.vocabulary.ngsild_sample import plain_names, require_one, single

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-ENT-21", clause="GS CIM 009 5.7.1", since="1.3.1")
@pytest.mark.usefixtures("unknown")
def test_an_entity_is_retrieved_by_its_identifier(reader, samples):
    """An entity found by a query is retrieved by its identifier, the same in types and attributes."""
    for sample in samples:
        at_rest(lambda one=sample: _assert_retrieved(reader, one.type, one.ids[0]))


def _assert_retrieved(reader, kind, name):
    listed = entities_in(reader.query(type=kind, id=name))
    assert_same_set([e["id"] for e in listed], [name], "the queried entity")
    entity = entity_in(reader.retrieve(name))
    assert_equal(entity["id"], name, "the id")
    assert_same_set(types_of(entity), types_of(listed[0]), "the types")
    assert_same_set(list(attributes_of(entity)), list(attributes_of(listed[0])), "the attributes")
    (again,) = entities_in(reader.query(type=kind, id=name))
    for attribute, before in attributes_of(listed[0]).items():
        if same(attributes_of(again).get(attribute), before):  # what changes meanwhile is live data
            assert_equal(attributes_of(entity)[attribute], before, f"the attribute '{attribute}'")


@pytest.mark.check("CTX-ENT-22", clause="GS CIM 009 5.7.1.4", since="1.3.1")
@pytest.mark.usefixtures("known")
def test_an_unknown_identifier_is_not_found(reader, run_id):
    """Retrieving an entity that does not exist is answered with 404 and a problem that says so."""
    answer = reader.retrieve(own_id("Nothing", run_id))
    assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.mark.check("CTX-ENT-23", clause="GS CIM 009 5.7.1.4", since="1.3.1")
@pytest.mark.usefixtures("known")
def test_an_identifier_that_is_no_uri_is_refused(reader):
    """Retrieving by something that is no URI is refused as bad request data."""
    answer = reader.retrieve("no uri at all")
    if answer.status == 404 and not reader.holds_since("1.6.1"):
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check("CTX-ENT-24", clause="GS CIM 009 5.7.1", since="1.3.1")
def test_only_the_attributes_asked_for_are_retrieved(reader, samples):
    """Retrieving one attribute of an entity by its name gives that attribute and no other."""
    found = ((e, plain_names(e)) for s in samples for e in s.entities)
    entity, names = require_one(
        ((e, n) for e, n in found if n and len(attributes_of(e)) > 1), "entity with two attributes"
    )
    part = entity_in(reader.retrieve(entity["id"], attrs=names[0]))
    assert_equal(part["id"], entity["id"], "the id")
    assert_same_set(list(attributes_of(part)), names[:1], "the attributes")


@pytest.mark.check("CTX-QRY-01", clause="GS CIM 009 5.7.2", since="1.3.1")
def test_a_query_by_type_gives_entities_of_that_type(reader, samples, run_id):
    """A query by type gives entities of that type only, and none for a type that nothing has."""
    for sample in samples:
        found = entities_in(reader.query(type=sample.type, limit=20))
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        others = [e["id"] for e in found if not has_type(e, sample.type)]
        assert_that(not others, "entities of another type", expected=sample.type, received=others)
    assert_equal(ids_in(reader.query(type=f"MtNothing{run_id}")), [], "what a new type has")


@pytest.mark.check("CTX-QRY-02", clause="GS CIM 009 5.7.2.4", since="1.3.1")
@pytest.mark.usefixtures("known")
def test_a_query_for_everything_is_refused(reader):
    """A query that names neither type nor attribute nor filter is refused as too wide."""
    assert_problem(reader.query(), status=400, kind="BadRequestData")


@pytest.mark.check("CTX-QRY-05", clause="GS CIM 009 5.7.2", since="1.3.1")
def test_a_query_by_identifiers_gives_those_entities(reader, samples, run_id):
    """A query for two known identifiers and an unknown one gives the two entities."""
    sample = max(samples, key=lambda s: len(s.entities))
    if len(sample.entities) < 3:
        raise Inconclusive("no_data", "there are no three entities of one type")
    asked = [sample.ids[0], own_id("Nothing", run_id), sample.ids[2]]
    found = ids_in(reader.query(type=sample.type, id=",".join(asked)))
    assert_same_set(found, [sample.ids[0], sample.ids[2]], "the entities")


@pytest.mark.check("CTX-REP-02", clause="GS CIM 009 4.5.4", since="1.3.1")
def test_the_simplified_form_has_the_same_values(reader, samples):
    """The simplified form has each attribute's value, target or geometry, the same as in full."""
    entities = (e for s in samples for e in s.entities)
    entity = require_one((e for e in entities if _plain(e)), "entity with a plain attribute")
    at_rest(lambda: _assert_simplified(reader, entity["id"]))


def _assert_simplified(reader, id):
    full = entity_in(reader.retrieve(id))
    simple = entity_in(reader.retrieve(id, options="keyValues"))
    assert_equal(simple["id"], id, "the id")
    assert_same_set(types_of(simple), types_of(full), "the types")
    values = _plain(full)
    assert_that(values, "no plain attribute is there any more", expected="attributes")
    for name, value in values.items():
        assert_equal(member(simple, name, None, "the simplified form"), value, f"'{name}'")


def _plain(entity):
    """The values of attributes with one instance and nothing else to say."""
    where = {"Property": "value", "GeoProperty": "value", "Relationship": "object"}
    found = {}
    for name in attributes_of(entity):
        instance = single(entity, name) or {}
        value = instance.get(where.get(instance.get("type"), ""))
        typed = isinstance(value, dict) and "@value" in value
        if value is not None and not typed and "datasetId" not in instance:
            found[name] = value
    return found


@pytest.mark.check("CTX-REP-12", clause="GS CIM 009 4.5.16.2", since="1.4.1")
def test_an_entity_is_retrieved_as_a_geojson_feature(reader, samples):
    """Asked for GeoJSON, the broker gives the entity as a feature at its location."""
    entities = (e for s in samples for e in s.entities)
    entity = require_one((e for e in entities if _geometry(e)), "entity with a location")
    at_rest(lambda: _assert_feature(reader, entity["id"]))


def _assert_feature(reader, id):
    entity = entity_in(reader.retrieve(id))
    answer = assert_status(reader.retrieve(id, accept=GEO_JSON), 200)
    assert_media_type(answer, GEO_JSON)
    feature = json_object(answer, "the feature")
    assert_equal(feature.get("type"), "Feature", "the type")
    assert_equal(feature.get("id"), id, "the id")
    assert_equal(feature.get("geometry"), _geometry(entity), "the geometry")
    properties = member(feature, "properties", dict, "the feature")
    missing = sorted({"type", *attributes_of(entity)} - set(short_named(properties)))
    assert_that(not missing, "properties are missing", expected=missing)


def _geometry(entity):
    value = (single(entity, "location") or {}).get("value")
    return value if isinstance(value, dict) and "coordinates" in value else None
