"""Notifications over MQTT: GS CIM 009 7.2."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that, fail, member
from mimtest.vocabulary.mqtt import subscribed
from mimtest.vocabulary.ngsild import JSON, JSON_LD
from mimtest.vocabulary.ngsild_mqtt import watch
from mimtest.vocabulary.ngsild_notices import entity_told, linked_contexts, notification_in
from mimtest.vocabulary.ngsild_subjects import created, draft

pytestmark = pytest.mark.interface("ngsi-ld")

_INFO = {"key": "X-Mt-Room", "value": "Sitzungssaal 3"}
_CASES = {
    "plain": {},
    "qos": {
        "notifierInfo": [{"key": "MQTT-QoS", "value": "1"}],
        "receiverInfo": [_INFO],
    },
    "version": {"notifierInfo": [{"key": "MQTT-Version", "value": "mqtt5.0"}]},
    "ld": {"accept": JSON_LD},
}


@pytest.fixture(scope="module")
def subscriber(client):
    """A subscriber at the MQTT server, which has received messages of its own."""
    with subscribed(client) as opened:
        yield opened


@pytest.fixture
def naming(request, broker):
    """The broker under an @context of our own if it fetches that, else under the default one."""
    try:
        contexts = request.getfixturevalue("contexts")
    except Inconclusive:
        return broker
    return contexts.broker(contexts.terms)


@pytest.fixture
def thing(subscriber, naming):  # noqa: ARG001 - without a server there is no need for it
    """An entity of our own."""
    return created(naming, draft(naming, "MtThing"))


@pytest.mark.check(
    "CTX-NOT-31",
    clause="GS CIM 009 7.2",
    level="writes",
    since="1.4.1",
    option="mqtt",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("case", _CASES)
def test_a_notification_comes_over_mqtt(subscriber, broker, naming, thing, case):
    """A subscription with an MQTT endpoint is told there: a message with the notification and its metadata."""
    endpoint = _CASES[case]
    watched = watch(subscriber, thing, **endpoint)
    told = watched.first_told()
    media_type = endpoint.get("accept", JSON)
    named = member(told.metadata, "Content-Type", str, "the metadata")
    assert_equal(named.partition(";")[0].strip().lower(), media_type, "the media type")
    body = notification_in(told.asked)
    assert_equal(body.get("type"), "Notification", "the type in 'body'")
    assert_equal(body.get("subscriptionId"), watched.id, "the subscriptionId in 'body'")
    if media_type == JSON_LD:
        inside = body.get("@context") or entity_told(told.asked, thing.id).get("@context")
        assert_that(inside, "the notification has no @context", expected="one in 'body'")
    elif naming is not broker:
        link = member(told.metadata, "Link", str, "the metadata")
        linked = linked_contexts(told.asked)
        assert_that(linked, "'Link' names no @context", expected="an @context", received=link)
    for pair in endpoint.get("receiverInfo", ()):
        received = told.metadata.get(pair["key"])
        assert_equal(received, pair["value"], f"'{pair['key']}' of the metadata")
    if case == "qos":
        _assert_quality(subscriber, told, 1)


def _assert_quality(subscriber, told, qos):
    if not subscriber.keeps_qos:
        detail = "the MQTT server does not pass messages on with their QoS"
        raise Inconclusive("precondition_unmet", detail)
    if told.qos != qos:
        fail("the message has another QoS", expected=qos, received=told.qos)
