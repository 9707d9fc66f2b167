"""Times of observations: instants and intervals in ISO 8601, with a zone (18-088 8.2)."""

import re
from datetime import UTC, datetime
from typing import Any, Final

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?::?\d{2})?)",
    re.ASCII,
)
_ENDS: Final = 2


def read_instant(value: Any) -> datetime | None:
    """An instant in UTC; None for a text that is none, or has no zone."""
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    micro = (fraction or "")[:6].ljust(6, "0")
    seconds = clock if clock.count(":") == _ENDS else f"{clock}:00"
    try:
        return datetime.fromisoformat(f"{day}T{seconds}.{micro}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_interval(value: Any) -> tuple[datetime, datetime] | None:
    """Start and end of an instant or an interval; None for what is neither."""
    parts = value.split("/") if isinstance(value, str) else []
    if not 1 <= len(parts) <= _ENDS:
        return None
    start, end = read_instant(parts[0]), read_instant(parts[-1])
    return None if start is None or end is None or end < start else (start, end)


def in_utc(value: Any) -> bool:
    """Whether a time is written in UTC, so that its numbers are the same wherever they are read."""
    zones = ("Z", "+00:00", "+0000", "+00")
    return isinstance(value, str) and all(part.endswith(zones) for part in value.split("/"))


def written(moment: datetime) -> str:
    """An instant as it stands in a filter."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
