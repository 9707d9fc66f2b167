"""How far something is, in one line of standard error that is written over: on a terminal only."""

import sys


class StatusLine:
    """The line; `is_shown` says whether there is a terminal to show it."""

    def __init__(self) -> None:
        self.is_shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Write over what the line said before."""
        if self.is_shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty for whatever is printed next."""
        self.show("")
