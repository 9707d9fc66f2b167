"""A run of another test kit, as a report of it tells."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

_SHOWN: Final = 5
_LONGEST: Final = 80
_DIGEST: Final = 16
#: Characters of a name, and how many names, that a report of ours keeps.
_KEPT: Final = 200
_MOST_KEPT: Final = 20
_STAMP: Final = re.compile(r"\[?(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class KitReport:
    """A run of another kit: its name and version, its day, and how its tests ended."""

    kit: str
    version: str
    day: str
    passed: int
    failed: int
    left_out: int = 0
    failures: tuple[str, ...] = ()
    digest: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What it does not tell."""
        told = {"the version of the kit": self.version, "the day": self.day}
        return tuple(name for name, value in told.items() if not value)

    @property
    def summary(self) -> str:
        """What it says, in one line, and by what the file is known again."""
        more = f", {self.left_out} left out" if self.left_out else ""
        named = ", ".join(_plain(f) for f in self.failures[:_SHOWN])
        failed = f" ({named})" if named else ""
        kit, version = _plain(self.kit), _plain(self.version) or "of an unnamed version"
        return (
            f"{kit} {version}, {self.day or 'on an unnamed day'}: {self.passed} passed, "
            f"{self.failed} failed{failed}{more}; SHA-256 {self.digest[:_DIGEST] or 'not taken'}…"
        )

    def as_dict(self) -> dict[str, Any]:
        """As in `report.json`, in the `instrument` of a document."""
        return {
            "name": self.kit[:_KEPT],
            "version": self.version[:_KEPT] or None,
            "day": self.day or None,
            "passed": self.passed,
            "failed": self.failed,
            "leftOut": self.left_out,
            "failures": [f[:_KEPT] for f in self.failures[:_MOST_KEPT]],
        }


def sound(report: KitReport) -> KitReport:
    """A report whose numbers can be; what it names as failed counts, whatever its totals say."""
    if min(report.passed, report.failed, report.left_out) < 0:
        msg = f"it is not to be believed: {report.summary}"
        raise ValueError(msg)
    return replace(report, failed=max(report.failed, len(report.failures)))


def day_of(stamp: str) -> str:
    """The day of a time stamp; none where there is no such day, or where it is yet to come."""
    found = _STAMP.search(stamp)
    try:
        day = date.fromisoformat(found[1] if found else "")
    except ValueError:
        return ""
    return "" if day > datetime.now(UTC).date() + timedelta(days=1) else day.isoformat()


def _plain(text: str) -> str:
    """A text from a report as one short line."""
    line = "".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST])
    return " ".join(line.split())[:_LONGEST]
