"""A Solid pod: who gets in (Solid Protocol 0.11, Web Access Control)."""

from uuid import uuid4

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import DENIED, settled
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.solid import (
    TURTLE,
    acl_text,
    containers_above,
    keeps_to_acp,
    linked,
    webid_of,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("solid")

_NOTE = "a note of mimtest"
_PATCH = """\
@prefix solid: <http://www.w3.org/ns/solid/terms#>.
_:patch a solid:InsertDeletePatch;
    solid:inserts { <#note> <http://purl.org/dc/terms/title> "mimtest". }.
"""
_BODIES = {
    "PUT": ("text/plain", _NOTE),
    "POST": ("text/plain", _NOTE),
    "PATCH": ("text/n3", _PATCH),
}


@pytest.fixture(scope="session")
def owner(interface):
    """The requests of the interface are the pod owner's."""
    if interface.auth is None:
        raise NotApplicable("not_offered", "the target file has no credentials of the pod's owner")
    return interface


@pytest.fixture(scope="session")
def guarded(client, owner):
    """Where something is that the owner gets."""
    if owner.protected is None:
        raise NotApplicable("not_offered", "the target file names no protected resource")
    assert_status(client.get(owner.protected), 200, what="the protected resource for its owner")
    return owner.protected


@pytest.fixture(scope="session")
def container(owner):
    """Where the run may write."""
    found = owner.paths.get("container")
    if found is None:
        raise NotApplicable("not_offered", "the target file has no paths.container")
    return f"{found.rstrip('/')}/"


@pytest.fixture
def note(client, container, run_id):
    """A note that the owner has put into the container for this check, and its address."""
    path = f"{container}mimtest-{run_id}-{uuid4().hex[:8]}.txt"
    headers = {"Content-Type": "text/plain"}
    made = client.create(path, undo=path, method="PUT", content=_NOTE, headers=headers)
    assert_status(made, 200, 201, 204, 205, what="putting a note there as its owner")
    return path


def _webid(presented):
    """The WebID of an identity: of its token, else of the target file."""
    found = webid_of(presented.token, presented.identity.owns)
    if found is None:
        detail = f"the WebID of {presented.identity.name} is neither in its token nor in 'owns'"
        raise NotApplicable("not_offered", detail)
    return found


@pytest.fixture(scope="session")
def people(identities, owner):
    """The WebIDs of the owner and of somebody else, and what the requests of the latter carry."""
    other = identities.required(owner, "none")
    return _webid(identities.required(owner, "full")), _webid(other), other.fields


def _assert_unknown(answer):
    """Somebody unknown is asked to become known; 404 hides what is there."""
    __tracebackhide__ = True
    assert_that(
        settled(answer).status in (401, 404),
        "somebody unknown is not asked to become known",
        expected="status 401 (or 404)",
        received=f"status {answer.status}",
    )
    assert_that(
        answer.status == 404 or answer.headers.get("www-authenticate"),
        "401 does not tell how to become known",
        expected="WWW-Authenticate",
        received="none",
    )


@pytest.mark.check("TRU-SOL-03", clause="Solid Protocol 2.1, RFC 9110 15.5.2", level="passive")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_unknown_read_nothing_guarded(client, guarded, method):
    """What its owner reads is not read without credentials."""
    _assert_unknown(client.request(method, guarded, auth=False))


@pytest.mark.check(
    "TRU-SOL-12",
    clause="Solid Protocol 2.1, RFC 9110 15.5.2",
    level="writes",
    rests_on=("TRU-SOL-03",),
)
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
def test_the_unknown_write_nothing(client, container, note, method):
    """Where the owner writes, nobody writes without credentials."""
    media_type, body = _BODIES[method]
    path = container if method == "POST" else f"{note}-{method.lower()}"
    content = {"content": body, "headers": {"Content-Type": media_type}, "auth": False}
    if method == "POST":
        answer = client.post(path, **content)
        if answer.ok and answer.location:
            client.note_created(answer.location)
    else:
        answer = client.create(path, undo=path, method=method, **content)
    _assert_unknown(answer)


@pytest.mark.check("TRU-SOL-07", clause="Solid Protocol 2.1", level="writes")
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_bodies_have_a_media_type(client, container, note, method):
    """A write whose body has no Content-Type is answered 400; with one it is taken."""
    path = container if method == "POST" else f"{note}-plain"
    content = {"content": _NOTE, "without": ("Content-Type",)}
    if method == "POST":
        answer = client.post(path, **content)
        if answer.ok and answer.location:
            client.note_created(answer.location)
    else:
        answer = client.create(path, undo=path, method=method, **content)
    assert_status(answer, 400, what=f"the answer to {method} without Content-Type")


@pytest.fixture(scope="session")
def rules(client, guarded):
    """Where access rules are that the owner reads: of what is guarded, or of a container above it."""
    for place in (guarded, *containers_above(client.url(guarded).rpartition("/")[0])):
        if client.url(place).startswith(client.url("/")):
            found = linked(client.head(place), "acl")
            if found and client.get(found[0]).ok:
                return found[0]
    detail = "no access rules were found that the owner reads, so that refusals show nothing"
    raise Inconclusive("control_failed", detail)


@pytest.mark.check("TRU-SOL-16", clause="WAC 4.3, 5.2", level="passive")
def test_the_access_rules_are_guarded(client, rules):
    """The rules of who gets in are the owner's to read, not everybody's."""
    answer = settled(client.get(rules, auth=False))
    assert_that(
        answer.status in DENIED,
        "the access rules are read without credentials",
        expected="status 401, 403 or 404",
        received=f"status {answer.status}",
    )


@pytest.mark.check("TRU-SOL-10", clause="WAC 4.3, 5.2", level="writes", rests_on=("TRU-SOL-05",))
def test_grants_hold_until_they_are_taken_back(client, note, people):
    """Somebody is refused, reads once the owner grants it, and is refused again once the grant is gone."""
    owner, reader, fields = people
    found = linked(assert_status(client.head(note), 200), "acl")
    assert_that(found, "no link leads to the note's access rules", expected='rel="acl"')
    if keeps_to_acp(client, found[0]):
        raise NotApplicable("not_offered", "the server keeps to Access Control Policy")

    def refused():
        answer = settled(client.get(note, headers=fields, auth=False))
        assert_that(
            answer.status in DENIED,
            "somebody without a grant reads the note",
            expected="status 403",
            received=f"status {answer.status}",
        )

    def read_by_the_other():
        answer = settled(client.get(note, headers=fields, auth=False))
        assert_that(
            answer.ok and answer.text() == _NOTE,
            "somebody with a grant does not read the note",
            expected=f"status 200 with '{_NOTE}'",
            received=f"status {answer.status}",
        )

    eventually(refused)
    _rule(client, found[0], acl_text(client.url(note), owner, reader))
    eventually(read_by_the_other)
    _rule(client, found[0], acl_text(client.url(note), owner, None))
    eventually(refused)


def _rule(client, acl, text):
    """Put access rules, to be removed with the run's own things."""
    __tracebackhide__ = True
    headers = {"Content-Type": TURTLE}
    made = client.create(acl, undo=acl, method="PUT", content=text, headers=headers)
    assert_status(made, 200, 201, 204, 205, what="putting access rules")
