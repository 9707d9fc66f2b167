"""How far a self-test is: on a terminal only."""

import sys


class Progress:
    """Writes over one line of standard error and takes it away at the end."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def show(self, phase: str, done: int, total: int) -> None:
        """Say which part of the work is under way, and how much of it is through."""
        self._write(f"{phase}: {done} of {total} runs")

    def end(self) -> None:
        """Leave the line empty."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
