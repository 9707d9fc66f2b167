"""Selections of types (4.17) and scopes (4.19): names joined by "and", "or" and brackets."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.ngsild.errors import bad_data

_NAME: Final = re.compile(r"[^;,|()\s]+")
_MAX_NESTING: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Names and choices of which all, or at least one, must hold."""

    every: bool
    items: tuple["str | Choice", ...]

    def holds(self, test: Callable[[str], bool]) -> bool:
        """Whether the choice holds, `test` saying whether a name does."""
        for item in self.items:
            held = test(item) if isinstance(item, str) else item.holds(test)
            if held != self.every:
                return held
        return self.every


def parse_choice(text: str, what: str) -> Choice:
    """The choice a text says: `;` and, `,` or `|` or. Raises NgsiError (BadRequestData)."""
    found, rest = _either(text, _MAX_NESTING)
    if found is None or rest:
        msg = f"{what} cannot be read: '{text[:80]}'"
        raise bad_data(msg)
    return found


def _either(text: str, depth: int) -> tuple[Choice | None, str]:
    return _joined(text, ",|", every=False, read=lambda t: _both(t, depth))


def _both(text: str, depth: int) -> tuple[Choice | None, str]:
    return _joined(text, ";", every=True, read=lambda t: _one(t, depth))


def _joined(
    text: str, signs: str, *, every: bool, read: Callable[[str], tuple[str | Choice | None, str]]
) -> tuple[Choice | None, str]:
    item, rest = read(text)
    items = [item]
    while rest and rest[0] in signs:
        item, rest = read(rest[1:])
        items.append(item)
    if None in items:
        return None, rest
    return Choice(every, tuple(i for i in items if i is not None)), rest


def _one(text: str, depth: int) -> tuple[str | Choice | None, str]:
    if text.startswith("(") and depth:
        inner, rest = _either(text[1:], depth - 1)
        return (inner, rest[1:]) if rest.startswith(")") else (None, rest)
    found = _NAME.match(text)
    return (found[0], text[found.end() :]) if found else (None, text)


def scope_fits(pattern: str, scope: str) -> bool:
    """Whether a scope fits a pattern: `+` is any one level, `#` at the end any levels below."""
    wanted, levels = pattern.strip("/").split("/"), scope.strip("/").split("/")
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(
        w in ("+", level) for w, level in zip(wanted, levels, strict=True)
    )
