"""What the checks of the security suite start from: an address that gives data, and one that is none.

Both are asked in the same run. Only an interface that tells them apart can be judged: one that answers
everything alike, or gives no data at all, shows nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from mimtest.client import Answer, Client
from mimtest.errors import Inconclusive, Unanswered
from mimtest.expect import assert_status, assert_that
from mimtest.readiness import context_link
from mimtest.target import Interface


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


@pytest.fixture(scope="session")
def place(client: Client, interface: Interface) -> Place:
    """Where data is: a query for NGSI-LD, else the interface's own address."""
    if interface.kind != "ngsi-ld":
        return Place(client)
    named = context_link(interface)
    if not interface.types:
        return Place(client, "/types", {}, named)
    return Place(client, "/entities", {"type": interface.types[0], "limit": "1"}, named)


@pytest.fixture(scope="session")
def given(place: Place) -> Answer:
    """The answer with data."""
    answer = place.ask()
    assert_status(answer, 200, what="asking for data")
    assert_that(answer.body.strip(), "the answer with data is empty", expected="a body")
    return answer


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
def refusals(data: Answer, nowhere: Answer, place: Place) -> dict[str, Answer]:
    """The answers to harmless mistakes of a client, by what the mistake was.

    A mistake that a proxy drops without an answer tells nothing of the product, and is left out.
    """
    assert data.ok
    found = {"a path that is not there": nowhere}
    for mistake, make in _MISTAKES.items():
        with suppress(Unanswered):
            found[mistake] = make(place)
    return found


_MISTAKES: Mapping[str, Callable[[Place], Answer]] = {
    "a limit that is no number": lambda place: place.ask(params={"limit": "no-number"}),
    "a media type that nobody has": lambda place: place.ask(
        headers={"Accept": "application/x-no-such-type"}
    ),
    "a broken percent-encoding": lambda place: place.client.get(f"{place.path}/%zz"),
}
