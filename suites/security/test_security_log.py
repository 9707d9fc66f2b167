"""Whether a log shows what was refused, and keeps no tokens (ISO/IEC 27001 A.8.15).

The product hands its log back: at an address of the target file, or in a file beside it. What a run asked for is
noted in the report's folder, for who looks for it by hand.
"""

from urllib.parse import unquote

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.target import LOCAL
from mimtest.vocabulary.access import Operation, succeeded
from mimtest.vocabulary.expect import assert_that, excerpt
from mimtest.vocabulary.log_challenge import (
    challenge,
    is_timely,
    lines_of,
    log_of,
    matching,
    read_challenge,
    tells_result,
    write_challenge,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld", "sensorthings", "rest", "ogc-api-features")

_MOST_BYTES = 50_000_000


@pytest.fixture
def note(mimtest_run, interface):
    """The file in which the requests of a run are noted."""
    return mimtest_run.output / f"log-challenge-{interface.name}.json"


@pytest.fixture
def logged(interface, askers, restricted, note, mimtest_run):
    """What was asked and refused, and how the log of it is read."""
    place = interface.paths.get("log", "")
    assert restricted.refused.status
    if place.startswith(LOCAL):
        file = mimtest_run.target.folder / unquote(place.removeprefix(LOCAL))
        earlier = read_challenge(note)
        if earlier and file.is_file():
            text = file.read_bytes()[:_MOST_BYTES].decode(errors="replace")
            return earlier, lambda: lines_of(text)
    asked = challenge(askers.nobody, restricted.operation)
    if place.startswith(LOCAL) or not place:
        write_challenge(note, asked)
        detail = f"{note.name} beside the report names three refused requests to find in the log"
        raise Inconclusive("needs_review", f"{detail}; 'paths.log' can name the log")
    return asked, lambda: log_of(_read(askers.of("full"), place))


@pytest.mark.check("SEC-LOG-01", clause="ISO/IEC 27001 A.8.15", rests_on=("SEC-TOK-01",))
def test_refusals_are_logged(logged):
    """The log has every refused request with its time and what became of it."""
    asked, read = logged
    eventually(lambda: _assert_shown(asked, read()))


@pytest.mark.check(
    "SEC-LOG-03", clause="OWASP ASVS 5.0 16.2.5", strength="should", rests_on=("SEC-TOK-01",)
)
def test_no_token_is_logged(interface, askers, restricted):
    """The log keeps no token that somebody came with."""
    place = interface.paths.get("log", "/")
    if not place.strip("/") or place.startswith(LOCAL):
        raise NotApplicable("not_offered", "the target file names no address of the log")
    asker = next(iter(askers.all("full", "read", "subject")), None)
    token = asker.fields["Authorization"].split()[-1] if asker else ""
    if not token:
        raise NotApplicable("not_offered", "the target file names no identity that may read")
    (first, *_) = challenge(asker, restricted.operation)
    try:
        eventually(lambda: _assert_seen(first, log_of(_read(askers.of("full"), place))))
    except Contradiction as error:
        raise Inconclusive("control_failed", error.message) from None
    lines = log_of(_read(askers.of("full"), place))
    kept = sum(token in line or token.rpartition(".")[2] in line for line in lines)
    assert_that(
        not kept,
        "the log keeps tokens, which are good for whoever reads it",
        expected="no token, or its digest",
        received=f"{kept} lines with one",
    )


def _read(asker, place):
    answer = asker.ask(Operation("GET", place))
    if not succeeded(answer):
        detail = f"the log is answered {answer.received.status}: {excerpt(answer)}"
        raise Inconclusive("control_failed", detail)
    return answer


def _assert_shown(asked, lines):
    for request in asked:
        found = _assert_seen(request, lines)
        assert_that(
            any(is_timely(k, request) for k in found),
            "the log does not tell when a request was refused",
            expected=f"a time about {request.at}",
            received=found[0][:200],
        )
        assert_that(
            any(tells_result(k, request) for k in found),
            "the log does not tell what became of a request",
            expected=f"status {request.status}, or a word for the refusal",
            received=found[0][:200],
        )
    lines_seen = {k for r in asked for k in matching(lines, r)}
    assert_that(
        len(lines_seen) >= len(asked),
        "the log does not have a line for each request",
        expected=f"{len(asked)} lines",
        received=f"{len(lines_seen)}",
    )


def _assert_seen(request, lines):
    found = matching(lines, request)
    assert_that(
        found,
        f"the log does not show {request.method} {request.path}",
        expected=f"a line with the trace {request.trace}, or with path, status and time",
        received=f"{len(lines)} lines without",
    )
    return found
