"""Subscriptions are changed and deleted (GS CIM 009 5.5.8, 5.8.2, 5.8.5, 6.11.3.2, 6.11.3.3)."""

from datetime import timedelta

import pytest

from mimtest import clock
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import own_id
from mimtest.vocabulary.ngsild_subscribed import assert_subscribed, subscription_in
from mimtest.vocabulary.ngsild_subscriptions import NULL, TYPE, stamp
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def kept(desk):
    """A subscription of our own, seen to be there."""
    temp = desk.own_name("temp")
    sent = desk.made(
        notification={"attributes": [temp], "format": "keyValues"},
        watchedAttributes=[temp],
        q=f"{temp}>21",
        description="a room that is warm",
    )
    _assert_there(desk, sent)
    return sent


def _assert_there(desk, expected):
    own = expected["id"]
    eventually(lambda: assert_subscribed(subscription_in(desk.retrieve(own)), expected))


def _change(desk, member):
    """A change of one member."""
    return {
        "q": {"q": f"{desk.own_name('temp')}<=21"},
        "entities": {"entities": [{"type": desk.own_name("MtHall"), "idPattern": ":1$"}]},
        "notification": {
            "notification": {
                "endpoint": {"uri": f"{desk.endpoint}/elsewhere", "accept": "application/ld+json"},
                "attributes": [desk.own_name("label")],
            }
        },
        "description": {"description": "a room that is cold"},
    }[member]


@pytest.mark.check(
    "CTX-SUB-18",
    clause="GS CIM 009 5.8.2, 5.5.8",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("member", ["q", "entities", "notification", "description"])
def test_a_member_is_replaced(desk, kept, member):
    """A change replaces the member that is sent and keeps the others."""
    change = _change(desk, member)
    assert_status(desk.send("PATCH", kept["id"], change), 204)
    _assert_there(desk, kept | change)


@pytest.mark.check(
    "CTX-SUB-19",
    clause="GS CIM 009 5.8.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-07",),
)
def test_a_subscription_is_paused_and_goes_on(desk, kept):
    """A subscription that is set to not active is paused, and active when it is set to active again."""
    eventually(lambda: _assert_status(desk, kept, "active"))
    for active, status in ((False, "paused"), (True, "active")):
        assert_status(desk.send("PATCH", kept["id"], {"isActive": active}), 204)
        eventually(lambda s=status: _assert_status(desk, kept, s))
    assert_subscribed(subscription_in(desk.retrieve(kept["id"])), kept)


def _assert_status(desk, kept, status):
    assert_equal(desk.status(kept["id"]), status, "the status")


_DAY = timedelta(days=1)


@pytest.fixture
def changed(desk, kept):
    """The subscription after a change like the wrong ones, without their mistake."""
    right = {"expiresAt": stamp(clock.now() + _DAY), "description": "changed"}
    answer = desk.send("PATCH", kept["id"], right)
    assert_status(answer, 204, what="changing a subscription")
    _assert_there(desk, kept | right)
    return kept | right


@pytest.mark.check(
    "CTX-SUB-21",
    clause="GS CIM 009 5.8.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-18",),
)
@pytest.mark.parametrize("mistake", ["past", "unknown", "no-entities", "no-time", "no-json"])
def test_a_wrong_change_is_refused(desk, changed, mistake):
    """A change that breaks the rules, is no JSON or for an unknown subscription is not made."""
    own, nothing = changed["id"], own_id(TYPE, desk.broker.client.run_id)
    if mistake == "no-json":
        answer = desk.broken("PATCH", own)
        assert_problem(answer, status=400, kind="InvalidRequest")
    elif mistake == "unknown":
        answer = desk.send("PATCH", nothing, {"description": "of nothing"})
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(desk.retrieve(nothing), 404)
    else:
        wrong = {
            "past": {"expiresAt": stamp(clock.now() - _DAY)},
            "no-entities": {"entities": []},
            "no-time": {"expiresAt": "soon"},
        }[mistake]
        answer = desk.send("PATCH", own, wrong)
        assert_problem(answer, status=400, kind="BadRequestData")
    assert_subscribed(subscription_in(desk.retrieve(own)), changed)


@pytest.mark.check(
    "CTX-SUB-22",
    clause="GS CIM 009 5.8.2, 5.5.8",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-SUB-18",),
)
@pytest.mark.parametrize("member", ["description", "q", "watchedAttributes"])
def test_a_member_is_removed(desk, kept, member):
    """The null marker as the value of a member removes it, and keeps the others."""
    assert_status(desk.send("PATCH", kept["id"], {member: NULL}), 204)

    def look():
        received = subscription_in(desk.retrieve(kept["id"]))
        assert_that(member not in received, f"'{member}' is there", received=received.get(member))
        assert_subscribed(received, {k: v for k, v in kept.items() if k != member})

    eventually(look)


@pytest.mark.check(
    "CTX-SUB-23",
    clause="GS CIM 009 5.2.12, 5.8.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-18",),
)
@pytest.mark.parametrize("member", ["id", "type"])
def test_its_id_and_type_stay(desk, changed, member, reading):
    """A change of the identifier or the type is refused or ignored; they stay as they are."""
    other = own_id(TYPE, desk.broker.client.run_id)
    change = {"id": other} if member == "id" else {"type": "ContextSourceRegistration"}
    answer = assert_status(desk.send("PATCH", changed["id"], change), 204, 400)
    reading("S04", "ignored" if answer.status == 204 else "refused")
    if answer.status == 400:
        assert_problem(answer, status=400, kind="BadRequestData")
    assert_subscribed(subscription_in(desk.retrieve(changed["id"])), changed)
    assert_status(desk.retrieve(other), 404, what="the subscription under the other identifier")


@pytest.fixture
def deletable(desk, kept, which):
    """Of a broker that is to refuse to delete something is seen that it deletes something else."""
    if which == "no-uri":
        other = desk.made(entities=kept["entities"])
        answer = desk.send("DELETE", other["id"])
        assert_status(answer, 204, what="deleting a subscription")


@pytest.mark.check(
    "CTX-SUB-24",
    clause="GS CIM 009 5.8.5, 6.11.3.3",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("which", ["known", "again", "no-uri"])
@pytest.mark.usefixtures("deletable")
def test_a_subscription_is_deleted(desk, kept, which):
    """A deleted subscription is gone, and cannot be deleted again; an id is a URI."""
    own = kept["id"]
    if which == "no-uri":
        answer = desk.send("DELETE", "no uri at all")
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_subscribed(subscription_in(desk.retrieve(own)), kept)
        return
    assert_status(desk.send("DELETE", own), 204)
    eventually(
        lambda: assert_problem(desk.retrieve(own), status=404, kind="ResourceNotFound"),
    )
    if which == "again":
        assert_problem(desk.send("DELETE", own), status=404, kind="ResourceNotFound")
