"""The formats of JSON Schema that are asserted, each by one function for every engine.

A name that is not here is an annotation: nothing is said of it (JSON Schema 2020-12 validation 7.2.1).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)*")


def is_date(text: str) -> bool:
    """Whether text is a day of the calendar (RFC 3339 section 5.6, full-date)."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Whether text is a date and time with its zone (RFC 3339 section 5.6).

    A comma before the fraction passes, as in ISO 8601.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    day, clock, seconds, zone = match.groups()
    second = "59" if seconds == "60" else seconds  # a leap second
    try:
        datetime.fromisoformat(f"{day}T{clock}:{second}{zone.upper()}")
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether text is a time of day with its zone (RFC 3339 section 5.6, full-time)."""
    return is_date_time(f"2000-01-01T{text}")


def is_absolute_uri(text: str) -> bool:
    """Whether text is a URI with its scheme (RFC 3986 section 4.3); other letters than ASCII pass."""
    return _URI.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether text has something before and after an @: more would refuse addresses in use."""
    local, _, domain = text.rpartition("@")
    return bool(local and domain)


def is_ipv4(text: str) -> bool:
    """Whether text is an IPv4 address (RFC 2673 section 3.2)."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """Whether text is an IPv6 address without a zone (RFC 4291 section 2.2)."""
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    return address.scope_id is None


def is_uuid(text: str) -> bool:
    """Whether text is a UUID (RFC 4122)."""
    return _UUID.fullmatch(text) is not None


def is_json_pointer(text: str) -> bool:
    """Whether text is a JSON pointer (RFC 6901)."""
    return _POINTER.fullmatch(text) is not None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": is_date,
    "date-time": is_date_time,
    "email": is_email,
    "idn-email": is_email,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "iri": is_absolute_uri,
    "json-pointer": is_json_pointer,
    "time": is_time,
    "uri": is_absolute_uri,
    "uuid": is_uuid,
}
