"""A registration tells what became of the requests that it led to (GS CIM 009 5.2.9)."""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member, of_type
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_registrations import registration_in
from mimtest.vocabulary.ngsild_spread import OUTSIDE, number, spreading
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def spread(keeping, hosting, receiver, run_id):
    """An entity that only a source has, which was changed there once."""
    with spreading(keeping, hosting, receiver, run_id) as make:
        found = make("redirect", ["updateEntity"])
        found.source.hold(found.entity)
        assert_status(found.send("PATCH", "/attrs", {OUTSIDE: number(8)}), 204, what="a change")
        yield found, make.registry


def _counts(registration):
    """How many requests were sent and failed; what is not told of is none."""
    given = [registration.get(n, 0) for n in ("timesSent", "timesFailed")]
    return tuple(of_type(n, int, "a number of requests") for n in given)


@pytest.mark.check(
    "CTX-DIST-33",
    clause="GS CIM 009 5.2.9",
    strength="should",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-16"),
)
def test_a_registration_counts_what_is_sent(spread):
    """A request that succeeds and one that fails are counted, with the time and the status of the last."""
    entity, registry = spread
    sent, failed = _counts(_read(entity, registry))
    assert_status(entity.send("PATCH", "/attrs", {OUTSIDE: number(9)}), 204)
    good = eventually(lambda: _counted(entity, registry, more_than=sent))
    assert_equal(_counts(good)[1], failed, "the requests that failed, after one that did not")
    assert_equal(member(good, "status", str, "the registration"), "ok", "the status after success")
    entity.source.refuse(403)
    answer = entity.send("PATCH", "/attrs", {OUTSIDE: number(10)})
    assert_that(answer.status != 204, "a change that the source refuses is said to be made")
    bad = eventually(lambda: _counted(entity, registry, failed=failed, more_than=_counts(good)[0]))
    assert_equal(
        member(bad, "status", str, "the registration"), "failed", "the status after failure"
    )
    for name in ("lastSuccess", "lastFailure"):
        given = member(bad, name, str, "the registration")
        assert_that(instant(given), f"'{name}' is no time", expected="a DateTime", received=given)


def _read(entity, registry):
    return registration_in(registry.retrieve(entity.registration["id"], options="sysAttrs"))


def _counted(entity, registry, *, more_than, failed=None):
    """The registration, which counts more that was sent, and more that failed than there was."""
    found = _read(entity, registry)
    sent, lost = _counts(found)
    counted = sent > more_than and (failed is None or lost > failed)
    expected = f"more than {more_than} sent" + ("" if failed is None else f", {failed} failed")
    received = f"{sent} sent, {lost} failed"
    assert_that(counted, "a request is not counted", expected=expected, received=received)
    return found
