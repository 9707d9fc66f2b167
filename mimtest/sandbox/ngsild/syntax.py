"""The small grammars: URIs, names, times, language tags."""

import re
from datetime import UTC, datetime
from typing import Any, Final

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"{}|\\^`]+")
_NAME: Final = re.compile(r"[^\W\d_]\w*")
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)([.,]\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d([.,]\d{1,9})?(Z|[+-]\d\d:\d\d)")
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def is_uri(value: Any) -> bool:
    """Whether it is an absolute URI or IRI."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def is_name(value: str) -> bool:
    """Whether it may name a type or an attribute (4.6.2), or is a full or compact IRI."""
    return _NAME.fullmatch(value) is not None or is_uri(value)


def is_language_tag(value: str) -> bool:
    """Whether it has the form of a language tag (RFC 5646), or is `@none`."""
    return value == "@none" or _TAG.fullmatch(value) is not None


def is_date(value: str) -> bool:
    """Whether it has the form of a Date (4.6.3)."""
    return _DATE.fullmatch(value) is not None


def is_time(value: str) -> bool:
    """Whether it has the form of a Time (4.6.3)."""
    return _TIME.fullmatch(value) is not None


def instant(value: Any) -> datetime | None:
    """The moment a DateTime (4.6.3) says, to microseconds in UTC; None when it is not one."""
    found = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    date, time, fraction, zone = found.groups()
    digits = (fraction or ".0")[1:7]
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{digits:0<6}{zone.replace('Z', '+00:00')}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
