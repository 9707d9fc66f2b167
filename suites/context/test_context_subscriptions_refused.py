"""What is no subscription is refused, and nothing of it is kept (GS CIM 009 5.2.12 to 5.2.15, 5.8.1.4)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_problem, assert_status
from mimtest.vocabulary.ngsild import own_id
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.ngsild_subscribed import assert_subscribed, subscription_in
from mimtest.vocabulary.ngsild_subscriptions import TYPE
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_LONGEST = 40.0
_NOT_AVAILABLE = (504, 503)
_TRIGGERS = (
    "entityCreated",
    "entityUpdated",
    "entityDeleted",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
)


@pytest.fixture
def taken(desk):
    """A subscription like the wrong ones, without their mistake, which is taken and there."""
    sent = desk.made()
    eventually(lambda: assert_subscribed(subscription_in(desk.retrieve(sent["id"])), sent))
    return sent


def _wrong(desk, taken, **members):
    """The subscription that was taken, under a new identifier, with a mistake."""
    whole = {**taken, "id": own_id(TYPE, desk.broker.client.run_id), **members}
    return {name: value for name, value in whole.items() if value is not None}


def _assert_refused(desk, sent):
    assert_problem(desk.create(sent), status=400, kind="BadRequestData")
    _assert_not_kept(desk, sent)


def _assert_not_kept(desk, sent):
    assert_status(desk.retrieve(sent["id"]), 404, 400, what="the refused subscription")


_DEFECTS = {
    "no-type": {"type": None},
    "another-type": {"type": "Description"},
    "no-notification": {"notification": None},
    "no-endpoint": {"notification": {"format": "normalized"}},
    "address": {"notification": {"endpoint": {"uri": "somewhere else"}}},
    "no-entities": {"entities": []},
    "no-watched": {"watchedAttributes": []},
    "about-nothing": {"entities": None},
    "id": {"id": "no uri at all"},
    "no-json": None,
}


@pytest.mark.check(
    "CTX-SUB-04",
    clause="GS CIM 009 5.2.12, 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_malformed_subscription_is_refused(desk, taken, defect):
    """A subscription that lacks what it needs, or has something of another kind, is not made."""
    members = _DEFECTS[defect]
    if members is None:
        assert_problem(desk.broken("POST"), status=400, kind="InvalidRequest")
    else:
        _assert_refused(desk, _wrong(desk, taken, **members))


_TIMES = {
    "interval-watched": {"timeInterval": 3600, "watchedAttributes": ["temp"]},
    "interval-throttling": {"timeInterval": 3600, "throttling": 5},
    "no-interval": {"timeInterval": 0},
    "negative-interval": {"timeInterval": -1},
    "negative-throttling": {"throttling": -1},
}


@pytest.fixture
def timed(desk):
    """What the wrong combinations are made of is taken by itself."""
    for alone in ({"timeInterval": 3600}, {"throttling": 5}, {"watchedAttributes": ["temp"]}):
        desk.made(**alone)


@pytest.mark.check(
    "CTX-SUB-05",
    clause="GS CIM 009 5.2.12",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("times", list(_TIMES))
@pytest.mark.usefixtures("timed")
def test_times_that_do_not_go_together_are_refused(desk, taken, times):
    """Periods go without throttling and watched attributes; neither time is zero or less."""
    _assert_refused(desk, _wrong(desk, taken, **_TIMES[times]))


_POINT = {"geometry": "Point", "coordinates": [7.9, 51.6]}
_CONDITIONS = {
    "q": ("1.3.1", {"q": "temp>21;label"}, {"q": "temp>"}),
    "geoQ": (
        "1.3.1",
        {"geoQ": {"georel": "near;maxDistance==2000", **_POINT}},
        {"geoQ": {"georel": "somewhere", **_POINT}},
    ),
    "scopeQ": ("1.5.1", {"scopeQ": "/mt/north,/mt/south"}, {"scopeQ": "/mt/north,(/mt/south"}),
}


@pytest.fixture
def condition(request, desk):
    """A condition and one like it with a mistake, the first taken."""
    since, right, wrong = _CONDITIONS[request.param]
    if not desk.broker.holds_since(since):
        raise NotApplicable("version_not_claimed", f"{request.param} came with version {since}")
    desk.made(**right)
    return wrong


@pytest.mark.check(
    "CTX-SUB-09",
    clause="GS CIM 009 5.2.12, 4.9, 4.10, 4.19",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("condition", list(_CONDITIONS), indirect=True)
def test_a_condition_that_cannot_be_read_is_refused(desk, taken, condition, reading):
    """A subscription with a condition that breaks its grammar is not made."""
    sent = _wrong(desk, taken, **condition)
    assert_bad_request(desk.create(sent), reading)
    _assert_not_kept(desk, sent)


_NOTIFICATIONS = {
    "changes-in-short": {"showChanges": True, "format": "keyValues"},
    "no-attributes": {"attributes": []},
    "format": {"format": "picture"},
    "accept": {"endpoint": {"accept": "image/png"}},
}


@pytest.fixture
def shaped(desk):
    """What the wrong notifications are made of is taken by itself."""
    for alone in ({"showChanges": True}, {"format": "keyValues"}, {"attributes": ["temp"]}):
        desk.made(notification=alone)


@pytest.mark.check(
    "CTX-SUB-10",
    clause="GS CIM 009 5.2.14.1, 5.2.15",
    level="writes",
    since="1.8.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("notification", list(_NOTIFICATIONS))
@pytest.mark.usefixtures("shaped")
def test_a_notification_that_cannot_be_made_is_refused(desk, taken, notification):
    """Changes in a short format, no attributes, an unknown format or media type are refused."""
    wrong = dict(_NOTIFICATIONS[notification])
    endpoint = {**taken["notification"]["endpoint"], **wrong.get("endpoint", {})}
    _assert_refused(desk, _wrong(desk, taken, notification={**wrong, "endpoint": endpoint}))


_UNKNOWN = (["entityRead"], ["entityCreated", "entityRead"])


@pytest.fixture
def triggered(desk):
    """Each trigger there is, taken by itself."""
    for name in _TRIGGERS:
        desk.made(notificationTrigger=[name])


@pytest.mark.check(
    "CTX-SUB-11",
    clause="GS CIM 009 5.2.12",
    level="writes",
    since="1.9.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("triggers", _UNKNOWN, ids=["alone", "beside"])
@pytest.mark.usefixtures("triggered")
def test_an_unknown_trigger_is_refused(desk, taken, triggers):
    """A trigger that does not exist is refused, alone or beside one that does."""
    _assert_refused(desk, _wrong(desk, taken, notificationTrigger=triggers))


@pytest.fixture
def named(desk, contexts):
    """A subscription whose notifications are to have the names of C1, which is taken."""
    return desk.made(jsonldContext=contexts.terms)


@pytest.mark.check(
    "CTX-SUB-25",
    clause="GS CIM 009 5.8.1.4, 5.5.6",
    level="writes",
    since="1.8.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("context", ["refused", "missing", "no-json", "no-context"])
def test_a_context_for_notifications_is_looked_at(desk, contexts, named, context, reading):
    """A subscription whose notifications need a @context that cannot be had, or is none, is refused."""
    url = contexts.broken.get(context) or getattr(contexts, context)
    sent = _wrong(desk, named, jsonldContext=url)
    answer = desk.create(sent, patient=False, timeout=_LONGEST)
    if context in contexts.broken and answer.status not in _NOT_AVAILABLE:
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        assert_problem(answer, status=_NOT_AVAILABLE, kind="LdContextNotAvailable")
        reading("A03", str(answer.status))
    _assert_not_kept(desk, sent)
