"""Context source registrations in the reference broker: keeping, finding and refusing them (5.9, 5.10)."""

from datetime import UTC, datetime, timedelta

import pytest

from mimtest.sandbox.ngsild.registrations_matching import Asked, aliases, matching
from mimtest.sandbox.ngsild.registrations_model import GROUPS, OPERATIONS
from mimtest.sandbox.ngsild.registrations_reading import read_members, read_registration
from mimtest.sandbox.ngsild.selection import read_selection
from mimtest.sandbox.ngsild.terms import CORE
from tests.ngsild_asking import LD, NS, NULL, Api, filled, kind, square

WHERE = "/csourceRegistrations"
SENSORS = [{"entities": [{"type": "Sensor"}]}]
YEAR = {"startAt": "2025-01-01T00:00:00Z", "endAt": "2025-12-31T00:00:00Z"}


@pytest.fixture
def api():
    return Api()


def registration(number=1, information=None, **more):
    return {
        "id": f"urn:x:csr:{number}",
        "type": "ContextSourceRegistration",
        "endpoint": "http://127.0.0.1:9/source",
        "information": information or SENSORS,
        **more,
    }


def register(api, *args, **more):
    sent = registration(*args, **more)
    answer = api("POST", WHERE, sent)
    assert answer.status == 201, answer.body
    return sent


def found(api, **params):
    answer = api("GET", WHERE, **params)
    assert answer.status == 200, answer.body
    return [r["id"].rpartition(":")[2] for r in answer.json()]


def later(**delta):
    return (datetime.now(UTC) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_registration_is_kept_as_sent(api):
    names = {"propertyNames": ["temp"], "relationshipNames": ["inRoom"]}
    about = [{"entities": [{"type": ["Sensor", "Room"], "idPattern": "^urn:"}], **names}]
    more = {
        "registrationName": "South",
        "mode": "redirect",
        "operations": ["redirectionOps", "createBatch"],
        "contextSourceInfo": [{"key": "jsonldContext", "value": "http://127.0.0.1/c"}],
        "management": {"localOnly": True, "timeout": 500, "cacheDuration": "PT10S"},
        "location": square(7, 51, 1),
        "scope": ["/town"],
        "datasetId": ["@none", "urn:d:1"],
        "refreshRate": "P1DT2H",
        "floor": {"city": 3},
    }
    sent = register(api, 1, about, **more)
    answer = api("GET", f"{WHERE}/{sent['id']}")
    assert answer.json() == sent
    plain = api("GET", f"{WHERE}/{sent['id']}", context=None).json()
    assert plain["information"][0]["propertyNames"] == [f"{NS}temp"]
    assert plain["floor"] == {f"{NS}city": 3}
    stamped = api("GET", f"{WHERE}/{sent['id']}", options="sysAttrs").json()
    assert stamped["createdAt"] == stamped["modifiedAt"]


def test_an_id_is_made_where_none_is_given(api):
    sent = {k: v for k, v in registration().items() if k != "id"}
    answer = api("POST", WHERE, sent)
    path = answer.header("Location").removeprefix("/ngsi-ld/v1")
    assert api("GET", path).json()["endpoint"] == sent["endpoint"]


WRONG = {
    "type": {"type": "Registration"},
    "id": {"id": "no uri"},
    "endpoint": {"endpoint": "somewhere"},
    "information": {"information": []},
    "nothing registered": {"information": [{}]},
    "entities": {"information": [{"entities": []}]},
    "no type": {"information": [{"entities": [{"id": "urn:x:1"}]}]},
    "empty types": {"information": [{"entities": [{"type": []}]}]},
    "pattern": {"information": [{"entities": [{"type": "T", "idPattern": "("}]}]},
    "names": {"information": [{"propertyNames": []}]},
    "one name": {"information": [{"propertyNames": "temp"}]},
    "no object": {"information": ["temp"]},
    "mode": {"mode": "greedy"},
    "operations": {"operations": ["federationOps", "dance"]},
    "past": {"expiresAt": "2020-01-01T00:00:00Z"},
    "date": {"expiresAt": "2090-01-01"},
    "interval": {"observationInterval": {"endAt": "2025-01-01T00:00:00Z"}},
    "backwards": {"managementInterval": {"startAt": YEAR["endAt"], "endAt": YEAR["startAt"]}},
    "location": {"location": {"type": "Point", "coordinates": [1]}},
    "management": {"management": {"timeout": 0}},
    "refresh": {"refreshRate": "P"},
    "info": {"contextSourceInfo": [{"key": "a"}]},
    "null": {"floor": None},
    "empty name": {"registrationName": ""},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_registration_is_refused(api, name):
    answer = api("POST", WHERE, registration() | WRONG[name])
    assert (answer.status, kind(answer)) == (400, "BadRequestData")
    assert found(api, type="Sensor") == []


@pytest.mark.parametrize("member", ["type", "endpoint", "information"])
def test_some_members_have_to_be_there(api, member):
    answer = api("POST", WHERE, {k: v for k, v in registration().items() if k != member})
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


def test_what_is_there_is_not_registered_again(api):
    register(api)
    answer = api("POST", WHERE, registration())
    assert (answer.status, kind(answer)) == (409, "AlreadyExists")


def test_an_expired_registration_is_gone(api):
    sent = register(api, expiresAt=later(milliseconds=80))
    assert found(api, type="Sensor") == ["1"]
    end = datetime.now(UTC) + timedelta(milliseconds=90)
    while datetime.now(UTC) < end:
        pass
    assert found(api, type="Sensor") == []
    assert api("GET", f"{WHERE}/{sent['id']}").status == 404


def test_members_are_changed_one_by_one(api):
    path = f"{WHERE}/{register(api, description='old', floor=1)['id']}"
    part = {"endpoint": "http://127.0.0.1:8/other", "description": NULL, "status": "failed"}
    api.change("PATCH", path, part)
    changed = api("GET", path).json()
    assert changed == registration() | {
        "endpoint": part["endpoint"],
        "floor": 1,
    }
    assert kind(api("PATCH", path, {"endpoint": NULL})) == "BadRequestData"
    assert kind(api("PATCH", path, {"id": "urn:x:csr:2"})) == "BadRequestData"
    assert kind(api("PATCH", path, {"expiresAt": "2020-01-01T00:00:00Z"})) == "BadRequestData"
    assert kind(api("PATCH", path, raw=b"{")) == "InvalidRequest"
    assert kind(api("PATCH", f"{WHERE}/urn:x:none", part)) == "ResourceNotFound"


def test_a_registration_is_removed_once(api):
    path = f"{WHERE}/{register(api)['id']}"
    api.change("DELETE", path)
    assert kind(api("DELETE", path)) == "ResourceNotFound"
    assert kind(api("DELETE", f"{WHERE}/nothing")) == "BadRequestData"


ABOUT = {
    "a": [{"entities": [{"type": "Sensor", "id": "urn:x:1"}], "propertyNames": ["temp"]}],
    "b": [{"entities": [{"type": "Sensor", "idPattern": "^urn:x:[12]$"}]}],
    "c": [{"entities": [{"type": "Room"}]}, {"relationshipNames": ["inRoom"]}],
}
FOUND = {
    "type": ({"type": "Sensor"}, "abc"),
    "types": ({"type": "Sensor;Room"}, "c"),
    "other type": ({"type": "Other"}, "c"),
    "id": ({"type": "Sensor", "id": "urn:x:1"}, "abc"),
    "fitting id": ({"type": "Sensor", "id": "urn:x:2"}, "bc"),
    "other id": ({"type": "Sensor", "id": "urn:x:3,urn:x:4"}, "c"),
    "pattern": ({"type": "Sensor", "idPattern": "1$"}, "abc"),
    "other pattern": ({"type": "Sensor", "idPattern": "9$"}, "bc"),
    "attribute": ({"type": "Sensor", "attrs": "temp"}, "ab"),
    "relationship": ({"attrs": "inRoom"}, "bc"),
    "condition": ({"type": "Sensor", "q": "temp>3"}, "ab"),
    "picked": ({"type": "Room", "pick": "id,inRoom"}, "c"),
}


@pytest.mark.parametrize("name", FOUND)
def test_sources_are_found_by_what_they_have(api, name):
    for number, about in ABOUT.items():
        register(api, number, about)
    params, expected = FOUND[name]
    assert found(api, **params) == list(expected)


def test_only_what_was_asked_for_is_shown(api):
    register(api, "c", ABOUT["c"])
    shown = api("GET", WHERE, type="Room", attrs="temp").json()
    assert shown[0]["information"] == ABOUT["c"][:1]


@pytest.mark.parametrize("params", [{}, {"id": "urn:x:1"}, {"csf": "a==1"}, {"scopeQ": "/a"}])
def test_a_wide_question_is_refused(api, params):
    assert kind(api("GET", WHERE, **params)) == "BadRequestData"


WHEN = {
    "within": ("before", "2025-06-01T00:00:00Z", "i"),
    "still": ("after", "2025-06-01T00:00:00Z", "i"),
    "too early": ("before", "2024-06-01T00:00:00Z", ""),
    "too late": ("after", "2026-06-01T00:00:00Z", ""),
    "overlap": ("between", "2024-06-01T00:00:00Z", "i"),
    "later": ("between", "2026-01-01T00:00:00Z", ""),
}


@pytest.mark.parametrize("name", WHEN)
def test_what_was_is_found_by_its_time(api, name):
    register(api, "n")
    register(api, "i", observationInterval=YEAR)
    register(api, "m", managementInterval={"startAt": "2026-05-01T00:00:00Z"})
    relation, at, expected = WHEN[name]
    end = {"endTimeAt": "2026-06-01T00:00:00Z"} if relation == "between" else {}
    when = {"timerel": relation, "timeAt": at, **end}
    assert found(api, type="Sensor", **when) == list(expected)
    assert found(api, type="Sensor") == ["n"]
    made = found(api, type="Sensor", timeproperty="createdAt", timerel="after", timeAt=at)
    assert made == ["m"]


@pytest.mark.parametrize("lacking", ["timeAt", "endTimeAt"])
def test_an_unfinished_time_is_refused(api, lacking):
    when = {"timerel": "between", "timeAt": YEAR["startAt"], "endTimeAt": YEAR["endAt"]}
    del when[lacking]
    assert kind(api("GET", WHERE, type="Sensor", **when)) == "BadRequestData"


PLACES = {
    "inside": ("within", [[[6, 50], [9, 50], [9, 53], [6, 53], [6, 50]]], "l"),
    "perhaps": ("within", [[[7.1, 51.1], [7.2, 51.1], [7.2, 51.2], [7.1, 51.1]]], "l"),
    "elsewhere": ("intersects", [[[1, 1], [2, 1], [2, 2], [1, 1]]], ""),
    "apart": ("disjoint", [[[1, 1], [2, 1], [2, 2], [1, 1]]], "l"),
}


@pytest.mark.parametrize("name", PLACES)
def test_sources_are_found_by_their_place(api, name):
    register(api, "l", location=square(7, 51, 1))
    register(api, "n")
    relation, ring, expected = PLACES[name]
    where = {"georel": relation, "geometry": "Polygon", "coordinates": str(ring)}
    assert found(api, **where) == list(expected)


def test_sources_are_found_by_their_own_members(api):
    register(api, 1, registrationName="North", floor=3, scope="/town/a")
    register(api, 2, registrationName="South", floor={"value": 9}, scope=["/town/b", "/x"])
    assert found(api, type="Sensor", csf='registrationName=="South"') == ["2"]
    assert found(api, type="Sensor", csf="floor>5") == ["2"]
    assert found(api, type="Sensor", csf="floor<5") == ["1"]
    assert found(api, type="Sensor", scopeQ="/town/a") == ["1"]
    assert found(api, type="Sensor", scopeQ="/town/#") == ["1", "2"]
    assert kind(api("GET", WHERE, type="Sensor", csf="(")) == "BadRequestData"


def test_registrations_come_page_by_page(api):
    for number in range(5):
        register(api, number)
    answer = api("GET", WHERE, type="Sensor", limit=2, offset=2, count="true")
    assert [r["id"][-1] for r in answer.json()] == ["2", "3"]
    assert answer.header("NGSILD-Results-Count") == "5"
    assert kind(api("GET", WHERE, type="Sensor", limit=0)) == "BadRequestData"


def test_answers_come_in_two_formats(api):
    register(api)
    answer = api("GET", WHERE, type="Sensor", headers={"accept": LD})
    assert answer.header("Content-Type") == LD
    assert answer.json()[0]["@context"]
    assert answer.header("Link") is None
    assert api("GET", WHERE, type="Sensor", headers={"accept": "text/csv"}).status == 406


ONE = [{"entities": [{"type": "Sensor", "id": "urn:x:1"}], "propertyNames": ["temp"]}]
OTHER = [{"entities": [{"type": "Sensor", "id": "urn:x:9"}], "propertyNames": ["temp"]}]


@pytest.mark.parametrize(
    "information",
    [
        [{"entities": [{"type": "Sensor"}], "propertyNames": ["temp"]}],
        [{"entities": [{"type": "Sensor", "idPattern": "1"}], "propertyNames": ["temp"]}],
        [{"entities": [{"type": "Sensor", "id": "urn:x:1"}]}],
        [{"propertyNames": ["temp"]}],
    ],
)
def test_an_exclusive_source_has_attributes_of_single_entities(api, information):
    answer = api("POST", WHERE, registration(1, information, mode="exclusive"))
    assert kind(answer) == "BadRequestData"
    register(api, 1, ONE, mode="exclusive")


@pytest.mark.parametrize(("first", "second"), [("exclusive", "exclusive"), ("redirect", "exclusive"),
                                               ("exclusive", "redirect")])  # fmt: skip
def test_what_is_exclusive_is_registered_once(api, first, second):
    register(api, 1, ONE, mode=first)
    answer = api("POST", WHERE, registration(2, ONE, mode=second))
    assert (answer.status, kind(answer)) == (409, "Conflict")
    register(api, 2, OTHER, mode=second)
    path = f"{WHERE}/urn:x:csr:2"
    assert kind(api("PATCH", path, {"information": ONE})) == "Conflict"
    api.change("PATCH", path, {"description": "the same"})


def test_redirects_may_overlap_and_others_as_well(api):
    for number, mode in enumerate(("redirect", "redirect", "inclusive")):
        register(api, number, ONE, mode=mode)
    register(api, 4, ONE, mode="auxiliary", operations=["retrieveOps"])


@pytest.mark.parametrize("mode", ["exclusive", "redirect"])
def test_what_the_broker_has_is_not_registered_elsewhere(mode):
    town = filled()
    answer = town("POST", WHERE, registration(1, ONE, mode=mode))
    assert (answer.status, kind(answer)) == (409, "Conflict")
    register(town, 1, OTHER, mode=mode)


@pytest.mark.parametrize("operations", [None, ["updateOps"], ["retrieveEntity", "createEntity"]])
def test_an_auxiliary_source_is_only_read(api, operations):
    more = {} if operations is None else {"operations": operations}
    answer = api("POST", WHERE, registration(1, mode="auxiliary", **more))
    assert kind(answer) == "BadRequestData"
    register(api, 1, mode="auxiliary", operations=["queryEntity", "retrieveEntity"])


def test_registrations_belong_to_a_tenant(api):
    tenant = {"ngsild_tenant": "other"}
    assert api("POST", WHERE, registration(), headers=tenant).status == 201
    assert found(api, type="Sensor") == []
    assert found(api, type="Sensor", headers=tenant) == ["1"]


def test_groups_stand_for_operations():
    group = read_registration("urn:x:1", registration(operations=["updateOps", "createBatch"]))
    assert group.operations == {*GROUPS["updateOps"], "createBatch"}
    assert read_registration("urn:x:1", registration()).operations == GROUPS["federationOps"]
    assert len(OPERATIONS) == 43


def test_matching_heeds_datasets_and_the_way_a_request_came():
    members = read_members(registration(datasetId=["urn:d:1"], contextSourceAlias="s1"), CORE)
    kept = [read_registration("urn:x:1", members)]
    selectors = read_selection({}, [{"type": "Sensor"}], CORE).selectors
    assert list(matching(kept, Asked(selectors)))
    assert list(matching(kept, Asked(selectors, datasets=frozenset(("urn:d:1", "urn:d:2")))))
    assert not list(matching(kept, Asked(selectors, datasets=frozenset(("urn:d:2",)))))
    assert not list(matching(kept, Asked(selectors, via=aliases("1.1 gate, 1.1 s1 (note)"))))


def test_requests_are_counted(api):
    sent = register(api, status="failed", timesSent=7)
    assert api("GET", f"{WHERE}/{sent['id']}").json() == registration()
    broker = next(iter(api.platform.services.values()))
    kept = broker.tenants.get("", create=False).registrations
    kept.count(sent["id"], "2026-01-01T00:00:00Z", succeeded=False)
    kept.count(sent["id"], "2026-01-02T00:00:00Z", succeeded=True)
    shown = api("GET", f"{WHERE}/{sent['id']}").json()
    assert (shown["status"], shown["timesSent"], shown["timesFailed"]) == ("ok", 2, 1)
