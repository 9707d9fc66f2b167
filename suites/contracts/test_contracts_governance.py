"""The rulebook of a data ecosystem, and how keeping to it is seen (MIM3 C1, C3): documents and a log of use.

Nobody judges here what a document says: whether it is there, in which state and in which languages is what is looked at.
"""

from secrets import token_hex
from urllib.parse import unquote, urlsplit

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import jose
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.governance import (
    assert_readable,
    dates_of,
    file_in,
    has_figures,
    has_version,
    languages_of,
    main_language,
    named_languages,
    read_document,
    words_of,
)
from mimtest.vocabulary.log_challenge import Asked, is_timely, log_of, matching
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("rulebook")
_WHO = ("sub", "client_id", "azp", "preferred_username", "email", "name")


@pytest.fixture(scope="session")
def nothing(client, run_id):
    """What the server gives where nothing is: a page that stands for every address is no document."""
    answer = client.get(f"/no-such-document-{run_id}")
    return answer.body if answer.ok else None


@pytest.fixture
def read(client, interface, nothing):
    """Read a document that the target file names, at the interface's own address when no part is named."""

    def document(part, what, **headers):
        place = interface.paths.get(part) if part else ""
        if place is None:
            raise NotApplicable("not_offered", f"the target file names no paths.{part}")
        answer = read_document(client, place, what, **headers)
        if nothing is not None and answer.body == nothing:
            detail = "the server gives the same page where nothing is"
            raise Inconclusive("control_failed", detail)
        return answer

    return document


@pytest.mark.check("CTR-GOV-01", clause="MIM3 C1", strength="should", level="passive")
def test_the_rulebook_can_be_read(read):
    """The rulebook is there for everybody whom it binds, as a document with a text."""
    assert_readable(read(None, "the rulebook"), "the rulebook")


@pytest.mark.check(
    "CTR-GOV-02", clause="MIM3 C1", strength="may", level="passive", rests_on=("CTR-GOV-01",)
)
def test_the_rulebook_tells_its_state(read, interface):
    """The rulebook has the version that is declared, or a date, by which members see that it has changed."""
    answer = read(None, "the rulebook")
    version, told = interface.version, dates_of(answer)
    if version and file_in(answer) is None:
        assert_that(
            has_version(words_of(answer, "the rulebook"), version),
            f"the rulebook does not have the version {version} that the target file declares",
            expected=version,
            received=excerpt(answer),
        )
    elif not told and (file_in(answer) or answer.headers.get("last-modified")):
        field = answer.headers.get("last-modified")
        detail = f"in the rulebook no date is found; its header says: {field or 'nothing'}"
        raise Inconclusive("needs_review", detail)
    assert_that(
        version or told,
        "nothing in the rulebook tells of which day it is",
        expected="a version or a date",
        received=excerpt(answer),
    )


@pytest.mark.check(
    "CTR-GOV-03", clause="MIM3 C1", strength="may", level="passive", rests_on=("CTR-GOV-01",)
)
def test_the_rulebook_is_there_in_its_languages(interface, client, looked):
    """The rulebook comes in each language that is declared, and says in which it is."""
    languages = interface.languages
    if not languages:
        raise NotApplicable("not_offered", "the target file names no languages of the rulebook")
    texts = {}
    for language in languages:
        named = interface.paths.get("language", "").replace("{language}", language)
        what = f"the rulebook in '{language}'"
        answer = read_document(client, named, what, Accept_Language=language)
        told = languages_of(answer)
        if main_language(language) not in told and file_in(answer):
            raise Inconclusive("needs_review", f"{what} is {file_in(answer)} that does not name it")
        assert_that(
            main_language(language) in told,
            f"{what} does not say that it is",
            expected=f'Content-Language: {language}, or <html lang="{language}">',
            received=", ".join(sorted(told)) or "no language",
        )
        same = texts.setdefault(answer.body, [])
        same.append(main_language(language))
        assert_that(
            len(same) == 1 or set(same) <= named_languages(answer),
            "the same document stands for several languages, and does not say so",
            expected="a document for each, or one whose Content-Language names them all",
            received=", ".join(sorted(told)),
        )
    looked("whether the words are understood is for people to judge")


@pytest.mark.check("CTR-AUD-01", clause="MIM3 C3", strength="should", level="passive")
@pytest.mark.parametrize("part", ["procedure", "record"])
def test_compliance_is_documented(read, part, looked):
    """The procedure by which participants are held to the rules is there, and a record of its use."""
    what = {"procedure": "the procedure", "record": "the record of its use"}[part]
    answer = read(part, what)
    if file_in(answer) is None:
        assert_that(
            len(words_of(answer, what).split()) >= 30,
            f"{what} says next to nothing",
            expected="a text of thirty words at least",
            received=excerpt(answer) or "nothing",
        )
    looked(f"{what} is there; whether it is enough is for people to judge")


@pytest.mark.check("CTR-AUD-02", clause="MIM3 C3", strength="should")
def test_use_is_logged(client, interface, identities):
    """The log of use shows an access that was made just now: when, to which data, and whose."""
    sample, log = interface.paths.get("sample"), interface.paths.get("log")
    if not sample or not log:
        raise NotApplicable("not_offered", "the target file names no paths.sample and paths.log")
    user = identities.required(interface, "read", "full")
    provider = identities.required(interface, "full")
    trace = token_hex(16)
    fields = {**user.fields, "traceparent": f"00-{trace}-{token_hex(8)}-01"}
    answer = client.get(sample, headers=fields, auth=False)
    if not answer.ok:
        detail = f"the data of paths.sample is answered {answer.status}: {excerpt(answer)}"
        raise Inconclusive("control_failed", detail)
    now = clock.now().isoformat(timespec="seconds")
    asked = Asked(trace, now, "GET", unquote(urlsplit(answer.url).path), answer.status)

    def shown():
        told = assert_status(
            client.get(log, headers=provider.fields, auth=False), 200, what="the log"
        )
        lines = matching(log_of(told), asked)
        assert_that(
            lines,
            "the log does not show an access that was made",
            expected=asked.path,
            received="no line of it",
        )
        place = asked.path.rstrip("/").rpartition("/")[2].lower()
        for what, holds in (
            ("when an access was made", lambda k: is_timely(k, asked)),
            ("which data an access was to", lambda k: place in unquote(k).lower()),
            ("whose access it was", lambda k: _names(k, user, client)),
        ):
            assert_that(
                any(map(holds, lines)),
                f"the log does not tell {what}",
                expected="in the line of the access",
                received=lines[0][:200],
            )

    eventually(shown)


@pytest.mark.check("CTR-AUD-03", clause="MIM3 C3", strength="may", level="passive")
def test_the_service_level_has_figures(read):
    """The service level that users can hold providers to is there, with figures or statements of quality."""
    answer = read("service-level", "the service level")
    assert_that(
        has_figures(answer, "the service level"),
        "the service level has no figures",
        expected="shares, times or days, or statements of W3C DQV",
        received=excerpt(answer),
    )


def _names(line, user, client):
    """Whether a line says who asked: by the client's name, a word of the token or its owner, or the tool by its run."""
    identity = user.identity
    known = (identity.name, identity.client_id, client.run_id, "mimtest", *identity.owns)
    return any(n and n.lower() in line.lower() for n in (*known, *_named_in(user.token)))


def _named_in(token):
    """Who a token is for and who got it, where it can be read (RFC 9068 2.2)."""
    try:
        claims = jose.read(token).claims
    except ValueError:
        return []
    return [c for n in _WHO if isinstance(c := claims.get(n), str)]
