"""What stands in `docs/` is what there is: pages of the suites, the example report, links."""

import importlib.util
import json
import re
import zipfile
from pathlib import Path

import pytest

from mimtest.cli import cli
from mimtest.report import judge_again, load_report
from mimtest.verification.circumstances import evidence
from tests.conftest import mimtest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
EXAMPLE = DOCS / "example"
MEGABYTE = 1_000_000
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^(?:\w+=\S+ )?mimtest ([a-z]+)", re.MULTILINE)
WRITTEN = sorted(
    p for p in (*DOCS.glob("*.md"), ROOT / "README.md", *ROOT.glob("suites/*/README.md"))
)


def _script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_of_the_suites_are_up_to_date():
    made = _script("suite_pages").pages()
    there = {p.name: p.read_text(encoding="utf-8") for p in (DOCS / "suites").glob("*.md")}
    stale = sorted(n for n in {*made, *there} if made.get(n) != there.get(n))
    assert not stale, "run: python docs/suite_pages.py"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example report, taken out of its bundle."""
    folder = tmp_path_factory.mktemp("example")
    with zipfile.ZipFile(EXAMPLE / "report.zip") as bundle:
        bundle.extract("report.json", folder)
        assert bundle.read("report.html") == (EXAMPLE / "report.html").read_bytes()
    return folder / "report.json"


def test_the_example_is_a_report_whose_verdicts_the_rules_give_again(example):
    report = load_report(example)
    again, changes = judge_again(report, today=_day(report))
    assert changes == [], "run: python docs/example_report.py"
    for old, new in zip(report["assessments"], again["assessments"], strict=True):
        assert new["summary"] == old["summary"]
        assert new["requirements"] == old["requirements"]
    assert again["gate"] == report["gate"]
    assert report["gate"]["result"] == "fail"
    assert report["gate"]["notMet"] == ["9.0/MIM1/R1.1"]


def _day(report):
    from datetime import date

    return date.fromisoformat(report["issuedAt"][:10])


def test_the_example_is_verified_as_the_page_about_it_says(example):
    ended = mimtest(
        "verify", EXAMPLE / "report.zip", "--key", EXAMPLE / "example.pub.pem", "--json", cwd=ROOT
    )
    states = {s["step"]: (s["state"], s["notes"]) for s in json.loads(ended.out)["steps"]}
    renewed = "run: python docs/example_report.py"
    assert {n: s for n, s in states.items() if s[0] == "wrong"} == {}, renewed
    assert {n for n, s in states.items() if s[0] == "open"} <= {"evidence", "program"}, renewed
    assert states["signature"][0] == states["copies"][0] == "holds"
    assert ended.code == 3


def test_the_example_is_redacted(example):
    report = load_report(example)
    assert "redacted copy" in str(evidence(report).notes)
    assert report["extensions"]
    assert {c["outcome"] for c in report["checks"]} >= {"passed", "failed"}


def test_the_example_is_small_and_names_no_place_of_this_machine():
    files = [*EXAMPLE.iterdir()]
    assert sum(f.stat().st_size for f in files) < MEGABYTE
    page = (EXAMPLE / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"/(opt|work|home|root|tmp)/", page)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_in_the_text_are_commands(page):
    text = page.read_text(encoding="utf-8")
    named = {found for code in _code(text) for found in COMMAND.findall(code)}
    assert named <= {*cli.list_commands(None)}


def _code(text):
    yield from re.findall(r"^```(?:sh|text)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", text)


def test_the_example_can_be_shown_again(example, tmp_path):
    ended = mimtest("gate", example, cwd=tmp_path)
    assert (ended.code, ended.err) == (1, "")
