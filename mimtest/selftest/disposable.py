"""What a run against a sandbox leaves out that is made for this run alone."""

from collections.abc import Iterator

import pytest

from mimtest.selftest.packing import place_of
from mimtest.session.state import RUN


class Disposable:
    """Says that the sandbox of a run is thrown away: what is left at the end need not be removed.

    Of the plan only these places are left, if some are given.
    """

    def __init__(self, places: frozenset[str] | None = None) -> None:
        self._places = places

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self, session: pytest.Session) -> Iterator[None]:
        """Before any interface is asked whether it is ready."""
        run = session.config.stash[RUN]
        run.disposable = True
        if self._places is not None:
            run.plan = tuple(
                p for p in run.plan if place_of(p.check.id, p.interface) in self._places
            )
        return (yield)
