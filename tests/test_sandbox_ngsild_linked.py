"""Entities that relationships lead to, in the answers and queries of the reference broker."""

import json

import pytest

from tests.ngsild_asking import Api, kind, point, prop

LAMP, ROOM, HOUSE, TWIN = (f"urn:x:{n}" for n in ("lamp", "room", "house", "twin"))


def to(target, **more):
    return {"type": "Relationship", "object": target, **more}


HOUSE_ENTITY = {"id": HOUSE, "type": "House", "label": prop("Rathaus"), "holds": to(ROOM)}
ROOM_ENTITY = {"id": ROOM, "type": "Room", "temp": prop(20), "label": prop("Saal"),
               "inHouse": to(HOUSE)}  # fmt: skip
CITY = [
    {"id": LAMP, "type": "Sensor", "temp": prop(9), "inRoom": to(ROOM), "lost": to("urn:x:none"),
     "location": point(7.0, 51.0)},
    {"id": TWIN, "type": "Sensor", "temp": prop(10), "inRoom": to([ROOM, "urn:x:none", HOUSE]),
     "route": {"type": "ListRelationship", "objectList": [{"object": HOUSE}, {"object": LAMP}]}},
    ROOM_ENTITY,
    HOUSE_ENTITY,
]  # fmt: skip


@pytest.fixture(scope="module")
def api():
    found = Api()
    found.change("POST", "/entityOperations/create", CITY, 201)
    return found


def entity(api, name="lamp", **params):
    return api.entity(name, **params)


def ids(found):
    return [e["id"].rpartition(":")[2] for e in found]


def test_nothing_is_joined_unless_wanted(api):
    assert entity(api) == CITY[0]
    assert entity(api, join="@none", joinLevel=3) == CITY[0]
    assert entity(api, joinLevel=1) == CITY[0]


def test_inline(api):
    expected = {**CITY[0], "inRoom": to(ROOM, entity=ROOM_ENTITY)}
    assert entity(api, join="inline") == expected
    deep = {**ROOM_ENTITY, "inHouse": to(HOUSE, entity=HOUSE_ENTITY)}
    assert entity(api, join="inline", joinLevel=2)["inRoom"] == to(ROOM, entity=deep)
    assert entity(api, join="inline", joinLevel=9) == entity(api, join="inline", joinLevel=2)


def test_inline_with_several_objects(api):
    shown = entity(api, "twin", join="inline")
    assert shown["inRoom"] == {**CITY[1]["inRoom"], "entity": [ROOM_ENTITY, HOUSE_ENTITY]}
    assert shown["route"] == {**CITY[1]["route"], "entityList": [CITY[0]]}


def test_inline_simplified(api):
    room = {"id": ROOM, "type": "Room", "temp": 20, "label": "Saal", "inHouse": HOUSE}
    house = {"id": HOUSE, "type": "House", "label": "Rathaus", "holds": ROOM}
    shown = entity(api, join="inline", options="keyValues")
    assert shown["inRoom"] == room
    assert shown["lost"] == "urn:x:none"
    shown = entity(api, "twin", join="inline", format="simplified")
    assert shown["inRoom"] == [room, "urn:x:none", house]
    assert shown["route"] == [HOUSE, entity(api, format="simplified")]


def test_inline_concise(api):
    shown = entity(api, join="inline", format="concise")
    room = {"id": ROOM, "type": "Room", "temp": 20, "label": "Saal", "inHouse": {"object": HOUSE}}
    assert shown["inRoom"] == {"object": ROOM, "entity": room}


def test_flat(api):
    assert ids(entity(api, join="flat")) == ["lamp", "room"]
    assert entity(api, join="flat", joinLevel=2) == [CITY[0], ROOM_ENTITY, HOUSE_ENTITY]
    assert entity(api, "twin", join="flat") == [CITY[1], ROOM_ENTITY, HOUSE_ENTITY, CITY[0]]
    assert ids(entity(api, "house", join="flat", joinLevel=5)) == ["house", "room"]


def test_flat_without_a_link_is_an_array_too(api):
    assert entity(api, join="flat", omit="inRoom") == [
        {k: v for k, v in CITY[0].items() if k != "inRoom"}
    ]


def test_flat_answer_can_be_written_in_a_batch(api):
    other = Api()
    found = entity(api, join="flat", joinLevel=2)
    other.change("POST", "/entityOperations/create", found, 201)


def test_known_entities_are_not_followed(api):
    assert entity(api, join="inline", containedBy=f"{ROOM},urn:x:9") == CITY[0]
    assert ids(entity(api, join="flat", joinLevel=2, containedBy=HOUSE)) == ["lamp", "room"]


def test_queries(api):
    found = api("GET", "/entities", type="Sensor", join="inline").json()
    assert ids(found) == ["lamp", "twin"]
    assert found[0] == entity(api, join="inline")
    assert found[1] == entity(api, "twin", join="inline")
    answer = api("GET", "/entities", type="Sensor", join="flat", count="true", limit=1)
    assert ids(answer.json()) == ["lamp", "room"]
    assert answer.header("NGSILD-Results-Count") == "2"
    found = api("GET", "/entities", type="Sensor", join="flat").json()
    assert ids(found) == ["lamp", "twin", "room", "house"]


def test_a_query_in_a_body(api):
    body = {"type": "Query", "entities": [{"type": "Sensor"}], "join": "flat", "joinLevel": 2,
            "containedBy": [HOUSE], "q": "inRoom{temp}==20", "pick": ["id,inRoom{temp,inHouse}"]}  # fmt: skip
    found = api("POST", "/entityOperations/query", body).json()
    assert found == [
        {"id": LAMP, "inRoom": to(ROOM)},
        {"id": TWIN, "inRoom": CITY[1]["inRoom"]},
        {"temp": prop(20), "inHouse": to(HOUSE)},
    ]


def test_projections_of_linked_entities(api):
    shown = entity(api, join="inline", pick="id,inRoom{temp|label}")
    assert shown == {
        "id": LAMP,
        "inRoom": to(ROOM, entity={"temp": prop(20), "label": prop("Saal")}),
    }
    shown = entity(api, join="inline", pick="inRoom")
    assert shown == {"inRoom": to(ROOM, entity=ROOM_ENTITY)}
    shown = entity(api, join="inline", omit="temp,inRoom{temp,id}")
    assert "temp" not in shown
    left = {k: v for k, v in ROOM_ENTITY.items() if k not in ("temp", "id")}
    assert shown["inRoom"] == to(ROOM, entity=left)
    shown = entity(api, join="inline", joinLevel=2, pick="inRoom{inHouse{label}}")
    house = to(HOUSE, entity={"label": prop("Rathaus")})
    assert shown == {"inRoom": to(ROOM, entity={"inHouse": house})}


@pytest.mark.parametrize(
    ("q", "level", "expected"),
    [
        ("inRoom{temp}==20", 1, ["lamp", "twin"]),
        ("inRoom{temp}", 1, ["lamp", "twin"]),
        ("inRoom{temp}>20", 1, []),
        ("inRoom{Room:temp}==20", 1, ["lamp", "twin"]),
        ("inRoom{House,Room:temp}==20", 1, ["lamp", "twin"]),
        ("inRoom{House:temp}==20", 1, []),
        ('inRoom{label}=="Rathaus"', 1, ["twin"]),
        ('inRoom{inHouse{label}}=="Rathaus"', 2, ["lamp", "twin"]),
        ('temp<10;inRoom{Room:inHouse{House:label}}=="Rathaus"', 2, ["lamp"]),
        ("route{temp}==9", 1, ["twin"]),
        ("lost{temp}", 1, []),
        ("temp{label}", 1, []),
    ],
)
def test_conditions_on_linked_entities(api, q, level, expected):
    found = api("GET", "/entities", type="Sensor", q=q, join="inline", joinLevel=level, pick="id")
    assert ids(found.json()) == expected
    answer = api("GET", "/entities", q=f"temp;{q}", join="flat", joinLevel=level)
    assert answer.status == 200


WRONG = {
    "join": {"join": "deep"},
    "level 0": {"join": "flat", "joinLevel": "0"},
    "level text": {"join": "flat", "joinLevel": "x"},
    "known": {"join": "flat", "containedBy": "7"},
    "q without": {"q": "inRoom{temp}==20"},
    "q too deep": {"q": "inRoom{inHouse{label}}", "join": "flat"},
    "pick without": {"pick": "inRoom{temp}"},
    "omit without": {"omit": "inRoom{temp}", "join": "@none"},
    "pick too deep": {"pick": "inRoom{inHouse{label}}", "join": "inline"},
    "open": {"q": "inRoom{temp==20", "join": "flat"},
    "empty": {"q": "inRoom{}", "join": "flat"},
    "pick open": {"pick": "inRoom{temp", "join": "flat"},
    "pick closed": {"pick": "inRoom}", "join": "flat"},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_joined(api, name):
    params = WRONG[name]
    assert kind(api("GET", "/entities", type="Sensor", **params)) == "BadRequestData"
    if "q" not in params:
        assert kind(api("GET", f"/entities/{LAMP}", **params)) == "BadRequestData"


def test_geojson(api):
    headers = {"accept": "application/geo+json"}
    answer = api("GET", f"/entities/{LAMP}", join="flat", headers=headers)
    found = json.loads(answer.body)
    assert found["type"] == "FeatureCollection"
    assert ids(found["features"]) == ["lamp", "room"]
    found = json.loads(api("GET", f"/entities/{LAMP}", join="inline", headers=headers).body)
    assert found["type"] == "Feature"
    assert found["properties"]["inRoom"]["entity"] == ROOM_ENTITY


def test_instances_of_one_relationship():
    api = Api()
    api.change("POST", "/entityOperations/create", [ROOM_ENTITY, HOUSE_ENTITY], 201)
    several = [to(ROOM), to(HOUSE, datasetId="urn:d:1")]
    api.change("POST", "/entities", {"id": LAMP, "type": "Sensor", "inRoom": several}, 201)
    shown = entity(api, join="inline")["inRoom"]
    assert shown == [
        to(ROOM, entity=ROOM_ENTITY),
        to(HOUSE, datasetId="urn:d:1", entity=HOUSE_ENTITY),
    ]
    shown = entity(api, join="inline", options="keyValues")["inRoom"]["dataset"]
    assert shown["@none"]["label"] == "Saal"
    assert shown["urn:d:1"]["label"] == "Rathaus"


def test_what_is_shown_inline_cannot_be_written(api):
    shown = {**entity(api, join="inline"), "id": "urn:x:new"}
    assert kind(api("POST", "/entities", shown)) == "BadRequestData"
