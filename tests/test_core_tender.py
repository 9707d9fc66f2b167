"""What a tender asks of the evidence, case by case: quick, so that mutants can be run against it."""

import pytest

from mimtest.tender import is_met_otherwise, named, of_the_run, shortfalls, unjudged, witnesses


def row(name, verdict="met", *, required=True, **mechanisms):
    """A judged requirement; each mechanism by its verdict and checks."""
    listed = [{"mechanism": m, "verdict": v, "checks": c} for m, (v, c) in mechanisms.items()]
    return {"id": name, "verdict": verdict, "required": required, "mechanisms": listed}


def report(*rows, rules=None, items=(), require=(), checks=(), exchanges=(), run=None):
    kept = {"parties": [], "notBefore": None, "exchanges": False, **(rules or {})}
    return {
        "assessment": {"party": "first", "endedAt": "2026-11-20T10:00:00Z", **(run or {})},
        "assessments": [{"requirements": [*rows]}],
        "scope": {"profile": {"require": [*require], "evidence": kept, "items": [*items]}},
        "checks": [*checks],
        "exchanges": [{"id": i} for i in exchanges],
    }


def check(name, outcome="passed", exchanges=("m-1",)):
    return {"id": name, "outcome": outcome, "exchanges": [*exchanges]}


def test_a_profile_without_rules_asks_nothing():
    assert shortfalls({"scope": {}}) == []
    assert shortfalls({"scope": {"profile": {"require": ["A"]}}}) == []
    assert shortfalls(report(row("A"))) == []
    assert named({"scope": {}}) == named({"scope": {"profile": {}}}) == frozenset()
    assert named(report(require=["A", "B"])) == {"A", "B"}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"parties": ["first", "third"]}, None),
        ({"parties": ["second", "third"]}, "the tender asks for a test by the second or third party; this one is by: first"),
        ({"notBefore": "2026-11-20"}, None),
        ({"notBefore": "2026-11-21"}, "the tender takes no test before 2026-11-21; this one ended on 2026-11-20"),
    ],
)  # fmt: skip
def test_rules_of_the_run(rules, words):
    found = report(row("A"), rules=rules)
    kept = found["scope"]["profile"]["evidence"]
    assert [*of_the_run(found["assessment"], kept)] == ([words] if words else [])
    assert shortfalls(found) == ([words] if words else [])


def test_answers_need_recorded_exchanges_where_the_tender_says_so():
    rows = [
        row("A", m=("met", ["C1"])),
        row("B", m=("met", ["C2"]), n=("not_tested", ["C1"])),
        row("C", m=("met", ["C2"])),
        row("D", "not_met", m=("not_met", ["C2"])),
        row("E", required=False, m=("met", ["C2"])),
        row("F", m=("met", ["C3"])),
        row("G", m=("met", ["C4"])),
    ]
    checks = [check("C1"), check("C2", exchanges=["m-9"]), check("C3", "failed"), check("C4", exchanges=[])]  # fmt: skip
    asked = {"rules": {"exchanges": True}, "checks": checks, "exchanges": ["m-1"]}
    lacking = "the tender asks for recorded exchanges; there are none for"
    assert shortfalls(report(*rows, **asked)) == [f"{lacking} {n}" for n in ("C", "F", "G")]
    assert shortfalls(report(*rows, checks=checks)) == []


def test_witnesses_are_passed_checks_all_of_whose_exchanges_are_there():
    checks = [
        check("C1"),
        check("C2", exchanges=["m-1", "m-2"]),
        check("C3", exchanges=["m-1", "m-3"]),
        check("C4", exchanges=[]),
        check("C5", "failed"),
    ]
    found = witnesses(report(checks=checks, exchanges=["m-1", "m-2"]))
    assert [c["id"] for c in found] == ["C1", "C2"]


OTHER = row("A", m=("not_met", []), n=("met", []))


def test_an_answer_by_another_mechanism_than_the_named_one_is_for_the_buyer():
    item = {"requirements": ["A", "B"], "mechanisms": ["m"]}
    rows = [OTHER, {**OTHER, "id": "B", "required": False}, {**OTHER, "id": "X"}]
    assert shortfalls(report(*rows, items=[item])) == [
        "A is met, but not by m: the buyer judges whether it is equivalent"
    ]
    two = {"requirements": ["A"], "mechanisms": ["m", "o"]}
    assert shortfalls(report(*rows, items=[two]))[0].startswith("A is met, but not by m or o: ")
    free = {"requirements": ["A"], "mechanisms": []}
    assert shortfalls(report(*rows, items=[free])) == []
    assert shortfalls(report(*rows, items=[item, free])) != []


@pytest.mark.parametrize(
    ("asked", "verdict", "mechanisms", "otherwise"),
    [
        (["m"], "met", {"m": "not_tested", "n": "met"}, True),
        (["m"], "met", {"m": "met", "n": "met"}, False),
        (["m"], "not_met", {"m": "not_met", "n": "not_met"}, False),
        (["o"], "met", {"m": "not_met", "n": "met"}, False),
        (["m", "n"], "met", {"m": "not_met", "n": "met"}, False),
        (["m", "n"], "met", {"m": "not_met", "n": "not_met", "o": "met"}, True),
        ([], "met", {"n": "met"}, False),
    ],
)
def test_met_otherwise(asked, verdict, mechanisms, otherwise):
    made = row("A", verdict, **{m: (v, []) for m, v in mechanisms.items()})
    assert is_met_otherwise(made, asked) is otherwise


def test_what_no_judged_edition_has_is_told_in_order():
    found = report(row("B"), require=["C", "A", "B"])
    assert unjudged(found) == [
        "A is required, but its edition was not judged",
        "C is required, but its edition was not judged",
    ]
