"""Waivers: known deviations that a pipeline lets pass until a day. They touch the gate and no verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.tender import is_unanswered, named
from mimtest.userfile import dates_as_text, read_toml, require_valid
from mimtest.verdict import Outcome, Verdict

#: Outcomes that leave nothing to let pass.
_FINE: Final = (Outcome.PASSED, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A known deviation a pipeline lets pass until a day; `about` is a requirement's or check's id."""

    about: str
    reason: str
    approver: str
    ticket: str
    expires: date


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a waiver file. Raises UsageError."""
    data = read_toml(path)
    require_valid(dates_as_text(data), "waivers.schema.json", path.name)
    return tuple(
        Waiver(w["about"], w["reason"], w["approver"], w["ticket"], _day(w["expires"], path.name))
        for w in data.get("waivers", ())
    )


def _day(value: Any, name: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name}: '{value}' is not a day.", "Write it as 2027-01-31.") from None


@dataclass(frozen=True, slots=True)
class Waived:
    """What the waivers come to on a day: those about something open, those that ended, all as a report lists them."""

    active: frozenset[str]
    expired: frozenset[str]
    rows: tuple[dict[str, Any], ...]


def apply(
    waivers: Iterable[Waiver],
    report: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    today: date,
) -> Waived:
    """The waivers of a day beside the requirements and checks of a report."""
    wanted = named(report)
    open_ids = {
        r["id"] for r in rows if r["verdict"] == Verdict.NOT_MET or is_unanswered(r, wanted)
    }
    open_ids |= {c["id"] for c in report["checks"] if c["outcome"] not in _FINE}
    listed = [(w, _state(w, open_ids, today)) for w in waivers]
    return Waived(
        active=frozenset(w.about for w, state in listed if state == "active"),
        expired=frozenset(w.about for w, state in listed if state == "expired"),
        rows=tuple(
            {
                "about": w.about,
                "reason": w.reason,
                "approver": w.approver,
                "ticket": w.ticket,
                "expires": w.expires.isoformat(),
                "state": state,
            }
            for w, state in listed
        ),
    )


def _state(waiver: Waiver, open_ids: set[str], today: date) -> str:
    if waiver.expires < today:
        return "expired"
    return "active" if waiver.about in open_ids else "unmatched"


def is_waived(row: Mapping[str, Any], report: Mapping[str, Any], active: frozenset[str]) -> bool:
    """Whether a requirement is let pass: by its own id, or because each check that speaks against it is waived."""
    if row["id"] in active:
        return True
    checks = {c for m in row["mechanisms"] if m["claimed"] for c in m["checks"]}
    against = {c["id"] for c in report["checks"] if c["id"] in checks and c["outcome"] not in _FINE}
    return bool(against) and against <= active
