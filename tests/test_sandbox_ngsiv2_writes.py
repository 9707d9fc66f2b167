"""The NGSI v2 broker of the sandbox: creating, changing, deleting, subscriptions, services."""

import pytest

from tests.ngsiv2_asking import Api, error, filled, number, place, text


@pytest.fixture
def api():
    return filled()


def test_creation():
    api = Api()
    answer = api.create({"id": "urn:a", "type": "T", "n": {"value": 1}})
    assert answer.header("Location") == "/v2/entities/urn:a?type=T"
    error(api("POST", "/entities", {"id": "urn:a", "type": "T"}), 422, "Unprocessable")
    api.create({"id": "urn:a", "n": {"value": None}, "o": {}})
    untyped = api.read("/entities/urn:a", type="Thing")
    assert untyped["n"] == untyped["o"] == {"type": "None", "value": None, "metadata": {}}
    error(api("GET", "/entities/urn:a"), 409, "TooManyResults")
    error(api("DELETE", "/entities/urn:a"), 409, "TooManyResults")
    api.change("DELETE", "/entities/urn:a", type="T")
    assert api.ids() == ["urn:a"]


def test_upsert_and_key_values(api):
    answer = api.create({"id": "s3", "type": "Sensor", "temp": 5}, 204, options="upsert,keyValues")
    assert answer.header("Location") == "/v2/entities/s3?type=Sensor"
    assert api.read("/entities/s3", options="keyValues")["temp"] == 5
    assert api.read("/entities/s3")["label"] == text("light,green")
    api.create({"id": "new", "x": [1]}, 204, options="upsert,keyValues")
    assert api.read("/entities/new")["x"]["type"] == "StructuredValue"


@pytest.mark.parametrize(
    "body",
    [
        {"type": "T"},
        {"id": 7},
        {"id": ""},
        {"id": "a b"},
        {"id": "a?b"},
        {"id": "a<b"},
        {"id": "ä"},
        {"id": "x" * 257},
        {"id": "a", "type": "a#b"},
        {"id": "a", "dateCreated": {"value": 1}},
        {"id": "a", "geo:distance": {"value": 1}},
        {"id": "a", "*": {"value": 1}},
        {"id": "a", "n": 1},
        {"id": "a", "n": {"value": 1, "besides": 2}},
        {"id": "a", "n": {"value": "a<b"}},
        {"id": "a", "n": {"value": {"deep": ["a;b"]}}},
        {"id": "a", "n": {"value": 1, "type": "a b"}},
        {"id": "a", "n": {"value": 1, "metadata": {"dateModified": {"value": 1}}}},
        {"id": "a", "n": {"value": 1, "metadata": {"m": 1}}},
        {"id": "a", "n": {"value": 1, "metadata": []}},
        {"id": "a", "n": {"type": "DateTime", "value": "yesterday"}},
        {"id": "a", "n": {"type": "geo:point", "value": "north"}},
        {"id": "a", "n": {"type": "geo:point", "value": "91,7"}},
        {"id": "a", "n": {"type": "geo:json", "value": {"type": "Circle"}}},
        {"id": "a", "n": {"type": "geo:polygon", "value": ["1,1", "2,2", "1,1"]}},
    ],
)
def test_what_is_not_taken(body):
    api = Api()
    error(api("POST", "/entities", body), 400, "BadRequest")
    assert api.ids() == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("geo:point", "51.5, 7.5"),
        ("geo:line", ["51.5,7.5", "51.6,7.6"]),
        ("geo:box", ["51.5,7.5", "51.6,7.6"]),
        ("geo:polygon", ["51,7", "51,8", "52,8", "51,7"]),
        ("geo:json", {"type": "Point", "coordinates": [7.5, 51.5]}),
    ],
)
def test_places_in_every_form(kind, value):
    api = Api()
    api.create({"id": "a", "at": {"type": kind, "value": value}})
    box = {"georel": "coveredBy", "geometry": "box", "coords": "50,6;53,9"}
    assert api.ids(**box) == ["a"]
    assert api.read("/entities/a")["at"]["value"] == value


def test_attributes(api):
    where = "/entities/s3/attrs"
    api.change("POST", where, {"temp": {"value": 1}, "new": {"value": 2}})
    assert api.read("/entities/s3", options="keyValues") | {"temp": 1, "new": 2} == api.read(
        "/entities/s3", options="keyValues"
    )
    error(api("POST", where, {"temp": {"value": 3}}, options="append"), 422, "Unprocessable")
    api.change("POST", where, {"third": {"value": 3}}, options="append")
    api.change("PATCH", where, {"temp": number(4)})
    error(api("PATCH", where, {"none": number(4)}), 422, "Unprocessable")
    assert set(api.read(where)) == {"temp", "label", "new", "third"}
    api.change("PUT", where, {"only": 5}, options="keyValues")
    assert api.read(where) == {"only": number(5)}
    for name in ("id", "type"):
        error(api("PATCH", where, {name: "x"}), 400, "BadRequest")
    error(api("POST", "/entities/none/attrs", {"a": {"value": 1}}), 404, "NotFound")


def test_one_attribute(api):
    where = "/entities/s1/attrs/temp"
    api.change("PUT", where, {"value": "x", "metadata": {"m": {"value": 1}}})
    assert api.read(where) == text("x", m={"type": "Number", "value": 1})
    error(api("PUT", "/entities/s1/attrs/none", {"value": 1}), 404, "NotFound")
    api.change("DELETE", where)
    error(api("DELETE", where), 404, "NotFound")
    assert "temp" not in api.read("/entities/s1")


@pytest.mark.parametrize(
    ("sent", "value"),
    [('"a"', "a"), ("7", 7), ("7.5", 7.5), ("1e3", 1000), ("true", True), ("null", None)],
)
def test_values_as_text(api, sent, value):
    plain = {"content_type": "text/plain"}
    where = "/entities/s1/attrs/temp"
    api.change("PUT", f"{where}/value", raw=sent.encode(), headers=plain)
    held = api.read(where)
    assert held["value"] == value
    assert held["metadata"]["accuracy"]["value"] == 0.5


def test_values_as_json(api):
    where = "/entities/s1/attrs/temp/value"
    api.change("PUT", where, {"low": 1})
    assert api.read(where) == {"low": 1}
    error(api("PUT", where, raw=b'"text"'), 400, "BadRequest")
    plain = {"content_type": "text/plain"}
    error(api("PUT", where, raw=b"text", headers=plain), 400, "BadRequest")
    xml = {"content_type": "application/xml"}
    error(api("PUT", where, raw=b"7", headers=xml), 415, "UnsupportedMediaType")


def test_dates_of_creation_and_modification(api):
    def dates():
        held = api.read("/entities/s1", attrs="dateCreated,dateModified", options="keyValues")
        return held["dateCreated"], held["dateModified"]

    created, first = dates()
    api.change("POST", "/entities/s1/attrs", {"temp": number(2)})
    again, second = dates()
    assert again == created
    assert second >= first
    metadata = api.read("/entities/s1/attrs/temp", metadata="dateCreated,dateModified")["metadata"]
    assert metadata["dateCreated"]["value"] <= metadata["dateModified"]["value"] == second


def test_batches(api):
    def act(action, *entities, status=204, **how):
        body = {"actionType": action, "entities": list(entities)}
        return api.change("POST", "/op/update", body, status, **how)

    s3 = {"id": "s3", "type": "Sensor"}
    act("append", s3 | {"a": number(1)}, {"id": "b", "type": "B", "n": number(2)})
    assert api.read("/entities/s3")["a"] == number(1)
    assert api.read("/entities/b")["n"] == number(2)
    error(act("appendStrict", s3 | {"a": number(3)}, status=422), 422, "Unprocessable")
    act("appendStrict", {"id": "c", "type": "C", "n": number(2)})
    act("update", s3 | {"a": 4}, options="keyValues")
    error(act("update", s3 | {"none": number(4)}, status=422), 422, "Unprocessable")
    error(act("update", {"id": "none", "a": number(1)}, status=404), 404, "NotFound")
    act("delete", s3 | {"a": number(4)})
    assert set(api.read("/entities/s3/attrs")) == {"temp", "label"}
    act("replace", s3 | {"only": number(5)})
    assert set(api.read("/entities/s3/attrs")) == {"only"}
    act("delete", s3, {"id": "b", "type": "B"})
    assert {"s3", "b"} & set(api.ids()) == set()
    error(act("besides", s3, status=400), 400, "BadRequest")
    error(act("append", status=400), 400, "BadRequest")


GOOD = {
    "description": "one",
    "subject": {
        "entities": [{"idPattern": ".*", "type": "Room"}],
        "condition": {"attrs": ["temp"], "expression": {"q": "temp>40"}},
    },
    "notification": {"http": {"url": "http://receiver.test/x"}, "attrs": ["temp"]},
    "expires": "2036-04-05T14:00:00Z",
    "throttling": 5,
}


def test_subscriptions(api):
    where = api.change("POST", "/subscriptions", GOOD, 201).header("Location").removeprefix("/v2")
    held = api.read(where)
    assert held["status"] == "active"
    assert held["subject"] == GOOD["subject"]
    assert held["notification"]["http"] == GOOD["notification"]["http"]
    answer = api("GET", "/subscriptions", options="count")
    assert (answer.header("Fiware-Total-Count"), answer.json()) == ("1", [held])
    api.change("PATCH", where, {"expires": "2020-01-01T00:00:00Z", "throttling": 1})
    assert (api.read(where)["status"], api.read(where)["throttling"]) == ("expired", 1)
    error(api("PATCH", where, {"status": "besides"}), 400, "BadRequest")
    api.change("DELETE", where)
    error(api("GET", where), 404, "NotFound")
    error(api("DELETE", where), 404, "NotFound")


@pytest.mark.parametrize(
    "change",
    [
        {"subject": None},
        {"subject": {"entities": []}},
        {"subject": {"entities": [{"type": "Room"}]}},
        {"subject": {"entities": [{"id": "a"}], "condition": {"expression": {"q": "=="}}}},
        {"notification": {"attrs": []}},
        {"notification": {"http": {"url": "nowhere"}}},
        {"notification": {"http": {"url": "http://a"}, "attrs": ["a"], "exceptAttrs": ["b"]}},
        {"notification": {"http": {"url": "http://a"}, "attrsFormat": "besides"}},
        {"expires": "soon"},
        {"status": "failed"},
        {"throttling": -1},
        {"description": 1},
        {"besides": 1},
    ],
)
def test_malformed_subscriptions(api, change):
    error(api("POST", "/subscriptions", GOOD | change), 400, "BadRequest")


def test_a_subscription_has_a_subject_and_a_notification(api):
    for name in ("subject", "notification"):
        body = {k: v for k, v in GOOD.items() if k != name}
        error(api("POST", "/subscriptions", body), 400, "BadRequest")


def test_services(api):
    other = {"fiware_service": "Other"}
    assert api("GET", "/entities", headers=other).json() == []
    api.create({"id": "s1", "type": "Sensor", "at": place(1, 2)}, headers=other)
    same = api("GET", "/entities/s1", headers={"fiware_service": "other"}).json()
    assert set(same) == {"id", "type", "at"}
    assert "at" not in api.read("/entities/s1")
    for name in ("a-b", "x" * 51):
        bad = {"fiware_service": name}
        error(api("GET", "/entities", headers=bad), 400, "BadRequest")


def test_service_paths():
    api = Api()
    for path in ("/a", "/a/b", "/ab"):
        api.create(
            {"id": "x", "type": path.replace("/", "-")}, headers={"fiware_servicepath": path}
        )
    api.create({"id": "x", "type": "root"})

    def there(path):
        found = api("GET", "/entities", headers={"fiware_servicepath": path} if path else {})
        return {e["type"] for e in found.json()}

    assert there("/a") == there("/a/") == {"-a"}
    assert there("/a/#") == {"-a", "-a-b"}
    assert there("/") == {"root"}
    assert there("/a,/ab") == {"-a", "-ab"}
    assert there("/#") == there(None) == {"root", "-a", "-a-b", "-ab"}
    for path in ("a", "/a-b", f"/{'x' * 51}", "/a" * 11, ",".join(["/a"] * 11), "/a#"):
        bad = {"fiware_servicepath": path}
        error(api("GET", "/entities", headers=bad), 400, "BadRequest")
    for path in ("/#", "/a,/b"):
        bad = {"fiware_servicepath": path}
        error(api("POST", "/entities", {"id": "y"}, headers=bad), 400, "BadRequest")
