"""How far a run is, as pytest reports it."""

from typing import Any

import pytest

from mimtest.statusline import StatusLine


class Progress:
    """Counts the checks that are through, and takes the line away at the end."""

    def __init__(self) -> None:
        self._line = StatusLine()
        self._total = 0
        self._done = 0
        self._check = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many there are; with workers the plan alone knows."""
        self._total = len(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Learn which check it is."""
        plain: dict[str, Any] = getattr(report, "mimtest", {})
        self._check = plain.get("check", "")

    def pytest_runtest_logfinish(self) -> None:
        """Count a check that is through."""
        self._done += 1
        of = f" of {self._total}" if self._total else ""
        self._line.show(f"{self._done}{of}  {self._check}")

    def pytest_sessionfinish(self) -> None:
        """Leave the line empty."""
        self._line.clear()
