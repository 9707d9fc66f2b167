"""What an interface says when it is asked for something it does not have, or asked wrongly.

The mistakes are harmless: no injection, no guessing, nothing that could be taken for an attack.
"""

import re
from urllib.parse import urlsplit

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that, excerpt, fail

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

#: Traces of a program's inside, each by the words of the runtime or database that prints it.
_INSIDES = {
    "a Python traceback": r"Traceback \(most recent call last\)|File \"[^\"\n]+\", line \d+",
    "a Java stack trace": r"\bat [\w$.]+\.[\w$<>]+\([\w$]+\.(?:java|kt|scala):\d+\)",
    "a JavaScript stack trace": r"\bat [^\n(]{0,80}\(?(?:file://)?/[^\s:()]+\.(?:m?js|ts):\d+:\d+",
    "a .NET stack trace": r"\bat [\w.<>`]+\([^)\n]{0,200}\) in [^\n]+:line \d+",
    "a PHP trace": r"Stack trace:\s*#0 |\bin /[^\s<]+\.php(?:</b>)? on line ",
    "a Go panic": r"\bgoroutine \d+ \[running\]",
    "an SQL error": r"\bSQLSTATE\b|\bORA-\d{5}\b|\bpsycopg2?\.|\borg\.postgresql\.|\bSQLITE_ERROR\b",
    "an SQL statement": r"(?s)\bSELECT\b.{1,300}\bFROM\b.{1,300}\bWHERE\b",
    "a path of the server": r"(?<![\w:/.])/(?:usr|opt|home|var|srv|root)/(?:[\w.-]+/)+[\w-]+\.\w{1,5}\b",
    "a Windows path": r"\b[A-Z]:\\(?:[\w .-]+\\)+[\w-]+\.\w{1,5}\b",
}
#: Members an error's body tells its story in, whatever its schema (RFC 9457 3.1 and others).
_TELLING = frozenset(
    (
        "title",
        "detail",
        "type",
        "status",
        "code",
        "message",
        "description",
        "error",
        "error_description",
        "errors",
        "exception",
        "exceptions",
        "orionError",
    )
)


@pytest.mark.check("SEC-HTTP-13", clause="RFC 9457 3", strength="should", level="passive")
def test_errors_have_a_structured_body(data, nowhere):
    """The error for a path that is not there has a body that a program can read."""
    assert data.ok
    if _is_xml(nowhere):
        return
    try:
        body = nowhere.json()
    except Contradiction:
        fail(
            f"the body of a {nowhere.status} is neither JSON nor XML",
            expected="problem details (RFC 9457) or another documented structure",
            received=excerpt(nowhere) or "an empty body",
        )
    told = isinstance(body, dict) and bool(_TELLING & body.keys())
    assert_that(
        told,
        f"the body of a {nowhere.status} does not say what is wrong",
        expected="an object with a title, a message or a code",
        received=excerpt(nowhere),
    )


@pytest.mark.check("SEC-HTTP-14", clause="RFC 9110 17.6; CWE-209", level="passive")
def test_errors_tell_nothing_of_the_inside(data, refusals):
    """Answers to harmless mistakes hold no stack trace, no SQL and no path of the server."""
    assert data.ok
    for mistake, answer in refusals.items():
        text = _without_the_request(answer)
        for what, pattern in _INSIDES.items():
            found = re.search(pattern, text)
            if found and answer.status >= 400:
                fail(
                    f"the answer to {mistake} holds {what}",
                    expected="a message for the client, without the program's inside",
                    received=" ".join(found[0].split())[:200],
                )


@pytest.mark.check("SEC-HTTP-15", clause="RFC 9110 15.5, 15.6", level="passive")
def test_mistakes_of_a_client_do_not_break_the_server(data, mistakes, refusals):
    """A harmless mistake of the client is not answered as a failure of the server."""
    assert data.ok
    for mistake, answer in refusals.items():
        if not _is_broken(answer):
            continue
        if not _is_broken(mistakes[mistake]()):
            raise Inconclusive("unstable", f"only one of two answers to {mistake} is a failure")
        fail(
            f"the answer to {mistake} is a failure of the server",
            expected="a status below 500",
            received=f"status {answer.status}: {excerpt(answer)}",
        )


@pytest.mark.check("SEC-HTTP-17", clause="RFC 9110 15.5.5", strength="should", level="passive")
def test_what_is_not_there_is_not_found(given, nowhere):
    """A path that is not there is refused, so that a status can be relied on."""
    assert given.ok
    assert_that(
        nowhere.status in (401, 403, 404, 410),
        f"a path that cannot be there is answered {nowhere.status}",
        expected="status 404, or 401 or 403 where that is not told",
        received=f"status {nowhere.status}: {excerpt(nowhere)}",
    )


def _is_broken(answer):
    return answer.status >= 500 and answer.status != 501


def _without_the_request(answer):
    """The text of an answer, without the path that was asked for: it may be said back."""
    return answer.text()[:200_000].replace(urlsplit(answer.url).path, " ")


def _is_xml(answer):
    text = answer.text().lstrip("\ufeff \r\n\t")[:200].lower()
    return text.startswith("<") and "html" not in text
