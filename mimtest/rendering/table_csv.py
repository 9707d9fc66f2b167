"""The compliance table for a spreadsheet: one line per row, no cell a formula."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.rendering.csv import as_csv, subject_of
from mimtest.rendering.sheet import AUTHORITY, COLUMNS, Entry, cells, sheet_of
from mimtest.rendering.view import View

_SUBJECT: Final = ("supplier", "product", "version", "tested", "report", "sha256", "notices")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`compliance-table.csv`, with a header row. The columns of authority and committee are empty."""
    view = View.of(report, lang)
    sheet = sheet_of(view)
    told = subject_of(view)
    subject = [told[c] for c in _SUBJECT]
    heads = (*(sheet.columns[c] for c in COLUMNS), view.words("table.col.code"), *_heads(view))
    entries = (entry for group in sheet.groups for entry in group.entries)
    return as_csv([heads, *((*_cells(e), e.code, *subject) for e in entries)])


def _heads(view: View) -> list[str]:
    known = (c for c in _SUBJECT if c != "sha256")
    heads = {c: view.words(f"csv.{c}") for c in known} | {"sha256": "sha256"}
    return [heads[c] for c in _SUBJECT]


def _cells(entry: Entry) -> list[str]:
    texts = cells(entry)
    return ["" if c in AUTHORITY else " | ".join(texts[c]) for c in COLUMNS]
