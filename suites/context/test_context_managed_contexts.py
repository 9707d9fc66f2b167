"""@contexts that a broker hosts for its clients (GS CIM 009 5.13, 6.29, 6.30)."""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_managed import (
    CACHED,
    HOSTED,
    IMPLICIT,
    added,
    address_in,
    assert_same_terms,
    entry_for,
    hosted,
    is_listed,
    place_of,
    stranger_to,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_REFUSED = ("BadRequestData", "InvalidRequest")
_MEMBERS = ("localId", "kind", "createdAt")


@pytest.fixture(scope="module")
def known(broker, terms):
    """The @contexts of the broker, and the path of one that it hosts for us."""
    client = broker.client
    with client.recorder.preparing(client.level):
        return hosted(client, {"@context": terms.terms})


@pytest.fixture
def own(broker, terms):
    """The same for a check that removes it."""
    managed, place = hosted(broker.client, {"@context": terms.terms})
    eventually(lambda: assert_same_terms(managed.get(place), terms.terms))
    return managed, place


def _assert_described(about, kind=HOSTED):
    """All is told of a @context that every one has."""
    for name in _MEMBERS:
        member(about, name, str, "what is told of a @context")
    assert_equal(about["kind"], kind, "the kind")
    moment = instant(about["createdAt"])
    assert_that(moment, "createdAt is no DateTime", received=about["createdAt"])
    _ = address_in(about)


@pytest.mark.check(
    "CTX-JSC-01",
    clause="GS CIM 009 5.13.2",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
)
def test_a_context_is_hosted(broker, terms, reading):
    """A @context that a client gives is kept, and is listed afterwards, which it was not before."""
    answer, managed = added(broker.client, {"@context": terms.others})
    assert_status(answer, 201)
    reading("A91", "json" if "ld" not in managed.media_type else "json_ld")
    place, given = place_of(answer), answer.headers.get("location", "")
    reading("A34", "url" if "://" in given else "path" if "/" in given else "id")
    eventually(lambda: assert_that(is_listed(place, managed.addresses()), "it is not listed"))
    assert_status(managed.delete(place), 204)
    eventually(lambda: assert_that(not is_listed(place, managed.addresses()), "it is listed still"))


_WRONG = {
    "none": {"json": {"temp": "https://mimtest.example/temp"}},
    "array": {"json": ["https://mimtest.example/terms"]},
    "broken": {"content": '{"@context": {"temp": '},
    "number": {"json": {"@context": {"temp": 5}}},
}


@pytest.mark.check(
    "CTX-JSC-02",
    clause="GS CIM 009 5.13.2",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-01",),
)
@pytest.mark.parametrize("case", _WRONG)
def test_what_is_no_context_is_not_hosted(known, case):
    """A body without a @context, or with a wrong one, is refused."""
    managed, _ = known
    answer = managed.add(None, **_WRONG[case])
    assert_problem(answer, status=400, kind=_REFUSED)


@pytest.mark.check(
    "CTX-JSC-03",
    clause="GS CIM 009 5.13.3",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-01",),
)
@pytest.mark.parametrize("form", ["plain", "false", "true"])
def test_contexts_are_listed(known, form, reading):
    """The list of @contexts has their addresses, or all that is told of each."""
    managed, place = known

    def look():
        listed = managed.addresses(**({} if form == "plain" else {"details": form}))
        assert_that(is_listed(place, listed), "the hosted one is missing", received=listed[:20])

    def look_closer():
        found = entry_for(place, managed.details())
        assert_that(found, "the hosted one is missing", expected=place, received="no entry")
        _assert_described(found)
        return found

    if form != "true":
        eventually(look)
        return
    found = eventually(look_closer)
    reading("A92", "capitals" if "URL" in found else "lower_case")


@pytest.mark.check(
    "CTX-JSC-04",
    clause="GS CIM 009 5.13.3",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-03",),
)
@pytest.mark.parametrize("kind", [HOSTED, CACHED, IMPLICIT, "unknown"])
def test_contexts_are_listed_by_kind(known, kind):
    """The list of one kind of @contexts has that kind alone; there is no kind of another name."""
    managed, place = known
    if kind == "unknown":
        assert_status(managed.get(kind=HOSTED), 200, what="the list of a known kind")
        assert_problem(managed.get(kind="MtNoSuchKind"), status=400, kind=_REFUSED)
        return
    eventually(lambda: _assert_of_kind(managed, place, kind))


def _assert_of_kind(managed, place, kind):
    listed = managed.details(kind=kind)
    others = [i for i in listed if i.get("kind") != kind]
    assert_that(not others, "another kind is listed", expected=kind, received=others[:3])
    has = entry_for(place, listed) is not None
    assert_equal(has, kind == HOSTED, f"whether a hosted @context is listed as {kind}")
    plain = is_listed(place, managed.addresses(kind=kind))
    assert_equal(plain, kind == HOSTED, f"whether its address is listed as {kind}")


@pytest.mark.check(
    "CTX-JSC-05",
    clause="GS CIM 009 5.13.4",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-01",),
)
@pytest.mark.parametrize("details", ["none", "false", "true"])
def test_a_hosted_context_is_served(known, terms, details):
    """A hosted @context is served as it was given, or all that is told of it."""
    managed, place = known

    def look():
        if details != "true":
            answer = managed.get(place, **({} if details == "none" else {"details": details}))
            assert_same_terms(answer, terms.terms)
            return
        about = json_object(assert_status(managed.get(place, details="true"), 200))
        _assert_described(about)
        assert_that(entry_for(place, [about]), "it is another one", expected=place, received=about)

    eventually(look)


@pytest.mark.check(
    "CTX-JSC-06",
    clause="GS CIM 009 5.13.4",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-05",),
)
@pytest.mark.parametrize("details", ["false", "true"])
def test_an_unknown_context_is_not_found(known, details):
    """A @context that the broker does not keep is not found."""
    managed, place = known
    eventually(lambda: assert_status(managed.get(place, details=details), 200, what="a hosted one"))
    answer = managed.get(stranger_to(place), details=details)
    assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-JSC-08",
    clause="GS CIM 009 5.13.5",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-05",),
)
@pytest.mark.parametrize("reload", ["none", "false"])
def test_a_hosted_context_is_deleted(own, reload):
    """A hosted @context is deleted once, and is not found afterwards."""
    managed, place = own
    assert_status(managed.delete(place, **({} if reload == "none" else {"reload": reload})), 204)
    eventually(lambda: assert_problem(managed.get(place), status=404, kind="ResourceNotFound"))
    assert_problem(managed.delete(place), status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-JSC-11",
    clause="GS CIM 009 5.13.5",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-05",),
)
def test_a_hosted_context_is_not_loaded_again(own, terms):
    """Loading a hosted @context again is refused, and it stays."""
    managed, place = own
    assert_problem(managed.delete(place, reload="true"), status=400, kind="BadRequestData")
    assert_same_terms(managed.get(place), terms.terms)
    assert_status(managed.delete(place), 204, what="deleting it")
