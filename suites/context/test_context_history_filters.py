"""The past is searched by what was, where it was, and under which scope (GS CIM 009 4.9, 4.10, 4.18, 5.7.4)."""

import json

import pytest

from mimtest.vocabulary.expect import assert_same_set, assert_that
from mimtest.vocabulary.ngsild_history import TimeRange, assert_events, moment_of
from mimtest.vocabulary.ngsild_past import evolutions_in, instances_in, normalized_in
from mimtest.vocabulary.ngsild_past_own import FAR, PLACES
from mimtest.vocabulary.ngsild_temporal import evolution_in, histories_of

pytestmark = pytest.mark.interface("ngsi-ld")

_FIRST = TimeRange("between", moment_of("2025-03-03T00:00:00Z"), moment_of("2025-03-04T00:00:00Z"))
_LAST = TimeRange("after", moment_of("2025-03-05T00:00:00Z"))
#: A condition on the number, the range it is asked for, and the entities that met it then.
_CONDITIONS = {
    "met": (">50", _FIRST, {"gauge"}, lambda v: v > 50),
    "met by others": (">50", _LAST, {"gauge", "late"}, lambda v: v > 50),
    "met before": ("==9", _LAST, set(), lambda v: v == 9),
    "met by all": ("<9", _FIRST, {"gauge", "early"}, lambda v: v < 9),
}


def _roles(past):
    return {past.chronicle(r).id: r for r in ("gauge", "early", "late")}


@pytest.fixture
def ranged(past):
    """The past, of which a query for each range alone finds what it has to."""
    ids = _roles(past)
    for asked, expected in ((_FIRST, {"gauge", "early"}), (_LAST, {"gauge", "late"})):
        found = [ids.get(i, i) for i in evolutions_in(past.query(asked))]
        assert_same_set(found, expected, "the entities of the range")
    return past


def _assert_kept(past, found, asked, name, *, fits, reading):
    """Of each entity all instances in the range are told, or those alone that fit."""
    for known in past.gauges():
        if known.id in found:
            inside = asked.of(known.events[name])
            fitting = [e for e in inside if fits(e.value)]
            told = normalized_in(found[known.id], name)
            whole = len(told) > len(fitting) or len(fitting) == len(inside)
            assert_events(told, inside if whole else fitting, f"'{name}'")
            if len(fitting) < len(inside):
                reading("A103", "all" if whole else "matching")


@pytest.mark.check(
    "CTX-TMP-27",
    clause="GS CIM 009 5.7.4.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-16",),
)
@pytest.mark.parametrize("condition", list(_CONDITIONS))
def test_entities_are_found_by_what_they_were_in_the_range(ranged, condition, reading):
    """A query finds the entities of which an instance in the range meets the condition."""
    term, asked, expected, fits = _CONDITIONS[condition]
    ids, name = _roles(ranged), ranged.names["number"]
    answer = ranged.query(asked, q=f"{name}{term}")
    found = evolutions_in(answer)
    assert_same_set([ids.get(i, i) for i in found], expected, f"the entities with {term}")
    _assert_kept(ranged, found, asked, name, fits=fits, reading=reading)


@pytest.mark.check(
    "CTX-TMP-28",
    clause="GS CIM 009 5.7.4.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-16",),
)
@pytest.mark.parametrize("relation", ["near", "within"])
@pytest.mark.parametrize("place", ["there", "left", "elsewhere"])
def test_entities_are_found_by_where_they_were_in_the_range(ranged, place, relation, reading):
    """A geo-query finds the entities that were at the place within the range."""
    asked, at, expected = {
        "there": (_FIRST, PLACES[0], {"gauge"}),
        "left": (_LAST, PLACES[0], set()),
        "elsewhere": (_FIRST, FAR, {"early"}),
    }[place]
    ids = _roles(ranged)
    found = evolutions_in(ranged.query(asked, **_around(at, relation)))
    assert_same_set([ids.get(i, i) for i in found], expected, f"the entities {relation} {at}")

    def fits(value):
        return value["coordinates"] == list(at)

    _assert_kept(ranged, found, asked, "location", fits=fits, reading=reading)


def _around(place, relation):
    """A geo-query for what is within some kilometres of a place."""
    if relation == "near":
        shape, coordinates = "Point", list(place)
        relation = "near;maxDistance==5000"
    else:
        shape, coordinates = "Polygon", [_square(*place)]
    text = json.dumps(coordinates, separators=(",", ":"))
    return {"georel": relation, "geometry": shape, "coordinates": text}


def _square(lon, lat):
    w, e, s, n = (round(x, 3) for x in (lon - 0.1, lon + 0.1, lat - 0.1, lat + 0.1))
    return [[w, s], [e, s], [e, n], [w, n], [w, s]]


@pytest.mark.check(
    "CTX-TMP-39",
    clause="GS CIM 009 4.18",
    strength="should",
    since="1.5.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("how", ["told", "asked for"])
def test_scopes_are_part_of_the_past(past, how):
    """The scopes of an entity are told as instances over time, and entities are found by them."""
    west, east = past.chronicle("west"), past.chronicle("east")
    if how == "told":
        for role in ("west", "east"):
            _assert_scoped(evolution_in(past.retrieve(role=role)), past.scopes[role])
        return
    params = {"type": west.type, "timerel": "after", "timeAt": "2025-01-01T00:00:00Z"}
    both = evolutions_in(histories_of(past.broker, **params))
    assert_same_set(both, {west.id, east.id}, "the entities of any scope")
    found = evolutions_in(histories_of(past.broker, scopeQ=past.scopes["west"], **params))
    assert_same_set(found, {west.id}, "the entities of one scope")


def _assert_scoped(evolution, scope):
    told = []
    for instance in instances_in(evolution, "scope"):
        value = instance.get("value")
        told += value if isinstance(value, list) else [value]
    assert_that(
        f"/{scope.strip('/')}" in {f"/{str(t).strip('/')}" for t in told},
        "the scope is not told as an instance",
        expected=scope,
        received=str(evolution.get("scope")),
    )
