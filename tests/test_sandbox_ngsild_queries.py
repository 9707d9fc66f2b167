"""Queries to the reference broker: what each finds, and what is none."""

import json
from urllib.parse import quote

import pytest

from mimtest.sandbox.http import Request
from tests.ngsild_asking import BASE, CITY, NS, filled, kind, link, prop, square


@pytest.fixture
def api():
    return filled()


Q = {
    "temp": "123",
    "temp.unit": "1",
    "temp.observedAt": "12",
    "city": "",
    "temp==9": "1",
    "temp!=9": "23",
    "temp<10": "13",
    "temp<=10": "123",
    "temp>9": "23",
    "temp>=9": "123",
    "temp>9.5": "23",
    "temp==-5.5": "3",
    "temp==9,30": "13",
    "temp!=9,10": "3",
    "temp==9..10": "12",
    "temp!=9..10": "3",
    'temp=="9"': "",
    'temp!="9"': "123",
    "label==20": "",
    'label=="20"': "3",
    'label=="alpha, one"': "1",
    'label=="be\\"ta;%"': "2",
    'label=="Zimmer äöü"': ["r1"],
    'label=="alpha, one","20"': "13",
    'label!="alpha, one","20"': ["2", "r1"],
    'label>"b"': "2",
    'label<"b"': ["1", "3", "r1"],
    'label=="a".."c"': "12",
    "label~=^al": "1",
    'label~="^.*a, o.*$"': "1",
    "label~=^(al|20)": "13",
    "label!~=^al": ["2", "3", "r1"],
    "temp~=9": "",
    "open==true": "1",
    "open!=true": "2",
    'open=="true"': "",
    'tags=="red"': "1",
    'tags!="red"': "2",
    'addr[city]=="Ahlen"': "1",
    "addr[geo.level]==3": "1",
    "addr[geo.level]!=4": "1",
    "addr[city]": "12",
    "addr[none]": "",
    "addr[none]!=1": "",
    'temp.unit=="grand"': "1",
    "temp.observedAt>=2026-01-02T00:00:00Z": "2",
    'temp.unitCode=="CEL"': "1",
    "seen==2026-03-01T11:00:00Z": "2",
    "seen>2026-03-01T11:30:00Z": "1",
    'seen=="2026-03-01T12:00:00.000Z"': "1",
    "inRoom==urn:x:r1": "1",
    'inRoom=="urn:x:r1"': "1",
    "inRoom!=urn:x:r1": "2",
    "inRoom>urn:x:r1": "",
    'name[en]=="hall"': "3",
    'name[de]=="hall"': "",
    'name[*]=="Saal"': "3",
    'name[en]!="hall"': "",
    f"kind=={NS}words/Dry": "3",
    "raw[id]==1": "3",
    "steps==2": "3",
    "temp==9|temp==10;open==true": "1",
    "temp==9|temp==10;open==false": "12",
    "(temp==9|temp==10);open==true": "1",
    "((temp>9);(open==false|name))": "23",
    "ex:temp==9": "1",
    f"{NS}temp==9": "1",
    f"{NS}temp.unit": "1",
    "createdAt>2020-01-01T00:00:00Z": ["1", "2", "3", "r1"],
}  # fmt: skip


@pytest.mark.parametrize("q", Q)
def test_q_finds_exactly(api, q):
    assert api.ids(q=q) == set(Q[q])
    body = {"type": "Query", "entities": [{"type": "Sensor,Room"}], "q": q}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(Q[q])


@pytest.mark.parametrize(
    "q",
    ["", "(temp==1", "temp==1)", "temp==", "temp===1", "temp==1;", "|temp", 'label=="x', "temp<1..2",
     "label~=[", "addr[", "addr[]", "temp.", "temp==1..", "inRoom{temp}==1", "temp 1", "1a==2", "temp==1 2",
     "(" * 50 + "temp" + ")" * 50],
)  # fmt: skip
def test_q_that_is_none_is_refused(api, q):
    answer = api("GET", "/entities", type="Sensor", q=q)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


def test_q_reads_names_and_words_by_the_context(api):
    assert api.ids(type="Fuehler", q="temp==9", context="other") == set()
    assert api.ids(type="Fuehler", q="hot==9", context="other") == {"1"}
    assert api.ids(q="kind==Dry", expandValues="kind") == {"3"}
    assert api.ids(q="raw[id]==1", jsonKeys="raw") == {"3"}


SELECTIONS = [
    ({"type": "Sensor"}, "123"),
    ({"type": "Room"}, ["3", "r1"]),
    ({"type": "Nothing"}, ""),
    ({"type": f"{NS}Sensor"}, "123"),
    ({"type": "ex:Sensor"}, "123"),
    ({"type": "Sensor,Room"}, ["1", "2", "3", "r1"]),
    ({"type": "Sensor|Room"}, ["1", "2", "3", "r1"]),
    ({"type": "Sensor;Room"}, "3"),
    ({"type": "(Sensor;Room)|Nothing"}, "3"),
    ({"type": "(Sensor;Nothing),Room"}, ["3", "r1"]),
    ({"type": "Sensor", "id": "urn:x:1,urn:x:r1"}, "1"),
    ({"type": "Sensor", "idPattern": "^urn:x:[12]$"}, "12"),
    ({"type": "Sensor", "idPattern": "^none$"}, ""),
    ({"type": "Sensor", "id": "urn:x:1", "idPattern": "^none$"}, "1"),
    ({"type": "Sensor", "attrs": "name,open"}, "123"),
    ({"type": "Sensor", "attrs": "name"}, "3"),
    ({"type": "Sensor", "scopeQ": "/town/north"}, "1"),
    ({"type": "Sensor", "scopeQ": "/town/#"}, "12"),
    ({"type": "Sensor", "scopeQ": "/+/south"}, "2"),
    ({"type": "Sensor", "scopeQ": "/town/#;/harbour"}, "2"),
    ({"type": "Sensor", "scopeQ": "/town/north,/harbour"}, "12"),
    ({"type": "Sensor", "scopeQ": "/town"}, ""),
    ({"type": "Sensor", "scopeQ": "/#"}, "12"),
]


@pytest.mark.parametrize(("params", "expected"), SELECTIONS, ids=str)
def test_a_selection_finds_exactly(api, params, expected):
    assert api.ids(**params) == set(expected)
    selector = {k: v for k, v in params.items() if k in ("type", "id", "idPattern")}
    rest = {k: v.split(",") if k == "attrs" else v for k, v in params.items() if k not in selector}
    body = {"type": "Query", "entities": [selector], **rest}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(expected)


@pytest.mark.parametrize(
    "params",
    [{"q": "temp==9"}, {"attrs": "open"}, {"local": "true"},
     {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": "[7,51]"}],
    ids=str,
)  # fmt: skip
def test_a_query_needs_no_type_when_it_says_enough(api, params):
    found = api("GET", "/entities", **params).json()
    assert "urn:x:1" in [e["id"] for e in found]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "BadRequestData"),
        ({"id": "urn:x:1"}, "BadRequestData"),
        ({"q": "createdAt>2020-01-01T00:00:00Z"}, "BadRequestData"),
        ({"type": "Sensor", "id": "x"}, "BadRequestData"),
        ({"type": "Sensor", "idPattern": "["}, "BadRequestData"),
        ({"type": "(Sensor"}, "BadRequestData"),
        ({"type": ""}, "BadRequestData"),
        ({"type": "Sensor", "limit": "-1"}, "BadRequestData"),
        ({"type": "Sensor", "limit": "abc"}, "BadRequestData"),
        ({"type": "Sensor", "offset": "-1"}, "BadRequestData"),
        ({"type": "Sensor", "limit": "0"}, "BadRequestData"),
        ({"type": "Sensor", "count": "yes"}, "BadRequestData"),
        ({"type": "Sensor", "pick": ""}, "BadRequestData"),
        ({"type": "Sensor", "pick": "temp", "attrs": "temp"}, "BadRequestData"),
        ({"type": "Sensor", "geometryProperty": "area"}, "BadRequestData"),
        ({"type": "Sensor", "unknown": "1"}, "InvalidRequest"),
        ({"type": "Sensor", "options": "nonsense"}, "InvalidRequest"),
        ({"type": "Sensor", "format": "nonsense"}, "InvalidRequest"),
        ({"type": "Sensor", "limit": "1001"}, "TooManyResults"),
    ],
    ids=str,
)
def test_a_wrong_query_is_refused(api, params, expected):
    answer = api("GET", "/entities", **params)
    assert (answer.status, kind(answer)) == (403 if expected == "TooManyResults" else 400, expected)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Other"},
        {"type": "Query"},
        {"type": "Query", "entities": []},
        {"type": "Query", "entities": [5]},
        {"type": "Query", "geoQ": 5},
        {"type": "Query", "q": 5},
        {"type": "Query", "geoQ": {"georel": "beside", "geometry": "Point", "coordinates": [1, 2]}},
        [],
    ],
    ids=str,
)
def test_a_wrong_query_in_a_body_is_refused(api, body):
    answer = api("POST", "/entityOperations/query", body)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


GEO_QUERIES = [
    ("near;maxDistance==500", "Point", [7.0, 51.0], "1"),
    ("near;maxDistance==1000", "Point", [7.0, 51.0], "12"),
    ("near;minDistance==500", "Point", [7.0, 51.0], "23"),
    ("near;maxDistance==800", "LineString", [[6.9, 51.001], [7.2, 51.001]], "12"),
    ("near;maxDistance==1", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "1"),
    ("within", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "1"),
    ("within", "MultiPolygon", [square(6.9, 50.9, 1)["coordinates"]], "12"),
    ("disjoint", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "23"),
    ("intersects", "LineString", [[7.005, 50.99], [7.015, 51.01]], "2"),
    ("intersects", "MultiPoint", [[7.0, 51.0], [8.0, 52.0]], "13"),
    ("equals", "Point", [8.0, 52.0], "3"),
    ("contains", "Point", [8.0, 52.0], "3"),
    ("overlaps", "Polygon", square(6.9, 50.9, 1)["coordinates"], ""),
]


@pytest.mark.parametrize(("georel", "geometry", "coordinates", "expected"), GEO_QUERIES)
def test_a_geo_query_finds_exactly(api, georel, geometry, coordinates, expected):
    geo = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(coordinates)}
    assert api.ids(**geo) == set(expected)
    body = {"type": "Query", "geoQ": {**geo, "coordinates": coordinates}}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(expected)


RING = square(7.15, 51.15, 0.3)["coordinates"]
HOLED = [*RING, *square(7.24, 51.24, 0.02)["coordinates"]]


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "found"),
    [
        ("within", "Polygon", RING, True),
        ("within", "Polygon", HOLED, False),
        ("intersects", "Polygon", HOLED, True),
        ("overlaps", "Polygon", HOLED, True),
        ("overlaps", "Polygon", RING, False),
        ("overlaps", "Polygon", square(7.25, 51.25, 0.1)["coordinates"], True),
        ("overlaps", "Polygon", square(7.2, 51.25, 0.1)["coordinates"], True),
        ("intersects", "Polygon", square(7.25, 51.15, 0.01)["coordinates"], False),
        ("contains", "Polygon", square(7.25, 51.25, 0.01)["coordinates"], True),
        ("contains", "LineString", [[7.21, 51.21], [7.29, 51.29]], True),
        ("contains", "LineString", [[7.21, 51.21], [7.35, 51.29]], False),
        ("contains", "Point", [7.25, 51.25], True),
        ("contains", "Point", [7.1, 51.25], False),
        ("equals", "Polygon", [square(7.2, 51.2, 0.1)["coordinates"][0][::-1]], True),
        ("equals", "Polygon", RING, False),
        ("intersects", "LineString", [[7.0, 51.25], [7.5, 51.25]], True),
        ("disjoint", "LineString", [[7.0, 51.0], [7.5, 51.0]], True),
        ("near;maxDistance==11500", "Point", [7.25, 51.1], True),
        ("near;maxDistance==10500", "Point", [7.25, 51.1], False),
    ],
)
def test_a_geo_query_on_an_area(api, georel, geometry, coordinates, found):
    geo = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(coordinates)}
    assert api.ids(geoproperty="area", **geo) == ({"3"} if found else set())


@pytest.mark.parametrize(
    "change",
    [
        {"geometry": None},
        {"coordinates": None},
        {"georel": None},
        {"georel": "beside"},
        {"georel": "near"},
        {"georel": "near;maxDistance==-1"},
        {"coordinates": "[1,"},
        {"coordinates": "5"},
        {"geometry": "GeometryCollection"},
    ],
    ids=str,
)
def test_a_wrong_geo_query_is_refused(api, change):
    geo = {"georel": "near;maxDistance==5", "geometry": "Point", "coordinates": "[1,2]", **change}
    answer = api("GET", "/entities", type="Sensor", **{k: v for k, v in geo.items() if v})
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


def test_pages_lead_from_the_first_to_the_last_and_back(api):
    seen, url = [], "type=Sensor,Room&limit=3"
    for page in range(2):
        request = Request("GET", "/ngsi-ld/v1/entities", url, link("own"), base=BASE)
        answer = api.platform.handle(request)
        seen += [e["id"] for e in answer.json()]
        links = [v for k, v in answer.headers if k == "Link" and 'rel="next"' in v]
        backs = [v for k, v in answer.headers if k == "Link" and 'rel="prev"' in v]
        assert bool(links) == (page == 0)
        assert bool(backs) == (page == 1)
        if links:
            assert links[0].endswith('type="application/json"')
            url = links[0].partition("?")[2].partition(">")[0]
    assert seen == [e["id"] for e in CITY]


def test_counting(api):
    count = "NGSILD-Results-Count"
    answer = api("GET", "/entities", type="Sensor", limit=0, count="true")
    assert (answer.json(), answer.header(count)) == ([], "3")
    assert api("GET", "/entities", type="Sensor", q="temp==9", count="true").header(count) == "1"
    assert api("GET", "/entities", type="Sensor").header(count) is None
    answer = api("GET", "/entities", type="Sensor", offset=99, count="true")
    assert (answer.json(), answer.header(count)) == ([], "3")
    body = {"type": "Query", "entities": [{"type": "Sensor"}]}
    answer = api("POST", "/entityOperations/query", body, limit=1, count="true")
    assert (len(answer.json()), answer.header(count)) == (1, "3")


def test_types(api):
    found = api("GET", "/types").json()
    assert found["type"] == "EntityTypeList"
    assert found["id"].startswith("urn:")
    assert set(found["typeList"]) == {"Sensor", "Room"}
    assert set(api("GET", "/types", context=None).json()["typeList"]) == {
        f"{NS}Sensor",
        f"{NS}Room",
    }
    details = {t["typeName"]: t for t in api("GET", "/types", details="true").json()}
    assert details["Room"]["id"] == f"{NS}Room"
    assert details["Room"]["type"] == "EntityType"
    assert "location" in details["Room"]["attributeNames"]
    assert "open" not in details["Room"]["attributeNames"]


@pytest.mark.parametrize("name", ["Sensor", f"{NS}Sensor", "ex:Sensor"])
def test_one_type(api, name):
    path = f"/types/{quote(name, safe='')}"
    info = api("GET", path).json()
    assert (info["id"], info["type"], info["typeName"]) == (
        f"{NS}Sensor",
        "EntityTypeInfo",
        "Sensor",
    )
    assert info["entityCount"] == 3
    details = {a["attributeName"]: a for a in info["attributeDetails"]}
    assert details["inRoom"]["attributeTypes"] == ["Relationship"]
    assert details["inRoom"]["id"] == f"{NS}inRoom"


def test_attributes(api):
    found = api("GET", "/attributes").json()
    assert found["type"] == "AttributeList"
    assert {"temp", "location"} < set(found["attributeList"])
    details = {a["attributeName"]: a for a in api("GET", "/attributes", details="true").json()}
    assert details["label"]["typeNames"] == ["Room", "Sensor"]
    api.change("PUT", "/entities/urn:x:r1", {"inRoom": prop("text")})
    info = api("GET", "/attributes/inRoom").json()
    assert info["attributeCount"] == 3
    assert info["attributeTypes"] == ["Property", "Relationship"]
    assert (info["type"], info["id"]) == ("Attribute", f"{NS}inRoom")


@pytest.mark.parametrize("path", ["/types/None", "/attributes/none"])
def test_what_no_entity_has(api, path):
    assert kind(api("GET", path)) == "ResourceNotFound"


def test_a_type_goes_with_its_last_entity(api):
    api.change("POST", "/entities", {"id": "urn:x:c", "type": "New"}, 201)
    assert "New" in api("GET", "/types").json()["typeList"]
    api.change("DELETE", "/entities/urn:x:c")
    assert "New" not in api("GET", "/types").json()["typeList"]
