"""What messages say, and what may and may not come: of brokers that are slow, or say things twice."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.hosting import host
from mimtest.network.incoming import Asked
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import Broker
from mimtest.vocabulary.ngsild_notices import (
    entities_told,
    entity_told,
    has_value,
    linked_contexts,
    media_type_of,
    tells,
)
from mimtest.vocabulary.ngsild_notifications import Watch
from mimtest.vocabulary.ngsild_pace import Scene, gaps, moment_in
from mimtest.vocabulary.ngsild_silence import assert_unheard, silence
from mimtest.vocabulary.ngsild_subjects import Subject
from mimtest.vocabulary.receiving import receiver_for

from .servers import always, answer, client_for, serve
from .test_receiving import post

ROOM = {
    "id": "urn:x:1",
    "type": "Room",
    "temp": {"type": "Property", "value": 20},
    "label": {"type": "Property", "value": "a"},
}


def message(*entities: object, at: float = 0.0, headers=None, **members: object) -> Asked:
    told = {"id": "urn:n:1", "type": "Notification", "data": list(entities)} | members
    return Asked("POST", "/x", headers or {}, at, body=json.dumps(told).encode())


def room(temp: object = 20, label: object = "a", **more: object) -> dict[str, object]:
    values = {"temp": temp, "label": label}
    held = {n: {"type": "Property", "value": v} for n, v in values.items() if v is not None}
    return {"id": "urn:x:1", "type": "Room", **held, **more}


@pytest.fixture
def subject():
    with serve(always(answer(204))) as server, client_for(server.url) as client:
        yield Subject(Broker(client), ROOM)


@pytest.mark.parametrize(
    "entity",
    [
        room(21),
        room(21, label=None),
        {"id": "urn:x:1", "temp": 21},
        {"id": "urn:x:1", "temp": [{"value": 20, "datasetId": "urn:d:1"}, {"value": 21}]},
        {"id": "urn:x:1", "https://uri.etsi.org/ngsi-ld/default-context/temp": {"value": 21}},
        {"id": "urn:x:1", "type": "Feature", "properties": {"temp": {"value": 21}}},
    ],
)
def test_a_value_is_found_in_any_form(entity):
    assert has_value(entity, "temp", 21)
    assert not has_value(entity, "temp", True)
    assert not has_value(entity, "other", 21)


@pytest.mark.parametrize(
    "entity", [{}, {"temp": None}, {"temp": {}}, {"type": "Feature", "properties": 7, "temp": 21}]
)
def test_what_is_not_there_has_no_value(entity):
    assert not has_value(entity, "temp", 21)


def test_features_are_entities_too():
    feature = {"id": "urn:x:1", "type": "Feature", "properties": {"temp": 21}}
    asked = message(data={"type": "FeatureCollection", "features": [feature]})
    assert entity_told(asked, "urn:x:1") == feature


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"data": 1}', b'{"data": [1]}', b'{"data": {"features": 1}}']
)
def test_what_tells_of_nothing_contradicts(body):
    asked = Asked("POST", "/x", {}, 0.0, body=body)
    assert not tells(asked, lambda _: True)
    with pytest.raises(Contradiction):
        entities_told(asked)


def test_an_entity_is_told_of_once():
    with pytest.raises(Contradiction, match="not told of once"):
        entity_told(message(room(), room(21)), "urn:x:1")


def test_fields_are_read_as_they_are_meant():
    context = "http://www.w3.org/ns/json-ld#context"
    link = f'<https://a/help>; rel="help", <https://a/c>; type="x"; rel="{context} other"'
    asked = message(headers={"link": link, "content-type": "Application/JSON; charset=utf-8"})
    assert linked_contexts(asked) == ["https://a/c"]
    assert media_type_of(asked) == "application/json"
    assert linked_contexts(message()) == []


def test_the_past_may_be_told_of_and_nothing_else(subject):
    new = subject.change()
    quiet = silence(Watch(subject.broker, "urn:s:1", None), "again", subject)
    later = subject.change()
    other = room() | {"id": "urn:x:2"}
    for past in (message(), message(room()), message(room(new)), message(room(new), room(20))):
        assert not quiet.broken_by(past)
    assert quiet.broken_by(replace(message(), at=quiet.since + 1))
    for present in (
        message(room(later)),
        message(room(new), other),
        message(room(new, label="b")),
        message(room(new, label=None)),
        Asked("POST", "/x", {}, 0.0, body=b"no JSON"),
    ):
        assert quiet.broken_by(present)


def test_silence_is_looked_for_after_the_control(subject):
    with host() as hosting:
        receiver = receiver_for(subject.broker.client, hosting)
        boxes = [receiver.mailbox() for _ in range(2)]
        watch, control = (Watch(subject.broker, f"urn:s:{b.path}", b) for b in boxes)
        receiver.experience.in_vain = 1000
        quiet = silence(watch, "for nothing", subject)
        value = subject.change()
        with pytest.raises(Inconclusive, match=r"control_failed|precondition_unmet"):
            assert_unheard([quiet], control, subject.now)
        post(control.box.url, message(room(value)).body)
        post(watch.box.url, message(room()).body)
        assert_unheard([quiet], control, subject.now)
        post(watch.box.url, message(room(value)).body)
        with pytest.raises(Contradiction, match="a notification comes for nothing"):
            assert_unheard([quiet], control, subject.now)


def sent(at: float, second: object) -> Asked:
    return message(at=at, notifiedAt=f"2026-01-01T00:00:{second:02}Z")


def test_what_is_sent_in_time_may_come_late_and_at_once():
    assert gaps([]) == gaps([sent(1.0, 1)]) == []
    assert gaps([sent(9.0, 1), sent(9.1, 3)]) == [2.0]
    assert gaps([sent(3.0, 1), sent(1.0, 1)]) == [2.0]
    assert gaps([message(at=1.0, notifiedAt=7), message(at=1.5)]) == [0.5]
    assert gaps([sent(1.0, 1), sent(1.0, 1), sent(4.0, 2)]) == [0.0, 3.0]


@pytest.mark.parametrize("ahead", [0, -3600, 86_400])
def test_a_moment_is_one_of_the_brokers_clock(ahead):
    theirs = datetime.now(UTC) + timedelta(seconds=ahead)
    date = f"Date: {format_datetime(theirs, usegmt=True)}"
    with serve(always(answer(200, b"{}", date))) as server, client_for(server.url) as client:
        moment, over = moment_in(2.0, client.get("/"))
    left = instant(moment) - datetime.now(UTC) - timedelta(seconds=ahead)
    until = over - time.monotonic()
    assert abs(left.total_seconds() - until) <= 1.1
    assert until <= 3.0


@pytest.mark.parametrize("date", [(), ("Date: yesterday",), ("Date: ",)])
def test_without_their_clock_ours_counts(date):
    with serve(always(answer(200, b"{}", *date))) as server, client_for(server.url) as client:
        moment, _ = moment_in(2.0, client.get("/"))
    assert abs((instant(moment) - datetime.now(UTC)).total_seconds()) <= 2.0


def test_what_goes_wrong_with_a_scene_is_told_when_it_is_looked_at():
    def begin() -> int:
        raise Inconclusive("no_data", "nothing")

    assert Scene(lambda: 7).get() == 7
    scene = Scene(begin)
    with pytest.raises(Inconclusive, match="no_data"):
        scene.get()
