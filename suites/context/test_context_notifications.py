"""What is notified and to whom: changes of what was subscribed to (GS CIM 009 5.3.1, 5.8.6, 6.3.8)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild_batch import batch
from mimtest.vocabulary.ngsild_forms import assert_same_things
from mimtest.vocabulary.ngsild_normalized import assert_normalized
from mimtest.vocabulary.ngsild_notices import entity_told, notification_in
from mimtest.vocabulary.ngsild_notifications import Notifier, first_told
from mimtest.vocabulary.ngsild_subjects import Subject, draft, own_subject
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_MANY = 5


@pytest.fixture
def subject(keeping):
    """An entity of our own, the only one of its type."""
    return own_subject(keeping, "MtWatched")


def _assert_notification(asked, watch):
    """The message has what every notification has, and names the subscription."""
    told = notification_in(asked)
    kind = member(told, "type", str, "the notification")
    assert_equal(kind, "Notification", "the type of the notification")
    _assert_marked(asked)
    _assert_about(asked, watch)
    _ = member(told, "data", list, "the notification")


def _assert_marked(asked):
    """The message has an identifier and a date; gives both."""
    told = notification_in(asked)
    own = member(told, "id", str, "the notification")
    assert_that(is_uri(own), "the notification's id is no URI", expected="a URI", received=own)
    said = member(told, "notifiedAt", str, "the notification")
    moment = instant(said)
    assert_that(moment, "notifiedAt is no DateTime", expected="a DateTime", received=said)
    return own, moment


def _assert_about(asked, watch):
    about = member(notification_in(asked), "subscriptionId", str, "the notification")
    assert_equal(about, watch.id, "the subscriptionId")


def _assert_told(asked, subject):
    entity = entity_told(asked, subject.id)
    assert_same_things(entity, subject.entity)
    assert_normalized(entity, subject.entity)


@pytest.mark.check(
    "CTX-NOT-01",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01", "CTX-ENT-01"),
)
def test_a_change_is_notified(keeping, receiver, subject, reading):
    """The receiver of a subscription is told of a change, with the entity as it is then."""
    watch = Notifier(keeping, receiver).watch(subject, watchedAttributes=["temp"])
    eventually(lambda: assert_status(keeping.get(watch.path), 200, what="the subscription"))
    _ = first_told(watch, subject)
    value = subject.change()
    asked = watch.hear(subject.has("temp", value))
    _assert_notification(asked, watch)
    _assert_told(asked, subject)
    initial = watch.heard(subject.has("temp", subject.past["temp"][0]))
    reading("A39", "initial" if initial else "none")


@pytest.mark.check(
    "CTX-NOT-02",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("way", ["create", "batch-create", "batch-upsert"])
def test_a_new_entity_is_notified(notifying, subject, way):
    """The creation of an entity that is subscribed to by its type is notified, alone or in a batch."""
    watch = notifying.watch(subject)
    entity = draft(notifying.broker, subject.type)
    if way == "create":
        answer = notifying.broker.create(entity)
    else:
        operation = way.removeprefix("batch-")
        answer = batch(notifying.broker, operation, [entity], new=[entity])
    assert_status(answer, 201, what="creating an entity")
    new = Subject(notifying.broker, entity)
    _assert_told(watch.hear(new.now, "the notification of a creation"), new)


@pytest.mark.check(
    "CTX-NOT-12",
    clause="GS CIM 009 6.3.8",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("name", ["Authorization", "X-Mt-Purpose"])
def test_the_receiver_gets_its_headers(notifying, subject, name, run_id):
    """What a subscription has for its receiver comes with each notification, as HTTP headers."""
    value = f"Bearer mt.{run_id}~Secret=" if name == "Authorization" else f'mt {run_id}; a="B, c"'
    watch = notifying.watch(subject, endpoint={"receiverInfo": [{"key": name, "value": value}]})
    new = subject.change()
    asked = watch.hear(subject.has("temp", new))
    assert_equal(asked.headers.get(name.lower()), value, f"the header {name}")


@pytest.mark.check(
    "CTX-NOT-29",
    clause="GS CIM 009 5.3.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_every_notification_is_one_of_its_own(notifying, subject):
    """Notifications have identifiers of their own, and are dated in the order of the changes."""
    watch = notifying.watch(subject)
    values = [subject.change()]
    messages = [watch.hear(subject.has("temp", *values))]
    while len(messages) < _MANY:
        values.append(subject.change())
        messages.append(watch.hear(subject.has("temp", values[-1])))
    marks = [_assert_marked(asked) for asked in messages]
    assert_equal(len({own for own, _ in marks}), _MANY, "the number of ids of 5 notifications")
    moments = [moment for _, moment in marks]
    told = [m.isoformat() for m in moments]
    assert_that(moments == sorted(moments), "notifiedAt goes back", received=told)


@pytest.mark.check(
    "CTX-NOT-32",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_subscriptions_do_not_depend_on_each_other(notifying, subject):
    """A change is notified to each of two subscriptions, and to the one that is left."""
    one, other = notifying.watch(subject), notifying.watch(subject)
    value = subject.change()
    for watch in (one, other):
        asked = watch.hear(subject.has("temp", value), "a notification to each subscription")
        _assert_about(asked, watch)
    removed = notifying.broker.send("DELETE", one.path)
    assert_status(removed, 204, what="the answer to the end of a subscription")
    value = subject.change()
    _ = other.hear(subject.has("temp", value), "a notification to the subscription that is left")
