"""From check outcomes to verdicts: pure functions, the same rules for every edition.

The rules are numbered as in the documentation: 1 mechanism, 2 requirement, 3 declaration, 4 condition.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Version of these rules; a report names the one it was judged by.
RULES: Final = "2"


class Outcome(StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"
    ERROR = "error"


class Verdict(StrEnum):
    """What is known about one requirement."""

    MET = "met"
    NOT_MET = "not_met"
    INCONCLUSIVE = "inconclusive"
    EQUIVALENCE_CLAIMED = "equivalence_claimed"
    DECLARED_ONLY = "declared_only"
    NOT_TESTED = "not_tested"
    NOT_APPLICABLE = "not_applicable"


class Overall(StrEnum):
    """What is known about one MIM, or about all of them."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"
    NOT_ASSESSED = "not_assessed"
    RECOMMENDATIONS_ONLY = "recommendations_only"
    OUT_OF_SCOPE = "out_of_scope"


_WORST_FIRST: Final = (
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_RUN,
    Outcome.PASSED,
    Outcome.NOT_APPLICABLE,
)
_OPEN: Final = frozenset({Outcome.INCONCLUSIVE, Outcome.NOT_RUN, Outcome.ERROR})
#: Verdicts that neither contradict nor answer a requirement.
UNANSWERED: Final = frozenset(Verdict) - {Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one check on one interface, as far as a verdict needs it."""

    check: str
    strength: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Word:
    """The supplier's declaration on a requirement; `supported` when evidence or a rationale is given.

    It is `unsound` when every document it names is missing, changed or expired.
    """

    answer: str
    supported: bool = False
    planned: bool = False
    unsound: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a requirement, what it rests on (tested, declared, none) and a reason code."""

    verdict: Verdict
    basis: str
    reason: str | None = None


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that stands for several: cases, phases or interfaces. Nothing at all is not_run."""
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.NOT_RUN)


def judge_mechanism(results: Iterable[Result]) -> Verdict:
    """Rule 1: not_met, inconclusive or met by its checks; not_tested when none of them applies.

    A failed recommendation (should, may) contradicts a mechanism only where it has nothing stronger.
    """
    applied = [r for r in results if r.outcome is not Outcome.NOT_APPLICABLE]
    deciding = [r for r in applied if r.strength == "must"] or applied
    if any(r.outcome is Outcome.FAILED for r in deciding):
        return Verdict.NOT_MET
    if any(r.outcome in _OPEN for r in applied):
        return Verdict.INCONCLUSIVE
    return Verdict.MET if applied else Verdict.NOT_TESTED


def judge_interfaces(interfaces: Iterable[Sequence[Result]], *, every: bool = False) -> Verdict:
    """Rule 1 for a mechanism on several interfaces, each with its results.

    With `every` each of them that it applies to has to meet it by itself: what one shows is no answer
    for another.
    """
    if not every:
        return judge_mechanism(r for results in interfaces for r in results)
    verdicts = {judge_mechanism(results) for results in interfaces}
    order = (Verdict.NOT_MET, Verdict.INCONCLUSIVE, Verdict.MET)
    return next((v for v in order if v in verdicts), Verdict.NOT_TESTED)


def judge_requirement(
    mechanisms: Mapping[str, Verdict],
    *,
    word: Word | None = None,
    excluded: bool = False,
    unknown: bool = False,
    every: bool = False,
    testable: bool = False,
) -> Finding:
    """Rules 2 to 4: the finding from the claimed mechanisms' verdicts and the supplier's word.

    `excluded` says that the catalogue marks the requirement as conditional and its condition is not
    claimed, or is declared not to hold; `unknown` that a further mechanism is claimed for which no
    checks exist: it may meet the requirement all the same; `testable` that there are checks, of
    mechanisms that may not be claimed.
    """
    if excluded:
        return Finding(Verdict.NOT_APPLICABLE, "none", "condition_not_claimed")
    tested = [v for v in mechanisms.values() if v is not Verdict.NOT_TESTED]
    if not tested:
        return _by_word(word, testable=testable and not mechanisms)
    decisive = Verdict.NOT_MET if every else Verdict.MET
    unseen = every and len(tested) < len(mechanisms)
    verdict, reason = _of_tested(tested, decisive, unknown=unknown or unseen)
    return Finding(verdict, "tested", reason)


def _of_tested(
    tested: Sequence[Verdict], decisive: Verdict, *, unknown: bool
) -> tuple[Verdict, str | None]:
    """Rule 2: one verdict decides, then whatever is open, then the rest, which agree."""
    verdict = decisive if decisive in tested else tested[0]
    if verdict is not decisive and (unknown or Verdict.INCONCLUSIVE in tested):
        verdict = Verdict.INCONCLUSIVE
    if verdict is Verdict.INCONCLUSIVE:
        shown = Verdict.INCONCLUSIVE in tested
        return verdict, "checks_without_answer" if shown else "mechanism_without_checks"
    return verdict, "checks_failed" if verdict is Verdict.NOT_MET else None


def _by_word(word: Word | None, *, testable: bool) -> Finding:
    """Rule 3: nothing was tested."""
    if word is None:
        reason = "mechanism_not_claimed" if testable else "no_check"
        return Finding(Verdict.NOT_TESTED, "none", reason)
    if word.planned or word.answer == "does_not_meet":
        return Finding(
            Verdict.NOT_MET, "declared", "planned" if word.planned else "declared_not_met"
        )
    if word.answer in _STANDING and word.supported and not word.unsound:
        verdict, reason = _STANDING[word.answer]
        return Finding(verdict, "declared", reason)
    return Finding(Verdict.NOT_TESTED, "none", _why_open(word))


#: What a supplier's word with grounds comes to, and why.
_STANDING: Final = {
    "meets": (Verdict.DECLARED_ONLY, "declared_with_evidence"),
    "equivalent": (Verdict.EQUIVALENCE_CLAIMED, "equivalence_for_the_buyer_to_judge"),
}


def _why_open(word: Word) -> str:
    if word.answer == "not_applicable":
        return "cannot_be_declared_away"
    return "declared_with_unsound_evidence" if word.unsound else "declared_without_evidence"


def judge_group(required: Sequence[Verdict], recommended: Sequence[Verdict] = ()) -> Overall:
    """The verdict on a MIM, or on everything, from its requirements' verdicts."""
    if not required:
        unseen = (Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE)
        seen = any(v not in unseen for v in recommended)
        return Overall.RECOMMENDATIONS_ONLY if seen else Overall.NOT_ASSESSED
    if Verdict.NOT_MET in required:
        return Overall.NOT_MET
    if any(v in UNANSWERED for v in required):
        return Overall.OPEN
    return Overall.MET if Verdict.MET in required else Overall.NOT_ASSESSED


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many of each verdict, every one named."""
    counted = Counter(verdicts)
    return {v.value: counted[v] for v in Verdict}
