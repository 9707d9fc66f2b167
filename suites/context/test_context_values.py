"""Values come back as they were sent: texts, numbers, places, times, words in several languages.

What is compared is what was sent; how a number or a moment is written is free (GS CIM 009 4.5, 4.6, 4.7).
"""

from typing import Any

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member, shown
from mimtest.vocabulary.jsonld import same_literal
from mimtest.vocabulary.ngsild import Broker, assert_holds, entity_in, own_id
from mimtest.vocabulary.ngsild_entities import (
    Note,
    assert_property_value,
    assert_value,
    instance_in,
    nearly,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken."""
    return {**room, "id": own_id("Room", run_id)}


def _kept(broker: Broker, sent: dict[str, Any], name: str) -> dict[str, Any]:
    """The instance of an attribute, after its entity was created."""
    assert_status(broker.create(sent), 201)
    return eventually(lambda: instance_in(entity_in(broker.retrieve(sent["id"])), name))


@pytest.mark.check(
    "CTX-ENT-08",
    clause="GS CIM 009 4.6.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("größe", "120 m²", id="Latin"),
        pytest.param("ύψος", "Δημαρχείο", id="Greek"),
        pytest.param("高さ", "市役所、三階", id="Japanese"),
        pytest.param("mood", "🏛️ open 👩‍🔧", id="emoji"),
        pytest.param("cafe", "cafe\u0301 and caf\u00e9", id="composed and not"),
    ],
)
def test_letters_of_every_script_are_kept(broker, twin, name, value):
    """Names and texts in any script come back character for character."""
    sent = twin | {name: {"type": "Property", "value": value}}
    assert_status(broker.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-ENT-09",
    clause="GS CIM 009 4.6.3",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(42, id="integer"),
        pytest.param(-7, id="negative"),
        pytest.param(6.02214076e23, id="exponent"),
        pytest.param(51.123456789012345, id="decimal"),
        pytest.param(2**53 + 1, id="large"),
        pytest.param(False, id="boolean"),
        pytest.param("", id="empty text"),
        pytest.param('<b>"it\'s" = ; (50%) \\ /</b>\n\t', id="special characters"),
        pytest.param("lorem ipsum " * 683, id="long text"),
        pytest.param({"street": "Markt", "inner": {"floor": 3, "open": True}}, id="object"),
        pytest.param({"lat.max": 3, "Lat.Max": 4}, id="signs in member names"),
        pytest.param([], id="empty array"),
        pytest.param(["alone"], id="array of one"),
        pytest.param([[1, 2], [3, [4, "five"]]], id="nested arrays"),
    ],
)
def test_a_value_comes_back_as_it_was_sent(broker, twin, value, reading):
    """The value of a property comes back equal, whatever its JSON type."""
    sent = twin | {"detail": {"type": "Property", "value": value}}
    received = member(_kept(broker, sent, "detail"), "value", None, "'detail'")
    assert_property_value(received, value, "the value", reading)


@pytest.mark.check(
    "CTX-ENT-10",
    clause="GS CIM 009 4.7",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [7.9512, 51.6543]),
        ("LineString", [[7.9, 51.6], [7.95, 51.65], [8.0, 51.6]]),
        ("Polygon", [[[7.9, 51.6], [8.0, 51.6], [8.0, 51.7], [7.9, 51.7], [7.9, 51.6]]]),
        (
            "Polygon",
            [
                [[7.9, 51.6], [8.0, 51.6], [8.0, 51.7], [7.9, 51.7], [7.9, 51.6]],
                [[7.92, 51.62], [7.92, 51.64], [7.94, 51.64], [7.94, 51.62], [7.92, 51.62]],
            ],
        ),
        ("MultiPoint", [[7.9, 51.6], [8.0, 51.7]]),
        ("MultiLineString", [[[7.9, 51.6], [8.0, 51.7]], [[8.1, 51.6], [8.2, 51.7]]]),
        (
            "MultiPolygon",
            [
                [[[7.9, 51.6], [8.0, 51.6], [8.0, 51.7], [7.9, 51.6]]],
                [[[8.1, 51.6], [8.2, 51.6], [8.2, 51.7], [8.1, 51.6]]],
            ],
        ),
    ],
    ids=[
        "Point",
        "LineString",
        "Polygon",
        "Polygon with a hole",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
    ],
)
def test_a_geometry_comes_back_as_it_was_sent(broker, twin, kind, coordinates, reading):
    """A place of each kind of geometry comes back with its kind and its coordinates."""
    value = {"type": kind, "coordinates": coordinates}
    held = _kept(broker, twin | {"location": {"type": "GeoProperty", "value": value}}, "location")
    assert_equal(held.get("type"), "GeoProperty", "the type of the attribute")
    found = member(held, "value", dict, "'location'")
    assert_equal(found.get("type"), kind, "the kind of geometry")
    received = member(found, "coordinates", list, "the geometry")
    _assert_same_place(received, coordinates, kind, reading)


def _assert_same_place(received: list, sent: list, kind: str, reading: Note) -> None:
    turned = _turned(sent, 2 if kind == "MultiPolygon" else 1) if kind.endswith("Polygon") else sent
    other_way = kind.endswith("Polygon") and nearly(received, turned)
    assert_value(received, turned if other_way else sent, "the coordinates", reading)
    if kind.endswith("Polygon"):
        reading("A44", "reversed" if other_way else "kept")


def _turned(rings: list, depth: int) -> list:
    """The rings in the other direction."""
    return [r[::-1] if depth == 1 else _turned(r, depth - 1) for r in rings]


@pytest.mark.check(
    "CTX-ENT-12",
    clause="GS CIM 009 4.8",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    "moment",
    ["2026-03-14T13:00:07Z", "2026-03-14T13:00:07.125Z", "2026-03-14T13:00:07.123456Z"],
    ids=["seconds", "milliseconds", "microseconds"],
)
def test_a_moment_comes_back_as_the_same_moment(broker, twin, moment, reading):
    """When an attribute was observed comes back as the same moment, to the millisecond."""
    sent = twin | {"temperature": {**twin["temperature"], "observedAt": moment}}
    answer = broker.create(sent)
    if answer.status == 400 and not broker.holds_since("1.5.1"):  # older texts have a comma here
        sent["temperature"]["observedAt"] = moment.replace(".", ",")
        answer = broker.create(sent)
    assert_status(answer, 201)
    held = eventually(lambda: instance_in(entity_in(broker.retrieve(sent["id"])), "temperature"))
    received = member(held, "observedAt", str, "'temperature'")
    equal = same_literal(received, moment)
    assert_that(equal, "the moment differs", expected=moment, received=received)
    reading("A05", "same_text" if received == moment else "same_moment")


_LESS_COMMON = ("Relationship", "GeoProperty", "LanguageProperty")
_SAID: dict[str, Any] = {
    "observedAt": "2026-01-05T08:00:00Z",
    "source": {"type": "Property", "value": "survey", "observedAt": "2026-01-04T08:00:00Z"},
    "givenBy": {"type": "Relationship", "object": "urn:ngsi-ld:Agent:mt-surveyor"},
}


def _assert_said_of(broker, twin, kind):
    """What is said of an attribute of another kind than Property stays there as well."""
    caption = {"type": "LanguageProperty", "languageMap": {"de": "Rathaus", "en": "town hall"}}
    name = {"Relationship": "inBuilding", "GeoProperty": "location"}.get(kind, "caption")
    if kind == "LanguageProperty" and not broker.holds_since("1.4.1"):
        raise NotApplicable("version_not_claimed", "LanguageProperty came with version 1.4.1")
    sent = twin | {name: twin.get(name, caption) | _SAID}
    assert_status(broker.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-ENT-16",
    clause="GS CIM 009 4.5.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("kind", ["Property", *_LESS_COMMON])
def test_what_is_said_of_an_attribute_stays_with_it(broker, twin, kind):
    """Properties and relationships of attributes, three deep, units and times stay at their place."""
    if kind != "Property":
        _assert_said_of(broker, twin, kind)
        return
    deepest = {"type": "Property", "value": 0.1, "unitCode": "P1"}
    calibration = {
        "type": "Property",
        "value": "yearly",
        "observedAt": "2026-01-05T08:00:00Z",
        "deviation": deepest,
    }
    sensor = {
        "type": "Relationship",
        "object": "urn:ngsi-ld:Device:mt-thermometer",
        "calibration": calibration,
    }
    sent = twin | {"temperature": {**twin["temperature"], "measuredBy": sensor}}
    assert_status(broker.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-ENT-19",
    clause="GS CIM 009 4.5.18",
    level="writes",
    since="1.4.1",
    rests_on=("CTX-ENT-01",),
)
def test_texts_in_several_languages_are_kept(broker, twin):
    """A text in two languages, and one for all others, comes back with each of them."""
    others = {"@none": "R1"} if broker.holds_since("1.6.1") else {}
    texts = {"de": "Rathaus", "en": "town hall"} | others
    sent = twin | {"caption": {"type": "LanguageProperty", "languageMap": texts}}
    held = _kept(broker, sent, "caption")
    assert_equal(held.get("type"), "LanguageProperty", "the type of the attribute")
    received = member(held, "languageMap", dict, "'caption'")
    assert_that(received == texts, "the texts differ", expected=texts, received=shown(received))
