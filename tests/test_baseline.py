"""The baseline of a gate: what was already so passes, what is new blocks, what is gone is told."""

import copy
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.baseline import changes, known, require_baseline
from mimtest.errors import UsageError
from mimtest.report import seal
from tests.conftest import city, mimtest, run_against

TODAY = date(2026, 11, 21)


def check(name, outcome, message="the answer has 3 of 'a'", interface="context"):
    reason = None if outcome == "passed" else {"code": "contradicted", "message": message}
    return {
        "id": name,
        "interface": interface,
        "outcome": outcome,
        "reason": reason,
        "expected": None,
        "received": None,
    }


def row(name, verdict, *checks, basis="tested"):
    mechanism = {"claimed": True, "checks": list(checks)}
    return {"id": name, "verdict": verdict, "basis": basis, "mechanisms": [mechanism]}


def report(checks, rows=(), name="urn:uuid:1"):
    return {
        "reportId": name,
        "subject": {
            "supplier": "S",
            "product": "P",
            "interfaces": [{"name": "context", "kind": "ngsi-ld"}],
        },
        "tool": {"catalogue": {"9.0": "sha256:1"}},
        "assessment": {"completed": True, "endedAt": "2026-11-20T10:00:00Z"},
        "checks": list(checks),
        "assessments": [{"requirements": list(rows)}],
    }


def test_changes_are_new_unchanged_and_fixed():
    before = report([check("A", "failed"), check("B", "failed"), check("C", "passed")])
    after = report(
        [
            check("A", "failed", "the answer has 7 of 'a'"),
            check("B", "passed"),
            check("C", "failed"),
        ]
    )
    found = changes(after, before)
    assert (found.new, found.unchanged, found.fixed) == (
        ("C [context]",),
        ("A [context]",),
        ("B [context]",),
    )


def test_what_was_not_asked_again_is_not_fixed():
    before = report([check("A", "failed")])
    for now in ([], [check("A", "not_run")], [check("A", "inconclusive")]):
        assert changes(report(now), before).fixed == ()


def test_a_requirement_is_known_when_nothing_new_speaks_against_it():
    before = report([check("A", "failed")], [row("R1", "not_met", "A"), row("R2", "met", "B")])
    again = report([check("A", "failed")], [row("R1", "not_met", "A"), row("R2", "met", "B")])
    (waiver,) = known(again, before, today=TODAY)
    assert (waiver.about, waiver.expires, waiver.ticket) == ("R1", TODAY, "urn:uuid:1")
    other = report([check("A", "failed", "it hangs")], [row("R1", "not_met", "A")])
    assert known(other, before, today=TODAY) == ()
    further = report([check("A", "failed"), check("B", "failed")], [row("R1", "not_met", "A", "B")])
    assert known(further, before, today=TODAY) == ()
    worse = report([check("B", "inconclusive")], [row("R2", "inconclusive", "B")])
    assert known(worse, before, today=TODAY) == ()


def test_the_same_finding_on_another_interface_is_new():
    before = report([check("A", "failed")], [row("R1", "not_met", "A")])
    now = report([check("A", "failed"), check("A", "failed", interface="other")], [row("R1", "not_met", "A")])  # fmt: skip
    now["subject"]["interfaces"].append({"name": "other", "kind": "ngsi-ld"})
    assert changes(now, before).new == ("A [other]",)
    assert known(now, before, today=TODAY) == ()


def test_a_declared_no_is_not_what_was_tested_before():
    before = report([], [row("R1", "not_met", basis="tested")])
    now = report([], [row("R1", "not_met", basis="declared")])
    assert known(now, before, today=TODAY) == ()


@given(st.lists(st.sampled_from(["failed", "inconclusive", "not_run", "passed"]), min_size=1))
def test_an_error_of_mimtest_or_a_new_finding_is_never_known(outcomes):
    checks = [check(f"C{n}", o) for n, o in enumerate(outcomes)]
    ids = [c["id"] for c in checks]
    before = report(checks, [row("R1", "not_met", *ids)])
    assert [w.about for w in known(before, before, today=TODAY)] == ["R1"]
    for spoilt in (check("C0", "error"), check("C0", "failed", "something else altogether")):
        now = report([spoilt, *checks[1:]], [row("R1", "not_met", *ids)])
        assert known(now, before, today=TODAY) == ()
        assert known(now, now, today=TODAY) == () or spoilt["outcome"] != "error"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b.update(checks=[]), "empty or was broken off"),
        (lambda b: b["assessment"].update(completed=False), "empty or was broken off"),
        (lambda b: b["subject"].update(product="Q"), "about another product"),
        (lambda b: b["subject"].update(supplier="Q"), "about another supplier"),
        (lambda b: b["tool"].update(catalogue={"9.0": "sha256:2"}), "another catalogue"),
        (lambda b: b["assessment"].update(endedAt="2026-11-20T10:00:01Z"), "newer than the report"),
    ],
)
def test_a_baseline_that_cannot_stand_beside_the_report_is_refused(change, said):
    now = report([check("A", "failed")])
    before = copy.deepcopy(now)
    change(before)
    with pytest.raises(UsageError, match=said):
        require_baseline(before, now)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run against a city with a fault, and one after it without."""
    folder = tmp_path_factory.mktemp("baseline")
    for name, faults in (("old", ["rst-described-path-missing"]), ("new", [])):
        with city(*faults) as base:
            ended = run_against(base, folder, "--check", "CTX-RST-0*", "--output", name)
        assert ended.code in (1, 3), ended.err
    return folder


def test_the_gate_beside_itself_passes_and_changes_no_verdict(runs):
    plain = mimtest("gate", "old", cwd=runs)
    assert plain.code == 1, plain.err
    beside = mimtest("gate", "old", "--baseline", "old", cwd=runs)
    assert beside.code == 0, beside.err + beside.out
    assert "beside the baseline: new 0, unchanged 1, fixed 0" in beside.out
    assert [line for line in plain.out.splitlines() if "not met: " in line] == [
        line for line in beside.out.splitlines() if "not met: " in line
    ]


def test_the_gate_tells_what_is_fixed_and_blocks_what_is_new(runs):
    fixed = mimtest("gate", "new", "--baseline", "old", cwd=runs)
    assert "new 0, unchanged 0, fixed 1" in fixed.out
    older = json.loads((runs / "new" / "report.json").read_text())
    older["assessment"]["endedAt"] = "2026-01-01T00:00:00Z"
    (runs / "older.json").write_text(json.dumps(seal(older)))
    blocked = mimtest("gate", "old", "--baseline", "older.json", cwd=runs)
    assert blocked.code == 1
    assert "new 1, unchanged 0, fixed 0" in blocked.out


def test_a_newer_or_forged_baseline_is_one_line(runs):
    newer = json.loads((runs / "new" / "report.json").read_text())
    newer["assessment"]["endedAt"] = "2036-01-01T00:00:00Z"
    (runs / "newer.json").write_text(json.dumps(seal(newer)))
    refused = mimtest("gate", "old", "--baseline", "newer.json", cwd=runs)
    assert (refused.code, len(refused.err.splitlines())) == (2, 1)
    (runs / "forged.json").write_text(json.dumps(newer | {"seed": 1}))
    assert mimtest("gate", "old", "--baseline", "forged.json", cwd=runs).code == 2
