"""How long something is kept for a client: what it suggests, within the broker's limits."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data

_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d{1,9})?S)?)?"
)
_UNITS: Final = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1)
USUAL: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=1)


def end_of(lifetime: Any) -> datetime:
    """When something ends that lives as long as an ISO 8601 duration says, if it says one.

    Raises NgsiError (BadRequestData).
    """
    if lifetime is None:
        return datetime.now(UTC) + USUAL
    found = _DURATION.fullmatch(lifetime) if isinstance(lifetime, str) else None
    if found is None:
        msg = "a lifetime is a duration, such as PT5M"
        raise bad_data(msg)
    seconds = sum(int(n or 0) * unit for n, unit in zip(found.groups(), _UNITS, strict=True))
    return datetime.now(UTC) + timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def at_most(moment: datetime) -> datetime:
    """The moment, or the last at which the broker still keeps what it makes now."""
    return min(moment, datetime.now(UTC) + LONGEST)


def stamp(moment: datetime) -> str:
    """A moment as a DateTime."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
