"""The assessment of a small edition, row by row: quick, so that mutants can be run against it."""

from dataclasses import replace
from pathlib import Path

import pytest

from mimtest.assess import Basis, assess, summarise
from mimtest.catalogue import Edition, Mechanism, Requirement
from mimtest.catalogue.model import Kind, Mim, Modality, Status, Testability
from mimtest.profile import Profile
from mimtest.verdict import Outcome, Result, Verdict, Word

PROFILE = Profile("mine", "Mine", "technical", expected=frozenset({"9/MIM1/R8"}))
READ = Mechanism("read", "By reading", ("ngsi-ld",), ("C1", "C2"))
LONG = Mechanism("long", "Over time", ("ngsi-ld",), ("C3",), ("temporal",))
MAPS = Mechanism("maps", "On a map", ("wfs", "wms"), ("C4",))
BARE = Mechanism("bare", "By a mechanism without checks", ("mqtt",), ())
SAFE = Mechanism("safe", "Encrypted", ("https",), ("T1", "T2"))


def requirement(*mechanisms, name="R1", mim="MIM1", **more):
    told = {"level": Modality.SHALL, "kind": Kind.REQUIREMENT, "testability": Testability.AUTOMATED, **more}  # fmt: skip
    return Requirement(
        edition="9",
        id=name,
        mim=mim,
        official=True,
        source_word="shall",
        statement="It answers.",
        url="https://example/",
        source="whole",
        mechanisms=mechanisms,
        **told,
    )


def edition(*rows, mims=("MIM1",)):
    listed = tuple(Mim(m, f"Title {m}", f"Question {m}") for m in mims)
    return Edition("9", "Edition 9", Status.CURRENT, "2026", "u", "n", listed, rows, Path(), "x")


def basis(*outcomes, kinds=None, mims=("MIM1",), options=(), mechanisms=(), words=None):
    """Results as `check@interface outcome [strength]`."""
    results = {}
    for text in outcomes:
        place, outcome, *strength = text.split()
        check, _, name = place.partition("@")
        key = (check, name or "broker")
        results[key] = Result(check, *(strength or ["must"]), Outcome(outcome))
    return Basis(
        {"broker": "ngsi-ld"} if kinds is None else kinds,
        frozenset(mims),
        frozenset(options),
        frozenset(mechanisms),
        results,
        words or {},
    )


def judged(required, given, profile=PROFILE):
    return assess(edition(required), given, profile)["requirements"][0]


def verdict(required, given):
    found = judged(required, given)
    return found["verdict"], found["basis"], (found["reason"] or {}).get("code")


def test_everything_a_row_says():
    row = judged(
        requirement(
            READ,
            LONG,
            capability="C1",
            level=Modality.SHOULD,
            kind=Kind.CAPABILITY,
            testability=Testability.ASSISTED,
            not_tested_because="No time.",
            name="R8",
        ),
        basis("C1 passed", "C2 failed"),
    )
    assert row == {
        "id": "9/MIM1/R8",
        "mim": "MIM1",
        "capability": "C1",
        "kind": "capability",
        "level": "SHOULD",
        "sourceWord": "shall",
        "statement": "It answers.",
        "url": "https://example/",
        "every": False,
        "testability": "assisted",
        "coverage": "assisted",
        "required": False,
        "requiredBy": None,
        "expected": True,
        "verdict": "not_met",
        "basis": "tested",
        "reason": {"code": "checks_failed"},
        "mechanisms": [
            {"mechanism": "read", "title": "By reading", "claimed": True, "verdict": "not_met", "checks": ["C1", "C2"]},
            {"mechanism": "long", "title": "Over time", "claimed": False, "verdict": "not_tested", "checks": ["C3"]},
        ],
        "supporting": [],
        "declaration": None,
        "conflict": False,
        "notTestedBecause": None,
    }  # fmt: skip
    assert all(type(v) is str for k, v in row.items() if k in ("kind", "level", "verdict"))


def test_everything_an_edition_says():
    found = assess(edition(requirement(READ), mims=("MIM1", "MIM2")), basis("C1 passed", "C2 passed"), PROFILE)  # fmt: skip
    assert {k: v for k, v in found.items() if k not in ("requirements", "summary")} == {
        "edition": "9",
        "title": "Edition 9",
        "mims": {
            "MIM1": {"title": "Title MIM1", "question": "Question MIM1"},
            "MIM2": {"title": "Title MIM2", "question": "Question MIM2"},
        },
    }
    (row,) = found["requirements"]
    assert (row["required"], row["requiredBy"], row["expected"]) == (True, "profile mine", False)
    assert (row["verdict"], row["reason"]) == ("met", None)
    assert found["summary"] == summarise([row], ["MIM1", "MIM2"], frozenset({"MIM1"}))


def test_what_is_required_is_not_expected_beside():
    both = replace(PROFILE, required=frozenset({"9/MIM1/R8"}))
    row = judged(requirement(READ, name="R8"), basis(), both)
    assert (row["required"], row["expected"]) == (True, False)
    nothing = replace(PROFILE, base="none")
    assert judged(requirement(READ, name="R8"), basis(), nothing)["required"] is False
    named = replace(nothing, required=frozenset({"9/MIM1/R8"}))
    assert judged(requirement(READ, name="R8"), basis(), named)["required"] is True


# -- what is claimed


def test_a_mechanism_is_claimed_by_its_interface_and_all_its_options():
    assert verdict(requirement(LONG), basis("C3 passed"))[0] == "not_tested"
    assert verdict(requirement(LONG), basis("C3 passed", options=["temporal", "x"]))[0] == "met"
    assert verdict(requirement(MAPS), basis("C4 passed", options=["temporal"]))[0] == "not_tested"
    several = {"a": "wms", "b": "ngsi-ld"}
    assert verdict(requirement(MAPS), basis("C4@a passed", kinds=several))[0] == "met"


def test_a_check_that_the_report_does_not_list_was_not_run():
    assert verdict(requirement(READ), basis("C1 passed")) == (
        "inconclusive",
        "tested",
        "checks_without_answer",
    )
    assert basis("C1 passed").results_of(READ) == [
        [Result("C1", "must", Outcome.PASSED), Result("C2", "must", Outcome.NOT_RUN)]
    ]
    # It counts as one of strength must: a failed recommendation beside it decides nothing.
    assert verdict(requirement(READ), basis("C1 failed should"))[0] == "inconclusive"


def test_hosts_that_speak_tls_are_those_that_have_results():
    kinds = {"broker": "ngsi-ld", "map": "wfs"}
    one = basis("T1@map passed", "T2@map passed", kinds=kinds)
    assert verdict(requirement(SAFE, every=True), one)[0] == "met"
    assert verdict(requirement(SAFE), basis(kinds=kinds)) == ("not_tested", "none", "mechanism_not_claimed")  # fmt: skip
    half = basis("T2@map passed", kinds=kinds)
    assert verdict(requirement(SAFE), half)[0] == "inconclusive"


def test_each_interface_answers_for_itself_where_the_requirement_says_every():
    kinds = {"a": "wfs", "b": "wms"}
    given = basis("C4@a passed", "C4@b not_applicable", kinds=kinds)
    assert verdict(requirement(MAPS, every=True), given)[0] == "met"
    given = basis("C4@a passed", kinds=kinds)
    assert verdict(requirement(MAPS, every=True), given)[0] == "inconclusive"
    # Together what must be covers what should be; each by itself the one has nothing stronger.
    given = basis("C4@a failed should", "C4@b passed", kinds=kinds)
    assert verdict(requirement(MAPS, every=True), given)[0] == "not_met"
    assert verdict(requirement(MAPS), given)[0] == "met"


def test_a_claimed_mechanism_without_checks_leaves_it_open():
    kinds = {"broker": "ngsi-ld", "queue": "mqtt"}
    failed = basis("C1 failed", "C2 passed", kinds=kinds)
    assert verdict(requirement(READ, BARE), failed) == (
        "inconclusive",
        "tested",
        "mechanism_without_checks",
    )
    assert verdict(requirement(READ, BARE), basis("C1 failed", "C2 passed"))[0] == "not_met"


# -- what is required


@pytest.mark.parametrize(
    ("mechanisms", "more", "given", "required"),
    [
        ([READ], {}, basis(), True),
        ([READ], {}, basis(mims=["MIM2"]), False),
        ([READ], {"kind": Kind.OBJECTIVE}, basis(), False),
        ([READ], {"level": Modality.SHALL_NOT}, basis(), True),
        ([LONG], {}, basis(), False),
        ([LONG], {"always": True}, basis(), True),
        ([], {}, basis(), False),
        ([BARE], {}, basis(kinds={"q": "mqtt"}), False),
        ([READ, BARE], {}, basis(kinds={"q": "mqtt", "b": "ngsi-ld"}), True),
        ([READ, BARE], {"every": True}, basis(kinds={"q": "mqtt", "b": "ngsi-ld"}), False),
        (
            [READ, BARE],
            {"every": True},
            basis("C1@b failed", kinds={"q": "mqtt", "b": "ngsi-ld"}),
            True,
        ),
        ([READ], {"conditional_on": ("option:x",)}, basis(), False),
        ([READ], {"conditional_on": ("option:x",)}, basis(options=["x"]), True),
    ],
)
def test_what_the_profile_requires_depends_on_what_can_be_tested(mechanisms, more, given, required):
    row = judged(requirement(*mechanisms, **more), given)
    assert row["required"] is required
    assert row["requiredBy"] == ("profile mine" if required else None)


# -- conditions


@pytest.mark.parametrize(
    ("tokens", "claims", "excluded"),
    [
        ((), {}, False),
        (("option:x",), {}, True),
        (("option:x",), {"options": ["x"]}, False),
        (("option:x",), {"mechanisms": ["x"]}, True),
        (("mechanism:9/MIM1/x",), {"mechanisms": ["9/MIM1/x"]}, False),
        (("mechanism:9/MIM1/x",), {"options": ["9/MIM1/x"]}, True),
        (("option:x:y",), {"options": ["x:y"]}, False),
        (("option:x", "option:y"), {"options": ["x"]}, True),
        (("option:x", "option:y"), {"options": ["x", "y"]}, False),
    ],
)
def test_a_condition_that_is_not_claimed_excludes(tokens, claims, excluded):
    found = judged(requirement(READ, conditional_on=tokens), basis("C1 failed", **claims))
    assert (found["verdict"] == "not_applicable") is excluded


def word(answer, *, supported=True, **more):
    return {"9/MIM1/R1": (4, Word(answer, supported, **more))}


def test_only_a_condition_can_be_declared_not_to_hold():
    said = word("not_applicable")
    free = requirement(READ)
    bound = requirement(READ, conditional_on=("option:x",))
    assert verdict(free, basis("C1 failed", words=said))[0] == "not_met"
    assert verdict(bound, basis("C1 failed", words=said, options=["x"]))[0] == "not_applicable"
    assert verdict(bound, basis("C1 failed", words=word("meets"), options=["x"]))[0] == "not_met"


# -- what the supplier says


@pytest.mark.parametrize(
    ("answer", "outcome", "conflict"),
    [
        ("meets", "failed", True),
        ("meets", "passed", False),
        ("meets", "inconclusive", False),
        ("does_not_meet", "passed", True),
        ("does_not_meet", "failed", False),
        ("equivalent", "failed", False),
        ("not_applicable", "passed", False),
    ],
)
def test_the_suppliers_word_may_contradict_the_tests(answer, outcome, conflict):
    given = basis(f"C1 {outcome}", "C2 passed", words=word(answer))
    row = judged(requirement(READ), given)
    assert (row["conflict"], row["declaration"]) == (conflict, 4)
    assert judged(requirement(READ), basis("C1 failed"))["conflict"] is False


def test_where_nothing_was_tested_the_word_counts_and_does_not_contradict():
    row = judged(requirement(), basis(words=word("does_not_meet")))
    assert (row["verdict"], row["basis"], row["conflict"]) == ("not_met", "declared", False)
    assert row["notTestedBecause"] is None
    silent = judged(requirement(not_tested_because="Documents."), basis())
    assert (silent["notTestedBecause"], silent["reason"]) == ("Documents.", {"code": "no_check"})
    declared = judged(requirement(not_tested_because="Documents."), basis(words=word("meets")))
    assert (declared["verdict"], declared["notTestedBecause"]) == ("declared_only", None)


@pytest.mark.parametrize(
    ("answer", "outcomes", "refuted"),
    [
        ("meets", ["S-1 failed"], True),
        ("meets", ["S-1 failed", "S-2 passed"], True),
        ("meets", ["S-1 passed"], False),
        ("meets", ["S-1 failed should"], False),
        ("meets", ["X-1 failed"], False),
        ("equivalent", ["S-1 failed"], False),
        (None, ["S-1 failed"], False),
    ],
)
def test_a_failed_supporting_check_speaks_against_the_word(answer, outcomes, refuted):
    given = basis(*outcomes, words=word(answer) if answer else None)
    row = judged(requirement(supporting=("S-*",)), given)
    assert row["conflict"] is refuted
    assert row["supporting"] == [o.split()[0] for o in outcomes if o.startswith("S")]


def test_supporting_checks_are_each_named_once():
    given = basis("S-1@a passed", "S-1@b passed", "X-1@a passed", "S-0@a passed")
    assert judged(requirement(supporting=("S-*",)), given)["supporting"] == ["S-1", "S-0"]
    assert judged(requirement(READ), given)["supporting"] == []


# -- a report's own


def report(*declarations):
    check = {"id": "C1", "interface": "broker", "strength": "should", "outcome": "passed"}
    return {
        "subject": {"interfaces": [{"name": "broker", "kind": "ngsi-ld"}]},
        "scope": {"mims": ["MIM1"], "options": ["o"], "mechanisms": ["m"]},
        "checks": [check],
        "declarations": [*declarations],
    }


def declaration(answer="meets", evidence=(), rationale=None, planned=None, about=("9/MIM1/R1",)):
    return {"about": [*about], "answer": answer, "rationale": rationale, "plannedFor": planned, "evidence": [*evidence]}  # fmt: skip


def test_a_basis_is_what_a_report_says():
    assert Basis.of_report(report()) == Basis(
        {"broker": "ngsi-ld"},
        frozenset({"MIM1"}),
        frozenset({"o"}),
        frozenset({"m"}),
        {("C1", "broker"): Result("C1", "should", Outcome.PASSED)},
        {},
    )
    assert Basis.of_report(report()).of_mims(frozenset()).mims == frozenset()


SOUND, GONE = {"state": "present"}, {"state": "missing"}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (declaration(), Word("meets")),
        (declaration(evidence=[SOUND]), Word("meets", supported=True)),
        (declaration(evidence=[{}]), Word("meets", supported=True)),
        (declaration(evidence=[GONE]), Word("meets", supported=True, unsound=True)),
        (declaration(evidence=[GONE, {"state": "expired"}, {"state": "changed"}]), Word("meets", supported=True, unsound=True)),
        (declaration(evidence=[GONE, SOUND]), Word("meets", supported=True)),
        (declaration(rationale="because"), Word("meets")),
        (declaration("equivalent", rationale="because"), Word("equivalent", supported=True)),
        (declaration("equivalent", evidence=[SOUND]), Word("equivalent")),
        (declaration(planned="2027"), Word("meets", planned=True)),
    ],
)  # fmt: skip
def test_what_a_declaration_comes_to(said, word):
    assert Basis.of_report(report(said)).words == {"9/MIM1/R1": (0, word)}


def test_the_last_declaration_about_a_requirement_counts():
    said = [declaration(about=["A", "B"]), declaration("does_not_meet", about=["B"])]
    assert Basis.of_report(report(*said)).words == {
        "A": (0, Word("meets")),
        "B": (1, Word("does_not_meet")),
    }


# -- the summary


def test_a_summary_counts_each_mim_by_itself():
    def row(mim, verdict, required):
        return {"mim": mim, "verdict": verdict, "required": required}

    rows = [
        row("A", "met", True),
        row("A", "not_met", False),
        row("B", "not_met", True),
        row("C", "met", False),
        row("D", "met", False),
    ]
    found = summarise(iter(rows), ["A", "B", "C", "D"], frozenset({"A", "C"}))
    none = dict.fromkeys((v.value for v in Verdict), 0)
    assert found["overall"] == {
        "verdict": "not_met",
        "counts": {"total": 2, **none, "met": 1, "not_met": 1},
    }
    assert found["byMim"] == [
        {"mim": "A", "claimed": True, "verdict": "met", "required": {"total": 1, **none, "met": 1}, "recommended": {"total": 1, **none, "not_met": 1}},
        {"mim": "B", "claimed": False, "verdict": "not_met", "required": {"total": 1, **none, "not_met": 1}, "recommended": {"total": 0, **none}},
        {"mim": "C", "claimed": True, "verdict": "recommendations_only", "required": {"total": 0, **none}, "recommended": {"total": 1, **none, "met": 1}},
        {"mim": "D", "claimed": False, "verdict": "out_of_scope", "required": {"total": 0, **none}, "recommended": {"total": 1, **none, "met": 1}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "overall"),
    [
        ([("A", "met", False)], "recommendations_only"),
        ([("B", "met", False)], "not_assessed"),
        ([("A", "not_tested", False)], "not_assessed"),
        ([("A", "met", True)], "met"),
        ([("A", "met", True), ("B", "not_met", False)], "met"),
    ],
)
def test_recommendations_of_claimed_mims_alone_are_seen_in_the_whole(rows, overall):
    listed = [{"mim": m, "verdict": v, "required": r} for m, v, r in rows]
    assert summarise(listed, ["A", "B"], frozenset({"A"}))["overall"]["verdict"] == overall
