"""What the shipped fonts can draw: anything else is written by its number, so that nothing is lost or left as an empty box."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from mimtest.rendering.text import line
from mimtest.rendering.words import Said
from mimtest.resources import FONTS

#: The name of the file beside the fonts that tells their characters.
_CHARACTERS: Final = FONTS / "characters.json"


def drawn(value: Any) -> Any:
    """Data for a page: each text on one line and drawable, each `Said` with its pieces and their languages."""
    if isinstance(value, Mapping):
        return {key: drawn(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [drawn(member) for member in value]
    if isinstance(value, Said) and any(lang for _, lang in value.spans):
        return {"spans": [[drawable(text), lang] for text, lang in value.spans]}
    return drawable(value) if isinstance(value, str) else value


def drawable(text: str) -> str:
    """The text on one line; what cannot be seen or drawn becomes ⟨U+1F600⟩."""
    seen = line(text)
    if seen.isascii():
        return seen
    return "".join(c if is_drawn(c) else f"⟨U+{ord(c):04X}⟩" for c in seen)


def is_drawn(character: str) -> bool:
    """Whether one of the shipped fonts has a drawing for it."""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    ranges = json.loads(_CHARACTERS.read_text(encoding="utf-8"))
    return [int(first, 16) for first, _ in ranges], [int(last, 16) for _, last in ranges]
