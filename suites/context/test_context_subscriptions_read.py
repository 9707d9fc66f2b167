"""Subscriptions are given out, one by one and in pages (GS CIM 009 5.8.3, 5.8.4, 6.3.10, 6.3.11, 6.10, 6.11)."""

from dataclasses import dataclass

import pytest

from mimtest.errors import Inconclusive
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    member,
)
from mimtest.vocabulary.jsonld import expand, instant
from mimtest.vocabulary.ngsild import JSON, JSON_LD, next_page, own_id
from mimtest.vocabulary.ngsild_paging import count_of
from mimtest.vocabulary.ngsild_subscribed import (
    assert_subscribed,
    subscription_in,
    subscriptions_in,
    texts,
)
from mimtest.vocabulary.ngsild_subscriptions import SUBSCRIPTIONS, TYPE, Desk
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_STAMPS = ("createdAt", "modifiedAt")
_OWN = 3
_TRIES = 4
_PAGES = 20
_LARGEST = 100


@dataclass(frozen=True, slots=True)
class _Held:
    """Subscriptions that are there: of our own as they were sent, or some of those of others."""

    desk: Desk
    subscriptions: list

    @property
    def ids(self):
        return [s["id"] for s in self.subscriptions]


@pytest.fixture(scope="module")
def held(desk):
    """Subscriptions to read: our own, or in a run that only reads some of those that are there."""
    client = desk.broker.client
    if client.level.allows(Level.WRITES):
        with client.recorder.preparing(client.level):
            made = [desk.made(description=f"number {n}") for n in range(_OWN)]
            for sent in made:
                eventually(lambda s=sent: subscription_in(desk.retrieve(s["id"])))
        return _Held(desk, made)
    found = subscriptions_in(desk.broker.get(SUBSCRIPTIONS, limit=_OWN))
    if not found:
        raise Inconclusive("no_data", "there are no subscriptions to read")
    ours = ("id", "type", "description", "subscriptionName", "watchedAttributes")
    return _Held(desk, [{k: s[k] for k in ours if k in s} for s in found])


@pytest.fixture
def known(held):
    """One of them, seen to be there."""
    sent = held.subscriptions[0]
    assert_subscribed(subscription_in(held.desk.retrieve(sent["id"])), sent)
    return sent


@pytest.mark.check("CTX-SUB-13", clause="GS CIM 009 5.8.3", since="1.3.1", rests_on=("CTX-SUB-01",))
@pytest.mark.parametrize("which", ["known", "unknown", "no-uri"])
def test_a_subscription_is_found_by_its_id(request, desk, held, which, reading):
    """A subscription is given out whole; an unknown one is not found; an id is a URI."""
    if which == "known":
        for sent in held.subscriptions:
            assert_subscribed(subscription_in(desk.retrieve(sent["id"])), sent)
        return
    request.getfixturevalue("known")
    if which == "unknown":
        nothing = own_id(TYPE, desk.broker.client.run_id)
        assert_problem(desk.retrieve(nothing), status=404, kind="ResourceNotFound")
    else:
        answer = assert_status(desk.retrieve("no uri at all"), 400, 404)
        refused = answer.status == 400
        kind = "BadRequestData" if refused else "ResourceNotFound"
        assert_problem(answer, status=answer.status, kind=kind)
        reading("S03", "refused" if refused else "not_found")


@pytest.fixture(scope="module")
def named(desk, terms):
    """A subscription to things named under C1."""
    client = desk.broker.client
    sent = desk.draft(
        {"attributes": ["label", "open"]},
        entities=[{"type": "MtThing"}],
        watchedAttributes=["temp"],
        **{"@context": terms.terms},
    )
    with client.recorder.preparing(client.level):
        assert_status(desk.create(sent), 201, what="making a subscription")
        eventually(lambda: subscription_in(desk.retrieve(sent["id"])))
    return sent


def _names_in(subscription):
    """The names in a subscription that the client gave."""
    entities = member(subscription, "entities", list, "the subscription")
    watched = member(subscription, "watchedAttributes", None, "the subscription")
    notification = member(subscription, "notification", dict, "the subscription")
    shown = member(notification, "attributes", None, "the notification")
    types = [member(e, "type", str, "an entity selector") for e in entities]
    return {"types": types, "watched": texts(watched), "shown": texts(shown)}


_NAMES = {"types": ["MtThing"], "watched": ["temp"], "shown": ["label", "open"]}


@pytest.mark.check(
    "CTX-SUB-14",
    clause="GS CIM 009 5.8.3, 5.5.7",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("asked", ["default", "linked", "json-ld", "others"])
def test_names_are_those_of_who_asks(request, desk, named, terms, asked):
    """The names in a subscription are given out under the @context of the request, as JSON and JSON-LD."""
    if asked == "default":
        received = subscription_in(desk.retrieve(named["id"]))
    else:
        contexts = request.getfixturevalue("contexts")
        url = contexts.others if asked == "others" else contexts.terms
        broker, kind = contexts.broker(url), JSON_LD if asked == "json-ld" else JSON
        received = subscription_in(broker.get(desk.where(named["id"]), accept=kind))
    found = _names_in(received)
    if asked == "json-ld":
        context = member(received, "@context", None, "the subscription")
        found = {k: [_iri(n, context, contexts.load) for n in v] for k, v in found.items()}
    as_terms = asked == "linked"
    for place, names in _NAMES.items():
        expected = names if as_terms else [terms.iri(name) for name in names]
        assert_same_set(found[place], expected, f"the names of what is {place}")


def _iri(name, context, load):
    """What a name means under the @context of an answer."""
    (iri,) = expand({"@context": context, "@type": name}, load)["@type"]
    return iri


@pytest.mark.check(
    "CTX-SUB-15", clause="GS CIM 009 6.3.11", since="1.3.1", rests_on=("CTX-SUB-13",)
)
def test_times_are_given_where_wanted(desk, known):
    """When a subscription was made and changed is told with sysAttrs, and only then."""
    plain = subscription_in(desk.retrieve(known["id"]))
    told = [name for name in _STAMPS if name in plain]
    assert_that(not told, "times are told that nobody asked for", expected="none", received=told)
    stamped = subscription_in(desk.retrieve(known["id"], options="sysAttrs"))
    moments = [instant(member(stamped, name, str, "the subscription")) for name in _STAMPS]
    assert_that(all(moments), "a time is no DateTime", expected="two", received=stamped)
    assert_that(moments[0] <= moments[1], "it was changed before it was made", received=stamped)
    assert_subscribed(stamped, known)


@pytest.mark.check("CTX-SUB-16", clause="GS CIM 009 5.8.4", since="1.3.1", rests_on=("CTX-SUB-01",))
def test_subscriptions_are_listed(held):
    """The list of subscriptions has those that are known, as they are given out one by one."""

    def look():
        found = held.desk.listed(held.ids)
        assert_same_set(list(found), held.ids, "the known subscriptions in the list")
        for sent in held.subscriptions:
            assert_subscribed(found[sent["id"]], sent)

    eventually(look)


@pytest.mark.check(
    "CTX-SUB-17",
    clause="GS CIM 009 5.5.9, 6.3.10, 6.3.13",
    since="1.3.1",
    rests_on=("CTX-SUB-16",),
)
@pytest.mark.parametrize("way", ["count", "pages"])
def test_the_list_has_pages_and_a_count(held, way):
    """The list of subscriptions is counted, and its pages have each of them once."""
    look = {"count": _assert_counted, "pages": _assert_paged}[way]
    for _ in range(_TRIES):
        before = held.desk.ids()
        try:
            at_rest(lambda: look(held))
        except AssertionError:
            if held.desk.ids() == before:
                raise
        else:
            return
    raise Inconclusive("unstable", "subscriptions come and go meanwhile")


def _counted(held):
    return count_of(held.desk.broker.get(SUBSCRIPTIONS, limit=1, count=True))


def _assert_counted(held):
    answer = held.desk.broker.get(SUBSCRIPTIONS, limit=1, count=True)
    assert_equal(len(subscriptions_in(answer)), 1, "the length of a page of one")
    number = count_of(answer)
    told = answer.headers.get("NGSILD-Results-Count", "none")
    least = len(held.ids)
    assert_that(number is not None, "the list is not counted", expected="a number", received=told)
    enough = (number or 0) >= least
    assert_that(enough, "the count is too small", expected=f"at least {least}", received=told)
    if least > 1:
        assert_that(next_page(answer), "the first page of one has no next one", expected="next")


def _assert_paged(held):
    size = max(1, min(_LARGEST, (_counted(held) or 0) // _PAGES))
    answer = held.desk.broker.get(SUBSCRIPTIONS, limit=size)
    found = []
    for _ in range(2 * _PAGES):
        page = [s["id"] for s in subscriptions_in(answer)]
        assert_that(len(page) <= size, "a page is too long", expected=size, received=len(page))
        twice = sorted({i for i in page if (found + page).count(i) > 1})
        assert_that(not twice, "subscriptions come twice", expected="once", received=twice)
        found += page
        following = next_page(answer)
        if following is None:
            break
        answer = held.desk.broker.get(following)
    else:
        raise Inconclusive("budget", f"there are more than {2 * _PAGES} pages of {size}")
    lost = sorted(set(held.ids) - set(found))
    assert_that(not lost, "the pages lose subscriptions", expected=held.ids, received=lost)
