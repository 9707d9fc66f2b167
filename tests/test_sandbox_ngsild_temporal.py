"""The history that the reference broker keeps: provided, changed, recorded, told in parts."""

import pytest

from mimtest.sandbox.ngsild.temporal_pages import MAX_INSTANCES
from tests.ngsild_asking import GEO, LD, NULL, filled, kind, prop

ID = "urn:x:t"
PATH = f"/temporal/entities/{ID}"
ORIGIN = "urn:ngsi-ld:Dataset:b"


@pytest.fixture
def api():
    return filled()


def hour(n, value=None, **more):
    value = n if value is None else value
    return prop(value, observedAt=f"2026-02-{1 + n // 24:02}T{n % 24:02}:00:00Z", **more)


def provide(api, status=201, **members):
    return api.change("POST", "/temporal/entities", {"id": ID, "type": "Sensor", **members}, status)


def history(api, id=ID, status=200, **params):
    answer = api("GET", f"/temporal/entities/{id}", **params)
    assert answer.status == status, answer.body
    return answer.json()


def values(timeline):
    return [i["value"] for i in timeline]


def test_an_evolution_is_provided_and_retrieved(api):
    answer = provide(api, temp=[hour(1), hour(0)], label=hour(2, "x"))
    assert answer.header("Location") == f"/ngsi-ld/v1{PATH}"
    shown = history(api)
    assert (shown["id"], shown["type"]) == (ID, "Sensor")
    assert values(shown["temp"]) == [0, 1]
    assert values(shown["label"]) == ["x"]
    assert "createdAt" not in shown["temp"][0]
    assert "t" not in api.ids()


def test_more_instances_are_added(api):
    provide(api, temp=[hour(0)])
    provide(api, 204, type="Room", temp=[hour(0), hour(1)])
    api.change("POST", f"{PATH}/attrs", {"temp": [hour(2)], "label": [hour(3, "x")]})
    shown = history(api)
    assert values(shown["temp"]) == [0, 0, 1, 2]
    assert values(shown["label"]) == ["x"]
    assert shown["type"] == ["Sensor", "Room"]


def test_every_instance_has_an_id_and_stamps(api):
    provide(api, temp=[hour(0), hour(1)])
    shown = history(api, options="sysAttrs")
    assert len({i["instanceId"] for i in shown["temp"]}) == 2
    assert all({"createdAt", "modifiedAt"} <= set(i) for i in shown["temp"])
    assert {"createdAt", "modifiedAt"} <= set(shown)


def test_the_context_of_the_request_names_it(api):
    provide(api, temp=[hour(0)])
    assert "hot" in api("GET", PATH, context="other").json()
    embedded = api("GET", PATH, headers={"accept": LD}).json()
    assert "@context" in embedded
    assert api("GET", PATH, headers={"accept": GEO}).status == 406


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"type": "Sensor"}, "BadRequestData"),
        ({"id": ID}, "BadRequestData"),
        ({"id": "t", "type": "Sensor"}, "BadRequestData"),
        ({"id": ID, "type": "Sensor", "temp": [{"type": "Property"}]}, "BadRequestData"),
        ({"id": ID, "type": "Sensor", "temp": [1, 2]}, "BadRequestData"),
        ({"id": ID, "type": "Sensor", "temp": [prop(1, observedAt="now")]}, "BadRequestData"),
        ({"id": ID, "type": "Sensor", "temp": [prop(NULL)]}, "BadRequestData"),
        ([], "BadRequestData"),
    ],
)
def test_what_is_no_evolution(api, body, error):
    assert kind(api("POST", "/temporal/entities", body)) == error
    assert kind(api("GET", PATH)) == "ResourceNotFound"


def test_what_is_no_json(api):
    assert kind(api("POST", "/temporal/entities", raw=b'{"id":')) == "InvalidRequest"
    assert kind(api("POST", "/temporal/entities", raw=b"")) == "InvalidRequest"


def test_what_nothing_is_known_of(api):
    for method, path, body in (
        ("GET", PATH, None),
        ("DELETE", PATH, None),
        ("POST", f"{PATH}/attrs", {"temp": [hour(0)]}),
        ("DELETE", f"{PATH}/attrs/temp", None),
        ("DELETE", f"{PATH}/attrs/temp/urn:x:i", None),
        ("PATCH", f"{PATH}/attrs/temp/urn:x:i", {"temp": [hour(0)]}),
    ):
        assert kind(api(method, path, body)) == "ResourceNotFound", (method, path)
        wrong = path.replace(ID, "t")
        assert kind(api(method, wrong, body)) == "BadRequestData", (method, wrong)


@pytest.mark.parametrize(
    ("params", "left"),
    [({}, [1, 2]), ({"datasetId": ORIGIN}, [0, 2]), ({"deleteAll": "true"}, None)],
)
def test_a_timeline_is_deleted(api, params, left):
    other = "urn:ngsi-ld:Dataset:c"
    series = [hour(0), hour(1, datasetId=ORIGIN), hour(2, datasetId=other)]
    provide(api, temp=series, label=hour(3, "x"))
    api.change("DELETE", f"{PATH}/attrs/temp", **params)
    shown = history(api)
    assert ("temp" in shown) is (left is not None)
    assert left is None or values(shown["temp"]) == left
    assert values(shown["label"]) == ["x"]
    if "deleteAll" not in params:
        assert kind(api("DELETE", f"{PATH}/attrs/temp", **params)) == "ResourceNotFound"


@pytest.mark.parametrize("bare", [False, True])
def test_an_instance_gives_way(api, bare):
    provide(api, temp=[hour(0), hour(1)])
    first, second = history(api, options="sysAttrs")["temp"]
    new = prop(7, observedAt="2026-02-01T00:30:00Z")
    body = new if bare else {"temp": [new]}
    api.change("PATCH", f"{PATH}/attrs/temp/{first['instanceId']}", body)
    changed, other = history(api, options="sysAttrs")["temp"]
    assert (changed["value"], changed["observedAt"]) == (7, "2026-02-01T00:30:00Z")
    assert changed["instanceId"] == first["instanceId"]
    assert changed["createdAt"] == first["createdAt"]
    assert changed["modifiedAt"] > first["modifiedAt"]
    assert other == second


def test_an_instance_is_deleted(api):
    provide(api, temp=[hour(0), hour(1)])
    first, second = history(api)["temp"]
    path = f"{PATH}/attrs/temp/{first['instanceId']}"
    api.change("DELETE", path)
    assert history(api)["temp"] == [second]
    assert kind(api("DELETE", path)) == "ResourceNotFound"
    api.change("DELETE", f"{PATH}/attrs/temp/{second['instanceId']}")
    assert "temp" not in history(api)


def test_which_instance_is_not_told_right(api):
    provide(api, temp=[hour(0)])
    known = history(api)["temp"][0]["instanceId"]
    for method, body in (("PATCH", {"temp": [hour(1)]}), ("DELETE", None)):
        assert kind(api(method, f"{PATH}/attrs/temp/urn:x:i", body)) == "ResourceNotFound"
        assert kind(api(method, f"{PATH}/attrs/temp/i", body)) == "BadRequestData"
        assert kind(api(method, f"{PATH}/attrs/te(mp/{known}", body)) == "BadRequestData"
    assert kind(api("PATCH", f"{PATH}/attrs/label/{known}", prop(1))) == "ResourceNotFound"
    two = {"temp": [hour(1), hour(2)]}
    assert kind(api("PATCH", f"{PATH}/attrs/temp/{known}", two)) == "BadRequestData"
    assert kind(api("PATCH", f"{PATH}/attrs/temp/{known}", [hour(1)])) == "BadRequestData"


def test_an_evolution_is_deleted(api):
    provide(api, temp=[hour(0)])
    api.change("DELETE", PATH)
    assert kind(api("GET", PATH)) == "ResourceNotFound"
    assert kind(api("DELETE", PATH)) == "ResourceNotFound"


def test_scopes_are_instances(api):
    provide(api, scope=[prop("/a", observedAt="2026-02-01T00:00:00Z"), prop(["/b", "/c"])])
    assert values(history(api)["scope"]) == [["/a"], ["/b", "/c"]]
    provide(api, 204, scope="/d")
    assert values(history(api)["scope"])[-1] == ["/d"]


def current(api, method, path, body=None):
    api.change(method, f"/entities/urn:x:1{path}", body)
    return history(api, "urn:x:1", options="sysAttrs")


def test_current_entities_have_a_history_from_the_start(api):
    shown = history(api, "urn:x:1")
    assert values(shown["temp"]) == [9]
    assert values(shown["scope"]) == [["/town/north"]]


def test_changes_of_current_entities_are_recorded(api):
    for value in (20, 21):
        shown = current(api, "PATCH", "/attrs", {"temp": prop(value)})
    assert sorted(values(shown["temp"])) == [9, 20, 21]
    assert len(shown["label"]) == 1
    stamps = [i["modifiedAt"] for i in shown["temp"] if i["value"] > 9]
    assert stamps == sorted(stamps)
    assert all(i["createdAt"] == i["modifiedAt"] for i in shown["temp"])


def test_a_deleted_attribute_is_marked(api):
    shown = current(api, "DELETE", "/attrs/label")
    first, mark = shown["label"]
    assert first["value"] == "alpha, one"
    assert mark["value"] == NULL
    assert mark["deletedAt"] > first["createdAt"]
    assert "observedAt" not in mark
    assert "deletedAt" not in shown
    ended = current(api, "DELETE", "/attrs/scope")["scope"][-1]
    assert (ended["value"], "deletedAt" in ended) == (NULL, True)


def test_what_a_deleted_attribute_of_another_kind_leaves(api):
    api.change("DELETE", "/entities/urn:x:3")
    shown = history(api, "urn:x:3")
    assert shown["name"][-1]["languageMap"] == {"@none": NULL}
    assert shown["kind"][-1]["vocab"] == NULL
    assert shown["raw"][-1]["json"] == NULL
    assert shown["steps"][-1]["valueList"] == [NULL]
    assert shown["route"][-1]["objectList"] == [{"object": NULL}]
    assert [i.get("datasetId") for i in shown["temp"][-2:]] == [None, "urn:d:1"]


def test_the_history_of_a_deleted_entity_stays(api):
    api.change("DELETE", "/entities/urn:x:1")
    shown = history(api, "urn:x:1")
    assert shown["deletedAt"]
    assert shown["temp"][0]["value"] == 9
    assert shown["temp"][-1]["value"] == NULL
    again = {"id": "urn:x:1", "type": "Sensor", "temp": prop(5)}
    api.change("POST", "/entities", again, 201)
    assert "deletedAt" not in history(api, "urn:x:1")
    api.change("DELETE", "/temporal/entities/urn:x:1")
    assert api.entity(1)["temp"] == prop(5)


def test_tenants_have_a_history_each(api):
    other = {"headers": {"ngsild_tenant": "b"}}
    provide(api, temp=[hour(0)])
    assert kind(api("GET", PATH, **other)) == "NonexistentTenant"
    body = {"id": ID, "type": "Sensor", "temp": [hour(1)]}
    api.change("POST", "/temporal/entities", body, 201, **other)
    assert values(history(api)["temp"]) == [0]
    assert values(api("GET", PATH, **other).json()["temp"]) == [1]


MANY = MAX_INSTANCES + 30


def part(api, **params):
    answer = api("GET", PATH, **params)
    return answer.status, answer.header("Content-Range"), answer.json()


def test_a_long_history_comes_forwards(api):
    provide(api, temp=[hour(n) for n in range(MANY)], label=[hour(MANY + 1, "x"), hour(3, "y")])
    status, told, shown = part(api)
    assert status == 206
    assert values(shown["temp"]) == list(range(MAX_INSTANCES))
    assert values(shown["label"]) == ["y"]
    first, last = shown["temp"][0]["observedAt"], shown["temp"][-1]["observedAt"]
    assert told == f"date-time {first}-{last}/*"
    status, told, shown = part(api, timerel="after", timeAt=last)
    assert (status, told) == (200, None)
    assert values(shown["temp"]) == list(range(MAX_INSTANCES - 1, MANY))
    assert values(shown["label"]) == ["x"]


def test_a_long_history_comes_backwards_with_last_n(api):
    provide(api, temp=[hour(n) for n in range(MANY)], label=[hour(0, "y")])
    status, told, shown = part(api, lastN=MANY - 1)
    assert status == 206
    assert values(shown["temp"]) == list(range(30, MANY))
    assert shown["label"] == []
    first, last = shown["temp"][0]["observedAt"], shown["temp"][-1]["observedAt"]
    assert told == f"date-time {last}-{first}/{MANY - 1}"
    assert part(api, lastN=20)[:2] == (200, None)


def test_the_range_begins_where_the_query_does(api):
    provide(api, temp=[hour(n) for n in range(MANY)])
    start, end = "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"
    between = {"timerel": "between", "timeAt": start, "endTimeAt": end}
    assert part(api, **between)[1].startswith(f"date-time {start}-2026-")
    assert part(api, **between, lastN=MANY)[1].startswith(f"date-time {end}-2026-")
    queried = api("GET", "/temporal/entities", type="Sensor", id=ID, **between)
    assert queried.status == 206
    assert len(queried.json()[0]["temp"]) == MAX_INSTANCES


def test_moments_are_not_torn_apart(api):
    provide(api, temp=[hour(min(n, 95), n) for n in range(MANY)])
    assert len(part(api)[2]["temp"]) == 95
    status, _, shown = part(api, timerel="after", timeAt=hour(95)["observedAt"])
    assert status == 200
    assert len(shown["temp"]) == MANY - 95
    api.change("POST", f"{PATH}/attrs", {"temp": [hour(95, n) for n in range(MANY)]})
    status, _, shown = part(api, timerel="after", timeAt=hour(95)["observedAt"])
    assert len(shown["temp"]) == 2 * MANY - 95
