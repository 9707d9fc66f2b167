"""The compliance table as a document that bidder, authority and committee go on writing in (extra `docx`).

Real headings, header rows that repeat, the language set; the same bytes from the same report. All text is
text: fields, links and pictures are never made of it. Importing this raises UsageError without the extra.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.rendering.docx_file import (
    Document,
    Mm,
    Table,
    bytes_of,
    empty_document,
    repeat_first_row,
)
from mimtest.rendering.sheet import COLUMNS, Group, Sheet, cells, sheet_of
from mimtest.rendering.text import line
from mimtest.rendering.view import View

#: Widths of the columns in millimetres, on A4 across with margins of 12 mm.
_WIDTHS: Final = dict(zip(COLUMNS, (11, 66, 26, 20, 16, 92, 21, 21), strict=True))


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
    table.autofit = False
    for cell, column in zip(table.rows[0].cells, COLUMNS, strict=True):
        _write(cell, [sheet.columns[column]], bold=True)
    repeat_first_row(table)
    for entry in group.entries:
        texts = cells(entry)
        for cell, column in zip(table.add_row().cells, COLUMNS, strict=True):
            _write(cell, texts[column])
    _set_widths(table)


def _write(cell: Any, texts: Iterable[str], *, bold: bool = False) -> None:
    """One paragraph for each text; an empty cell has an empty one."""
    for n, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.add_run(line(text)).bold = bold


def _set_widths(table: Table) -> None:
    for column, width in zip(table.columns, _WIDTHS.values(), strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
