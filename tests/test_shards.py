"""Shards of a run: the same parts everywhere, no verdict of more than a part shows, and the whole when they are merged."""

import copy
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.checks import load_checks
from mimtest.errors import UsageError
from mimtest.gate import Policy, decide
from mimtest.merging import merge
from mimtest.plan import Planned
from mimtest.report import judge_again, require_form, seal
from mimtest.resources import SUITES
from mimtest.shards import LIMIT, Shard, _measured, assign, digest_of, part_of
from mimtest.verdict import Outcome
from mimtest.verification.evidence import gaps
from mimtest.verification.steps import Asked, State, verify
from tests.conftest import city, mimtest, outcomes
from tests.test_gate_and_assess import TODAY, report_of, requirement

OF = 3
CHALLENGE = "f00d-0123456789abcdef"
CHECKS = ("CTX-ENT-0*", "CTX-QRY-01", "CTX-ATT-01", "PLA-C-0*")
#: It breaks one of the checks.
FAULT = "ctx-any-id-taken"
TARGET = """\
[product]
supplier = "mimtest"
name = "Two interfaces"
version = "1"
[tester]
party = "first"
[scope]
authorised_by = "Whoever started the sandbox"
level = "writes"
[interfaces.context]
kind = "ngsi-ld"
url = "{base}/ngsi-ld/v1"
version = "1.9.1"
types = ["Streetlight"]
[interfaces.map]
kind = "ogc-api-features"
url = "{base}/ogc"
[claims]
mims = ["MIM1", "MIM7"]
[[declarations]]
about = ["9.0/MIM1/R1.1"]
answer = "meets"
evidence = [{{ locator = "manual.pdf" }}]
"""
WAIVERS = """\
[[waivers]]
about = "9.0/MIM1/R1.1"
reason = "known"
approver = "the city"
ticket = "1"
expires = "2099-01-01"
"""


# -- the parts of a plan


PLANS = st.lists(
    st.builds(
        Planned,
        st.sampled_from(load_checks()[::7]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, None, None, Outcome.NOT_APPLICABLE]),
    ),
    max_size=40,
    unique_by=lambda p: (p.check.id, p.interface),
)
PARTS = st.integers(1, 7)


@given(PLANS, PARTS)
def test_each_check_is_run_by_one_shard_and_those_of_a_file_by_the_same(plan, of):
    parts = [part_of(plan, Shard(i, of)) for i in range(1, of + 1)]
    for place, planned in enumerate(plan):
        ran = [part[place] for part in parts if part[place].outcome is None]
        assert len(ran) == (planned.outcome is None)
    for part in parts:
        files = {p.check.file for p in part if p.outcome is None}
        assert not files & {p.check.file for p in part if p.code == "other_shard"}


@given(PLANS, PARTS, st.randoms())
def test_the_order_of_the_plan_changes_nothing(plan, of, random):
    other = random.sample(plan, len(plan))
    assert assign(plan, of) == assign(other, of)
    assert digest_of(plan, of) == digest_of(other, of)


@given(PLANS, PARTS)
def test_the_digest_tells_plans_and_numbers_of_shards_apart(plan, of):
    assert digest_of(plan, of) != digest_of(plan, of + 1)
    new = Planned(load_checks()[1], "new")
    assert digest_of([*plan, new], of) != digest_of(plan, of)


def test_shards_are_about_as_large_as_each_other():
    plan = [Planned(c, "x") for c in load_checks()]
    loads = [0] * 5
    for file, shard in assign(plan, 5).items():
        loads[shard - 1] += sum(_measured().get(file, 9) for p in plan if p.check.file == file)
    assert max(loads) < 1.02 * min(loads)


def test_what_was_measured_is_of_files_that_are_there():
    assert {name for name in _measured() if not (SUITES / name).is_file()} == set()


@given(st.integers(1, LIMIT), st.integers(1, LIMIT))
def test_a_shard_is_read_as_it_is_written(a, b):
    shard = Shard(min(a, b), max(a, b))
    assert Shard.parse(str(shard)) == shard


@pytest.mark.parametrize("text", ["", "1", "0/3", "4/3", "-1/3", "1/0", "1 / 3", "a/b", "1/3/5", "1/1001", "\u0662/\u0665", "1/3\n"])  # fmt: skip
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(UsageError, match="no part of a whole"):
        Shard.parse(text)


# -- the gate of a part


def part_report(*rows, elsewhere=(), passed=("C1",)):
    report = report_of(*rows, checks=[(i, "passed") for i in passed])
    report["scope"]["shard"] = {"index": 1, "of": 2}
    for check in report["checks"]:
        check["reason"] = None
    report["checks"] += [
        {"id": i, "outcome": "not_run", "strength": "must", "reason": {"code": "other_shard"}}
        for i in elsewhere
    ]
    return report


def gate_of(report, **policy):
    return decide(report, policy=Policy(**policy), today=TODAY)[0]


def test_a_part_is_incomplete_while_a_check_that_decides_is_elsewhere():
    rows = [requirement("met"), requirement("inconclusive", "9.0/MIM0/R2", checks=("C2",))]
    gate = gate_of(part_report(*rows, elsewhere=["C2"]), max_open=99)
    assert (gate["result"], gate["exitCode"]) == ("incomplete", 3)
    assert gate["message"].startswith("This is shard 1/2 of a run: 1 checks")


def test_a_part_that_holds_all_that_decides_passes_and_says_what_it_is():
    gate = gate_of(part_report(requirement("met"), elsewhere=["C9"]))
    assert gate["result"] == "pass"
    assert "this report is shard 1/2 of a run, not the whole" in gate["warnings"]
    strict = gate_of(part_report(requirement("met"), elsewhere=["C9"]), failed_checks="fail")
    assert strict["result"] == "incomplete"


def test_a_contradiction_in_a_part_is_one():
    rows = [requirement("not_met"), requirement("inconclusive", "9.0/MIM0/R2", checks=("C2",))]
    assert gate_of(part_report(*rows, elsewhere=["C2"]))["exitCode"] == 1


# -- three shards of a run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The reports of a run in one piece, and of the same in three shards."""
    folder = tmp_path_factory.mktemp("shards")
    (folder / "waivers.toml").write_text(WAIVERS)
    (folder / "manual.pdf").write_bytes(b"%PDF-1.7")
    asked = [*(f"--check={c}" for c in CHECKS), "--challenge", CHALLENGE, "--waivers=waivers.toml"]
    with city(FAULT) as base:
        (folder / "t.toml").write_text(TARGET.format(base=base))
        done = [mimtest("run", "t.toml", *asked, "--output=whole", cwd=folder)]
        for n in range(1, OF + 1):
            # Parts of a run may each have several processes.
            more = (f"--shard={n}/{OF}", f"--output={n}", "-n", 1 + n % 2)
            done.append(mimtest("run", "t.toml", *asked, *more, cwd=folder))
    assert {d.code for d in done} <= {1, 3}, [d.err for d in done]
    return folder


def loaded(folder, name):
    return json.loads((folder / str(name) / "report.json").read_bytes())


@pytest.fixture(scope="module")
def whole(folder):
    return loaded(folder, "whole")


@pytest.fixture(scope="module")
def kept(folder):
    return {str(n): loaded(folder, n) for n in range(1, OF + 1)}


@pytest.fixture
def shards(kept):
    return copy.deepcopy(kept)


def judged(report):
    return [
        {k: r[k] for k in ("id", "verdict", "required", "basis", "reason", "declaration")}
        for a in report["assessments"]
        for r in a["requirements"]
    ]


def test_merged_shards_say_what_one_run_says_in_any_order(kept, whole):
    merged = [merge(dict(order)) for order in itertools.permutations(kept.items())]
    assert all(m == merged[0] for m in merged)
    assert outcomes(merged[0]) == outcomes(whole)
    assert judged(merged[0]) == judged(whole)
    assert [a["summary"] for a in merged[0]["assessments"]] == [a["summary"] for a in whole["assessments"]]  # fmt: skip
    for same in ("gate", "waivers", "findings", "dialect", "declarations", "notices", "scope", "subject", "seed"):  # fmt: skip
        assert merged[0][same] == whole[same], same
    assert {"passed", "failed"} <= set(outcomes(whole).values())


def test_every_shard_had_something_to_run_and_says_what_it_is(kept):
    for n, report in kept.items():
        assert any(c["outcome"] == "passed" for c in report["checks"]), n
        assert f"this report is shard {n}/{OF} of a run, not the whole" in report["gate"]["warnings"]  # fmt: skip
        assert report["gate"]["result"] in ("incomplete", "fail")


def test_a_verdict_that_a_shard_gives_is_that_of_the_whole(kept, whole):
    final = {r["id"]: r["verdict"] for r in judged(whole)}
    for report in kept.values():
        for row in judged(report):
            if row["verdict"] in ("met", "not_met"):
                assert final[row["id"]] == row["verdict"]


def test_exchanges_stand_in_the_whole_as_they_stood_in_their_shard(kept):
    merged = merge(kept)
    ids = [x["id"] for x in merged["exchanges"]]
    assert len(ids) == len(set(ids))
    for part in merged["assessment"]["parts"]:
        source = kept[str(part["index"])]
        own = [x for x in merged["exchanges"] if x["id"].startswith(f"s{part['index']}-")]
        assert own == source["exchanges"]
        assert part["sha256"] == source["digest"]["sha256"]
    assert not gaps(merged)
    merged["assessment"]["parts"].pop()
    assert "s3-m-0001: is of shard 3, which the report does not name" in gaps(merged)


def test_every_step_of_a_verification_holds_for_the_whole(folder, kept):
    done = mimtest("merge", "3", "1/report.json", "2", "-o", "m", cwd=folder)
    assert done.code == loaded(folder, "m")["gate"]["exitCode"], done.err
    assert "Put together from parts of a run: 3" in done.out
    steps = {s.name: s for s in verify(folder / "m", Asked(challenge=CHALLENGE)).steps}
    assert {s.state for s in steps.values()} == {State.HOLDS, State.UNASKED}
    assert (folder / "m" / "report.html").exists()
    alone = mimtest("merge", "3", "1", "2", "-o", "again.json", cwd=folder)
    assert alone.code == done.code
    assert (folder / "again.json").read_bytes() == (folder / "m" / "report.json").read_bytes()


def test_a_shard_by_itself_is_a_report_that_holds(folder):
    steps = verify(folder / "2", Asked(challenge=CHALLENGE)).steps
    assert {s.state for s in steps} == {State.HOLDS, State.UNASKED}


def probe(report, *, ready):
    reason = {"code": "timeout", "message": "no answer", "hint": None, "key": None}
    report["readiness"][0] |= {"ready": ready, "reason": None if ready else reason}


def test_an_interface_that_one_shard_found_gone_is_not_said_to_be_ready(shards):
    probe(shards["2"], ready=False)
    first = merge(shards)["readiness"][0]
    assert not first["ready"]
    assert first["reason"]["message"] == "in shard 2: no answer"
    heads = {f["check"] for f in merge(shards)["findings"]}
    assert None in heads
    assert "CTX-ENT-01" in heads or len(heads) > 1  # what failed elsewhere is not hidden below it


def test_a_document_counts_as_the_worst_shard_found_it(shards):
    look = shards["3"]["declarations"][0]["evidence"][0]
    assert look["state"] == "present"
    look |= {"state": "missing", "found": None, "note": "gone"}
    (entry,) = merge(shards)["declarations"][0]["evidence"]
    assert (entry["state"], entry["note"]) == ("missing", "gone")


def test_a_run_that_was_broken_off_in_one_shard_is_not_complete(shards):
    shards["1"]["assessment"]["completed"] = False
    assert not merge(shards)["assessment"]["completed"]


# -- what does not belong together


def set_at(path, value):
    def change(report):
        *way, last = path.split(".")
        for name in way:
            report = report[int(name) if name.isdigit() else name]
        report[int(last) if last.isdigit() else last] = value

    return change


def drop_shard(report):
    del report["scope"]["shard"]


def take_foreign(report):
    row = next(c for c in report["checks"] if (c["reason"] or {}).get("code") == "other_shard")
    row["reason"]["code"] = "filtered"


def leave_own(report):
    row = next(c for c in report["checks"] if c["outcome"] == "passed")
    row |= {"outcome": "not_run", "reason": {"code": "other_shard"}}


WRONG = {
    "whole": (drop_shard, "is a whole run"),
    "redacted": (set_at("extensions", {"mimtest.privacy": {"of": "0" * 64}}), "was redacted"),
    "version": (set_at("tool.version", "0.0.1"), "written by mimtest 0.0.1"),
    "rules": (set_at("tool.rules", "0"), "its rules are version 0"),
    "catalogue": (set_at("tool.catalogue", {"9.0": "sha256:" + "0" * 64}), "is not the one"),
    "checks": (set_at("tool.checks", "sha256:" + "0" * 64), "another version of mimtest"),
    "number": (set_at("scope.shard.of", 4), "another number of shards"),
    "target": (set_at("scope.shard.target", "sha256:" + "0" * 64), "another target file"),
    "product": (set_at("subject.version", "2"), "another product"),
    "address": (set_at("subject.interfaces.0.url", "http://other.example/"), "another product"),
    "profile": (set_at("scope.profile.extends", "full"), "another profile"),
    "level": (set_at("assessment.level", "safe"), "another level"),
    "seed": (set_at("seed", 9), "another seed"),
    "filter": (set_at("scope.checks", ["CTX-*"]), "another choice of suites, checks"),
    "claims": (set_at("scope.mims", ["MIM1"]), "another choice of suites, checks"),
    "party": (set_at("assessment.party", "third"), "another tester"),
    "challenge": (set_at("assessment.challenge", "something-else"), "another challenge"),
    "repeats": (set_at("assessment.repeats", {"reportId": "x", "sha256": "0" * 64}), "another report that is repeated"),
    "mode": (set_at("assessment.mode", "replay"), "another mode"),
    "waivers": (set_at("waivers", []), "another set of waivers"),
    "declarations": (set_at("declarations.0.answer", "equivalent"), "another set of declarations"),
    "documents": (set_at("declarations.0.evidence", []), "another set of declarations"),
    "plan": (set_at("scope.shard.plan", "sha256:" + "0" * 64), "another plan"),
    "rows": (lambda r: r["checks"].pop(), "another plan"),
    "twice": (lambda r: r["scope"]["shard"].update(index=1), "exchanges that are not of shard 1/3"),
    "ids": (set_at("exchanges.0.id", "s1-m-0001"), "exchanges that are not of shard 2/3"),
    "several": (take_foreign, "is in several shards"),
    "none": (leave_own, "is in no shard"),
    "old": (set_at("assessment.startedAt", "2020-01-01T00:00:00Z"), "more than 24 hours apart"),
    "no day": (set_at("assessment.startedAt", "2020-02-31T00:00:00Z"), "a date that is none"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_belong_together_is_refused_in_one_line(name, shards):
    change, words = WRONG[name]
    change(shards["2"])
    with pytest.raises(UsageError, match=words) as raised:
        merge(shards)
    assert "\n" not in str(raised.value)


def test_a_policy_says_how_far_apart_shards_may_be(shards):
    day = shards["2"]["assessment"]["startedAt"][:10]
    shards["2"]["assessment"]["startedAt"] = f"{day}T00:00:00Z"
    assert merge(shards, Policy(max_span_hours=48))


def test_the_same_shard_twice_and_a_missing_one_are_refused(kept):
    with pytest.raises(UsageError, match=r"b: is shard 1, as a is\."):
        merge({"a": kept["1"], "b": kept["1"], "c": kept["2"]})
    with pytest.raises(UsageError, match=r"shard 1, 3 of 3 is missing\."):
        merge({"2": kept["2"]})


def test_mistakes_on_the_command_line_are_one_line_and_leave_nothing(folder):
    for args, words in {
        ("1", "2", "-o", "no.json"): "shard 3 of 3 is missing",
        ("1", "1", "2", "3", "-o", "no.json"): "1: is given twice",
        ("1", "2", "whole", "-o", "no.json"): "whole: is a whole run, not a shard",
        ("1", "2", "nowhere", "-o", "no.json"): "nowhere: cannot be read",
        ("1", "2", "3", "-o", "t.toml/x.json"): "cannot be written",
    }.items():
        done = mimtest("merge", *args, cwd=folder)
        assert (done.code, done.err.count("\n")) == (2, 1), done.err
        assert words in done.err
    assert not (folder / "no.json").exists()


def test_a_shard_is_no_part_of_what_is_repeated(folder):
    done = mimtest("run", "t.toml", "--from=2", "--shard=1/3", cwd=folder)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--shard: is taken from the report" in done.err
    for args, words in {
        ("--shard=4/3",): "--shard 4/3: is no part of a whole",
        ("--shard=1/3", "--level=passive"): "a passive run is not cut into parts",
    }.items():
        bad = mimtest("run", "t.toml", *args, cwd=folder)
        assert (bad.code, bad.err.count("\n")) == (2, 1)
        assert words in bad.err


def test_no_passing_gate_comes_of_a_shard_that_was_made_to_say_more(kept):
    """Whoever takes the note of being a shard out of a report is found: open checks stay open."""
    report = copy.deepcopy(kept["1"])
    drop_shard(report)
    again, _ = judge_again(report, today=TODAY)
    assert again["gate"]["result"] != "pass"
    require_form(seal(again))


def test_a_check_of_another_shard_is_named_with_its_place():
    plan = [Planned(c, "x") for c in load_checks()[:200]]
    part = part_of(plan, Shard(1, 2))
    other = next(p for p in part if p.code)
    assert other == replace(other, outcome=Outcome.NOT_RUN, code="other_shard", message="belongs to shard 2 of 2")  # fmt: skip
