"""PDF files, read back: what they promise to be, that nothing in them is lost, and that a report decides all of their bytes."""

import copy
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import NameObject, StreamObject

from mimtest.cli.verifying_paper import pages
from mimtest.errors import UsageError
from mimtest.layout import as_text
from mimtest.privacy import redact
from mimtest.rendering import BINARY
from mimtest.rendering.drawable import drawable, drawn, is_drawn
from mimtest.rendering.pdf import render
from mimtest.rendering.pdf_file import pdf_of
from mimtest.rendering.text import line
from mimtest.rendering.view import View
from mimtest.rendering.words import Said, languages, load
from mimtest.report import seal, write_report
from mimtest.resources import FONTS
from mimtest.verification.package import PAPER
from mimtest.verification.steps import Asked, State, Step, verify
from tests.conftest import mimtest
from tests.rendering_samples import ALL, ATTACK, big, clean, empty, rich

FORMS = ("pdf", "table-pdf", "declaration-pdf")
SAMPLES = ("rich", "hostile", "empty")


@pytest.fixture(scope="module")
def made():
    return {(f, s): BINARY[f](ALL[s]()) for f in FORMS for s in SAMPLES}


def read(content):
    return PdfReader(io.BytesIO(content), strict=True)


@cache
def text_of(content):
    return "\n".join(page.extract_text() for page in read(content).pages)


def squeezed(text):
    """Without blanks, and without the hyphens at the ends of lines."""
    return re.sub(r"[\s\u00ad]", "", text)


# -- what kind of file it is


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_it_is_a_tagged_pdf_that_says_which_standards_it_keeps(made, form, sample):
    reader = read(made[form, sample])
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    for told in (
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ):
        assert told in metadata
    day = ALL[sample]()["issuedAt"].translate(str.maketrans("", "", "-:T"))
    assert reader.metadata["/CreationDate"] == f"D:{day}"


def test_its_title_names_product_and_day(made):
    told = "Conformance test report: CityHub Context Platform 4.2.1, 2026-11-20"
    assert read(made["pdf", "rich"]).metadata["/Title"] == told


def kinds(node, found):
    """The kinds of a structure tree's elements in the order of reading."""
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            kinds(kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            kinds(node["/K"], found)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_its_headings_and_tables_are_tagged_and_no_level_is_left_out(made, form):
    found = kinds(read(made[form, "rich"]).root_object["/StructTreeRoot"]["/K"], [])
    count = Counter(found)
    assert count["/H1"] == 1
    assert count["/Table"]
    assert count["/TH"]
    assert count["/TD"]
    levels = [int(k[2:]) for k in found if re.fullmatch(r"/H\d", k)]
    assert all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_in_it_acts_or_leads_away(made, form, sample):
    reader = read(made[form, sample])
    root = reader.root_object
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert "/JavaScript" not in root.get("/Names", {})
    assert not any("/Annots" in page or "/AA" in page for page in reader.pages)


def test_it_has_the_shipped_fonts_and_no_others(made):
    for content in made.values():
        fonts = {
            str(font.get_object()["/BaseFont"]).partition("+")[2]
            for page in read(content).pages
            for font in page["/Resources"].get("/Font", {}).values()
        }
        assert fonts <= {"NotoSans", "NotoSans-Regular", "NotoSans-Bold", "NotoSansMono-Regular", "NotoSansSymbols2-Regular"}  # fmt: skip


# -- the report in it


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_attached_report_is_that_of_the_run_byte_for_byte(made, sample, tmp_path):
    write_report(ALL[sample](), tmp_path / "report.json")
    reader = read(made["pdf", sample])
    assert reader.attachments == {"report.json": [(tmp_path / "report.json").read_bytes()]}
    (named,) = reader.root_object["/AF"]
    assert named.get_object()["/AFRelationship"] == "/Source"
    assert named.get_object()["/EF"]["/F"]["/Subtype"] == "/application/json"


@pytest.mark.parametrize("form", ["table-pdf", "declaration-pdf"])
def test_table_and_declaration_name_the_report_by_its_digest(made, form):
    assert not read(made[form, "rich"]).attachments
    assert rich()["digest"]["sha256"] in squeezed(text_of(made[form, "rich"]))


def test_a_large_report_is_attached_whole_and_small_on_paper():
    report = big(checks=200, exchanges=1500)
    content = render(report)
    assert read(content).attachments["report.json"] == [as_text(report).encode()]
    assert len(content) < len(as_text(report)) / 3
    assert len(read(content).pages) <= 12


# -- what the pages say


def test_the_first_page_has_the_answer_the_circumstances_and_the_way_to_check_it(made):
    report = rich()
    first = " ".join(read(made["pdf", "rich"]).pages[0].extract_text().split())
    view = View.of(report, "en")
    for told in (view.answer(), view.answer_rest(), *view.notices(), view.kind()):
        assert told in first
    for verdict, n in view.bar():
        assert f"{view.words.of('verdict', verdict)} {n}" in first
    assert view.words("verdict.met.means") in first
    assert report["digest"]["sha256"] in squeezed(first)
    assert "MIM7 R2.1 Geodata is offered in an open encoding." in first
    assert "Stadtwerk Digital GmbH, integration team" in first


def test_the_challenge_of_the_run_stands_on_the_first_page():
    report = rich()
    report["assessment"]["challenge"] = "5e1f-2026 for the city"
    first = read(render(seal(report))).pages[0].extract_text()
    assert "Challengeanswered5e1f-2026forthecity" in squeezed(first)


def test_every_requirement_that_was_asked_for_is_there_with_what_it_rests_on(made):
    report, text = rich(), " ".join(text_of(made["pdf", "rich"]).split())
    out = {m["mim"] for m in report["assessments"][0]["summary"]["byMim"] if m["verdict"] == "out_of_scope"}  # fmt: skip
    for item in View.of(report, "en").items():
        told = f"{item.label} {item.row['statement']}"
        assert (told in text) is (item.row["mim"] not in out)
    assert "Checks: CTX-ENT-01 Exchanges: m-0001" in text
    assert "Evidence named: tender annex 3, p. 12" in text


def test_what_failed_is_told_with_what_was_expected_and_what_came(made):
    text = " ".join(text_of(made["pdf", "rich"]).split())
    for check in rich()["checks"]:
        if check["outcome"] == "failed":
            assert f"Failed {check['id']} {check['title']}" in text
            assert f"Expected: {check['expected']}" in text
            assert f"Received: {check['received']}" in text


def test_every_verdict_is_explained(made):
    text = " ".join(text_of(made["pdf", "rich"]).split())
    words = load("en")
    for verdict in ("met", "not_met", "declared_only", "not_tested"):
        told = f"{words.of('verdict', verdict)}: {words(f'verdict.{verdict}.means')}"
        assert told in text


def test_the_first_page_names_some_of_many_addresses_and_an_annex_all():
    report = rich()
    one = report["subject"]["interfaces"][0]
    report["subject"]["interfaces"] = [
        {**one, "url": f"https://broker.example/{n}/end"} for n in range(40)
    ]
    reader = read(render(seal(report)))
    assert "+ 35 more" in reader.pages[0].extract_text()
    rest = "".join(squeezed(page.extract_text()) for page in reader.pages[1:])
    assert all(f"https://broker.example/{n}/end" in rest for n in range(40))


def test_the_columns_of_the_authority_and_the_committee_are_empty(made):
    root = read(made["table-pdf", "rich"]).root_object
    rows = [r for r in structure(root["/StructTreeRoot"]["/K"], "/TR") if len(cells_of(r)) == 8]
    bodies = [r for r in rows if cells_of(r)[0]["/S"] == "/TD"]
    assert len(bodies) == 32
    for row in bodies:
        filled = [bool(cell.get("/K")) for cell in cells_of(row)]
        assert filled[0]
        assert not any(filled[n] for n in (3, 6, 7))


def structure(node, kind):
    """The elements of one kind."""
    node = node.get_object()
    if isinstance(node, list):
        return [e for kid in node for e in structure(kid, kind)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("/S") == kind else []
    return own + (structure(node["/K"], kind) if "/K" in node else [])


def cells_of(row):
    kids = row["/K"] if isinstance(row["/K"], list) else [row["/K"]]
    return [k.get_object() for k in kids]


# -- hostile bytes


@pytest.mark.parametrize("form", FORMS)
def test_what_a_product_sends_is_shown_as_it_is_and_never_obeyed(made, form):
    text = squeezed(text_of(made[form, "hostile"]))
    for told in ("⟨U+202E⟩evil⟨U+202C⟩", "⟨U+200B⟩⟨U+E000⟩", "⟨U+001B⟩[31m", "=cmd|'/Ccalc'!A0<script>"):  # fmt: skip
        assert told in text
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} for c in text)


def test_long_words_are_broken_and_stay_within_the_page():
    report = clean()
    report["subject"] |= {"product": "w" * 80, "version": "1" * 40, "supplier": "x" * 100}
    report["subject"]["configuration"] = "y" * 300
    for page in read(render(seal(report))).pages:
        lines = page.extract_text().splitlines()
        assert not any("y" * 60 in text or "w" * 60 in text for text in lines)


@given(st.text())
@example(ATTACK)
@example("\N{COMBINING ACUTE ACCENT}" * 9)
@example("\U0001f600 \u4e2d \u05d0 \ufdd0")
def test_a_text_is_drawable_and_nothing_of_it_is_lost(text):
    shown = drawable(text)
    assert all(is_drawn(c) for c in shown)
    assert re.sub(r"⟨U\+([0-9A-F]{4,6})⟩", lambda m: chr(int(m[1], 16)), shown) == re.sub(
        r"⟨U\+([0-9A-F]{4,6})⟩", lambda m: chr(int(m[1], 16)), line(text)
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=9))
def test_whatever_stands_in_a_report_is_read_back_from_the_page(texts):
    told = [f"[{t}]" for t in texts]
    empty_parts = {k: [] for k in ("widths", "heads", "groups", "feet")}
    data = {"heading": "x", "paragraphs": told, **empty_parts}
    content = pdf_of("table", View.of(empty(), "en"), data, title="x")
    assert squeezed(drawable("".join(told))) in squeezed(text_of(content))


def test_each_character_that_is_called_drawable_is_drawn():
    """The compiler refuses a file with a missing glyph, so that making it is the test."""
    ranges = json.loads((FONTS / "characters.json").read_text(encoding="utf-8"))
    codes = [c for first, last in ranges for c in range(int(first, 16), int(last, 16) + 1)]
    assert codes == sorted(set(codes))
    assert all(unicodedata.category(chr(c))[0] not in "CM" for c in codes)
    characters = "".join(map(chr, codes))
    report = rich()
    for check in report["checks"]:
        if check["outcome"] == "failed":
            check["expected"], check["received"] = characters[:700], characters[700:1400]
            check["reason"] |= {"message": characters[1400:2100]}
    for n in range(4):
        report["gate"]["warnings"].append(characters[600 * n : 600 * (n + 1)])
    text = squeezed(text_of(render(seal(report))))
    for at in range(0, 2200, 50):
        assert squeezed(characters[at : at + 50]) in text


@pytest.mark.parametrize("lang", languages())
def test_every_word_of_every_language_is_drawn_as_it_is(lang):
    words = load(lang)
    for key, text in words._entries.items():
        assert drawable(text) == text, key


@pytest.mark.parametrize("lang", languages())
def test_it_says_its_language_and_that_of_what_stays_english(lang):
    reader, words = read(render(clean(), lang=lang)), load(lang)
    assert reader.root_object["/Lang"] == lang
    first = reader.pages[0]
    drawn_in = set(re.findall(rb"/Lang ?\(([a-z]+)\)", first.get_contents().get_data()))
    assert drawn_in <= {lang.encode(), b"en"}
    assert lang == "en" or b"en" in drawn_in
    assert reader.metadata["/Title"].startswith(words("title"))
    assert not words.is_draft or squeezed(words("draft")) in squeezed(first.extract_text())


@pytest.mark.parametrize("form", ["table-pdf", "declaration-pdf"])
def test_table_and_declaration_say_their_language(form):
    for lang in languages()[:3]:
        assert read(BINARY[form](rich(), lang=lang)).root_object["/Lang"] == lang


def test_a_text_in_another_language_keeps_its_mark():
    said = Said.of([("Titel ", ""), ("title\n\U0001f600", "en")])
    assert drawn({"a": [said, 1, True, None]}) == {
        "a": [{"spans": [["Titel ", ""], ["title ⏎ ⟨U+1F600⟩", "en"]]}, 1, True, None]
    }


# -- the same bytes


def test_the_same_report_gives_the_same_bytes_wherever_it_is_made(made, tmp_path):
    write_report(rich(), tmp_path / "report.json")
    place = tmp_path / "elsewhere"
    place.mkdir()
    env = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    done = mimtest("report", "../report.json", "--as", "pdf", "-o", "o.pdf", cwd=place, env=env)
    assert done.code == 0, done.err
    assert (place / "o.pdf").read_bytes() == made["pdf", "rich"]
    for form in FORMS[1:]:
        assert BINARY[form](json.loads(as_text(rich()))) == made[form, "rich"]


def test_another_report_gives_other_bytes(made):
    report = rich()
    report["checks"][0]["durationMs"] += 1
    assert render(seal(report)) != made["pdf", "rich"]


# -- refusals


@pytest.mark.parametrize("form", FORMS)
def test_without_the_extra_one_line_says_what_to_install(form):
    script = (
        "import sys; sys.modules['typst'] = None\n"
        "from mimtest.cli import main; main()"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script, "report", os.devnull, "--as", form],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_line_names_the_extra():
    script = (
        "import sys; sys.modules['typst'] = None\n"
        "from mimtest.errors import UsageError\n"
        "from mimtest.rendering import BINARY\n"
        "try: BINARY['pdf']\n"
        "except UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout == (
        "A PDF file needs typst, which is not installed. Install it with: pip install 'mimtest[pdf]'.\n"
    )


@pytest.mark.parametrize("moment", ["2026-02-30T00:00:00Z", "0001-01-01T00:00:00+23:59"])
def test_a_report_that_is_dated_on_no_day_is_refused(moment):
    report = empty()
    report["issuedAt"] = moment
    with pytest.raises(UsageError, match=r"issuedAt: .* is no moment"):
        render(seal(report))


# -- verifying


NOW = Asked(now=datetime(2027, 1, 1, tzinfo=UTC))


def step(path, name):
    verified = verify(path, NOW)
    return next(s for s in (*verified.steps, *pages(verified)) if s.name == name)


@pytest.fixture
def paper(made, tmp_path):
    """A report with its PDF beside it."""
    write_report(rich(), tmp_path / "report.json")
    (tmp_path / PAPER).write_bytes(made["pdf", "rich"])
    return tmp_path


def test_a_pdf_is_verified_by_the_report_in_it(made, tmp_path):
    place = tmp_path / "any name.PDF"
    place.write_bytes(made["pdf", "rich"])
    assert verify(place, NOW).report == json.loads(as_text(rich()))
    assert step(place, "digest").state is State.HOLDS
    assert step(place, "pdf").state is State.HOLDS
    assert step(place, "pages").state is State.HOLDS


def test_a_pdf_beside_its_report_brings_that_one(paper):
    assert step(paper, "pdf").state is State.HOLDS
    assert step(paper / "report.json", "pages").state is State.HOLDS


def test_a_pdf_beside_another_report_is_found(paper):
    report = rich()
    report["subject"]["version"] = "4.2.2"
    write_report(seal(report), paper / "report.json")
    found = step(paper, "pdf")
    assert found.state is State.WRONG
    assert "brings another report" in found.notes[0]


def test_a_redacted_copy_names_the_report_it_was_made_of(paper):
    (paper / PAPER).write_bytes(render(seal(redact(rich(), "ids"))))
    found = step(paper, "pdf")
    assert found.state is State.OPEN
    assert "a redacted copy that names this report" in found.notes[0]
    assert step(paper / PAPER, "pdf").state is State.HOLDS


def test_a_page_that_says_something_else_is_found(paper):
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=paper / PAPER)
    writer.remove_page(0)
    writer.write(paper / PAPER)
    assert step(paper, "pdf").state is State.HOLDS
    verified = verify(paper, NOW)
    # The sample names no program that made it, so that another build may have made its PDF.
    (found,) = pages(verified)
    assert found.state is State.OPEN
    assert "which alone counts" in found.notes[0]
    (found,) = pages(replace(verified, steps=(Step("program", State.HOLDS),)))
    assert found.state is State.WRONG


def test_a_pdf_of_another_version_is_left_open(paper):
    content = (paper / PAPER).read_bytes().replace(b"Typst 0.", b"Typst 9.")
    (paper / PAPER).write_bytes(content)
    found = step(paper, "pages")
    assert found.state is State.OPEN
    assert "with Typst 9." in found.notes[0]


def test_without_a_pdf_nothing_is_said(tmp_path):
    write_report(rich(), tmp_path / "report.json")
    verified = verify(tmp_path, NOW)
    assert next(s for s in verified.steps if s.name == "pdf").state is State.UNASKED
    assert not [*pages(verified)]


def twice(content):
    """A PDF with two attachments of one name."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.add_attachment("report.json", b"{}")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: made["table-pdf", "rich"], "no report.json is attached to it"),
        (lambda made: made["pdf", "rich"][:2000], "it is not a sound PDF"),
        (lambda made: made["pdf", "rich"][:8] + b" and nothing else", "it is not a sound PDF"),
        (lambda made: twice(made["pdf", "rich"]), "more than once"),
    ],
)
def test_what_brings_no_one_report_is_refused(made, tmp_path, change, told):
    (tmp_path / PAPER).write_bytes(change(made))
    found = verify(tmp_path / PAPER, NOW).steps[0]
    assert found.state is State.WRONG
    assert told in found.notes[0]


def test_a_pdf_with_something_else_for_a_report_is_found(paper):
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=paper / PAPER)
    (named,) = writer.root_object["/AF"]
    stream = StreamObject()
    stream.set_data(b"[1]")
    files = named.get_object()["/EF"]
    for key in list(files):
        files[NameObject(key)] = writer._add_object(stream)
    writer.write(paper / PAPER)
    assert step(paper, "pdf").notes == (f"{PAPER}: report.json in it is no report",)
    assert step(paper / PAPER, "form").state is State.WRONG


def test_without_the_extra_a_pdf_is_left_open_and_a_command_says_what_to_install(paper):
    script = (
        "import sys; sys.modules['pypdf'] = None\n"
        "from mimtest.cli import main; sys.exit(main())"
    )  # fmt: skip
    told = {}
    for name in ("report.json", PAPER):
        done = subprocess.run(
            [sys.executable, "-c", script, "verify", name],
            cwd=paper, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told[name] = done.stdout + done.stderr
        assert "Traceback" not in told[name]
        assert "pip install 'mimtest[pdf]'" in told[name]
    assert "A PDF is read with pypdf, which is not installed." in told[PAPER]


def test_reading_changes_nothing():
    report = clean()
    before = copy.deepcopy(report)
    render(report)
    assert report == before


def test_another_pdf_beside_the_report_is_no_fault(paper, made):
    (paper / PAPER).write_bytes(made["table-pdf", "rich"])
    assert step(paper, "pdf").state is State.UNASKED
    (paper / PAPER).write_bytes(b"%PDF-1.4 of somebody else")
    assert step(paper, "pdf").state is State.OPEN


def test_two_reports_in_one_pdf_are_found(paper, made):
    (paper / PAPER).write_bytes(twice(made["pdf", "rich"]))
    assert step(paper, "pdf").state is State.WRONG
