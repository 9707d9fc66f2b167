"""The pure words of NGSI-LD: names, types, attributes, and what an entity holds."""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, is_uri
from mimtest.vocabulary.ngsild import (
    assert_holds,
    attributes_of,
    has_type,
    own_id,
    own_name,
    path_of,
    short_named,
    types_of,
)
from mimtest.vocabulary.waiting import at_rest, eventually, patience


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def entity(n=1, **attributes):
    return {"id": f"urn:e:{n}", "type": "Lamp", **attributes}


# Names


@pytest.mark.parametrize(
    ("id", "attribute", "path"),
    [
        ("urn:ngsi-ld:Lamp:1", None, "/entities/urn:ngsi-ld:Lamp:1"),
        ("urn:a:1", "power", "/entities/urn:a:1/attrs/power"),
        ("https://x.example/ä?b#c", None, "/entities/https:%2F%2Fx.example%2F%C3%A4%3Fb%23c"),
        ("urn:a:1", "https://x.example/p", "/entities/urn:a:1/attrs/https%3A%2F%2Fx.example%2Fp"),
    ],
)
def test_a_path_has_everything_quoted(id, attribute, path):
    assert path_of(id, attribute) == path


def test_own_names_and_ids_are_new_each_time():
    assert own_name("Room", "r1") != own_name("Room", "r1")
    assert own_id("Room", "r1") != own_id("Room", "r1")
    assert is_uri(own_id("Room", "r1"))
    assert own_id("Room", "r1").startswith("urn:ngsi-ld:Room:mt-r1:")


@pytest.mark.parametrize(
    ("given_", "types"),
    [
        ("Lamp", {"Lamp"}),
        (["Lamp", "Device"], {"Lamp", "Device"}),
        (["Lamp"], {"Lamp"}),
        (f"{DEFAULT_VOCABULARY}Lamp", {"Lamp"}),
    ],
)
def test_types_stand_alone_or_in_an_array_and_in_short_form(given_, types):
    assert types_of({"type": given_}) == types


@pytest.mark.parametrize("given_", [None, 1, [{}], [["Lamp"]], ["Lamp", None]])
def test_what_is_no_name_contradicts_and_breaks_nothing(given_):
    with pytest.raises(Contradiction, match="a type of the entity is not a string"):
        types_of({"type": given_})


@pytest.mark.parametrize(
    ("given_", "name", "wanted"),
    [
        ("Lamp", "Lamp", True),
        ("https://x.example/ns#Lamp", "Lamp", True),
        ("https://x.example/Lamp", "Lamp", True),
        ("c:Lamp", "Lamp", True),
        ("Lamp", "https://x.example/ns#Lamp", True),
        (["Device", "Lamp"], "Lamp", True),
        ("StreetLamp", "Lamp", False),
        ("https://x.example/ns#Lamp", "https://y.example/ns#Lamp", False),
        ("lamp", "Lamp", False),
    ],
)
def test_a_type_may_be_the_others_short_form(given_, name, wanted):
    assert has_type({"type": given_}, name) is wanted


def test_names_of_the_default_vocabulary_become_short():
    assert short_named({f"{DEFAULT_VOCABULARY}a": 1, "https://x.example/b": 2}) == {
        "a": 1,
        "https://x.example/b": 2,
    }


def test_attributes_are_objects_one_or_several():
    own = {"@context": {}, "scope": {"a": 1}, "createdAt": "x"}
    one = entity(a=prop(1), b=[prop(1), prop(2)], c=7, d=[], e=[prop(1), 7], f="text", **own)
    assert attributes_of(one) == {"a": [prop(1)], "b": [prop(1), prop(2)]}


# What an entity holds

SENT = entity(
    power=prop(5, unitCode="WTT", observedAt="2026-10-13T12:00:00Z", source=prop("meter")),
    place={"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7.9, 51.6]}},
)


def held(power=(), **members):
    return SENT | {"power": SENT["power"] | dict(power)} | members


@pytest.mark.parametrize(
    "given_",
    [
        SENT,
        held({"createdAt": "2026-10-13T12:00:01Z"}, createdAt="2026-10-13T12:00:01Z"),
        held({"value": 5.0}),
        held({"observedAt": "2026-10-13T14:00:00.000+02:00"}),
        held(power={"source": [prop("meter")]}),
        held(more=prop(1), type=["Lamp"]),
        SENT | {"power": [SENT["power"]]},
    ],
)
def test_an_entity_holds_what_was_sent_whatever_else_it_has(given_):
    assert_holds(given_, SENT)


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        (held(id="urn:e:2"), "the id differs"),
        (held(type=["Lamp", "Device"]), "the types: too many"),
        ({k: v for k, v in SENT.items() if k != "place"}, "no member 'place'"),
        (held({"value": 6}), "'value' of the attribute 'power' differs"),
        (held({"value": True}), "'value' of the attribute 'power' differs"),
        (held({"type": "Relationship"}), "'type' of the attribute 'power' differs"),
        (held({"observedAt": "2026-10-13T12:00:01Z"}), "'observedAt' of the attribute"),
        (held({"source": prop("guess")}), "'value' of 'source' of the attribute 'power' differs"),
        (held({"source": "meter"}), "'source' of the attribute 'power' is not an object"),
        (held(power={}, place=7), "the attribute 'place' is not an object"),
        (SENT | {"power": [SENT["power"], prop(1)]}, "the attribute 'power' is not an object"),
        (
            held(place=SENT["place"] | {"value": {"type": "Point", "coordinates": [51.6, 7.9]}}),
            "va",
        ),
    ],
)
def test_what_an_entity_does_not_hold_is_said(given_, words):
    with pytest.raises(Contradiction, match=words):
        assert_holds(given_, SENT)


def test_a_look_is_repeated_while_it_contradicts():
    looks = iter([Contradiction("not yet"), "there"])

    def look():
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    assert eventually(look) == "there"


@pytest.mark.parametrize("again", [at_rest, eventually])
def test_what_contradicts_to_the_end_is_raised(again):
    def look():
        raise Contradiction("never")

    usual = patience.set(0)
    with pytest.raises(Contradiction, match="never"):
        again(look)
    patience.reset(usual)
