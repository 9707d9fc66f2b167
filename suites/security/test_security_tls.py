"""How a host speaks TLS: what it agrees to, what it refuses, and the certificate it shows.

Each host and port is asked eight times at most, once in a run, whatever the number of interfaces there. A product
whose certificate keeps every other check from running is judged here all the same.
"""

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.handshake import Greeter
from mimtest.session.opening import open_for
from mimtest.vocabulary.certificates import is_ending
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.tls import (
    further_hosts,
    incomplete,
    leaf,
    mandatory,
    misnamed,
    place_of,
    taken,
    unencrypted,
    untimely,
    untrusted,
    weak,
)

pytestmark = pytest.mark.interface("https")


@pytest.fixture(scope="session")
def interface(mimtest_run, request):
    """The interface under test, ready or not: what its certificate keeps others from is looked at here."""
    found = next((i for i in mimtest_run.target.interfaces if i.name == request.param), None)
    if found is None:
        raise NotApplicable("plain_http", "no interface is reached over https")
    return found


@pytest.fixture(scope="session")
def greet(mimtest_run):
    """Shake hands with a host and port, once in a run."""
    known = {}

    def once(interface, place):
        if place not in known:
            # Whoever opens a client has its pace hold for the host.
            open_for(mimtest_run, interface).close()
            known[place] = Greeter(
                mimtest_run.recorder,
                *place,
                tls=mimtest_run.target.tls(interface),
                seconds=interface.timeout,
                before=lambda: mimtest_run.politeness.wait_turn(place[0]),
            ).greet()
        return known[place]

    return once


@pytest.fixture
def shaken(interface, greet, recorder):
    """What the host answered to the handshakes; the check has looked at all of them."""
    return _seen(greet(interface, place_of(interface.url)), recorder)


@pytest.mark.check("SEC-TLS-01", clause="RFC 5280 6", level="passive", rests_on=("SEC-TLS-05",))
def test_the_certificate_leads_to_an_authority(shaken):
    """The certificate leads to an authority that is believed: a public one, or the one the target file names."""
    _assert_right(untrusted(shaken))


@pytest.mark.check("SEC-TLS-02", clause="RFC 9525 6", level="passive")
def test_the_certificate_is_for_this_host(shaken):
    """The certificate names the host among its alternative names."""
    _assert_right(misnamed(shaken))


@pytest.mark.check("SEC-TLS-03", clause="RFC 5280 4.1.2.5", level="passive")
def test_the_certificate_is_valid_now(shaken):
    """The certificate has begun and has not ended, nor has one that it rests on."""
    _assert_right(untimely(shaken))


@pytest.mark.check(
    "SEC-TLS-04",
    clause="RFC 5280 4.1.2.5",
    strength="may",
    level="passive",
    rests_on=("SEC-TLS-03",),
)
def test_the_certificate_is_renewed_in_time(shaken):
    """More than a tenth of the certificate's time is left and, of one that lasts long, more than five days."""
    own, now = leaf(shaken), clock.now()
    if not own.holds_at(now):
        raise Inconclusive("precondition_unmet", "the certificate is not valid now")
    assert_that(
        not is_ending(own, now),
        "the certificate ends soon",
        expected=f"more than a tenth of its {own.lasts.days} days left, and more than five days",
        received=f"it ends at {own.ends:%Y-%m-%d %H:%M} UTC",
    )


@pytest.mark.check("SEC-TLS-05", clause="RFC 8446 4.4.2", level="passive")
def test_the_chain_is_sent_whole(interface, shaken):
    """The certificates between the server's own and that of an authority are sent with it."""
    _assert_right(incomplete(shaken, own_authority=bool(interface.ca)))


@pytest.mark.check("SEC-TLS-06", clause="RFC 9325 3.1.1", strength="should", level="passive")
def test_tls_1_3_is_spoken(shaken):
    """TLS 1.3 is agreed to."""
    newest = shaken.attempts["newest"]
    if newest.result == "silent" or not shaken.is_open:
        raise Inconclusive("control_failed", newest.detail)
    assert_that(
        newest.result == "agreed",
        "TLS 1.3 is not spoken",
        expected="a handshake of TLS 1.3",
        received=newest.detail,
    )


@pytest.mark.check("SEC-TLS-07", clause="RFC 8996 4, 5", level="passive")
def test_old_versions_are_refused(shaken):
    """A client that speaks TLS 1.1 at most is refused."""
    _assert_right(taken(shaken, "old", "it agrees to a version before TLS 1.2"))


@pytest.mark.check("SEC-TLS-08", clause="RFC 7568 3", level="passive")
def test_ssl_3_is_refused(shaken):
    """A client that speaks SSL 3.0 is refused."""
    _assert_right(taken(shaken, "ssl3", "it agrees to SSL 3.0"))


@pytest.mark.check("SEC-TLS-09", clause="RFC 9325 4.1; RFC 5246 A.5", level="passive")
def test_broken_suites_are_refused(shaken):
    """Cipher suites without encryption or authentication, with RC4, or with less than 112 bits are refused."""
    _assert_right(taken(shaken, "broken", "it agrees to a broken cipher suite"))


@pytest.mark.check("SEC-TLS-10", clause="RFC 9325 4.1", strength="should", level="passive")
def test_suites_without_forward_secrecy_are_refused(shaken):
    """Cipher suites whose key opens every recording later, and 3DES, are refused."""
    found = "it agrees to a suite without forward secrecy, or to 3DES"
    _assert_right(taken(shaken, "static", found))


@pytest.mark.check("SEC-TLS-11", clause="RFC 9325 4.5", level="passive")
def test_keys_and_signatures_are_strong(shaken):
    """The certificates have keys of a sound size and no signature with MD5 or SHA-1."""
    _assert_right(weak(shaken))


@pytest.mark.check(
    "SEC-TLS-12", clause="CA/Browser Forum BR 6.3.2", strength="may", level="passive"
)
def test_the_certificate_lasts_no_longer_than_public_ones_may(interface, shaken):
    """The certificate of a public authority lasts no longer than was allowed when it was issued."""
    own = leaf(shaken)
    if interface.ca or shaken.verified != 0:
        raise NotApplicable(
            "not_offered", "the certificate is not shown to be of a public authority"
        )
    if own.longest is None:
        raise NotApplicable("not_offered", "it was issued before there was a limit")
    assert_that(
        own.lasts <= own.longest,
        "the certificate lasts longer than one of a public authority may",
        expected=f"{own.longest.days} days at most",
        received=f"{own.lasts.days} days",
    )


@pytest.mark.check("SEC-TLS-13", clause="RFC 9325 4.2", strength="should", level="passive")
def test_encryption_that_authenticates_is_spoken(shaken):
    """A suite that authenticates what it encrypts is agreed to: TLS 1.3, or one of TLS 1.2."""
    offer = shaken.attempts.get("authenticating")
    if shaken.attempts["newest"].result == "agreed" or (offer and offer.result == "agreed"):
        return
    if offer is None or offer.result == "silent" or not shaken.is_open:
        raise Inconclusive("control_failed", offer.detail if offer else "it was not asked")
    fail(
        "it agrees to no suite that authenticates what it encrypts",
        expected="a suite with GCM, CCM or ChaCha20-Poly1305",
        received=offer.detail,
    )


@pytest.mark.check("SEC-TLS-14", clause="RFC 8446; RFC 9325", level="passive")
def test_hosts_beside_it_speak_tls_as_well(target, interface, greet, recorder):
    """Further hosts that the target file names for it keep the rules nobody may leave aside."""
    places = further_hosts(target, interface)
    plain = unencrypted(target)
    if not places and not plain:
        raise NotApplicable("not_offered", "the target file names no further host over https")
    for place in places:
        for wrong in mandatory(_seen(greet(interface, place), recorder)):
            fail(
                f"{place[0]}:{place[1]}: {wrong.message}",
                expected=wrong.expected,
                received=wrong.received,
            )
    if plain:
        detail = f"{plain[0]} is reached without TLS"
        raise Inconclusive("plain_http", f"{detail} ({len(plain)} such addresses)")


def _seen(found, recorder):
    for attempt in found.attempts.values():
        recorder.witness(attempt.exchange)
    return found


def _assert_right(wrong):
    if wrong:
        fail(wrong.message, expected=wrong.expected, received=wrong.received)
