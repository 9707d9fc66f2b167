"""A report in the terms of data-space and twin projects: sorted, never graded."""

import csv
import io
from collections import Counter
from fnmatch import fnmatchcase

import pytest

from mimtest.catalogue import load_edition, load_editions
from mimtest.procurement.shipped import read_shipped
from mimtest.procurement.terms import schemes, sort_report, terms_of
from mimtest.rendering import RENDERERS
from mimtest.rendering.words import load
from tests.rendering_samples import ALL, rich

WORDS = load("en")
CURRENT = [r.full_id for r in load_edition("9.0").requirements]


def test_every_requirement_of_the_current_edition_has_terms_in_every_scheme():
    assert [i for i in CURRENT if set(terms_of(i)) != set(schemes())] == []


@pytest.mark.parametrize("rule", read_shipped("terms.toml")["rules"], ids=lambda r: r["about"][0])
def test_a_rule_has_known_terms_and_meets_something(rule):
    ids = [r.full_id for e in load_editions() for r in e.requirements]
    for pattern in rule["about"]:
        assert any(fnmatchcase(i, pattern) for i in ids), pattern
    for scheme, terms in rule.items():
        if scheme != "about":
            assert terms
            assert set(terms) <= set(schemes()[scheme])


def test_every_term_has_a_word():
    for scheme, terms in schemes().items():
        assert WORDS(f"terms.scheme.{scheme}")
        assert WORDS(f"terms.about.{scheme}")
        for term in terms:
            assert WORDS(f"terms.{scheme}.{term}")


@pytest.mark.parametrize("name", ["rich", "empty", "clean", "unready"])
def test_no_requirement_is_lost_or_judged_anew(name):
    report = ALL[name]()
    verdicts = {r["id"]: r["verdict"] for a in report["assessments"] for r in a["requirements"]}
    for scheme in sort_report(report):
        shown = {r["id"]: r["verdict"] for g in scheme.groups for r in g.rows}
        shown |= {r["id"]: r["verdict"] for r in scheme.unmapped}
        assert shown.items() <= verdicts.items()
        claimed = {
            r["id"]
            for a in report["assessments"]
            for r in a["requirements"]
            if any(m["mim"] == r["mim"] and m["claimed"] for m in a["summary"]["byMim"])
        }
        assert set(shown) >= claimed


def test_a_line_stands_for_each_pair_of_requirement_and_term():
    report = rich()
    rows = list(csv.reader(io.StringIO(RENDERERS["terms-csv"](report), newline="")))[1:]
    counted = Counter(row[0] for row in rows)
    for scheme in sort_report(report):
        pairs = sum(len(g.rows) for g in scheme.groups) + len(scheme.unmapped)
        assert counted[scheme.id] == pairs
