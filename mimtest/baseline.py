"""A baseline: an older report of the same product, whose findings a pipeline already knows.

Findings are compared by fingerprint and by the name of the interface, which a pipeline keeps. What is as it was in the baseline is waived for one judgement, as a waiver does it:
the verdicts stay, the exit code lets it pass. What is new blocks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.fingerprint import fingerprint, kinds_of
from mimtest.verdict import UNANSWERED, Outcome, Verdict
from mimtest.waivers import Waiver

#: Outcomes that speak against a requirement. An error of mimtest itself is never known: nothing was shown.
_AGAINST: Final = (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.NOT_RUN)
_OPEN: Final = frozenset(UNANSWERED) | {Verdict.NOT_MET}


@dataclass(frozen=True, slots=True)
class Changes:
    """Failed checks as `id [interface]`: not in the baseline, in both, and passed since the baseline."""

    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    fixed: tuple[str, ...]


def require_baseline(baseline: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    """Raise UsageError unless the older report can stand beside the newer one."""
    if not baseline["checks"] or not baseline["assessment"]["completed"]:
        raise UsageError(
            "The baseline is empty or was broken off.", "Take the report of a whole run."
        )
    for key in ("supplier", "product"):
        if baseline["subject"][key] != report["subject"][key]:
            raise UsageError(f"The baseline is about another {key}.", "Take one of this product.")
    if baseline["tool"]["catalogue"] != report["tool"]["catalogue"]:
        raise UsageError(
            "The baseline was judged by another catalogue of requirements.",
            "Run again with this version of mimtest and take that report.",
        )
    if baseline["assessment"]["endedAt"] > report["assessment"]["endedAt"]:
        raise UsageError("The baseline is newer than the report.", "Give the older one to it.")


def changes(report: Mapping[str, Any], baseline: Mapping[str, Any]) -> Changes:
    """What failed, beside the baseline."""
    now, before = _failed(report), _failed(baseline)
    passed = {_name(c) for c in report["checks"] if c["outcome"] == Outcome.PASSED}
    return Changes(
        new=tuple(name for mark, name in now.items() if mark not in before),
        unchanged=tuple(name for mark, name in now.items() if mark in before),
        fixed=tuple(n for mark, n in before.items() if mark not in now and n in passed),
    )


def known(
    report: Mapping[str, Any], baseline: Mapping[str, Any], *, today: date
) -> tuple[Waiver, ...]:
    """A waiver of today for each requirement that is as it was, and that nothing new speaks against."""
    marks = _marks(baseline)
    before = {r["id"]: (r["verdict"], r["basis"]) for r in _rows(baseline)}
    kinds = kinds_of(report)
    against: dict[str, set[str | None]] = {}
    for check in report["checks"]:
        if check["outcome"] not in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
            against.setdefault(check["id"], set()).add(_mark(check, kinds))
    return tuple(
        _waiver(row["id"], baseline["reportId"], today)
        for row in _rows(report)
        if row["verdict"] in _OPEN
        and before.get(row["id"]) == (row["verdict"], row["basis"])
        and all(against.get(c, set()) <= marks for c in _checks(row))
    )


def _waiver(about: str, baseline: str, today: date) -> Waiver:
    return Waiver(about, "as in the baseline", "the pipeline's baseline", baseline, today)


def _rows(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (r for a in report["assessments"] for r in a["requirements"])


def _checks(row: Mapping[str, Any]) -> set[str]:
    return {c for m in row["mechanisms"] if m["claimed"] for c in m["checks"]}


def _failed(report: Mapping[str, Any]) -> dict[str, str]:
    """The names of the failed checks by fingerprint."""
    kinds = kinds_of(report)
    failed = (c for c in report["checks"] if c["outcome"] == Outcome.FAILED)
    return {f"{fingerprint(c, kinds)} {c['interface']}": _name(c) for c in failed}


def _marks(report: Mapping[str, Any]) -> set[str | None]:
    kinds = kinds_of(report)
    found = {_mark(c, kinds) for c in report["checks"] if c["outcome"] in _AGAINST}
    return found - {None}


def _mark(check: Mapping[str, Any], kinds: Mapping[str, str]) -> str | None:
    """The fingerprint with outcome and interface; None for what no baseline can know."""
    if check["outcome"] not in _AGAINST:
        return None
    return f"{check['outcome']} {fingerprint(check, kinds)} {check['interface']}"


def _name(check: Mapping[str, Any]) -> str:
    return f"{check['id']} [{check['interface']}]" if check["interface"] else str(check["id"])
