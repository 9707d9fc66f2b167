"""The context source that mimtest runs for checks: right for brokers, bounded for everybody else."""

import json
import socket
import time

import httpx
import pytest

from mimtest.errors import Contradiction
from mimtest.network.hosting import host
from mimtest.network.incoming import Reply
from mimtest.vocabulary.ngsild_filter import (
    Combined,
    Condition,
    conditions_of,
    fits_pattern,
    read_filter,
)
from mimtest.vocabulary.ngsild_names import DEFAULT_NAMES, Names
from mimtest.vocabulary.ngsild_source import assert_not_asked, nowhere, only, open_source
from mimtest.vocabulary.receiving import Receiver
from tests.servers import client_for, serve, silent

SECONDS = 30
REL = "http://www.w3.org/ns/json-ld#context"
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld"
URL = "https://names.example/terms.jsonld"
TERMS = {
    URL: {
        "@context": {
            "ex": "https://x.example/#",
            "heat": "ex:temp",
            "Hall": "https://x.example/#Room",
        }
    }
}
ID, OTHER = "urn:ngsi-ld:Room:1", "urn:ngsi-ld:Room:2"


def number(value, **more):
    return {"type": "Property", "value": value, **more}


@pytest.fixture
def source():
    with host() as hosting, serve(silent) as target, client_for(target.url) as client:
        made = open_source(Receiver(client, hosting, hosting.local), CORE, TERMS)
        made.hold(
            {"id": ID, "type": "Room", "temp": number(21.5), "label": number("hall")},
            {
                "id": OTHER,
                "type": ["Room", "Lab"],
                "temp": [number(7), number(8, datasetId="urn:d:1")],
            },
        )
        yield made


def ask(source, path, method="GET", **options):
    with httpx.Client(timeout=SECONDS, trust_env=False) as client:
        return client.request(method, f"{source.url}{path}", **options)


def linked(url):
    return {"Link": f'<{url}>; rel="{REL}"; type="application/ld+json"'}


@pytest.mark.parametrize("base", ["/ngsi-ld/v1", "", "/"])
def test_it_answers_below_its_address_with_and_without_the_base_path(source, base):
    given = ask(source, f"{base}/entities/{ID}")
    assert given.status_code == 200
    assert given.json() == {"id": ID, "type": "Room", "temp": number(21.5), "label": number("hall")}
    assert f'<{CORE}>; rel="{REL}"' in given.headers["link"]
    assert only(source.asked()).operation == "retrieveEntity"


@pytest.mark.parametrize(("query", "found"), [
    ("type=Room", {ID, OTHER}),
    (f"type={DEFAULT}Lab", {OTHER}),
    ("type=Hall,Lab", {OTHER}),
    (f"type=Room&id={ID},urn:x:9", {ID}),
    ("type=Room&idPattern=2$", {OTHER}),
    ("attrs=label", {ID}),
    ("type=Room&q=temp>10", {ID}),
    ("type=Room&q=temp>10;label", {ID}),
    ("type=Room&q=(temp==7|label==%22hall%22)", {ID, OTHER}),
    ("type=Room&q=not%20to%20be[read]", {ID, OTHER}),
    ("type=Room&limit=1", {ID}),
    ("type=Room&limit=1&offset=1", {OTHER}),
    ("type=Nothing", set()),
])  # fmt: skip
def test_queries_find_what_they_mean(source, query, found):
    given = ask(source, f"/entities?{query}&count=true")
    assert {e["id"] for e in given.json()} == found
    assert int(given.headers["ngsild-results-count"]) >= len(found)


def test_queries_may_come_in_a_body(source):
    body = {"type": "Query", "entities": [{"type": "Room", "id": ID}, {"type": "Lab"}], "attrs": ["temp"], "q": "temp>10"}  # fmt: skip
    given = ask(source, "/ngsi-ld/v1/entityOperations/query", "POST", json=body)
    assert [e["id"] for e in given.json()] == [ID]
    asked = only(source.asked("queryBatch"))
    assert (asked.types, asked.ids, asked.attrs) == ({"Room", "Lab"}, {ID}, {"temp"})
    assert conditions_of(asked.filter) == [Condition("temp", ">", 10)]


def test_answers_have_the_wanted_form(source):
    simple = ask(source, f"/entities/{ID}?options=keyValues&attrs=temp").json()
    assert simple == {"id": ID, "type": "Room", "temp": 21.5}
    stamped = ask(source, f"/entities/{ID}?options=sysAttrs").json()
    assert {"createdAt", "modifiedAt"} <= stamped.keys() & stamped["temp"].keys()
    given = ask(source, f"/entities/{ID}", headers={"Accept": "application/ld+json"})
    assert given.headers["content-type"] == "application/ld+json"
    assert "@context" in given.json()
    several = ask(source, f"/entities/{OTHER}?format=simplified").json()
    assert several["temp"] == {"dataset": {"@none": 7, "urn:d:1": 8}}


def test_names_are_read_and_written_under_the_linked_context(source):
    source.hold(
        {"id": "urn:x:3", "type": "https://x.example/#Room", "https://x.example/#temp": number(1)}
    )
    given = ask(source, "/entities?type=Hall&attrs=heat,ex:other", headers=linked(URL))
    assert given.json() == [{"id": "urn:x:3", "type": "Hall", "heat": number(1)}]
    asked = source.asked()[-1]
    assert asked.link == URL
    assert asked.types == {"https://x.example/#Room"}
    assert asked.attrs == {"https://x.example/#temp", "https://x.example/#other"}
    assert asked.names.known
    ask(source, "/entities?type=Room", headers=linked("https://elsewhere.example/"))
    assert (source.asked()[-1].types, source.asked()[-1].names.known) == ({"Room"}, False)


def test_types_and_attributes_are_told(source):
    assert ask(source, "/types").json()["typeList"] == ["Lab", "Room"]
    details = {
        d["typeName"]: d["attributeNames"] for d in ask(source, "/types?details=true").json()
    }
    assert details == {"Lab": ["temp"], "Room": ["label", "temp"]}
    info = ask(source, "/types/Room").json()
    assert (info["entityCount"], len(info["attributeDetails"])) == (2, 2)
    assert ask(source, "/attributes").json()["attributeList"] == ["label", "temp"]
    assert ask(source, "/attributes?details=true").json()[1]["typeNames"] == ["Lab", "Room"]
    assert ask(source, "/attributes/temp").json()["attributeCount"] == 2
    assert ask(source, "/types/Nothing").status_code == 404
    assert [a.operation for a in source.asked()] == [
        "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo",
        "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo", "retrieveEntityTypeInfo",
    ]  # fmt: skip


def test_changes_are_made(source):
    new = {"id": "urn:x:3", "type": f"{DEFAULT}Room", "temp": number(1)}
    assert ask(source, "/entities", "POST", json=new).headers["location"].endswith("urn:x:3")
    assert ask(source, "/entities", "POST", json=new).status_code == 409
    assert (
        ask(source, "/entities/urn:x:3/attrs", "POST", json={"label": number("x")}).status_code
        == 204
    )
    assert (
        ask(source, "/entities/urn:x:3/attrs/temp", "PATCH", json={"value": 2}).status_code == 204
    )
    assert ask(source, "/entities/urn:x:3/attrs/label", "PUT", json=number("y")).status_code == 204
    assert source.entity("urn:x:3") == {
        **new,
        "type": "Room",
        "temp": number(2),
        "label": number("y"),
    }
    gone = {"label": number("urn:ngsi-ld:null")}
    assert ask(source, "/entities/urn:x:3", "PATCH", json=gone).status_code == 204
    assert "label" not in source.entity("urn:x:3")
    assert ask(source, "/entities/urn:x:3/attrs/temp", "DELETE").status_code == 204
    assert ask(source, "/entities/urn:x:3", "PUT", json={"temp": number(3)}).status_code == 204
    assert ask(source, "/entities/urn:x:3", "DELETE").status_code == 204
    assert ask(source, "/entities/urn:x:3", "DELETE").status_code == 404
    for method, path in (
        ("PUT", ""),
        ("PATCH", ""),
        ("PATCH", "/attrs/temp"),
        ("DELETE", "/attrs/temp"),
    ):
        assert ask(source, f"/entities/urn:x:9{path}", method, json={}).status_code == 404
    assert ask(source, "/entities?type=Lab", "DELETE").status_code == 204
    assert (source.entity(OTHER), source.entity(ID) is not None) == (None, True)


def test_batches_are_made_one_by_one(source):
    fresh = {"id": "urn:x:3", "type": "Room"}
    known = {"id": ID, "type": "Room", "temp": number(1)}
    given = ask(source, "/entityOperations/create", "POST", json=[fresh, known])
    assert given.status_code == 207
    assert given.json()["success"] == ["urn:x:3"]
    assert given.json()["errors"][0]["entityId"] == ID
    given = ask(
        source, "/entityOperations/upsert", "POST", json=[known, {**fresh, "id": "urn:x:4"}]
    )
    assert (given.status_code, given.json()) == (201, ["urn:x:4"])
    assert source.entity(ID) == known
    for name in ("update", "merge"):
        part = {"id": ID, "type": "Room", name: number(1)}
        assert ask(source, f"/entityOperations/{name}", "POST", json=[part]).status_code == 204
    assert source.entity(ID).keys() >= {"temp", "update", "merge"}
    given = ask(source, "/entityOperations/delete", "POST", json=[ID, "urn:x:9"])
    assert (given.status_code, given.json()["success"]) == (207, [ID])


def test_subscriptions_and_histories_are_held(source):
    given = ask(source, "/subscriptions", "POST", json={"type": "Subscription"})
    own = given.headers["location"].rpartition("/")[2]
    assert ask(source, f"/subscriptions/{own}", "PATCH", json={"q": "x"}).status_code == 204
    assert source.held.subscriptions[own]["q"] == "x"
    assert ask(source, f"/subscriptions/{own}", "DELETE").status_code == 204
    past = {"id": ID, "type": "Room", "temp": [number(1, observedAt="2026-01-01T00:00:00Z")]}
    source.hold_history(past)
    assert ask(source, f"/temporal/entities/{ID}").json() == past
    assert ask(source, "/temporal/entities?type=Room").json() == [past]
    operations = [a.operation for a in source.asked()]
    assert operations[-2:] == ["retrieveTemporal", "queryTemporal"]


def test_what_it_was_asked_is_told_by_its_meaning(source):
    headers = {"NGSILD-Tenant": "north", "Via": "1.1 one, HTTP/1.0 two (old, 1.1 x)", "X-Own": "a"}
    ask(source, f"/entities/{ID}?pick=id,type,{DEFAULT}temp&local=true", headers=headers)
    asked = only(source.asked())
    assert (asked.tenant, asked.via[:2], asked.local) == ("north", ("one", "two"), True)
    assert (asked.ids, asked.attrs, asked.header("x-own")) == ({ID}, {"temp"}, "a")
    assert str(asked).startswith(f"GET /entities/{ID}?pick=")
    source.start_over()
    assert source.asked() == []
    with pytest.raises(Contradiction, match="was not asked"):
        only(source.asked())
    ask(source, "/info/sourceIdentity")
    assert_not_asked(source.asked(), "at all")
    ask(source, "/types")
    with pytest.raises(Contradiction, match="asked though"):
        assert_not_asked(source.asked(), "though it is not")


def test_it_behaves_as_told(source):
    source.refuse(403)
    refused = ask(source, f"/entities/{ID}")
    assert (refused.status_code, refused.json()["status"]) == (403, 403)
    assert ask(source, "/info/sourceIdentity").json()["contextSourceAlias"] == source.alias
    source.behave(Reply(200, b'{"id'))
    assert ask(source, f"/entities/{ID}").content == b'{"id'
    source.packed()
    packed = ask(source, f"/entities/{ID}", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.json()["id"]) == ("gzip", ID)
    plain = ask(source, f"/entities/{ID}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    source.slow(3600)
    with httpx.Client(timeout=0.5, trust_env=False) as client, pytest.raises(httpx.ReadTimeout):
        client.get(f"{source.url}/types")
    source.forget()
    assert ask(source, f"/entities/{ID}").status_code == 404
    with pytest.raises(httpx.ConnectError):
        httpx.get(nowhere(source.receiver), timeout=SECONDS, trust_env=False)


HOSTILE = [
    b"GET %s/entities?%%ff=%%zz&type=%%00,,;((( HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/entities?q=" + b"(" * 8000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/entities?q=" + b"a;" * 4000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/entities?idPattern=(a*)*(a*)*(a*)*b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/entities?limit=-1&offset=99999999999999999999 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/entities/%%2e%%2e/%%2e%%2e/etc HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/../../known HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET %s/types HTTP/1.1\r\nLink: <\x00\r\nLink: " + b"<a>;" * 3000 + b"\r\nVia: ,,,(((\r\n\r\n",
    b"POST %s/entities HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]",
    b"POST %s/entities HTTP/1.1\r\nContent-Length: 4\r\n\r\nnull",
    b'POST %s/entityOperations/query HTTP/1.1\r\nContent-Length: 30\r\n\r\n{"entities":[3],"attrs":{},   ',
    b'POST %s/entityOperations/upsert HTTP/1.1\r\nContent-Length: 17\r\n\r\n[3,null,{"id":[]}]',
    b'POST %s/entities HTTP/1.1\r\nContent-Length: 44\r\n\r\n{"@context":[[[[]]]],"id":"urn:x:9","type":3}',
    b"PATCH %s/entities/" + ID.encode() + b' HTTP/1.1\r\nContent-Length: 24\r\n\r\n{"type":{},"temp":"bare"}',
    b"POST %s/entities HTTP/1.1\r\nContent-Length: 9000\r\n\r\n" + b"[" * 9000,
    b"BREW %s/entities HTTP/1.1\r\nHost: x\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_requests_are_answered_and_harm_nobody(source, said):
    name, port = source.receiver.address.removeprefix("http://").split(":")
    with socket.create_connection((name, int(port)), SECONDS) as sock:
        sock.sendall(said.replace(b"%s", source.path.encode()).replace(b"%%", b"%"))
        heard = b"".join(iter(lambda: sock.recv(65536), b""))
    assert heard.startswith(b"HTTP/1.1 ")
    assert heard[9:10] in b"24"
    for asked in source.asked():
        assert str(asked)
        assert asked.types is not None
        assert asked.filter is None or conditions_of(asked.filter)
    assert ask(source, f"/entities/{OTHER}").json()["id"] == OTHER


def test_no_more_is_kept_than_fits(source):
    many = [{"id": f"urn:x:{n}", "type": "Room"} for n in range(1500)]
    assert ask(source, "/entityOperations/create", "POST", json=many).status_code == 201
    assert ask(source, "/entities?type=Room&count=true").headers["ngsild-results-count"] == "1000"


@pytest.mark.parametrize(("text", "expected"), [
    ("temp", Condition("temp")),
    ("temp==5", Condition("temp", "==", 5)),
    (f"{DEFAULT}temp<=-1.5", Condition("temp", "<=", -1.5)),
    ('label!="a;b|(c"', Condition("label", "!=", "a;b|(c")),
    ("open==true", Condition("open", "==", True)),
    ("object==urn:x:1", Condition("object", "==", "urn:x:1")),
    ("a;b", Combined(True, (Condition("a"), Condition("b")))),
    ("a;b|c", Combined(False, (Combined(True, (Condition("a"), Condition("b"))), Condition("c")))),
    ("a;(b|c)", Combined(True, (Condition("a"), Combined(False, (Condition("b"), Condition("c")))))),
    ("a.b==1", None), ("a[b]==1", None), ("a~=x", None), ("a==1..2", None), ("a==1,2", None),
    ("", None), ("(", None), ("a==", None), ("a{b}", None), ("((((((((((a))))))))))", None),
])  # fmt: skip
def test_filters_are_read(text, expected):
    assert read_filter(text, DEFAULT_NAMES) == expected


def test_patterns_take_no_time():
    start = time.monotonic()
    for pattern in ("(a+)+$", ".*.*.*.*.*.*.*x", "[", "a{1000}{1000}", "x" * 9999):
        assert fits_pattern("a" * 5000, pattern)
    assert fits_pattern("urn:x:12", ":1.$")
    assert not fits_pattern("urn:x:12", ":2.$")
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize("context", [
    3, None, {"a": 3, "b": None, "@vocab": 7}, [[[]]] * 3, "https://x.example/", {"a": {"@id": []}}, ["x"] * 99,
])  # fmt: skip
def test_any_context_gives_names(context):
    names = Names(context, {"https://loop.example/": {"@context": "https://loop.example/"}})
    assert names.short("temp") == "temp"
    assert names.compact("temp") == "temp"


def test_contexts_that_go_in_a_circle_end():
    assert not Names("a", {"a": {"@context": ["b"]}, "b": {"@context": "a"}}).known


def test_core_names_stay():
    assert DEFAULT_NAMES.short("https://uri.etsi.org/ngsi-ld/location") == "location"
    assert DEFAULT_NAMES.expand("location") == "https://uri.etsi.org/ngsi-ld/location"
    assert json.dumps(DEFAULT_NAMES.short("temp")) == '"temp"'
