"""Two reports side by side: kept, regressed, improved, not comparable, and why."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mimtest.compare import CHANGES, WHY, compare
from mimtest.compare_runs import CODES
from mimtest.fingerprint import essence, fingerprint, kinds_of
from mimtest.rendering.comparison import as_markdown, as_text
from mimtest.rendering.words import load
from mimtest.resources import SCHEMAS
from mimtest.verdict import Outcome, Verdict
from tests.conftest import mimtest
from tests.rendering_samples import ALL, clean, hostile, rich, seal

SCHEMA = json.loads((SCHEMAS / "mimtest" / "comparison.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
SWAPPED = {"regressed": "improved", "improved": "regressed"}


def requirement(report, name):
    return next(r for a in report["assessments"] for r in a["requirements"] if r["id"] == name)


def check(report, name):
    return next(c for c in report["checks"] if c["id"] == name)


def of(comparison, name):
    return next(r for r in comparison.requirements if r.id == name)


def with_verdict(name, verdict, **more):
    report = rich()
    requirement(report, name).update(verdict=verdict, **more)
    return report


@st.composite
def reports(draw):
    """Reports of one catalogue in which anything may have come out, and any condition may differ."""
    report = rich()
    rows = [r for a in report["assessments"] for r in a["requirements"]]
    for row in draw(st.lists(st.sampled_from(rows), max_size=6)):
        row["verdict"] = draw(st.sampled_from(list(Verdict))).value
        row["required"] = draw(st.booleans())
        row["statement"] += draw(st.sampled_from(["", " "]))
    for row in draw(st.lists(st.sampled_from(report["checks"]), max_size=6)):
        row["outcome"] = draw(st.sampled_from(list(Outcome))).value
        row["received"] = draw(st.sampled_from([None, "status 500", "status 404", "nothing"]))
        row["looked"] = draw(st.sampled_from([[], ["3 of 9"]]))
    report["seed"] = draw(st.integers(0, 1))
    report["subject"]["version"] = draw(st.sampled_from(["4.2.1", "4.3.0"]))
    report["tool"]["rules"] = draw(st.sampled_from(["1", "2"]))
    report["assessment"]["completed"] = draw(st.booleans())
    if draw(st.booleans()):
        report["assessments"] = report["assessments"][:1]
    return seal(report)


@given(reports())
def test_a_report_beside_itself_keeps_everything(report):
    found = compare(report, copy.deepcopy(report))
    assert found.like_for_like
    assert {r.change for r in found.requirements} <= {"kept"}
    assert {c.state for c in found.checks} <= {"unchanged"}
    assert found.exit_code == 0


@given(reports(), reports())
def test_swapping_two_reports_swaps_regressed_and_improved(a, b):
    there = {r.id: r for r in compare(a, b).requirements}
    back = {r.id: r for r in compare(b, a).requirements}
    assert there.keys() == back.keys()
    for name, row in there.items():
        assert back[name].change == SWAPPED.get(row.change, row.change)
        assert sorted(back[name].why) == sorted(row.why)
        assert back[name].required == row.required[::-1]


@given(reports(), reports())
def test_what_is_said_follows_from_the_verdicts(a, b):
    for row in compare(a, b).requirements:
        if row.change == "kept":
            assert row.a == row.b
        if row.change == "regressed":
            assert (row.a, row.b == "met") == ("met", False)
        if row.change == "improved":
            assert (row.a == "met", row.b) == (False, "met")
        if row.change == "not_comparable":
            assert row.why


@given(reports(), reports())
def test_every_failed_check_of_both_is_there_once(a, b):
    found = compare(a, b)
    for report in (a, b):
        kinds = kinds_of(report)
        failed = [c for c in report["checks"] if c["outcome"] == "failed"]
        shown = {(c.check, c.kind) for c in found.checks}
        assert {(c["id"], kinds[c["interface"]]) for c in failed} <= shown
    assert len({c.fingerprint for c in found.checks}) == len(found.checks)


@given(reports(), reports())
def test_the_json_follows_its_schema_and_the_texts_can_be_made(a, b):
    shown = compare(a, b).as_dict()
    VALIDATOR.validate(json.loads(json.dumps(shown)))
    assert sum(shown["counts"]["requirements"].values()) == len(shown["requirements"])
    assert as_text(shown)
    assert as_markdown(shown)


def test_a_contradiction_that_is_new_regresses_and_leads_to_exit_code_1():
    a, b = with_verdict("9.0/MIM1/R1.1", "met"), rich()
    a = seal(a)
    check(a, "CTX-ENT-03").update(outcome="passed", reason=None)
    found = compare(a, b)
    assert (of(found, "9.0/MIM1/R1.1").change, found.exit_code) == ("regressed", 1)
    assert of(found, "9.0/MIM1/R1.1").why == ("contradicted",)
    assert next((c.check, c.state) for c in found.checks) == ("CTX-ENT-03", "new")
    back = compare(b, a)
    assert of(back, "9.0/MIM1/R1.1").change == "improved"
    assert ("CTX-ENT-03", "fixed") in [(c.check, c.state) for c in back.checks]
    assert back.exit_code == 0


def test_a_check_that_newly_fails_leads_to_exit_code_1_though_no_verdict_changed():
    a, b = rich(), rich()
    check(a, "CTX-ENT-03").update(outcome="inconclusive")
    found = compare(a, b)
    assert {r.change for r in found.requirements} == {"kept"}
    assert found.exit_code == 1
    b["subject"]["product"] = "Another"
    assert compare(a, b).exit_code == 0
    b = rich()
    check(b, "CTX-ENT-03")["strength"] = "should"
    assert compare(a, b).exit_code == 0


def test_an_answer_that_is_there_no_more_is_a_regression_where_the_checks_ran():
    a, b = rich(), with_verdict("9.0/MIM0/R1.1", "inconclusive")
    check(b, "CTX-ENT-01").update(outcome="inconclusive")
    row = of(compare(a, b), "9.0/MIM0/R1.1")
    assert (row.change, row.why) == ("regressed", ("unanswered",))


@pytest.mark.parametrize(("code", "why"), [
    ("filtered", "checks"), ("level", "level"), ("option_not_claimed", "claims"),
])  # fmt: skip
def test_checks_that_did_not_run_cannot_be_compared(code, why):
    a, b = rich(), with_verdict("9.0/MIM0/R1.1", "inconclusive")
    check(b, "CTX-ENT-01").update(outcome="not_run", reason={"code": code, "message": "x"})
    found = compare(a, b)
    assert (of(found, "9.0/MIM0/R1.1").change, of(found, "9.0/MIM0/R1.1").why) == (
        "not_comparable",
        (why,),
    )
    assert found.exit_code == 3


def test_a_check_that_is_not_listed_at_all_was_not_run():
    a, b = rich(), with_verdict("9.0/MIM0/R1.1", "inconclusive")
    b["checks"] = [c for c in b["checks"] if c["id"] != "CTX-ENT-01"]
    assert of(compare(a, b), "9.0/MIM0/R1.1").why == ("checks",)


@pytest.mark.parametrize(("change", "why"), [
    (lambda r: r["tool"].update(rules="9"), "rules"),
    (lambda r: r["tool"].update(checks="sha256:" + "9" * 64), "tool"),
    (lambda r: r["tool"].update(version="9.9.9"), "tool"),
    (lambda r: r["subject"].update(product="Another"), "product"),
    (lambda r: requirement(r, "9.0/MIM0/R1.1").update(level="MAY"), "catalogue"),
    (lambda r: requirement(r, "9.0/MIM0/R1.1")["mechanisms"][0].update(checks=["X"]), "catalogue"),
    (lambda r: requirement(r, "9.0/MIM0/R1.1")["mechanisms"][0].update(claimed=False), "claims"),
    (lambda r: requirement(r, "9.0/MIM0/R1.1").update(verdict="not_applicable"), "claims"),
    (lambda r: (r.update(seed=8), check(r, "CTX-ENT-01").update(looked=["3 of 9"])), "seed"),
])  # fmt: skip
def test_a_verdict_that_another_test_may_have_changed_is_not_comparable(change, why):
    b = with_verdict("9.0/MIM0/R1.1", "not_met")
    change(b)
    row = of(compare(rich(), b), "9.0/MIM0/R1.1")
    assert row.change == "not_comparable"
    assert why in row.why


@pytest.mark.parametrize("data", [{"types": ["Lamp"]}, {"collections": ["one"]}, {"kind": "rest"}])
def test_a_failure_is_not_mended_by_looking_at_other_data(data):
    """Whoever leaves out the data that failed, or the interface, has improved nothing."""
    a, b = with_verdict("9.0/MIM0/R1.1", "not_met"), rich()
    a["subject"]["interfaces"][0].update(data)
    row = of(compare(a, b), "9.0/MIM0/R1.1")
    assert (row.change, row.why) == ("not_comparable", ("interfaces",))
    assert not compare(a, b).like_for_like


def test_an_interface_that_is_left_out_is_no_improvement():
    a, b = with_verdict("9.0/MIM0/R1.1", "not_met"), rich()
    a["subject"]["interfaces"].append(a["subject"]["interfaces"][0] | {"name": "second"})
    a["checks"].append(check(a, "CTX-ENT-01") | {"interface": "second", "outcome": "failed"})
    row = of(compare(a, b), "9.0/MIM0/R1.1")
    assert (row.change, row.why) == ("not_comparable", ("interfaces",))


def test_the_newer_report_in_the_place_of_the_older_one_is_told():
    a, b = rich(), rich()
    assert load("en")("cmp.newer") not in as_text(compare(a, b).as_dict())
    a["assessment"]["endedAt"] = "2027-01-01T00:00:00Z"
    for text in (as_text, as_markdown):
        assert load("en")("cmp.newer") in text(compare(a, b).as_dict())


@pytest.mark.parametrize("change", [
    lambda r: r["subject"].update(version="4.3.0"),
    lambda r: r["subject"].update(configuration=None),
    lambda r: r["subject"]["interfaces"][0].update(url="https://city.example/"),
    lambda r: r["scope"]["profile"].update(id="other"),
    lambda r: r.update(seed=8),
    lambda r: r["assessment"].update(level="safe"),
    lambda r: r["scope"].update(suites=["context"]),
    lambda r: r["tool"]["catalogue"].update({"9.0": "sha256:" + "9" * 64}),
])  # fmt: skip
def test_what_differs_stands_on_top_and_equal_verdicts_stay_kept(change):
    b = rich()
    change(b)
    found = compare(rich(), b)
    assert not found.like_for_like
    assert {r.change for r in found.requirements} == {"kept"}
    assert as_text(found.as_dict()).count("Not like for like") == 1


def test_who_tested_and_when_makes_no_difference():
    b = rich()
    b["assessment"] |= {"party": "second", "endedAt": "2027-01-01T00:00:00Z", "runId": "other"}
    assert compare(rich(), b).like_for_like


def test_neither_shown_met_is_no_step_in_either_direction():
    found = compare(rich(), with_verdict("9.0/MIM1/R1.1", "inconclusive"))
    assert of(found, "9.0/MIM1/R1.1").why == ("not_shown",)


def test_what_only_one_report_requires_is_said():
    row = of(compare(rich(), with_verdict("9.0/MIM0/R1.1", "met", required=False)), "9.0/MIM0/R1.1")
    assert (row.change, row.why, row.required) == ("kept", ("profile",), (True, False))


def test_a_requirement_of_one_edition_only_is_listed_in_catalogue_order():
    b = rich()
    b["assessments"] = b["assessments"][:1]
    found = compare(rich(), b)
    assert found.requirements[-1].id == "2024/MIM4/R1"
    assert found.requirements[-1].b is None
    assert [r.id for r in found.requirements[:-1]] == [
        r["id"] for r in rich()["assessments"][0]["requirements"]
    ]


SAME = [
    ("urn:ngsi-ld:Lamp:mt-22004ba2:07 has no 'name'", "urn:ngsi-ld:Lamp:mt-a1b2c3d4:11 has no 'name'"),
    ("q=temp22004ba22dc7b1<20: too many", "q=tempfe004ba2ffc7b1<21: too many"),
    ("3 of 60 features are outside", "1 of 12 features are outside"),
    ('missing ["urn:x:1"]', 'missing ["urn:x:2", "urn:x:3"]'),
    ("status 404: <h1>Not found</h1>", "status 404: nothing here"),
    ("seen at 2026-03-04T12:00:00Z", "seen at 2026-05-11T09:30:00Z"),
    ("https://a.example/x has no data", "https://b.example:8443/y has no data"),
]  # fmt: skip
OTHER = [
    ("the answer has status 500", "the answer has status 404"),
    ("there is no 'name'", "there is no 'location'"),
    ("there is no 'PM10'", "there is no 'PM25'"),
    ("PM10 is missing", "NO2 is missing"),
    ("TLS 1.0 is agreed to", "TLS 1.1 is agreed to"),
    ("too many", "missing"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_fingerprint_forgets_what_differs_between_two_sightings(one, other):
    assert essence(one) == essence(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_a_fingerprint_keeps_what_names_a_contradiction(one, other):
    assert essence(one) != essence(other)


@given(st.text(max_size=300))
def test_any_text_has_an_essence_that_has_no_other(text):
    assert essence(essence(text)) == essence(text)


def test_a_long_text_is_no_trouble():
    for text in ("a" * 1_000_000, "'" * 1_000_000, "a:" * 500_000, "0a" * 500_000):
        assert len(essence(text)) <= 4000


def test_a_fingerprint_forgets_numbers_and_what_the_interface_is_called():
    a, b = rich(), rich()
    row = check(b, "CTX-ENT-03")
    for report, port in ((a, 8080), (b, 8081)):
        check(report, "CTX-ENT-03")["reason"] = {"code": "x", "message": f"port {port} is open"}
    row["interface"] = "broker"
    b["subject"]["interfaces"][0]["name"] = "broker"
    assert fingerprint(check(a, "CTX-ENT-03"), kinds_of(a)) == fingerprint(row, kinds_of(b))
    row["received"] = "no answer at all"
    assert fingerprint(check(a, "CTX-ENT-03"), kinds_of(a)) != fingerprint(row, kinds_of(b))
    states = {c.check: c.state for c in compare(a, b).checks}
    assert states["CTX-ENT-03"] == "changed"


def test_a_failure_whose_check_has_no_answer_now_is_not_fixed():
    b = rich()
    check(b, "CTX-ENT-03").update(outcome="inconclusive")
    states = {c.check: c.state for c in compare(rich(), b).checks}
    assert states["CTX-ENT-03"] == "unseen"


def test_nothing_of_a_product_is_obeyed_by_who_reads_a_comparison():
    shown = compare(hostile(), clean()).as_dict()
    for text in (as_text(shown), as_markdown(shown)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "::error" not in text
    assert "<script" not in as_markdown(shown)


def test_every_code_has_words():
    words = load("en")
    assert all(words(f"cmp.why.{c}") for c in WHY)
    assert all(words(f"cmp.condition.{c}") for c in CODES)
    assert all(words(f"cmp.change.{c}") for c in CHANGES)
    properties = SCHEMA["properties"]
    assert properties["differences"]["items"]["properties"]["code"]["enum"] == list(CODES)
    assert properties["requirements"]["items"]["properties"]["why"]["items"]["enum"] == list(WHY)


@pytest.fixture
def files(tmp_path):
    for name in ("rich", "clean"):
        (tmp_path / f"{name}.json").write_text(json.dumps(ALL[name]()), encoding="utf-8")
    return tmp_path


def test_the_command_prints_text_markdown_and_json(files):
    ended = mimtest("compare", "rich.json", "rich.json", cwd=files)
    assert ended.code == 0, ended.err
    assert "Like for like" in ended.out
    ended = mimtest("compare", "rich.json", "clean.json", "--json", cwd=files)
    assert ended.code == 3
    VALIDATOR.validate(json.loads(ended.out))
    ended = mimtest("compare", "rich.json", "clean.json", "--as", "md", "-o", "c.md", cwd=files)
    assert (ended.code, ended.out) == (3, "")
    assert (files / "c.md").read_text(encoding="utf-8").startswith("### ")


def test_the_command_refuses_what_is_no_report(files):
    (files / "x.json").write_text("{}")
    for other in ("x.json", "nothing.json"):
        ended = mimtest("compare", "rich.json", other, "-o", "c.txt", cwd=files)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
        assert other in ended.err
        assert not (files / "c.txt").exists()
