"""The compliance table as a document that bidder, authority and committee go on writing in (extra `docx`).

Real headings, header rows that repeat, the language set; the same bytes from the same report. All text is
text: fields, links and pictures are never made of it. Importing this raises UsageError without the extra.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.rendering.docx_file import (
    Document,
    bytes_of,
    empty_document,
    lay_out,
    write_head,
)
from mimtest.rendering.sheet import COLUMNS, Group, Sheet, cells, sheet_of
from mimtest.rendering.text import line
from mimtest.rendering.view import View

#: Widths of the columns in millimetres, on A4 across with margins of 12 mm.
_WIDTHS: Final = dict(zip(COLUMNS, (10, 58, 26, 25, 20, 86, 24, 24), strict=True))


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`compliance-table.docx`."""
    view = View.of(report, lang)
    sheet = sheet_of(view)
    document = empty_document(
        sheet.title, issued=report["issuedAt"], lang=lang, margin=12, size=9, across=True
    )
    document.add_heading(line(sheet.title), 1)
    for text in (sheet.subject, *sheet.notes):
        document.add_paragraph(line(text))
    for group in sheet.groups:
        document.add_heading(line(group.title), 2)
        _add_table(document, sheet, group)
    for text in sheet.foot:
        document.add_paragraph(line(text))
    return bytes_of(document)


def _add_table(document: Document, sheet: Sheet, group: Group) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    write_head(table, (sheet.columns[c] for c in COLUMNS))
    for entry in group.entries:
        texts = cells(entry)
        for cell, column in zip(table.add_row().cells, COLUMNS, strict=True):
            _write(cell, texts[column])
    lay_out(table, _WIDTHS.values())


def _write(cell: Any, texts: Iterable[str]) -> None:
    """One paragraph for each text; an empty cell has an empty one."""
    for n, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.add_run(line(text))
