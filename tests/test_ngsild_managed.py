"""Names and addresses of @contexts and entity maps, in every form that brokers give them."""

import pytest

from mimtest.vocabulary import ngsild_managed as managed
from mimtest.vocabulary import ngsild_maps as maps

URN = "urn:ngsi-ld:Context:0a1b2c3d4e5f"
PLACE = f"/jsonldContexts/{URN}"
CACHED = "http://tester:80/a/own.jsonld"


@pytest.mark.parametrize(
    "item",
    [
        {"localId": URN},
        {"localId": "7", "URL": f"http://broker/ngsi-ld/v1/jsonldContexts/{URN}"},
        {
            "localId": "7",
            "url": "/ngsi-ld/v1/jsonldContexts/urn%3Angsi-ld%3AContext%3A0a1b2c3d4e5f",
        },
    ],
)
def test_an_entry_is_found_however_it_is_named(item):
    other = {"localId": "8", "URL": CACHED, "kind": None}
    assert managed.entry_for(PLACE, [other, item]) is item
    assert managed.entry_for(PLACE, [other, {"localId": 7}]) is None


def test_an_entry_is_found_by_the_address_it_is_cached_from():
    item = {"localId": "7", "URL": CACHED}
    assert managed.entry_for(managed.path_of(CACHED), [item]) is item
    assert managed.is_listed(managed.path_of(CACHED), [CACHED])
    assert not managed.is_listed(PLACE, [CACHED])


@pytest.mark.parametrize("name", [URN, "7", "urn:x:1"])
def test_a_stranger_is_like_but_not_the_same(name):
    place = managed.path_of(name)
    stranger = managed.stranger_to(place)
    assert stranger != place
    assert stranger.startswith("/jsonldContexts/")


@pytest.mark.parametrize(
    "address",
    [
        "urn:ngsi-ld:EntityMap:1",
        "/ngsi-ld/v1/entityMaps/urn:ngsi-ld:EntityMap:1",
        "https://broker/ngsi-ld/v1/entityMaps/urn%3Angsi-ld%3AEntityMap%3A1",
    ],
)
def test_a_map_is_at_one_place(address):
    assert maps.place_of(address) == "/entityMaps/urn:ngsi-ld:EntityMap:1"


@pytest.mark.parametrize(
    ("held", "marking"),
    [
        ({"urn:a": ["@none"], "urn:b": ["@none", "urn:r"]}, "item"),
        ({"@none": ["urn:a"], "urn:b": ["urn:r"]}, "key"),
        ({"urn:a": [], "urn:b": ["urn:r"]}, "empty"),
    ],
)
def test_the_entities_of_a_map_do_not_depend_on_its_marks(held, marking):
    found = maps.Found("", "", {"entityMap": held, "expiresAt": "2026-03-14T13:00:00Z"})
    assert found.ids == ["urn:a", "urn:b"]
    assert found.marking == marking


@pytest.mark.parametrize("text", ["PT0S", "PT12.5S", "P1DT2H", "P2W", "P1Y2M3DT4H5M6S"])
def test_durations(text):
    assert maps.DURATION.fullmatch(text)


@pytest.mark.parametrize("text", ["P", "PT", "3600", "P1DT", "1D", "PT1D", ""])
def test_no_durations(text):
    assert not maps.DURATION.fullmatch(text)
