"""The file that says whom to tell of a weakness (RFC 9116)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from mimtest.vocabulary.web_addresses import address_parts

_FIELD: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_YEAR: Final = timedelta(days=366)


def fields_of(text: str) -> list[tuple[str, str]]:
    """Its fields in order, names in lower case; comments, and the armour of a signature, are no fields."""
    lines = (
        line.strip() for line in text.partition("-----BEGIN PGP SIGNATURE-----")[0].splitlines()
    )
    found = (_FIELD.fullmatch(line) for line in lines)
    return [(m[1].lower(), m[2].strip()) for m in found if m]


def looks_like_one(text: str) -> bool:
    """Whether it is such a file at all: one of the two fields it has to have is there."""
    return bool({name for name, _ in fields_of(text)} & {"contact", "expires"})


def problems(text: str, now: datetime) -> Iterator[str]:
    """What is wrong with it, in words."""
    fields = fields_of(text)
    contacts = [value for name, value in fields if name == "contact"]
    ends = [value for name, value in fields if name == "expires"]
    if not contacts:
        yield "it names no Contact"
    for contact in contacts:
        if address_parts(contact).scheme not in ("https", "mailto", "tel"):
            yield f"the Contact '{contact[:80]}' is no address with https:, mailto: or tel:"
    if len(ends) != 1:
        yield f"it has {len(ends)} fields Expires"
    for end in ends:
        yield from _untimely(end, now)


def _untimely(text: str, now: datetime) -> Iterator[str]:
    try:
        end = datetime.fromisoformat(text.upper())
    except ValueError:
        end = None
    if end is None or end.tzinfo is None:
        yield f"Expires is no date and time as in RFC 3339: '{text[:40]}'"
    elif end.astimezone(UTC) <= now:
        yield f"it expired at {text}"
    elif end.astimezone(UTC) > now + _YEAR:
        yield f"it expires in more than a year: {text}"
