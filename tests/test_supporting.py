"""Checks shown beside what only documents show, and documents that do not count: told on every page, deciding nothing."""

import csv
import io
from dataclasses import replace

import pytest

from mimtest.assess import Basis, assess
from mimtest.catalogue import load_edition
from mimtest.catalogue.lint import lint
from mimtest.profile import TECHNICAL
from mimtest.rendering import RENDERERS
from mimtest.report import require_report
from tests.rendering_samples import CHECKS, ROWS, rich, seal

ROW = "9.0/MIM6/R1.1"
KNOWN = {"SEC-TOK-01": ("rest",), "SEC-TOK-02": ("rest",), "CTX-A-01": ("ngsi-ld",)}


def edition_with(*patterns, **changes):
    edition = load_edition("9.0")
    row = replace(edition.requirement(ROW), supporting=patterns, **changes)
    return replace(edition, requirements=(row,))


def judged(*patterns, outcome="passed", declarations=()):
    report = {
        "subject": {"interfaces": [{"name": "office", "kind": "rest"}]},
        "scope": {"mims": ["MIM6"], "options": [], "mechanisms": [], "editions": []},
        "checks": [
            {"id": name, "interface": interface, "strength": "must", "outcome": outcome}
            for name in KNOWN
            for interface in ("office", "other")
        ],
        "declarations": list(declarations),
    }
    basis = Basis.of_report(report)
    return assess(edition_with(*patterns), basis, TECHNICAL)["requirements"][0]


def test_every_check_that_fits_is_named_once():
    assert judged("SEC-TOK-*")["supporting"] == ["SEC-TOK-01", "SEC-TOK-02"]
    assert judged("SEC-TOK-02", "CTX-*")["supporting"] == ["SEC-TOK-02", "CTX-A-01"]
    assert judged()["supporting"] == []


@pytest.mark.parametrize("outcome", ["passed", "failed", "inconclusive", "not_run", "error"])
def test_no_outcome_of_theirs_decides_anything(outcome):
    beside, alone = judged("SEC-TOK-*", outcome=outcome), judged(outcome=outcome)
    assert {**beside, "supporting": []} == alone
    assert beside["verdict"] == "not_tested"


def test_a_failed_one_contradicts_what_the_supplier_says():
    word = {
        "about": [ROW],
        "answer": "meets",
        "rationale": None,
        "plannedFor": None,
        "evidence": [{"locator": "annex 3", "state": "unseen"}],
    }
    said = judged("SEC-TOK-*", outcome="failed", declarations=[word])
    assert (said["verdict"], said["conflict"]) == ("declared_only", True)
    assert not judged("SEC-TOK-*", declarations=[word])["conflict"]
    assert not judged(outcome="failed", declarations=[word])["conflict"]


def problems(*patterns, **changes):
    found = lint([edition_with(*patterns, **changes)], KNOWN)
    return [p for p in found if "supporting" in p or "fits" in p]


def test_the_catalogue_names_checks_that_there_are():
    assert problems("SEC-TOK-*", "CTX-A-01") == []
    assert problems("SEC-TOKEN-*") == [f"{ROW}: no check fits SEC-TOKEN-*."]


def test_what_requests_show_needs_no_support():
    row = load_edition("9.0").requirement("9.0/MIM0/R1.1")
    mechanisms = (replace(row.mechanisms[0], checks=("SEC-TOK-01",)),)
    assert problems("SEC-TOK-*", testability=row.testability) == [
        f"{ROW}: requests alone show it, yet it names supporting checks."
    ]
    assert problems("SEC-TOK-*", mechanisms=mechanisms) == [
        f"{ROW}: SEC-TOK-* fits checks that its mechanisms have."
    ]


# On the pages


def shown(name, change):
    report = rich()
    change(report)
    report = seal(report)
    require_report(report)
    return RENDERERS[name](report)


def named(outcome):
    return next(row[0] for row in CHECKS if row[5] == outcome)


def support(report):
    for row in report["assessments"][0]["requirements"]:
        if row["id"].endswith("/".join(_open_row())):
            row["supporting"] = [named("failed"), named("passed")]


def _open_row():
    """A required row that is open."""
    return next((r[0], r[1]) for r in ROWS if r[3] and r[4] == "not_met")


@pytest.mark.parametrize("name", ["html", "md", "terminal", "csv"])
def test_supporting_checks_stand_on_every_page(name):
    page = shown(name, support)
    if name == "csv":
        rows = csv.DictReader(io.StringIO(page, newline=""))
        cell = next(r["supporting checks"] for r in rows if r["supporting checks"])
        assert cell == f"Failed: {named('failed')}; Passed: {named('passed')}"
        return
    assert "Supporting checks" in page
    assert "Supporting checks" not in shown(name, lambda _: None)


def spoil(report):
    report["declarations"][0]["evidence"] = [
        {"locator": "policy.pdf", "state": "present", "found": "sha256:" + "1" * 64, "note": None},
        {"locator": "old.pdf", "state": "expired", "valid_until": "2020-01-31", "note": None},
        {"locator": "gone<b>.pdf", "state": "missing", "note": "the server answers 404"},
        {"locator": "other.pdf", "state": "changed", "digest": "sha256:" + "2" * 64},
    ]


@pytest.mark.parametrize("name", ["html", "md", "terminal", "csv"])
def test_documents_that_do_not_count_stand_on_every_page(name):
    page = shown(name, spoil)
    for word in ("expired", "missing", "changed"):
        assert word in page
        assert word not in shown(name, lambda _: None)
    assert "gone<b>" not in page or name in ("terminal", "csv")
    if name in ("md", "terminal"):
        assert "policy" not in page
        assert "Documents that do not count" in page
