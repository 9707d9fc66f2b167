"""A line that shows how far a run is: on a terminal only."""

import sys
from typing import Any

import pytest


class Progress:
    """Writes over one line of standard error while checks run, and takes it away at the end."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
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
        self._write(f"{self._done}{of}  {self._check}")

    def pytest_sessionfinish(self) -> None:
        """Leave the line empty."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
