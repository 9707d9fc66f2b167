"""Subscriptions are kept, listed, changed and cancelled. Nothing is delivered here.

FIWARE-NGSI v2 2.0, "Subscriptions".
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsiv2 import assert_error, last_segment, listed, total_in
from mimtest.vocabulary.ngsiv2_own import subscription
from mimtest.vocabulary.waiting import eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_PAGE = 200
_MOST_PAGES = 10


@pytest.fixture
def draft(run_id):
    """A subscription that nobody has made yet."""
    return subscription(run_id)


@pytest.fixture
def made(v2, draft):
    """A subscription of our own: its path."""
    answer = assert_status(v2.subscribe(draft), 201, what="making a subscription")
    own = last_segment(answer)
    assert_that(own, "the answer names no subscription", expected="a Location")
    eventually(lambda: assert_status(v2.get(f"/subscriptions/{own}"), 200))
    return f"/subscriptions/{own}"


def _read(v2, where):
    return json_object(assert_status(v2.get(where), 200), "the subscription")


def _assert_kept(received, sent):
    assert_equal(received.get("description"), sent["description"], "the description")
    subject = member(received, "subject", dict, "the subscription")
    entities = member(subject, "entities", list, "the subject")
    assert_that(
        sent["subject"]["entities"][0] in entities, "the subject differs", received=entities
    )
    condition = member(subject, "condition", dict, "the subject")
    for name, value in sent["subject"]["condition"].items():
        assert_equal(condition.get(name), value, f"'{name}' of the condition")
    notification = member(received, "notification", dict, "the subscription")
    for name, value in sent["notification"].items():
        held = notification.get(name)
        if isinstance(value, dict) and isinstance(held, dict):
            held = {k: v for k, v in held.items() if k in value}
        assert_equal(held, value, f"'{name}' of the notification")
    same = instant(received.get("expires")) == instant(sent["expires"])
    assert_that(same, "it expires at another time", received=received.get("expires"))
    assert_equal(received.get("throttling"), sent["throttling"], "throttling")


@pytest.mark.check("CTX-V2-94", clause="NGSI v2 Create Subscription", level="writes")
def test_a_subscription_is_kept(v2, draft):
    """A new subscription is answered with 201 and its address, and is there as it was sent."""
    answer = assert_status(v2.subscribe(draft), 201)
    own = last_segment(answer)
    assert_that(own, "the answer has no address", expected="Location", received=None)

    def look():
        received = _read(v2, f"/subscriptions/{own}")
        assert_equal(received.get("id"), own, "the id")
        assert_equal(received.get("status"), "active", "the status")
        _assert_kept(received, draft)

    eventually(look)


@pytest.mark.check(
    "CTX-V2-95", clause="NGSI v2 List Subscriptions", level="writes", rests_on=("CTX-V2-94",)
)
def test_subscriptions_are_listed(v2, draft, made):
    """A subscription is in the list, whose count is the number of all of them."""

    def look():
        answer = v2.get("/subscriptions", limit=1, options="count")
        total = total_in(answer)
        assert_that(len(listed(answer, "the list")) <= 1, "a page of one is longer")
        found = []
        for number in range(_MOST_PAGES):
            page = v2.get("/subscriptions", limit=_PAGE, offset=number * _PAGE)
            found += listed(page, "the list")
            if len(found) < (number + 1) * _PAGE:
                break
        own = [s for s in found if s.get("id") == made.rpartition("/")[2]]
        assert_equal(len(own), 1, "how often the subscription is listed")
        _assert_kept(own[0], draft)
        assert_that(total >= 1, "the count is too small", received=total)
        complete = len(found) < _MOST_PAGES * _PAGE
        assert_that(not complete or total == len(found), "the count differs", received=total)

    eventually(look)


@pytest.mark.check(
    "CTX-V2-96", clause="NGSI v2 Update Subscription", level="writes", rests_on=("CTX-V2-94",)
)
@pytest.mark.parametrize("member", ["status", "expires", "description", "throttling"])
def test_a_subscription_is_changed(v2, draft, made, member):
    """A change has effect on the members that are sent and leaves the rest."""
    changes = {
        "status": "inactive",
        "expires": "2037-01-01T00:00:00.000Z",
        "description": "changed",
        "throttling": 7,
    }
    change = {member: changes[member]}
    assert_status(v2.send("PATCH", made, change), 204)

    def look():
        received = _read(v2, made)
        _assert_kept(received, draft | change)
        expected = change.get("status", "active")
        assert_equal(received.get("status"), expected, "the status")

    eventually(look)


@pytest.mark.check(
    "CTX-V2-97", clause="NGSI v2 Delete subscription", level="writes", rests_on=("CTX-V2-94",)
)
def test_a_subscription_is_cancelled(v2, made):
    """A cancelled subscription is not found any more, and cannot be cancelled again."""
    assert_status(v2.send("DELETE", made), 204)
    eventually(lambda: assert_error(v2.get(made), 404, "NotFound"))
    assert_error(v2.send("DELETE", made), 404, "NotFound")


def _without(value, *path):
    *above, name = path
    if above:
        return value | {above[0]: _without(value[above[0]], *above[1:], name)}
    return {k: v for k, v in value.items() if k != name}


_DEFECTS = {
    "no-subject": lambda s: _without(s, "subject"),
    "no-notification": lambda s: _without(s, "notification"),
    "no-entities": lambda s: _without(s, "subject", "entities"),
    "no-url": lambda s: _without(s, "notification", "http", "url"),
    "no-way": lambda s: _without(s, "notification", "http"),
    "status": lambda s: s | {"status": "besides"},
    "expires": lambda s: s | {"expires": "soon"},
    "format": lambda s: s | {"notification": s["notification"] | {"attrsFormat": "besides"}},
    "both": lambda s: s | {"notification": s["notification"] | {"exceptAttrs": ["label"]}},
}


@pytest.mark.check(
    "CTX-V2-98",
    clause="NGSI v2 Create Subscription; Error Responses",
    level="writes",
    rests_on=("CTX-V2-94",),
)
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_malformed_subscription_is_refused(v2, draft, made, defect):
    """A subscription that lacks something, or has a member of another kind, is refused."""
    assert_status(v2.get(made), 200, what="the same without the mistake")
    assert_error(v2.subscribe(_DEFECTS[defect](draft)), 400, "BadRequest")
