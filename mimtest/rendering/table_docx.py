"""The compliance table as a document that bidder, authority and committee go on writing in (extra `docx`).

Real headings, header rows that repeat, the language set; the same bytes from the same report. All text is
text: fields, links and pictures are never made of it. Importing this raises UsageError without the extra.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.rendering.sheet import COLUMNS, Group, Sheet, cells, sheet_of
from mimtest.rendering.text import line
from mimtest.rendering.view import View

try:
    import docx
    from docx.document import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt
    from docx.table import Table, _Cell
except ImportError:
    raise UsageError(
        "A DOCX file needs python-docx, which is not installed.",
        "Install it with: pip install 'mimtest[docx]'.",
    ) from None

#: Widths of the columns in millimetres, on A4 across with margins of 12 mm.
_WIDTHS: Final = dict(zip(COLUMNS, (11, 66, 26, 20, 16, 92, 21, 21), strict=True))
#: The first moment a ZIP file can tell: nothing in the document depends on when it was made.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`compliance-table.docx`."""
    view = View.of(report, lang)
    sheet = sheet_of(view)
    document = _document(sheet, report["issuedAt"], lang)
    document.add_heading(line(sheet.title), 1)
    for text in (sheet.subject, *sheet.notes):
        document.add_paragraph(line(text))
    for group in sheet.groups:
        document.add_heading(line(group.title), 2)
        _add_table(document, sheet, group)
    for text in sheet.foot:
        document.add_paragraph(line(text))
    return _bytes(document)


def _document(sheet: Sheet, issued: str, lang: str) -> Document:
    """An empty document: A4 across, a plain sans, the language of its words."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.LANDSCAPE,
        Mm(297),
        Mm(210),
    )
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(12))
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(9)
    marks = style.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), lang)
    for old in marks.findall(qn("w:lang")):
        marks.remove(old)
    marks.append(language)
    facts = document.core_properties
    facts.title, facts.language, facts.author, facts.comments = (
        line(sheet.title),
        lang,
        "mimtest",
        "",
    )
    facts.created = facts.modified = datetime.fromisoformat(issued)
    return document


def _add_table(document: Document, sheet: Sheet, group: Group) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for cell, column in zip(table.rows[0].cells, COLUMNS, strict=True):
        _write(cell, [sheet.columns[column]], bold=True)
    _repeat_first_row(table)
    for entry in group.entries:
        texts = cells(entry)
        for cell, column in zip(table.add_row().cells, COLUMNS, strict=True):
            _write(cell, texts[column])
    _set_widths(table)


def _write(cell: _Cell, texts: Iterable[str], *, bold: bool = False) -> None:
    """One paragraph for each text; an empty cell has an empty one."""
    for n, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.add_run(line(text)).bold = bold


def _repeat_first_row(table: Table) -> None:
    """Mark it as the header, for readers of screens and at the top of each page (ISO/IEC 29500-1, tblHeader)."""
    row = table.rows[0]._tr  # noqa: SLF001 - python-docx has no word of its own for it
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_widths(table: Table) -> None:
    for column, width in zip(table.columns, _WIDTHS.values(), strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _bytes(document: Document) -> bytes:
    """The file, with nothing in it that tells when it was made."""
    made, steady = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(steady, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return steady.getvalue()
