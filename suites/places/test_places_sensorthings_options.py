"""Query options of a SensorThings service choose pages, properties and related entities.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 9.3.
"""

from itertools import groupby

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    fail,
    member,
    objects,
    shown,
)
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.sensorthings import (
    ID,
    LINK,
    entities_of,
    entity_of,
    ids_of,
)
from mimtest.vocabulary.sensorthings_model import KINDS
from mimtest.vocabulary.sensorthings_sample import assert_sorted, result_of
from mimtest.vocabulary.sensorthings_times import read_instant

pytestmark = pytest.mark.interface("sensorthings")


def _time(observation):
    return read_instant(member(observation, "phenomenonTime", what="an Observation"))


@pytest.mark.check("PLA-S-17", clause="OGC 18-088 9.3.3.1 /req/request-data/orderby")
@pytest.mark.parametrize("order", ["result asc", "result desc", "result", "phenomenonTime desc"])
def test_entities_come_in_order(series, order):
    """Observations come in the order asked for, numbers by value and times as instants."""
    name, _, way = order.partition(" ")
    read = _time if name == "phenomenonTime" else result_of

    def ask(sample):
        answer = sample.sensing.get(sample.address, fresh=True, orderby=order, top=50)
        values = [read(o) for o in entities_of(answer)]
        if any(v is None for v in values) or len(set(values)) < 2:
            raise Inconclusive("no_data", "nothing to order")
        assert_sorted(values, f"{sample.name} by '{order}'", down=way == "desc")
        if sample.whole:
            ends = [read(o) for o in sample.entities]
            wanted = max(ends) if way == "desc" else min(ends)
            at_first = values[0] >= wanted if way == "desc" else values[0] <= wanted
            assert_that(at_first, "the first is not the first", expected=wanted, received=values[0])

    for_each(series, ask, "no series has two values")


@pytest.mark.check(
    "PLA-S-44", clause="OGC 18-088 9.3.3.1 /req/request-data/orderby", rests_on=("PLA-S-17",)
)
@pytest.mark.parametrize("case", ["two keys", "related"])
def test_entities_come_in_order_of_several_things(sensing, case):
    """Entities are ordered by a second property where the first is equal, and by a related entity's."""
    if case == "two keys":
        options = {"orderby": "phenomenonTime desc,result asc", "top": 100}
        answer = sensing.get(sensing.address("Observations"), **options)
        found = [o for o in entities_of(answer) if read_instant(o.get("phenomenonTime"))]
        if len(found) < 2:
            raise Inconclusive("no_data", "there are no Observations at instants")
        assert_sorted([_time(o) for o in found], "'phenomenonTime'", down=True)
        for _, together in groupby(found, key=_time):
            results = [o.get("result") for o in together]
            if all(isinstance(r, int | float) and not isinstance(r, bool) for r in results):
                assert_sorted(results, "'result' of Observations at the same time")
        return
    options = {"orderby": "Datastream/id", "expand": "Datastream($select=id)", "top": 100}
    found = entities_of(sensing.get(sensing.address("Observations"), **options))
    inside = [o["Datastream"] for o in found if isinstance(o.get("Datastream"), dict)]
    assert_that(inside, "no Datastream is inside of an Observation", expected="Datastream")
    streams = [shown(stream.get(ID)) for stream in inside]
    blocks = [key for key, _ in groupby(streams)]
    assert_that(
        len(blocks) == len(set(blocks)),
        "Observations of one Datastream are apart when ordered by Datastream",
        expected="those of one Datastream together",
        received=blocks[:10],
    )


@pytest.mark.check("PLA-S-18", clause="OGC 18-088 9.3.2.2 /req/request-data/select")
@pytest.mark.parametrize("names", ["name", "name,description", "id,name", "name,Datastreams"])
def test_only_what_is_selected_comes(sensing, names):
    """Of the properties and links of an entity only those selected are given."""
    entities = entities_of(sensing.get(sensing.address("Things"), select=names, top=5))
    if not entities:
        raise Inconclusive("no_data", "there is no Thing")
    kind, wanted = KINDS["Things"], names.split(",")
    for entity in entities:
        for name in wanted:
            there = {"id": ID, "Datastreams": f"Datastreams{LINK}"}.get(name, name)
            member(entity, there, what=f"a Thing with $select={names}")
        others = [n for n in (*kind.mandatory, *kind.optional) if n not in wanted]
        others += [f"{n}{LINK}" for n in kind.relations if n not in wanted]
        surplus = [n for n in others if n in entity]
        assert_that(
            not surplus, f"more than $select={names}", expected=names, received=list(entity)
        )


@pytest.mark.check("PLA-S-19", clause="OGC 18-088 9.3.2.1 /req/request-data/expand")
@pytest.mark.parametrize("case", ["one", "two", "path", "options"])
def test_related_entities_come_inside(sensing, series, case):
    """Related entities come inside of an entity, one and two steps away, cut as asked."""
    stream = series[0].stream[ID]
    place = sensing.place("Datastreams", stream)
    text = {
        "one": "Thing,Observations",
        "two": "Thing($expand=Locations)",
        "path": "Thing/Locations",
        "options": "Observations($top=2;$select=result;$orderby=result desc)",
    }[case]
    found = entity_of(sensing.get(place, expand=text), f"{place} with $expand={text}")
    assert_equal(found[ID], stream, f"'{ID}'")
    if case != "options":
        thing = member(found, "Thing", dict, "the Datastream")
        alone = entity_of(sensing.get(sensing.place("Datastreams", stream, "Thing")))
        assert_equal(thing.get(ID), alone[ID], "the Thing inside")
    if case in ("two", "path"):
        inside = objects(member(thing, "Locations", list, "the Thing inside"), "'Locations'")
        there = entities_of(sensing.get(sensing.place("Things", alone[ID], "Locations")))
        assert_equal(sorted(ids_of(inside)), sorted(ids_of(there)), "the Locations inside")
        return
    inside = objects(member(found, "Observations", list, "the Datastream"), "'Observations'")
    if case == "one":
        assert_that(inside, "no Observations inside", expected="those of the Datastream")
        for observation in (inside[0], inside[-1]):
            back = entity_of(
                sensing.get(sensing.place("Observations", observation[ID], "Datastream"))
            )
            assert_equal(back[ID], stream, "the Datastream of an Observation inside")
        return
    assert_equal(len(inside), 2, "the number of Observations inside with $top=2")
    surplus = [n for o in inside for n in ("phenomenonTime", "resultTime") if n in o]
    assert_that(not surplus, "more inside than selected", expected="result", received=surplus)
    results = [member(o, "result", what="an Observation inside") for o in inside]
    assert_sorted(results, "'result' inside", down=True)
    if series[0].whole:
        most = max(series[0].results)
        assert_that(
            results[0] >= most, "the greatest is not inside", expected=most, received=results
        )


def _require_followed(answer):
    """Raise Inconclusive where already a correct question is not answered."""
    try:
        entities_of(answer)
    except Contradiction as wrong:
        raise Inconclusive("control_failed", f"the correct twin: {wrong.message}") from wrong


_MISTAKES = {
    "half a filter": {"filter": "result gt"},
    "no such property": {"filter": "mimtestNothing gt 1"},
    "no such function": {"filter": "mimtestnothing(result) gt 1"},
    "order by nothing": {"orderby": "mimtestNothing"},
    "expand nothing": {"expand": "MimtestNothing"},
    "top -1": {"top": "-1"},
    "top abc": {"top": "abc"},
    "skip -1": {"skip": "-1"},
    "count maybe": {"count": "maybe"},
}


@pytest.mark.check("PLA-S-25", clause="OGC 18-088 9.3.3, 10.1 (status codes)")
@pytest.mark.parametrize("mistake", _MISTAKES)
def test_mistakes_are_refused(sensing, series, mistake):
    """A query option that cannot be understood is refused; a correct one beside it is followed."""
    address = series[0].address
    right = {"filter": "result gt 1", "orderby": "result", "expand": "Datastream"}
    right |= {"top": 1, "skip": 0, "count": True}
    [(option, value)] = _MISTAKES[mistake].items()
    _require_followed(sensing.get(address, **{option: right[option]}))
    answer = sensing.get(address, **{option: value})
    if answer.status not in (400, 404, 422, 501):
        fail(
            f"${option}={value} is not refused as a mistake",
            expected="status 400",
            received=f"status {answer.status}",
        )


@pytest.mark.check(
    "PLA-S-26", clause="OGC 18-088 9.3.3 /req/request-data/query-status-code", strength="should"
)
def test_an_unknown_option_is_refused(sensing, series):
    """An option with a dollar sign that the service does not know is refused instead of overlooked."""
    address = series[0].address
    _require_followed(sensing.get(address, top=1))
    answer = sensing.get(address, mimtestNothing="1", top=1)
    assert_status(answer, 400, 404, 422, 501, what="an unknown option")
