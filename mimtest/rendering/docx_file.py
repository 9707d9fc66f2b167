"""What documents of the extra `docx` share: an empty one, and its bytes. Importing this raises UsageError without it."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.rendering.text import line

try:
    import docx
    from docx.document import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt
    from docx.table import Table
except ImportError:
    raise UsageError(
        "A DOCX file needs python-docx, which is not installed.",
        "Install it with: pip install 'mimtest[docx]'.",
    ) from None

#: A4 in millimetres, the short side first.
_A4: Final = (210, 297)
#: The size of a table's head.
_HEAD: Final = Pt(7)
#: The first moment a ZIP file can tell: nothing in the document depends on when it was made.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)

__all__ = ["Document", "Table", "bytes_of", "empty_document", "lay_out", "write_head"]


def empty_document(
    title: str, *, issued: str, lang: str, margin: int, size: int, across: bool = False
) -> Document:
    """An empty document on A4: a plain sans of `size` points, margins in millimetres, the language of its words."""
    document = docx.Document()
    section = document.sections[0]
    width, height = reversed(_A4) if across else _A4
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(margin))
    style = document.styles["Normal"]
    style.font.size = Pt(size)
    for name in ("Normal", "Heading 1", "Heading 2"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # a theme's font, which not every program has, would win
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), "Arial")
    marks = style.element.get_or_add_rPr()
    for old in marks.findall(qn("w:lang")):
        marks.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), lang)
    marks.append(language)
    facts = document.core_properties
    facts.title, facts.language, facts.author, facts.comments = line(title), lang, "mimtest", ""
    facts.created = facts.modified = datetime.fromisoformat(issued)
    return document


def write_head(table: Table, texts: Iterable[str]) -> None:
    """The first row: small, so that no word of a narrow column breaks, and the header of each page (ISO/IEC 29500-1, tblHeader)."""
    for cell, text in zip(table.rows[0].cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(line(text))
        run.bold, run.font.size = True, _HEAD
    _mark(table.rows[0], "w:tblHeader")


def lay_out(table: Table, widths: Iterable[int]) -> None:
    """Give the columns their widths in millimetres; no row is split between two pages."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in table.rows:
        _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    marks = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word of its own for it
    marks.append(OxmlElement(name))


def bytes_of(document: Document) -> bytes:
    """The file, with nothing in it that tells when it was made."""
    made, steady = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(steady, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return steady.getvalue()
