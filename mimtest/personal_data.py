"""Finds what has the form of personal data: mail addresses, telephone numbers, account numbers, number plates.

Detectors know forms, not people: names and free text are not found. What stands for something found is, between
single angle quotation marks, its class, such as `mail`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

#: The classes, in the order they are told.
CLASSES: Final = ("mail", "phone", "iban", "plate")

_AT: Final = r"(?:@|%40)"
#: Members such as `Datastream@iot.navigationLink` (OGC 18-088) are no addresses.
_MAIL: Final = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}{_AT}(?!iot\.|odata\.)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+[A-Za-z]{{2,24}}"
)
#: E.164: a plus sign, a country's code and at most 15 digits; blanks, hyphens and brackets between them.
_PHONE: Final = re.compile(
    r"(?<![\w.+:-])(?:\+|%2[Bb])[1-9](?:[ ()/-]{0,2}[0-9]){7,14}(?![\w.])|(?<=tel:)\+?[0-9][0-9()-]{5,20}"
)
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
#: German plates as DIN 74069 writes them: the district, a hyphen, letters, a blank, digits.
_PLATE: Final = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?(?![\w-])")
_VALUE: Final = r'\\?"\s*:\s*(?:\{[^{}]{0,200}?\\?"value\\?"\s*:\s*)?\\?"(?P<v>[^"\\]{2,60})'
#: Members of JSON whose name says what they hold, also as an NGSI-LD property.
_NAMED_PHONE: Final = re.compile(
    rf'"(?:tele)?(?:phone|fax|mobile)(?:_?number)?{_VALUE}', re.IGNORECASE
)
_NAMED_PLATE: Final = re.compile(
    r'"(?:vehiclePlateIdentifier|(?:licen[cs]e|number|registration)_?plate(?:_?number)?|'
    rf"vehicleIdentificationNumber|kennzeichen|immatriculation){_VALUE}",
    re.IGNORECASE,
)
#: What a text has that any of the patterns could find something in, which is quick to find out.
_HINTED: Final = re.compile(
    r"@|%40|\+[1-9]|%2[Bb][1-9]|tel:|(?i:phone|fax|mobile|plate|vehicleid|kennzeichen|immatric)"
    r"|[A-Z]{2}[0-9]{2}|[A-ZÄÖÜ]-[A-Z]"
)
_MODULUS: Final = 97
_SHORT: Final = 300


class Found(NamedTuple):
    """A part of a text, and the class of what is there."""

    start: int
    end: int
    kind: str


def find(text: str) -> tuple[Found, ...]:
    """What has the form of personal data, in order, nothing overlapping."""
    if not _HINTED.search(text):
        return ()
    return _remembered(text) if len(text) <= _SHORT else _found(text)


def _found(text: str) -> tuple[Found, ...]:
    kept: list[Found] = []
    for found in sorted(_all(text)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return tuple(kept)


#: Header fields come again and again.
_remembered: Final = lru_cache(maxsize=10_000)(_found)


def mask(text: str) -> tuple[str, Counter[str]]:
    """The text with its class in place of each thing found, and how many of each class there were."""
    found = find(text)
    if not found:
        return text, Counter()
    pieces: list[str] = []
    at = 0
    for one in found:
        pieces += [text[at : one.start], f"\u2039{one.kind}\u203a"]
        at = one.end
    return "".join([*pieces, text[at:]]), Counter(f.kind for f in found)


def _all(text: str) -> Iterator[Found]:
    for pattern, kind in ((_MAIL, "mail"), (_PHONE, "phone"), (_PLATE, "plate")):
        yield from (Found(*m.span(), kind) for m in pattern.finditer(text))
    for match in _IBAN.finditer(text):
        end = _checked(match.group())
        if end:
            yield Found(match.start(), match.start() + end, "iban")
    for pattern, kind in ((_NAMED_PHONE, "phone"), (_NAMED_PLATE, "plate")):
        for match in pattern.finditer(text):
            if any(c.isdigit() for c in match["v"]):
                yield Found(*match.span("v"), kind)


def _checked(text: str) -> int:
    """The length of the longest beginning of the text that is an IBAN by its check digits (ISO 13616); 0 for none."""
    for end in range(len(text), 14, -1):
        plain = text[:end].replace(" ", "")
        digits = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
        if text[end - 1] != " " and int(digits) % _MODULUS == 1:
            return end
    return 0
