"""Representations, contexts and media types of the reference broker."""

import json

import pytest

from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.core_context import CORE_DOCUMENT, CORE_URL
from tests.ngsild_asking import (
    BASE,
    CITY,
    CONTEXT,
    GEO,
    JSON,
    LD,
    NS,
    OTHER,
    REL,
    filled,
    kind,
    link,
    prop,
    square,
)


@pytest.fixture
def api():
    return filled()


@pytest.mark.parametrize("how", [{"options": "keyValues"}, {"format": "simplified"},
                                 {"options": "concise", "format": "keyValues"}], ids=str)  # fmt: skip
def test_simplified(api, how):
    assert api.entity(**how) == {
        "id": "urn:x:1",
        "type": "Sensor",
        "scope": "/town/north",
        "temp": 9,
        "label": "alpha, one",
        "tags": ["red", "green"],
        "open": True,
        "addr": {"city": "Ahlen", "geo": {"level": 3}},
        "seen": "2026-03-01T12:00:00Z",
        "location": {"type": "Point", "coordinates": [7.0, 51.0]},
        "inRoom": "urn:x:r1",
    }
    assert api.entity(3, **how) == {
        "id": "urn:x:3",
        "type": ["Sensor", "Room"],
        "temp": {"dataset": {"@none": 30, "urn:d:1": -5.5}},
        "label": "20",
        "name": {"languageMap": {"en": "hall", "de": "Saal"}},
        "kind": {"vocab": "Dry"},
        "raw": {"json": {"id": 1, "type": None, "value": [{"@id": 2}]}},
        "steps": [1, 1, 2],
        "route": ["urn:x:1"],
        "area": square(7.2, 51.2, 0.1),
        "location": {"type": "Point", "coordinates": [8.0, 52.0]},
    }


@pytest.mark.parametrize("number", [1, 2, 3, "r1"])
@pytest.mark.parametrize("form", ["normalized", "concise"])
def test_what_is_shown_can_be_written_again(api, number, form):
    before = api.entity(number)
    assert before == next(e for e in CITY if e["id"] == f"urn:x:{number}")
    shown = api.entity(number, options=form)
    api.change("DELETE", f"/entities/urn:x:{number}")
    api.change("POST", "/entities", shown, 201)
    assert api.entity(number) == before


def test_concise(api):
    shown = api.entity(options="concise")
    assert shown["label"] == "alpha, one"
    assert shown["location"] == {"type": "Point", "coordinates": [7.0, 51.0]}
    assert shown["inRoom"] == {"object": "urn:x:r1"}
    assert shown["temp"] == {
        "value": 9,
        "unitCode": "CEL",
        "observedAt": "2026-01-01T10:00:00Z",
        "unit": "grand",
    }


def test_stamps_only_on_demand(api):
    assert "createdAt" not in json.dumps(api.entity())
    shown = api.entity(options="sysAttrs")
    for item in (shown, shown["temp"], shown["temp"]["unit"], shown["inRoom"]):
        assert item["createdAt"].endswith("Z")
        assert item["modifiedAt"].endswith("Z")
    assert api.entity(options="keyValues,sysAttrs")["createdAt"] == shown["createdAt"]
    body = {"type": "Query", "entities": [{"type": "Room"}]}
    found = api("POST", "/entityOperations/query", body, options="sysAttrs").json()
    assert all("createdAt" in e for e in found)


PARTS = [
    ({"attrs": "temp"}, {"id", "type", "scope", "temp"}),
    ({"pick": "temp"}, {"temp"}),
    ({"pick": "id,temp"}, {"id", "temp"}),
    ({"pick": "id,type,scope"}, {"id", "type", "scope"}),
    ({"omit": "temp,scope,label"}, set(CITY[0]) - {"temp", "scope", "label"}),
    ({"datasetId": "urn:d:9"}, {"id", "type", "scope"}),
    ({"datasetId": "@none", "pick": "temp"}, {"temp"}),
]


@pytest.mark.parametrize(("params", "members"), PARTS)
def test_parts_of_an_entity(api, params, members):
    assert set(api.entity(**params)) == members
    found = api("GET", "/entities", type="Sensor", q="temp==9", **params).json()
    assert [set(e) for e in found] == [members]


def test_parts_that_are_not_there(api):
    assert kind(api("GET", "/entities/urn:x:1", attrs="name")) == "ResourceNotFound"
    assert kind(api("GET", "/entities/urn:x:1", pick="name")) == "ResourceNotFound"
    assert api("GET", "/entities", type="Room", pick="temp").json() == [{"temp": CITY[2]["temp"]}]
    assert api.entity(3, datasetId="urn:d:1")["temp"] == CITY[2]["temp"][1]


@pytest.mark.parametrize(
    ("lang", "tag", "text"),
    [("en", "en", "hall"), ("de", "de", "Saal"), ("fr;q=0.9,de;q=0.5", "de", "Saal"),
     ("en;q=0.1,de", "de", "Saal"), ("fr", "en", "hall"), ("*", "en", "hall")],
)  # fmt: skip
def test_one_language(api, lang, tag, text):
    assert api.entity(3, lang=lang)["name"] == prop(text, lang=tag)
    assert api.entity(3, lang=lang, options="keyValues")["name"] == text


def test_geojson_of_one(api):
    answer = api("GET", "/entities/urn:x:1", headers={"accept": GEO})
    assert answer.header("Content-Type") == GEO
    feature = answer.json()
    assert feature["@context"] == [f"{BASE}/contexts/own.jsonld", CORE_URL]
    assert {k: feature[k] for k in ("id", "type", "geometry")} == {
        "id": "urn:x:1",
        "type": "Feature",
        "geometry": CITY[0]["location"]["value"],
    }
    assert feature["properties"] == {k: v for k, v in CITY[0].items() if k != "id"}


def test_geojson_of_several(api):
    headers = {"accept": GEO, "prefer": "body=json"}
    answer = api("GET", "/entities", type="Room", options="keyValues", headers=headers,
                 geometryProperty="area")  # fmt: skip
    assert REL in answer.header("Link")
    found = answer.json()
    assert set(found) == {"type", "features"}
    assert found["type"] == "FeatureCollection"
    assert [f["geometry"] for f in found["features"]] == [CITY[2]["area"]["value"], None]
    assert found["features"][1]["properties"] == {"type": "Room", "label": "Zimmer äöü"}
    empty = api("GET", "/entities", type="Nothing", headers=headers).json()
    assert empty == {"type": "FeatureCollection", "features": []}


ACCEPTS = [
    (None, JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("text/html, */*;q=0.1", JSON),
    (f"{LD};q=1, {JSON};q=0.5", LD),
    (f"{LD};q=0.5, {JSON};q=1", JSON),
    (f"{LD}, {JSON}", JSON),
    (f"{GEO}, {LD};q=0.9", GEO),
    (f"*/*, {JSON};q=0", LD),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPTS)
@pytest.mark.parametrize("path", ["/entities/urn:x:1", "/entities?type=Sensor"])
def test_the_best_media_type_is_chosen(api, path, accept, expected):
    path, _, query = path.partition("?")
    params = dict([query.split("=")]) if query else {}
    answer = api("GET", path, headers={"accept": accept}, **params)
    assert answer.header("Content-Type") == expected
    assert "Accept" in answer.header("Vary")
    items = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    context = [f"{BASE}/contexts/own.jsonld", CORE_URL]
    assert all(i.get("@context") == (None if expected == JSON else context) for i in items)
    assert (answer.header("Link") is not None) == (expected == JSON)


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/entities/urn:x:1", "text/csv"), ("/entities?type=Sensor", "text/csv"), ("/types", GEO),
     ("/types/Sensor", GEO), ("/attributes", "text/html"), ("/attributes/temp", "text/html")],
)  # fmt: skip
def test_no_media_type_fits(api, path, accept):
    path, _, query = path.partition("?")
    answer = api(
        "GET", path, headers={"accept": accept}, **dict([query.split("=")] if query else [])
    )
    assert answer.status == 406
    assert JSON in answer.json()["detail"]


@pytest.mark.parametrize("type_", ["text/plain", "application/xml", None])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/entities"), ("PATCH", "/entities/urn:x:1"), ("PUT", "/entities/urn:x:1"),
     ("POST", "/entities/urn:x:1/attrs"), ("PATCH", "/entities/urn:x:1/attrs/temp"),
     ("POST", "/entityOperations/upsert"), ("POST", "/entityOperations/query")],
)  # fmt: skip
def test_a_body_of_another_type_is_refused(api, method, path, type_):
    before = api.entity()
    answer = api(method, path, {}, headers={"content-type": type_})
    assert (answer.status, kind(answer)) == (415, "about:blank")
    assert api.entity() == before


def test_where_a_context_may_be(api):
    body = {"id": "urn:x:c", "type": "Fuehler", "hot": prop(1)}
    ld = {"content-type": f"{LD}; charset=utf-8", "link": None}
    wrong = [
        ({**body, "@context": OTHER}, {"content-type": JSON}),
        (body, ld),
        ({**body, "@context": OTHER}, {**ld, **link("other")}),
        ({**body, "@context": 5}, ld),
        ({**body, "@context": {"hot": 5}}, ld),
        ({**body, "@context": {"hot": {"@id": "urn:h", "@context": {}}}}, ld),
        ({**body, "hot": {**prop(1), "@context": OTHER}}, link("other")),
        ({**body, "@context": f"{BASE}/contexts/loop.jsonld"}, ld),
    ]
    for data, headers in wrong:
        answer = api("POST", "/entities", data, headers=headers)
        assert (answer.status, kind(answer)) == (400, "BadRequestData"), data
        assert api("GET", "/entities/urn:x:c").status == 404
    two = {"link": f"{link('own')['link']}, {link('other')['link']}"}
    assert kind(api("POST", "/entities", body, headers=two)) == "InvalidRequest"


@pytest.mark.parametrize(
    "context",
    [OTHER, [OTHER], [f"{BASE}/contexts/other.jsonld", CORE_URL], f"{BASE}/contexts/pair.jsonld",
     [CORE_URL, {"Fuehler": "ex:Sensor", "hot": "ex:temp", "ex": NS}],
     {"@vocab": NS, "Fuehler": "Sensor", "hot": {"@id": "temp"}, "ident": "@id"}],
    ids=str,
)  # fmt: skip
def test_forms_of_a_context_in_the_body(api, context):
    body = {"id": "urn:x:c", "type": "Fuehler", "hot": prop(1), "@context": context}
    headers = {"content-type": LD, "link": None}
    api.change("POST", "/entities", body, 201, headers=headers)
    assert api.entity("c") == {"id": "urn:x:c", "type": "Sensor", "temp": prop(1)}


def test_names_follow_the_context_of_the_reader(api):
    plain = api.entity(context=None)
    assert plain["type"] == f"{NS}Sensor"
    assert plain[f"{NS}temp"]["value"] == 9
    assert plain["location"] == CITY[0]["location"]
    assert plain[f"{NS}addr"]["value"] == {f"{NS}city": "Ahlen", "geo": {"level": 3}}
    other = api.entity(context="other")
    assert other["type"] == "Fuehler"
    assert other["hot"]["value"] == 9
    assert f"{NS}label" in other


def test_a_name_without_a_context_is_in_the_default_vocabulary(api):
    api.change("POST", "/entities", {"id": "urn:x:c", "type": "T", "foo": 1}, 201, context=None)
    assert api.entity("c", context=None)["foo"] == prop(1)
    found = api("GET", "/types/T", context=None).json()
    assert found["id"] == "https://uri.etsi.org/ngsi-ld/default-context/T"


def test_the_core_context_wins(api):
    evil = {"location": f"{NS}evil", "Property": f"{NS}p", "observedAt": f"{NS}o", "id": f"{NS}i"}
    body = {**CITY[0], "id": "urn:x:c", "@context": [CORE_URL, {**CONTEXT, **evil}]}
    headers = {"content-type": LD, "link": None}
    api.change("POST", "/entities", body, 201, headers=headers)
    assert api.entity("c") == {**CITY[0], "id": "urn:x:c"}


@pytest.mark.parametrize(
    "url",
    ["https://example.org/c.jsonld", "http://127.0.0.1:1/c.jsonld", "file:///etc/passwd", "x"],
)
def test_a_context_that_cannot_be_had(api, url):
    headers = {"link": f'<{url}>; rel="{REL}"'}
    for method, body in (("GET", None), ("POST", {"id": "urn:x:c", "type": "T"})):
        path = "/entities" if body else "/entities/urn:x:1"
        answer = api(method, path, body, headers=headers)
        assert (answer.status, kind(answer)) == (504, "LdContextNotAvailable")
    assert api("GET", "/entities/urn:x:c").status == 404


def test_a_link_of_another_kind_is_no_context(api):
    headers = {"link": '<https://example.org/>; rel="next"'}
    assert f"{NS}temp" in api.entity(headers=headers)
    spaced = {"link": f'<{BASE}/contexts/own.jsonld> ; type="application/ld+json" ; rel={REL}'}
    assert "temp" in api.entity(headers=spaced)


def test_an_inline_context_of_a_query_is_served(api):
    body = {"type": "Query", "entities": [{"type": "Fuehler"}], "@context": OTHER}
    headers = {"content-type": LD, "link": None}
    answer = api("POST", "/entityOperations/query", body, headers=headers)
    assert {e["type"] for e in answer.json() if isinstance(e["type"], str)} == {"Fuehler"}
    url = answer.header("Link").partition("<")[2].partition(">")[0]
    request = Request("GET", url.removeprefix(BASE), base=BASE)
    assert api.platform.handle(request).json() == {"@context": [OTHER]}


def test_an_independent_processor_reads_the_same(api):
    jsonld = pytest.importorskip("pyld").jsonld

    def expanded(body, context):
        def load(url, _options):
            path = url.removeprefix(BASE)
            document = CORE_DOCUMENT if url == CORE_URL else {"@context": context}
            return {"document": document, "documentUrl": path, "contextUrl": None}

        return jsonld.expand(body, {"documentLoader": load})

    for number, entity in ((1, CITY[0]), (2, CITY[1]), (3, CITY[2])):
        sent = expanded({**entity, "@context": [CONTEXT, CORE_URL]}, None)
        for name, context in (("own", CONTEXT), ("other", OTHER), (None, {})):
            served = api.entity(number, context=name, headers={"accept": LD})
            assert expanded(served, context) == sent
