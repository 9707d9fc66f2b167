"""What the checks of the security suite start from: an address that gives data, and one that is none.

Both are asked in the same run. Only an interface that tells them apart can be judged: one that answers
everything alike, or gives no data at all, shows nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from mimtest.errors import Inconclusive, Unanswered
from mimtest.network.client import Answer, Client
from mimtest.target import Interface
from mimtest.vocabulary.expect import assert_status, assert_that, shown
from mimtest.vocabulary.readiness import context_link


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
}
_OTHER_DATA = ("text/turtle", "text/csv", "application/n-triples", "application/n-quads")


@pytest.fixture(scope="session")
def place(client: Client, interface: Interface) -> Place:
    """Where data is: a query for NGSI-LD, for others what their kind offers."""
    if interface.kind != "ngsi-ld":
        return Place(client, *_PLACES.get(interface.kind, ("", {})))
    named = context_link(interface)
    if not interface.types:
        return Place(client, "/types", {}, named)
    return Place(client, "/entities", {"type": interface.types[0], "limit": "1"}, named)


@pytest.fixture(scope="session")
def given(place: Place) -> Answer:
    """The answer with data: JSON with something in it, XML, or another format for programs."""
    answer = assert_status(place.ask(), 200, what="asking for data")
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
