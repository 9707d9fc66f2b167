"""Text from a tested product, made harmless for people's eyes: nothing hides, nothing reorders, nothing beeps."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_PLAIN: Final = re.compile(r"[^\x20-\x7e]")
_BREAK: Final = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
#: Control, format (bidi, zero width), surrogate, private use, unassigned, line and paragraph separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Characters of other categories that nobody sees: fillers, joiners, blanks.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: What a build server takes for an instruction when it stands in a log.
_COMMAND: Final = re.compile(r"::(?=[A-Za-z])|##(?=\[|vso\[)")


def visible(text: str, *, keep: str = "\n\t") -> str:
    """Write what cannot be seen as ⟨U+202E⟩, except the characters of `keep`."""
    return _PLAIN.sub(lambda m: m[0] if m[0] in keep else _show(m[0]), text)


@lru_cache(maxsize=4096)
def _show(character: str) -> str:
    hidden = unicodedata.category(character) in _UNSEEN or character in _BLANK
    return f"⟨U+{ord(character):04X}⟩" if hidden else character


def line(text: str) -> str:
    """The text on one line: breaks become ⏎, tabs a blank, the rest as `visible` has it."""
    return visible(_BREAK.sub(" ⏎ ", text).replace("\t", " "), keep="")


def quiet(text: str) -> str:
    """The text with what a build server's log reader would obey (`::error::`, `##[…]`) broken apart."""
    return _COMMAND.sub(lambda m: f"{m[0][0]} {m[0][1]}", text)


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one … when something was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
