"""The language files and the words a report never says."""

import json
import re
import subprocess
import sys

import pytest

from mimtest.errors import UsageError
from mimtest.reasons import REASONS
from mimtest.rendering import RENDERERS
from mimtest.rendering.catalogues import forbidden
from mimtest.rendering.words import FAMILIES, Words, load
from mimtest.resources import REPORTS, SCHEMAS
from tests.rendering_samples import ALL, clean, rich

SHELLS = sorted(REPORTS.glob("*.j2"))
MODULES = sorted((REPORTS.parent / "mimtest" / "rendering").glob("*.py"))
USED = re.compile(
    r"""\b(?:t|words|_words|view\.words)\(\s*["']([a-z_]+(?:\.[a-z_]+)*)["']\s*[,)]"""
)


def test_every_word_a_page_asks_for_is_there():
    entries = json.loads((REPORTS / "locales" / "en.json").read_text(encoding="utf-8"))
    used = {k for p in (*SHELLS, *MODULES) for k in USED.findall(p.read_text(encoding="utf-8"))}
    assert len(used) > 80
    assert used - entries.keys() == set()


def test_every_reason_code_has_a_sentence():
    words = load("en")
    assert [c for c in REASONS if not words.knows_reason(c)] == []


def test_the_codes_are_those_of_the_schema():
    text = (SCHEMAS / "mimtest" / "report.schema.json").read_text(encoding="utf-8")
    defs = json.loads(text)["$defs"]
    assert set(defs["requirement"]["properties"]["verdict"]["enum"]) == set(FAMILIES["verdict"])
    assert set(defs["outcome"]["enum"]) == set(FAMILIES["outcome"])
    assert set(defs["gate"]["properties"]["result"]["enum"]) == set(FAMILIES["gate"])


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"There are: .*en"):
        load("tlh")


def test_an_unknown_key_is_an_error_and_an_unknown_code_is_not():
    words = Words("en", {"reason.other": "Reason code: {code}.", "remedy.other": "Read it."})
    with pytest.raises(KeyError):
        words("nothing.here")
    assert words.reason("new_code") == "Reason code: new_code."
    assert words.remedy("new_code") == "Read it."
    assert words.of("verdict", "brand_new") == "brand new"


@pytest.mark.parametrize("path", [*SHELLS], ids=lambda p: p.name)
def test_no_shell_says_a_word_a_report_never_says(path):
    text = re.sub(r"\{%.*?%\}", "", path.read_text("utf-8"))
    assert forbidden(text) == []


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("name", ["rich", "clean", "empty", "unready"])
def test_no_page_says_a_word_a_report_never_says(name, form):
    page = RENDERERS[form](ALL[name]())
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert forbidden(page.replace('"not_a_certificate"', "")) == []


@pytest.mark.parametrize("form", [f for f in RENDERERS if f not in ("json", "shields")])
def test_every_page_carries_the_notices(form):
    page = RENDERERS[form](rich())
    for code in rich()["notices"]:
        assert load("en").of("notice", code) in re.sub(r"\s+", " ", page)


@pytest.mark.parametrize("form", RENDERERS)
def test_the_same_report_gives_the_same_page(form):
    assert RENDERERS[form](rich()) == RENDERERS[form](json.loads(json.dumps(rich())))


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("name", ALL)
def test_every_page_can_be_written_as_utf_8(name, form):
    assert RENDERERS[form](ALL[name]()).encode("utf-8")


def test_rendering_changes_no_report():
    report = clean()
    before = json.dumps(report)
    for form in RENDERERS:
        RENDERERS[form](report)
    assert json.dumps(report) == before


def test_the_registry_imports_late():
    code = "import sys, mimtest.rendering as r; len(r.RENDERERS); print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
