"""The rules of the verdict core, written down a second time and compared over every small case.

These tests are quick and touch no file: mutants of the core are run against them (docs/mutation.md).
"""

import itertools
from collections import Counter

import pytest

from mimtest.verdict import (
    UNANSWERED,
    Finding,
    Outcome,
    Overall,
    Result,
    Verdict,
    Word,
    count,
    judge_group,
    judge_interfaces,
    judge_mechanism,
    judge_requirement,
    worst,
)

P, F, U, A, R, E = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_APPLICABLE,
    Outcome.NOT_RUN,
    Outcome.ERROR,
)
MET, NOT, OPEN, NONE = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_TESTED,
)
OF_MECHANISMS = (MET, NOT, OPEN, NONE)


def up_to(values, length):
    """Every sequence of these values up to that length."""
    return itertools.chain.from_iterable(
        itertools.product(values, repeat=n) for n in range(length + 1)
    )


def test_the_worst_outcome_comes_first_and_nothing_at_all_was_not_run():
    gravest_first = (F, E, U, R, P, A)
    for outcomes in up_to(Outcome, 3):
        found = next((o for o in gravest_first if o in outcomes), R)
        assert worst(iter(outcomes)) is found


def rule_1(results):
    """A mechanism by its checks, with what was not applicable out of sight."""
    there = [(strength, outcome) for strength, outcome in results if outcome is not A]
    if not there:
        return NONE
    musts = [o for s, o in there if s == "must"]
    others = [o for s, o in there if s != "must"]
    if F in musts or (not musts and F in others):
        return NOT
    if {U, R, E} & {*musts, *others}:
        return OPEN
    return MET


RESULTS = [*itertools.product(("must", "should", "may"), Outcome)]


def results(pairs):
    return [Result(f"C{n}", strength, outcome) for n, (strength, outcome) in enumerate(pairs)]


def test_rule_1_for_every_mechanism_of_up_to_three_checks():
    for pairs in up_to(RESULTS, 3):
        assert judge_mechanism(iter(results(pairs))) is rule_1(pairs), pairs


SHORT = [[], [("must", P)], [("must", F)], [("must", U)], [("must", A)], [("should", F)], [("must", P), ("should", F)]]  # fmt: skip


@pytest.mark.parametrize("every", [True, False, None])
def test_rule_1_for_several_interfaces(every):
    option = {} if every is None else {"every": every}
    for interfaces in up_to(SHORT, 3):
        found = judge_interfaces([results(i) for i in interfaces], **option)
        if not every:
            assert found is rule_1([pair for i in interfaces for pair in i])
            continue
        seen = {rule_1(i) for i in interfaces}
        assert found is next((v for v in (NOT, OPEN, MET) if v in seen), NONE)


def rule_2(verdicts, *, unknown, every):
    """Verdict and reason of what was tested, from the mechanisms' verdicts."""
    seen = [v for v in verdicts if v is not NONE]
    decisive = NOT if every else MET
    open_beside = unknown or (every and len(seen) < len(verdicts))
    if decisive in seen:
        verdict = decisive
    elif OPEN in seen or open_beside:
        verdict = OPEN
    else:
        verdict = MET if every else NOT
    reasons = {
        MET: None,
        NOT: "checks_failed",
        OPEN: "checks_without_answer" if OPEN in seen else "mechanism_without_checks",
    }
    return Finding(verdict, "tested", reasons[verdict])


def rule_3(word, *, not_claimed):
    """What the supplier's word comes to where nothing was tested."""
    unproven = (
        "declared_with_unsound_evidence" if word and word.unsound else "declared_without_evidence"
    )
    match word:
        case None:
            return Finding(NONE, "none", "mechanism_not_claimed" if not_claimed else "no_check")
        case Word(planned=True):
            told = (NOT, "declared", "planned")
        case Word("does_not_meet"):
            told = (NOT, "declared", "declared_not_met")
        case Word("not_applicable"):
            told = (NONE, "none", "cannot_be_declared_away")
        case Word("meets", supported=True, unsound=False):
            told = (Verdict.DECLARED_ONLY, "declared", "declared_with_evidence")
        case Word("equivalent", supported=True, unsound=False):
            told = (Verdict.EQUIVALENCE_CLAIMED, "declared", "equivalence_for_the_buyer_to_judge")
        case _:
            told = (NONE, "none", unproven)
    return Finding(*told)


FLAGS = [*itertools.product((False, True), repeat=3)]
WORDS = [
    None,
    *(
        Word(answer, *flags)
        for answer in ("meets", "equivalent", "does_not_meet", "not_applicable")
        for flags in FLAGS
    ),
]


def test_rules_2_to_4_for_every_requirement_of_up_to_three_mechanisms():
    for verdicts in up_to(OF_MECHANISMS, 3):
        mechanisms = {f"m{n}": v for n, v in enumerate(verdicts)}
        tested = any(v is not NONE for v in verdicts)
        for word in (None, WORDS[1], WORDS[20]) if tested else WORDS:
            for unknown, every, testable in FLAGS:
                found = judge_requirement(
                    mechanisms, word=word, unknown=unknown, every=every, testable=testable
                )
                if tested:
                    assert found == rule_2(verdicts, unknown=unknown, every=every)
                else:
                    assert found == rule_3(word, not_claimed=testable and not verdicts)


def test_what_is_excluded_is_not_applicable_whatever_was_tested():
    excluded = Finding(Verdict.NOT_APPLICABLE, "none", "condition_not_claimed")
    for verdicts in up_to(OF_MECHANISMS, 2):
        mechanisms = {f"m{n}": v for n, v in enumerate(verdicts)}
        for word in WORDS:
            assert judge_requirement(mechanisms, word=word, excluded=True) == excluded


def test_what_nobody_says_is_as_if_it_did_not_hold():
    assert judge_requirement({}) == Finding(NONE, "none", "no_check")
    assert judge_requirement({"m": NOT}) == Finding(NOT, "tested", "checks_failed")
    assert judge_requirement({"m": NOT, "n": MET}) == Finding(MET, "tested", None)


def test_groups_of_up_to_three_requirements():
    for required in up_to(Verdict, 3):
        for recommended in up_to(Verdict, 1):
            found = judge_group(required, recommended)
            if not required:
                silent = {NONE, Verdict.NOT_APPLICABLE} >= set(recommended)
                wanted = Overall.NOT_ASSESSED if silent else Overall.RECOMMENDATIONS_ONLY
            elif NOT in required:
                wanted = Overall.NOT_MET
            elif UNANSWERED & set(required):
                wanted = Overall.OPEN
            else:
                wanted = Overall.MET if MET in required else Overall.NOT_ASSESSED
            assert found is wanted
    assert judge_group(()) is Overall.NOT_ASSESSED


def test_every_verdict_is_counted_by_its_name():
    for verdicts in up_to(Verdict, 2):
        found = count(iter(verdicts))
        assert list(found) == [v.value for v in Verdict]
        assert Counter({v.value: n for v, n in Counter(verdicts).items()}) == Counter(found)


def test_unanswered_is_all_that_neither_contradicts_nor_answers():
    assert {OPEN, NONE, Verdict.DECLARED_ONLY, Verdict.EQUIVALENCE_CLAIMED} == UNANSWERED
