"""The features service of the reference platform: the way in, the definition, features and pages."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest

from mimtest.sandbox.city import City, load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.features.service import FeaturesService
from mimtest.sandbox.http import Request
from tests.features_asking import (
    CRS84,
    EPSG,
    GEOJSON,
    IDS,
    ROOT,
    TOWN_HALL,
    ask,
    entities,
    flat,
    follow,
    ids,
    items,
    links,
    walk,
)


@pytest.fixture(scope="module")
def places():
    return service(load_city())


# The way in


def test_the_landing_page_leads_to_definition_conformance_and_data(places):
    answer = ask(places, "/")
    rels = {link["rel"]: link for link in answer.json()["links"]}
    assert answer.header("content-type") == "application/json"
    assert set(rels) == {
        "self",
        "alternate",
        "service-desc",
        "service-doc",
        "conformance",
        "data",
    }
    assert rels["data"]["href"] == f"{ROOT}/collections"
    assert ask(places, "").json() == answer.json()


def test_every_link_of_the_service_leads_to_an_answer_of_the_type_it_names(places):
    todo, seen = [ROOT], {}
    while todo:
        href = todo.pop()
        if href in seen:
            continue
        answer = follow(places, href)
        assert answer.status == 200, href
        seen[href] = answer.header("content-type")
        if seen[href].startswith("text/html"):
            continue
        body = answer.json()
        found = [
            *body.get("links", []),
            *(x for c in body.get("collections", []) for x in c["links"]),
        ]
        for link in found:
            assert link["rel"]
            assert link["title"]
            if not link["href"].startswith(ROOT):
                continue  # what other services have
            sent = follow(places, link["href"]).header("content-type")
            assert sent.removesuffix("; charset=utf-8") == link["type"]
            todo.append(link["href"])
    assert len(seen) > 15


def test_links_follow_the_host_and_the_prefix():
    elsewhere = service(load_city(), "/geo")
    body = elsewhere.handle(Request("GET", "/", base="https://places.example:8443")).json()
    assert links(body, "self")[0]["href"] == "https://places.example:8443/geo"


def test_conformance_names_what_is_there(places):
    classes = ask(places, "/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html" in classes


def test_collections_say_where_when_and_in_which_systems(places):
    body = ask(places, "/collections").json()
    assert [c["id"] for c in body["collections"]] == [*IDS, "reports"]
    for collection in body["collections"]:
        assert collection == ask(places, f"/collections/{collection['id']}").json()
        listed = body["crs"] if collection["crs"] == ["#/crs"] else collection["crs"]
        assert {CRS84, *(f"{EPSG}{n}" for n in (4326, 25832, 3857, 4258))} == set(listed)
        assert collection["storageCrs"] in listed
        assert links(collection, "items")[0]["type"] == GEOJSON
    timed = {c["id"] for c in body["collections"] if "temporal" in c["extent"]}
    assert timed == {"air-quality", "energy"}


def test_the_extent_of_time_is_that_of_the_features(places):
    interval = ask(places, "/collections/energy").json()["extent"]["temporal"]["interval"]
    times = [e["dateObserved"]["value"] for e in entities("energy")]
    assert interval == [[min(times), max(times)]]


@pytest.mark.parametrize("collection", IDS)
def test_every_feature_is_inside_the_extent(places, collection):
    extent = ask(places, f"/collections/{collection}").json()["extent"]["spatial"]
    west, south, east, north = extent["bbox"][0]
    assert extent["crs"] == CRS84
    for feature in items(places, collection)["features"]:
        for lon, lat in flat(feature["geometry"]["coordinates"]):
            assert west <= lon <= east
            assert south <= lat <= north


# Features


@pytest.mark.parametrize("collection", IDS)
def test_features_are_the_entities_of_the_town(places, collection):
    body = items(places, collection)
    expected = {e["id"]: e["location"]["value"] for e in entities(collection)}
    assert body["type"] == "FeatureCollection"
    assert {f["id"]: f["geometry"] for f in body["features"]} == expected
    assert body["numberMatched"] == body["numberReturned"] == len(expected)


def test_the_time_stamp_is_now_in_utc():
    moment = datetime(2026, 11, 1, 12, 30, 59, tzinfo=UTC)
    places = FeaturesService(load_city(), clock=lambda: moment)
    body = ask(places, "/collections/parkings/items").json()
    assert body["timeStamp"] == "2026-11-01T12:30:59Z"


@pytest.mark.parametrize("collection", IDS)
@pytest.mark.parametrize("uri", [CRS84, f"{EPSG}25832"])
def test_a_feature_alone_is_the_same_as_in_the_list(places, collection, uri):
    for listed in items(places, collection, crs=uri)["features"]:
        address = f"/collections/{collection}/items/{listed['id']}"
        answer = ask(places, address, {"crs": uri})
        alone = answer.json()
        assert {k: v for k, v in alone.items() if k != "links"} == listed
        assert answer.header("content-crs") == f"<{uri}>"
        assert follow(places, links(alone, "self")[0]["href"]).json() == alone


def test_the_address_of_a_feature_has_its_id_percent_encoded(places):
    alone = ask(places, f"/collections/buildings/items/{TOWN_HALL}").json()
    href = links(alone, "self")[0]["href"]
    assert href == f"{ROOT}/collections/buildings/items/{quote(TOWN_HALL, safe='')}"


def test_references_stay_the_ids_of_entities(places):
    known = {e["id"] for e in load_city().entities}
    references = {f["properties"]["refBuilding"] for f in items(places, "energy")["features"]}
    assert len(references) == 8
    assert references <= known


# Paging


@pytest.mark.parametrize("limit", [1, 5, 10, 23, 24, 100])
def test_pages_show_each_feature_once(places, limit):
    pages = walk(places, f"{ROOT}/collections/streetlights/items?limit={limit}")
    seen = [i for page in pages for i in ids(page)]
    assert seen == [e["id"] for e in entities("streetlights")]
    assert {p["numberMatched"] for p in pages} == {24}
    assert len(pages) == -(-24 // limit)


def test_next_and_prev_keep_every_other_parameter(places):
    query = urlencode(
        {
            "limit": 3,
            "crs": f"{EPSG}25832",
            "bbox": "51.5,7.8,51.7,8.0",
            "bbox-crs": f"{EPSG}4326",
            "lampType": "LED",
            "f": "json",
        }
    )
    pages = walk(places, f"{ROOT}/collections/streetlights/items?{query}")
    expected = [e["id"] for e in entities("streetlights") if e["lampType"]["value"] == "LED"]
    assert [i for p in pages for i in ids(p)] == expected
    assert len(pages) > 2
    eastings = [f["geometry"]["coordinates"][0] for p in pages for f in p["features"]]
    assert all(400_000 < e < 450_000 for e in eastings)
    back = links(pages[2], "prev")[0]["href"]
    assert ids(follow(places, back).json()) == ids(pages[1])
    assert not links(pages[0], "prev")
    assert not links(pages[-1], "next")


def test_a_value_with_a_comma_and_letters_survives_the_links(places):
    name = "Rathaus, Alter Flügel"
    body = items(places, "buildings", name=name)
    assert ids(body) == [TOWN_HALL]
    assert ids(follow(places, links(body, "self")[0]["href"]).json()) == [TOWN_HALL]


def test_a_page_behind_the_last_is_empty_and_leads_back(places):
    body = items(places, "parkings", limit=3, offset=4000)
    assert (body["features"], body["numberMatched"], body["numberReturned"]) == ([], 4, 0)
    assert not links(body, "next")
    assert len(ids(follow(places, links(body, "prev")[0]["href"]).json())) == 3


@pytest.mark.parametrize("limit", [100, 101, 10_000, 10**30])
def test_a_limit_above_the_maximum_is_taken_as_the_maximum(limit):
    city = load_city()
    car_park = entities("parkings")[0]
    many = tuple({**car_park, "id": f"{car_park['id']}-{n}"} for n in range(130))
    large = service(City(many, city.context))
    body = items(large, "parkings", limit=limit)
    assert (body["numberMatched"], body["numberReturned"]) == (130, 100)
    assert ids(follow(large, links(body, "next")[0]["href"]).json()) == [
        e["id"] for e in many[100:]
    ]
