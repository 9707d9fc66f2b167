"""A city finds what it looks for in the data it has: by value, by place, by time (MIM0 R2.2).

The filters are made of values found in the data, and so are the answers they have to give.
"""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import (
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import entities_in, ids_in, next_page
from mimtest.vocabulary.ngsild_sample import (
    distance,
    is_plain,
    observed,
    place_filters,
    plain_names,
    point_of,
    require_one,
    time_filters,
    value_filters,
    value_of,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_PAGE = 20
#: A sphere and the ellipsoid differ by 0.5 %.
_ROUGHLY = 1.01


@pytest.mark.check("CTX-ACC-08", clause="MIMs Plus 9.0 MIM0 R2.2")
def test_a_filter_by_value_finds_what_has_the_value(reader, samples):
    """A filter by a value parts the entities into those that have it and those that have another."""
    chosen = require_one((f for s in samples for f in value_filters(s)), "values to tell apart")
    at_rest(lambda: _assert_parted_by_value(reader, chosen))


def _assert_parted_by_value(reader, chosen):
    asked = {"type": chosen.type, "id": ",".join(chosen.ids), "limit": 20}
    now = entities_in(reader.query(**asked))
    having = [e for e in now if value_of(e, chosen.attribute) is not None]
    equal = [e["id"] for e in having if chosen.holds_for(e)]
    other = [e["id"] for e in having if not chosen.holds_for(e)]
    term = f"{chosen.attribute}=={chosen.literal}"
    assert_same_set(ids_in(reader.query(q=term, **asked)), equal, term)
    differs = f"{chosen.attribute}!={chosen.literal}"
    assert_same_set(ids_in(reader.query(q=differs, **asked)), other, differs)
    answer = reader.query(type=chosen.type, q=term, limit=_PAGE)
    found = entities_in(answer)
    plain = [e for e in found if is_plain(e, chosen.attribute)]
    strange = [e["id"] for e in plain if not chosen.holds_for(e)]
    assert_that(found and not strange, f"{term} finds others", expected=equal, received=strange)
    _assert_none_missing(answer, equal, term)


def _assert_none_missing(answer, expected, what):
    """The only page of an answer, when it is not full, holds all that was expected."""
    found = ids_in(answer)
    if len(found) < _PAGE and next_page(answer) is None:
        missing = sorted(set(expected) - set(found))
        assert_that(not missing, f"{what} misses some", expected=expected, received=found)


@pytest.mark.check("CTX-ACC-09", clause="MIMs Plus 9.0 MIM0 R2.2")
def test_a_filter_by_place_finds_what_is_near(reader, samples):
    """A filter by place finds the entities near a point, and none at the other end of the world."""
    chosen = require_one((f for s in samples for f in place_filters(s)), "points to tell apart")
    at_rest(lambda: _assert_near(reader, chosen))


def _assert_near(reader, chosen):
    asked = {"type": chosen.type, "id": ",".join(chosen.ids), "limit": 20}
    now = {e["id"]: point_of(e) for e in entities_in(reader.query(**asked))}
    near = [i for i, at in now.items() if at and distance(at, chosen.point) <= chosen.distance]
    circle = {"georel": f"near;maxDistance=={chosen.distance}", "geometry": "Point"}
    here = reader.query(coordinates=_text(chosen.point), **circle, **asked)
    assert_same_set(ids_in(here), near, f"what is within {chosen.distance} m")
    lon, lat = chosen.point
    beyond = (lon - 180 if lon > 0 else lon + 180, -lat)
    there = reader.query(coordinates=_text(beyond), **circle, **asked)
    assert_same_set(ids_in(there), [], "what is near the antipodes")
    answer = reader.query(coordinates=_text(chosen.point), **circle, type=chosen.type, limit=_PAGE)
    placed = [(e["id"], at) for e in entities_in(answer) if (at := point_of(e))]
    away = [i for i, at in placed if distance(at, chosen.point) > chosen.distance * _ROUGHLY]
    assert_that(not away, "a query by place finds others", expected=near, received=away)
    _assert_none_missing(answer, near, "a query by place")


def _text(point):
    return f"[{point[0]},{point[1]}]"


@pytest.mark.check("CTX-ACC-10", clause="MIMs Plus 9.0 MIM0 R2.2")
def test_a_filter_by_time_finds_what_was_observed_then(reader, samples, reading):
    """A filter by time parts the entities into those observed before and those observed after."""
    chosen = require_one((f for s in samples for f in time_filters(s)), "observations over time")
    try:
        at_rest(lambda: _assert_parted_by_time(reader, chosen, chosen.literal))
        reading("A41", "bare")
    except Contradiction:
        at_rest(lambda: _assert_parted_by_time(reader, chosen, f'"{chosen.literal}"'))
        reading("A41", "quoted")


def _assert_parted_by_time(reader, chosen, literal):
    asked = {"type": chosen.type, "id": ",".join(chosen.ids), "limit": 20}
    now = {e["id"]: observed(e, chosen.attribute) for e in entities_in(reader.query(**asked))}
    after = [i for i, at in now.items() if at and at >= chosen.moment]
    before = [i for i, at in now.items() if at and at < chosen.moment]
    for sign, expected in ((">=", after), ("<", before)):
        term = f"{chosen.attribute}.observedAt{sign}{literal}"
        assert_same_set(ids_in(reader.query(q=term, **asked)), expected, term)
        answer = reader.query(type=chosen.type, q=term, limit=_PAGE)
        seen = [(e["id"], observed(e, chosen.attribute)) for e in entities_in(answer)]
        others = [i for i, at in seen if at and (at >= chosen.moment) != (sign == ">=")]
        assert_that(not others, f"{term} finds others", expected=expected, received=others)
        _assert_none_missing(answer, expected, term)


@pytest.fixture
def filtered(reader, samples):
    """A type and an attribute that well-formed filters are taken for: the control of the others."""
    found = ((s.type, n) for s in samples for e in s.entities for n in plain_names(e))
    kind, name = require_one(found, "attribute to filter by")
    place = {"geometry": "Point", "coordinates": "[0,0]"}
    assert_status(reader.query(type=kind, q=f"({name})"), 200)
    assert_status(reader.query(type=kind, georel="near;maxDistance==1000", **place), 200)
    return kind, name


@pytest.mark.check("CTX-ACC-11", clause="MIMs Plus 9.0 MIM0 R2.2")
@pytest.mark.parametrize("defect", ["bracket", "value", "relation"])
def test_a_malformed_filter_is_refused(reader, filtered, defect):
    """A filter that is not well formed is refused, not left out."""
    kind, name = filtered
    filters = {
        "bracket": {"q": f"({name}"},
        "value": {"q": f"{name}=="},
        "relation": {"georel": "besides", "geometry": "Point", "coordinates": "[0,0]"},
    }
    answer = reader.query(type=kind, **filters[defect])
    assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))
