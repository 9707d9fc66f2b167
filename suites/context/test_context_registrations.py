"""Context sources are registered, read, and removed (GS CIM 009 5.9, 5.10.1, 6.8, 6.9)."""

import time
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_status, assert_that
from mimtest.vocabulary.jsonld import is_uri, same_literal
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_registrations import (
    about,
    assert_registered,
    registration_in,
)
from mimtest.vocabulary.waiting import eventually, patience

pytestmark = pytest.mark.interface("ngsi-ld")

_SHORTEST = 2.0
_LONGEST_LAG = 60.0
_AT_ONCE = 2.0
_PAUSE = 0.2
_DAY = timedelta(days=1)
#: How far the time in an answer can be from that of the product: it is rounded, and kept for a while.
_UNCERTAIN = 1.5
_LONG_AGO = "2021-04-01T12:00:00Z"


@pytest.fixture
def kind(run_id):
    """A type of entities that nobody else has."""
    return own_name("MtSource", run_id)


@pytest.fixture
def draft(registry, kind, run_id):
    """A registration that nobody has made yet, with what every version of the standard has."""
    info = about(kind, "temperature") | {"relationshipNames": ["inBuilding"]}
    names = {"registrationName": "Quelle Süd", "description": "a source of a test"}
    return registry.draft(run_id, info, **names)


@pytest.fixture
def kept(registry, draft):
    """A registration of our own, seen to be there."""
    assert_status(registry.create(draft), 201, what="registering a source")
    eventually(lambda: assert_registered(registration_in(registry.retrieve(draft["id"])), draft))
    return draft


@pytest.mark.check(
    "CTX-REG-01", clause="GS CIM 009 5.9.2", level="writes", since="1.3.1", option="registry"
)
def test_a_source_is_registered(registry, draft):
    """A source is registered, and its registration has every member that was sent."""
    assert_status(registry.retrieve(draft["id"]), 404, what="an unknown registration")
    answer = assert_status(registry.create(draft), 201)
    where = answer.location
    assert_that(where, "a registration has no address", expected="Location", received="none")
    for address in (where, registry.where(id=draft["id"])):
        eventually(lambda at=address: assert_registered(registration_in(registry.get(at)), draft))


@pytest.mark.check(
    "CTX-REG-02",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
def test_a_registration_without_an_id_is_given_one(registry, draft, reading):
    """A registration without an identifier is given one, which is a URI and leads to it."""
    sent = {k: v for k, v in draft.items() if k != "id"}
    answer = assert_status(registry.create(sent), 201)
    told = answer.headers.get("Location")
    assert_that(told, "a registration has no address", expected="Location", received="none")
    reading("A23", "address" if "://" in told else "path")
    received = eventually(lambda: registration_in(registry.get(answer.location)))
    assert_registered(received, sent)
    assert_that(
        is_uri(received["id"]), "an id is no URI", expected="a URI", received=received["id"]
    )
    assert_registered(registration_in(registry.retrieve(received["id"])), sent)


@pytest.mark.check(
    "CTX-REG-03",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
def test_a_registration_is_not_made_twice(registry, kept):
    """A second registration under the same identifier is refused, and changes nothing."""
    answer = registry.create({**kept, "description": "another source"})
    assert_problem(answer, status=409, kind="AlreadyExists")
    assert_registered(registration_in(registry.retrieve(kept["id"])), kept)


@pytest.mark.check(
    "CTX-REG-05",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("when", ["past", "soon"])
def test_a_registration_ends_when_it_says(registry, draft, kept, when, reading):
    """A registration that has ended already is refused; one that ends soon goes then."""
    start, now = time.monotonic(), _moment_of(registry.retrieve(kept["id"]))
    brief = {**draft, "id": own_id("ContextSourceRegistration", registry.client.run_id)}
    if when == "past":
        lasting = {**brief, "id": f"{brief['id']}-lasting", "expiresAt": _stamp(now + _DAY)}
        assert_status(registry.create(lasting), 201, what="registering a source for a day")
        answer = registry.create({**brief, "expiresAt": _stamp(now - _DAY)})
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(registry.retrieve(brief["id"]), 404)
        return
    life = max(_SHORTEST, patience.get())
    ends = start + life
    brief["expiresAt"] = _stamp(now + timedelta(seconds=life))
    assert_status(registry.create(brief), 201)
    _assert_told(registry, brief, ends)
    while assert_status(registry.retrieve(brief["id"]), 200, 404).status != 404:
        if time.monotonic() > ends + _LONGEST_LAG:
            raise Inconclusive("timeout", f"what ended is there after {_LONGEST_LAG:.0f} s")
        time.sleep(_PAUSE)
    over = time.monotonic()
    assert_that(over > ends - _UNCERTAIN, "a registration is gone too early", expected=f"{life} s")
    reading("A52", "at_once" if over < ends + _AT_ONCE else "later")


def _moment_of(answer):
    """The product's time, where it tells it."""
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
        return told + timedelta(seconds=1)
    except (TypeError, ValueError):
        return clock.now()


def _stamp(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _assert_told(registry, brief, ends):
    """The registration is there and says when it ends, unless its time was over before it was seen."""
    try:
        received = eventually(lambda: registration_in(registry.retrieve(brief["id"])))
    except AssertionError:
        if time.monotonic() > ends:
            raise Inconclusive("timeout", "what ends was not seen before its time") from None
        raise
    told = received.get("expiresAt")
    equal = same_literal(told, brief["expiresAt"])
    assert_that(equal, "'expiresAt' differs", expected=brief["expiresAt"], received=told)


@pytest.mark.check(
    "CTX-REG-11",
    clause="GS CIM 009 5.10.1",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("which", ["known", "unknown", "no-uri"])
def test_a_registration_is_retrieved_by_its_id(registry, kept, run_id, which):
    """A registration is found under its identifier, an unknown one is not, and no URI is none."""
    if which == "known":
        assert_registered(registration_in(registry.retrieve(kept["id"])), kept)
    elif which == "unknown":
        answer = registry.retrieve(own_id("ContextSourceRegistration", run_id))
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        answer = registry.retrieve("no uri at all")
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-REG-13",
    clause="GS CIM 009 5.9.4",
    level="writes",
    since="1.3.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("which", ["known", "gone", "no-uri"])
def test_a_registration_is_removed(registry, kept, which):
    """A registration is removed once; what is not there is not found, and no URI is refused."""
    if which == "no-uri":
        answer = registry.send("DELETE", "no uri at all")
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_registered(registration_in(registry.retrieve(kept["id"])), kept)
        return
    assert_status(registry.send("DELETE", kept["id"]), 204)
    eventually(lambda: assert_status(registry.retrieve(kept["id"]), 404))
    if which == "gone":
        answer = registry.send("DELETE", kept["id"])
        assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-REG-31",
    clause="GS CIM 009 5.2.9",
    level="writes",
    since="1.6.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("way", ["created", "updated"])
def test_what_the_broker_tells_is_not_taken_from_clients(registry, draft, kept, run_id, way):
    """What a registry tells of a source, such as its status, is not taken over from a client."""
    told = {"status": "failed", "timesSent": 4711, "timesFailed": 815, "lastSuccess": _LONG_AGO}
    if way == "created":
        kept = {**draft, "id": own_id("ContextSourceRegistration", run_id)}
        assert_status(registry.create(kept | told), 201)
    else:
        kept = kept | {"description": "changed at the same time"}
        change = {"description": kept["description"], **told}
        assert_status(registry.send("PATCH", kept["id"], change), 204)
    received = eventually(lambda: _described(registry, kept))
    for name, value in told.items():
        same = same_literal(received.get(name), value)
        assert_that(not same, f"'{name}' is what the client said", received=received.get(name))


def _described(registry, sent):
    received = registration_in(registry.retrieve(sent["id"]))
    assert_registered(received, sent)
    return received
