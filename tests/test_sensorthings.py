"""What the checks of SensorThings know: times, questions with their answers, and how they are spelled."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.cleanup import Creations
from mimtest.vocabulary.readiness_sensorthings import probe_sensorthings, root_path
from mimtest.vocabulary.sensorthings import id_literals, key_of, literal, sensing_of, spelled
from mimtest.vocabulary.sensorthings_model import KINDS
from mimtest.vocabulary.sensorthings_names import scalar_property, strings
from mimtest.vocabulary.sensorthings_places import looks_like_geojson, places
from mimtest.vocabulary.sensorthings_questions import (
    ARITHMETIC,
    COMPARISONS,
    DATES,
    LOGICAL,
    MATHS,
)
from mimtest.vocabulary.sensorthings_sample import (
    Series,
    assert_sorted,
    gap_of,
    result_of,
)
from mimtest.vocabulary.sensorthings_times import in_utc, read_instant, read_interval


class _Walked:
    ended = True

    def __init__(self, entities):
        self.entities = tuple(entities)


def a_series(results):
    observations = [
        {"@iot.id": n, "result": r, "phenomenonTime": f"2026-01-{n % 28 + 1:02d}T0{n % 7}:30:05Z"}
        for n, r in enumerate(results)
    ]
    return Series(None, "", "a series", _Walked(observations), {})


@given(st.lists(st.integers(-1000, 1000).map(lambda n: n / 8), min_size=4, unique=True))
def test_every_question_tells_some_from_others(results):
    series = a_series(results)
    for questions in (COMPARISONS, LOGICAL, ARITHMETIC, MATHS, DATES):
        for name, ask in questions.items():
            try:
                text, judge = ask(series)
            except Inconclusive:
                continue
            verdicts = [judge(o) for o in series.entities]
            assert None not in verdicts, name
            assert "(" in text or "result" in text or "Time" in text


def test_or_and_its_parentheses_mean_different_things():
    series = a_series([1, 2, 3, 4, 5, 6, 7, 8])
    loose, tight = (LOGICAL[n](series)[1] for n in ("precedence", "grouping"))
    assert [loose(o) for o in series.entities] != [tight(o) for o in series.entities]


def test_a_threshold_is_between_two_values():
    assert gap_of([1, 2, 3, 4]) == 2.5 or gap_of([1, 2, 3, 4]) == 3.5
    with pytest.raises(Inconclusive):
        gap_of([5, 5, 5])


@pytest.mark.parametrize(
    "text",
    ["2026-10-12T06:00:00Z", "2026-10-12T06:00Z", "2026-10-12T08:00:00.000+02:00"],
)
def test_an_instant_has_a_zone(text):
    assert read_instant(text) == read_instant("2026-10-12T06:00:00.000Z")
    assert read_instant(re.sub(r"Z$|\+.*$", "", text)) is None


def test_an_interval_does_not_end_before_it_starts():
    assert read_interval("2026-01-01T00:00:00Z/2026-01-02T00:00:00Z")
    assert read_interval("2026-01-02T00:00:00Z/2026-01-01T00:00:00Z") is None
    assert read_interval("2026-01-02") is None
    assert in_utc("2026-01-01T00:00:00Z/2026-01-02T00:00:00+00:00")
    assert not in_utc("2026-01-01T00:00:00+02:00")


@given(st.one_of(st.text(), st.integers(), st.integers(), st.floats(-1e6, 1e6)))
def test_a_literal_is_one(value):
    text = literal(value)
    if isinstance(value, str):
        assert text[1:-1].replace("''", "'") == value
    else:
        assert float(text) == pytest.approx(value, abs=1e-9)


def test_ids_stand_in_paths_as_they_do_in_odata():
    assert key_of(7) == "7"
    assert key_of("urn:x:a b/c") == "'urn:x:a%20b%2Fc'"
    assert key_of("o'clock") == "'o''clock'"


def test_a_uuid_may_stand_in_a_filter_with_and_without_quotes():
    uuid = "01a1ff4e-0b4d-70b2-bb86-e8bd1adb078e"
    assert id_literals(uuid) == [f"'{uuid}'", uuid]
    assert id_literals("a") == ["'a'"]
    assert id_literals(7) == ["7"]


def test_options_are_spelled_with_their_dollar_sign():
    asked = spelled("http://x/Things", {"filter": "name eq 'a&b'", "top": 1, "count": True})
    assert asked == "http://x/Things?$filter=name%20eq%20'a%26b'&$top=1&$count=true"
    assert spelled("http://x/Things?a=1", {"top": 1}) == "http://x/Things?a=1&$top=1"


def test_questions_about_names_leave_capitals_open():
    names = ["Alpha", "alpine", "Beta", "Gammaray"]
    text, judge = strings(names)["startswith"]
    assert text == "startswith(name,'Al')"
    assert [judge({"name": n}) for n in names] == [True, None, False, False]


def test_questions_about_places_are_answered_by_coordinates():
    located = [
        {
            "@iot.id": n,
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [7 + n / 100, 51 + n / 50]},
        }
        for n in range(9)
    ]
    asked = places(located)
    within, apart = asked["st_within"][1], asked["st_disjoint"][1]
    assert {within(e) for e in located} == {True, False}
    assert all(within(e) is not apart(e) for e in located)
    assert [asked["geo.distance"][1](e) for e in located] == [False] + [True] * 8
    with pytest.raises(Inconclusive):
        places([])


def test_a_property_that_tells_things_apart_is_found():
    things = [{"properties": {"a": 1, "b b": 2}}, {"properties": {"a": 2}}, {}]
    assert scalar_property(things) == ("a", 1)
    with pytest.raises(Inconclusive):
        scalar_property([{"properties": {"a": 1}}, {"properties": {"a": 1}}])


def test_an_order_is_seen():
    assert_sorted([1, 2, 2, 3], "numbers")
    assert_sorted([3, 2], "numbers", down=True)
    with pytest.raises(Contradiction):
        assert_sorted([1, 3, 2], "numbers")


def test_relations_lead_to_sets_there_are():
    assert len(KINDS) == 8
    assert {t for k in KINDS.values() for t in k.relations.values()} <= set(KINDS)


def test_what_is_created_in_a_set_may_be_removed():
    made = Creations(lambda *_: 404, SimpleNamespace(name="sensors"), None, "run")
    made.posted("http://x/v1.1/Things")
    made.note("http://x/v1.1/Things(1)", None)
    assert made.clean_up() == []


def _service(*declared, missing=404):
    """A service whose root declares some classes, and what it answers to a path that is not there."""
    document = {
        "value": [{"name": "Things", "url": "Things"}],
        "serverSettings": {"conformance": list(declared)},
    }

    def get(where, **_):
        status = missing if where else 200
        return SimpleNamespace(
            status=status,
            url=f"http://x/v1.1{where}",
            media_type="application/json",
            json=lambda: document,
        )

    return SimpleNamespace(get=get, run_id="run", url=lambda path="": f"http://x/v1.1{path}")


def test_addresses_start_at_the_root():
    found = sensing_of(_service("http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel"))
    assert found.address("Things") == "http://x/v1.1/Things"
    assert found.address("Sensors") == "http://x/v1.1/Sensors"
    assert found.place("Things", "a", "name") == "http://x/v1.1/Things('a')/name"
    found.require("datamodel")
    with pytest.raises(NotApplicable):
        found.require("create-update-delete")


def test_version_2_is_said_not_to_be_covered():
    with pytest.raises(NotApplicable, match=r"2\.0"):
        sensing_of(_service("http://www.opengis.net/spec/sensorthings/2.0/req/core"))
    with pytest.raises(Inconclusive):
        sensing_of(_service(missing=200))


def test_the_root_may_insist_on_a_slash():
    assert root_path(lambda path, **_: SimpleNamespace(status=200 if path else 404)) == "/"
    assert root_path(lambda _, **__: SimpleNamespace(status=200)) == ""
    assert root_path(lambda _, **__: SimpleNamespace(status=404)) == ""


def _get(documents):
    def get(where, **_):
        address = where or "http://x/v1.1"
        return SimpleNamespace(url=address, json=lambda: documents[address])

    return get


def test_a_service_is_ready_when_its_sets_are():
    sets = [{"name": n, "url": f"http://x/v1.1/{n}"} for n in ("Things", "Observations")]
    documents = {
        "http://x/v1.1": {"value": sets},
        "http://x/v1.1/Things?$top=1": {"value": [{}]},
        "http://x/v1.1/Observations?$top=1": {"value": []},
    }
    probe_sensorthings(_get(documents), "", needs_data=False)
    with pytest.raises(Inconclusive):
        probe_sensorthings(_get(documents), "", needs_data=True)
    for wrong in ([], {"value": {}}, {"value": [{"name": "Things"}]}):
        with pytest.raises(Contradiction):
            probe_sensorthings(_get(documents | {"http://x/v1.1": wrong}), "", needs_data=False)


@pytest.mark.parametrize(
    ("encoding", "place", "is_geojson"),
    [
        ("application/geo+json", {}, True),
        ("application/json", {"type": "Point", "coordinates": [1, 2]}, True),
        (None, {"type": "Feature"}, True),
        ("application/json", {"room": "12"}, False),
        ("text/plain", "Behind the station", False),
        ("application/vnd.town", {"type": "Point"}, False),
    ],
)
def test_places_look_like_geojson(encoding, place, is_geojson):
    entity = {"encodingType": encoding, "location": place}
    assert looks_like_geojson(entity, "location") is is_geojson


@pytest.mark.parametrize("observation", [{}, {"result": None}, {"result": "7"}, {"result": True}])
def test_an_observation_without_a_number_contradicts_and_breaks_nothing(observation):
    with pytest.raises(Contradiction, match="an Observation"):
        result_of(observation)
    _, judge = ARITHMETIC["add"](a_series([1, 2, 3, 4]))
    with pytest.raises(Contradiction, match="an Observation"):
        judge(observation)
