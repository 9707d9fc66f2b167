"""Values that data models agree on, and the simplified form of every kind of attribute."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.formats import is_absolute_uri, is_date_time, is_time
from mimtest.models.identifiers import urn_type
from mimtest.models.reading import Reading
from mimtest.models.representations import simplified, untyped
from mimtest.models.units import is_unit_code
from mimtest.sandbox.city import load_city

POINT = {"type": "Point", "coordinates": [7.9, 51.6]}
SEEN = "2026-10-13T12:00:00Z"


# The simplified form


@pytest.mark.parametrize(
    ("attribute", "simple", "bare"),
    [
        ({"type": "Property", "value": 5, "unitCode": "WTT"}, 5, 5),
        ({"type": "Property", "value": False}, False, False),
        ({"type": "Property", "value": [1, 2]}, [1, 2], [1, 2]),
        (
            {"type": "Property", "value": {"street": "Markt"}},
            {"street": "Markt"},
            {"street": "Markt"},
        ),
        ({"type": "Property", "value": {"@type": "DateTime", "@value": SEEN}}, SEEN, SEEN),
        ({"type": "GeoProperty", "value": POINT}, POINT, POINT),
        ({"type": "Relationship", "object": "urn:a:1"}, "urn:a:1", "urn:a:1"),
        ({"type": "Relationship", "object": ["urn:a:1", "urn:a:2"]}, *[["urn:a:1", "urn:a:2"]] * 2),
        (
            {"type": "LanguageProperty", "languageMap": {"de": "rot", "en": "red"}},
            {"languageMap": {"de": "rot", "en": "red"}},
            "rot",
        ),
        ({"type": "LanguageProperty", "languageMap": {}}, {"languageMap": {}}, {}),
        ({"type": "VocabProperty", "vocab": "red"}, {"vocab": "red"}, "red"),
        ({"type": "JsonProperty", "json": {"a": None}}, {"json": {"a": None}}, {"a": None}),
        ({"type": "ListProperty", "valueList": [1, 2]}, {"valueList": [1, 2]}, [1, 2]),
        (
            {"type": "ListRelationship", "objectList": [{"object": "urn:a:1"}]},
            {"objectList": [{"object": "urn:a:1"}]},
            [{"object": "urn:a:1"}],
        ),
        (
            {"type": "Odd", "content": 1},
            {"type": "Odd", "content": 1},
            {"type": "Odd", "content": 1},
        ),
        ([{"type": "Property", "value": 5}], 5, 5),
        (
            [
                {"type": "Property", "value": 5, "datasetId": "urn:d:1"},
                {"type": "Property", "value": 6},
            ],
            {"dataset": {"urn:d:1": 5, "@none": 6}},
            6,
        ),
        (
            [
                {"type": "Property", "value": 5, "datasetId": "urn:d:1"},
                {"type": "Property", "value": 6, "datasetId": "urn:d:2"},
            ],
            {"dataset": {"urn:d:1": 5, "urn:d:2": 6}},
            5,
        ),
    ],
)
def test_every_kind_of_attribute_has_a_simplified_form(attribute, simple, bare):
    entity = {"id": "urn:e:1", "type": "T", "a": attribute}
    assert simplified(entity) == {"id": "urn:e:1", "type": "T", "a": simple}
    assert simplified(entity, bare=True) == {"id": "urn:e:1", "type": "T", "a": bare}


def test_members_that_are_no_attributes_stay_and_the_context_goes():
    own = {"id": "urn:e:1", "type": ["T", "U"], "scope": ["/a"], "createdAt": SEEN}
    assert simplified(own | {"@context": "https://c.example/", "empty": [], "odd": 7}) == own | {
        "empty": [],
        "odd": 7,
    }


def test_every_entity_of_the_town_has_a_simplified_form():
    for entity in load_city().entities:
        brief = simplified(entity)
        assert set(brief) == set(entity)
        assert Reading(entity).instances
        assert not Reading(brief).instances


@pytest.mark.parametrize(
    ("value", "plain"),
    [({"@type": "Date", "@value": 1}, 1), ({"@value": None}, None), ({"a": 1}, {"a": 1}), (7, 7)],
)
def test_a_typed_value_is_unwrapped(value, plain):
    assert untyped(value) == plain


# Instances and moments


def test_attributes_of_attributes_are_found_where_they_are():
    entity = {
        "id": "urn:e:1",
        "type": "T",
        "createdAt": SEEN,
        "observedAt": "no member of an entity",
        "a": [
            {"type": "Property", "value": {"type": "x", "value": 1}, "observedAt": SEEN},
            {"type": "Property", "value": 2, "b": {"type": "Relationship", "object": "urn:x:1"}},
        ],
        "when": {"type": "Property", "value": {"@type": "DateTime", "@value": "soon"}},
        "odd": {"type": "Thing"},
    }
    reading = Reading(entity)
    assert [p.pointer for p in reading.instances] == ["/a/0", "/a/1", "/when", "/a/1/b"]
    assert sorted((p.pointer, p.value) for p in reading.moments) == [
        ("/a/0/observedAt", SEEN),
        ("/createdAt", SEEN),
        ("/when/value", "soon"),
    ]


def test_attributes_nested_without_end_come_to_one():
    deep = {"type": "Property", "value": 0}
    for n in range(100):
        deep = {"type": "Property", "value": n, "a": deep}
    assert len(Reading({"id": "urn:e:1", "type": "T", "a": deep}).instances) == 21


# Identifiers


@given(st.text("abcXYZ-_.", min_size=1), st.text("abc:/#ä-", min_size=1))
def test_an_ngsi_ld_urn_names_its_type(kind, local):
    assert urn_type(f"urn:ngsi-ld:{kind}:{local}") == kind
    assert urn_type(f"URN:NGSI-LD:{kind}:{local}") == kind
    assert is_absolute_uri(f"urn:ngsi-ld:{kind}:{local}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:ngsi-ld:Lamp",
        "urn:ngsi-ld:Lamp:",
        "urn:ngsi-ld::1",
        "urn:uuid:Lamp:1",
        "https://city.example/Lamp/1",
        "urn:ngsi-ld:Lamp:a b",
        " urn:ngsi-ld:Lamp:1",
        "Lamp:1",
    ],
)
def test_any_other_text_names_no_type(text):
    assert urn_type(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("urn:a:1", True),
        ("https://city.example/straße?x#y", True),
        ("mailto:a@b.example", True),
        ("a+b-c.d:e", True),
        ("/relative", False),
        ("lamp", False),
        ("lamp:", False),
        ("1:2", False),
        ("urn:a b", False),
        ("urn:a\n", False),
        ("urn:a\x00", False),
        ("urn:{a}", False),
    ],
)
def test_a_uri_is_absolute(text, wanted):
    assert is_absolute_uri(text) is wanted


# Units


@pytest.mark.parametrize(
    "code",
    ["CEL", "P1", "MTR", "KWH", "GQ", "WTT", "LUM", "MTK", "2N", "59", "DD", "C62", "4K", "MTS"],
)
def test_common_codes_have_the_form_of_one(code):
    assert is_unit_code(code)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "C",
        "CELS",
        "cel",
        "°C",
        "m/s",
        "KM",
        "HZ",
        "PCT",
        "PPM",
        "P1 ",
        "P1\n",
        "\uff23EL",
        "%",
        None,
        7,
        True,
        ["CEL"],
        {"unit": "CEL"},
        "http://qudt.org/vocab/unit/DEG_C",
    ],
)
def test_what_is_no_common_code(value):
    assert not is_unit_code(value)


# Times


@given(
    st.integers(-(2**31), 2**32),
    st.integers(-14 * 60 + 1, 14 * 60 - 1),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
)
def test_every_moment_with_its_zone_is_a_date_time(seconds, minutes, precision):
    zone = timezone(timedelta(minutes=minutes))
    moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    text = moment.isoformat(timespec=precision)
    assert is_date_time(text)
    assert is_date_time(text.replace("T", "t").replace(".", ","))
    assert is_time(text.partition("T")[2])
    assert not is_date_time(moment.replace(tzinfo=None).isoformat())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-10-13T12:00:00Z", True),
        ("2026-10-13t12:00:00z", True),
        ("2026-10-13T12:00:00.1234567890123Z", True),
        ("2026-10-13T12:00:00-00:00", True),
        ("2016-12-31T23:59:60Z", True),
        ("2024-02-29T00:00:00Z", True),
        ("2026-02-29T00:00:00Z", False),
        ("2026-10-13T24:00:00Z", False),
        ("2026-10-13T12:60:00Z", False),
        ("2026-10-13T12:00:61Z", False),
        ("2026-10-13T12:00:00+24:00", False),
        ("2026-10-13T12:00:00+01:60", False),
        ("2026-10-13T12:00:00+0100", False),
        ("2026-10-13T12:00:00", False),
        ("2026-10-13T12:00Z", False),
        ("2026-10-13T12:00:00.Z", False),
        ("2026-10-13 12:00:00Z", False),
        ("2026-10-13", False),
        ("20261013T120000Z", False),
        ("٢٠٢٦-10-13T12:00:00Z", False),
        ("2026-10-13T12:00:00Z\n", False),
        ("", False),
    ],
)
def test_a_date_time_is_complete_and_there_was_one(text, wanted):
    assert is_date_time(text) is wanted
