"""Changes at the sources that have some of an entity: what the reference broker sends on, and what it says of it."""

import pytest

from mimtest.sandbox.http import Response
from mimtest.sandbox.sending import Unsent
from tests.ngsild_asking import kind, prop
from tests.ngsild_pair import AT, BATCHES, ID, ROOM, Pair


@pytest.fixture
def pair():
    return Pair()


NAMES = {"exclusive": {"propertyNames": ["temp"]}}


@pytest.mark.parametrize(
    ("mode", "here", "there"),
    [
        ("inclusive", {"temp", "label"}, {"temp", "label"}),
        ("exclusive", {"label"}, {"temp"}),
        ("redirect", None, {"temp", "label"}),
    ],
)
def test_a_creation_is_divided(pair, mode, here, there):
    pair.register(mode, **NAMES.get(mode, {}))
    answer = pair.broker.change("POST", "/entities", ROOM, 201)
    assert answer.header("Location") == f"/ngsi-ld/v1{AT}"
    assert here == (pair.here() and set(pair.here()) - {"type"})
    assert there == set(pair.there()) - {"type"}
    assert [r.method for r in pair.asked] == ["POST"]


CHANGES = {
    "update": ("PATCH", f"{AT}/attrs", {"temp": prop(1), "label": prop("x")}),
    "append": ("POST", f"{AT}/attrs", {"temp": prop(1), "label": prop("x")}),
    "merge": ("PATCH", AT, {"temp": prop(1), "label": prop("x")}),
    "replace": ("PUT", AT, {"type": "Room", "temp": prop(1), "label": prop("x")}),
    "partial": ("PATCH", f"{AT}/attrs/temp", {"value": 1}),
    "replace attribute": ("PUT", f"{AT}/attrs/temp", prop(1)),
    "delete attribute": ("DELETE", f"{AT}/attrs/temp", None),
    "delete": ("DELETE", AT, None),
}
OF_ONE = ("partial", "replace attribute", "delete attribute")
GONE = ("delete attribute", "delete")


@pytest.mark.parametrize("mode", ["inclusive", "exclusive", "redirect"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_divided(pair, name, mode):
    method, path, body = CHANGES[name]
    pair.register(mode, **NAMES.get(mode, {}))
    local = {"inclusive": ROOM, "exclusive": {k: v for k, v in ROOM.items() if k != "temp"}}
    if mode in local:
        pair.broker.change("POST", "/entities", local[mode], 201, local="true")
    parts = ("id", "type", "temp") if mode == "exclusive" else ROOM
    pair.source.change("POST", "/entities", {k: ROOM[k] for k in parts}, 201)
    pair.broker.change(method, path, body)
    assert [(r.method, r.raw_path) for r in pair.asked] == [(method, f"/ngsi-ld/v1{path}")]
    new = None if name in GONE else prop(1)
    there = pair.there()
    assert new == (there and there.get("temp"))
    if mode == "redirect" or name == "delete":
        assert pair.here() is None
    else:
        assert pair.here().get("temp") == (new if mode == "inclusive" else None)
        assert pair.here()["label"] == (prop("hall") if name in OF_ONE else prop("x"))
    if mode == "exclusive" and body and name not in OF_ONE:
        assert set(pair.bodies()[0]) - {"type"} == {"temp"}


def test_what_only_sources_have_is_changed_there(pair):
    pair.register()
    pair.source.change("POST", "/entities", ROOM, 201)
    pair.broker.change("PATCH", f"{AT}/attrs", {"temp": prop(1)})
    assert pair.there()["temp"] == prop(1)
    pair.broker.change("DELETE", AT)
    assert pair.there() is None


def test_nothing_is_sent_with_local(pair):
    pair.register("redirect")
    pair.broker.change("POST", "/entities", ROOM, 201, local="true")
    pair.broker.change("DELETE", AT, local="true")
    assert pair.asked == []


def test_what_is_not_registered_stays_here(pair):
    pair.register("redirect")
    pair.broker.change("POST", "/entities", ROOM | {"id": "urn:x:2"}, 201)
    assert pair.asked == []


def test_no_additional_types_or_parameters_are_sent(pair):
    pair.register()
    pair.broker.change("POST", "/entities", ROOM | {"type": ["Room", "Sensor"]}, 201)
    assert pair.bodies()[0]["type"] == "Room"
    pair.broker.change("DELETE", f"{AT}/attrs/temp", deleteAll="true", local="false")
    assert pair.asked[1].params == {"deleteAll": "true"}


@pytest.mark.parametrize("name", CHANGES)
def test_an_operation_that_is_not_offered(pair, name):
    method, path, body = CHANGES[name]
    pair.register("redirect", ["retrieveEntity"])
    assert kind(pair.broker.change(method, path, body, 409)) == "Conflict"
    assert pair.asked == []


def test_a_creation_of_which_a_part_is_not_offered(pair):
    pair.register("exclusive", ["retrieveEntity"], **NAMES["exclusive"])
    body = pair.broker.change("POST", "/entities", ROOM, 207).json()
    assert body["success"] == [ID]
    assert [e["error"]["type"].rpartition("/")[2] for e in body["errors"]] == ["Conflict"]
    assert set(pair.here()) == {"type", "label"}
    whole = {k: v for k, v in ROOM.items() if k != "label"} | {"id": "urn:x:2"}
    pair.register(
        "exclusive",
        ["retrieveEntity"],
        [{"id": "urn:x:2", "type": "Room"}],
        **NAMES["exclusive"],
    )
    assert kind(pair.broker.change("POST", "/entities", whole, 409)) == "Conflict"
    assert pair.here("urn:x:2") is None


def test_inclusive_sources_that_do_not_offer_it_are_let_be(pair):
    pair.register("inclusive", ["retrieveEntity"])
    pair.broker.change("POST", "/entities", ROOM, 201)
    pair.broker.change("PATCH", AT, {"temp": prop(1)})
    assert pair.asked == []


ALONE = {
    "404": (Response(404), 404, "ResourceNotFound"),
    "403": (Response(403), 502, "about:blank"),
    "500": (Response(500), 502, "about:blank"),
    "loop": (Response(508), 508, "about:blank"),
    "late": (Unsent("late", late=True), 504, "about:blank"),
    "nobody": (Unsent("refused"), 502, "about:blank"),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_single_source_fails(pair, name):
    answer, status, type_ = ALONE[name]
    pair.register("redirect")
    pair.behaviour = lambda _: answer
    got = pair.broker.change("PATCH", f"{AT}/attrs", {"temp": prop(1)}, status)
    assert kind(got) == type_


def test_one_of_two_fails(pair):
    pair.register()
    pair.broker.change("POST", "/entities", ROOM, 201, local="true")
    pair.behaviour = lambda _: Response(403)
    result = pair.broker.change("PATCH", f"{AT}/attrs", {"temp": prop(1)}, 207).json()
    name = "https://example.org/ns#temp"
    assert result["updated"] == [name]
    assert [n["attributeName"] for n in result["notUpdated"]] == [name]
    assert pair.here()["temp"] == prop(1)
    result = pair.broker.change("DELETE", AT, None, 207).json()
    assert result["success"] == [ID]
    assert [e["error"]["status"] for e in result["errors"]] == [403]
    assert pair.here() is None


def test_what_is_here_already_is_created_there(pair):
    pair.register()
    pair.broker.change("POST", "/entities", ROOM, 201, local="true")
    result = pair.broker.change("POST", "/entities", ROOM, 207).json()
    assert [e["error"]["status"] for e in result["errors"]] == [409]
    assert pair.there() is not None


def test_a_part_that_a_source_leaves(pair):
    pair.register("redirect")
    pair.source.change("POST", "/entities", ROOM, 201)
    body = {"temp": prop(1), "open": prop(True)}
    result = pair.broker.change("POST", f"{AT}/attrs", body, 207, options="noOverwrite").json()
    assert result["updated"] == ["https://example.org/ns#open"]
    assert [n["attributeName"] for n in result["notUpdated"]] == ["https://example.org/ns#temp"]


def test_what_comes_back_to_the_broker(pair):
    pair.register("redirect")
    alias = pair.broker("GET", "/info/sourceIdentity").json()["contextSourceAlias"]
    via = {"via": f"1.1 {alias}"}
    assert pair.broker("POST", "/entities", ROOM, headers=via).status == 508
    assert pair.broker("POST", "/entityOperations/create", [ROOM], headers=via).status == 508
    assert pair.asked == []


def test_a_wrong_body_goes_nowhere(pair):
    pair.register("redirect")
    broken = {"id": ID, "type": "Room", "temp": {"type": "Property"}}
    assert kind(pair.broker.change("POST", "/entities", broken, 400)) == "BadRequestData"
    assert pair.asked == []


TWO = [{"id": f"urn:x:{n}", "type": "Room"} for n in (1, 2)]
THREE = [{**ROOM, "id": f"urn:x:{n}"} for n in (1, 2, 3)]
IDS = [e["id"] for e in THREE]
MANY = {
    "create": (THREE, 201, ["createEntity"], ["POST /entities"] * 2),
    "upsert": (THREE, 201, ["createEntity"], ["POST /entities"] * 2),
    "update": (THREE, 204, ["updateEntity"], [f"PATCH /entities/{i}/attrs" for i in IDS[:2]]),
    "merge": (THREE, 204, ["mergeEntity"], [f"PATCH /entities/{i}" for i in IDS[:2]]),
    "delete": (IDS, 204, ["deleteEntity"], [f"DELETE /entities/{i}" for i in IDS[:2]]),
}


def _filled(pair, name):
    if name in ("create", "upsert"):
        return
    old = [{**e, "temp": prop(0)} for e in THREE]
    pair.source.change("POST", "/entityOperations/create", old[:2], 201)
    pair.broker.change("POST", "/entityOperations/create", old[2:], 201, local="true")


@pytest.mark.parametrize("singly", [True, False])
@pytest.mark.parametrize("name", MANY)
def test_a_batch_is_divided(pair, name, singly):
    body, status, single, steps = MANY[name]
    offers = single if singly else BATCHES
    pair.register("redirect", offers, TWO)
    _filled(pair, name)
    answer = pair.broker.change("POST", f"/entityOperations/{name}", body, status)
    if status == 201:
        assert sorted(answer.json()) == IDS
    sent = [f"{r.method} {r.raw_path.removeprefix('/ngsi-ld/v1')}" for r in pair.asked]
    assert sent == (steps if singly else [f"POST /entityOperations/{name}"])
    held = [pair.there(IDS[0]), pair.there(IDS[1]), pair.here(IDS[2])]
    assert [h and h["temp"] for h in held] == [None if name == "delete" else prop(20)] * 3
    assert [pair.here(IDS[0]), pair.there(IDS[2])] == [None, None]


@pytest.mark.parametrize("singly", [True, False])
def test_results_of_a_batch_are_joined(pair, singly):
    pair.register("redirect", ["createEntity"] if singly else BATCHES, TWO)
    pair.source.change("POST", "/entities", THREE[0], 201)
    result = pair.broker.change("POST", "/entityOperations/create", THREE, 207).json()
    assert sorted(result["success"]) == IDS[1:]
    assert [(e["entityId"], e["error"]["status"]) for e in result["errors"]] == [(IDS[0], 409)]


def test_a_batch_of_which_a_part_is_not_offered(pair):
    pair.register("redirect", ["retrieveEntity"], TWO)
    result = pair.broker.change("POST", "/entityOperations/upsert", THREE, 207).json()
    assert result["success"] == IDS[2:]
    assert [e["entityId"] for e in result["errors"]] == IDS[:2]
    assert pair.asked == []


def test_what_a_source_has_is_replaced_or_updated(pair):
    pair.register("redirect", ["createEntity", "replaceEntity", "updateEntity"], TWO)
    pair.source.change("POST", "/entities", THREE[0] | {"open": prop(True)}, 201)
    pair.broker.change("POST", "/entityOperations/upsert", THREE[:1])
    assert "open" not in pair.there(IDS[0])
    pair.broker.change("POST", "/entityOperations/upsert", THREE[:1], options="update")
    assert [r.method for r in pair.asked] == ["POST", "PUT", "POST", "PATCH"]


def test_a_batch_at_inclusive_sources(pair):
    pair.register("inclusive", BATCHES, TWO)
    pair.broker.change("POST", "/entityOperations/create", THREE, 201)
    assert None not in [pair.here(i) for i in IDS]
    assert [pair.there(i) is None for i in IDS] == [False, False, True]


def test_a_purge_is_sent_on_as_far_as_it_is_registered(pair):
    pair.register("inclusive", ["purgeEntity"], TWO)
    pair.source.change("POST", "/entityOperations/create", THREE, 201)
    pair.broker.change("POST", "/entityOperations/create", THREE, 201, local="true")
    pair.broker.change("DELETE", "/entities", type="Room,Sensor", q="temp>9")
    sent = pair.asked[0].params
    assert (sent["type"], sent["id"], sent["q"]) == ("Room", ",".join(IDS[:2]), "temp>9")
    assert [pair.there(i) is None for i in IDS] == [True, True, False]
    assert [pair.here(i) for i in IDS] == [None] * 3


def test_a_purge_that_is_not_offered(pair):
    pair.register("redirect", ["retrieveEntity"], TWO)
    assert kind(pair.broker.change("DELETE", "/entities", None, 409, type="Room")) == "Conflict"
    pair.broker.change("POST", "/entities", THREE[2], 201)
    result = pair.broker.change("DELETE", "/entities", None, 207, type="Room").json()
    assert [e["entityId"] for e in result["errors"]] == IDS[:1]
    assert pair.here(IDS[2]) is None
    assert pair.asked == []


def test_a_purge_that_a_source_refuses(pair):
    pair.register("inclusive", ["purgeEntity"])
    pair.behaviour = lambda _: Response(403)
    result = pair.broker.change("DELETE", "/entities", None, 207, type="Room").json()
    assert [e["error"]["status"] for e in result["errors"]] == [403]
