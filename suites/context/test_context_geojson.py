"""Entities are given as GeoJSON, each a feature at its location (GS CIM 009 4.5.16, 4.5.17, 6.3.15)."""

from functools import partial

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_that,
    member,
)
from mimtest.vocabulary.ngsild import (
    CONTEXT_RELATION,
    GEO_JSON,
    attributes_of,
    ids_in,
    own_name,
    path_of,
)
from mimtest.vocabulary.ngsild_features import (
    assert_feature,
    feature_in,
    features_in,
    geometry_of,
)
from mimtest.vocabulary.ngsild_forms import assert_same_things, assert_simplified
from mimtest.vocabulary.ngsild_normalized import (
    assert_normalized,
    bare_names,
    known,
    only,
    type_of,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


def _in_full(properties, full):
    assert_same_things(properties, full)
    assert_normalized(properties, full)


@pytest.fixture
def placed(stock):
    """An entity with a location."""
    found = (e for e in stock.entities if geometry_of(e))
    return _first(found, "entity with a location")


@pytest.fixture
def placeless(stock):
    """An entity without a location."""
    return _first((e for e in stock.entities if "location" not in e), "entity without a location")


def _first(found, what):
    entity = next(found, None)
    if entity is None:
        raise Inconclusive("no_data", f"there is no {what} to try it on")
    return entity


@pytest.mark.check(
    "CTX-REP-12", clause="GS CIM 009 4.5.16.2", since="1.4.1", rests_on=("CTX-REP-01",)
)
def test_an_entity_is_retrieved_as_a_geojson_feature(stock, placed, reading):
    """Asked for GeoJSON, the broker gives the entity as a feature at its location."""
    at_rest(lambda: _assert_feature(stock, placed, reading, "location"))


def _assert_feature(stock, entity, reading, place, **options):
    full = known(stock, entity, reading)
    answer = stock.broker.retrieve(entity["id"], accept=GEO_JSON, **options)
    assert_feature(feature_in(answer), full, geometry_of(full, place), _in_full)


@pytest.mark.check(
    "CTX-REP-13", clause="GS CIM 009 4.5.16.3", since="1.4.1", rests_on=("CTX-REP-12",)
)
@pytest.mark.parametrize("found", ["some", "none"])
def test_a_query_gives_a_geojson_feature_collection(stock, placed, found, reading, run_id):
    """Asked for GeoJSON, a query gives a collection with a feature for each entity it finds."""
    if found == "none":
        nothing = stock.broker.query(type=own_name("MtNothing", run_id), accept=GEO_JSON)
        assert_equal(features_in(nothing), {}, "what a new type has")
    else:
        at_rest(lambda: _assert_collection(stock, placed, reading))


def _assert_collection(stock, entity, reading):
    asked = stock.asked(type_of(entity))
    features = features_in(stock.broker.query(accept=GEO_JSON, **asked))
    twins = ids_in(stock.broker.query(**asked))
    assert_same_set([i for i in features if i not in twins], [], "features of no entity")
    located = [e for e in stock.of(type_of(entity)) if geometry_of(e) and e["id"] in twins]
    assert_that(located, "no entity with a location is there any more", expected="entities")
    for one in located:
        full = known(stock, one, reading)
        feature = member(features, one["id"], dict, "the collection")
        assert_feature(feature, full, geometry_of(full), _in_full)


@pytest.mark.check(
    "CTX-REP-14", clause="GS CIM 009 4.5.16.1", since="1.4.1", rests_on=("CTX-REP-12",)
)
@pytest.mark.parametrize("place", ["another", "unknown"])
def test_the_geometry_of_a_feature_is_chosen_by_name(stock, placed, place, reading, run_id):
    """The geometry of a feature is that of the attribute asked for, null where there is none."""
    nowhere = (placed, own_name("mtNowhere", run_id))
    entity, asked = _elsewhere(stock) if place == "another" else nowhere
    at_rest(lambda: _assert_feature(stock, entity, reading, asked, geometryProperty=asked))


def _elsewhere(stock):
    found = ((e, n) for e in stock.entities for n in attributes_of(e) if n != "location")
    elsewhere = ((e, n) for e, n in found if geometry_of(e, n))
    return _first(elsewhere, "entity with another geometry than its location")


@pytest.mark.check(
    "CTX-REP-15", clause="GS CIM 009 4.5.16.1", since="1.4.1", rests_on=("CTX-REP-12",)
)
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_an_entity_without_a_location_is_a_feature_too(stock, placeless, way, reading):
    """An entity without a location is a feature whose geometry is null."""
    if way == "retrieve":
        at_rest(lambda: _assert_feature(stock, placeless, reading, "location"))
    else:
        at_rest(lambda: _assert_null_in_collection(stock, placeless, reading))


def _assert_null_in_collection(stock, entity, reading):
    features = features_in(stock.query(type_of(entity), [entity["id"]], accept=GEO_JSON))
    reading("A72", "null" if entity["id"] in features else "left_out")
    if entity["id"] in features:
        full = known(stock, entity, reading)
        assert_feature(features[entity["id"]], full, geometry_of(full), _in_full)


@pytest.mark.check(
    "CTX-REP-16", clause="GS CIM 009 4.5.17", since="1.4.1", rests_on=("CTX-REP-02", "CTX-REP-12")
)
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_the_properties_of_a_feature_can_be_simplified(stock, placed, way, reading):
    """Asked for GeoJSON in simplified form, the properties of the feature are bare values."""

    def look():
        full = known(stock, placed, reading)
        feature = _simplified(stock, placed, way)
        plain = only(full, bare_names(full))
        assert_feature(
            feature, plain, geometry_of(full), partial(assert_simplified, reading=reading)
        )

    at_rest(look)


def _simplified(stock, entity, way):
    how = {"accept": GEO_JSON, "options": "keyValues"}
    if way == "retrieve":
        return feature_in(stock.broker.retrieve(entity["id"], **how))
    features = features_in(stock.query(type_of(entity), [entity["id"]], **how))
    return member(features, entity["id"], dict, "the collection")


@pytest.mark.check("CTX-REP-17", clause="GS CIM 009 6.3.6", since="1.4.1", rests_on=("CTX-REP-12",))
@pytest.mark.parametrize(
    "prefer", ["", "body=ld+json", "body=json"], ids=["none", "ld+json", "json"]
)
def test_a_client_prefers_where_the_context_of_a_feature_stands(stock, placed, prefer, reading):
    """The @context is in the body of GeoJSON, or in a Link alone when the client prefers that."""
    headers = {**stock.broker.names, "Accept": GEO_JSON}
    wanted = headers | ({"Prefer": prefer} if prefer else {})
    answer = stock.broker.client.get(path_of(placed["id"]), headers=wanted)
    inside = "@context" in feature_in(answer)
    relations = [rel for link in answer.links for rel in link.get("rel", "").split()]
    linked = CONTEXT_RELATION in relations
    if prefer == "body=json":
        assert_that(not inside, "a @context is in the body", expected="a Link alone")
        assert_that(linked, "no Link to a @context", expected=CONTEXT_RELATION, received=relations)
    else:
        assert_that(inside, "no @context is in the body", expected="@context")
        reading("A55", "beside" if linked else "none")


@pytest.fixture
def drawn(stock, placed):
    """An entity given as a feature with the geometry asked for: the control of what is refused."""
    answer = stock.broker.retrieve(placed["id"], accept=GEO_JSON, geometryProperty="location")
    assert_equal(feature_in(answer).get("id"), placed["id"], "the id of the feature")
    return placed


@pytest.mark.check(
    "CTX-REP-18", clause="GS CIM 009 5.7.1.4", since="1.6.1", rests_on=("CTX-REP-14",)
)
def test_a_geometry_is_chosen_for_geojson_alone(stock, drawn):
    """Choosing a geometry for an answer that is no GeoJSON is refused as bad request data."""
    answer = stock.broker.retrieve(drawn["id"], geometryProperty="location")
    assert_problem(answer, status=400, kind="BadRequestData")
