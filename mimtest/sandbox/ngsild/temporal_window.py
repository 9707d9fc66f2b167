"""Which instances a temporal query means (4.11, 5.2.21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.syntax import instant
from mimtest.sandbox.ngsild.temporal import TIME_PROPERTIES, Instance, Timeline

WINDOW_PARAMS: Final = ("timerel", "timeAt", "endTimeAt", "timeproperty", "lastN")
_RELATIONS: Final = ("before", "after", "between")
_EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` on and before `end`, by one of the times of an instance; the `last` so many."""

    by: str = "observedAt"
    start: datetime | None = None
    end: datetime | None = None
    last: int | None = None
    everything: bool = True

    def of(self, timeline: Timeline) -> Timeline:
        """The instances it means, the oldest first."""
        inside = sorted((i for i in timeline if self._has(i)), key=self.order)
        return tuple(inside if self.last is None else inside[-self.last :])

    def moment(self, item: Instance) -> datetime | None:
        """When the instance is, by the time that the query goes by."""
        return instant(item.at(self.by))

    def _has(self, item: Instance) -> bool:
        if self.everything:
            return True
        at = self.moment(item)
        if at is None or (self.start is not None and at < self.start):
            return False
        return self.end is None or at < self.end

    def order(self, item: Instance) -> datetime:
        """When the instance is for comparing, whether or not it has that time."""
        return self.moment(item) or instant(item.deleted or item.state.modified) or _EVER


def read_window(given: Mapping[str, Any], *, required: bool) -> Window:
    """The window that parameters, or a `temporalQ`, say. Raises NgsiError (BadRequestData)."""
    relation, by = given.get("timerel"), given.get("timeproperty")
    if by is not None and by not in TIME_PROPERTIES:
        msg = f"timeproperty is one of {', '.join(TIME_PROPERTIES)}"
        raise bad_data(msg)
    last = _number(given["lastN"]) if given.get("lastN") is not None else None
    if relation is None:
        if required or given.get("timeAt") is not None or given.get("endTimeAt") is not None:
            msg = "a temporal query has a timerel"
            raise bad_data(msg)
        return Window(by or "observedAt", last=last, everything=by is None)
    if relation not in _RELATIONS:
        msg = f"timerel is one of {', '.join(_RELATIONS)}"
        raise bad_data(msg)
    at = _moment(given, "timeAt")
    end = _moment(given, "endTimeAt") if relation == "between" else None
    start = None if relation == "before" else at
    end = at if relation == "before" else end
    return Window(by or "observedAt", start, end, last, everything=False)


def _moment(given: Mapping[str, Any], name: str) -> datetime:
    at = instant(given.get(name))
    if at is None:
        msg = f"{name} is a DateTime"
        raise bad_data(msg)
    return at


def _number(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    msg = "lastN is a whole number above 0"
    raise bad_data(msg)
