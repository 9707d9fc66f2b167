"""The compliance table: a yes only where the verdict rules hold, and nobody's column filled but the bidder's."""

import copy
import csv
import io
import re
import subprocess
import sys
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from mimtest import __version__
from mimtest.catalogue import load_edition
from mimtest.procurement.checklist import load_checklist
from mimtest.procurement.table import REASONS, table_of
from mimtest.rendering import BINARY, RENDERERS
from mimtest.rendering.sheet import AUTHORITY, COLUMNS, cells, sheet_of
from mimtest.rendering.view import View
from mimtest.rendering.words import Words, load
from mimtest.report import judge_again, write_report
from tests.conftest import mimtest
from tests.rendering_samples import ALL, ATTACK, FORMULA, hostile, rich, seal
from tests.test_rendering_pages import ATTRIBUTES, TAGS, Page

ITEMS = {0: 5, 1: 4, 2: 4, 3: 3, 6: 4, 7: 4, 8: 4}
NUMBERS = [f"{m}.{n}" for m, last in ITEMS.items() for n in range(1, last + 1)]
CLAUSES = ["X.1", "X.2", "X.3", "X.4"]
CHECKLIST = load_checklist()
WORDS = load("en")


# -- the rows


def test_there_are_28_items_and_4_clauses_in_their_order():
    assert len(NUMBERS) == 28
    assert [r.number for r in CHECKLIST.rows] == [*NUMBERS, *CLAUSES]
    assert [r.number for r in CHECKLIST.rows if r.clause] == CLAUSES
    assert [r.number for r in CHECKLIST.rows if not r.tests] == ["3.3", "6.4", "8.3", *CLAUSES]


@pytest.mark.parametrize("row", CHECKLIST.rows, ids=lambda r: r.number)
def test_a_row_names_what_there_is_and_has_a_label(row):
    edition = load_edition(CHECKLIST.edition)
    known = set()
    for name in row.named:
        assert edition.requirement(name).mim == row.mim
        known |= {m.id for m in edition.requirement(name).mechanisms}
    assert known.issuperset(row.mechanisms)
    assert bool(row.requirements or row.candidates) is not row.clause
    assert WORDS(f"table.row.{row.number}")
    assert row.codes == (("M", "N") if row.clause else ("M", "E", "N"))


def test_every_reason_has_a_sentence():
    for reason in REASONS:
        assert WORDS(f"table.reason.{reason}")


# -- the proposals


VERDICTS = {
    "met": "tested",
    "not_met": "tested",
    "inconclusive": "tested",
    "equivalence_claimed": "declared",
    "declared_only": "declared",
    "not_tested": "none",
    "not_applicable": "none",
}
DECIDED = {"met": "passed", "not_met": "failed"}


def report_of(
    verdicts,
    *,
    profile=None,
    declarations=(),
    exchanges=True,
    by="ngsi-ld",
    url="https://x.example",
):
    """A report in which each requirement of the edition has a verdict; those not named are not tested.

    `by` is the mechanism that was claimed, `url` the address of the one interface.
    """
    rows, checks, traffic = [], [], []
    for n, requirement in enumerate(load_edition("9.0").requirements):
        name = requirement.full_id
        verdict = verdicts.get(name, "not_tested")
        basis = (
            "declared" if verdict == "not_met" and name in dict(declarations) else VERDICTS[verdict]
        )
        if basis == "tested":
            outcome = DECIDED.get(verdict, "inconclusive")
            checks.append({"id": f"C-{n}", "outcome": outcome, "exchanges": [f"x-{n}"]})
            traffic.append({"id": f"x-{n}"})
        said = "met" if verdict in ("met", "not_met", "inconclusive") else None
        rows.append(
            {
                "id": name,
                "mim": requirement.mim,
                "verdict": verdict,
                "basis": basis,
                "conflict": False,
                "declaration": None,
                "mechanisms": [
                    {
                        "mechanism": m,
                        "title": f"By way of {m}",
                        "claimed": m == by and bool(said),
                        "verdict": verdict if m == by and said else "not_tested",
                        "checks": [f"C-{n}"],
                    }
                    for m in dict.fromkeys((by, *(m.id for m in requirement.mechanisms)))
                ],
            }
        )
    by_id = {r["id"]: r for r in rows}
    for n, (name, _) in enumerate(declarations):
        by_id[name]["declaration"] = n
    return {
        "scope": {"profile": {"id": "t", "require": [], **(profile or {})}},
        "subject": {"interfaces": [{"name": "it", "kind": "ngsi-ld", "url": url}]},
        "assessment": {"party": "first", "endedAt": "2026-11-20T10:00:00Z"},
        "assessments": [{"requirements": rows}],
        "checks": checks,
        "exchanges": traffic if exchanges else [],
        "declarations": [d for _, d in declarations],
    }


def lines_of(report):
    return {line.row.number: line for line in table_of(report).lines}


def proposal(report, number):
    line = lines_of(report)[number]
    return line.proposal, line.reason


def word(answer, **more):
    return {"answer": answer, "rationale": None, "evidence": [], **more}


IDS = sorted({i for r in CHECKLIST.rows for i in r.named})
DRAWN = st.dictionaries(st.sampled_from(IDS), st.sampled_from(sorted(VERDICTS)))


@given(DRAWN, st.booleans())
def test_meets_is_proposed_only_where_the_verdict_rules_hold(verdicts, exchanges):
    for line in table_of(report_of(verdicts, exchanges=exchanges)).lines:
        row = line.row
        assert line.reason in REASONS
        assert line.proposal in (*row.codes, None)
        decisive = [verdicts.get(i, "not_tested") for i in row.decisive]
        beside = [verdicts.get(i, "not_tested") for i in row.candidates]
        shown = [verdicts.get(i, "not_tested") for i in row.shown]
        if line.proposal == "M":
            assert exchanges
            assert row.tests
            assert set(decisive) <= {"met", "not_applicable"}
            assert "met" in decisive
            assert set(beside) <= {"met", "not_applicable"}
            assert set(shown) <= {"met", "not_applicable"}
            met = [g for g in line.grounds if g.verdict == "met"]
            assert all(g.checks and g.exchanges for g in met)
        if line.proposal == "E":
            assert "equivalence_claimed" in decisive
            assert set(decisive) <= {"met", "equivalence_claimed", "not_applicable"}
        if row.clause:
            assert (line.proposal, line.grounds) == (None, ())


@given(DRAWN, st.sampled_from(IDS), st.sampled_from(sorted(set(VERDICTS) - {"met"})))
def test_a_worse_verdict_never_makes_a_row_met(verdicts, name, worse):
    before = lines_of(report_of({**verdicts, name: "met"}))
    after = lines_of(report_of({**verdicts, name: worse}))
    for number, line in after.items():
        if line.proposal == "M":
            assert before[number].proposal == "M"


def test_what_is_not_all_met_has_no_proposal_and_says_why():
    both = ("9.0/MIM0/R1.1", "9.0/MIM0/R1.2")
    for second, expected in {
        "met": ("M", "tested"),
        "not_met": ("N", "not_met"),
        "inconclusive": (None, "open"),
        "not_tested": (None, "open"),
        "declared_only": (None, "declared"),
        "equivalence_claimed": ("E", "equivalent_claimed"),
        "not_applicable": ("M", "tested_in_part"),
    }.items():
        assert proposal(report_of(dict(zip(both, ("met", second), strict=True))), "0.1") == expected
    assert proposal(report_of({"9.0/MIM0/R1.3": "not_applicable"}), "0.2") == (
        None,
        "not_applicable",
    )


def test_a_candidate_mechanism_can_spoil_a_yes_and_never_makes_one():
    met = {"9.0/MIM6/R2.1": "met"}
    assert proposal(report_of(met | {"9.0/MIM6/M1.1": "not_applicable"}), "6.1")[0] == "M"
    for verdict in ("not_met", "inconclusive", "not_tested", "declared_only"):
        assert proposal(report_of(met | {"9.0/MIM6/M1.1": verdict}), "6.1") == (None, "open")
    assert proposal(report_of({"9.0/MIM6/M1.1": "met"}), "6.1") == (None, "open")


ENCRYPTED = {"9.0/MIM6/R2.1": "met", "9.0/MIM6/M1.1": "met"}
FILTERED = dict.fromkeys([f"9.0/MIM0/{n}" for n in ("R2.1", "R2.2", "BP02", "BP03")], "met")
LOGGED_IN = {"9.0/MIM6/R3.1": "met", "9.0/MIM6/M1.2": "not_applicable", "9.0/MIM6/M1.3": "not_applicable"}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "verdicts", "more", "expected"),
    [
        ("0.3", {"9.0/MIM0/R2.1": "met", "9.0/MIM0/R2.2": "met"}, {}, (None, "open")),
        ("0.3", FILTERED, {}, ("M", "tested")),
        ("0.3", FILTERED | {"9.0/MIM0/BP03": "not_met"}, {}, (None, "open")),
        ("0.3", FILTERED | {"9.0/MIM0/BP03": "not_applicable"}, {}, ("M", "tested_in_part")),
        (
            "0.3",
            FILTERED | {"9.0/MIM0/BP03": "not_applicable"},
            {"profile": {"require": ["9.0/MIM0/BP03"]}},
            (None, "condition_not_claimed"),
        ),
        ("0.4", {"9.0/MIM0/R3.1": "met"}, {}, ("M", "tested")),
        ("0.4", {"9.0/MIM0/R3.1": "met"}, {"by": "ngsi-ld-polling"}, (None, "other_mechanism")),
        ("6.1", ENCRYPTED, {}, ("M", "tested")),
        ("6.1", ENCRYPTED, {"url": "http://x.example"}, (None, "unencrypted")),
        ("7.1", {"9.0/MIM7/R1.1": "met"}, {"by": "wfs"}, ("M", "tested")),
        ("7.1", {"9.0/MIM7/R1.1": "met"}, {"by": "ngsi-ld"}, (None, "other_mechanism")),
        ("6.2", LOGGED_IN, {"by": "oidc"}, ("M", "tested")),
        ("6.2", LOGGED_IN, {"by": "bearer"}, (None, "other_mechanism")),
    ],
)
def test_what_the_text_of_an_item_asks_for_beyond_its_references_is_shown_too(
    number, verdicts, more, expected
):
    assert proposal(report_of(verdicts, **more), number) == expected


def test_a_failed_alternative_stays_visible_beside_the_one_that_met_it():
    report = report_of({"9.0/MIM7/R2.1": "met"})
    row = next(r for r in report["assessments"][0]["requirements"] if r["id"] == "9.0/MIM7/R2.1")
    row["mechanisms"][1] |= {"claimed": True, "verdict": "not_met"}
    line = lines_of(report)["7.2"]
    assert line.proposal == "M"
    assert line.grounds[0].contradicted == (row["mechanisms"][1]["title"],)


def test_rows_only_documents_answer_take_the_bidders_no_and_equivalent_and_no_test():
    names = ("9.0/MIM3/RC1.1", "9.0/MIM3/RC2.1")
    assert proposal(report_of(dict.fromkeys(names, "met")), "3.3") == (None, "documents_only")
    assert proposal(report_of(dict.fromkeys(names, "not_met")), "3.3") == (None, "documents_only")
    no = [(names[0], word("does_not_meet"))]
    assert proposal(report_of({names[0]: "not_met"}, declarations=no), "3.3") == (
        "N",
        "declared_not_met",
    )
    equal = report_of(dict.fromkeys(names, "equivalence_claimed"))
    assert proposal(equal, "3.3") == ("E", "equivalent_claimed")


def test_where_bidder_and_test_differ_the_bidder_answers():
    name = "9.0/MIM7/R5.1"
    report = report_of({name: "not_met"})
    report["declarations"] = [word("equivalent", rationale="the same, by other means")]
    next(r for r in report["assessments"][0]["requirements"] if r["id"] == name)["declaration"] = 0
    assert proposal(report, "7.3") == (None, "claim_differs")
    report = report_of({name: "met"})
    next(r for r in report["assessments"][0]["requirements"] if r["id"] == name)["conflict"] = True
    assert proposal(report, "7.3") == (None, "claim_differs")


def asked(*items, evidence=None, require=()):
    full = [
        {"text": None, "strength": "mandatory", "proofs": ["test", "document"], "mechanisms": [], "requirements": [], **i}
        for i in items
    ]  # fmt: skip
    rules = {"parties": [], "notBefore": None, "exchanges": False, **(evidence or {})}
    return {"items": full, "evidence": rules, "require": list(require), "expect": []}


MET = {"9.0/MIM7/R5.1": "met"}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (asked(), ("M", "tested")),
        (asked({"about": ["7.3"], "text": "EPSG:25832"}), ("M", "tested_not_worded")),
        (asked({"about": ["7.3"], "proofs": ["document"]}), (None, "evidence_not_taken")),
        (asked({"about": ["7.3"], "mechanisms": ["ngsi-ld"]}), ("M", "tested")),
        (asked(evidence={"parties": ["second"]}), (None, "evidence_not_taken")),
        (asked(evidence={"notBefore": "2026-11-21"}), (None, "evidence_not_taken")),
        (asked(evidence={"parties": ["first"], "notBefore": "2026-11-20"}), ("M", "tested")),
    ],
)
def test_a_tender_may_take_less_and_never_more(profile, expected):
    assert proposal(report_of(MET, profile=profile), "7.3") == expected


def test_another_mechanism_than_the_named_one_is_no_plain_yes():
    report = report_of(MET, profile=asked({"about": ["7.3"], "mechanisms": ["wfs"]}))
    assert proposal(report, "7.3") == (None, "other_mechanism")


def test_a_row_tells_what_the_tender_says_of_it():
    profile = asked(
        {"about": ["0.3"], "text": "by day"},
        {"about": ["9.0/MIM7/R5.1"], "strength": "expected", "text": "named"},
        {"about": ["X.2"]},
        require=["9.0/MIM0/R1.3"],
    )
    lines = lines_of(report_of({}, profile=profile))
    assert (lines["0.3"].strength, lines["0.3"].text) == ("mandatory", "by day")
    assert (lines["7.3"].strength, lines["7.3"].text) == ("expected", "named")
    assert (lines["0.2"].strength, lines["X.2"].strength, lines["0.1"].strength) == (
        "mandatory",
        "mandatory",
        None,
    )


def test_what_the_tender_requires_is_not_claimed_away():
    verdicts = {"9.0/MIM0/R3.1": "not_applicable"}
    report = report_of(verdicts, profile=asked(require=["9.0/MIM0/R3.1"]))
    assert proposal(report, "0.4") == (None, "condition_not_claimed")


def test_what_the_tender_expects_is_not_claimed_away_either():
    verdicts = {"9.0/MIM1/R1.3": "not_applicable", "9.0/MIM1/R1.4": "met"}
    expected = asked() | {"expect": ["9.0/MIM1/R1.3", "9.0/MIM1/R1.4"]}
    assert proposal(report_of(verdicts, profile=expected), "1.3") == (None, "condition_not_claimed")
    assert proposal(report_of(verdicts), "1.3") == ("M", "tested_in_part")


def test_an_equivalent_beside_a_test_the_tender_does_not_take_is_not_proposed():
    verdicts = {"9.0/MIM0/R1.1": "met", "9.0/MIM0/R1.2": "equivalence_claimed"}
    second = asked(evidence={"parties": ["second"]})
    assert proposal(report_of(verdicts), "0.1") == ("E", "equivalent_claimed")
    assert proposal(report_of(verdicts, profile=second), "0.1") == (None, "evidence_not_taken")
    all_claimed = dict.fromkeys(verdicts, "equivalence_claimed")
    assert proposal(report_of(all_claimed, profile=second), "0.1")[0] == "E"


def test_an_edition_that_was_not_judged_has_no_answers():
    report = report_of({})
    report["assessments"] = []
    assert {line.reason for line in table_of(report).lines[:28]} == {"edition_not_judged"}


# -- what it looks like


@pytest.mark.parametrize("name", ALL)
def test_the_columns_of_authority_and_committee_are_empty_everywhere(name):
    report = ALL[name]()
    sheet = sheet_of(View.of(report, "en"))
    heads = [sheet.columns[c] for c in COLUMNS if c in AUTHORITY]
    assert len(heads) == 3
    read = list(csv.DictReader(io.StringIO(RENDERERS["table-csv"](report), newline="")))
    assert len(read) == 32
    assert {row[h] for row in read for h in heads} == {""}
    for table in docx.Document(io.BytesIO(BINARY["table-docx"](report))).tables:
        for row in table.rows[1:]:
            for column, cell in zip(COLUMNS, row.cells, strict=True):
                assert column not in AUTHORITY or cell.text == ""
    empty = [i for i, c in enumerate(COLUMNS) if c in AUTHORITY]
    body = re.findall(r"<tr><th scope=\"row\">.*?</tr>", RENDERERS["table"](report), re.DOTALL)
    assert len(body) == 32
    for row in body:
        found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        assert {found[i] for i in empty} == {""}


def test_a_language_has_its_own_letters_and_the_code_stays():
    own = {"table.code.M": "E", "table.code.E": "G", "table.code.N": "N"}
    english = {k: WORDS(k) for k in WORDS._entries}
    view = View(rich(), Words("de", english | own))
    entries = {e.number: e for g in sheet_of(view).groups for e in g.entries}
    assert (entries["0.1"].code, entries["0.1"].letter) == ("M", "E")
    assert (entries["7.2"].code, entries["7.2"].letter) == ("E", "G")


def test_the_evidence_names_checks_and_exchanges():
    view = View.of(rich(), "en")
    entries = {e.number: e for g in sheet_of(view).groups for e in g.entries}
    assert entries["0.4"].evidence == ("MIM0 R3.1: Met. Checks: CTX-SUB-01. Exchanges: m-0004.",)
    report = rich()
    digest, name = report["digest"]["sha256"], report["reportId"]
    for text in (RENDERERS["table"](report), RENDERERS["table-csv"](report)):
        assert digest in text
        assert name in text


def test_a_table_tells_under_which_profile_its_report_was_made():
    report = rich()
    mark = table_of(report).profile
    assert mark in RENDERERS["table"](report)
    report["scope"]["profile"]["items"] = []
    report["scope"]["profile"]["expect"] = ["9.0/MIM1/R1.4"]
    assert table_of(report).profile != mark


def test_the_document_has_headings_header_rows_and_a_language():
    document = docx.Document(io.BytesIO(BINARY["table-docx"](rich())))
    styles = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert styles == ["Heading 1", *["Heading 2"] * 8]
    assert len(document.tables) == 8
    for table in document.tables:
        marks = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") for row in table.rows]
        assert marks[0] is not None
        assert set(marks[1:]) == {None}
    language = document.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:lang')}")
    assert language.get(qn("w:val")) == "en"
    assert document.core_properties.language == "en"
    assert document.core_properties.title == WORDS("table.title")


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_the_document_holds_the_cells_it_was_made_of(name):
    from mimtest.rendering.text import line

    report = ALL[name]()
    document = docx.Document(io.BytesIO(BINARY["table-docx"](report)))
    rows = [row for table in document.tables for row in table.rows[1:]]
    entries = [e for g in sheet_of(View.of(report, "en")).groups for e in g.entries]
    for row, entry in zip(rows, entries, strict=True):
        expected = ["\n".join(map(line, cells(entry)[c])) for c in COLUMNS]
        assert [cell.text for cell in row.cells] == expected


def _tendered(text):
    """The hostile report with a profile whose words are hostile, too."""
    report = hostile()
    wanted = {**asked({"about": ["7.2"], "text": text}, {"about": ["X.1"], "text": text})}
    profile = report["scope"]["profile"] | {**wanted, "title": text, "reference": text}
    report["scope"]["profile"] = profile
    return seal(report)


def test_nothing_of_a_bidder_or_buyer_is_obeyed():
    report = _tendered(FORMULA)
    content = BINARY["table-docx"](report)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
        links = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".rels"))
    assert "<script>" not in body
    assert not re.search(r"w:(hyperlink|fldSimple|instrText|altChunk|object|drawing)\b", body)
    assert b"evil.example" not in links
    assert b'TargetMode="External"' not in links
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]", body)
    for row in csv.reader(io.StringIO(RENDERERS["table-csv"](report), newline="")):
        assert not [c for c in row if re.match(r"\s*[=+\-@]", c) or "\n" in c]
    page = Page(RENDERERS["table"](report))
    assert page.tags <= TAGS | {"footer", "td"}
    assert {a for _, a, _ in page.attributes} <= ATTRIBUTES
    assert ATTACK[:8] not in RENDERERS["table"](report)


def test_a_name_without_end_makes_no_table_without_end():
    report = rich()
    report["subject"] |= dict.fromkeys(("supplier", "product", "version"), "=" + "A" * 1_000_000)
    report["scope"]["profile"] |= {"reference": "R" * 1_000_000}
    for form in ("table", "table-csv"):
        assert len(RENDERERS[form](report)) < 200_000
    assert len(BINARY["table-docx"](report)) < 200_000


def test_the_same_report_gives_the_same_bytes():
    assert BINARY["table-docx"](rich()) == BINARY["table-docx"](copy.deepcopy(rich()))


def test_a_page_is_one_file_without_script():
    for form in ("table", "terms"):
        page = Page(RENDERERS[form](rich()))
        assert page.headings[0] == 1
        assert len(page.ids) == len(set(page.ids))
        assert {h for h in page.hrefs if not h.startswith("#")} == set()


def test_without_the_extra_the_command_names_it():
    code = (
        "import sys; sys.modules['docx'] = None\n"
        "from mimtest.rendering import BINARY\n"
        "try: BINARY['table-docx']\n"
        "except Exception as e: print(type(e).__name__, e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("UsageError A DOCX file needs python-docx")
    assert "pip install 'mimtest[docx]'" in done.stdout


@pytest.fixture
def judged(tmp_path):
    """A report whose verdicts follow from its checks, in a folder of its own."""
    report = judge_again(rich(), today=date(2026, 11, 21))[0]
    write_report(report, tmp_path / "report.json")
    return report


def test_the_command_writes_each_form(judged, tmp_path):
    for form in ("table", "table-csv", "table-docx", "terms", "terms-csv"):
        ended = mimtest("report", "report.json", "--as", form, "-o", form, cwd=tmp_path)
        assert ended.code == 0, ended.err
        assert (tmp_path / form).stat().st_size > 0


@pytest.mark.parametrize(
    "words",
    [
        "report report.json --as table -o out",
        "report report.json --as summary -o out",
        "report report.json --as table-csv -o out",
        "report report.json --as table-docx -o out",
        "compare report.json report.json -o out",
        "site report.json -o out",
    ],
)
def test_nothing_is_proposed_or_compared_that_does_not_follow_from_the_checks(
    judged, tmp_path, words
):
    judged["tool"]["version"] = __version__
    rows = judged["assessments"][0]["requirements"]
    row = next(r for r in rows if r["verdict"] == "inconclusive")
    row["verdict"] = "met"
    for mechanism in row["mechanisms"]:
        mechanism["verdict"] = (
            "met" if mechanism["claimed"] and mechanism["checks"] else "not_tested"
        )
    write_report(seal(judged), tmp_path / "report.json")
    ended = mimtest(*words.split(), cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert f"{row['id']}: met in the report" in ended.err
    assert not (tmp_path / "out").exists()


def test_what_a_report_says_of_mechanisms_is_computed_again(judged, tmp_path):
    """The table asks which mechanism met a requirement: a changed one changes nothing."""
    mimtest("report", "report.json", "--as", "table-csv", "-o", "before", cwd=tmp_path)
    digest = judged["digest"]["sha256"]
    for row in judged["assessments"][0]["requirements"]:
        row["conflict"] = not row["conflict"]
        for mechanism in row["mechanisms"]:
            mechanism["verdict"] = "not_tested"
    sealed = seal(judged)
    write_report(sealed, tmp_path / "report.json")
    mimtest("report", "report.json", "--as", "table-csv", "-o", "after", cwd=tmp_path)
    after = (tmp_path / "after").read_text(encoding="utf-8")
    assert after.replace(sealed["digest"]["sha256"], digest) == (tmp_path / "before").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("form", ["table-docx", "declaration-docx"])
@pytest.mark.parametrize("level", ["excerpt", "ids", "none"])
def test_a_document_names_the_digest_of_a_file_that_is_there(judged, tmp_path, form, level):
    mimtest("report", "report.json", "--as", form, "--redact", level, "-o", "o.docx", cwd=tmp_path)
    with zipfile.ZipFile(tmp_path / "o.docx") as archive:
        assert judged["digest"]["sha256"] in archive.read("word/document.xml").decode()
