"""The gate, case by case, with everything it says: quick, so that mutants can be run against it."""

from datetime import date

import pytest

from mimtest.errors import UsageError
from mimtest.gate import Gate, Policy, decide, failed_elsewhere, load_policy
from mimtest.waivers import Waiver, load_waivers

DAY = date(2026, 11, 21)


def row(verdict, name="R1", *, required=True, level="SHALL", checks=("C1",), others=(), **more):
    """A judged requirement with one claimed mechanism and, with `others`, one that is not claimed."""
    mechanisms = [{"mechanism": "m", "claimed": True, "verdict": verdict, "checks": [*checks]}]
    if others:
        mechanisms.append({"mechanism": "n", "claimed": False, "verdict": "not_tested", "checks": [*others]})  # fmt: skip
    return {"id": f"9.0/MIM0/{name}", "verdict": verdict, "required": required, "level": level, "mechanisms": mechanisms, **more}  # fmt: skip


def check(name="C1", outcome="passed", strength="must", code=None):
    return {
        "id": name,
        "outcome": outcome,
        "strength": strength,
        "reason": {"code": code} if code else None,
        "exchanges": [],
    }


PASSED = (check(),)


def report(*rows, checks=PASSED, run=None, scope=None, readiness=()):
    ended = {"completed": True, "party": "first", "endedAt": "2026-11-20T10:00:00Z"}
    return {
        "assessments": [{"requirements": [*rows], "summary": {"byMim": [{"mim": "MIM0"}]}}],
        "checks": [*checks],
        "exchanges": [],
        "scope": {"mims": ["MIM0"], **(scope or {})},
        "assessment": {**ended, **(run or {})},
        "readiness": [*readiness],
    }


def gate(*rows, policy=None, waivers=(), **more):
    return decide(report(*rows, **more), policy=Policy(**policy or {}), waivers=waivers, today=DAY)[0]  # fmt: skip


def said(*rows, **more):
    found = gate(*rows, **more)
    return found["result"], found["message"]


def waiver(about="9.0/MIM0/R1", expires="2026-11-21"):
    return Waiver(about, "known", "the city", "T-1", date.fromisoformat(expires))


def test_everything_the_gate_says_of_a_whole_run():
    rows = [row("met"), row("not_met", "R2", checks=["C2"]), row("inconclusive", "R3"), row("met", "R4", required=False)]  # fmt: skip
    found, waived = decide(report(*rows, checks=[check(), check("C9", "failed")]), today=DAY)
    assert waived == []
    assert found == {
        "result": "fail",
        "exitCode": 1,
        "message": "1 of 3 required items is not met.",
        "required": 3,
        "met": 1,
        "notMet": ["9.0/MIM0/R2"],
        "open": ["9.0/MIM0/R3"],
        "failedElsewhere": ["C9"],
        "waived": [],
        "warnings": [],
    }


def test_each_result_has_its_sentence():
    assert said(row("met")) == ("pass", "No check contradicted any of the 1 required items.")
    assert said(row("not_met"), row("not_met", "R2"), row("met", "R3")) == (
        "fail",
        "2 of 3 required items are not met.",
    )
    assert said(row("met"), checks=[check(outcome="error")]) == (
        "error",
        "mimtest itself failed in at least one check; the verdicts are not complete.",
    )
    assert said(row("met"), row("not_tested", "R2")) == (
        "incomplete",
        "1 of 2 required items have no tested answer.",
    )
    assert said(row("met", required=False)) == (
        "incomplete",
        "Nothing required was selected, so nothing is shown.",
    )
    assert said(row("met"), run={"completed": False}) == (
        "incomplete",
        "The run was broken off before its end.",
    )
    assert said(row("met"), scope={"mims": ["MIM9", "MIM0", "MIM4"]}) == (
        "incomplete",
        "MIM4, MIM9 is claimed, but no judged edition has it.",
    )


def test_exit_codes_belong_to_results():
    codes = {r["result"]: r["exitCode"] for r in (
        gate(row("met")),
        gate(row("not_met")),
        gate(),
        gate(row("met"), checks=[check(outcome="error")]),
    )}  # fmt: skip
    assert codes == {"pass": 0, "fail": 1, "incomplete": 3, "error": 4}
    assert [g.value for g in Gate] == ["pass", "fail", "incomplete", "error"]


def probe(*, ready, words="nobody answers"):
    return {"ready": ready, "reason": None if ready else {"message": words}}


def test_a_target_of_which_nothing_is_ready_is_said_not_to_be():
    away = [probe(ready=False), probe(ready=False, words="another reason")]
    assert said(row("inconclusive"), readiness=away) == (
        "incomplete",
        "The target is not ready: nobody answers",
    )
    half = [probe(ready=False), probe(ready=True)]
    assert said(row("inconclusive"), readiness=half)[1].endswith("no tested answer.")
    assert gate(row("met"), readiness=half)["exitCode"] == 0


@pytest.mark.parametrize("level", ["SHALL", "SHOULD", "MAY"])
@pytest.mark.parametrize("expected", [True, False, None])
@pytest.mark.parametrize("verdict", ["met", "not_met", "inconclusive"])
@pytest.mark.parametrize("recommended", ["ignore", "fail"])
def test_a_recommendation_blocks_where_the_policy_says_so(level, expected, verdict, recommended):
    more = {} if expected is None else {"expected": expected}
    rows = [row("met"), row(verdict, "R2", required=False, level=level, **more)]
    blocks = (level == "SHOULD" or expected) and verdict == "not_met" and recommended == "fail"
    found = gate(*rows, policy={"recommended": recommended})
    assert (found["exitCode"], found["required"]) == ((1, 2) if blocks else (0, 1))
    assert gate(*rows)["exitCode"] == 0


# -- waivers


def test_a_waiver_lets_pass_until_the_end_of_its_day():
    found, rows = decide(report(row("not_met")), waivers=[waiver()], today=DAY)
    assert (found["exitCode"], found["waived"], found["notMet"]) == (0, ["9.0/MIM0/R1"], ["9.0/MIM0/R1"])  # fmt: skip
    assert found["message"] == "1 of 1 required items are not met or open, and waived."
    assert rows == [
        {
            "about": "9.0/MIM0/R1",
            "reason": "known",
            "approver": "the city",
            "ticket": "T-1",
            "expires": "2026-11-21",
            "state": "active",
        }
    ]


def test_an_expired_waiver_fails_even_what_is_met():
    old = waiver(expires="2026-11-20")
    found, rows = decide(report(row("not_met")), waivers=[old], today=DAY)
    assert (found["exitCode"], found["waived"], rows[0]["state"]) == (1, [], "expired")
    assert found["message"] == "1 of 1 required items is not met."
    assert said(row("met"), waivers=[old, waiver("A", "2026-11-01")]) == (
        "fail",
        "Refused: the waiver for 9.0/MIM0/R1 has expired.",
    )
    both = gate(row("met"), waivers=[old, waiver("A", "2026-11-01")])
    assert both["warnings"] == [
        "the waiver for 9.0/MIM0/R1 has expired",
        "the waiver for A has expired",
    ]


def test_a_waiver_that_matches_nothing_warns():
    found, rows = decide(report(row("met")), waivers=[waiver()], today=DAY)
    assert (found["exitCode"], rows[0]["state"]) == (0, "unmatched")
    assert found["warnings"] == ["waiver for 9.0/MIM0/R1 matches nothing"]
    assert found["message"] == "No check contradicted any of the 1 required items."


@pytest.mark.parametrize(
    ("outcomes", "waived", "passes"),
    [
        (("failed", "passed"), ("C1",), True),
        (("failed", "not_applicable"), ("C1",), True),
        (("failed", "inconclusive"), ("C1",), False),
        (("failed", "inconclusive"), ("C1", "C2"), True),
        (("passed", "failed"), ("C1",), False),
        (("passed", "passed"), ("C1", "C2"), False),
        (("failed", "failed"), ("C3",), False),
    ],
)
def test_a_requirement_is_waived_with_all_checks_that_speak_against_it(outcomes, waived, passes):
    checks = [check(f"C{n}", o) for n, o in enumerate((*outcomes, "failed"), 1)]
    rows = [row("not_met", checks=["C1", "C2"], others=["C3"])]
    found = gate(*rows, checks=checks, waivers=[waiver(c) for c in waived])
    assert found["waived"] == (["9.0/MIM0/R1"] if passes else [])
    assert (found["exitCode"] == 0) is passes


def test_an_open_answer_can_be_waived_and_an_error_cannot():
    assert gate(row("inconclusive"), waivers=[waiver()])["exitCode"] == 0
    broken = [check(outcome="error")]
    assert gate(row("inconclusive"), checks=broken, waivers=[waiver()])["exitCode"] == 4


# -- what is open


def test_so_many_may_be_open_as_the_policy_says():
    rows = [row("met"), row("inconclusive", "R2"), row("declared_only", "R3")]
    assert [gate(*rows, policy={"max_open": n})["exitCode"] for n in (0, 1, 2, 3)] == [3, 3, 0, 0]
    assert gate(*rows)["open"] == ["9.0/MIM0/R2", "9.0/MIM0/R3"]


def test_what_the_policy_lets_be_open_is_not_called_met():
    rows = [row("met"), row("inconclusive", "R2")]
    checks = [check(), check("C2", "failed")]
    found = gate(*rows, checks=checks, policy={"max_open": 1})
    words = "No check contradicted any of the 2 required items, but other must-checks failed: C2."
    assert (found["exitCode"], found["message"]) == (0, words)


def test_what_a_tender_names_is_open_where_claims_exclude_it():
    named = {"profile": {"require": ["9.0/MIM0/R1"]}}
    assert gate(row("not_applicable"), row("met", "R2"))["exitCode"] == 0
    found = gate(row("not_applicable"), row("met", "R2"), scope=named)
    assert (found["exitCode"], found["open"]) == (3, ["9.0/MIM0/R1"])
    waived, rows = decide(report(row("not_applicable"), scope=named), waivers=[waiver()], today=DAY)
    assert (waived["exitCode"], rows[0]["state"]) == (0, "active")


def test_evidence_that_a_tender_does_not_take_leaves_it_open():
    rules = {"parties": ["third"], "notBefore": None, "exchanges": False}
    scope = {"profile": {"require": [], "evidence": rules, "items": []}}
    found = gate(row("met"), scope=scope)
    words = "the tender asks for a test by the third party; this one is by: first"
    assert (found["result"], found["warnings"]) == ("incomplete", [words])
    assert found["message"] == f"The tender takes no such evidence: {words}."
    both = gate(row("met"), row("inconclusive", "R2"), scope=scope)
    assert both["message"] == "1 of 2 required items have no tested answer."


def test_a_requirement_whose_edition_was_not_judged_leaves_it_open():
    found = gate(row("met"), scope={"profile": {"require": ["8.0/MIM4/R1"]}})
    assert (found["exitCode"], found["warnings"]) == (
        3,
        ["8.0/MIM4/R1 is required, but its edition was not judged"],
    )


# -- what is refused


@pytest.mark.parametrize(
    ("ended", "policy", "words"),
    [
        ("2026-11-20", {}, None),
        ("2020-01-01", {}, None),
        ("2026-11-22", {}, None),
        ("2026-11-23", {}, "the report is dated in the future"),
        ("2026-11-19", {"max_age_days": 2}, None),
        ("2026-11-18", {"max_age_days": 2}, "the report is 3 days old; the policy allows 2"),
        ("2026-11-20", {"max_age_days": 0}, "the report is 1 days old; the policy allows 0"),
        ("2026-11-20", {"party": "first"}, None),
        ("2026-11-20", {"party": "third"}, "the policy asks for a test by the third party; this one is by: first"),
    ],
)  # fmt: skip
def test_what_a_policy_refuses(ended, policy, words):
    found = gate(row("met"), policy=policy, run={"endedAt": f"{ended}T10:00:00Z"})
    assert found["exitCode"] == (1 if words else 0)
    assert found["warnings"] == ([words] if words else [])
    assert not words or found["message"] == f"Refused: {words}."


# -- what failed elsewhere


def test_failed_must_checks_that_no_required_item_names_are_told():
    rows = [row("met", others=["C8"]), row("not_met", "R2", required=False, checks=["C2"])]
    checks = [
        check("C1"),
        check("C2", "failed"),
        check("C2", "failed"),
        check("C3", "failed", "should"),
        check("C4", "inconclusive"),
        check("C8", "failed"),
    ]
    assert failed_elsewhere(report(*rows, checks=checks)) == ["C2", "C8"]
    found = gate(*rows, checks=checks)
    assert (found["exitCode"], found["failedElsewhere"]) == (0, ["C2", "C8"])
    assert found["message"] == "All 1 required items are met, but other must-checks failed: C2, C8."


@pytest.mark.parametrize("number", [5, 6])
def test_a_sentence_names_five_of_them(number):
    checks = [check(), *(check(f"D{n}", "failed") for n in range(number))]
    end = ", …." if number > 5 else "."
    assert gate(row("met"), checks=checks)["message"].endswith(f"failed: D0, D1, D2, D3, D4{end}")
    strict = gate(row("met"), checks=checks, policy={"failed_checks": "fail"})
    assert (strict["exitCode"], strict["message"]) == (
        1,
        f"{number} must-checks outside the required items failed, which the policy forbids.",
    )
    assert gate(row("met"), policy={"failed_checks": "fail"})["exitCode"] == 0


# -- a part of a run


def test_a_shard_says_what_it_is_and_waits_for_the_others():
    shard = {"shard": {"index": 2, "of": 5}}
    away = [check("C1", "not_run", code="other_shard"), check("C2", "not_run", code="other_shard")]
    found = gate(row("inconclusive", checks=["C1", "C2"]), checks=away, scope=shard, policy={"max_open": 9})  # fmt: skip
    assert (found["result"], found["message"]) == (
        "incomplete",
        "This is shard 2/5 of a run: 2 checks that decide are in others.",
    )
    assert found["warnings"] == ["this report is shard 2/5 of a run, not the whole"]
    here = [check(), check("C9", "not_run", code="other_shard")]
    assert gate(row("met"), checks=here, scope=shard)["exitCode"] == 0
    strict = gate(row("met"), checks=here, scope=shard, policy={"failed_checks": "fail"})
    assert strict["exitCode"] == 3
    advised = [check(), check("C9", "not_run", "should", code="other_shard")]
    assert gate(row("met"), checks=advised, scope=shard, policy={"failed_checks": "fail"})["exitCode"] == 0  # fmt: skip


# -- the files

WAIVERS = '[[waivers]]\nabout = "C1"\nreason = "r"\napprover = "a"\nticket = "t"\nexpires = {}\n'


@pytest.mark.parametrize("day", ["2026-11-21", '"2026-11-21"'])
def test_a_waiver_file_is_read(tmp_path, day):
    file = tmp_path / "w.toml"
    file.write_text(WAIVERS.format(day))
    assert load_waivers(file) == (Waiver("C1", "r", "a", "t", DAY),)
    file.write_text("")
    assert load_waivers(file) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WAIVERS.format('"2026-02-31"'), "w.toml: '2026-02-31' is not a day. Write it as 2027-01-31."),
        (WAIVERS.format('"soon"'), "w.toml: waivers[0].expires"),
        ("waiver = 1", "w.toml: waiver: unknown key"),
    ],
)  # fmt: skip
def test_a_wrong_waiver_file_is_told(tmp_path, text, words):
    file = tmp_path / "w.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        load_waivers(file)
    assert str(raised.value).startswith(words)


def test_a_policy_file_is_read(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text('[policy]\nmax_open = 2\nrecommended = "fail"\nmax_span_hours = 3\n')
    assert load_policy(file) == Policy(max_open=2, recommended="fail", max_span_hours=3)
    file.write_text("")
    assert load_policy(file) == Policy()
    file.write_text("[policy]\nmax_open = -1\n")
    with pytest.raises(UsageError, match=r"^p\.toml: policy\.max_open: must be 0 or more"):
        load_policy(file)
