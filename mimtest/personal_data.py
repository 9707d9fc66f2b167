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
CLASSES: Final = ("mail", "phone", "iban", "plate", "person")

_AT: Final = r"(?:@|%40)"
#: Members such as `Datastream@iot.navigationLink` (OGC 18-088) are no addresses.
_MAIL: Final = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}{_AT}(?!iot\.|odata\.)(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.)+[^\W\d_]{{2,24}}"
)
#: E.164: a plus sign, a country's code and at most 15 digits; blanks, hyphens and brackets between them. Two
#: noughts stand for the plus sign where something stands between the groups: long numbers begin so, too.
_PHONE: Final = re.compile(
    r"(?<![\w.+:-])(?:\+|%2[Bb])[1-9](?:[ ()/-]{0,2}[0-9]){7,14}(?![\w.])"
    r"|(?<![\w.+:-])(?<!\d )00[1-9][0-9]{0,2}[ /-](?:[ ()/-]{0,2}[0-9]){6,13}(?![\w.])|(?<=tel:)\+?[0-9][0-9()-]{5,20}"
)
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
#: German plates as DIN 74069 writes them: the district, a hyphen, letters, a blank, digits.
_PLATE: Final = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?(?![\w-])")
_BEFORE: Final = r'\\?"\s*:\s*(?:\{[^{}]{0,200}?\\?"value\\?"\s*:\s*)?'
_VALUE: Final = _BEFORE + r'\\?"(?P<v>(?!\u2039)[^"\\]{2,60})'
#: Members of JSON whose name says what they hold, also as an NGSI-LD property.
_NAMED_PHONE: Final = re.compile(
    rf'"(?:tele)?(?:phone|fax|mobile)(?:_?number)?{_BEFORE}(?:\\?")?(?P<v>[0-9+(][^"\\,}}\]]{{3,60}})',
    re.IGNORECASE,
)
#: What a name of a member says to be a person's own: schema.org, vCard and the numbers of registers of people.
_NAMED_PERSON: Final = re.compile(
    r'"(?:given_?name|family_?name|sur_?name|first_?name|last_?name|birth_?(?:date|number|name)|'
    rf"date_?of_?birth|national_?id|ssn|personal_?(?:number|id)|passport_?number|tax_?id){_VALUE}",
    re.IGNORECASE,
)
_NAMED_PLATE: Final = re.compile(
    r'"(?:vehiclePlateIdentifier|(?:licen[cs]e|number|registration)_?plate(?:_?number)?|'
    rf"vehicleIdentificationNumber|kennzeichen|immatriculation){_VALUE}",
    re.IGNORECASE,
)
#: What a text has that any of the patterns could find something in, which is quick to find out.
_HINTED: Final = re.compile(
    r"@|%40|\+[1-9]|%2[Bb][1-9]|tel:|(?i:phone|fax|mobile|plate|vehicleid|kennzeichen|immatric)"
    r"|[A-Z]{2}[0-9]{2}|[A-ZÄÖÜ]-[A-Z]|00[1-9][0-9]{0,2}[ /-]"
    r"|(?i:_?name\\?\"|birth|national_?id|\"ssn|personal_?(?:num|id)|passport_?n|tax_?id)"
)
_MODULUS: Final = 97
#: How long the account numbers of a country are (ISO 13616, register of IBANs).
_LENGTHS: Final = {
    code: length
    for length, codes in {
        15: "NO", 16: "BE", 18: "DK FI NL", 19: "SI", 20: "AT EE LT LU", 21: "CH HR LI LV",
        22: "BG DE GB IE RS", 23: "GI", 24: "AD CZ ES MD RO SE SK", 25: "PT", 26: "IS TR",
        27: "FR GR IT MC SM", 28: "AL CY HU PL", 29: "UA", 31: "MT",
    }.items()
    for code in codes.split()
}  # fmt: skip
_SHORT: Final = 300
_MEDIUM: Final = 8_192


class Found(NamedTuple):
    """A part of a text, and the class of what is there."""

    start: int
    end: int
    kind: str


def find(text: str) -> tuple[Found, ...]:
    """What has the form of personal data, in order, nothing overlapping."""
    if len(text) <= _SHORT:
        return _remembered(text)
    return _remembered_body(text) if len(text) <= _MEDIUM else _found(text)


def _found(text: str) -> tuple[Found, ...]:
    if not _HINTED.search(text):
        return ()
    kept: list[Found] = []
    for found in sorted(_all(text)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return tuple(kept)


#: Header fields come again and again, and so do many bodies.
_remembered: Final = lru_cache(maxsize=50_000)(_found)
_remembered_body: Final = lru_cache(maxsize=4_000)(_found)


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
    named = ((_NAMED_PHONE, "phone", 5), (_NAMED_PLATE, "plate", 1), (_NAMED_PERSON, "person", 0))
    for pattern, kind, digits in named:
        for match in pattern.finditer(text):
            if sum(c.isdigit() for c in match["v"]) >= digits:
                yield Found(*match.span("v"), kind)


def _checked(text: str) -> int:
    """The length of the beginning of the text that is an IBAN by country and check digits (ISO 13616); 0 for none."""
    wanted, end = _LENGTHS.get(text[:2], 0), 0
    for count, place in enumerate((i for i, c in enumerate(text) if c != " "), 1):
        if count == wanted:
            end = place + 1
    plain = text[:end].replace(" ", "")
    digits = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return end if digits and int(digits) % _MODULUS == 1 else 0
