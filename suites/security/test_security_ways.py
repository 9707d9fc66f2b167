"""Whether restricted data stay restricted on every way to them (MIM6 C1; OWASP API2, API5, API9:2023).

Nothing is guessed: the ways are other spellings of the declared address, header fields that proxies pass on, and
the operations of the kind or of the interface's own description.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import (
    DENIED,
    assert_kept,
    given_away,
    is_denied,
    settled,
    succeeded,
    telling,
)
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.operations import VALIDATED, attempt, operations_of
from mimtest.vocabulary.rest import find_api
from mimtest.vocabulary.token_ladder import as_jwt

pytestmark = pytest.mark.interface("ngsi-ld", "sensorthings", "rest", "ogc-api-features")

_NO_METHOD = (405, 501)
#: Fields in which log-in proxies and gateways tell the interface behind them who asks.
_TELLING_WHO = (
    "X-Forwarded-User",
    "X-Remote-User",
    "X-Auth-Request-User",
    "Remote-User",
    "X-Consumer-Username",
    "X-Authenticated-Userid",
)
#: Claims by which those know somebody.
_NAMES = ("preferred_username", "sub", "client_id", "azp", "email")
_PEOPLE = re.compile(
    r"/(users?|accounts?|people|persons?|members?|subjects?|customers?|citizens?|employees?)/?(items/?)?$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_PERSONAL = re.compile(
    r'"(e-?mail|phone|telephone|given_?name|family_?name|first_?name|last_?name|birth_?date)"\s*:\s*"[^"]+"',
    re.IGNORECASE,
)


@pytest.fixture(scope="session")
def operations(interface, client, run_id):
    """What can be asked, by kind or by the interface's description; not what anyone may by design."""
    api = find_api(client) if interface.kind == "rest" else None
    public = [client.url(p).partition("?")[0].rstrip("/") for p in interface.public]
    found = operations_of(client, api, run_id)
    return [
        d
        for d in found
        if d.guarded is not False and client.url(d.operation.path).rstrip("/") not in public
    ]


@pytest.mark.check("SEC-AZ-04", clause="OWASP API2:2023, API5:2023", rests_on=("SEC-TOK-01",))
def test_every_operation_needs_a_token(askers, operations, restricted):
    """No operation that is not public gives data to, or takes data from, whoever has no token."""
    asker, nobody = askers.somebody, askers.nobody
    seen, unclear = 0, []
    for operation, guarded in ((d.operation, d.guarded) for d in operations):
        known = attempt(asker, operation, asker)
        if operation.reads and succeeded(known):
            answer = settled(nobody.ask(operation))
            seen += 1
            if is_denied(answer) or not answer.ok:
                continue
            texts = given_away(known, restricted.texts)
            own = _texts(known, restricted) if guarded else texts
            assert_kept(answer, own, nobody.name, operation.name)
            if guarded is None and given_away(answer, _texts(known, restricted)):
                unclear.append(f"{operation.name} gives data to whoever asks")
        elif not operation.reads and known.received.status in VALIDATED:
            answer = settled(attempt(nobody, operation, asker))
            seen += 1
            assert_that(
                not answer.ok,
                f"{nobody.name} is not refused: {operation.name}",
                expected="status 401, 403 or 404",
                received=f"status {answer.status}",
            )
            if answer.status not in (*DENIED, *_NO_METHOD):
                unclear.append(f"{operation.name} looks at the body before it asks who sent it")
    if not seen:
        raise Inconclusive("no_data", "no operation works for who may use it")
    if unclear:
        detail = (
            f"{unclear[0]} ({len(unclear)} of {seen}); what is public by design goes in 'public'"
        )
        raise Inconclusive("needs_review", detail)


@pytest.mark.check("SEC-AZ-06", clause="RFC 3986 6.2; OWASP API5:2023", rests_on=("SEC-TOK-01",))
def test_no_spelling_of_the_address_lets_in(askers, restricted):
    """No other spelling of the address of restricted data gives them to whoever has no token."""
    nobody = askers.nobody
    for address in _spellings(nobody.client.url(restricted.operation.path)):
        answer = nobody.ask(replace(restricted.operation, path=address))
        assert_kept(answer, restricted.texts, nobody.name, urlsplit(address).path)


@pytest.mark.check("SEC-AZ-07", clause="RFC 7239 8.1; OWASP API2:2023", rests_on=("SEC-TOK-01",))
def test_no_field_of_a_proxy_lets_in(askers, restricted, run_id):
    """Header fields in which proxies tell who asks, or for what, let nobody in who sends them himself."""
    nobody, door = askers.nobody, restricted.operation
    path = urlsplit(nobody.client.url(door.path)).path
    for who in _names(restricted.asker):
        for name in _TELLING_WHO:
            assert_kept(nobody.ask(door, **{name: who}), restricted.texts, nobody.name, name)
    for name, value in {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}.items():
        assert_kept(nobody.ask(door, **{name: value}), restricted.texts, nobody.name, name)
    public = [*nobody.client.interface.public, f"/no-such-path-{run_id}"][0]
    for name in ("X-Original-URL", "X-Rewrite-URL"):
        elsewhere = replace(door, path=public, params={})
        assert_kept(nobody.ask(elsewhere, **{name: path}), restricted.texts, nobody.name, name)
        public_path = urlsplit(nobody.client.url(public)).path
        assert_kept(nobody.ask(door, **{name: public_path}), restricted.texts, nobody.name, name)


@pytest.mark.check("SEC-AZ-08", clause="RFC 9110 9.3.2, 9.3.7", rests_on=("SEC-TOK-01",))
def test_other_reading_methods_are_refused_alike(askers, restricted):
    """Whoever is refused GET is refused HEAD, and OPTIONS gives no data."""
    nobody, door = askers.nobody, restricted.operation
    head = nobody.ask(door, "HEAD")
    if head.received.status not in _NO_METHOD:
        _ = settled(head)
    assert_that(
        not head.ok or succeeded(restricted.refused),
        f"HEAD is answered to {nobody.name}, whom GET refuses: {door.path or '/'}",
        expected=f"status {restricted.refused.status}",
        received=f"status {head.status}",
    )
    options = nobody.ask(door, "OPTIONS")
    if options.received.status not in _NO_METHOD:
        assert_kept(options, restricted.texts, nobody.name, f"OPTIONS {door.path}")


@pytest.mark.check("SEC-DEF-03", clause="OWASP API9:2023", strength="should")
def test_lists_of_people_are_not_public(interface, client, askers, run_id):
    """A list of people that the description names gives no personal data to whoever has no token."""
    if interface.kind != "rest":
        raise NotApplicable("not_offered", f"{interface.kind} has no list of people")
    found = [d.operation for d in operations_of(client, find_api(client), run_id)]
    lists = [o for o in found if o.reads and _PEOPLE.search(o.path)]
    if not lists:
        raise NotApplicable("not_offered", "the description names no list of people")
    for operation in lists:
        answer = settled(askers.nobody.ask(operation))
        text = answer.text()
        personal = _EMAIL.search(text) or _PERSONAL.search(text)
        assert_that(
            not (answer.ok and personal),
            f"{operation.name} gives personal data to whoever has no token",
            expected="no personal data",
            received=f"status {answer.status} with such data",
        )


def _names(asker):
    """By what name somebody may be known: what the target file calls them, and what their token does."""
    jwt = as_jwt(asker.fields.get("Authorization", "").partition(" ")[2])
    told = [jwt.claims.get(n) for n in _NAMES] if jwt else []
    plain = [t for t in told if isinstance(t, str) and t.isascii() and t.isprintable()]
    return list(dict.fromkeys([*plain, asker.name.strip("'")]))[:3]


def _texts(known, restricted):
    """What a public answer would not hold; empty where nothing tells."""
    try:
        return telling(known, restricted.asker.owns, restricted.refused)
    except Inconclusive:
        return ()


def _spellings(url):
    parts = urlsplit(url)
    head, _, last = parts.path.rstrip("/").rpartition("/")
    coded = f"%{ord(last[0]):02X}{last[1:]}" if last else last
    paths = (
        f"{head}/{last}/",
        f"{head}//{last}",
        f"{head}/%2e/{last}",
        f"{head}/{last.upper()}",
        f"{head}/{last};x",
        f"{head}/{coded}",
        f"{head}/{last}.json",
        f"{head}/{last}%2f",
    )
    query = f"?{parts.query}" if parts.query else ""
    return [f"{parts.scheme}://{parts.netloc}{path}{query}" for path in dict.fromkeys(paths)]
