"""How a filter is sent: its language, other parameters beside it, further pages, and wrong filters.

OGC API - Features - Part 3: Filtering (19-079r2), clauses 8 and 9.
"""

from itertools import islice

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import cql2
from mimtest.vocabulary import cql2_questions as questions
from mimtest.vocabulary import cql2_questions_placed as placed
from mimtest.vocabulary.cql2_asking import MOST_ASKED, assert_answered
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.feature_schemas import require
from mimtest.vocabulary.geo import telling_fence
from mimtest.vocabulary.openapi import named_parameter, parameter_schema, parameters_of_items
from mimtest.vocabulary.samples import page_size, walk
from mimtest.vocabulary.samples_compared import assert_refused, assert_selected
from mimtest.vocabulary.times import Span, instant, read_time

pytestmark = pytest.mark.interface("ogc-api-features")

NOTHING = "no condition tells some features from others"
BASIC = "basic-cql2"


@pytest.fixture
def told(filterables):
    """Collections, each with a condition that is true of some of its features."""
    require([*filterables[0].classes], "cql2", BASIC)
    found = [(f, c) for f in filterables if (c := f.telling(questions.basic(f)))]
    if not found:
        raise Inconclusive("no_data", NOTHING)
    return found[:MOST_ASKED]


@pytest.mark.check("PLA-F-10", clause="OGC 19-079r2 /req/filter/filter-lang-param C")
def test_without_a_language_the_default_is_taken(told, definition):
    """A filter without filter-lang is read in the language the API definition names as default."""
    for filterable, condition in told:
        parameters = parameters_of_items(definition, filterable.sample.collection.id)
        schema = parameter_schema(definition, named_parameter(parameters, "filter-lang"))
        default = schema.get("default", cql2.TEXT)
        if default not in filterable.languages:
            raise Inconclusive("no_data", f"the default language is {default}")
        given = {"filter": filterable.spelled(condition, default)["filter"]}
        assert_selected(filterable.sample, condition.judge, **given)


@pytest.mark.check("PLA-F-34", clause="OGC 19-079r2 /req/filter/filter-lang-param A, B")
def test_the_definition_names_the_languages(told, definition):
    """The API definition has filter, and filter-lang with the languages that are taken and the default."""
    for filterable, condition in told:
        parameters = parameters_of_items(definition, filterable.sample.collection.id)
        given = named_parameter(parameters, "filter")
        assert_that(given, "the API definition has no parameter 'filter'", expected="'filter'")
        language = named_parameter(parameters, "filter-lang")
        schema = parameter_schema(definition, language)
        assert_that(
            isinstance(schema.get("enum"), list) and schema.get("default") in schema["enum"],
            "'filter-lang' does not list its languages and the default among them",
            expected="a schema with 'enum' and 'default'",
            received=language or "no parameter 'filter-lang'",
        )
        for name in [n for n in (cql2.TEXT, cql2.JSON) if n in schema["enum"]]:
            answer = filterable.sample.page(limit=1, **filterable.spelled(condition, name))
            assert_status(answer, 200, what=f"the answer to a filter in {name}")


@pytest.mark.check("PLA-F-35", clause="OGC 21-065r2 /req/cql2-json/basic-cql2")
@pytest.mark.parametrize("kind", ["comparison", "logic", "place"])
def test_filters_are_taken_as_json(filterables, kind):
    """A filter in CQL2 JSON selects exactly the features it is true of."""
    require([*filterables[0].classes], "cql2", "cql2-json")
    asked = {
        "comparison": questions.basic,
        "logic": questions.together(lambda a, b: ~(a & b)),
        "place": placed.spatial("S_INTERSECTS", "box"),
    }[kind]
    needs = ("basic-spatial-functions",) if kind == "place" else (BASIC,)
    assert_answered(filterables, asked, NOTHING, "cql2-json", *needs, language=cql2.JSON)


@pytest.mark.check("PLA-F-11", clause="OGC 19-079r2 /req/filter/mixing-expressions")
@pytest.mark.parametrize("kind", ["box", "time"])
def test_a_filter_and_other_parameters_hold_together(filterables, kind):
    """A filter beside a box or a time selects the features that fit both."""
    if kind == "time" and not any(f.sample.collection.interval for f in filterables):
        raise NotApplicable("not_offered", "no collection declares a temporal extent")
    asked = 0
    for filterable in filterables:
        for condition in islice(questions.basic(filterable), 20):
            other = (_box if kind == "box" else _time)(filterable.sample)
            if other is None:
                break
            both, parameters = _both(condition, other), other[1]
            sides = [filterable.telling([c]) for c in (condition, both)]
            apart = any(
                both.judge(f) is False and True in (condition.judge(f), other[0](f))
                for f in filterable.sample.known.values()
            )
            if all(sides) and apart:
                given = {**filterable.spelled(condition), **parameters}
                assert_selected(filterable.sample, both.judge, **given)
                asked += 1
                break
    if not asked:
        raise Inconclusive("no_data", NOTHING)


def _both(condition, other):
    return condition & cql2.Condition("", None, other[0])


def _box(sample):
    fence = telling_fence(sample.shapes, least_band=placed.BAND)
    return fence and ((lambda f: fence.selects(f.shape)), {"bbox": fence.box.text})


def _time(sample):
    """The later half of the times, where one property alone holds them."""
    if not sample.collection.interval:
        return None
    rows = [f.properties for f in sample.known.values()]
    names = [n for n in rows[0] if all(read_time(r.get(n)) for r in rows)]
    if len(names) != 1:
        return None
    starts = sorted(read_time(r[names[0]]).start for r in rows)
    declared = [read_time(end) for end in sample.collection.interval]
    if [d and d.start for d in declared] != [starts[0], starts[-1]]:
        return None  # this may be no time in the sense of the server
    middle = starts[len(starts) // 2]
    span = Span(middle, None)
    return (
        lambda f: read_time(f.properties[names[0]]).meets(span),
        {"datetime": f"{instant(middle)}/.."},
    )


@pytest.mark.check("PLA-F-15", clause="OGC 17-069r4 /req/core/fc-links; 19-079r2 9.3")
def test_further_pages_keep_the_filter(filterables):
    """The pages of a filtered answer, followed to the end, hold exactly the features it is true of."""
    found = [(f, c) for f in filterables if f.sample.leads_on and (c := _selecting_several(f))]
    if not found:
        raise Inconclusive("no_data", NOTHING)
    for filterable, condition in found[:MOST_ASKED]:
        wanted = sum(condition.judge(f) is True for f in filterable.sample.known.values())
        given = {**filterable.spelled(condition), "limit": page_size(wanted)}
        assert_selected(filterable.sample, condition.judge, **given)


def _selecting_several(filterable):
    """A condition that is true of several features and false of others."""
    for condition in islice(questions.basic(filterable), 50):
        wanted = [f for f in filterable.sample.known.values() if condition.judge(f)]
        if len(wanted) > 1 and filterable.telling([condition]):
            return condition
    return None


@pytest.mark.check("PLA-F-36", clause="OGC 17-069r4 /req/core/fc-numberMatched")
def test_the_number_matched_is_that_of_the_filter(told):
    """The number matched of a filtered answer is the number of features that come, on all pages."""
    stated = 0
    for filterable, condition in told:
        sample = filterable.sample
        given = {**sample.most, **filterable.spelled(condition)}
        answer = sample.page(**given)
        whole = walk(sample.service, answer, len(sample.known) + 1)
        number = answer.json().get("numberMatched")
        if number is None or not whole.ended or not sample.leads_on:
            continue
        if number != len(whole.features):
            sample.confirm(condition.judge)
            fail(
                "'numberMatched' of a filtered answer differs",
                expected=f"{len(whole.features)}, as many as came",
                received=number,
            )
        stated += 1
    if not stated:
        raise NotApplicable("not_offered", "no answer states how many features match")


@pytest.mark.check("PLA-F-12", clause="OGC 19-079r2 /req/features-filter/response E")
@pytest.mark.parametrize("kind", ["text cut off", "text without sense", "no JSON", "other JSON"])
def test_a_filter_that_is_none_is_refused(told, kind):
    """A filter that does not follow the grammar of its language is answered with 400."""
    filterable, condition = told[0]
    language = cql2.TEXT if kind.startswith("text") else cql2.JSON
    require([*filterable.classes], "cql2", language)
    good = {"limit": 1, **filterable.spelled(condition, language)}
    wrong = {
        "text cut off": f"({condition.text}",
        "text without sense": f"{condition.text} ==>",
        "no JSON": good["filter"][:-1],
        "other JSON": '{"op":"mimtest","args":[1]}',
    }[kind]
    assert_refused(filterable.sample, good, {**good, "filter": wrong})


@pytest.mark.check(
    "PLA-F-37", clause="OGC 19-079r2 /req/queryables/get-queryables-response G, 9.4 response E"
)
def test_a_property_that_is_no_queryable_is_refused(told, run_id):
    """A filter on a property that is no queryable is answered with 400, where these are all there are."""
    asked = 0
    for filterable, condition in told:
        if not filterable.schema.is_closed:
            continue
        good = {"limit": 1, **filterable.spelled(condition)}
        unknown = filterable.spelled(cql2.equal(f"mimtest{run_id}", "x"))
        assert_refused(filterable.sample, good, {**good, **unknown})
        asked += 1
    if not asked:
        raise NotApplicable("not_offered", "the queryables do not say that there are no others")


@pytest.mark.check("PLA-F-38", clause="OGC 19-079r2 /req/features-filter/response E")
def test_a_language_that_does_not_exist_is_refused(told):
    """A filter in a language that does not exist is answered with 400."""
    filterable, condition = told[0]
    good = {"limit": 1, **filterable.spelled(condition)}
    assert_refused(filterable.sample, good, {**good, "filter_lang": "mimtest-language"})
