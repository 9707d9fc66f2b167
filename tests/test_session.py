"""By whose fault: what a phase raised, and what the phases of a case come to."""

from types import SimpleNamespace

import pytest

from mimtest.checks import load_checks
from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unanswered
from mimtest.network.failures import LevelExceededError, OutOfScope, Unreachable
from mimtest.plan import Planned, Selection, plan
from mimtest.session.gather import Gathered
from mimtest.session.outcomes import classify
from mimtest.target import Level, parse_target
from mimtest.verdict import Outcome

CHECK = load_checks()[0]


@pytest.mark.parametrize(
    ("phase", "raised", "outcome", "code"),
    [
        ("call", None, Outcome.PASSED, None),
        ("call", AssertionError("no"), Outcome.FAILED, "contradicted"),
        ("call", Contradiction("no", expected=1, received=2), Outcome.FAILED, "contradicted"),
        ("setup", AssertionError("no"), Outcome.INCONCLUSIVE, "precondition_unmet"),
        ("teardown", AssertionError("no"), Outcome.INCONCLUSIVE, "cleanup_failed"),
        ("call", Unreachable("unreachable", "refused"), Outcome.INCONCLUSIVE, "unreachable"),
        ("setup", Unanswered("timeout", "5 s"), Outcome.INCONCLUSIVE, "timeout"),
        ("call", OutOfScope("out_of_scope", "x"), Outcome.INCONCLUSIVE, "out_of_scope"),
        ("call", Inconclusive("no_data", "x"), Outcome.INCONCLUSIVE, "no_data"),
        ("call", NotApplicable("plain_http", "x"), Outcome.NOT_APPLICABLE, "plain_http"),
        ("call", LevelExceededError("x"), Outcome.ERROR, "mimtest_error"),
        ("call", KeyError("x"), Outcome.ERROR, "mimtest_error"),
        ("setup", RecursionError("x"), Outcome.ERROR, "mimtest_error"),
        ("call", pytest.skip.Exception("x"), Outcome.NOT_RUN, "skipped"),
    ],
)
def test_an_exception_tells_by_whose_fault(phase, raised, outcome, code):
    result = classify(phase, raised)
    assert (result.outcome, result.code) == (outcome, code)


def test_what_was_expected_and_what_came_is_kept():
    result = classify("call", Contradiction("differs", expected="409", received="201"))
    assert (result.message, result.expected, result.received) == ("differs", "409", "201")


def phase(when, outcome, *, case=None, code=None, witnesses=("m-1",)):
    annotation = {
        "check": CHECK.id,
        "interface": "context",
        "case": case,
        "outcome": outcome,
        "code": code,
        "message": "why" if code else None,
        "expected": None,
        "received": None,
        "witnesses": list(witnesses),
        "readings": [],
        "exchanges": [],
    }
    return SimpleNamespace(when=when, duration=0.01, mimtest=annotation)


def entry(*phases):
    gathered = Gathered()
    for report in phases:
        gathered.add(report)
    return gathered.checks([Planned(CHECK, "context")])[0]


WHOLE = (phase("setup", "passed"), phase("call", "passed"), phase("teardown", "passed"))


@pytest.mark.parametrize(
    ("phases", "outcome", "code"),
    [
        (WHOLE, "passed", None),
        ((), "not_run", "no_result"),
        ((phase("setup", "passed"),), "not_run", "worker_crash"),
        ((phase("setup", "passed"), phase("teardown", "passed")), "not_run", "worker_crash"),
        (
            (WHOLE[0], phase("call", "not_applicable", code="no_cookies"), WHOLE[2]),
            "not_applicable",
            "no_cookies",
        ),
        (
            (phase("setup", "not_applicable", code="plain_http"), WHOLE[2]),
            "not_applicable",
            "plain_http",
        ),
        (
            (WHOLE[0], WHOLE[1], phase("teardown", "inconclusive", code="cleanup_failed")),
            "inconclusive",
            "cleanup_failed",
        ),
        (
            (WHOLE[0], phase("call", "failed", code="contradicted"), phase("teardown", "error")),
            "failed",
            "contradicted",
        ),
    ],
)
def test_the_worst_phase_counts_and_a_lost_one_is_no_pass(phases, outcome, code):
    found = entry(*phases)
    assert found["outcome"] == outcome
    assert (found["reason"] or {}).get("code") == code


def test_the_worst_case_stands_for_the_check():
    passed = [phase(w, "passed", case="a") for w in ("setup", "call", "teardown")]
    failed = [
        phase("setup", "passed", case="b"),
        phase("call", "failed", case="b", code="contradicted"),
    ]
    found = entry(*passed, *failed)
    assert found["outcome"] == "failed"
    assert [c["name"] for c in found["cases"]] == ["a", "b"]
    assert [c["outcome"] for c in found["cases"]] == ["passed", "failed"]


def target(**interface):
    given = {"kind": "ngsi-ld", "url": "http://127.0.0.1/x", **interface}
    return parse_target(
        {
            "product": {"supplier": "a", "name": "b", "version": "1"},
            "interfaces": {"context": given},
            "scope": {"level": "burst"},
        }
    )


def reason_of(check, target, level=Level.WRITES, selection=Selection()):  # noqa: B008
    found = {p.check.id: p for p in plan(load_checks(), target, level, selection)}
    return found[check].code


def test_what_will_not_run_is_settled_before_the_first_request():
    assert reason_of("CTX-ENT-01", target()) is None
    assert reason_of("PLA-C-02", target()) == "interface_not_claimed"
    assert reason_of("CTX-ENT-29", target(version="1.5.1")) == "version_not_claimed"
    assert reason_of("CTX-ENT-29", target()) == "version_not_claimed"
    assert reason_of("CTX-ENT-29", target(version="1.9.1")) is None
    assert reason_of("CTX-ENT-01", target(), Level.SAFE) == "level"
    assert reason_of("CTX-ENT-01", target(), selection=Selection(suites=("places",))) == "filtered"
    assert (
        reason_of("CTX-ENT-01", target(), selection=Selection(checks=("CTX-ENT-2?",))) == "filtered"
    )
    assert reason_of("CTX-ENT-01", target(), selection=Selection(checks=("CTX-*",))) is None


def test_a_check_is_planned_once_per_interface_of_its_kind():
    two = parse_target(
        {
            "product": {"supplier": "a", "name": "b", "version": "1"},
            "interfaces": {
                name: {"kind": "ngsi-ld", "url": f"http://127.0.0.1/{name}"}
                for name in ("one", "two")
            },
        }
    )
    names = [
        p.interface
        for p in plan(load_checks(), two, Level.SAFE, Selection())
        if p.check.id == "CTX-ENT-21"
    ]
    assert names == ["one", "two"]
