"""What time it is, which in a replay is that of the run that is replayed: its answers are no older than they were."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_BACK: Final = [timedelta()]


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC) - _BACK[-1]


@contextmanager
def beginning_at(moment: datetime) -> Iterator[None]:
    """Inside, it is that moment at first, and time goes on from there."""
    _BACK.append(datetime.now(UTC) - moment)
    try:
        yield
    finally:
        _BACK.pop()


def move_to(moment: datetime | None) -> None:
    """In a replay, go on from there."""
    if moment is not None and len(_BACK) > 1:
        _BACK[-1] = datetime.now(UTC) - moment


def date_of(headers: Iterable[Sequence[str]]) -> datetime | None:
    """When an answer was made (RFC 9110 section 6.6.1); None where it does not say, or may come out of a store."""
    fields = {name.lower(): value for name, value in headers}
    if "date" not in fields or "age" in fields:
        return None
    try:
        moment = parsedate_to_datetime(fields["date"])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
