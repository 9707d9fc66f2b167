"""The forms in which a secret may turn up in text, as regular expressions.

A target that echoes a request does so in a URL, in JSON, in HTML, in base64 or in hex. One pattern
for each secret finds all of these, also mixed and twice encoded.
"""

import base64
import html.entities
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

_TWICE: Final = "(?:25){0,2}"
_BASE64_RUN: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%"
)
_ENTITIES: Final[dict[str, list[str]]] = defaultdict(list)
for _name, _character in html.entities.html5.items():
    if len(_character) == 1 and _name.endswith(";"):
        _ENTITIES[_character].append(_name)


#: What secrets mostly are made of, which nobody has to escape; a tilde is a plus in base64, which somebody may.
_SIMPLE: Final = re.compile(r"[A-Za-z0-9._-]+")
#: Texts without these hold such a secret as it is, in hex or in base64, or not at all.
_CODES: Final = (
    "(?:2[dDeE]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])"  # the ASCII codes of these
)
_NAMED: Final = "|".join(name for character in "._-" for name in _ENTITIES.get(character, ()))
_ESCAPES: Final = re.compile(rf"%(?:25)*{_CODES}|\\(?:u00|x){_CODES}|&(?:amp;)*(?:#|{_NAMED})")
_STANDARD: Final = str.maketrans("-_", "+/")


class Piece(NamedTuple):
    """One way to write a character: its first letter, and a pattern for the rest."""

    first: str
    rest: str


class Forms:
    """Finds one secret in text, however it is written there."""

    def __init__(self, value: str) -> None:
        raw = value.encode()
        written = [[_spellings(c) for c in value]]
        needles = dict.fromkeys(n for e in _encoded(value) for n in base64_needles(e))
        #: Whether nobody writes it in another way but with one of the escapes, in hex or in base64.
        self.simple = _SIMPLE.fullmatch(value) is not None
        #: The value as it is, in hex, and in base64.
        self.literals = (value, raw.hex(), tuple(needles))
        self._plain = _compile([*written, [_hex(byte) for byte in raw]])
        self._base64 = _compile([_base64_spellings(needle) for needle in needles])
        #: No form of the secret is longer than this many characters, unless it is filled up with zeros.
        self.longest = 26 * len(raw)

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Where the secret is, overlapping places included."""
        if self.simple and not self._may_be_in(text):
            return
        yield from _places(self._plain, text)
        for start, end in _places(self._base64, text):
            yield run_around(text, start, end)

    def _may_be_in(self, text: str) -> bool:
        escaped, lower, standard = _views(text)
        value, digits, needles = self.literals
        return escaped or value in text or digits in lower or any(n in standard for n in needles)


@lru_cache(maxsize=4)
def _views(text: str) -> tuple[bool, str, str]:
    """Whether there are escapes in a text, the text in small letters, and in the usual base64."""
    return _ESCAPES.search(text) is not None, text.lower(), text.translate(_STANDARD)


class Sieve:
    """A quick look for many simple secrets at once, for most texts hold none of them."""

    def __init__(self, forms: Iterable[Forms]) -> None:
        literals = [f.literals for f in forms]
        self._values = tuple(dict.fromkeys(value for value, _, _ in literals))
        self._digits = tuple(dict.fromkeys(digits for _, digits, _ in literals))
        self._base64 = tuple(dict.fromkeys(n for _, _, needles in literals for n in needles))

    def holds_back(self, text: str) -> bool:
        """Whether one of them may be in the text."""
        escaped, lower, standard = _views(text)
        return (
            escaped
            or any(map(text.__contains__, self._values))
            or any(map(lower.__contains__, self._digits))
            or any(map(standard.__contains__, self._base64))
        )


def _places(pattern: re.Pattern[str], text: str) -> Iterable[tuple[int, int]]:
    found = pattern.search(text)
    while found:
        yield found.span()
        found = pattern.search(text, found.start() + 1)


def run_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole base64 run a needle is in: its neighbours hold the rest of the first and last byte."""
    while start > 0 and text[start - 1] in _BASE64_RUN:
        start -= 1
    while end < len(text) and (text[end] in _BASE64_RUN or text[end] == "="):
        end += 1
    return start, end


def base64_needles(raw: bytes) -> list[str]:
    """The characters that stand for `raw` in base64 whatever is around it, for each alignment."""
    needles = []
    for offset, skipped in ((0, 0), (1, 2), (2, 3)):
        bits = 8 * (offset + len(raw))
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        needles.append(encoded[skipped : bits // 6])
    return needles


def _encoded(value: str) -> dict[bytes, None]:
    """What of a secret goes into base64: itself, or as a form (RFC 6749 2.3.1), an address or JSON has it."""
    written = (value, quote_plus(value), quote(value, safe=""), json.dumps(value)[1:-1])
    return dict.fromkeys((*(w.encode() for w in written), value.encode("latin-1", "replace")))


def _spellings(character: str) -> list[Piece]:
    """Every way to write one character, longer ones first."""
    others = () if character.isascii() else _misread(character)
    if character == " ":
        others = (Piece("+", ""),)
    return [*_written(character)[:-1], *others, Piece(character, "")]


def _written(character: str) -> list[Piece]:
    """A character escaped, and at last as it is."""
    pieces = [*_percent(character), *_escaped(character), *_entities(character)]
    return [*pieces, Piece(character, "")]


def _misread(character: str) -> Iterable[Piece]:
    """What becomes of a character where its UTF-8 is taken for another encoding."""
    raw = character.encode()
    for encoding in ("latin-1", "cp1252"):
        first, *rest = [_written(c) for c in raw.decode(encoding, "replace")]
        tail = "".join(map(_either, rest))
        yield from (Piece(piece.first, piece.rest + tail) for piece in first)
    more = f"{{0,{len(raw) - 1}}}"
    yield Piece("\\", rf"\\{{0,3}}ufffd(?:\\{{1,4}}ufffd){more}")
    yield Piece("\ufffd", f"\ufffd{more}")
    yield Piece("?", rf"\?{more}")


def _codes_of(character: str) -> list[list[str]]:
    """The bytes of a character in UTF-8 and, where it has it, in Latin-1, as patterns of two digits."""
    encodings = dict.fromkeys((character.encode(), character.encode("latin-1", "ignore")))
    return [[_any_case(f"{b:02x}") for b in encoding] for encoding in encodings if encoding]


def _percent(character: str) -> list[Piece]:
    return [Piece("%", _TWICE + f"%{_TWICE}".join(codes)) for codes in _codes_of(character)]


def _escaped(character: str) -> list[Piece]:
    r"""JSON and scripts: `\uXXXX`, `\xXX` and the short escapes, behind one to four backslashes."""
    units = character.encode("utf-16-be").hex()
    codes = [_any_case(units[i : i + 4]) for i in range(0, len(units), 4)]
    ways = [("u", codes), *(("x", bytes_) for bytes_ in _codes_of(character))]
    pieces = [Piece("\\", rf"\\{{0,3}}{x}" + rf"\\{{1,4}}{x}".join(c)) for x, c in ways]
    short = json.dumps(character)[1:-1]
    if short.startswith("\\"):
        pieces.append(Piece("\\", r"\\{0,3}" + re.escape(short[1:])))
    if character in "/'":
        pieces.append(Piece("\\", r"\\{0,3}" + character))
    return pieces


def _entities(character: str) -> list[Piece]:
    code = ord(character)
    names = "|".join(re.escape(name) for name in _ENTITIES.get(character, ()))
    numbers = f"#0*{code};|#[xX]0*{_any_case(f'{code:x}')};"
    body = f"(?:{numbers}|{names})" if names else f"(?:{numbers})"
    return [Piece("&", f"(?:amp;){{0,2}}{body}")]


def _any_case(text: str) -> str:
    return "".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in text)


def _hex(byte: int) -> list[Piece]:
    digits = f"{byte:02x}"
    firsts = dict.fromkeys((digits[0], digits[0].upper()))
    return [Piece(first, _any_case(digits[1])) for first in firsts]


def _base64_spellings(needle: str) -> list[list[Piece]]:
    twins = {"+": "-", "/": "_"}
    return [[*_spellings(c), Piece(twins[c], "")] if c in twins else [Piece(c, "")] for c in needle]


def _compile(forms: Iterable[list[list[Piece]]]) -> re.Pattern[str]:
    """One pattern for several sequences of characters.

    It begins with a set of first letters, looked back at afterwards, so that `re` can skip over
    text in which no match can begin.
    """
    firsts: dict[str, None] = {}
    bodies = []
    for form in forms:
        head, *tail = form
        firsts.update(dict.fromkeys(piece.first for piece in head))
        start = "|".join(f"(?<={re.escape(p.first)}){p.rest}" for p in head)
        bodies.append(f"(?:{start})" + "".join(_either(pieces) for pieces in tail))
    letters = "".join(re.escape(first) for first in firsts)
    return re.compile(f"[{letters}](?:{'|'.join(bodies)})")


def _either(pieces: list[Piece]) -> str:
    return f"(?:{'|'.join(re.escape(p.first) + p.rest for p in pieces)})"
