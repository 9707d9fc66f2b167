"""The supplier's declaration as a document to complete and sign (extra `docx`). Importing this raises UsageError without it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mimtest.rendering.declaration import declaration
from mimtest.rendering.docx_file import Document, bytes_of, empty_document, lay_out, write_head
from mimtest.rendering.text import line
from mimtest.rendering.view import View
from mimtest.rendering.words import Words

#: Widths of the table's columns in millimetres, on A4 upright with margins of 18 mm.
_WIDTHS: Final = (28, 58, 30, 34, 24)
#: What is to be filled in by hand.
_BLANK: Final = "_" * 40


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`declaration.docx`: the same bytes from the same report."""
    view = View.of(report, lang)
    data, words = declaration(view), view.words
    document = empty_document(
        data["title"], issued=report["issuedAt"], lang=lang, margin=18, size=10
    )
    document.add_heading(line(data["title"]), 1)
    _facts(document, [("", data["status"]), (words("decl.id"), data["id"])])
    _issuer(document, words, data)
    _object(document, words, data["object"])
    _heading(document, words, 3, "statement.title")
    _facts(document, [("", data["statement"])])
    _heading(document, words, 4, "requirements")
    _table(document, words, data["requirements"])
    _supporting(document, words, data["supporting"])
    _signature(document, words, data)
    return bytes_of(document)


def _issuer(document: Document, words: Words, data: Mapping[str, Any]) -> None:
    _heading(document, words, 1, "issuer")
    issuer = data["issuer"]
    keys = ("name", "address", "contact")
    _facts(document, [(words(f"decl.{k}"), issuer[k]) for k in keys])


def _object(document: Document, words: Words, described: Mapping[str, Any]) -> None:
    _heading(document, words, 2, "object")
    keys = ("product", "version", "configuration")
    _facts(document, [(words(f"decl.{k}"), described[k]) for k in keys])
    for interface in described["interfaces"]:
        parts = [interface[k] for k in ("name", "kind", "version", "url") if interface[k]]
        document.add_paragraph(line(" · ".join(parts)), style="List Bullet")


def _supporting(document: Document, words: Words, paper: Mapping[str, Any]) -> None:
    _heading(document, words, 5, "supporting")
    rows = [
        ("", paper["kind"]),
        (words("decl.report"), paper["reportId"]),
        (words("decl.sha256"), paper["sha256"]),
        (words("decl.tested_at"), paper["testedAt"]),
        ("", " ".join(paper["notices"])),
    ]
    _facts(document, rows)


def _signature(document: Document, words: Words, data: Mapping[str, Any]) -> None:
    _heading(document, words, 6, "further")
    _facts(document, [("", data["further"]), (words("decl.until"), data["validUntil"])])
    _heading(document, words, 7, "signed")
    signer = data["signedBy"]
    rows = [("place", data["place"]), ("date", data["date"])]
    rows += [(k, signer[k]) for k in ("name", "function", "signature")]
    _facts(document, [(words(f"decl.{k}"), value) for k, value in rows])


def _table(document: Document, words: Words, rows: Iterable[Mapping[str, Any]]) -> None:
    """What is declared, with the result of the test beside it in a column of its own."""
    heads = [words(f"decl.col.{c}") for c in ("id", "text", "declared", "evidence", "tested")]
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    write_head(table, heads)
    for row in rows:
        declared = words.of("declared", row["declared"]) if row["declared"] else ""
        if row["plannedFor"]:
            declared = f"{declared}, {words('declared.planned', when=row['plannedFor'])}"
        named = "; ".join(
            f"{e['locator']} ({e['digest']})" if e["digest"] else e["locator"]
            for e in row["evidence"]
        )
        texts = (row["id"], row["text"], declared, named, words.of("verdict", row["tested"]))
        _fill(table.add_row().cells, texts)
    lay_out(table, _WIDTHS)


def _fill(cells: Iterable[Any], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.paragraphs[0].add_run(line(text))


def _heading(document: Document, words: Words, number: int, key: str) -> None:
    document.add_heading(f"{number}. {line(words(f'decl.{key}'))}", 2)


def _facts(document: Document, rows: Iterable[tuple[str, str | None]]) -> None:
    """A label and its value per line; what the supplier has to fill in is a line to write on."""
    for label, value in rows:
        paragraph = document.add_paragraph()
        if label:
            paragraph.add_run(f"{line(label)}: ").bold = True
        paragraph.add_run(line(value) if value else _BLANK)
