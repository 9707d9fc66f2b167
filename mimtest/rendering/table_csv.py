"""The compliance table for a spreadsheet: one line per row, no cell a formula."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from mimtest.rendering.csv import safe, subject_of
from mimtest.rendering.sheet import AUTHORITY, COLUMNS, Entry, cells, sheet_of
from mimtest.rendering.view import View

_SUBJECT: Final = ("supplier", "product", "version", "tested", "report", "sha256", "notices")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`compliance-table.csv`, with a header row. The columns of authority and committee are empty."""
    view = View.of(report, lang)
    sheet = sheet_of(view)
    told = subject_of(view)
    subject = [told[c] for c in _SUBJECT]
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    heads = [*(sheet.columns[c] for c in COLUMNS), view.words("table.col.code")]
    writer.writerow([safe(c) for c in (*heads, *_heads(view))])
    for group in sheet.groups:
        for entry in group.entries:
            writer.writerow([safe(c) for c in (*_cells(entry), entry.code, *subject)])
    return table.getvalue()


def _heads(view: View) -> list[str]:
    known = (c for c in _SUBJECT if c != "sha256")
    heads = {c: view.words(f"csv.{c}") for c in known} | {"sha256": "sha256"}
    return [heads[c] for c in _SUBJECT]


def _cells(entry: Entry) -> list[str]:
    texts = cells(entry)
    return ["" if c in AUTHORITY else " | ".join(texts[c]) for c in COLUMNS]
