"""Pieces of secrets: of one that was cut before it could be masked, and of tokens too long for patterns.

A message quotes the first characters of what a target said. Where a secret is cut off there, no form of
the whole of it is in the text any more. A token of hundreds of characters is found by its pieces in no
time, however many tokens there are.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import quote

from mimtest.network.secret_forms import base64_needles, run_around
from mimtest.network.sensitive import CLOSE, OPEN

#: A piece of this many characters is masked; a shorter one tells nobody a long secret.
PIECE: Final = 10
#: How far apart pieces are looked for first: one of `PIECE + STRIDE` characters is surely met.
STRIDE: Final = 8
_MARKER: Final = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")


class Known(NamedTuple):
    """A secret: its name, what stands for it and the origins it belongs to, where these are known."""

    name: str
    marker: str
    homes: frozenset[str] | None = None


class Run(NamedTuple):
    """A part of a text that is made of pieces, and the secret of the first one."""

    start: int
    end: int
    known: Known


class Fragments:
    """Finds pieces of secrets in texts."""

    def __init__(self) -> None:
        self._pieces: dict[str, Known] = {}
        self._coded: set[str] = set()
        self._heads: dict[str, Known] = {}
        self._head: re.Pattern[str] | None = None

    def add(self, value: str, known: Known) -> None:
        """Pieces of this secret are found from now on."""
        plain = {p: known for written in _spellings(value) for p in _pieces_of(written)}
        coded = {p: known for written in _coded(value) for p in _pieces_of(written)}
        self._pieces |= coded | plain
        self._coded |= coded.keys() - plain.keys()
        heads = {written: known for head in _heads_of(value) for written in _spellings(head)}
        if heads:
            self._heads |= heads
            longest = sorted(self._heads, key=len, reverse=True)
            self._head = re.compile("|".join(map(re.escape, longest)))

    def runs(self, text: str, stride: int = STRIDE) -> Iterator[Run]:
        """Where pieces follow each other, in order."""
        at, end = 0, 0
        while self._pieces and at <= len(text) - PIECE:
            known = self._pieces.get(text[at : at + PIECE])
            if known is None:
                at += stride
                continue
            start, last = at, at
            while start > end and text[start - 1 : start - 1 + PIECE] in self._pieces:
                start -= 1
            while text[last + 1 : last + 1 + PIECE] in self._pieces:
                last += 1
            end = last + PIECE
            if text[start : start + PIECE] in self._coded:
                start, end = run_around(text, start, end)
            at = end
            yield Run(start, end, known)

    def mask(self, text: str) -> str:
        """The text without any piece; what was masked before stays as it is."""
        parts: list[str] = []
        at = 0
        for found in _MARKER.finditer(text):
            parts += [self._masked(text[at : found.start()]), found.group()]
            at = found.end()
        return "".join([*parts, self._masked(text[at:])])

    def _masked(self, text: str) -> str:
        parts: list[str] = []
        at = 0
        for run in self.runs(text, stride=1):
            parts += [self._beheaded(text[at : run.start]), run.known.marker]
            at = run.end
        return "".join([*parts, self._beheaded(text[at:])])

    def _beheaded(self, text: str) -> str:
        if self._head is None:
            return text
        return self._head.sub(lambda found: self._heads[found.group()].marker, text)


def _spellings(value: str) -> Iterable[str]:
    """The secret as it stands in most texts."""
    code, digits = quote(value, safe=""), value.encode().hex()
    lower = re.sub("%..", lambda found: found.group().lower(), code)
    plain = {value, html.escape(value), json.dumps(value)[1:-1], value.replace("/", "\\/")}
    return plain | {quote(value), code, lower, digits, digits.upper()}


def _coded(value: str) -> Iterable[str]:
    """The secret in base64, whatever is around it."""
    for needle in base64_needles(value.encode()):
        yield needle
        yield needle.replace("+", "-").replace("/", "_")


def _heads_of(value: str) -> Iterator[str]:
    """What begins a short secret, is no piece, and yet more than half of it: a cut may leave that."""
    return (value[:n] for n in range(len(value) // 2 + 1, min(len(value), PIECE)))


def _pieces_of(written: str) -> Iterator[str]:
    return (written[at : at + PIECE] for at in range(len(written) - PIECE + 1))
