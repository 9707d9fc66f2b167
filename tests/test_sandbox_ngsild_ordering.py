"""In which order the reference broker gives entities."""

import json

import pytest

from tests.ngsild_asking import Api, filled, kind, point, prop


def order(api, by, **params):
    params = {"type": "Sensor", "local": "true", "limit": 100} | params
    answer = api("GET", "/entities", orderBy=by, **params)
    assert answer.status == 200, answer.body
    return "".join(e["id"].rpartition(":")[2] for e in answer.json())


@pytest.fixture(scope="module")
def api():
    return filled()


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("temp", "123"),
        ("temp;asc", "123"),
        ("temp;desc", "321"),
        ("id;desc", "321"),
        ("label", "312"),
        ("label;desc", "213"),
        ("open,label;desc", "213"),
        ("open;desc,temp", "123"),
        ("addr[city]", "123"),
        ("addr[city];desc", "213"),
        ("temp.observedAt;desc", "213"),
        ("seen;desc", "123"),
        ("scope", "123"),
        ("createdAt;desc", "321"),
        ("nothing", "123"),
        ("nothing;desc,temp;desc", "321"),
    ],
)
def test_by_values(api, by, expected):
    assert order(api, by) == expected


FAR = {"orderFrom": "[9,52]"}


@pytest.mark.parametrize(
    ("by", "params", "expected"),
    [
        ("location;dist-asc", FAR, "321"),
        ("location;dist-desc", FAR, "123"),
        ("location;dist-asc", {"orderFrom": "[[6.9,51],[6.9,52]]", "orderGeometry": "LineString"},
         "123"),
        ("area;dist-asc,temp;desc", FAR, "321"),
    ],
)  # fmt: skip
def test_by_distance(api, by, params, expected):
    assert order(api, by, **params) == expected


def test_a_page_is_a_part_of_the_whole(api):
    assert order(api, "temp;desc", limit=1, offset=1) == "2"


def test_every_kind_of_value_has_its_place():
    api = Api()
    values = ["2020-01-01T00:00:00Z", True, {"a": 1}, "x", 7, ["a"], "2020-01-01", "10:00:00Z"]
    for number, value in enumerate(values):
        api.change("POST", "/entities", {"id": f"urn:x:{number}", "type": "Sensor",
                                         "temp": prop(value)}, 201)  # fmt: skip
    api.change("POST", "/entities", {"id": "urn:x:8", "type": "Sensor"}, 201)
    assert order(api, "temp") == order(api, "temp;desc") == "432517608"


TEXTS = ["zz", "Öl", "Of", "9", "10", "_", "a", "A", "ä", "Ähre", "Abel", "abel", "Abele"]
ROOT = ["_", "10", "9", "a", "A", "ä", "abel", "Abel", "Abele", "Ähre", "Of", "Öl", "zz"]
BOOK = ["_", "10", "9", "a", "A", "abel", "Abel", "Abele", "ä", "Ähre", "Öl", "Of", "zz"]
SAME = ["_", "10", "9", "A", "a", "ä", "Abel", "abel", "Abele", "Ähre", "Of", "Öl", "zz"]


@pytest.mark.parametrize(
    ("collation", "expected"),
    [({}, ROOT), ({"collation": "und-x-icu"}, ROOT), ({"collation": "de-u-co-phonebk"}, BOOK),
     ({"collation": "und-u-ks-level2"}, SAME)],
    ids=["none", "root", "phone book", "same"],
)  # fmt: skip
def test_texts(collation, expected):
    api = Api()
    texts = SAME if expected is SAME else TEXTS
    for number, text in enumerate(texts):
        entity = {"id": f"urn:x:{number:02}", "type": "Sensor", "label": prop(text)}
        api.change("POST", "/entities", entity, 201)
    answer = api("GET", "/entities", type="Sensor", local="true", orderBy="label", **collation)
    assert [e["label"]["value"] for e in answer.json()] == expected


@pytest.mark.parametrize(
    ("by", "params"),
    [
        ("temp", {"local": "false"}),
        ("temp;up", {}),
        ("temp;", {}),
        ("", {}),
        ("temp,,label", {}),
        ("temp==1", {}),
        ("inRoom{temp}", {}),
        ("location;dist-asc", {}),
        ("location;dist-asc", {"orderFrom": "[200,7]"}),
        ("location;dist-asc", {"orderFrom": "8"}),
        ("location;dist-asc", {"orderFrom": "[8,40]", "orderGeometry": "Circle"}),
        ("temp", {"collation": "no such order"}),
        ("temp", {"collation": "nonsense"}),
        ("temp", {"collation": "de-u-ks-level9"}),
    ],
)
def test_no_order(api, by, params):
    params = {"type": "Sensor", "local": "true"} | params
    assert kind(api("GET", "/entities", orderBy=by, **params)) == "BadRequestData"


def test_without_local_scope_there_is_none(api):
    assert kind(api("GET", "/entities", type="Sensor", orderBy="temp")) == "BadRequestData"
    assert api("GET", "/entities", type="*", orderBy="temp").status == 200


def test_a_query_in_a_body(api):
    ordering = {"orderBy": ["location;dist-desc", "temp"], "coordinates": [7, 51],
                "geometry": "Point", "collation": "und-x-icu"}  # fmt: skip
    body = {"type": "Query", "entities": [{"type": "Sensor"}], "ordering": ordering}
    answer = api("POST", "/entityOperations/query", body, local="true")
    assert [e["id"][-1] for e in answer.json()] == ["3", "2", "1"]
    assert kind(api("POST", "/entityOperations/query", body)) == "BadRequestData"
    body["ordering"] = "temp"
    answer = api("POST", "/entityOperations/query", body, local="true")
    assert kind(answer) == "BadRequestData"


def test_geojson_is_ordered_too(api):
    answer = api("GET", "/entities", type="Sensor", local="true", orderBy="temp;desc",
                 headers={"accept": "application/geo+json"})  # fmt: skip
    assert [f["id"][-1] for f in json.loads(answer.body)["features"]] == ["3", "2", "1"]


def test_the_place_may_change():
    api = filled()
    api.change("PATCH", "/entities/urn:x:1", {"location": point(9.0, 52.0)})
    assert order(api, "location;dist-asc", orderFrom="[9,52]") == "132"
