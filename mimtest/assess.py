"""The assessment layer: what a report's observations and declarations mean under an edition.

Everything here is computed from the report itself, so that anyone can compute it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mimtest.catalogue import Edition, Mechanism, Requirement
from mimtest.profile import Profile
from mimtest.reasons import UNSOUND
from mimtest.verdict import (
    Finding,
    Outcome,
    Overall,
    Result,
    Verdict,
    Word,
    count,
    judge_group,
    judge_interfaces,
    judge_requirement,
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a judgement starts from.

    `kinds` gives the kind of each interface by name; `results` the outcomes by check id and interface.
    """

    kinds: Mapping[str, str]
    mims: frozenset[str]
    options: frozenset[str]
    mechanisms: frozenset[str]
    results: Mapping[tuple[str, str | None], Result]
    words: Mapping[str, tuple[int, Word]]

    @classmethod
    def of_report(cls, report: Mapping[str, Any]) -> "Basis":
        """From the observations, the scope and the declarations of a report."""
        scope = report["scope"]
        return cls(
            kinds={i["name"]: i["kind"] for i in report["subject"]["interfaces"]},
            mims=frozenset(scope["mims"]),
            options=frozenset(scope["options"]),
            mechanisms=frozenset(scope["mechanisms"]),
            results={
                (c["id"], c["interface"]): Result(c["id"], c["strength"], Outcome(c["outcome"]))
                for c in report["checks"]
            },
            words=_words(report["declarations"]),
        )

    def of_mims(self, mims: frozenset[str]) -> "Basis":
        """The same with these MIMs as the claimed ones."""
        return replace(self, mims=mims)

    def claims(self, mechanism: Mechanism) -> bool:
        """Whether the target has an interface for the mechanism and claims its options."""
        return bool(self._names_of(mechanism)) and set(mechanism.options) <= self.options

    def _names_of(self, mechanism: Mechanism) -> list[str]:
        """The interfaces of its kinds; for `https` those that stand for a host that speaks TLS."""
        if "https" in mechanism.interfaces:
            return [n for n in self.kinds if any((c, n) in self.results for c in mechanism.checks)]
        return [n for n, kind in self.kinds.items() if kind in mechanism.interfaces]

    def excludes(self, requirement: Requirement) -> bool:
        """Whether a condition of the requirement is not claimed, or declared not to hold."""
        if not requirement.conditional_on:
            return False
        _, word = self.words.get(requirement.full_id, (None, None))
        unclaimed = any(not self._claims_token(t) for t in requirement.conditional_on)
        return unclaimed or (word is not None and word.answer == "not_applicable")

    def _claims_token(self, token: str) -> bool:
        kind, _, name = token.partition(":")
        return name in (self.options if kind == "option" else self.mechanisms)

    def is_refuted(self, requirement: Requirement, word: Word | None) -> bool:
        """Whether a supporting check failed of what the supplier says to meet."""
        if word is None or word.answer != "meets":
            return False
        beside = self.supporting(requirement)
        return any(
            r.outcome is Outcome.FAILED and r.strength == "must" and check in beside
            for (check, _), r in self.results.items()
        )

    def supporting(self, requirement: Requirement) -> list[str]:
        """The checks that are shown beside it."""
        if not requirement.supporting:
            return []
        return requirement.beside(dict.fromkeys(c for c, _ in self.results))

    def results_of(self, mechanism: Mechanism) -> list[list[Result]]:
        """By interface, the outcome of each of its checks; one that is missing was not run."""
        return [
            [
                self.results.get((check, name), Result(check, "must", Outcome.NOT_RUN))
                for check in mechanism.checks
            ]
            for name in self._names_of(mechanism)
        ]


def _words(declarations: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, Word]]:
    words: dict[str, tuple[int, Word]] = {}
    for index, entry in enumerate(declarations):
        grounds = entry["rationale"] if entry["answer"] == "equivalent" else entry["evidence"]
        word = Word(entry["answer"], bool(grounds), bool(entry["plannedFor"]), _is_unsound(entry))
        words.update(dict.fromkeys(entry["about"], (index, word)))
    return words


def _is_unsound(declaration: Mapping[str, Any]) -> bool:
    """Whether every document it names is missing, changed or expired."""
    states = [e.get("state") for e in declaration["evidence"]]
    return bool(states) and set(states) <= UNSOUND


def assess(edition: Edition, basis: Basis, profile: Profile) -> dict[str, Any]:
    """Judge an edition: the entry of `report.json` `.assessments[]`."""
    rows = [_assess_requirement(r, basis, profile) for r in edition.requirements]
    return {
        "edition": edition.edition,
        "title": edition.title,
        "mims": {m.id: {"title": m.title, "question": m.question} for m in edition.mims},
        "requirements": rows,
        "summary": summarise(rows, [m.id for m in edition.mims], basis.mims),
    }


def _assess_requirement(requirement: Requirement, basis: Basis, profile: Profile) -> dict[str, Any]:
    claimed = [m for m in requirement.mechanisms if basis.claims(m)]
    judged = {m.id: judge_interfaces(basis.results_of(m), every=requirement.every) for m in claimed}
    index, word = basis.words.get(requirement.full_id, (None, None))
    excluded = basis.excludes(requirement)
    unknown = any(not m.checks for m in claimed)
    finding = judge_requirement(
        judged,
        word=word,
        excluded=excluded,
        unknown=unknown,
        every=requirement.every,
        testable=any(m.checks for m in requirement.mechanisms),
    )
    open_for_ever = requirement.every and unknown and finding.verdict is not Verdict.NOT_MET
    required = profile.requires(
        requirement.full_id,
        claimed=requirement.mim in basis.mims,
        kind=requirement.kind,
        level=requirement.level,
        applies=not excluded,
        testable=requirement.always or (any(m.checks for m in claimed) and not open_for_ever),
    )
    return {
        "id": requirement.full_id,
        "mim": requirement.mim,
        "capability": requirement.capability,
        "kind": str(requirement.kind),
        "level": str(requirement.level),
        "sourceWord": requirement.source_word,
        "statement": requirement.statement,
        "url": requirement.url,
        "every": requirement.every,
        "testability": str(requirement.testability),
        "coverage": str(requirement.coverage),
        "required": required,
        "requiredBy": f"profile {profile.id}" if required else None,
        "expected": not required and requirement.full_id in profile.expected,
        "verdict": finding.verdict.value,
        "basis": finding.basis,
        "reason": {"code": finding.reason} if finding.reason else None,
        "mechanisms": [_mechanism(m, judged.get(m.id)) for m in requirement.mechanisms],
        "supporting": basis.supporting(requirement),
        "declaration": index,
        "conflict": _conflicts(finding, word) or basis.is_refuted(requirement, word),
        "notTestedBecause": (requirement.not_tested_because or None)
        if finding.basis == "none"
        else None,
    }


def _mechanism(mechanism: Mechanism, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "mechanism": mechanism.id,
        "title": mechanism.title,
        "claimed": verdict is not None,
        "verdict": (verdict or Verdict.NOT_TESTED).value,
        "checks": list(mechanism.checks),
    }


def _conflicts(finding: Finding, word: Word | None) -> bool:
    """Whether the supplier's word says otherwise than the tests."""
    if word is None or finding.basis != "tested":
        return False
    said = {"meets": Verdict.MET, "does_not_meet": Verdict.NOT_MET}.get(word.answer)
    return (
        said is not None
        and finding.verdict in (Verdict.MET, Verdict.NOT_MET)
        and said is not finding.verdict
    )


def summarise(
    rows: Iterable[Mapping[str, Any]], mims: Iterable[str], claimed: frozenset[str]
) -> dict[str, Any]:
    """The summary of requirement rows: per MIM and overall. It can be computed again from a report."""
    all_rows = list(rows)
    required = [Verdict(r["verdict"]) for r in all_rows if r["required"]]
    by_mim = [_summarise_mim(m, [r for r in all_rows if r["mim"] == m], m in claimed) for m in mims]
    seen = [Verdict(r["verdict"]) for r in all_rows if r["mim"] in claimed and not r["required"]]
    overall = judge_group(_named(required), seen)
    return {"overall": {"verdict": overall.value, "counts": _counts(required)}, "byMim": by_mim}


def _summarise_mim(mim: str, rows: list[Mapping[str, Any]], claimed: bool) -> dict[str, Any]:  # noqa: FBT001
    required = [Verdict(r["verdict"]) for r in rows if r["required"]]
    recommended = [Verdict(r["verdict"]) for r in rows if not r["required"]]
    asked = claimed or required
    verdict = judge_group(_named(required), recommended) if asked else Overall.OUT_OF_SCOPE
    return {
        "mim": mim,
        "claimed": claimed,
        "verdict": verdict.value,
        "required": _counts(required),
        "recommended": _counts(recommended),
    }


def _named(required: list[Verdict]) -> list[Verdict]:
    """The verdicts on required items for a group's: one that does not apply is open there.

    Only a tender that names it requires it all the same, and a supplier's claims do not exclude what a tender names.
    """
    return [Verdict.NOT_TESTED if v is Verdict.NOT_APPLICABLE else v for v in required]


def _counts(verdicts: list[Verdict]) -> dict[str, int]:
    return {"total": len(verdicts), **count(verdicts)}
