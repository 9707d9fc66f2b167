"""From observations to assessment and gate, without a network."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.assess import Basis, assess, summarise
from mimtest.catalogue import load_edition
from mimtest.errors import UsageError
from mimtest.gate import Policy, decide, load_policy
from mimtest.profile import FULL, TECHNICAL, load_profile, parse_profile
from mimtest.report import counting
from mimtest.verdict import Outcome, Verdict
from mimtest.waivers import Waiver, load_waivers

TODAY = date(2026, 11, 21)
#: What needs a client that gets tokens.
TOKENS = ("SEC-AS-05", "SEC-AS-06", "SEC-AS-07", "SEC-AS-08", "SEC-AS-11", "SEC-AS-15", "SEC-AS-17")
STRENGTHS = {"SEC-TLS-06": "should", "SEC-AS-01": "should", "SEC-AS-08": "should"}


def requirement(verdict, id="9.0/MIM0/R1.1", *, required=True, level="SHALL", checks=("C1",)):
    mechanism = {"mechanism": "m", "claimed": True, "verdict": verdict, "checks": list(checks)}
    return {
        "id": id,
        "mim": "MIM0",
        "required": required,
        "level": level,
        "verdict": verdict,
        "mechanisms": [mechanism],
    }


def report_of(*requirements, checks=(), completed=True, party="first", ready=True, mims=("MIM0",)):
    reason = {"message": "broker.example: refused"}
    judged = {"byMim": [{"mim": "MIM0"}]}
    return {
        "assessments": [{"requirements": list(requirements), "summary": judged}],
        "checks": [{"id": i, "outcome": o, "strength": "must"} for i, o in checks],
        "scope": {"mims": list(mims)},
        "assessment": {"completed": completed, "party": party, "endedAt": "2026-11-20T10:00:00Z"},
        "readiness": [
            {"interface": "context", "ready": ready, "reason": None if ready else reason}
        ],
    }


def gate_of(report, **options):
    return decide(report, today=TODAY, **options)[0]


@pytest.mark.parametrize(
    ("verdicts", "checks", "code"),
    [
        (["met"], [("C1", "passed")], 0),
        (["met", "not_applicable"], [("C1", "passed")], 0),
        (["met", "not_met"], [("C1", "failed")], 1),
        (["not_met", "inconclusive"], [("C1", "error")], 1),
        (["met", "inconclusive"], [("C1", "error")], 4),
        (["met"], [("C1", "error")], 4),
        (["met", "inconclusive"], [("C1", "inconclusive")], 3),
        (["declared_only"], [], 3),
        (["equivalence_claimed"], [], 3),
        (["not_tested"], [], 3),
        ([], [], 3),
    ],
)
def test_exit_codes_in_their_order(verdicts, checks, code):
    rows = [requirement(v, f"9.0/MIM0/R{i}") for i, v in enumerate(verdicts)]
    assert gate_of(report_of(*rows, checks=checks))["exitCode"] == code


def test_what_is_not_required_does_not_move_the_gate():
    rows = [requirement("met"), requirement("not_met", "9.0/MIM0/R2", required=False)]
    assert gate_of(report_of(*rows))["exitCode"] == 0


def test_a_run_that_was_broken_off_is_incomplete():
    gate = gate_of(report_of(requirement("met"), completed=False))
    assert (gate["result"], gate["exitCode"]) == ("incomplete", 3)
    assert "broken off" in gate["message"]


def test_a_claimed_mim_that_no_judged_edition_has_is_open():
    gate = gate_of(report_of(requirement("met"), mims=("MIM0", "MIM5")))
    assert (gate["exitCode"], gate["message"]) == (
        3,
        "MIM5 is claimed, but no judged edition has it.",
    )


def test_a_failed_must_outside_the_required_items_is_said_and_may_be_forbidden():
    report = report_of(requirement("met"), checks=[("C1", "passed"), ("C9", "failed")])
    gate = gate_of(report)
    assert (gate["exitCode"], gate["failedElsewhere"]) == (0, ["C9"])
    assert gate["message"] == "All 1 required items are met, but other must-checks failed: C9."
    assert gate_of(report, policy=Policy(failed_checks="fail"))["exitCode"] == 1


def test_what_is_waived_is_not_called_met():
    report = report_of(requirement("not_met"), checks=[("C1", "failed")])
    gate = gate_of(report, waivers=[waiver("C1")])
    assert gate["message"] == "1 of 1 required items are not met or open, and waived."


def test_a_report_from_the_future_is_refused():
    report = report_of(requirement("met"))
    report["assessment"]["endedAt"] = "2099-01-01T00:00:00Z"
    assert gate_of(report)["message"] == "Refused: the report is dated in the future."


def test_a_dead_target_is_one_sentence():
    gate = gate_of(report_of(requirement("inconclusive"), ready=False))
    assert gate["exitCode"] == 3
    assert gate["message"] == "The target is not ready: broker.example: refused"


def waiver(about, expires=date(2027, 1, 1)):
    return Waiver(about, "known", "A. Buyer", "T-1", expires)


def test_a_waiver_changes_the_exit_code_only():
    report = report_of(requirement("not_met"), checks=[("C1", "failed")])
    for about in ("9.0/MIM0/R1.1", "C1"):
        gate, rows = decide(report, waivers=[waiver(about)], today=TODAY)
        assert gate["exitCode"] == 0
        assert gate["notMet"] == ["9.0/MIM0/R1.1"]
        assert gate["waived"] == ["9.0/MIM0/R1.1"]
        assert rows[0]["state"] == "active"
        assert report["assessments"][0]["requirements"][0]["verdict"] == "not_met"


def test_a_check_that_is_not_waived_still_blocks():
    rows = requirement("not_met", checks=("C1", "C2"))
    report = report_of(rows, checks=[("C1", "failed"), ("C2", "failed")])
    assert gate_of(report, waivers=[waiver("C1")])["exitCode"] == 1


def test_an_expired_waiver_fails_and_one_without_a_match_warns():
    report = report_of(requirement("met"), checks=[("C1", "passed")])
    late = gate_of(report, waivers=[waiver("9.0/MIM0/R1.1", date(2026, 11, 20))])
    assert (late["exitCode"], late["message"]) == (
        1,
        "Refused: the waiver for 9.0/MIM0/R1.1 has expired.",
    )
    unmatched = gate_of(report, waivers=[waiver("C9")])
    assert unmatched["exitCode"] == 0
    assert unmatched["warnings"] == ["waiver for C9 matches nothing"]


def test_a_waiver_holds_through_its_last_day():
    report = report_of(requirement("not_met"), checks=[("C1", "failed")])
    assert gate_of(report, waivers=[waiver("C1", TODAY)])["exitCode"] == 0


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (Policy(max_open=1), 0),
        (Policy(party="second"), 1),
        (Policy(max_age_days=0), 1),
        (Policy(max_age_days=1, max_open=1), 0),
        (Policy(recommended="fail", max_open=1), 1),
    ],
)
def test_a_policy_asks_for_more_or_less(policy, code):
    rows = [
        requirement("met"),
        requirement("inconclusive", "9.0/MIM0/R2"),
        requirement("not_met", "9.0/MIM0/B1", required=False, level="SHOULD"),
    ]
    assert gate_of(report_of(*rows), policy=policy)["exitCode"] == code


VERDICT = st.sampled_from([v.value for v in Verdict])
WAIVERS = st.lists(
    st.builds(
        waiver,
        st.sampled_from(["9.0/MIM0/R0", "9.0/MIM0/R1", "C0", "C1", "X"]),
        st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)]),
    ),
    max_size=4,
)


@given(st.lists(VERDICT, max_size=4), WAIVERS)
def test_waivers_change_no_verdict(verdicts, waivers):
    rows = [requirement(v, f"9.0/MIM0/R{i}", checks=(f"C{i}",)) for i, v in enumerate(verdicts)]
    report = report_of(*rows, checks=[(f"C{i}", "failed") for i in range(len(rows))])
    plain = gate_of(report)
    gate, _ = decide(report, waivers=waivers, today=TODAY)
    assert [r["verdict"] for r in report["assessments"][0]["requirements"]] == verdicts
    for name in ("required", "met", "notMet", "open"):
        assert gate[name] == plain[name]


def observed(
    outcomes, *, kinds=("ngsi-ld",), mims=("MIM0", "MIM1", "MIM2", "MIM7"), declarations=()
):
    interfaces = [{"name": k, "kind": k} for k in kinds]
    checks = [
        {"id": c, "interface": k, "strength": "must", "outcome": o}
        for c, o in outcomes.items()
        for k in kinds
    ]
    return {
        "subject": {"interfaces": interfaces},
        "scope": {"mims": list(mims), "options": [], "mechanisms": [], "editions": []},
        "checks": checks,
        "declarations": list(declarations),
    }


def declaration(about, answer, **more):
    base = {"rationale": None, "plannedFor": None, "evidence": [], "text": None}
    return {"about": [about], "answer": answer, **base, **more}


@pytest.fixture(scope="module")
def edition():
    return load_edition("9.0")


def judged(edition, report, profile=TECHNICAL):
    return assess(edition, Basis.of_report(report), profile)


def test_an_empty_run_meets_nothing(edition):
    result = judged(edition, observed({}))
    assert {r["verdict"] for r in result["requirements"]} <= {
        "not_tested",
        "not_applicable",
        "inconclusive",
    }
    assert result["summary"]["overall"]["verdict"] != "met"


def _checks_of(edition):
    return {c for r in edition.requirements for m in r.mechanisms for c in m.checks}


def test_everything_passed_meets_what_is_required(edition):
    report = observed(
        dict.fromkeys(_checks_of(edition), "passed"), kinds=("ngsi-ld", "ogc-api-features")
    )
    result = judged(edition, report)
    assert result["summary"]["overall"]["verdict"] == "met"
    required = [r for r in result["requirements"] if r["required"]]
    assert required
    assert all(r["verdict"] == "met" and r["basis"] == "tested" for r in required)


def test_an_interface_nobody_can_judge_does_not_hide_one_that_failed(edition):
    outcomes = dict.fromkeys(_checks_of(edition), "passed") | {"PLA-P-01": "failed"}
    report = observed(outcomes, kinds=("ngsi-ld", "ogc-api-features"))
    report["scope"]["options"] = ["spatial", "lasting-identifiers"]
    result = judged(edition, report)
    row = next(r for r in result["requirements"] if r["id"] == "9.0/MIM7/R4.1")
    assert (row["verdict"], row["required"]) == ("not_met", True)
    assert result["summary"]["overall"]["verdict"] == "not_met"


def test_what_one_interface_shows_is_no_answer_for_another(edition):
    row = edition.requirement("9.0/MIM7/R5.1")
    checks = next(m for m in row.mechanisms if m.id == "file").checks
    report = observed(dict.fromkeys(checks, "passed"), kinds=("file",), mims=("MIM7",))
    other = report["subject"]["interfaces"][0] | {"name": "other"}
    report["subject"]["interfaces"].append(other)
    report["checks"] += [
        c | {"interface": "other", "outcome": "not_applicable", "strength": "should"}
        for c in report["checks"]
    ]
    assert _row(judged(edition, report), row.full_id)["verdict"] == "met"
    report["checks"][-1]["outcome"] = "failed"
    assert _row(judged(edition, report), row.full_id)["verdict"] == "not_met"


def test_a_mim_is_nothing_without_what_it_is_about(edition):
    row = edition.requirement("9.0/MIM7/R2.1")
    checks = next(m for m in row.mechanisms if m.id == "file").checks
    report = observed(dict.fromkeys(checks, "passed"), kinds=("file",), mims=("MIM7",))
    result = judged(edition, report)
    assert _row(result, "9.0/MIM7/R2.1")["verdict"] == "met"
    service = _row(result, "9.0/MIM7/R1.1")
    assert (service["verdict"], service["required"]) == ("not_tested", True)
    assert result["summary"]["overall"]["verdict"] == "open"


def test_a_host_that_speaks_tls_answers_whatever_it_serves(edition):
    checks = edition.requirement("9.0/MIM6/R2.1").mechanisms[0].checks
    report = observed(dict.fromkeys(checks, "passed"), kinds=("rest",), mims=("MIM6",))
    assert _row(judged(edition, report), "9.0/MIM6/R2.1")["verdict"] == "met"
    report["checks"] = []
    row = _row(judged(edition, report), "9.0/MIM6/R2.1")
    assert (row["verdict"], row["required"]) == ("not_tested", True)


def test_an_older_edition_counts_for_what_the_current_one_lacks():
    editions = [load_edition(e) for e in ("9.0", "8.0", "2022")]

    def claimed(*asked):
        report = observed({}, mims=("MIM1", "MIM4"))
        report["scope"]["editions"] = list(asked)
        return {
            e.edition: set(mims)
            for e, mims in counting(editions, frozenset(report["scope"]["mims"]), asked)
        }

    assert claimed() == {"9.0": {"MIM1", "MIM4"}, "8.0": {"MIM4"}, "2022": {"MIM4"}}
    assert claimed("2022")["2022"] == {"MIM1", "MIM4"}


def _row(result, name):
    return next(r for r in result["requirements"] if r["id"] == name)


@given(st.data())
def test_the_summary_is_that_of_its_rows(data):
    edition = load_edition("9.0")
    checks = sorted(_checks_of(edition))
    outcomes = {c: data.draw(st.sampled_from([o.value for o in Outcome])) for c in checks}
    report = observed(outcomes)
    result = judged(edition, report)
    again = summarise(
        result["requirements"], [m.id for m in edition.mims], Basis.of_report(report).mims
    )
    assert result["summary"] == again
    assert (
        sum(v for k, v in again["overall"]["counts"].items() if k != "total")
        == again["overall"]["counts"]["total"]
    )


@pytest.mark.parametrize(
    ("row", "kinds", "failing", "silent", "verdict"),
    [
        ("M1.1", ("tls",), (), (), "met"),
        ("M1.1", ("tls",), ("SEC-TLS-06",), (), "not_met"),
        ("M1.1", ("tls",), (), ("SEC-TLS-06",), "inconclusive"),
        ("M1.2", ("oauth",), (), (), "met"),
        ("M1.2", ("oauth",), (), TOKENS, "inconclusive"),
    ],
)
def test_a_candidate_mechanism_is_all_of_it(edition, row, kinds, failing, silent, verdict):  # noqa: PLR0917
    (wanted,) = (r for r in edition.requirements if r.full_id == f"9.0/MIM6/{row}")
    found = dict.fromkeys((c for m in wanted.mechanisms for c in m.checks), "passed")
    found |= dict.fromkeys(failing, "failed") | dict.fromkeys(silent, "not_applicable")
    report = observed(found, kinds=kinds, mims=("MIM6",))
    report["scope"]["mechanisms"] = [f"9.0/MIM6/{row}"]
    report["checks"] = [{**c, "strength": STRENGTHS.get(c["id"], "must")} for c in report["checks"]]
    assert _row(judged(edition, report), f"9.0/MIM6/{row}")["verdict"] == verdict


def test_full_requires_what_only_documents_show(edition):
    report = observed({}, mims=("MIM6",))
    row = {r["id"]: r for r in judged(edition, report, FULL)["requirements"]}["9.0/MIM6/R1.1"]
    assert row["required"]
    row = {r["id"]: r for r in judged(edition, report, TECHNICAL)["requirements"]}["9.0/MIM6/R1.1"]
    assert not row["required"]


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (declaration("9.0/MIM6/R1.1", "meets", evidence=[{"locator": "p. 12"}]), "declared_only"),
        (declaration("9.0/MIM6/R1.1", "meets"), "not_tested"),
        (declaration("9.0/MIM6/R1.1", "equivalent", rationale="same"), "equivalence_claimed"),
        (declaration("9.0/MIM6/R1.1", "does_not_meet"), "not_met"),
        (
            declaration("9.0/MIM6/R1.1", "meets", plannedFor="2027", evidence=[{"locator": "x"}]),
            "not_met",
        ),
        (declaration("9.0/MIM6/R1.1", "not_applicable", evidence=[{"locator": "x"}]), "not_tested"),
    ],
)
def test_declarations_are_kept_apart(edition, entry, verdict):
    rows = judged(edition, observed({}, mims=("MIM6",), declarations=[entry]))["requirements"]
    assert next(r for r in rows if r["id"] == "9.0/MIM6/R1.1")["verdict"] == verdict


def test_a_tender_may_require_a_recommendation_and_excuse_a_duty(edition):
    profile = parse_profile(
        {
            "profile": {"id": "t", "title": "T"},
            "require": ["9.0/MIM3/RC4.1"],
            "excuse": ["9.0/MIM0/R1.1"],
        }
    )
    rows = judged(edition, observed({}, mims=("MIM0", "MIM3")), profile)["requirements"]
    required = {r["id"] for r in rows if r["required"]}
    assert "9.0/MIM3/RC4.1" in required
    assert "9.0/MIM0/R1.1" not in required


def test_profiles_are_found_by_name_or_file(tmp_path):
    assert load_profile("full") is FULL
    with pytest.raises(UsageError, match="There are technical, full"):
        load_profile("strict")
    with pytest.raises(UsageError, match="no such file"):
        load_profile("none.toml")
    file = tmp_path / "p.toml"
    file.write_text('[profile]\nid = "lot-1"\ntitle = "Lot 1"\nreference = "2026/S 1"\n')
    assert load_profile(str(file)).as_dict()["reference"] == "2026/S 1"
    file.write_text('[profile]\nid = "technical"\ntitle = "What can be tested from outside"\n')
    with pytest.raises(UsageError, match=r"profile\.id: 'technical' is built in"):
        load_profile(str(file))
    file.write_text('[profile]\nid = "lot-1"\ntitle = "Lot 1"\n[[require]]\nabout = "x"\n')
    with pytest.raises(UsageError, match=r"require\[0\]: must be text"):
        load_profile(str(file))


def test_waiver_and_policy_files_are_checked(tmp_path):
    file = tmp_path / "w.toml"
    good = '[[waivers]]\nabout = "C1"\nreason = "r"\napprover = "a"\nticket = "t"\nexpires = 2027-01-01\n'
    file.write_text(good)
    assert load_waivers(file)[0].expires == date(2027, 1, 1)
    file.write_text(good.replace('ticket = "t"\n', ""))
    with pytest.raises(UsageError, match=r"waivers\[0\]\.ticket: is missing"):
        load_waivers(file)
    file.write_text(good.replace("2027-01-01", '"2027-02-30"'))
    with pytest.raises(UsageError, match="is not a day"):
        load_waivers(file)
    file.write_text("[policy]\nmax_open = -1\n")
    with pytest.raises(UsageError, match=r"policy\.max_open: must be 0 or more"):
        load_policy(file)
