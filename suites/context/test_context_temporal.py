"""Histories are provided, extended, retrieved and deleted (GS CIM 009 5.6.11, 5.6.12, 5.6.16, 5.7.3)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, own_id, own_name
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.ngsild_past import evolutions_in
from mimtest.vocabulary.ngsild_temporal import (
    assert_history,
    evolution_in,
    histories_of,
    history_of,
    provide,
    provided,
    seen,
    series,
    temporal_path,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

NO_URI = "no uri at all"
HOURS = [f"2026-03-14T{h:02}:00:00Z" for h in (8, 9, 10, 11, 12)]
#: Values with a unit and sub-attributes, which are not those of another value.
DETAILED = [
    series(
        ((HOURS[0], 3.5),),
        unitCode="MTR",
        accuracy={"type": "Property", "value": 0.25},
        measuredBy={"type": "Relationship", "object": "urn:ngsi-ld:Device:mt-1"},
    )[0],
    series(((HOURS[1], 11.5),), unitCode="FOT", accuracy={"type": "Property", "value": 0.5})[0],
]
MORE = series((("2026-03-14T08:30:00Z", 31.25), ("2026-03-15T09:30:00Z", 32.5)))


@pytest.fixture
def plan(broker, run_id):
    """A history that nobody has provided yet, seen not to be there: two attributes, five moments."""
    sent = {
        "id": own_id("Past", run_id),
        "type": own_name("MtPast", run_id),
        "temp": series(list(zip(HOURS, (9, 10.5, -3, 200, 0.25), strict=True))),
        "label": series([(h, f"at {h[11:13]}, Süd") for h in HOURS]),
    }
    assert_status(history_of(broker, sent["id"]), 404, what="retrieving what is not there")
    return sent


@pytest.fixture
def history(broker, plan):
    """A history of our own, provided and seen to be there."""
    return provided(broker, plan)


@pytest.mark.check(
    "CTX-TMP-01",
    clause="GS CIM 009 5.6.11.4",
    level="writes",
    since="1.3.1",
    option="temporal",
)
def test_a_history_is_provided(broker, plan, reading):
    """What is provided as the history of an entity is created, and found at the address given for it."""
    sent = plan | {"depth": DETAILED}
    answer = assert_status(provide(broker, sent), 201)
    place = answer.location
    assert_that(place, "no address in Location", expected="the new resource", received=place)
    reading("A23", "path" if place.startswith("/") else "address")
    eventually(lambda: assert_history(evolution_in(broker.get(place)), sent))
    seen(broker, sent)


@pytest.mark.check(
    "CTX-TMP-02",
    clause="GS CIM 009 5.6.11.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
def test_providing_again_adds_to_the_history(broker, history):
    """Providing the history of a known entity again adds instances and loses none."""
    more = {"id": history["id"], "type": history["type"], "temp": MORE}
    assert_status(provide(broker, more), 204)
    seen(broker, history | {"temp": history["temp"] + MORE})


@pytest.mark.check(
    "CTX-TMP-03",
    clause="GS CIM 009 5.5.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
@pytest.mark.parametrize("defect", ["no json", "empty", "no id", "no value"])
def test_what_is_no_history_is_refused(broker, history, run_id, defect, reading):
    """What is no history is refused, and nothing of it is kept."""
    twin = history | {"id": own_id("Past", run_id)}
    if defect in ("no json", "empty"):
        body = '{"id": "urn:' if defect == "no json" else ""
        _assert_text_refused(broker, body, reading)
        return
    if defect == "no id":
        del twin["id"]
        assert_bad_request(provide(broker, twin), reading)
        return
    twin["temp"] = [*twin["temp"], {"type": "Property", "observedAt": "2026-03-16T08:00:00Z"}]
    assert_problem(provide(broker, twin), status=400, kind="BadRequestData")
    assert_status(history_of(broker, twin["id"]), 404, what="retrieving the refused history")


def _assert_text_refused(broker, body, reading):
    path, headers = temporal_path(broker.client), {"Content-Type": JSON}
    answer = broker.client.post(path, content=body, headers=headers, harmless=True)
    if body:
        assert_problem(answer, status=400, kind="InvalidRequest")
    else:
        assert_bad_request(answer, reading)


@pytest.mark.check(
    "CTX-TMP-04",
    clause="GS CIM 009 5.6.12.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
@pytest.mark.parametrize("whose", ["known", "unknown", "invalid"])
def test_instances_are_added_to_a_history(broker, extended, run_id, whose):
    """Instances are added to the attributes of a history that is there, and of no other."""
    fragment = {"temp": MORE[1:], "note": series((("2026-03-15T09:30:00Z", "new"),))}
    ids = {"known": extended["id"], "unknown": own_id("Past", run_id), "invalid": NO_URI}
    answer = broker.send("POST", f"{temporal_path(broker.client, ids[whose])}/attrs", fragment)
    if whose == "known":
        assert_status(answer, 204)
        seen(broker, extended | {"temp": extended["temp"] + MORE[1:], "note": fragment["note"]})
    elif whose == "unknown":
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(history_of(broker, ids[whose]), 404, what="retrieving what is not there")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.fixture
def extended(broker, history, whose):
    """A history; where another is asked for, one to which the like was added: the control."""
    if whose == "known":
        return history
    path = f"{temporal_path(broker.client, history['id'])}/attrs"
    answer = broker.send("POST", path, {"temp": MORE[:1]})
    assert_status(answer, 204, what="adding an instance")
    return seen(broker, history | {"temp": history["temp"] + MORE[:1]})


@pytest.mark.check(
    "CTX-TMP-10",
    clause="GS CIM 009 5.6.16.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
@pytest.mark.parametrize("whose", ["known", "gone", "invalid"])
def test_a_history_is_deleted(broker, deletable, whose):
    """A history is deleted once; what is not there, or has no valid id, is not."""
    path = temporal_path(broker.client, NO_URI if whose == "invalid" else deletable["id"])
    answer = broker.send("DELETE", path)
    if whose == "known":
        assert_status(answer, 204)
        eventually(lambda: assert_status(history_of(broker, deletable["id"]), 404))
        eventually(lambda: _assert_found(broker, deletable, []))
    elif whose == "gone":
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")


def _assert_found(broker, history, ids):
    """A query for what was at any time finds these of the type."""
    asked = {"type": history["type"], "timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
    found = evolutions_in(histories_of(broker, **asked))
    assert_equal([*found], ids, "the histories that a query finds")


@pytest.fixture
def deletable(broker, history, whose):
    """A history that a query finds; where it is not to be deleted, one that was: the control."""
    if whose == "known":
        eventually(lambda: _assert_found(broker, history, [history["id"]]))
    else:
        answer = broker.send("DELETE", temporal_path(broker.client, history["id"]))
        assert_status(answer, 204, what="deleting a history")
        eventually(lambda: assert_status(history_of(broker, history["id"]), 404))
    return history
