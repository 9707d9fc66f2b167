"""Two entities say the same when all that differs is left open by NGSI-LD, and not when anything else does."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.equality import ABSENT, differences, same
from tests.test_representations import entities

IRI = "https://city.example/ns#"
NAMES = {
    n: IRI + n for n in ("Lamp", "Light", "flux", "place", "refRoom", "note", "street", "town")
}
LAMP = {
    "id": "urn:ngsi-ld:Lamp:1",
    "type": ["Lamp", "Light"],
    "flux": [
        {
            "type": "Property",
            "value": 5200,
            "unitCode": "LUM",
            "observedAt": "2026-10-13T12:00:00Z",
            "note": {"type": "Property", "value": "measured"},
        },
        {"type": "Property", "value": 5000, "datasetId": "urn:ngsi-ld:Dataset:plan"},
    ],
    "place": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7.9, 51.6]}},
    "refRoom": {"type": "Relationship", "object": "urn:ngsi-ld:Room:1"},
    "address": {"type": "Property", "value": {"street": "Markt", "town": "Exampleton"}},
    "steps": {"type": "Property", "value": [3, 1, 2, 2]},
    "rings": {"type": "Property", "value": [[1, 2], [3, 4]]},
    "label": {"type": "LanguageProperty", "languageMap": {"de": "Lampe", "en": "lamp"}},
    "state": {"type": "VocabProperty", "vocab": "Light"},
    "installed": {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": "2020-01-01T00:00:00Z"},
    },
    "raw": {"type": "JsonProperty", "json": {"a": None, "b": [1]}},
    "list": {"type": "ListRelationship", "objectList": ["urn:ngsi-ld:Room:1"]},
    "scope": "/town",
}


def changed(change):
    other = copy.deepcopy(LAMP)
    change(other)
    return other


def put(name, value):
    return lambda e: e.update({name: value})


def inside(name, **members):
    return lambda e: e[name].update(members)


SAME = {
    "types in another order": put("type", ["Light", "Lamp"]),
    "instances in another order": lambda e: e["flux"].reverse(),
    "attributes in another order": lambda e: e.update(steps=e.pop("steps")),
    "a number as a decimal": lambda e: e["flux"][0].update(value=5200.0),
    "an instant with an offset": lambda e: e["flux"][0].update(
        observedAt="2026-10-13T14:00:00+02:00"
    ),
    "an instant with milliseconds": lambda e: e["flux"][0].update(
        observedAt="2026-10-13T12:00:00.000Z"
    ),
    "a typed instant without its type": inside("installed", value="2020-01-01T00:00:00Z"),
    "a typed instant with an offset": inside(
        "installed", value={"@type": "DateTime", "@value": "2020-01-01T01:00:00+01:00"}
    ),
    "an only instance in an array": lambda e: e.update(place=[e["place"]]),
    "an only target in an array": inside("refRoom", object=["urn:ngsi-ld:Room:1"]),
    "targets as objects": inside("list", objectList=[{"object": "urn:ngsi-ld:Room:1"}]),
    "what the system adds": lambda e: e.update(createdAt="2026-10-13T12:00:00Z"),
    "what the system adds to attributes": inside("place", modifiedAt="2026-10-13T12:00:00Z"),
    "language tags in another case": inside("label", languageMap={"DE": "Lampe", "EN": "lamp"}),
    "a scope in an array": put("scope", ["/town"]),
    "the @context": put("@context", "https://city.example/context.jsonld"),
    "the default dataset by name": lambda e: e["flux"][0].update(datasetId="@none"),
}
OTHER = {
    "another id": put("id", "urn:ngsi-ld:Lamp:2"),
    "a type less": put("type", "Lamp"),
    "another value": lambda e: e["flux"][0].update(value=5201),
    "a number as text": lambda e: e["flux"][0].update(value="5200"),
    "one for true": lambda e: e.update(steps={"type": "Property", "value": [3, True, 2, 2]}),
    "items in another order": inside("steps", value=[1, 2, 2, 3]),
    "an item once": inside("steps", value=[3, 1, 2]),
    "arrays flattened": inside("rings", value=[1, 2, 3, 4]),
    "a value in an array": inside("address", value=[{"street": "Markt", "town": "Exampleton"}]),
    "a member less": inside("address", value={"street": "Markt"}),
    "null left out": inside("raw", json={"b": [1]}),
    "longitude and latitude swapped": inside(
        "place", value={"type": "Point", "coordinates": [51.6, 7.9]}
    ),
    "another unit": lambda e: e["flux"][0].update(unitCode="CDL"),
    "no unit": lambda e: e["flux"][0].pop("unitCode"),
    "another instant": lambda e: e["flux"][0].update(observedAt="2026-10-13T12:00:01Z"),
    "a local time": lambda e: e["flux"][0].update(observedAt="2026-10-13T12:00:00"),
    "an instance less": lambda e: e["flux"].pop(),
    "another dataset": lambda e: e["flux"][1].update(datasetId="urn:ngsi-ld:Dataset:as-built"),
    "an attribute less": lambda e: e.pop("address"),
    "an attribute more": put("colour", {"type": "Property", "value": "red"}),
    "metadata less": lambda e: e["flux"][0].pop("note"),
    "metadata changed": lambda e: e["flux"][0]["note"].update(value="guessed"),
    "another kind": lambda e: e.update(refRoom={"type": "Property", "value": "urn:ngsi-ld:Room:1"}),
    "another target": inside("refRoom", object="urn:ngsi-ld:Room:2"),
    "a language less": inside("label", languageMap={"de": "Lampe"}),
    "another vocabulary term": inside("state", vocab="Lamp"),
    "another scope": put("scope", "/village"),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_is_left_open_makes_no_difference(change):
    assert differences(LAMP, changed(change)) == []
    assert differences(changed(change), LAMP) == []


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_what_is_not_left_open_does(change):
    assert not same(LAMP, changed(change))
    assert not same(changed(change), LAMP)


def expanded(value):
    """The same with every name that has an IRI under it."""
    if isinstance(value, list):
        return [expanded(v) for v in value]
    if isinstance(value, dict):
        return {NAMES.get(n, n): expanded(v) for n, v in value.items()}
    return value


def test_names_and_their_iris_are_the_same():
    other = expanded(LAMP)
    other["type"] = [NAMES[t] for t in LAMP["type"]]
    other["state"]["vocab"] = NAMES["Light"]
    assert not same(LAMP, other)
    assert differences(LAMP, other, names=lambda n: NAMES.get(n, n)) == []
    assert differences(LAMP, other, names=lambda n: NAMES.get(n, n), other_names=lambda n: n) == []


def test_plain_text_is_an_instant_only_when_lenient():
    one = {"id": "a", "type": "A", "at": {"type": "Property", "value": "2026-01-01T00:00:00Z"}}
    other = {
        "id": "a",
        "type": "A",
        "at": {"type": "Property", "value": "2026-01-01T01:00:00+01:00"},
    }
    assert same(one, other)
    assert not same(one, other, lenient=False)


def test_a_difference_says_where_and_what():
    other = changed(lambda e: e["flux"][0].update(value=1))
    (found,) = differences(LAMP, other)
    assert (found.pointer, found.expected, found.received) == ("/flux/0/value", 5200, 1)
    (found,) = differences(LAMP, changed(lambda e: e.pop("place")))
    assert (found.pointer, found.received) == ("/place", ABSENT)


@given(entities)
def test_an_entity_is_the_same_as_itself(entity):
    assert same(entity, copy.deepcopy(entity))


@given(entities, st.data())
def test_an_attribute_less_is_noticed(entity, data):
    lost = data.draw(st.sampled_from([n for n in entity if n not in ("id", "type")]))
    other = {n: v for n, v in entity.items() if n != lost}
    assert [d.pointer for d in differences(entity, other)] == [f"/{lost}"]
    assert not same(other, entity)


@pytest.mark.parametrize("odd", [{}, {"id": 3, "type": {}, "a": 3, "b": [[]], "c": [{}, {}]}])
def test_what_is_no_entity_raises_nothing(odd):
    assert same(odd, copy.deepcopy(odd))
    assert not same(odd, LAMP)
