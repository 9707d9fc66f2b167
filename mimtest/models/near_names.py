"""Names that are almost, and not quite, those of a model."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_LEAST: Final = 4
_LONG: Final = 8


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that another is a slip of: other case or separators, or one or two letters off."""
    return _near(name, frozenset(known))


@lru_cache(maxsize=4096)
def _near(name: str, known: frozenset[str]) -> str | None:
    if name in known:
        return None
    folded = _folded(name)
    same = sorted(k for k in known if _folded(k) == folded)
    if same:
        return same[0]
    most = 2 if len(name) >= _LONG else 1
    rated = [(_distance(folded, _folded(k), most), k) for k in known if len(k) >= _LEAST]
    close = sorted((d, k) for d, k in rated if d <= most)
    return close[0][1] if close and len(name) >= _LEAST else None


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _distance(one: str, other: str, most: int) -> int:
    """Edits, swaps of neighbours among them, from one text to another; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
