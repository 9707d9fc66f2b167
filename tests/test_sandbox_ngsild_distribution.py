"""Reading entities that context sources have: what the reference broker asks them, and what it makes of it."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from mimtest.sandbox import ngsild
from mimtest.sandbox.http import Response
from mimtest.sandbox.sending import Unsent
from tests.ngsild_asking import BASE, LD, NS, Api, kind, prop

ID = "urn:x:1"
AT = f"/entities/{ID}"
READS = ("retrieveEntity", "queryEntity", "queryBatch")
NAMES = (
    "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo",
    "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo",
)  # fmt: skip
EARLY, LATE = "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"
ROOM = {"id": ID, "type": "Room", "temp": prop(20)}


class Town:
    """A broker and sources by name, which are brokers as well; `asked` is what was sent, with the name."""

    def __init__(self):
        self.broker, self.sources, self.asked, self.behaviour = Api(), {}, [], None
        self.broker.platform.services[ngsild.PREFIX].connect(self._send)

    def _send(self, request, seconds):
        name = request.base.removeprefix("http://").removesuffix(".test")
        self.asked.append((name, request, seconds))
        answer = self.behaviour(name, request) if self.behaviour else None
        if isinstance(answer, Exception):
            raise answer
        length = {"content-length": str(len(request.body))}
        there = replace(request, base=BASE, headers={**request.headers, **length})
        return answer or self.sources[name].platform.handle(there)

    def source(self, *entities, name="one", mode="inclusive", about=None, names=None, **more):
        source = self.sources.setdefault(name, Api())
        for entity in entities:
            source.change("POST", "/entities", entity, 201)
        info = {"entities": about or [{"type": "Room"}]}
        registration = {
            "id": f"urn:x:csr:{name}{len(self.asked)}{mode}",
            "type": "ContextSourceRegistration",
            "endpoint": f"http://{name}.test",
            "mode": mode,
            "operations": list(READS),
            "information": [{**info, **({"propertyNames": names} if names else {})}],
            **more,
        }
        self.broker.change("POST", "/csourceRegistrations", registration, 201)
        return source

    def have(self, *entities):
        for entity in entities:
            self.broker.change("POST", "/entities", entity, 201, local="true")

    def params(self, at=-1):
        return {k: v[0] for k, v in parse_qs(self.asked[at][1].query).items()}

    def headers(self, at=-1):
        return self.asked[at][1].headers


@pytest.fixture
def town():
    return Town()


def warnings(answer):
    return [v[:3] for k, v in answer.headers if k == "NGSILD-Warning"]


def test_an_entity_comes_from_where_it_is(town):
    town.source(ROOM)
    assert town.broker.entity()["temp"]["value"] == 20
    assert town.asked[0][1].raw_path == f"/ngsi-ld/v1{AT}"
    assert town.broker.ids(type="Room") == {"1"}
    assert kind(town.broker("GET", AT, local="true")) == "ResourceNotFound"
    assert kind(town.broker("GET", "/entities/urn:x:9")) == "ResourceNotFound"


def test_parts_are_put_together(town):
    town.source(ROOM)
    town.have({"id": ID, "type": ["Room", "Sensor"], "scope": "/a", "label": prop("hall")})
    shown = town.broker.entity()
    assert (shown["temp"]["value"], shown["label"]["value"]) == (20, "hall")
    assert set(shown["type"]) == {"Room", "Sensor"}
    assert "temp" not in town.broker.entity(local="true")


@pytest.mark.parametrize(("there", "here", "expected"), [
    (prop(1, observedAt=EARLY), prop(2, observedAt=LATE), 2),
    (prop(1, observedAt=LATE), prop(2, observedAt=EARLY), 1),
    (prop(1), prop(2), 2),
])  # fmt: skip
def test_the_latest_wins(town, there, here, expected):
    town.source({**ROOM, "temp": there})
    town.have({**ROOM, "temp": here})
    assert town.broker.entity()["temp"]["value"] == expected


def test_each_dataset_has_its_latest(town):
    town.source({**ROOM, "temp": [prop(1, datasetId="urn:d:1"), prop(2, observedAt=LATE)]})
    town.have({**ROOM, "temp": [prop(3, datasetId="urn:d:2"), prop(4, observedAt=EARLY)]})
    found = town.broker.entity()["temp"]
    values = {i.get("datasetId"): i["value"] for i in found}
    assert values == {"urn:d:1": 1, "urn:d:2": 3, None: 2}


def test_auxiliary_sources_only_add(town):
    town.source({**ROOM, "label": prop("there")}, mode="auxiliary", operations=["retrieveOps"])
    assert town.broker.entity()["temp"]["value"] == 20
    town.have({**ROOM, "temp": prop(1, observedAt=EARLY)})
    shown = town.broker.entity()
    assert (shown["temp"]["value"], shown["label"]["value"]) == (1, "there")
    assert town.broker("GET", "/entities", type="Room").json() == [shown]


def test_exclusive_sources_have_their_attributes_alone(town):
    about = [{"type": "Room", "id": ID}]
    both = {**ROOM, "label": prop("there")}
    town.source(both, mode="exclusive", about=about, names=["temp"])
    town.have({"id": ID, "type": "Room", "label": prop("here")})
    shown = town.broker.entity()
    assert (shown["temp"]["value"], shown["label"]["value"]) == (20, "here")
    assert town.params()["attrs"] == "temp"


def test_redirected_types_are_not_held_here(town):
    town.have({**ROOM, "id": "urn:x:2"})
    town.source(ROOM, mode="redirect", about=[{"type": "Room", "id": ID}])
    town.have({**ROOM, "temp": prop(99)})
    assert town.broker.entity()["temp"]["value"] == 20
    assert town.broker.ids(type="Room") == {"1", "2"}


def test_queries_unite_and_follow_pages(town):
    many = [{"id": f"urn:x:m{n}", "type": "Room", "temp": prop(n)} for n in range(230)]
    town.source(*many)
    town.source(ROOM, name="two")
    town.have({"id": "urn:x:h", "type": "Room"}, {"id": "urn:x:m1", "type": "Room"})
    assert len(town.broker.ids(type="Room")) == 232
    counted = town.broker("GET", "/entities", type="Room", count="true", limit=5, offset=3)
    assert counted.header("NGSILD-Results-Count") == "232"
    assert len(counted.json()) == 5
    posted = {"type": "Query", "entities": [{"type": "Room", "id": ID}]}
    found = town.broker("POST", "/entityOperations/query", posted).json()
    assert [e["id"] for e in found] == [ID]
    assert town.asked[-1][1].method == "POST"


@pytest.mark.parametrize(("about", "params", "expected"), [
    ([{"type": "Room"}], {"type": "Room,Sensor"}, {"type": "Room"}),
    ([{"type": "Room"}, {"type": "Sensor"}], {"attrs": "temp"}, {"type": "Room,Sensor", "attrs": "temp"}),
    ([{"type": "Room", "id": ID}], {"type": "Room"}, {"type": "Room", "id": ID}),
    ([{"type": "Room", "idPattern": "x:1$"}], {"type": "Room"}, {"type": "Room", "idPattern": "x:1$"}),
    ([{"type": "Room", "idPattern": "x:1$"}], {"type": "Room", "id": f"{ID},urn:x:2"}, {"type": "Room", "id": ID}),
])  # fmt: skip
def test_requests_are_narrowed(town, about, params, expected):
    town.source(ROOM, about=about)
    town.broker("GET", "/entities", **params)
    sent = {k: v for k, v in town.params().items() if k not in ("options", "limit")}
    assert sent == expected


@pytest.mark.parametrize(("about", "params"), [
    ([{"type": "Room"}], {"type": "Sensor"}),
    ([{"type": "Room", "id": ID}], {"type": "Room", "id": "urn:x:2"}),
    ([{"type": "Room", "idPattern": "x:1$"}], {"type": "Room", "id": "urn:x:2"}),
    ([{"type": "Room"}], {"type": "Room", "local": "true"}),
])  # fmt: skip
def test_sources_are_left_alone(town, about, params):
    town.source(ROOM, about=about)
    assert town.broker("GET", "/entities", **params).json() == []
    assert town.asked == []


def test_of_several_selectors_those_that_fit_are_sent(town):
    town.source(ROOM, about=[{"type": "Room", "id": ID}])
    selectors = [{"type": "Sensor"}, {"type": "Room", "id": "urn:x:2"}, {"type": "Room"}]
    found = town.broker("POST", "/entityOperations/query", {"type": "Query", "entities": selectors})
    assert [e["id"] for e in found.json()] == [ID]
    sent = [json.loads(request.body)["entities"] for _, request, _ in town.asked]
    assert sent == [[{"type": "Room", "id": ID}]]


def test_what_is_not_registered_does_not_count(town):
    town.source(
        ROOM, {"id": "urn:x:2", "type": "Room"}, about=[{"type": "Room", "id": ID}], names=["label"]
    )
    town.behaviour = lambda *_: Response(
        200, (), json.dumps([ROOM, {**ROOM, "id": "urn:x:2"}]).encode()
    )
    found = town.broker("GET", "/entities", type="Room", context=None).json()
    assert found == []


def test_only_what_is_offered_is_asked(town):
    town.source(ROOM, operations=["retrieveEntity"])
    assert town.broker.ids(type="Room") == set()
    assert town.broker.entity()["id"] == ID
    town.source(ROOM | {"id": "urn:x:2"}, name="two", operations=["retrieveOps"])
    assert town.broker.ids(type="Room") == {"2"}


def test_split_entities(town):
    town.source(ROOM, {**ROOM, "id": "urn:x:2", "label": prop("x")})
    town.have({"id": ID, "type": "Room", "label": prop("x")})
    query = {"type": "Room", "q": 'temp==20;label=="x"'}
    assert town.broker.ids(**query) == {"1", "2"}
    assert "q" not in town.params()
    assert town.broker.ids(splitEntities="false", **query) == {"2"}
    assert town.params()["q"] == query["q"]
    assert town.broker.ids(**{**query, "q": "temp>20"}) == set()
    assert town.broker.ids(type="Room", attrs="label") == {"1", "2"}


def test_the_way_is_told_and_not_gone_twice(town):
    town.source(ROOM, contextSourceAlias="one")
    identity = town.broker("GET", "/info/sourceIdentity").json()["contextSourceAlias"]
    town.broker.entity(headers={"via": "1.1 first, 1.0 second (old)"})
    assert town.headers()["via"] == f"1.1 first, 1.0 second (old), 1.1 {identity}"
    sent = len(town.asked)
    assert town.broker("GET", AT, headers={"via": "1.1 one"}).status == 404
    assert len(town.asked) == sent


@pytest.mark.parametrize("mode", ["inclusive", "redirect"])
def test_a_circle_ends(town, mode):
    town.sources["self"] = town.broker
    town.have(ROOM)
    about = [{"type": "Room", "id": ID}] if mode == "inclusive" else [{"type": "Room"}]
    other = {**ROOM, "id": "urn:x:2"}
    if mode == "redirect":
        town.broker.change("DELETE", AT)
    town.source(name="self", mode=mode, about=about)
    if mode == "inclusive":
        assert town.broker.ids(type="Room") == {"1"}
        assert town.broker.entity()["temp"]["value"] == 20
    else:
        assert town.broker("GET", f"/entities/{other['id']}").status == 508
        assert warnings(town.broker("GET", "/entities", type="Room")) == []
    assert len(town.asked) == 2


def test_registrations_say_what_goes_along(town):
    pairs = [("X-Fixed", "a"), ("X-Taken", "urn:ngsi-ld:request"), ("X-Lacking", "urn:ngsi-ld:request"),
             ("Content-Length", "99"), ("Host", "evil.test"), ("Accept", LD), ("X-Bad", "a\r\nb: c"), ("a b", "c")]  # fmt: skip
    info = [{"key": k, "value": v} for k, v in pairs]
    town.source(ROOM, contextSourceInfo=info, tenant="north")
    town.sources["one"].change("POST", "/entities", ROOM, 201, headers={"ngsild-tenant": "north"})
    town.broker.entity(headers={"x-taken": "b", "x-lacking-not": "c"})
    sent = {k: v for k, v in town.headers().items() if k not in ("via", "link")}
    assert sent == {"accept": LD, "ngsild-tenant": "north", "x-fixed": "a", "x-taken": "b"}


def test_own_headers_are_not_leaked(town):
    town.broker.change("POST", "/entities", ROOM, 201, headers={"ngsild-tenant": "south"})
    town.source(ROOM)
    town.broker.entity(headers={"authorization": "Bearer x"})
    assert not {"authorization", "ngsild-tenant", "cookie"} & set(town.headers())


def test_names_are_put_into_the_context_of_the_source(town):
    url = f"{BASE}/contexts/other.jsonld"
    town.source(ROOM, contextSourceInfo=[{"key": "jsonldContext", "value": url}], names=["temp"])
    query = {"type": "Room", "q": "temp==20", "attrs": "temp", "splitEntities": "false"}
    shown = town.broker("GET", "/entities", **query).json()
    assert shown[0]["temp"]["value"] == 20
    assert (town.params()["q"], town.params()["attrs"]) == ("hot==20", "hot")
    assert town.params()["type"] == f"{NS}Room"
    assert f"<{url}>" in town.headers()["link"]


@pytest.mark.parametrize(("failure", "code", "status"), [
    (Unsent("slow", late=True), "199", 504),
    (Unsent("refused"), "199", 502),
    (Response(403), "299", 502),
    (Response(508), "199", 508),
    (Response(200, (), b'{"id"'), "111", 502),
    (Response(200, (), b"[1]"), "111", 502),
    (Response(200, (), b'{"id": "urn:x:1", "type": "Room", "@context": "http://203.0.113.9/"}'), "111", 502),
    (Response(200, (), b'{"type": "Room"}'), "111", 502),
    (Response(200, (), b"["  * 5000), "111", 502),
])  # fmt: skip
def test_failures_are_told(town, failure, code, status):
    town.source(ROOM)
    town.have({"id": ID, "type": "Room", "label": prop("here")})
    town.behaviour = lambda *_: failure
    for answer in (town.broker("GET", AT), town.broker("GET", "/entities", type="Room")):
        assert answer.status == 200
        assert warnings(answer) == [code]
    town.source(name="two", mode="redirect", about=[{"type": "Room", "id": "urn:x:2"}])
    town.behaviour = lambda name, _: failure if name == "two" else None
    assert town.broker("GET", "/entities/urn:x:2").status == status


def test_a_source_that_has_nothing_is_no_failure(town):
    town.source()
    town.have(ROOM)
    answer = town.broker("GET", AT)
    assert (answer.status, warnings(answer)) == (200, [])
    counted = town.broker("GET", "/csourceRegistrations", type="Room").json()[0]
    assert (counted["timesSent"], counted.get("timesFailed"), counted["status"]) == (1, None, "ok")


def test_sources_are_managed(town):
    town.source(ROOM, management={"timeout": 250, "localOnly": True, "cooldown": 60_000})
    town.behaviour = lambda *_: Unsent("slow", late=True)
    assert warnings(town.broker("GET", AT)) == ["199"]
    assert town.asked[0][2] == 0.25
    assert town.params()["local"] == "true"
    town.behaviour = None
    answer = town.broker("GET", AT)
    assert (answer.status, warnings(answer), len(town.asked)) == (404, ["199"], 1)


def test_answers_are_kept_as_long_as_registered(town):
    town.source(ROOM, management={"cacheDuration": "PT1M"})
    assert warnings(town.broker("GET", AT)) == []
    again = town.broker("GET", AT)
    assert (again.json()["temp"]["value"], warnings(again), len(town.asked)) == (20, ["110"], 1)
    town.broker("GET", AT, attrs="temp")
    assert len(town.asked) == 2


def test_what_expires_there_is_not_shown(town):
    gone = {**ROOM, "expiresAt": "2020-01-01T00:00:00Z"}
    town.source(about=[{"type": "Room"}])
    town.behaviour = lambda *_: Response(200, (), json.dumps(gone).encode())
    assert town.broker("GET", AT, context=None).status == 404


def test_types_and_attributes_are_united(town):
    town.source(
        {**ROOM, "label": prop("x")}, {"id": "urn:x:2", "type": "Sensor"}, operations=list(NAMES)
    )
    town.have({"id": ID, "type": "Room", "open": prop(True)})
    api = town.broker
    assert api("GET", "/types").json()["typeList"] == ["Room"]
    details = {
        d["typeName"]: d["attributeNames"] for d in api("GET", "/types", details="true").json()
    }
    assert details == {"Room": ["label", "open", "temp"]}
    info = api("GET", "/types/Room").json()
    assert info["entityCount"] == 2
    kinds = {a["attributeName"]: a["attributeTypes"] for a in info["attributeDetails"]}
    assert kinds == {n: ["Property"] for n in ("label", "open", "temp")}
    assert api("GET", "/attributes").json()["attributeList"] == ["label", "open", "temp"]
    named = {
        a["attributeName"]: a["typeNames"] for a in api("GET", "/attributes", details="true").json()
    }
    assert named["temp"] == ["Room"]
    assert api("GET", "/attributes/temp").json()["attributeCount"] == 1
    assert api("GET", "/attributes/temp", local="true").status == 404
    assert api("GET", "/types", local="true").json()["typeList"] == ["Room"]


@pytest.mark.parametrize(
    "nonsense", [b"1", b'{"typeList": 3}', b'[{"typeName": {}}]', b"null", b""]
)
def test_nonsense_about_types_is_left_out(town, nonsense):
    town.source(operations=list(NAMES))
    town.have(ROOM)
    town.behaviour = lambda *_: Response(200, (), nonsense)
    for path in ("/types", "/attributes", "/types/Room", "/attributes/temp"):
        for details in ({}, {"details": "true"}) if path.count("/") == 1 else ({},):
            assert town.broker("GET", path, **details).status == 200
