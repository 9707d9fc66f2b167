"""Text of a report in the lines of a terminal: none begins with anything of a product's choosing but words."""

import textwrap
from typing import Final

from mimtest.rendering.text import line, quiet

#: Characters of a line, and of a label before a value.
_WIDTH: Final = 100
_LABEL: Final = 10


def safe(text: str) -> str:
    """The text on one line, with no control in it and nothing that a build server obeys."""
    return quiet(line(text))


def wrap(text: str, indent: int) -> list[str]:
    """The text, made `safe`, in indented lines."""
    room = textwrap.TextWrapper(_WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + part for part in room.wrap(safe(text))]


def labelled(label: str, value: str) -> list[str]:
    """The value beside its label, further lines below its first one."""
    head, *rest = wrap(value, 7 + _LABEL) or [""]
    return [f"      {label.ljust(_LABEL)} {head.strip()}", *rest]
