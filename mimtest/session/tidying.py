"""What was made for a check, or by a fixture for the checks of a file, is removed when these are over."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from mimtest.network.recording import CHECK, RUN
from mimtest.session.state import Run


class Tidier:
    """Tells for whom something is made, and removes it when it is no longer needed."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What a fixture makes that several checks share is not the check's."""
        if fixturedef.scope == "function":
            return (yield)
        whom = RUN if fixturedef.scope == "session" else f"{fixturedef.argname} {id(fixturedef)}"
        if whom != RUN:
            fixturedef.addfinalizer(partial(self._end_of, whom))
        with self._run.recorder.making_for(whom):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        """After a check and its own fixtures, its things."""
        try:
            return (yield)
        finally:
            self._end_of(CHECK)

    def _end_of(self, whom: str) -> None:
        with self._run.recorder.between_checks():
            for client in self._run.clients:
                client.end_of(whom)
