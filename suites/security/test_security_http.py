"""What any client sees of an interface's care: methods, header fields, cookies.

These facts support the answers of MIM6; none of them shows that access is controlled.
"""

import re

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface(
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

#: 405 and 501 (RFC 9110 15.5.6, 15.6.2).
_NO_SUCH_METHOD = (405, 501)

_TELLTALES = ("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator")
_VERSION = re.compile(r"(?:^|[/ (v-])\d+(?:\.\d+)+|/\d+\b")
_REFUSED = (400, 401, 403, 404, 405, 501)
#: Double-submit cookies are there for scripts to read.
_FOR_SCRIPTS = re.compile(r"xsrf|csrf", re.IGNORECASE)
#: JSON texts one after the other are no JSON text.
_STREAM = re.compile(r"ndjson|jsonl|json-?lines|json-seq")


@pytest.mark.check("SEC-HTTP-05", clause="WHATWG Fetch nosniff", strength="should", level="passive")
def test_media_types_are_not_guessed(data):
    """Browsers are told to take the media type as it is: X-Content-Type-Options is nosniff."""
    given = data.headers.get("x-content-type-options") or ""
    assert_that(
        given.split(",")[0].strip().lower() == "nosniff",
        "the answer with data lets browsers guess what it is",
        expected="X-Content-Type-Options: nosniff",
        received=given or "no such field",
    )


@pytest.mark.check("SEC-HTTP-09", clause="RFC 9110 10.2.4", strength="should", level="passive")
def test_headers_name_no_version(data, nowhere):
    """No header field tells the version of a server, framework or language."""
    told = {
        f"{name}: {value}"
        for answer in (data, nowhere)
        for name in _TELLTALES
        for value in answer.headers.get_list(name)
        if _VERSION.search(value)
    }
    assert_that(
        not told,
        "header fields tell the version of the software",
        expected="a name without a version, or no such field",
        received="; ".join(sorted(told)),
    )


@pytest.mark.check("SEC-HTTP-10", clause="RFC 9110 9.3.8", strength="should", level="safe")
def test_requests_are_not_echoed(data, place):
    """TRACE, which sends a request back to whoever reads the answer, is not served."""
    assert data.ok
    answer = place.ask("TRACE", auth=False, harmless=True)
    assert_that(
        not answer.ok,
        "TRACE is served",
        expected="status 405 or 501",
        received=f"status {answer.status}",
    )


@pytest.mark.check(
    "SEC-HTTP-11", clause="RFC 6265 4.1.2.5, 4.1.2.6", strength="should", level="passive"
)
def test_cookies_are_guarded(interface, data, nowhere):
    """Cookies are kept from scripts and from foreign sites, and over https from plain http."""
    cookies = [c for a in (data, nowhere) for c in a.headers.get_list("set-cookie")]
    if not cookies:
        raise NotApplicable("no_cookies", "no answer sets a cookie")
    encrypted = interface.url.lower().startswith("https://")
    for cookie in cookies:
        missing = sorted(_missing(cookie, encrypted=encrypted))
        name = cookie.partition("=")[0].strip()[:60]
        assert_that(
            not missing,
            f"the cookie '{name}' lacks {', '.join(missing)}",
            expected="HttpOnly and SameSite, over https also Secure",
            received=f"without {', '.join(missing)}",
        )


@pytest.mark.check("SEC-HTTP-12", clause="RFC 9110 9.1, 15.5.6", strength="should", level="safe")
def test_unknown_methods_are_refused(data, place):
    """A method that does not exist is refused, and a 405 names the methods that do."""
    assert data.ok
    answer = place.ask("MIMTEST", harmless=True)
    assert_that(
        answer.status in _REFUSED,
        "a method that does not exist is not refused",
        expected="status 405 or 501",
        received=f"status {answer.status}",
    )
    assert_that(
        answer.status != 405 or "allow" in answer.headers,
        "the answer 405 does not name the methods that are allowed",
        expected="a field Allow",
        received="no such field",
    )


@pytest.mark.check("SEC-HTTP-19", clause="RFC 9110 9.3.2", strength="should", level="passive")
def test_head_is_get_without_a_body(data, place):
    """HEAD has the status and the media type that GET has."""
    head = place.ask("HEAD")
    if head.status in _NO_SUCH_METHOD:
        raise NotApplicable("not_offered", "it does not know HEAD, and says so")
    assert_that(
        head.status == data.status,
        "HEAD and GET differ in their status",
        expected=f"status {data.status}",
        received=f"status {head.status}",
    )
    assert_that(
        head.media_type == data.media_type,
        "HEAD and GET differ in their media type",
        expected=data.media_type or "no Content-Type",
        received=head.media_type or "no Content-Type",
    )


@pytest.mark.check("SEC-HTTP-20", clause="RFC 9110 8.3", strength="should", level="passive")
def test_json_is_called_json(data, nowhere):
    """A body that is JSON says so, and one that says so is JSON, also in an error."""
    plain = [a for a in (data, nowhere) if not _STREAM.search(a.media_type)]
    if not any(_is_json(a) or _says_json(a) for a in plain):
        raise Inconclusive("no_data", "neither the data nor the error is JSON")
    for answer in plain:
        kind = "JSON" if _is_json(answer) else "something else"
        assert_that(
            not answer.body.strip() or _is_json(answer) == _says_json(answer),
            f"the body of an answer with status {answer.status} is not what its media type says",
            expected="a JSON media type for JSON, and for nothing else",
            received=f"{answer.media_type or 'no Content-Type'} for {kind}",
        )


def _missing(cookie, *, encrypted):
    attributes = {part.partition("=")[0].strip().lower() for part in cookie.split(";")[1:]}
    if encrypted and "secure" not in attributes:
        yield "Secure"
    if "samesite" not in attributes:
        yield "SameSite"
    if "httponly" not in attributes and not _FOR_SCRIPTS.search(cookie.partition("=")[0]):
        yield "HttpOnly"


def _says_json(answer):
    return "json" in answer.media_type.partition("/")[2]


def _is_json(answer):
    """Whether the body is a JSON object or array."""
    try:
        return isinstance(answer.json(), dict | list)
    except Contradiction:
        return False
