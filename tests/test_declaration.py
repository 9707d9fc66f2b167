"""The supplier's declaration: its points, nothing said for the supplier, the results apart, linked by digest."""

import io
import json
import subprocess
import sys
import zipfile

import docx
import pytest

from mimtest.rendering import BINARY, RENDERERS
from mimtest.rendering.catalogues import forbidden
from mimtest.rendering.words import load
from tests.conftest import mimtest
from tests.rendering_samples import ALL, FORMULA, hostile, rich

WORDS = load("en")


def data(report):
    return json.loads(RENDERERS["declaration"](report))


def opened(report):
    return docx.Document(io.BytesIO(BINARY["declaration-docx"](report)))


def texts(document):
    cells = (c.text for t in document.tables for r in t.rows for c in r.cells)
    return [*(p.text for p in document.paragraphs), *cells]


def test_what_only_the_supplier_can_say_is_empty():
    found = data(rich())
    for key in ("further", "validUntil", "place", "date"):
        assert found[key] is None
    assert set(found["signedBy"].values()) == {None}
    assert found["issuer"] == {"name": "Stadtwerk Digital GmbH", "address": None, "contact": None}
    assert "Draft" in found["status"]


def test_the_supplier_declares_only_what_its_file_says():
    rows = {r["id"]: r for r in data(rich())["requirements"]}
    declared = {i: r["declared"] for i, r in rows.items() if r["declared"]}
    assert declared == {"9.0/MIM1/R1.3": "meets", "9.0/MIM7/R2.1": "equivalent"}
    assert rows["9.0/MIM1/R1.1"] | {"text": ""} == {
        "edition": "MIMs Plus 9.0",
        "id": "9.0/MIM1/R1.1",
        "text": "",
        "declared": None,
        "plannedFor": None,
        "evidence": [],
        "tested": "not_met",
    }
    assert rows["9.0/MIM1/R1.3"]["evidence"] == [
        {"locator": "tender annex 3, p. 12", "digest": None}
    ]


@pytest.mark.parametrize("name", ALL)
def test_every_required_requirement_is_listed_with_its_result(name):
    report = ALL[name]()
    rows = {r["id"]: r["tested"] for r in data(report)["requirements"]}
    required = {r["id"]: r["verdict"] for a in report["assessments"] for r in a["requirements"] if r["required"]}  # fmt: skip
    assert required.items() <= rows.items()


def test_it_is_linked_to_its_report_by_digest():
    report = rich()
    found = data(report)
    assert found["supporting"]["sha256"] == report["digest"]["sha256"]
    assert found["supporting"]["reportId"] == report["reportId"]
    assert data(report)["id"] == found["id"]
    report["digest"] |= {"sha256": "e" * 64}
    assert data(report)["id"] != found["id"]


def test_the_document_has_the_seven_points_and_the_table():
    document = opened(rich())
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert [h.partition(".")[0] for h in headings] == list("1234567")
    (table,) = document.tables
    rows = [[c.text for c in r.cells] for r in table.rows]
    assert len(rows) == 1 + len(data(rich())["requirements"])
    row = next(r for r in rows if r[0] == "9.0/MIM1/R1.3")
    assert row[2:] == [
        WORDS.of("declared", "meets"),
        "tender annex 3, p. 12",
        WORDS.of("verdict", "declared_only"),
    ]
    assert rich()["digest"]["sha256"] in "\n".join(texts(document))
    assert any(t.startswith("Signature: ____") for t in texts(document))


@pytest.mark.parametrize("name", ["rich", "clean", "empty"])
def test_it_promises_nothing(name):
    told = [*texts(opened(ALL[name]())), RENDERERS["declaration"](ALL[name]())]
    assert [forbidden(t) for t in told if forbidden(t)] == []


def test_hostile_text_stays_text_and_the_bytes_stay_the_same():
    made = BINARY["declaration-docx"](hostile())
    assert made == BINARY["declaration-docx"](hostile())
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        xml = packed.read("word/document.xml").decode()
    assert "<script" not in xml
    assert "w:hyperlink" not in xml
    assert "w:instrText" not in xml
    assert "\u202e" not in xml
    assert FORMULA[:12] in "\n".join(texts(opened(hostile())))


def test_without_the_extra_it_is_one_line_that_names_it():
    code = "import sys; sys.modules['docx'] = None; from mimtest.rendering import BINARY; BINARY['declaration-docx']"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("mimtest.errors.UsageError")
    assert "mimtest[docx]" in done.stderr


def test_the_command_writes_both(tmp_path):
    (tmp_path / "report.json").write_text(RENDERERS["json"](rich()))
    ended = mimtest("report", "report.json", "--as", "declaration-docx", "-o", "d.docx", cwd=tmp_path)  # fmt: skip
    assert ended.code == 0, ended.err
    assert (tmp_path / "d.docx").read_bytes() == BINARY["declaration-docx"](rich())
    printed = mimtest("report", "report.json", "--as", "declaration", cwd=tmp_path)
    assert json.loads(printed.out) == data(rich())
