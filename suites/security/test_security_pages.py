"""What a host tells browsers: to stay with https, and how to treat its web pages. Data for programs have no such rules."""

import re

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_that, fail

pytestmark = pytest.mark.interface(
    "https",
    "ngsi-ld",
    "ngsi-v2",
    "sensorthings",
    "rest",
    "ogc-api-features",
    "wfs",
    "wms",
    "wmts",
    "ogc-api-tiles",
    "ogc-api-processes",
    "sparql",
    "dcat",
    "dsp",
    "tmforum",
    "oidc",
    "oauth",
    "solid",
)

_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?referrer\b", re.IGNORECASE)


@pytest.fixture
def page(place, secure):
    """What a browser gets, where that is a web page."""
    assert secure.status
    answer = place.ask(headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"})
    if not answer.ok or answer.media_type not in ("text/html", "application/xhtml+xml"):
        raise NotApplicable("not_offered", "browsers get no web page")
    return answer


@pytest.mark.check("SEC-HTTP-03", clause="RFC 6797 7.1, 7.2", strength="should", level="passive")
def test_strict_transport_security_belongs_to_https(interface, secure, nowhere):
    """Strict-Transport-Security is sent over https, also with an error, and never over plain http."""
    fields = {a.status: a.headers.get("strict-transport-security") for a in (secure, nowhere)}
    if interface.url.lower().startswith("http://"):
        if not any(fields.values()):
            raise NotApplicable("plain_http", f"{interface.url} is reached without encryption")
        fail(
            "Strict-Transport-Security is sent over plain http, where it proves nothing",
            expected="no such field",
            received=str(fields),
        )
    for status, value in fields.items():
        age = _MAX_AGE.search(value or "")
        assert_that(
            300 <= status < 400 or status >= 500 or (age and int(age[1][:12]) > 0),
            f"an answer with status {status} does not commit clients to https",
            expected="Strict-Transport-Security with a max-age above 0",
            received=value or "no such field",
        )


@pytest.mark.check(
    "SEC-HTTP-07", clause="CSP Level 3 frame-ancestors", strength="should", level="passive"
)
def test_pages_are_not_framed_by_strangers(page):
    """A web page says who may show it within another page."""
    policies = ";".join(page.headers.get_list("content-security-policy")).lower()
    named = any(p.strip().split(" ")[0] == "frame-ancestors" for p in re.split("[;,]", policies))
    framing = (page.headers.get("x-frame-options") or "").strip().upper()
    assert_that(
        named or framing in ("DENY", "SAMEORIGIN"),
        "any page of anybody may show this one within itself",
        expected="frame-ancestors in Content-Security-Policy, or X-Frame-Options",
        received=policies or framing or "neither",
    )


@pytest.mark.check("SEC-HTTP-08", clause="Referrer Policy 4", strength="may", level="passive")
def test_pages_say_what_links_tell(page):
    """A web page says how much of its address the hosts it links to are told."""
    assert_that(
        page.headers.get("referrer-policy") or _META.search(page.text()),
        "the page leaves it to browsers what the hosts it links to are told",
        expected="Referrer-Policy, or the same in the page",
        received="neither",
    )
