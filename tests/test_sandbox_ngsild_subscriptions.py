"""The notification engine of the reference broker, over sockets: what it sends, to whom and when."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from mimtest.network.hosting import host
from mimtest.network.incoming import Reply
from tests.conftest import city

API = "/ngsi-ld/v1"
NULL = "urn:ngsi-ld:null"
SECONDS = 5
LD = {"Content-Type": "application/ld+json"}
OWN = {"temp": "https://example.org/temp", "Hut": "https://example.org/Hut"}
OTHER = {"hot": "https://example.org/temp", "Cabin": "https://example.org/Hut"}
OK = Reply(200)
_NUMBERS = count(1)


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


class Box:
    """A place that notifications are sent to."""

    def __init__(self, town, reply=OK):
        self.hosting, self.path = town.hosting, f"/box{next(_NUMBERS)}"
        self.hosting.put(self.path, reply, methods=("POST",))
        self.uri = f"{self.hosting.local}{self.path}"

    def wait(self, number=1):
        until = time.monotonic() + SECONDS
        came = self.hosting.wait(self.path, lambda asked: len(asked) >= number, until)
        assert len(came) >= number, came
        return came

    def notified(self, number=1):
        return [json.loads(a.body) for a in self.wait(number)]

    def data(self, number=1):
        """What the notification of that number says."""
        return self.notified(number)[number - 1]["data"]

    @property
    def came(self):
        return len(self.hosting.asked(self.path))


class Town:
    """A broker, a receiver, and a subscription or two."""

    def __init__(self, base, hosting, client):
        self.base, self.hosting = base, hosting
        self.client = client
        self.kind = f"Hut{next(_NUMBERS)}"

    def ask(self, method, path, body=None, status=None, **headers):
        where = path if path.startswith(API) else f"{API}{path}"
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        answer = self.client.request(method, f"{self.base}{where}", json=body, headers=named)
        assert status is None or answer.status_code == status, answer.text
        return answer

    def subscribe(self, box=None, notification=None, endpoint=None, headers=None, **members):
        box = box or Box(self)
        told = {**(notification or {}), "endpoint": {"uri": box.uri, **(endpoint or {})}}
        body = {"type": "Subscription", "entities": [{"type": self.kind}]}
        body |= {"notification": told, **members}
        body = {k: v for k, v in body.items() if v is not None}
        answer = self.ask("POST", "/subscriptions", body, 201, **(headers or {}))
        return box, answer.headers["Location"]

    def create(self, status=201, headers=None, **attributes):
        own = f"urn:x:{next(_NUMBERS)}"
        entity = {"id": own, "type": self.kind, **attributes}
        self.ask("POST", "/entities", entity, status, **(headers or {}))
        return f"/entities/{own}"

    def subscription(self, path, **headers):
        return self.ask("GET", path, None, 200, **headers).json()

    def eventually(self, path, test):
        until = time.monotonic() + SECONDS
        while not test(shown := self.subscription(path)):
            assert time.monotonic() < until, shown
        return shown

    def control(self):
        """Shows that whatever was sent before has come, had it been sent: a subscription made last."""
        box, path = self.subscribe()
        self.create(control=prop(1))
        box.wait()
        self.ask("DELETE", path, None, 204)


@pytest.fixture(scope="module")
def places():
    with city() as base, host() as hosting, httpx.Client(trust_env=False) as client:
        yield base, hosting, client


@pytest.fixture
def town(places):
    return Town(*places)


def soon(seconds=3600):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_change_is_told_once(town):
    box, path = town.subscribe()
    hut = town.create(temp=prop(1))
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(2)}, 204)
    first, second = box.notified(2)
    assert first["type"] == second["type"] == "Notification"
    assert first["subscriptionId"] == path.rpartition("/")[2]
    assert first["id"] != second["id"]
    assert first["notifiedAt"] < second["notifiedAt"]
    own = hut.rpartition("/")[2]
    assert second["data"] == [{"id": own, "type": town.kind, "temp": prop(2)}]
    asked = box.wait(2)[0]
    assert asked.headers["content-type"] == "application/json"
    assert "ngsi-ld-core-context" in asked.headers["link"]
    town.create(control=prop(1))
    assert "control" in box.data(3)[0]
    assert box.came == 3


def test_order_is_kept(town):
    box, _ = town.subscribe()
    hut = town.create(temp=prop(0))
    for value in range(1, 30):
        town.ask("PATCH", f"{hut}/attrs", {"temp": prop(value)}, 204)
    assert [n["data"][0]["temp"]["value"] for n in box.notified(30)] == list(range(30))


def test_a_slow_receiver_holds_up_nobody_else(town):
    town.subscribe(Box(town, Reply(200, hold=2.0 * SECONDS)))
    quick, _ = town.subscribe()
    hut = town.create(temp=prop(0))
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1)}, 204)
    quick.wait(2)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, ["made", "changed"]),
        ({"notificationTrigger": ["entityCreated"]}, ["made"]),
        ({"notificationTrigger": ["entityDeleted"]}, ["gone"]),
        ({"notificationTrigger": ["entityUpdated"]}, ["made", "changed", "lost", "gone"]),
        ({"notificationTrigger": ["attributeCreated"]}, ["made"]),
        ({"notificationTrigger": ["attributeUpdated"]}, ["changed"]),
        ({"notificationTrigger": ["attributeDeleted"]}, ["lost", "gone"]),
        ({"watchedAttributes": ["note"]}, ["made"]),
        ({"watchedAttributes": ["temp"]}, ["made", "changed"]),
        ({"entities": None, "watchedAttributes": ["temp"], "q": 'tag=="changed"'}, ["changed"]),
        ({"q": "temp>1"}, ["changed"]),
        ({"q": "temp<=1"}, ["made"]),
        ({"scopeQ": "/north/#"}, ["made", "changed"]),
        ({"scopeQ": "/south"}, []),
        ({"entities": [{"type": "*"}], "q": 'tag=="made"'}, ["made"]),
        ({"entities": [{"type": "Elsewhere"}]}, []),
    ],
)
def test_who_is_told_of_what(town, members, told):
    if members.get("entities") is None and "entities" in members:
        members = {**members, "watchedAttributes": [f"temp{town.kind}"]}
    elif "entities" in members and members["entities"][0]["type"] == "*":
        members = {**members, "q": f"{members['q']};temp{town.kind}"}
    box, _ = town.subscribe(**members)
    extra = {f"temp{town.kind}": prop(1)}
    hut = town.create(temp=prop(1), note=prop("x"), tag=prop("made"), scope="/north/1", **extra)
    change = {"temp": prop(2), "tag": prop("changed"), **{n: prop(2) for n in extra}}
    town.ask("PATCH", f"{hut}/attrs", change, 204)
    town.ask("DELETE", f"{hut}/attrs/temp", None, 204)
    town.ask("DELETE", hut, None, 204)
    own = hut.rpartition("/")[2]
    control, _ = town.subscribe(notificationTrigger=["entityCreated"])
    town.create(note=prop("y"))
    control.wait()
    end = time.monotonic() + SECONDS
    came = box.hosting.wait(box.path, lambda c: len(_told_of(c, own)) >= len(told), end)
    assert _told_of(came, own) == told


def _told_of(came, own):
    entities = [e for a in came for e in json.loads(a.body)["data"]]
    return [_what(e) for e in entities if e["id"] == own]


def _what(entity):
    if "deletedAt" in entity:
        return "gone"
    if entity.get("temp", prop(NULL))["value"] == NULL:
        return "lost"
    return entity["tag"]["value"]


def test_what_is_the_same_is_not_told(town):
    box, _ = town.subscribe()
    hut = town.create(temp=prop(1, unit=prop("C")))
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1, unit=prop("C"))}, 204)
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1, unit=prop("F"))}, 204)
    assert [n["data"][0]["temp"]["unit"]["value"] for n in box.notified(2)] == ["C", "F"]


def test_selectors(town):
    by_id, _ = town.subscribe(entities=[{"type": town.kind, "id": "urn:x:chosen"}])
    pattern = [{"type": town.kind, "idPattern": "chosen$"}, {"type": "None"}]
    by_pattern, _ = town.subscribe(entities=pattern)
    town.create(temp=prop(1))
    chosen = {"id": "urn:x:chosen", "type": town.kind, "temp": prop(1)}
    town.ask("POST", "/entities", chosen, 201)
    assert by_id.data() == by_pattern.data() == [chosen]
    town.ask("DELETE", "/entities/urn:x:chosen", None, 204)


def test_where_it_is(town):
    near = {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": [7.0, 51.0]}
    box, _ = town.subscribe(geoQ=near)
    for lon in (8.0, 7.0):
        place = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, 51.0]}}
        town.create(location=place)
    assert box.data()[0]["location"]["value"]["coordinates"] == [7.0, 51.0]


@pytest.mark.parametrize(
    ("notification", "shown"),
    [
        ({"attributes": ["temp"]}, {"id", "type", "temp"}),
        ({"attributes": ["none"]}, {"id", "type"}),
        ({"pick": ["id", "note"]}, {"id", "note"}),
        ({"omit": ["note", "type"]}, {"id", "temp"}),
        ({"sysAttrs": True}, {"id", "type", "temp", "note", "createdAt", "modifiedAt"}),
    ],
)
def test_what_is_shown(town, notification, shown):
    box, _ = town.subscribe(notification=notification)
    town.create(temp=prop(1), note=prop("x"))
    assert set(box.data()[0]) == shown


def test_forms(town):
    boxes = {f: town.subscribe(notification={"format": f})[0] for f in ("keyValues", "concise")}
    town.create(temp=prop(1, unitCode="CEL"), note=prop("x"))
    assert boxes["keyValues"].data()[0]["temp"] == 1
    concise = boxes["concise"].data()[0]
    assert (concise["temp"], concise["note"]) == ({"value": 1, "unitCode": "CEL"}, "x")


def test_media_types(town):
    linked, _ = town.subscribe(endpoint={"accept": "application/ld+json"})
    places, _ = town.subscribe(endpoint={"accept": "application/geo+json"})
    gone, _ = town.subscribe(
        endpoint={"accept": "application/geo+json"}, notificationTrigger=["attributeDeleted"]
    )
    prefer = [{"key": "Prefer", "value": "body=json"}, {"key": "X-Token", "value": "a b"}]
    plain, _ = town.subscribe(endpoint={"accept": "application/geo+json", "receiverInfo": prefer})
    point = {"type": "Point", "coordinates": [7.0, 51.0]}
    hut = town.create(location={"type": "GeoProperty", "value": point})
    town.ask("DELETE", f"{hut}/attrs/location", None, 204)
    assert gone.data()["features"][0]["geometry"] is None
    assert gone.data()["features"][0]["properties"]["location"]["value"] == NULL
    assert "link" not in linked.wait()[0].headers
    assert linked.wait()[0].headers["content-type"] == "application/ld+json"
    assert "@context" in linked.notified()[0]
    collection = places.data()
    assert collection["type"] == "FeatureCollection"
    assert collection["features"][0]["geometry"] == point
    assert "@context" in collection
    assert "link" not in places.wait()[0].headers
    assert "@context" not in plain.data()
    headers = plain.wait()[0].headers
    assert headers["link"]
    assert (headers["prefer"], headers["x-token"]) == ("body=json", "a b")


def test_what_was_before(town):
    how = {"showChanges": True}
    everything = ["entityCreated", "entityUpdated", "entityDeleted"]
    box, _ = town.subscribe(notification=how, notificationTrigger=everything)
    hut = town.create(
        temp=prop(1),
        inRoom={"type": "Relationship", "object": "urn:x:a"},
        name={"type": "LanguageProperty", "languageMap": {"en": "hut"}},
        kind={"type": "VocabProperty", "vocab": "small"},
        raw={"type": "JsonProperty", "json": {"a": 1}},
        steps={"type": "ListProperty", "valueList": [1, 2]},
        route={"type": "ListRelationship", "objectList": [{"object": "urn:x:a"}]},
    )
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(2)}, 204)
    town.ask("DELETE", f"{hut}/attrs/kind", None, 204)
    town.ask("DELETE", hut, None, 204)
    created, updated, lost, gone = (n["data"][0] for n in box.notified(4))
    assert not any("previous" in json.dumps(e) for e in (created,))
    assert updated["temp"] == prop(2, previousValue=1)
    assert "previous" not in json.dumps(updated["inRoom"])
    assert lost["kind"] == {"type": "VocabProperty", "vocab": NULL, "previousVocab": "small"}
    assert gone["deletedAt"]
    assert gone["temp"] == prop(NULL, previousValue=2)
    assert gone["inRoom"]["object"] == NULL
    assert gone["inRoom"]["previousObject"] == "urn:x:a"
    assert gone["name"]["languageMap"] == {"@none": NULL}
    assert gone["name"]["previousLanguageMap"] == {"en": "hut"}
    assert gone["raw"]["previousJson"] == {"a": 1}
    assert gone["steps"] == {
        "type": "ListProperty",
        "valueList": [NULL],
        "previousValueList": [1, 2],
    }
    assert gone["route"]["previousObjectList"] == [{"object": "urn:x:a"}]


def test_what_is_gone(town):
    plain, _ = town.subscribe(notificationTrigger=["entityDeleted"])
    lost, _ = town.subscribe(
        notification={"sysAttrs": True},
        notificationTrigger=["attributeDeleted"],
        watchedAttributes=["temp"],
    )
    simple, _ = town.subscribe(
        notification={"format": "keyValues"}, notificationTrigger=["attributeDeleted"]
    )
    hut = town.create(temp=prop(1), note=prop("x"))
    town.ask("DELETE", f"{hut}/attrs/note", None, 204)
    town.ask("DELETE", hut, None, 204)
    assert set(plain.data()[0]) == {"id", "type", "deletedAt"}
    gone = lost.data()[0]
    assert set(gone) == {"id", "type", "createdAt", "modifiedAt", "deletedAt", "temp"}
    assert gone["temp"]["value"] == NULL
    assert gone["temp"]["deletedAt"]
    assert simple.data()[0]["note"] == NULL
    assert simple.data()[0]["temp"] == 1


def test_instances(town):
    one = [{"type": "Property", "value": n, "datasetId": f"urn:d:{n}"} for n in (1, 2)]
    box, _ = town.subscribe(datasetId=["urn:d:2", "@none"])
    town.create(temp=[prop(0), *one])
    assert [i["value"] for i in box.data()[0]["temp"]] == [0, 2]


@pytest.mark.parametrize("how", ["flat", "inline"])
def test_linked_entities(town, how):
    room = {"id": f"urn:x:{next(_NUMBERS)}", "type": "Elsewhere", "temp": prop(9)}
    town.ask("POST", "/entities", room, 201)
    box, _ = town.subscribe(notification={"join": how, "joinLevel": 1})
    town.create(inRoom={"type": "Relationship", "object": room["id"]})
    data = box.data()
    assert (data[1] if how == "flat" else data[0]["inRoom"]["entity"]) == room


def test_names(town):
    document = {"Content-Type": "application/ld+json"}
    box = Box(town)
    endpoint = {"endpoint": {"uri": box.uri, "accept": "application/ld+json"}}
    pick = {**endpoint, "pick": ["id", "type", "temp"]}
    body = {"type": "Subscription", "entities": [{"type": "Hut"}], "q": 'temp>1;(Hut|temp.Hut=="Hut"|temp)',
            "watchedAttributes": ["temp"], "notification": pick, "@context": OWN}  # fmt: skip
    path = town.ask("POST", "/subscriptions", body, 201, **document).headers["Location"]
    own = f"urn:x:{next(_NUMBERS)}"
    hut = {"id": own, "type": "Cabin", "hot": prop(3), "@context": OTHER}
    town.ask("POST", "/entities", hut, 201, **document)
    told = box.data()[0]
    assert (told["type"], told["temp"]) == ("Hut", prop(3))
    assert OWN in box.notified()[0]["@context"]
    shown = town.subscription(path)
    assert shown["entities"][0]["type"] == OWN["Hut"]
    assert shown["watchedAttributes"] == [OWN["temp"]]
    assert shown["notification"]["pick"] == ["id", "type", OWN["temp"]]
    long = OWN["temp"]
    assert shown["q"] == f'{long}>1;({OWN["Hut"]}|{long}.{OWN["Hut"]}=="Hut"|{long})'


def test_the_context_of_notifications(town):
    town.hosting.put(
        "/c.jsonld", Reply(200, json.dumps({"@context": OTHER}).encode(), "application/ld+json")
    )
    url = f"{town.hosting.local}/c.jsonld"
    box = Box(town)
    body = {"type": "Subscription", "entities": [{"type": "Hut"}], "jsonldContext": url,
            "notification": {"endpoint": {"uri": box.uri}}, "@context": OWN}  # fmt: skip
    path = town.ask("POST", "/subscriptions", body, 201, **LD).headers["Location"]
    hut = {"id": f"urn:x:{next(_NUMBERS)}", "type": "Hut", "temp": prop(3), "@context": OWN}
    town.ask("POST", "/entities", hut, 201, **LD)
    assert box.data()[0]["hot"] == prop(3)
    assert url in box.wait()[0].headers["link"]
    assert town.subscription(path)["jsonldContext"] == url
    town.ask("POST", "/subscriptions", body | {"jsonldContext": f"{url}/none"}, 504, **LD)


def test_throttling(town):
    box, _ = town.subscribe(throttling=1)
    hut = town.create(temp=prop(0))
    other = town.create(temp=prop(7))
    for value in range(1, 5):
        town.ask("PATCH", f"{hut}/attrs", {"temp": prop(value)}, 204)
    first, second = box.wait(2)
    assert second.at - first.at > 0.5
    data = {e["id"]: e["temp"]["value"] for e in json.loads(second.body)["data"]}
    assert data == {hut.rpartition("/")[2]: 4, other.rpartition("/")[2]: 7}


def test_periodic(town):
    town.create(temp=prop(1))
    town.create(temp=prop(2))
    box, path = town.subscribe(timeInterval=0.2, q="temp>1")
    empty, _ = town.subscribe(timeInterval=0.2, q="temp>2")
    assert [[e["temp"]["value"] for e in n["data"]] for n in box.notified(2)[:2]] == [[2], [2]]
    town.ask("PATCH", path, {"isActive": False}, 204)
    assert empty.came == 0


def test_who_is_paused_expired_or_gone_is_not_told(town):
    paused, paused_path = town.subscribe(isActive=False)
    expired, expired_path = town.subscribe(expiresAt=soon(0.3))
    gone, gone_path = town.subscribe()
    town.ask("DELETE", gone_path, None, 204)
    town.eventually(expired_path, lambda s: s["status"] == "expired")
    assert town.subscription(paused_path)["status"] == "paused"
    town.create(temp=prop(1))
    town.control()
    assert [b.came for b in (paused, expired, gone)] == [0, 0, 0]
    town.ask("PATCH", paused_path, {"isActive": True}, 204)
    town.ask("PATCH", expired_path, {"expiresAt": soon()}, 204)
    town.create(temp=prop(1))
    paused.wait()
    expired.wait()


def test_what_became_of_it(town):
    box, path = town.subscribe()
    assert "timesSent" not in town.subscription(path)["notification"]
    hut = town.create(temp=prop(0))
    told = town.eventually(path, lambda s: s["notification"].get("status"))["notification"]
    assert (told["status"], told["timesSent"]) == ("ok", 1)
    assert told["lastNotification"] == told["lastSuccess"]
    assert "lastFailure" not in told
    box.hosting.put(box.path, Reply(500), methods=("POST",))
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1)}, 204)
    shown = town.eventually(path, lambda s: s["notification"]["status"] == "failed")
    told = shown["notification"]
    assert (told["timesSent"], told["timesFailed"], shown["status"]) == (2, 1, "active")
    assert told["lastFailure"] > told["lastSuccess"]


def test_timeout_and_cooldown(town):
    box = Box(town, Reply(200, hold=1.0))
    _, path = town.subscribe(box, endpoint={"timeout": 100, "cooldown": 60_000})
    hut = town.create(temp=prop(0))
    town.eventually(path, lambda s: s["notification"].get("status") == "failed")
    box.hosting.put(box.path, Reply(200), methods=("POST",))
    town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1)}, 204)
    town.control()
    assert town.subscription(path)["notification"]["timesSent"] == 1


def test_tenants(town):
    tenant = {"NGSILD_Tenant": "east"}
    box, path = town.subscribe(headers=tenant)
    town.create(temp=prop(1))
    hut = town.create(temp=prop(2), headers=tenant)
    assert box.data()[0]["id"] == hut.rpartition("/")[2]
    assert box.wait()[0].headers["ngsild-tenant"] == "east"
    town.ask("GET", path, None, 404)
    town.ask("DELETE", path, None, 204, **tenant)


def test_changes(town):
    _, path = town.subscribe(q="temp>1", description="x", notification={"format": "concise"})
    town.ask("PATCH", path, {"q": "temp>2", "description": NULL}, 204)
    shown = town.subscription(path)
    assert shown["q"] == "temp>2"
    assert "description" not in shown
    assert shown["notification"]["format"] == "concise"
    for wrong in ({"type": "Other"}, {"id": "urn:x:other"}, {"notification": NULL}, {"q": None},
                  {"expiresAt": "2020-01-01T00:00:00Z"}, {"entities": NULL}):  # fmt: skip
        town.ask("PATCH", path, wrong, 400)
    assert town.subscription(path) == shown


def test_pages(town):
    paths = {town.subscribe()[1].rpartition("/")[2] for _ in range(3)}
    answer = town.ask("GET", "/subscriptions?limit=2&count=true", None, 200)
    total = int(answer.headers["NGSILD-Results-Count"])
    found = [s["id"] for s in answer.json()]
    while "next" in answer.links:
        answer = town.ask("GET", answer.links["next"]["url"], None, 200)
        found += [s["id"] for s in answer.json()]
    assert len(found) == len(set(found)) == total
    assert paths <= set(found)


def wrong(**members):
    return members


DEFECTS = {
    "type": wrong(type="Abo"),
    "id": wrong(id="no uri"),
    "nothing": wrong(entities=None),
    "empty": wrong(entities=[]),
    "untyped": wrong(entities=[{"id": "urn:x:1"}]),
    "watched": wrong(watchedAttributes=[]),
    "trigger": wrong(notificationTrigger=["entityRead"]),
    "no-trigger": wrong(notificationTrigger=[]),
    "interval": wrong(timeInterval=0),
    "interval-watched": wrong(timeInterval=1, watchedAttributes=["temp"]),
    "interval-throttled": wrong(timeInterval=1, throttling=1),
    "throttling": wrong(throttling=-1),
    "past": wrong(expiresAt="2020-01-01T00:00:00Z"),
    "time": wrong(expiresAt="soon"),
    "q": wrong(q="temp>>1"),
    "geo": wrong(geoQ={"georel": "beside", "geometry": "Point", "coordinates": [1, 2]}),
    "scope": wrong(scopeQ="/a;;"),
    "active": wrong(isActive="yes"),
    "context": wrong(jsonldContext="no uri"),
    "null": wrong(description=None),
}
NOTIFICATIONS = {
    "none": None,
    "endpoint": {},
    "uri": {"endpoint": {"uri": "somewhere"}},
    "accept": {"endpoint": {"uri": "http://127.0.0.1/", "accept": "text/plain"}},
    "format": {"format": "short"},
    "attributes": {"attributes": []},
    "both": {"attributes": ["a"], "pick": ["a"]},
    "pick-omit": {"omit": ["a"], "pick": ["a"]},
    "changes": {"showChanges": True, "format": "keyValues"},
    "join": {"join": "sideways"},
    "info": {"endpoint": {"uri": "http://127.0.0.1/", "receiverInfo": {"key": "a"}}},
    "timeout": {"endpoint": {"uri": "http://127.0.0.1/", "timeout": 0}},
}


def valid(town):
    told = {"endpoint": {"uri": "http://127.0.0.1:9/"}}
    return {"type": "Subscription", "entities": [{"type": town.kind}], "notification": told}


@pytest.mark.parametrize("defect", DEFECTS)
def test_what_is_malformed_is_refused(town, defect):
    body = valid(town) | DEFECTS[defect]
    if defect == "nothing":
        del body["entities"]
    answer = town.ask("POST", "/subscriptions", body, 400)
    assert answer.json()["type"].endswith("BadRequestData")


@pytest.mark.parametrize("defect", NOTIFICATIONS)
def test_a_malformed_notification_is_refused(town, defect):
    body, told = valid(town), NOTIFICATIONS[defect]
    body["notification"] = told if not told else body["notification"] | told
    answer = town.ask("POST", "/subscriptions", body, 400)
    assert answer.json()["type"].endswith("BadRequestData")


def test_what_only_the_broker_says_is_not_believed(town):
    body = valid(town) | {"status": "expired", "createdAt": "2020-01-01T00:00:00Z"}
    body["notification"]["timesSent"] = 7
    path = town.ask("POST", "/subscriptions", body, 201).headers["Location"]
    shown = town.subscription(f"{path}?options=sysAttrs")
    assert shown["status"] == "active"
    assert shown["createdAt"] > "2021"
    assert "timesSent" not in shown["notification"]
    assert "createdAt" not in town.subscription(path)


def test_everything_ends_with_the_platform():
    before = set(threading.enumerate())
    with host() as hosting, httpx.Client(trust_env=False) as client:
        with city() as base:
            town = Town(base, hosting, client)
            box, _ = town.subscribe(timeInterval=0.1)
            throttled, _ = town.subscribe(throttling=60)
            hut = town.create(temp=prop(0))
            box.wait()
            town.ask("PATCH", f"{hut}/attrs", {"temp": prop(1)}, 204)
            throttled.wait()
        left = set(threading.enumerate()) - before
        assert not [t for t in left if t.name == "sandbox-notifier"]
