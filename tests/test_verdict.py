"""The verdict rules, and the properties that keep them honest."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.verdict import (
    UNANSWERED,
    Outcome,
    Overall,
    Result,
    Verdict,
    Word,
    count,
    judge_group,
    judge_mechanism,
    judge_requirement,
    worst,
)

OUTCOMES = st.sampled_from(Outcome)
RESULTS = st.builds(
    Result,
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(["must", "should", "may"]),
    OUTCOMES,
)
MECHANISMS = st.lists(st.lists(RESULTS, max_size=6), max_size=4)
WORDS = st.none() | st.builds(
    Word,
    st.sampled_from(["meets", "equivalent", "does_not_meet", "not_applicable"]),
    st.booleans(),
    st.booleans(),
)
OPEN_OUTCOMES = [Outcome.INCONCLUSIVE, Outcome.NOT_RUN, Outcome.ERROR]


def must(*outcomes):
    return [Result(f"C{i}", "must", o) for i, o in enumerate(outcomes)]


def requirement(mechanisms, word=None):
    judged = {str(i): judge_mechanism(m) for i, m in enumerate(mechanisms)}
    return judge_requirement(judged, word=word).verdict


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], Verdict.NOT_TESTED),
        (must(Outcome.NOT_APPLICABLE), Verdict.NOT_TESTED),
        (must(Outcome.PASSED), Verdict.MET),
        (must(Outcome.PASSED, Outcome.NOT_APPLICABLE), Verdict.MET),
        (must(Outcome.PASSED, Outcome.FAILED), Verdict.NOT_MET),
        (must(Outcome.FAILED, Outcome.ERROR), Verdict.NOT_MET),
        (must(Outcome.PASSED, Outcome.ERROR), Verdict.INCONCLUSIVE),
        (must(Outcome.PASSED, Outcome.NOT_RUN), Verdict.INCONCLUSIVE),
        (must(Outcome.PASSED, Outcome.INCONCLUSIVE), Verdict.INCONCLUSIVE),
        ([*must(Outcome.PASSED), Result("S", "should", Outcome.FAILED)], Verdict.MET),
        ([*must(Outcome.PASSED), Result("S", "should", Outcome.NOT_RUN)], Verdict.INCONCLUSIVE),
        ([Result("S", "should", Outcome.FAILED)], Verdict.NOT_MET),
        ([Result("S", "should", Outcome.PASSED)], Verdict.MET),
    ],
)
def test_a_mechanism_is_judged_by_its_checks(results, verdict):
    assert judge_mechanism(results) is verdict


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.MET], Verdict.MET),
        ([Verdict.NOT_MET, Verdict.MET], Verdict.MET),
        ([Verdict.NOT_MET], Verdict.NOT_MET),
        ([Verdict.NOT_MET, Verdict.NOT_TESTED], Verdict.NOT_MET),
        ([Verdict.NOT_MET, Verdict.INCONCLUSIVE], Verdict.INCONCLUSIVE),
        ([Verdict.NOT_TESTED], Verdict.NOT_TESTED),
        ([], Verdict.NOT_TESTED),
    ],
)
def test_one_claimed_mechanism_is_enough(verdicts, expected):
    assert judge_requirement(dict(enumerate(verdicts))).verdict is expected


@pytest.mark.parametrize(
    ("verdicts", "unknown", "expected"),
    [
        ([Verdict.MET, Verdict.MET], False, Verdict.MET),
        ([Verdict.MET, Verdict.NOT_MET], False, Verdict.NOT_MET),
        ([Verdict.NOT_MET, Verdict.INCONCLUSIVE], False, Verdict.NOT_MET),
        ([Verdict.MET, Verdict.INCONCLUSIVE], False, Verdict.INCONCLUSIVE),
        ([Verdict.MET], True, Verdict.INCONCLUSIVE),
        ([Verdict.NOT_MET], True, Verdict.NOT_MET),
        ([Verdict.MET, Verdict.NOT_TESTED], False, Verdict.INCONCLUSIVE),
        ([], False, Verdict.NOT_TESTED),
    ],
)
def test_what_speaks_of_everything_needs_every_claimed_mechanism(verdicts, unknown, expected):
    judged = dict(enumerate(verdicts))
    assert judge_requirement(judged, every=True, unknown=unknown).verdict is expected


@given(MECHANISMS, st.booleans(), st.booleans())
def test_needing_every_mechanism_is_never_easier(mechanisms, unknown, every):
    judged = {str(i): judge_mechanism(m) for i, m in enumerate(mechanisms)}
    one = judge_requirement(judged, unknown=unknown).verdict
    if judge_requirement(judged, unknown=unknown, every=True).verdict is Verdict.MET:
        assert one is Verdict.MET


def test_a_claimed_mechanism_without_checks_may_still_meet_it():
    failed = {"tested": Verdict.NOT_MET, "no checks yet": Verdict.NOT_TESTED}
    assert judge_requirement(failed, unknown=True).verdict is Verdict.INCONCLUSIVE
    met = {"tested": Verdict.MET, "no checks yet": Verdict.NOT_TESTED}
    assert judge_requirement(met, unknown=True).verdict is Verdict.MET
    assert judge_requirement({}, unknown=True).verdict is Verdict.NOT_TESTED


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (Word("meets", supported=True), Verdict.DECLARED_ONLY),
        (Word("meets", supported=False), Verdict.NOT_TESTED),
        (Word("equivalent", supported=True), Verdict.EQUIVALENCE_CLAIMED),
        (Word("equivalent", supported=False), Verdict.NOT_TESTED),
        (Word("does_not_meet"), Verdict.NOT_MET),
        (Word("meets", supported=True, planned=True), Verdict.NOT_MET),
        (Word("not_applicable", supported=True), Verdict.NOT_TESTED),
        (None, Verdict.NOT_TESTED),
    ],
)
def test_a_word_counts_only_where_nothing_was_tested(word, expected):
    assert judge_requirement({}, word=word).verdict is expected


def test_only_a_condition_makes_a_requirement_not_applicable():
    assert judge_requirement({}, excluded=True).verdict is Verdict.NOT_APPLICABLE
    unconditional = judge_requirement({}, word=Word("not_applicable", supported=True))
    assert unconditional.verdict is not Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("required", "recommended", "expected"),
    [
        ([Verdict.MET, Verdict.NOT_APPLICABLE], [], Overall.MET),
        ([Verdict.MET, Verdict.NOT_MET, Verdict.INCONCLUSIVE], [], Overall.NOT_MET),
        ([Verdict.MET, Verdict.DECLARED_ONLY], [], Overall.OPEN),
        ([Verdict.MET, Verdict.EQUIVALENCE_CLAIMED], [], Overall.OPEN),
        ([Verdict.NOT_APPLICABLE], [], Overall.NOT_ASSESSED),
        ([], [], Overall.NOT_ASSESSED),
        ([], [Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE], Overall.NOT_ASSESSED),
        ([], [Verdict.NOT_MET], Overall.RECOMMENDATIONS_ONLY),
    ],
)
def test_a_mim_is_met_when_everything_required_is(required, recommended, expected):
    assert judge_group(required, recommended) is expected


RANK = {
    Verdict.NOT_MET: 0,
    Verdict.INCONCLUSIVE: 1,
    Verdict.NOT_TESTED: 1,
    Verdict.NOT_APPLICABLE: 1,
    Verdict.DECLARED_ONLY: 1,
    Verdict.EQUIVALENCE_CLAIMED: 1,
    Verdict.MET: 2,
}


@given(st.lists(RESULTS, max_size=6), RESULTS)
def test_a_further_failure_never_improves_a_mechanism(results, extra):
    failed = Result(extra.check, extra.strength, Outcome.FAILED)
    assert RANK[judge_mechanism([*results, failed])] <= max(
        RANK[judge_mechanism(results)], RANK[judge_mechanism([failed])]
    )
    if results and judge_mechanism(results) is not Verdict.NOT_TESTED:
        assert RANK[judge_mechanism([*results, failed])] <= RANK[judge_mechanism(results)]


@given(MECHANISMS, st.integers(0, 3), st.sampled_from(["must", "should", "may"]), WORDS)
def test_a_further_failure_never_makes_a_requirement_met(mechanisms, where, strength, word):
    before = requirement(mechanisms, word)
    grown = [list(m) for m in mechanisms]
    if grown:
        grown[where % len(grown)].append(Result("X", strength, Outcome.FAILED))
    if before is not Verdict.MET:
        assert requirement(grown, word) is not Verdict.MET


@given(st.lists(RESULTS, max_size=6))
def test_an_error_never_hides_a_failure(results):
    if judge_mechanism(results) is Verdict.NOT_MET:
        grown = [*results, Result("X", "must", Outcome.ERROR)]
        has_must = any(
            r.strength == "must" and r.outcome is not Outcome.NOT_APPLICABLE for r in results
        )
        if has_must:
            assert judge_mechanism(grown) is Verdict.NOT_MET
        else:
            assert judge_mechanism(grown) is not Verdict.MET


@given(st.lists(OUTCOMES, min_size=1, max_size=6))
def test_the_worst_case_stands_for_all(outcomes):
    if Outcome.FAILED in outcomes:
        assert worst(outcomes) is Outcome.FAILED
    if worst(outcomes) is Outcome.PASSED:
        assert set(outcomes) <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    assert worst([*outcomes, Outcome.ERROR]) in (Outcome.ERROR, Outcome.FAILED)


@given(st.lists(RESULTS, min_size=1, max_size=6), st.integers(0, 5), st.sampled_from(OPEN_OUTCOMES))
def test_a_lost_answer_never_yields_met(results, where, lost):
    changed = list(results)
    index = where % len(changed)
    changed[index] = Result(changed[index].check, changed[index].strength, lost)
    assert judge_mechanism(changed) is not Verdict.MET


@given(MECHANISMS, st.integers(0, 3), st.integers(0, 5), st.sampled_from(OPEN_OUTCOMES), WORDS)
def test_a_lost_answer_never_makes_a_requirement_met(mechanisms, which, where, lost, word):
    before = requirement(mechanisms, word)
    changed = [list(m) for m in mechanisms]
    if not changed or not changed[which % len(changed)]:
        return
    chosen = changed[which % len(changed)]
    index = where % len(chosen)
    chosen[index] = Result(chosen[index].check, chosen[index].strength, lost)
    if before is not Verdict.MET:
        assert requirement(changed, word) is not Verdict.MET


@given(st.lists(RESULTS, max_size=5))
def test_the_order_of_checks_changes_nothing(results):
    verdicts = {judge_mechanism(p) for p in itertools.permutations(results)}
    assert len(verdicts) == 1


@given(st.lists(st.sampled_from(Verdict), max_size=8), st.lists(st.sampled_from(Verdict)))
def test_nothing_open_is_ever_counted_as_met(required, recommended):
    overall = judge_group(required, recommended)
    if overall is Overall.MET:
        assert Verdict.MET in required
        assert not set(required) & (UNANSWERED | {Verdict.NOT_MET})


@given(st.lists(st.sampled_from(Verdict)))
def test_counts_add_up(verdicts):
    assert sum(count(verdicts).values()) == len(verdicts)


def test_an_empty_run_is_never_met():
    assert requirement([]) is Verdict.NOT_TESTED
    assert requirement([[], []]) is Verdict.NOT_TESTED
    assert judge_group([]) is Overall.NOT_ASSESSED
