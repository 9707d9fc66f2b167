"""What a host does beside its data: without TLS, at the well-known address, and with files left behind.

Each host and port is asked once, whatever the number of interfaces there.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import BrokenAnswer, Refused, TlsFailed
from mimtest.session.opening import open_for
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.exposed import EXPOSED, gives_away
from mimtest.vocabulary.security_txt import looks_like_one, problems

pytestmark = pytest.mark.interface("https")

_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_YEAR = 31536000
_ABSENT = (401, 403, 404, 410)
#: 495 and 496 are nginx's own, for certificates that are wrong or missing.
_UNKNOWN = (400, 401, 403, 404, 495, 496)


@pytest.fixture
def without_tls(interface, client):
    """Ask for a path of the host where it answers without TLS, and without credentials.

    None where nobody listens, which is as good as it gets.
    """
    if not interface.plain:
        detail = f"interfaces.{interface.name}.plain names no address without TLS"
        raise NotApplicable("not_offered", detail)

    def ask(path):
        try:
            answer = client.get(f"{interface.plain.rstrip('/')}{path}", auth=False)
        except Refused:
            return None
        if answer.status >= 500 or answer.status == 429:
            raise Inconclusive("server_error", f"without TLS it answers {answer.status}")
        return answer

    return ask


@pytest.fixture
def stranger(interface, mimtest_run):
    """Somebody who has no certificate to show."""
    if not interface.client_certificate:
        detail = "the target file names no certificate that clients are known by"
        raise NotApplicable("not_offered", detail)
    with open_for(mimtest_run, replace(interface, client_certificate=None)) as opened:
        yield opened


@pytest.mark.check(
    "SEC-HTTP-01", clause="RFC 6797 7.2; RFC 9325 3.2", strength="should", level="passive"
)
def test_plain_http_leads_to_https(secure, without_tls):
    """Without TLS the host is closed, or sends clients on to https."""
    assert secure.status
    answer = without_tls("/")
    if answer is None or 400 <= answer.status < 500:
        return
    assert_that(
        300 <= answer.status < 400,
        "without TLS the host neither refuses nor sends on to https",
        expected="no connection, a refusal, or a redirect to https",
        received=f"status {answer.status}",
    )
    there = answer.headers.get("location") or ""
    assert_that(
        there.lower().startswith("https://"),
        "without TLS the host sends clients to an address without TLS",
        expected="a Location of https",
        received=there or "no Location",
    )


@pytest.mark.check("SEC-HTTP-02", clause="RFC 9325 3.2", strength="should", level="passive")
def test_data_are_not_given_without_tls(interface, secure, without_tls):
    """The data that are given over TLS are not given without it."""
    if not secure.ok or not secure.body:
        raise Inconclusive(
            "no_data", f"over TLS it answers {secure.status}, so there is nothing to miss"
        )
    parts = urlsplit(secure.url)
    answer = without_tls(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    assert_that(
        answer is None
        or not answer.ok
        or not answer.body
        or answer.media_type != secure.media_type,
        f"the data of {interface.name} are given without TLS as well",
        expected="no data",
        received=f"status {answer.status if answer else ''} with {answer.media_type if answer else ''}",
    )


@pytest.mark.check(
    "SEC-HTTP-04",
    clause="RFC 6797 6.1.1, 11.2",
    strength="should",
    level="passive",
    rests_on=("SEC-HTTP-03",),
)
def test_https_is_committed_to_for_a_year(secure):
    """Strict-Transport-Security commits clients for a year at least."""
    value = secure.headers.get("strict-transport-security")
    if value is None:
        raise NotApplicable("not_offered", "it commits clients to nothing")
    age = _MAX_AGE.search(value)
    assert_that(
        age and int(age[1][:12]) >= _YEAR,
        "clients are committed to https for less than a year",
        expected=f"max-age of {_YEAR} at least",
        received=value,
    )


@pytest.mark.check("SEC-HTTP-16", clause="RFC 9116 2.5, 3", strength="should", level="passive")
def test_security_txt_is_sound(interface, client, secure):
    """The file that says whom to tell of a weakness is text, names a contact, and has not expired."""
    assert secure.status
    answer = client.get(f"{interface.origin}/.well-known/security.txt", auth=False)
    if 300 <= answer.status < 400:
        raise NotApplicable("looked_at_elsewhere", f"it leads to {answer.headers.get('location')}")
    if answer.status in _ABSENT or (answer.ok and not looks_like_one(answer.text())):
        raise NotApplicable("not_offered", "the host publishes no security.txt")
    if not answer.ok:
        raise Inconclusive("server_error", f"security.txt is answered {answer.status}")
    kind = answer.headers.get("content-type") or ""
    assert_that(
        answer.media_type == "text/plain" and _is_utf8(kind),
        "security.txt is not called plain text in UTF-8",
        expected="text/plain; charset=utf-8",
        received=kind or "no Content-Type",
    )
    wrong = list(problems(answer.text(), clock.now()))
    assert_that(
        not wrong,
        f"security.txt: {'; '.join(wrong[:5])}",
        expected="Contact, and one Expires within the next year",
        received="; ".join(wrong[:5]),
    )


@pytest.mark.check(
    "SEC-HTTP-18",
    clause="OWASP API Security 2023 API8",
    strength="should",
    level="safe",
    option="exposed-files",
)
def test_nothing_is_left_behind(interface, client, secure):
    """Files of developers and pages of operators that end up on servers are not there for everybody."""
    assert secure.status
    by_design = {urlsplit(client.url(path)).path for path in interface.public}
    found = [p for p in EXPOSED if p not in by_design and _is_there(client, interface.origin, p)]
    assert_that(
        not found,
        f"anybody reads {', '.join(found)}",
        expected="none of them, or only for those with rights",
        received=", ".join(found),
    )


@pytest.mark.check("SEC-TLS-15", clause="RFC 8705 2; RFC 8446 4.4.2.4", level="passive")
def test_whoever_shows_no_certificate_gets_no_data(interface, secure, place, stranger):
    """Where clients are known by certificates, one without is refused, in the handshake or in HTTP."""
    if not secure.ok or not secure.body:
        raise Inconclusive("control_failed", f"with the certificate it answers {secure.status}")
    try:
        answer = replace(place, client=stranger).ask()
    except (TlsFailed, Refused, BrokenAnswer):
        return
    if answer.status >= 500 or answer.status == 429:
        raise Inconclusive("server_error", f"without a certificate it answers {answer.status}")
    assert_that(
        answer.status in _UNKNOWN,
        f"{interface.name} serves clients that show no certificate",
        expected="no handshake, or a status such as 400, 401 or 403",
        received=f"status {answer.status}",
    )


def _is_there(client, origin, path):
    answer = client.get(f"{origin}{path}", auth=False)
    return answer.ok and gives_away(path, answer.body)


def _is_utf8(content_type):
    """Whether no other charset is named: RFC 9116 3 makes utf-8 the default."""
    parameters = content_type.lower().replace(" ", "").replace('"', "").split(";")[1:]
    named = {p for p in parameters if p.startswith("charset=")}
    return named <= {"charset=utf-8"}
