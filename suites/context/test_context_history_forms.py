"""The past is told in the form, with the parts and in the language asked for.

GS CIM 009 4.5.5, 4.5.9, 4.15, 4.21, 5.7.3.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    of_type,
)
from mimtest.vocabulary.ngsild_history import Event, assert_events
from mimtest.vocabulary.ngsild_past import instances_in, normalized_in, simplified_in
from mimtest.vocabulary.ngsild_past_own import DATASET, LATE
from mimtest.vocabulary.ngsild_temporal import evolution_in, timelines_of

pytestmark = pytest.mark.interface("ngsi-ld")

_SIMPLIFIED = {"options": "temporalValues"}
_LATER = {
    "language": ("names", "names", "LanguageProperty", "languageMap"),
    "word": ("kinds", "words", "VocabProperty", "vocab"),
    "document": ("kinds", "documents", "JsonProperty", "json"),
    "list": ("kinds", "lists", "ListProperty", "valueList"),
}


@pytest.mark.check(
    "CTX-TMP-20",
    clause="GS CIM 009 5.7.3",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("asked", ["attrs", "pick", "omit", "lacking"])
def test_only_the_attributes_asked_for_are_told(past, asked, operation, reading):
    """An evolution is reduced to the attributes that were asked for; one that lacks them is bare or not found."""
    if asked in ("pick", "omit") and not past.broker.holds_since("1.8.1"):
        raise NotApplicable("version_not_claimed", "pick and omit are of 1.8.1")
    name = past.names["number"]
    full = set(timelines_of(evolution_in(past.retrieve())))
    assert_that(name in full, "the control lacks the attribute", expected=name)
    if asked == "lacking":
        _assert_bare(past, operation, f"{name}Lacking", reading)
        return
    given = {"attrs": name, "pick": f"id,type,{name}", "omit": name}
    answer, evolution = past.told(operation, past.whole, **{asked: given[asked]})
    names = {n for n, timeline in timelines_of(evolution).items() if timeline}
    if asked == "omit":
        assert_that(names <= full - {name}, "what was omitted is told", received=sorted(names))
        assert_that(not past.own or names == full - {name}, "more is omitted than was asked for")
    else:
        assert_same_set(names, {name}, "the attributes")
        found = normalized_in(evolution, name)
        past.assert_told(answer, found, past.whole.of(past.numbers), "the numbers")


def _assert_bare(past, operation, lacking, reading):
    if operation == "retrieve":
        answer = assert_status(past.retrieve(attrs=lacking), 404, 200, 206)
        reading("A104", "not_found" if answer.status == 404 else "bare")
        evolution = {} if answer.status == 404 else evolution_in(answer)
    else:
        _, evolution = past.told("query", attrs=lacking)
    told = {n for n, timeline in timelines_of(evolution).items() if timeline}
    assert_that(not told, "other attributes are told", expected="none", received=sorted(told))


@pytest.mark.check(
    "CTX-TMP-22",
    clause="GS CIM 009 4.5.9",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("kind", ["Property", "Relationship", "GeoProperty"])
def test_values_are_told_with_their_times(past, kind, operation):
    """The simplified representation has each value beside its time, the targets of relationships as objects."""
    name = past.name({"Property": "number", "Relationship": "link"}.get(kind, "place"))
    events = past.whole.of(past.gauge.events[name])
    control = past.retrieve(past.whole)
    past.assert_told(control, normalized_in(evolution_in(control), name), events, f"'{name}'")
    answer, evolution = past.told(operation, past.whole, **_SIMPLIFIED)
    past.assert_told(answer, simplified_in(evolution, name, kind), events, f"'{name}'")


@pytest.mark.check(
    "CTX-TMP-23",
    clause="GS CIM 009 4.5.9",
    since="1.8.1",
    option="temporal",
    rests_on=("CTX-TMP-22",),
)
@pytest.mark.parametrize("what", list(_LATER))
def test_values_of_every_kind_are_told_with_their_times(past, what, reading):
    """In the simplified representation words, documents and texts in languages are told in a wrapping."""
    role, attribute, kind, key = _LATER[what]
    events = past.chronicle(role).events[past.names[attribute]]
    answer = past.retrieve(role=role, **_SIMPLIFIED)
    found = simplified_in(evolution_in(answer), past.names[attribute], kind)
    wrapped = [Event(e.at, {key: e.value}) for e in events]
    if what == "list" and not any(isinstance(e.value, dict) for e in found):
        reading("A105", "bare")
        past.assert_told(answer, found, events, "the lists")
        return
    if what == "list":
        reading("A105", "wrapped")
    past.assert_told(answer, found, wrapped, f"each {what}")


@pytest.mark.check(
    "CTX-TMP-37",
    clause="GS CIM 009 4.15",
    since="1.6.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
def test_the_past_is_told_in_one_language(past, operation):
    """With a language, texts in several languages are told as texts in that one."""
    known, name = past.chronicle("names"), past.names["names"]
    control = evolution_in(past.retrieve(role="names"))
    assert_events(normalized_in(control, name), known.events[name], "the texts in all languages")
    _, evolution = past.told(operation, role="names", lang="de")
    expected = [Event(e.at, e.value["de"]) for e in known.events[name]]
    assert_events(normalized_in(evolution, name), expected, "the German texts")
    instances = instances_in(evolution, name)
    assert_same_set({str(i.get("type")) for i in instances}, {"Property"}, "the types")
    assert_same_set({str(i.get("lang")) for i in instances}, {"de"}, "the languages")


@pytest.mark.check(
    "CTX-TMP-38",
    clause="GS CIM 009 4.5.5",
    since="1.8.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("dataset", ["named", "default"])
def test_instances_of_one_dataset_are_told(past, dataset, operation):
    """With a datasetId only the instances of that dataset are told; the default one is @none."""
    known, name = past.chronicle("several"), past.names["several"]
    default = {e.value for e in known.events[name]}
    named = {v for _, v in LATE}
    full = _values(evolution_in(past.retrieve(role="several")), name)
    assert_equal(sorted(full), sorted(default | named), "the values of all datasets")
    asked = DATASET if dataset == "named" else "@none"
    _, evolution = past.told(operation, role="several", datasetId=asked)
    found = _values(evolution, name)
    expected = sorted(named if dataset == "named" else default)
    assert_equal(sorted(found), expected, f"the values of the {dataset} dataset")


def _values(evolution, name):
    return [of_type(i.get("value"), float, "a value") for i in instances_in(evolution, name)]
