"""The canonical report: whole, sealed, and computed again from its own observations."""

import copy
import json
from datetime import date

import pytest

from mimtest.errors import UsageError
from mimtest.report import canonical, judge_again, load_report, require_report, seal
from tests.conftest import Ended, city, mimtest, outcomes, run_against

TODAY = date(2026, 11, 21)


EDITIONS = ("9.0", "2024", "8.0")


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Ended:
    """A run of one suite, judged by three editions: its report is small."""
    editions = [f"--edition={e}" for e in EDITIONS]
    with city() as base:
        return run_against(base, tmp_path_factory.mktemp("places"), "--suite", "places", *editions)


@pytest.fixture
def report(places):
    return places.report


def test_a_run_writes_a_report_that_follows_its_schema_and_seal(clean):
    loaded = load_report(clean.folder / "report.json")
    assert loaded["digest"]["checks"] == len(loaded["checks"])
    assert loaded["digest"]["exchanges"] == len(loaded["exchanges"])
    assert {p.name for p in clean.folder.iterdir()} == {"report.json", "report.html", "junit.xml"}


def test_every_passed_check_names_exchanges_that_are_there(report):
    known = {x["id"] for x in report["exchanges"]}
    assert len(known) == len(report["exchanges"])
    for check in report["checks"]:
        if check["outcome"] == "passed":
            assert check["exchanges"]
        assert set(check["exchanges"]) <= known


def test_every_requirement_of_an_edition_is_listed(report):
    from mimtest.catalogue import load_edition

    for assessment in report["assessments"]:
        edition = load_edition(assessment["edition"])
        assert [r["id"] for r in assessment["requirements"]] == [
            r.full_id for r in edition.requirements
        ]


def test_judging_again_changes_nothing(report):
    again, changes = judge_again(report, today=TODAY)
    assert changes == []
    assert again["assessments"] == report["assessments"]
    assert again["gate"] == report["gate"]


def test_judging_again_sees_a_verdict_that_does_not_follow(report):
    forged = copy.deepcopy(report)
    row = next(r for a in forged["assessments"] for r in a["requirements"] if r["verdict"] == "met")
    row["verdict"] = "not_met"
    _, changes = judge_again(seal(forged), today=TODAY)
    assert changes == [f"{row['id']}: not_met in the report, met when judged again"]


def test_a_failed_check_put_in_by_hand_reaches_the_gate(report, tmp_path):
    changed = copy.deepcopy(report)
    met = next(
        r
        for a in changed["assessments"]
        for r in a["requirements"]
        if r["required"] and r["verdict"] == "met"
    )
    named = {c for m in met["mechanisms"] if m["claimed"] for c in m["checks"]}
    for check in changed["checks"]:
        if check["id"] in named and check["strength"] == "must" and check["interface"]:
            check["outcome"] = "failed"
            check["reason"] = {"code": "contradicted", "message": "by hand"}
    path = tmp_path / "report.json"
    path.write_text(json.dumps(seal(changed)))
    ended = mimtest("gate", path, cwd=tmp_path)
    assert ended.code == 1, ended.err
    assert f"not met: {met['id']}" in ended.out


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["checks"][0].update(outcome="failed"),
        lambda r: r["exchanges"].pop(),
        lambda r: r["subject"].update(product="Other"),
        lambda r: r["digest"].update(checks=0),
        lambda r: r["gate"].update(exitCode=1),
    ],
)
def test_a_changed_report_is_refused(report, change):
    change(report)
    with pytest.raises(
        UsageError, match=r"was changed after the run|is not a report|evidence is not there"
    ):
        require_report(report)


def test_a_report_without_seal_or_cut_short_is_refused(report, tmp_path):
    del report["digest"]
    with pytest.raises(UsageError, match="is not a report of mimtest"):
        require_report(report)
    path = tmp_path / "half.json"
    path.write_text(json.dumps(report)[:1000])
    with pytest.raises(UsageError, match="is not JSON"):
        load_report(path)
    path.write_text("[" * 100_000)
    with pytest.raises(UsageError, match="is not JSON"):
        load_report(path)


def test_one_value_has_one_byte_form():
    assert canonical({"b": 1, "a": ["ä", None]}) == '{"a":["ä",null],"b":1}'.encode()


@pytest.mark.parametrize("form", ["html", "summary", "junit", "csv", "md", "json"])
def test_an_existing_report_is_rendered_without_a_network(places, tmp_path, form):
    ended = mimtest("report", places.folder, "--as", form, "-o", "page", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert (tmp_path / "page").stat().st_size > 500
    again = mimtest("report", places.folder, "--as", form, cwd=tmp_path)
    # Reading as text folds the line ends that CSV has by RFC 4180.
    assert again.out.encode() == (tmp_path / "page").read_bytes().replace(b"\r\n", b"\n")


def test_several_editions_are_judged_from_the_same_outcomes(clean, report):
    assert [a["edition"] for a in report["assessments"]] == list(EDITIONS)
    seen, expected = outcomes(report), outcomes(clean.report)
    assert {k: o for k, o in seen.items() if k.startswith("PLA-")} == {
        k: o for k, o in expected.items() if k.startswith("PLA-")
    }
