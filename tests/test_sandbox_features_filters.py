"""The features service asked with filters, by properties and in order (Parts 3, 5 and 8)."""

import json

import jsonschema
import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.features.cql2 import TEXT, read_filter
from mimtest.sandbox.features.cql2_text import FilterError, parse
from tests.features_asking import EPSG, IDS, ask, items, links

KINDS = {"n": "integer", "name": "string", "when": "date-time", "geometry": "geometry"}
REL = "http://www.opengis.net/def/rel/ogc/1.0/"


@pytest.fixture(scope="module")
def places():
    return service(load_city())


def names(places, collection, **params):
    return [
        f["properties"]["name"] for f in items(places, collection, limit=100, **params)["features"]
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("totalSpotNumber > 300", {"Parkhaus Marktplatz"}),
        ("name LIKE '%Markt%'", {"Parkhaus Marktplatz"}),
        ("CASEI(name) = CASEI('PARKHAUS MARKTPLATZ')", {"Parkhaus Marktplatz"}),
        ("totalSpotNumber IN (310) AND NOT (name IS NULL)", {"Parkhaus Marktplatz"}),
        ("S_INTERSECTS(geometry, BBOX(7.902,51.6007,7.9022,51.6008))", {"Parkhaus Marktplatz"}),
        ("S_INTERSECTS(geometry, BBOX(51.6007,7.902,51.6008,7.9022))", set()),
        ("refBuilding IS NULL AND totalSpotNumber > 300", set()),
    ],
)
def test_a_filter_selects(places, condition, expected):
    assert set(names(places, "parkings", filter=condition)) == expected


def test_a_filter_is_taken_as_json_too(places):
    condition = json.dumps({"op": ">", "args": [{"property": "totalSpotNumber"}, 300]})
    found = names(places, "parkings", filter=condition, filter_lang="cql2-json")
    assert found == ["Parkhaus Marktplatz"]
    refused = ask(places, "/collections/parkings/items", {"filter": condition})
    assert refused.status == 400


def test_a_filter_is_taken_in_its_own_system(places):
    condition = "S_INTERSECTS(geometry, BBOX(51.6007,7.902,51.6008,7.9022))"
    found = names(places, "parkings", filter=condition, filter_crs=f"{EPSG}4326")
    assert found == ["Parkhaus Marktplatz"]


def test_further_pages_keep_the_filter(places):
    page = items(
        places, "streetlights", filter="status = 'ok'", sortby="-powerConsumption", limit=2
    )
    (ahead,) = links(page, "next")
    assert "status%20%3D%20%27ok%27" in ahead["href"]
    assert "sortby=-powerConsumption" in ahead["href"]


@pytest.mark.parametrize(
    "params",
    [
        {"filter": "status ="},
        {"filter": "state = 'ok'"},
        {"filter": "status = 5"},
        {"filter": "status"},
        {"filter": "powerConsumption LIKE 'a%'"},
        {"filter": "name BETWEEN 1 AND 2"},
        {"filter": "S_INTERSECTS(name, BBOX(1,2,3,4))"},
        {"filter": "S_INTERSECTS(geometry, BBOX(3,2,1,4))"},
        {"filter": "T_AFTER(name, DATE('2026-01-01'))"},
        {"filter": "(" * 200 + "status = 'ok'" + ")" * 200},
        {"filter": "[" * 5000, "filter-lang": "cql2-json"},
        {"filter": '{"op":"and","args":[{"property":"status"},true]}', "filter-lang": "cql2-json"},
        {"filter": "status = 'ok'", "filter-lang": "sql"},
        {"filter": "status = 'ok'", "filter-crs": "EPSG:4326"},
        {"sortby": "state"},
        {"sortby": ""},
    ],
)
def test_what_cannot_be_read_is_refused(places, params):
    assert ask(places, "/collections/streetlights/items", params).status == 400


def test_features_come_in_order(places):
    for sign in ("", "+", "-"):
        found = items(places, "streetlights", sortby=f"{sign}luminousFlux", limit=100)["features"]
        given = [f["properties"].get("luminousFlux") for f in found]
        known = [v for v in given if v is not None]
        assert len(given) == 24
        assert None in given
        assert known == sorted(known, reverse=sign == "-")


def test_a_property_is_a_parameter(places):
    assert names(places, "parkings", totalSpotNumber=310) == ["Parkhaus Marktplatz"]
    given = {"dateObserved": "2026-10-12T08:00:00+02:00"}
    assert items(places, "air-quality", **given)["numberMatched"] > 0


@pytest.mark.parametrize("collection", IDS)
@pytest.mark.parametrize("kind", ["queryables", "sortables", "schema"])
def test_a_collection_has_schemas(places, collection, kind):
    (link,) = links(ask(places, f"/collections/{collection}").json(), f"{REL}{kind}")
    answer = ask(places, f"/collections/{collection}/{kind}")
    assert answer.header("content-type") == link["type"] == "application/schema+json"
    document = answer.json()
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["$id"] == link["href"]
    assert all(
        "type" in p or p["format"].startswith("geometry-") for p in document["properties"].values()
    )


@pytest.mark.parametrize("collection", IDS)
def test_features_fit_their_schema(places, collection):
    schema = ask(places, f"/collections/{collection}/schema").json()
    queryables = ask(places, f"/collections/{collection}/queryables").json()
    assert queryables["properties"].keys() <= schema["properties"].keys()
    for feature in items(places, collection, limit=100)["features"]:
        jsonschema.validate(feature["properties"], schema)


def test_nothing_is_known_of_what_is_not_set():
    for condition in ("n > 1", "NOT (n > 1)", "n <> 1", "name LIKE '%'", "n IN (1)"):
        assert not read_filter(condition, TEXT, KINDS).holds({}.get)
    assert read_filter("n > 1 OR n IS NULL", TEXT, KINDS).holds({}.get)


def test_and_binds_more_closely_than_or():
    assert parse("a = 1 OR b = 2 AND c = 3")["op"] == "or"
    assert parse("NOT a = 1 AND b = 2")["op"] == "and"


def test_quotation_marks_are_escaped_in_two_ways():
    assert parse(r"a = 'O''Brien'") == parse(r"a = 'O\'Brien'")
    with pytest.raises(FilterError):
        parse("a = 'O'Brien'")


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        ("S_TOUCHES(geometry, POLYGON((3 1, 5 1, 5 3, 3 3, 3 1)))", True),
        ("S_TOUCHES(geometry, POLYGON((2 1, 5 1, 5 3, 2 3, 2 1)))", False),
        ("S_OVERLAPS(geometry, POLYGON((2 1, 5 1, 5 3, 2 3, 2 1)))", True),
        ("S_CROSSES(geometry, LINESTRING(0 2, 4 2))", True),
        ("S_CROSSES(geometry, LINESTRING(0 0, 0 4))", False),
        ("S_EQUALS(geometry, POLYGON((3 1, 3 3, 1 3, 1 1, 3 1)))", True),
        ("S_CONTAINS(geometry, MULTIPOINT((2 2), (1.5 2)))", True),
        ("S_DISJOINT(geometry, POINT(9 9))", True),
    ],
)
def test_places_stand_in_relations(relation, holds):
    square = {"type": "Polygon", "coordinates": [[[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]]}
    assert read_filter(relation, TEXT, KINDS).holds({"geometry": square}.get) is holds


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        ("T_AFTER(when, DATE('2026-01-01'))", True),
        ("T_EQUALS(when, TIMESTAMP('2026-01-02T01:00:00+01:00'))", True),
        ("T_INTERSECTS(when, INTERVAL('..', '2026-01-02T00:00:00Z'))", True),
        ("T_DURING(when, INTERVAL('2026-01-01', '2026-01-03'))", True),
        (
            "T_MEETS(INTERVAL('2026-01-01', '2026-01-02'), INTERVAL('2026-01-02', '2026-01-03'))",
            True,
        ),
        ("when < TIMESTAMP('2026-01-02T00:00:00Z')", False),
    ],
)
def test_times_stand_in_relations(relation, holds):
    assert read_filter(relation, TEXT, KINDS).holds({"when": "2026-01-02T00:00:00Z"}.get) is holds
