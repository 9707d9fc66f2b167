"""The rules about values: what each accepts, what it has something against, and that none breaks."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.facts import ModelFacts, facts_of
from mimtest.models.findings import Finding
from mimtest.models.near_names import near
from mimtest.models.rules import all_rules, judge, rule_of, rules_for
from mimtest.sandbox.city import load_city
from mimtest.target import Model

OWN = "urn:ngsi-ld:Thing:1"
FACTS = ModelFacts(
    "Thing",
    enumerations={"status": ("ok", "brokenLantern")},
    formats={"day": frozenset(("date",)), "hours": frozenset(("duration",))},
    kinds={"ref": "Relationship", "location": "GeoProperty", "note": "Property"},
    stated_units={"height": "Meters", "level": "watts"},
    relationships={"ref": "Device"},
    area=(7.8, 51.5, 8.0, 51.7),
    now=datetime(2026, 11, 1, tzinfo=UTC),
)


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def rel(end):
    return {"type": "Relationship", "object": end}


def geo(kind, coordinates):
    return {"type": "GeoProperty", "value": {"type": kind, "coordinates": coordinates}}


def lang(**texts):
    return {"type": "LanguageProperty", "languageMap": texts}


def moment(text):
    return prop({"@type": "DateTime", "@value": text})


HOUSE = [[7.9, 51.6], [7.91, 51.6], [7.91, 51.61], [7.9, 51.6]]
HOLE = [[7.902, 51.602], [7.904, 51.604], [7.904, 51.602], [7.902, 51.602]]
SEEN = "2026-10-13T12:00:00Z"

ACCEPTED = [
    ("unit-unknown", {"a": prop(1, unitCode="CEL"), "b": prop(1, unitCode="LX")}),
    ("unit-withdrawn", {"a": prop(1, unitCode="CEL")}),
    ("unit-of-another-quantity", {"temperature": prop(1, unitCode="FAH")}),
    (
        "unit-of-another-quantity",
        {"no2": prop(1, unitCode="59"), "height": prop(2, unitCode="CMT")},
    ),
    ("unit-of-another-quantity", {"level": prop(3, unitCode="KWT")}),
    ("unit-missing", {"temperature": prop(20, unitCode="CEL"), "height": prop(3)}),
    ("unit-missing", {"relativeHumidity": prop(0.7)}),
    (
        "value-impossible",
        {"temperature": prop(-40, unitCode="CEL"), "no2": prop(-1.5, unitCode="GQ")},
    ),
    ("value-impossible", {"temperature": prop(2000, unitCode="XYZ")}),
    (
        "unit-without-number",
        {"a": prop([1, 2], unitCode="CEL"), "b": prop({"min": 1}, unitCode="CEL")},
    ),
    (
        "moment-malformed",
        {"a": prop(1, observedAt=SEEN), "b": moment("2026-01-01T00:00:00.5+02:00")},
    ),
    ("time-of-another-format", {"day": prop("2026-02-28"), "hours": prop("PT1H30M")}),
    (
        "time-unclear",
        {"dateObserved": prop("2026-01-01T00:00:00Z/PT1H"), "startDate": prop("2026-W07")},
    ),
    ("time-unclear", {"dateOfOpening": prop("2026"), "timeTable": prop("12/2026 in print")}),
    ("time-made-up", {"a": prop(1, observedAt=SEEN), "date": prop("1970-01-02T00:00:00Z")}),
    ("observed-in-the-future", {"a": prop(1, observedAt="2026-11-01T20:00:00Z")}),
    ("observed-in-the-future", {"validTo": prop("2199-01-01T00:00:00Z")}),
    (
        "times-in-wrong-order",
        {"startDate": prop(SEEN), "endDate": prop("2026-10-13T14:00:00+02:00")},
    ),
    ("interval-backwards", {"x": prop("2026-01-01T00:00:00Z/2026-01-01T01:00:00Z")}),
    (
        "geometry-malformed",
        {"location": geo("Polygon", [HOUSE, HOLE]), "b": geo("Point", [1, 2, 3])},
    ),
    ("geometry-malformed", {"a": geo("MultiPolygon", [[HOUSE]]), "b": geo("MultiPoint", [[1, 2]])}),
    ("place-off-the-earth", {"location": geo("Point", [-180, 90])}),
    ("place-turned", {"location": geo("Point", [7.9, 51.6])}),
    ("place-outside-the-area", {"location": geo("LineString", [[7.9, 51.6], [7.95, 51.65]])}),
    ("place-unset", {"location": geo("Point", [0, 51.6])}),
    ("place-coarse", {"location": geo("Point", [7.9, 51.612])}),
    ("ring-the-wrong-way", {"location": geo("Polygon", [HOUSE, HOLE])}),
    ("place-in-a-property", {"location": geo("Point", [7.9, 51.6]), "a": prop({"type": "x"})}),
    ("link-no-uri", {"a": rel("urn:ngsi-ld:Device:1"), "b": rel(["https://a.example/1"])}),
    ("link-no-uri", {"a": {"type": "ListRelationship", "objectList": [{"object": "urn:a:1"}]}}),
    (
        "link-to-another-type",
        {"ref": rel("urn:ngsi-ld:Device:1"), "other": rel("urn:ngsi-ld:Lamp:1")},
    ),
    ("link-to-another-type", {"ref": rel("https://devices.example/1")}),
    ("attribute-of-another-kind", {"ref": rel("urn:a:1"), "note": rel("urn:a:1")}),
    ("link-as-text", {"a": rel("urn:ngsi-ld:Device:1"), "note": prop("urn:ngsi-ld:Device:1")}),
    ("link-to-itself", {"a": rel("urn:ngsi-ld:Thing:2")}),
    ("id-no-uri", {"id": "https://city.example/1"}),
    ("id-not-encoded", {"id": "urn:ngsi-ld:Thing:Stra%C3%9Fe(1)"}),
    ("id-of-another-type", {"id": "urn:ngsi-ld:Thing:1", "type": ["Thing", "Lamp"]}),
    ("id-of-another-type", {"type": "https://models.example/Thing"}),
    ("dataset-no-uri", {"a": prop(1, datasetId="urn:ngsi-ld:Dataset:1")}),
    ("text-garbled", {"a": prop("Mühlenstraße São Paulo Ærø Ἀθῆναι 東京 ½ °C „ja“")}),
    ("text-without-content", {"a": prop("none"), "b": prop("NA"), "c": prop("nullarbor")}),
    ("text-with-odd-blanks", {"a": prop("two\nlines"), "b": prop("one two")}),
    ("text-with-markup", {"a": prop("a < b & c > d"), "b": prop("https://a.example/?x=1&amp;y=2")}),
    ("text-decomposed", {"a": prop("Café")}),
    ("value-misspelled", {"status": prop("ok")}),
    ("value-misspelled", {"status": prop("demolished")}),
    (
        "language-unknown",
        {"a": lang(**{"de": "x", "pt-BR": "x", "zh-Hant-TW": "x", "@none": "x", "nds": "x"})},
    ),
    (
        "language-unknown",
        {"a": lang(**{"sr-Latn": "x", "de-1996": "x", "x-klingon": "x", "EN": "x"})},
    ),
    ("language-without-text", {"a": lang(de="x", en=["y", "z"])}),
]

REFUSED = [
    ("unit-unknown", {"a": prop(1, unitCode="lm")}, "/a/unitCode"),
    ("unit-unknown", {"a": prop(1, unitCode=7)}, "/a/unitCode"),
    ("unit-unknown", {"a": [prop(1), prop(2, datasetId="urn:d:1", unitCode="lm")]}, "/a/1/unitCode"),
    ("unit-unknown", {"a": prop(1, accuracy=prop(1, unitCode="lm"))}, "/a/accuracy/unitCode"),
    ("unit-withdrawn", {"a": prop(1, unitCode="LX")}, "/a/unitCode"),
    ("unit-of-another-quantity", {"temperature": prop(1, unitCode="MTR")}, "/temperature/unitCode"),
    ("unit-of-another-quantity", {"level": prop(1, unitCode="MTR")}, "/level/unitCode"),
    ("unit-missing", {"temperature": prop(20)}, "/temperature/value"),
    ("value-impossible", {"temperature": prop(294, unitCode="CEL")}, "/temperature/value"),
    ("unit-without-number", {"a": prop("20", unitCode="CEL")}, "/a/value"),
    ("moment-malformed", {"a": prop(1, observedAt="2026-10-13 12:00")}, "/a/observedAt"),
    ("moment-malformed", {"a": moment("2026-02-30T00:00:00Z")}, "/a/value"),
    ("time-of-another-format", {"day": prop("28.02.2026")}, "/day/value"),
    ("time-of-another-format", {"hours": prop("90 minutes")}, "/hours/value"),
    ("time-unclear", {"dateObserved": prop("2026-10-13T12:00:00")}, "/dateObserved/value"),
    ("time-unclear", {"openingDate": prop("01/02/2026")}, "/openingDate/value"),
    ("time-made-up", {"a": prop(1, observedAt="1970-01-01T00:00:00Z")}, "/a/observedAt"),
    ("observed-in-the-future", {"a": prop(1, observedAt="2026-11-03T00:00:00Z")}, "/a/observedAt"),
    ("times-in-wrong-order", {"startDate": prop(SEEN), "endDate": moment("2026-10-13T13:00:00+02:00")}, "/endDate"),
    ("interval-backwards", {"x": prop("2026-01-02T00:00:00Z/2026-01-01T01:00:00Z")}, "/x/value"),
    ("geometry-malformed", {"location": geo("Point", ["7.9", "51.6"])}, "/location/value"),
    ("geometry-malformed", {"location": geo("Polygon", [[*HOUSE[:-1], [1, 1]]])}, "/location/value"),
    ("geometry-malformed", {"location": geo("Point", [[7.9, 51.6]])}, "/location/value"),
    ("place-off-the-earth", {"location": geo("Point", [51.6, 97.9])}, "/location/value"),
    ("place-turned", {"location": geo("Point", [51.6, 7.9])}, "/location/value"),
    ("place-outside-the-area", {"location": geo("Point", [9.9, 51.6])}, "/location/value"),
    ("place-unset", {"location": geo("Point", [0, 0])}, "/location/value"),
    ("place-coarse", {"location": geo("Point", [7.9, 51.6])}, "/location/value"),
    ("ring-the-wrong-way", {"location": geo("Polygon", [HOUSE[::-1]])}, "/location/value"),
    ("ring-the-wrong-way", {"location": geo("Polygon", [HOUSE, HOLE[::-1]])}, "/location/value"),
    ("place-in-a-property", {"a": prop({"type": "Point", "coordinates": [7.9, 51.6]})}, "/a/value"),
    ("link-no-uri", {"a": rel(["urn:a:1", "device 2"])}, "/a/object/1"),
    ("link-to-another-type", {"ref": rel("urn:ngsi-ld:Lamp:1")}, "/ref/object"),
    ("attribute-of-another-kind", {"ref": prop("urn:a:1")}, "/ref"),
    ("attribute-of-another-kind", {"location": prop("here")}, "/location"),
    ("link-as-text", {"a": prop(["urn:ngsi-ld:Device:1"])}, "/a/value/0"),
    ("link-to-itself", {"a": rel(OWN)}, "/a/object"),
    ("id-no-uri", {"id": "lamp 12"}, "/id"),
    ("id-not-encoded", {"id": "urn:ngsi-ld:Thing:Straße"}, "/id"),
    ("id-of-another-type", {"id": "urn:ngsi-ld:Lamp:1"}, "/id"),
    ("dataset-no-uri", {"a": prop(1, datasetId="second")}, "/a/datasetId"),
    ("text-garbled", {"a": prop("MÃ¼hlenstraÃŸe")}, "/a/value"),
    ("text-garbled", {"a": prop({"street": "M\ufffdhle"})}, "/a/value/street"),
    ("text-garbled", {"a": prop("itâ€™s")}, "/a/value"),
    ("text-without-content", {"a": prop("N/A")}, "/a/value"),
    ("text-without-content", {"a": lang(de="")}, "/a/languageMap/de"),
    ("text-with-odd-blanks", {"a": prop("x ")}, "/a/value"),
    ("text-with-odd-blanks", {"a": prop("x\u0000y")}, "/a/value"),
    ("text-with-markup", {"a": prop("<b>x</b>")}, "/a/value"),
    ("text-with-markup", {"a": prop("M&uuml;hle")}, "/a/value"),
    ("text-decomposed", {"a": prop("Cafe\u0301")}, "/a/value"),
    ("value-misspelled", {"status": prop("OK")}, "/status/value"),
    ("value-misspelled", {"status": prop(["ok", "broken_lantern"])}, "/status/value/1"),
    ("language-unknown", {"a": lang(english="x")}, "/a/languageMap/english"),
    ("language-unknown", {"a": lang(xq="x")}, "/a/languageMap/xq"),
    ("language-without-text", {"a": lang(de="x", en=7)}, "/a/languageMap"),
    ("language-without-text", {"a": lang()}, "/a/languageMap"),
]  # fmt: skip


def entity(attributes):
    return {"id": OWN, "type": "Thing", **attributes}


@pytest.mark.parametrize(("rule", "attributes"), ACCEPTED)
def test_what_a_rule_accepts(rule, attributes):
    assert list(rule_of(rule)(entity(attributes), FACTS)) == []
    assert rule_of(rule).subjects(entity(attributes), FACTS) >= 0


@pytest.mark.parametrize(("rule", "attributes", "pointer"), REFUSED)
def test_what_a_rule_has_something_against(rule, attributes, pointer):
    found = list(rule_of(rule)(entity(attributes), FACTS))
    assert [f.pointer for f in found] == [pointer]
    assert found[0].rule == rule
    assert found[0].message
    assert found[0].clause == rule_of(rule).clause
    assert rule_of(rule).subjects(entity(attributes), FACTS) > 0


def test_every_rule_is_tried_both_ways():
    ids = {r.id for r in all_rules()}
    assert {rule for rule, *_ in ACCEPTED} == ids
    assert {rule for rule, *_ in REFUSED} == ids


def test_rules_say_what_they_are():
    for rule in all_rules():
        assert rule.sentence.endswith("."), rule.id
        assert rule.kind in ("value", "suspect")
        assert rule.clause


@pytest.mark.parametrize(
    ("form", "links"),
    [("normalized", True), ("concise", True), ("simplified", False), ("ngsi-v2", False)],
)
def test_only_some_forms_tell_relationships(form, links):
    assert ("link-as-text" in {r.id for r in rules_for(form)}) is links


def test_the_city_keeps_every_rule():
    facts = replace(FACTS, enumerations={}, formats={}, kinds={}, stated_units={}, relationships={})
    assert [f for e in load_city().entities for f in judge(e, facts)] == []


def test_an_unstated_now_is_the_clock():
    observed = entity({"a": prop(1, observedAt="2999-01-01T00:00:00Z")})
    assert list(rule_of("observed-in-the-future")(observed, ModelFacts()))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Point", "Property", "GeoProperty", "Relationship", SEEN, "a/b"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "value",
                    "object",
                    "languageMap",
                    "coordinates",
                    "geometries",
                    "unitCode",
                    "observedAt",
                    "datasetId",
                    "@value",
                    "@type",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=24,
)
NAMES = st.sampled_from(
    [
        "temperature",
        "location",
        "status",
        "day",
        "ref",
        "dateObserved",
        "startDate",
        "endDate",
        "id",
        "type",
        "createdAt",
        "height",
        "a~/b",
    ]
)


@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_no_entity_breaks_the_rules(found):
    for finding in judge(found, FACTS):
        assert isinstance(finding, Finding)
        json.dumps([finding.message, finding.expected, finding.received, finding.pointer])


class Described:
    def __init__(self, properties, required=()):
        self._properties, self._required = properties, required

    def properties(self):
        return self._properties

    def required(self):
        return frozenset(self._required)


def test_facts_come_from_the_schema_and_the_claim():
    schema = Described(
        {
            "status": [
                {"type": "string", "enum": ["ok", "off"], "description": "Property. Its state"}
            ],
            "seen": [{"format": "date-time"}],
            "when": [{"anyOf": [{"format": "date-time"}, {"format": "date"}]}],
            "ref": [{"description": "Relationship. The device"}],
            "height": [{"description": "Property. Units:'Meters'. Model:'x'"}],
            "odd": [True, {"description": 7, "enum": 1, "format": None}],
        },
        required=("status",),
    )
    facts = facts_of(
        schema, Model("Thing", units="ucum", relationships={"ref": "Device"}), FACTS.area
    )
    assert facts.entity_type == "Thing"
    assert facts.required == {"status"}
    assert facts.enumerations == {"status": ("ok", "off")}
    assert facts.formats["seen"] == {"date-time"}
    assert facts.formats["when"] == {"date-time", "date"}
    assert facts.kinds == {"status": "Property", "ref": "Relationship", "height": "Property"}
    assert facts.stated_units == {"height": "Meters"}
    assert (facts.units, facts.relationships, facts.area) == ("ucum", {"ref": "Device"}, FACTS.area)


def test_nothing_known_is_nothing_claimed():
    assert facts_of() == ModelFacts()


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("lanternHight", ["lanternHeight", "status"], "lanternHeight"),
        ("LanternHeight", ["lanternHeight"], "lanternHeight"),
        ("lantern_height", ["lanternHeight"], "lanternHeight"),
        ("nameand", ["name"], None),
        ("nmae", ["name"], "name"),
        ("temperatura", ["temperature", "temporal"], "temperature"),
        ("status", ["status"], None),
        ("no2", ["no3", "o3"], None),
        ("width", ["depth"], None),
    ],
)
def test_slips_of_names(name, known, meant):
    assert near(name, known) == meant
