"""Current data can be had, and past data, and what lies in an area (MIM0 BP01, BP02, BP03)."""

from datetime import timedelta

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that, fail, json_array, objects
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import attributes_of, entities_in, ids_in
from mimtest.vocabulary.ngsild_access import duration_of, health_of, newest_in, now_at
from mimtest.vocabulary.ngsild_places import shapes_of, telling
from mimtest.vocabulary.ngsild_sample import observed, plain_names, require_one
from mimtest.vocabulary.ngsild_stock import sampled
from mimtest.vocabulary.times import instant as written
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_TOLERANCE = timedelta(minutes=1)
_A_SECOND = timedelta(seconds=1)
_LONG_AGO = {"timeAt": "1900-01-01T00:00:00Z", "endTimeAt": "1901-01-01T00:00:00Z"}


@pytest.fixture
def freshness(client):
    """How old the newest data are at most, by the product's own word."""
    _, told = health_of(client)
    found = duration_of(told.get("freshness"))
    if found is None:
        raise Inconclusive("not_offered", "nothing says how current the data are meant to be")
    return found


@pytest.mark.check("CTX-ACC-12", clause="MIMs Plus 9.0 MIM0 BP01", strength="should")
def test_data_are_as_current_as_they_are_said_to_be(reader, samples, freshness):
    """The newest data are no older than the product says they are at most."""
    newest = []
    for sample in samples:
        asked = {"type": sample.type, "id": ",".join(sample.ids), "options": "sysAttrs"}
        answer = assert_status(reader.query(limit=20, **asked), 200)
        limit = now_at(answer) - freshness - _TOLERANCE
        newest.append(newest_in(entities_in(answer)))
        if newest[-1] is None or newest[-1] < limit:
            newest[-1] = max(
                filter(None, (newest[-1], _since(reader, sample, limit))), default=None
            )
        if newest[-1] and newest[-1] >= limit:
            return
    known = [m for m in newest if m]
    if not known:
        raise Inconclusive("no_data", "no entity tells when it was observed or changed")
    told = f"not before {written(limit)}"
    fail("the data are older", expected=told, received=written(max(known)))


def _since(reader, sample, limit):
    """The newest moment among what was observed since then, beyond the sample."""
    names = sorted({n for e in sample.entities for n in plain_names(e) if observed(e, n)})
    for name in names[:3]:
        term = f"{name}.observedAt>={written(limit)}"
        answer = reader.query(type=sample.type, q=term, limit=1)
        found = newest_in(entities_in(answer)) if answer.ok else None
        if found:
            return found
    return None


@pytest.mark.check(
    "CTX-ACC-13", clause="MIMs Plus 9.0 MIM0 BP02", strength="should", option="temporal"
)
def test_past_data_are_those_of_the_time_asked_for(reader, samples):
    """A query for a closed interval of the past gives what was observed in it, and nothing else."""
    seen = ((s.type, e["id"], n, observed(e, n)) for s in samples for e in s.entities
            for n in plain_names(e))  # fmt: skip
    kind, own, name, moment = require_one((f for f in seen if f[3]), "observation")
    asked = {"type": kind, "id": own, "attrs": name, "timerel": "between"}
    first, last = ((moment + s).replace(microsecond=0) for s in (-_A_SECOND, _A_SECOND))
    around = {"timeAt": written(first), "endTimeAt": written(last)}
    found = _instances(reader.get("/temporal/entities", **asked, **around), name)
    outside = [i["observedAt"] for i in found if not first <= instant(i["observedAt"]) <= last]
    told = f"{written(first)} to {written(last)}"
    assert_that(not outside, "what was observed at other times", expected=told, received=outside)
    before = _instances(reader.get("/temporal/entities", **asked, **_LONG_AGO), name)
    assert_that(not before, "observations of 1900", expected="none", received=before[:1])
    if not found:
        raise Inconclusive("no_data", f"the past has no {name} observed at {written(moment)}")


def _instances(answer, name):
    """The instances of an attribute, with the time of their observation, in a temporal answer."""
    assert_status(answer, 200, 206, 404)
    if not answer.ok:
        return []
    found = objects(json_array(answer), "the temporal answer")
    listed = [i for e in found for i in attributes_of(e).get(name, [])]
    return [i for i in listed if instant(i.get("observedAt"))]


@pytest.mark.check("CTX-ACC-14", clause="MIMs Plus 9.0 MIM0 BP03", strength="should")
def test_a_filter_by_area_finds_what_lies_in_it(reader, samples):
    """A filter by an area finds the entities that lie in it, and none that lie outside."""
    shelf = sampled(reader, samples)
    at_rest(lambda: _assert_within(shelf, shelf.column("point")))


def _assert_within(shelf, column):
    shapes = shapes_of(column, shelf.now(column.type, column.ids))
    area = telling("within", "Polygon", shapes.values())
    params = area.params("within", column.name)
    found = set(ids_in(shelf.query(column.type, column.ids, **params)))
    holds = {name: area.holds("within", shape) for name, shape in shapes.items()}
    inside = {name for name, held in holds.items() if held}
    outside = {name for name, held in holds.items() if held is False}
    missing, others = sorted(inside - found), sorted(found & outside)
    assert_that(not missing, "what lies in the area is missed", received=missing)
    assert_that(not others, "what lies outside is found", received=others)
