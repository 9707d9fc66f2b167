"""Asking the reference broker for the past: by time, by condition, in every form (4.5.6 to 4.5.9, 4.5.19, 4.11, 5.7.3, 5.7.4)."""

import pytest

from tests.ngsild_asking import GEO, LD, Api, kind, point, prop

ONE = "/temporal/entities/urn:x:1"
ALL = "/temporal/entities"
AFTER = {"timerel": "after", "timeAt": "2025-01-01T00:00:00Z"}
TYPED = {"type": "Sensor", **AFTER}


def series(*pairs, **more):
    return [prop(value, observedAt=f"2025-03-{at}:00Z", **more) for at, value in pairs]


def at(when, instance):
    return {**instance, "observedAt": f"2025-03-{when}:00Z"}


SENSOR = {
    "id": "urn:x:1",
    "type": "Sensor",
    "scope": "/town/north",
    "temp": series(("03T08:10", 9), ("03T08:40", 11), ("03T10:20", -3), ("04T08:00", 20)),
    "label": series(("03T08:10", "calm"), ("03T10:20", "gale")),
    "open": series(("03T08:10", True), ("03T10:20", False)),
    "tags": series(("03T08:10", ["a", "b"]), ("03T10:20", ["a"])),
    "addr": series(("03T08:10", {"city": "Ahlen"})),
    "location": [at("03T08:10", point(7.0, 51.0)), at("04T08:00", point(9.0, 51.0))],
    "inRoom": [
        at("03T08:10", {"type": "Relationship", "object": "urn:x:r1"}),
        at("04T08:00", {"type": "Relationship", "object": "urn:x:r2"}),
    ],
    "name": [at("03T08:10", {"type": "LanguageProperty", "languageMap": {"en": "a", "de": "b"}})],
    "kind": [at("03T08:10", {"type": "VocabProperty", "vocab": "Dry"})],
    "raw": [at("03T08:10", {"type": "JsonProperty", "json": {"a": 1}})],
    "steps": [at("03T08:10", {"type": "ListProperty", "valueList": [1, 2]})],
    "area": [
        *series(("03T08:10", 1), ("03T10:20", 2)),
        *series(("03T08:10", 3), datasetId="urn:x:d"),
    ],
}
OTHER = {"id": "urn:x:2", "type": "Sensor", "temp": series(("04T09:00", 50))}
STATIC = {"id": "urn:x:3", "type": "Sensor", "temp": [prop(1)]}


@pytest.fixture(scope="module")
def api():
    api = Api()
    for evolution in (SENSOR, OTHER, STATIC):
        assert api("POST", ALL, evolution).status == 201
    return api


def evolution(api, **params):
    answer = api("GET", ONE, **params)
    assert answer.status == 200, answer.body
    return answer.json()


def temps(api, **params):
    return [i["value"] for i in evolution(api, **params).get("temp", [])]


def found(api, **params):
    answer = api("GET", ALL, **{**TYPED, **params})
    assert answer.status == 200, answer.body
    return {e["id"][-1]: [i["value"] for i in e.get("temp", [])] for e in answer.json()}


# Time


@pytest.mark.parametrize(
    ("relation", "when", "end", "values"),
    [
        ("after", "03T08:40", None, [11, -3, 20]),
        ("after", "03T08:41", None, [-3, 20]),
        ("before", "03T10:20", None, [9, 11]),
        ("before", "03T10:21", None, [9, 11, -3]),
        ("between", "03T08:40", "04T08:00", [11, -3]),
        ("between", "03T08:41", "04T08:01", [-3, 20]),
        ("between", "04T08:00", "03T08:00", []),
    ],
)
def test_a_range_has_its_begin_and_not_its_end(api, relation, when, end, values):
    asked = {"timerel": relation, "timeAt": f"2025-03-{when}:00Z"}
    asked |= {"endTimeAt": f"2025-03-{end}:00Z"} if end else {}
    assert temps(api, **asked) == values
    assert found(api, **asked).get("1", []) == values


def test_a_moment_may_be_told_in_another_zone(api):
    assert temps(api, timerel="before", timeAt="2025-03-03T11:20:00+01:00") == [9, 11]


def test_without_a_range_everything_is_told(api):
    assert temps(api) == [9, 11, -3, 20]
    assert [i["value"] for i in api("GET", f"{ALL}/urn:x:3").json()["temp"]] == [1]


def test_what_was_not_observed_is_in_no_range_of_observation(api):
    assert set(found(api)) == {"1", "2"}
    assert set(found(api, timeproperty="createdAt")) == {"1", "2", "3"}


def test_a_range_of_stamps_goes_by_the_clock_of_the_broker(api):
    stamps = [i["createdAt"] for i in evolution(api, options="sysAttrs")["temp"]]
    asked = {"timeproperty": "createdAt", "timeAt": max(stamps)}
    assert temps(api, timerel="before", **asked) == []
    assert temps(api, timerel="after", **asked) == [9, 11, -3, 20]


def test_the_time_of_deletion_alone_means_what_was_deleted(api):
    assert temps(api, timeproperty="deletedAt") == []


@pytest.mark.parametrize(
    ("number", "values"), [("1", [20]), ("2", [-3, 20]), ("99", [9, 11, -3, 20])]
)
def test_the_last_instances_are_told_of_each_attribute(api, number, values):
    assert temps(api, lastN=number) == values
    assert len(evolution(api, lastN=number)["label"]) == min(int(number), 2)


def test_the_last_instances_are_those_of_the_range(api):
    asked = {"timerel": "before", "timeAt": "2025-03-04T00:00:00Z"}
    assert temps(api, lastN="2", **asked) == [11, -3]


@pytest.mark.parametrize(
    "params",
    [
        {"timerel": "after"},
        {"timeAt": "2025-03-03T08:00:00Z"},
        {"timerel": "during", "timeAt": "2025-03-03T08:00:00Z"},
        {"timerel": "after", "timeAt": "2025-03-03"},
        {"timerel": "between", "timeAt": "2025-03-03T08:00:00Z"},
        {"timerel": "between", "timeAt": "2025-03-03T08:00:00Z", "endTimeAt": "later"},
        {**AFTER, "timeproperty": "expiresAt"},
        {"lastN": "0"},
        {"lastN": "-1"},
        {"lastN": "1.5"},
        {"lastN": "x"},
        {"pick": "inRoom{label}"},
        {"pick": "temp", "attrs": "temp"},
        {"local": "maybe"},
    ],
)
def test_a_wrong_temporal_query_is_refused(api, params):
    for where, more in ((ONE, {}), (ALL, {"type": "Sensor"})):
        answer = api("GET", where, **more, **params)
        assert (answer.status, kind(answer)) == (400, "BadRequestData")


# Which entities


@pytest.mark.parametrize(
    "params",
    [
        {"type": "Sensor"},
        AFTER,
        {"id": "urn:x:1", **AFTER},
        {"attrs": "temp"},
        {**TYPED, "orderBy": "temp", "local": "true"},
        {**TYPED, "orderBy": "id,temp", "local": "true"},
        {**TYPED, "q": "inRoom{label}==1"},
        {**TYPED, "id": "no uri"},
    ],
)
def test_a_query_that_says_too_little_or_wrong_is_refused(api, params):
    answer = api("GET", ALL, **params)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


FIRST = {"timerel": "before", "timeAt": "2025-03-04T00:00:00Z"}
CONDITIONS = {
    "met": ({"q": "temp==9"}, {"1"}),
    "met later": ({"q": "temp==9", "timeAt": "2025-03-03T08:30:00Z"}, set()),
    "both": ({"q": "temp>10"}, {"1", "2"}),
    "in the first day": ({"q": "temp>15", **FIRST}, set()),
    "attrs": ({"attrs": "label"}, {"1"}),
    "pattern": ({"idPattern": "2$"}, {"2"}),
    "scope": ({"scopeQ": "/town/#"}, {"1"}),
    "no scope": ({"scopeQ": "/village"}, set()),
    "near": ({"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": "[9,51]"}, {"1"}),
    "near before": (
        {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": "[9,51]", **FIRST},
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONS)
def test_entities_are_found_by_what_they_were_in_the_range(api, name):
    params, ids = CONDITIONS[name]
    assert set(found(api, **params)) == ids


def test_a_condition_chooses_entities_not_instances(api):
    assert found(api, q="temp==9")["1"] == [9, 11, -3, 20]


def test_evolutions_are_ordered_by_id(api):
    params = {**TYPED, "local": "true", "timeproperty": "createdAt"}
    for order, ids in (("id", "123"), ("id;desc", "321")):
        answer = api("GET", ALL, orderBy=order, **params)
        assert "".join(e["id"][-1] for e in answer.json()) == ids


def test_evolutions_come_in_pages_and_are_counted(api):
    answer = api("GET", ALL, limit=1, count="true", **TYPED)
    assert [e["id"] for e in answer.json()] == ["urn:x:1"]
    assert answer.header("NGSILD-Results-Count") == "2"
    assert any('rel="next"' in value for name, value in answer.headers if name == "Link")


# Which parts


def test_evolutions_are_reduced_to_what_is_asked_for(api):
    assert set(evolution(api, attrs="temp,label")) >= {"id", "type", "temp", "label"}
    assert "open" not in evolution(api, attrs="temp")
    assert set(evolution(api, pick="temp")) == {"temp"}
    assert set(evolution(api, pick="id,scope")) == {"id", "scope"}
    assert not {"temp", "type"} & set(evolution(api, omit="temp,type"))


@pytest.mark.parametrize("params", [{"attrs": "unit"}, {"pick": "unit"}, {"attrs": "nothing"}])
def test_an_entity_without_what_is_asked_for_is_not_found(api, params):
    answer = api("GET", ONE, **params)
    assert (answer.status, kind(answer)) == (404, "ResourceNotFound")


def test_instances_of_a_dataset_are_told(api):
    for dataset, values in (("urn:x:d", [3]), ("@none", [1, 2]), ("urn:x:d,@none", [1, 2, 3])):
        told = evolution(api, datasetId=dataset)["area"]
        assert sorted(i["value"] for i in told) == values


def test_texts_are_told_in_a_language(api):
    told = evolution(api, lang="de")["name"][0]
    assert (told["type"], told["value"], told["lang"]) == ("Property", "b", "de")
    short = evolution(api, lang="de", options="temporalValues")["name"]
    assert short == {"type": "Property", "values": [["b", "2025-03-03T08:10:00Z"]]}


def test_scopes_are_instances(api):
    told = evolution(api)["scope"]
    assert [(i["type"], i["value"]) for i in told] == [("Property", ["/town/north"])]


@pytest.mark.parametrize("where", [ONE, ALL])
def test_the_past_is_told_in_json_and_json_ld_alone(api, where):
    params = TYPED if where == ALL else {}
    assert api("GET", where, headers={"accept": GEO}, **params).status == 406
    answer = api("GET", where, headers={"accept": LD}, **params)
    body = answer.json()
    assert "@context" in (body[0] if where == ALL else body)


# Short forms

NINE = "2025-03-03T08:10:00Z"
SHORT = {
    "label": ("Property", "values", ["calm", NINE]),
    "location": ("GeoProperty", "values", [{"type": "Point", "coordinates": [7.0, 51.0]}, NINE]),
    "inRoom": ("Relationship", "objects", ["urn:x:r1", NINE]),
    "name": ("LanguageProperty", "languageMaps", [{"languageMap": {"en": "a", "de": "b"}}, NINE]),
    "kind": ("VocabProperty", "vocabs", [{"vocab": "Dry"}, NINE]),
    "raw": ("JsonProperty", "jsons", [{"json": {"a": 1}}, NINE]),
    "steps": ("ListProperty", "valueLists", [[1, 2], NINE]),
}


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("how", ["options", "format"])
def test_values_are_told_with_their_times(api, name, how):
    kind_of, member, first = SHORT[name]
    told = evolution(api, **{how: "temporalValues"})[name]
    assert set(told) == {"type", member}
    assert (told["type"], told[member][0]) == (kind_of, first)


def test_each_dataset_has_its_values(api):
    told = evolution(api, options="temporalValues")["area"]
    assert [t.get("datasetId") for t in told] == [None, "urn:x:d"]
    assert [len(t["values"]) for t in told] == [2, 1]


def rows(api, method, name="temp", **params):
    asked = {"options": "aggregatedValues", "aggrMethods": method, "attrs": name}
    told = evolution(api, **asked, **params)[name]
    return [(value, start[8:16], end[8:16]) for value, start, end in told[method]]


HOURLY = {
    "totalCount": [2, 1],
    "distinctCount": [2, 1],
    "sum": [20, -3],
    "avg": [10, -3],
    "min": [9, -3],
    "max": [11, -3],
    "stddev": [1, 0],
    "sumsq": [202, 9],
}


@pytest.mark.parametrize("method", HOURLY)
def test_values_are_aggregated_over_hours_from_the_begin_of_the_range(api, method):
    asked = {"timerel": "between", "timeAt": "2025-03-03T08:00:00Z"}
    asked |= {"endTimeAt": "2025-03-04T00:00:00Z", "aggrPeriodDuration": "PT1H"}
    told = rows(api, method, **asked)
    assert [value for value, _, _ in told] == HOURLY[method]
    assert [r[1:] for r in told] == [("03T08:00", "03T09:00"), ("03T10:00", "03T11:00")]


@pytest.mark.parametrize(
    ("duration", "starts"),
    [
        ("P1D", ["03T00:00", "04T00:00"]),
        ("P1W", ["03T00:00"]),
        ("P1M", ["03T00:00"]),
        ("PT30M", ["03T08:00", "03T08:30", "03T10:00", "04T08:00"]),
        ("PT0S", ["03T00:00"]),
        ("P0D", ["03T00:00"]),
        ("P9999Y", ["03T00:00"]),
    ],
)
def test_periods_have_the_length_asked_for(api, duration, starts):
    asked = {"timerel": "after", "timeAt": "2025-03-03T00:00:00Z", "aggrPeriodDuration": duration}
    assert [r[1] for r in rows(api, "sum", **asked)] == starts


def test_without_a_range_the_whole_spans_all_instances(api):
    assert rows(api, "sum") == [(37, "03T08:10", "04T08:00")]


@pytest.mark.parametrize(
    ("name", "method", "value"),
    [
        ("label", "max", "gale"),
        ("open", "sum", 1),
        ("tags", "avg", 1.5),
        ("addr", "distinctCount", 1),
        ("inRoom", "totalCount", 2),
    ],
)
def test_other_values_are_aggregated_as_far_as_it_makes_sense(api, name, method, value):
    assert rows(api, method, name)[0][0] == value


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"aggrMethods": "median"}, "BadRequestData"),
        ({"aggrMethods": ""}, "BadRequestData"),
        ({}, "BadRequestData"),
        ({"aggrMethods": "sum", "aggrPeriodDuration": "an hour"}, "BadRequestData"),
        ({"aggrMethods": "sum", "aggrPeriodDuration": "PT"}, "BadRequestData"),
        ({"aggrMethods": "sum", "aggrPeriodDuration": "P"}, "BadRequestData"),
        ({"aggrMethods": "sum", "attrs": "label"}, "InvalidRequest"),
        ({"aggrMethods": "max", "attrs": "addr"}, "InvalidRequest"),
        ({"aggrMethods": "avg", "attrs": "inRoom"}, "InvalidRequest"),
    ],
)
def test_a_wrong_aggregation_is_refused(api, params, error):
    answer = api("GET", ONE, options="aggregatedValues", **params)
    assert (answer.status, kind(answer)) == (400, error)


@pytest.mark.parametrize("params", [{"format": "table"}, {"options": "keyValues"}])
def test_an_unknown_form_is_refused(api, params):
    answer = api("GET", ONE, **params)
    assert (answer.status, kind(answer)) == (400, "InvalidRequest")


def test_the_format_goes_before_the_options(api):
    params = {"format": "temporalValues", "options": "aggregatedValues", "aggrMethods": "sum"}
    assert "values" in evolution(api, **params)["temp"]


# Queries in a body


def posted(api, status=200, **members):
    body = {"type": "Query", "entities": [{"type": "Sensor"}], "temporalQ": AFTER, **members}
    body = {k: v for k, v in body.items() if v is not None}
    answer = api("POST", "/temporal/entityOperations/query", body)
    assert answer.status == status, answer.body
    return answer


@pytest.mark.parametrize(
    ("members", "ids"),
    [
        ({}, "12"),
        ({"q": "temp==9"}, "1"),
        ({"temporalQ": {"timerel": "before", "timeAt": "2025-03-04T00:00:00Z"}}, "1"),
        ({"scopeQ": "/town/north"}, "1"),
        ({"entities": [{"type": "Sensor", "id": "urn:x:2"}]}, "2"),
        ({"geoQ": {"georel": "near;maxDistance==9", "geometry": "Point", "coordinates": [9, 51]}}, "1"),
    ],
)  # fmt: skip
def test_a_query_in_a_body_finds_the_same(api, members, ids):
    assert "".join(e["id"][-1] for e in posted(api, **members).json()) == ids


def test_a_query_in_a_body_says_how_many_and_in_which_form(api):
    first = posted(api, temporalQ={**AFTER, "lastN": 1}).json()[0]
    assert [i["value"] for i in first["temp"]] == [20]
    params = {"aggrMethods": ["max"], "aggrPeriodDuration": "PT0S"}
    first = posted(api, attrs=["temp"], aggrParams=params).json()[0]
    assert first["temp"]["max"][0][0] == 20
    first = posted(api, attrs=["name"], lang="en").json()[0]
    assert first["name"][0]["value"] == "a"


@pytest.mark.parametrize(
    "members",
    [
        {"temporalQ": None},
        {"temporalQ": []},
        {"temporalQ": {"timerel": "after"}},
        {"temporalQ": {**AFTER, "lastN": 0}},
        {"temporalQ": {**AFTER, "lastN": 2.5}},
        {"temporalQ": {**AFTER, "lastN": True}},
        {"aggrParams": []},
        {"aggrParams": {"aggrMethods": ["median"]}},
        {"lang": 1},
        {"pick": ["inRoom{label}"], "join": "inline"},
        {"ordering": {"orderBy": [1]}},
    ],
)
def test_a_wrong_query_in_a_body_is_refused(api, members):
    assert kind(posted(api, 400, **members)) == "BadRequestData"
