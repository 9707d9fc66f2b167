"""The datetime parameter: an instant or an interval, possibly open at one end (17-069r4, 7.15.4)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mimtest.sandbox.features.errors import BadParameterError

_RFC_3339: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:)(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_OPEN: Final = ("", "..")
_ENDS: Final = 2
_LEAP_SECOND: Final = 60
_MICROSECOND_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time with both ends included; None is an open end."""

    start: datetime | None
    end: datetime | None

    def holds(self, instant: datetime) -> bool:
        """Whether an instant is inside or at an end."""
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant <= self.end
        )


def parse_instant(text: str) -> datetime:
    """An RFC 3339 date-time. A leap second counts as the next one. Raises ValueError."""
    match = _RFC_3339.fullmatch(text)
    if match is None:
        msg = f"{text!r} is not a date-time with a time zone (RFC 3339)"
        raise ValueError(msg)
    minute, seconds, fraction, zone = match.groups()
    leap = int(seconds) == _LEAP_SECOND
    digits = (fraction or ".")[1:].ljust(_MICROSECOND_DIGITS, "0")[:_MICROSECOND_DIGITS]
    parsed = datetime.fromisoformat(f"{minute}{'59' if leap else seconds}.{digits}{zone}".upper())
    return parsed.astimezone(UTC) + timedelta(seconds=leap)


def parse_period(text: str) -> Period:
    """The value of a datetime parameter. Raises BadParameterError."""
    parts = text.split("/")
    if len(parts) > _ENDS:
        raise BadParameterError("datetime", "an interval has two ends")
    try:
        if len(parts) == 1:
            return Period(instant := parse_instant(text), instant)
        start, end = (None if p in _OPEN else parse_instant(p) for p in parts)
    except (ValueError, OverflowError) as error:
        raise BadParameterError("datetime", str(error)) from error
    if start is None and end is None:
        raise BadParameterError("datetime", "an interval is open at one end only")
    if start is not None and end is not None and end < start:
        raise BadParameterError("datetime", "the interval ends before it starts")
    return Period(start, end)


def stamp(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
