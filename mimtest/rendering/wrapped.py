"""Texts in lines of a terminal, in which no byte of a product's is a control, or begins a line of its choosing."""

import textwrap
from typing import Final

from mimtest.rendering.text import line, quiet

_WIDTH: Final = 100
_LABEL: Final = 10


def safe(text: str) -> str:
    """The text in one line that nothing obeys."""
    return quiet(line(text))


def wrap(text: str, indent: int) -> list[str]:
    """The text in lines that do not begin with anything of a product's choosing but words."""
    room = textwrap.TextWrapper(_WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + part for part in room.wrap(safe(text))]


def labelled(label: str, value: str) -> list[str]:
    """A value beside its label."""
    head, *rest = wrap(value, 7 + _LABEL) or [""]
    return [f"      {label.ljust(_LABEL)} {head.strip()}", *rest]
