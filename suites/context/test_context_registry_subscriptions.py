"""Subscriptions to registrations are made, read, changed and ended (GS CIM 009 5.11.2 to 5.11.6)."""

from itertools import product

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
    json_array,
    objects,
)
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_paging import link_to
from mimtest.vocabulary.ngsild_registrations import MOST, SUBSCRIPTIONS
from mimtest.vocabulary.ngsild_registry_watching import assert_subscribed, draft, subscription_in
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_MOST_PAGES = 20
_METHODS = ("GET", "PATCH", "DELETE")


@pytest.fixture
def sent(registry, run_id):
    """A subscription nobody has made yet, to registrations that nobody has."""
    kind = own_name("MtSource", run_id)
    return draft(run_id, kind, f"{registry.endpoint}/notify", description="as it was made")


@pytest.fixture
def kept(registry, sent):
    """A subscription of our own, seen to be there."""
    answer = registry.create(sent, SUBSCRIPTIONS)
    assert_status(answer, 201, what="subscribing to registrations")
    eventually(lambda: _assert_kept(registry, sent))
    return sent


def _assert_kept(registry, sent):
    received = subscription_in(registry.retrieve(sent["id"], SUBSCRIPTIONS))
    assert_subscribed(received, sent)


@pytest.mark.check(
    "CTX-REG-25",
    clause="GS CIM 009 5.11.2",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
)
@pytest.mark.parametrize("how", ["with-id", "without-id", "again", "no-notification"])
def test_registrations_are_subscribed_to(registry, sent, how):
    """Registrations are subscribed to, under one identifier once; what is no subscription is refused."""
    without_id = {k: v for k, v in sent.items() if k != "id"}
    answer = registry.create(without_id if how == "without-id" else sent, SUBSCRIPTIONS)
    assert_status(answer, 201)
    where = answer.location
    assert_that(where, "a subscription has no address", expected="Location", received="none")
    received = eventually(lambda: subscription_in(registry.get(where)))
    assert_subscribed(received, without_id if how == "without-id" else sent)
    own = received.get("id")
    assert_that(is_uri(own), "an id is no URI", expected="a URI", received=own)
    if how == "again":
        answer = registry.create({**sent, "description": "another"}, SUBSCRIPTIONS)
        assert_problem(answer, status=409, kind="AlreadyExists")
        _assert_kept(registry, sent)
    elif how == "no-notification":
        wrong = {k: v for k, v in sent.items() if k != "notification"}
        wrong["id"] = own_id("Subscription", registry.client.run_id)
        answer = registry.create(wrong, SUBSCRIPTIONS)
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(registry.retrieve(wrong["id"], SUBSCRIPTIONS), 404)


@pytest.mark.check(
    "CTX-REG-26",
    clause="GS CIM 009 5.11.3 to 5.11.6",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-25",),
)
@pytest.mark.parametrize(
    ("method", "which"),
    [("list", "all"), ("list", "one"), *product(_METHODS, ("known", "unknown", "no-uri"))],
)
def test_subscriptions_to_registrations_are_kept(registry, kept, method, which):
    """A subscription to registrations is read, listed, changed and ended; an unknown one is not found."""
    if which == "all":
        at_rest(lambda: _assert_listed(registry, kept))
        return
    if which == "one":
        second = {**kept, "id": own_id("Subscription", registry.client.run_id)}
        assert_status(registry.create(second, SUBSCRIPTIONS), 201)
        eventually(lambda: _assert_short(registry, [kept["id"], second["id"]]))
        return
    part = {"description": "as it was changed"} if method == "PATCH" else None
    if which == "known":
        answer = registry.send(method, kept["id"], part, SUBSCRIPTIONS)
        _assert_done(registry, method, answer, kept, part)
        return
    other = (
        own_id("Subscription", registry.client.run_id) if which == "unknown" else "no uri at all"
    )
    answer = registry.send(method, other, part, SUBSCRIPTIONS)
    if which == "unknown":
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    _assert_kept(registry, kept)


def _assert_done(registry, method, answer, kept, part):
    if method == "GET":
        assert_subscribed(subscription_in(answer), kept)
        return
    assert_status(answer, 204)
    if method == "PATCH":
        eventually(lambda: _assert_kept(registry, kept | part))
        return
    eventually(lambda: assert_status(registry.retrieve(kept["id"], SUBSCRIPTIONS), 404))
    again = registry.send("DELETE", kept["id"], None, SUBSCRIPTIONS)
    assert_problem(again, status=404, kind="ResourceNotFound")


def _assert_listed(registry, kept):
    """Ours is on one of the pages."""
    where, params = registry.where(SUBSCRIPTIONS), {"limit": MOST}
    for _ in range(_MOST_PAGES):
        answer = registry.get(where, **params)
        ours = next((s for s in _page(answer) if s.get("id") == kept["id"]), None)
        if ours is not None:
            assert_subscribed(ours, kept)
            return
        link = link_to(answer, "next")
        assert_that(link, "a subscription is not listed", expected=kept["id"], received="the end")
        where, params = link["href"], {}
    raise Inconclusive("unstable", f"there are more than {_MOST_PAGES} pages of subscriptions")


def _assert_short(registry, kept):
    """A page of one holds one, and links to the next."""
    known = [i for i in kept if registry.retrieve(i, SUBSCRIPTIONS).ok]
    answer = registry.get(registry.where(SUBSCRIPTIONS), limit=1)
    assert_equal(len(_page(answer)), 1, f"the number of subscriptions on a page, of {len(known)}")
    assert_that(link_to(answer, "next"), "a page of one has no link to the next", received=known)


def _page(answer):
    body = json_array(assert_status(answer, 200), "the subscriptions")
    return objects(body, "the list of subscriptions")
