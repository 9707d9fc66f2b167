"""The gate: what a pipeline does with a report. Waivers act here and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from mimtest.shards import outstanding, shard_of
from mimtest.tender import is_unanswered, named, shortfalls, unjudged
from mimtest.userfile import read_toml, require_valid
from mimtest.verdict import Outcome, Verdict
from mimtest.waivers import Waived, Waiver, apply, is_waived


class Gate(StrEnum):
    """The gate's result."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    INCOMPLETE = "incomplete"
    ERROR = "error"


#: How many failed checks a sentence names.
_NAMED: Final = 5
EXIT_CODES: Final = {Gate.PASS: 0, Gate.FAIL: 1, Gate.INCOMPLETE: 3, Gate.ERROR: 4}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the gate asks beyond the default. `max_age_days` and `party` are None for no matter.

    `max_span_hours` is for merging: how far apart the shards of one run may lie.
    """

    max_open: int = 0
    recommended: str = "ignore"
    failed_checks: str = "ignore"
    max_age_days: int | None = None
    party: str | None = None
    max_span_hours: int = 24


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises UsageError."""
    data = read_toml(path)
    require_valid(data, "policy.schema.json", path.name)
    return Policy(**data.get("policy", {}))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The required items, those among them that block or are waived, and what else speaks.

    `elsewhere` are failed checks of strength must that no required item depends on; `missing` says what
    the tender asks of the evidence and this report has not; `outstanding` are checks of other shards.
    """

    rows: Sequence[Mapping[str, Any]]
    blocking: Sequence[Mapping[str, Any]]
    unanswered: Sequence[Mapping[str, Any]]
    refusals: Sequence[str]
    waived: Sequence[Mapping[str, Any]]
    elsewhere: Sequence[str]
    missing: Sequence[str]
    outstanding: Sequence[str]


def decide(
    report: Mapping[str, Any],
    *,
    waivers: Sequence[Waiver] = (),
    policy: Policy = Policy(),
    today: date,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report's `gate` and `waivers` entries; verdicts are read, never changed."""
    rows = [r for a in report["assessments"] for r in a["requirements"]]
    required = [r for r in rows if r["required"] or _recommended(r, policy)]
    waived = apply(waivers, report, rows, today)
    not_met = [r for r in required if r["verdict"] == Verdict.NOT_MET]
    wanted = named(report)
    unanswered = [r for r in required if is_unanswered(r, wanted)]
    let_pass = [r for r in (*not_met, *unanswered) if is_waived(r, report, waived.active)]
    asked = _Asked(
        rows=required,
        blocking=[r for r in not_met if r not in let_pass],
        unanswered=[r for r in unanswered if r not in let_pass],
        refusals=_refusals(report, policy, waived, today),
        waived=let_pass,
        elsewhere=failed_elsewhere(report),
        missing=[*shortfalls(report), *unjudged(report)],
        outstanding=outstanding(report, required, strict=policy.failed_checks == "fail"),
    )
    result = _result(report, asked, policy)
    unmatched = [w["about"] for w in waived.rows if w["state"] == "unmatched"]
    gate = {
        "result": result.value,
        "exitCode": EXIT_CODES[result],
        "message": _sentence(report, asked, result),
        "required": len(required),
        "met": sum(r["verdict"] == Verdict.MET for r in required),
        "notMet": [r["id"] for r in not_met],
        "open": [r["id"] for r in unanswered],
        "failedElsewhere": list(asked.elsewhere),
        "waived": [r["id"] for r in let_pass],
        "warnings": [
            *asked.refusals,
            *asked.missing,
            *_of_a_shard(report),
            *(f"waiver for {a} matches nothing" for a in unmatched),
        ],
    }
    return gate, list(waived.rows)


def failed_elsewhere(report: Mapping[str, Any]) -> list[str]:
    """Failed checks of strength must that no required item depends on."""
    rows = [r for a in report["assessments"] for r in a["requirements"] if r["required"]]
    named = {c for r in rows for m in r["mechanisms"] if m["claimed"] for c in m["checks"]}
    failed = [c for c in report["checks"] if c["outcome"] == Outcome.FAILED]
    ids = (c["id"] for c in failed if c["strength"] == "must" and c["id"] not in named)
    return list(dict.fromkeys(ids))


def _recommended(row: Mapping[str, Any], policy: Policy) -> bool:
    """Whether the policy makes a failed recommendation, the specification's or the tender's, block."""
    advised = row["level"] == "SHOULD" or row.get("expected", False)
    return advised and row["verdict"] == Verdict.NOT_MET and policy.recommended == "fail"


def _refusals(report: Mapping[str, Any], policy: Policy, waived: Waived, today: date) -> list[str]:
    """Reasons to fail that no verdict gives."""
    reasons = [f"the waiver for {about} has expired" for about in sorted(waived.expired)]
    party = report["assessment"]["party"]
    if policy.party and party != policy.party:
        reasons.append(
            f"the policy asks for a test by the {policy.party} party; this one is by: {party}"
        )
    age = (today - date.fromisoformat(report["assessment"]["endedAt"][:10])).days
    if age < -1:
        reasons.append("the report is dated in the future")
    if policy.max_age_days is not None and age > policy.max_age_days:
        reasons.append(f"the report is {age} days old; the policy allows {policy.max_age_days}")
    return reasons


def _result(report: Mapping[str, Any], asked: _Asked, policy: Policy) -> Gate:
    """In this order: a contradiction, our own error, a missing answer, nothing against it."""
    strict = policy.failed_checks == "fail" and asked.elsewhere
    if asked.blocking or asked.refusals or strict:
        return Gate.FAIL
    if any(c["outcome"] == Outcome.ERROR for c in report["checks"]):
        return Gate.ERROR
    whole = report["assessment"]["completed"] and not _without_edition(report)
    shown = asked.rows and whole and not asked.missing and not asked.outstanding
    return Gate.PASS if shown and len(asked.unanswered) <= policy.max_open else Gate.INCOMPLETE


def _without_edition(report: Mapping[str, Any]) -> list[str]:
    """Claimed MIMs that none of the judged editions has."""
    judged = {m["mim"] for a in report["assessments"] for m in a["summary"]["byMim"]}
    return sorted(set(report["scope"]["mims"]) - judged)


def _of_a_shard(report: Mapping[str, Any]) -> list[str]:
    """What nobody may overlook who takes a part for the whole."""
    shard = shard_of(report)
    return [f"this report is shard {shard} of a run, not the whole"] if shard else []


def _sentence(report: Mapping[str, Any], asked: _Asked, result: Gate) -> str:
    """The one that matters."""
    match result:
        case Gate.FAIL:
            return _why_it_fails(asked)
        case Gate.ERROR:
            return "mimtest itself failed in at least one check; the verdicts are not complete."
        case Gate.INCOMPLETE:
            return _what_is_missing(report, asked)
    total = len(asked.rows)
    if asked.waived:
        return f"{len(asked.waived)} of {total} required items are not met or open, and waived."
    said = f"No check contradicted any of the {total} required items"
    if asked.elsewhere:
        first = ", ".join(asked.elsewhere[:_NAMED])
        more = ", …" if len(asked.elsewhere) > _NAMED else ""
        said = said if asked.unanswered else f"All {total} required items are met"
        return f"{said}, but other must-checks failed: {first}{more}."
    return f"{said}."


def _why_it_fails(asked: _Asked) -> str:
    if asked.blocking:
        verb = "is" if len(asked.blocking) == 1 else "are"
        return f"{len(asked.blocking)} of {len(asked.rows)} required items {verb} not met."
    if asked.refusals:
        return f"Refused: {asked.refusals[0]}."
    return f"{len(asked.elsewhere)} must-checks outside the required items failed, which the policy forbids."


def _why_not_whole(report: Mapping[str, Any], asked: _Asked) -> str:
    """Why the run is only a part of one; empty when it is whole."""
    if not report["assessment"]["completed"]:
        return "The run was broken off before its end."
    if asked.outstanding:
        number = len(asked.outstanding)
        return (
            f"This is shard {shard_of(report)} of a run: {number} checks that decide are in others."
        )
    return ""


def _what_is_missing(report: Mapping[str, Any], asked: _Asked) -> str:
    ready = [r for r in report["readiness"] if r["ready"]]
    if report["readiness"] and not ready:
        return f"The target is not ready: {report['readiness'][0]['reason']['message']}"
    if not asked.rows:
        return "Nothing required was selected, so nothing is shown."
    if part := _why_not_whole(report, asked):
        return part
    if missing := _without_edition(report):
        return f"{', '.join(missing)} is claimed, but no judged edition has it."
    if asked.missing and not asked.unanswered:
        return f"The tender takes no such evidence: {asked.missing[0]}."
    return f"{len(asked.unanswered)} of {len(asked.rows)} required items have no tested answer."
