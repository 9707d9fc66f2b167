"""What the checks of the security suite start from: an address that gives data, and one that is none.

Both are asked in the same run. Only an interface that tells them apart can be judged: one that answers
everything alike, or gives no data at all, shows nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from mimtest.errors import Inconclusive, NotApplicable, Unanswered
from mimtest.network.client import Answer, BrokenAnswer, Client, Refused
from mimtest.session.asking import Askers
from mimtest.session.identities import Identities
from mimtest.session.state import Run
from mimtest.target import Interface
from mimtest.vocabulary.access import (
    Operation,
    Restricted,
    given_away,
    is_denied,
    succeeded,
    telling,
)
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.expect import assert_status, assert_that, shown
from mimtest.vocabulary.tmforum import GIVEN, LISTED, parts_of
from mimtest.vocabulary.token_trials import Good, Judge, Trials, judge_of

#: Credentials that are no bearer tokens, in words.
_CREDENTIALS = {"basic": "user and password", "header": "key"}
#: The attempts by interface and good token.
Tried = dict[tuple[str, str], Trials]


@dataclass(frozen=True)
class Place:
    """An address of the interface that gives data, and how to ask for it."""

    client: Client
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(
        self, method: str = "GET", *, headers: Any = None, params: Any = None, **how: Any
    ) -> Answer:
        """Ask for the data, or for what `params` and `headers` make of it."""
        return self.client.request(
            method,
            self.path,
            params={**self.params, **(params or {})},
            headers={**self.headers, **(headers or {})},
            **how,
        )


#: Where interfaces of a kind give data that a program can read, if not at their own address.
_PLACES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "wfs": ("", {"service": "WFS", "request": "GetCapabilities"}),
    "wms": ("", {"service": "WMS", "request": "GetCapabilities"}),
    "wmts": ("", {"service": "WMTS", "request": "GetCapabilities"}),
    "sparql": ("", {"query": "ASK { ?s ?p ?o }"}),
    "oidc": ("/.well-known/openid-configuration", {}),
    "ngsi-v2": ("/entities", {"limit": "1"}),
    "solid": ("/", {}),
    "dsp": ("/.well-known/dspace-version", {}),
    "ishare": ("/capabilities", {}),
    "mydata-operator": ("/.well-known/mydataoperator-config", {}),
    "mydata-connector": ("/.well-known/connector-config", {}),
    "mydata-registry": ("/trustlist-api/groups", {}),
}
_OTHER_DATA = ("text/turtle", "text/csv", "application/n-triples", "application/n-quads")


@pytest.fixture(scope="session")
def place(client: Client, interface: Interface) -> Place:
    """Where data is: a query for NGSI-LD, for others what their kind offers."""
    if interface.kind == "tmforum":
        part, where = next(iter(parts_of(interface).items()), ("catalog", ""))
        return Place(client, f"{where}{LISTED[part]}")
    if interface.kind != "ngsi-ld":
        return Place(client, *_PLACES.get(interface.kind, ("", {})))
    named = context_link(interface)
    if not interface.types:
        return Place(client, "/types", {}, named)
    return Place(client, "/entities", {"type": interface.types[0], "limit": "1"}, named)


@pytest.fixture(scope="session")
def given(place: Place, interface: Interface) -> Answer:
    """The answer with data: JSON with something in it, XML, or another format for programs."""
    statuses = GIVEN if interface.kind == "tmforum" else (200,)
    answer = assert_status(place.ask(), *statuses, what="asking for data")
    if not (_holds_xml(answer) or answer.media_type in _OTHER_DATA):
        value = answer.json()
        there = isinstance(value, dict | list) and value
        assert_that(there, "the answer holds no data", expected="data", received=shown(value))
    return answer


def _holds_xml(answer: Answer) -> bool:
    text = answer.text().lstrip("\ufeff \r\n\t")[:500].lower()
    return text.startswith("<") and "<html" not in text and "xml" in answer.media_type


@pytest.fixture(scope="session")
def nowhere(client: Client, run_id: str) -> Answer:
    """The answer for a path that cannot be there."""
    return client.get(f"/no-such-path-{run_id}")


@pytest.fixture(scope="session")
def secure(interface: Interface, place: Place) -> Answer:
    """Whatever is answered where data are; a host that speaks something else over TLS has no such rules."""
    try:
        return place.ask()
    except (BrokenAnswer, Refused) as silence:
        if interface.kind != "tls":
            raise
        raise NotApplicable(
            "not_offered", f"it speaks no HTTP over TLS: {silence.detail}"
        ) from None


@pytest.fixture(scope="session")
def data(given: Answer, nowhere: Answer) -> Answer:
    """The answer with data, of an interface that refuses what is not there."""
    if not 400 <= nowhere.status < 500:
        detail = f"a path that cannot be there is answered {nowhere.status}, as if it were"
        raise Inconclusive("control_failed", detail)
    return given


@pytest.fixture(scope="session")
def mistakes(client: Client, place: Place, run_id: str) -> dict[str, Callable[[], Answer]]:
    """Harmless mistakes of a client, by what they are."""
    unknown = {"Accept": "application/x-no-such-type"}
    return {
        "a path that is not there": lambda: client.get(f"/no-such-path-{run_id}"),
        "a limit that is no number": lambda: place.ask(params={"limit": "no-number"}),
        "a media type that nobody has": lambda: place.ask(headers=unknown),
        "a broken percent-encoding": lambda: client.get(f"{place.path}/%zz"),
    }


@pytest.fixture(scope="session")
def refusals(data: Answer, mistakes: dict[str, Callable[[], Answer]]) -> dict[str, Answer]:
    """The answers to harmless mistakes, by what the mistake was.

    One that a proxy drops without an answer tells nothing of the product, and is left out.
    """
    assert data.ok
    found: dict[str, Answer] = {}
    for mistake, make in mistakes.items():
        with suppress(Unanswered):
            found[mistake] = make()
    return found


@pytest.fixture(scope="session")
def askers(client: Client, identities: Identities) -> Askers:
    """Who asks."""
    return Askers(client, identities)


@pytest.fixture(scope="session")
def door(interface: Interface, place: Place) -> Operation:
    """How restricted data are asked for."""
    if interface.protected:
        return Operation("GET", interface.protected, {}, place.headers)
    return Operation("GET", place.path, place.params, place.headers)


@pytest.fixture(scope="session")
def restricted(askers: Askers, door: Operation, nowhere: Answer) -> Restricted:
    """What somebody is given and nobody else: an interface that treats both alike shows nothing."""
    asker = askers.somebody
    granted, refused = asker.ask(door), askers.nobody.ask(door)
    if not succeeded(granted):
        detail = f"{asker.name} is answered {granted.status} to {door.name}"
        raise Inconclusive("control_failed", detail)
    texts = telling(granted, asker.owns, nowhere)
    if not is_denied(refused) and given_away(refused, texts):
        detail = (
            f"{door.name} gives its data to whoever has no token, too (status {refused.status})"
        )
        raise Inconclusive("control_failed", detail)
    return Restricted(door, asker, granted, refused, texts)


@pytest.fixture(scope="session")
def tried() -> Tried:
    """The attempts beside each good token: one that ends during the run is followed by another."""
    return {}


@pytest.fixture
def good(interface: Interface, identities: Identities, mimtest_run: Run) -> Good:
    """A token that is good at the interface by now."""
    return _good(interface, identities, mimtest_run)


@pytest.fixture
def trials(client: Client, door: Operation, good: Good, tried: Tried) -> Trials:
    """Attempts to get restricted data with tokens, beside a good one of the target file."""
    return tried.setdefault((client.interface.name, good.token), Trials(client, door, good))


def _good(interface: Interface, identities: Identities, run: Run) -> Good:
    for rights in ("full", "read", "subject"):
        who = identities.of(interface, rights)
        if who:
            held = who.identity
            minted = held.token is None
            return Good(f"'{held.name}'", who.token, who.tenant_fields, held.owns, minted)
    auth = interface.auth
    if auth and auth.kind == "bearer" and auth.token:
        return Good("the interface's own token", run.secrets[auth.token.variable])
    if auth:
        return Good(f"whoever has the interface's {_CREDENTIALS.get(auth.kind, auth.kind)}")
    if interface.is_guarded:
        detail = f"the target file names no bearer token that {interface.name} takes"
        raise NotApplicable("not_offered", detail)
    raise NotApplicable("condition_not_claimed", f"{interface.name} is not said to be guarded")


@pytest.fixture
def judge(trials: Trials, nowhere: Answer) -> Judge:
    """What comes of tokens that are no good, where a good one is taken and none is not."""
    return judge_of(trials, nowhere)
