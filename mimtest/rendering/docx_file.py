"""What documents of the extra `docx` share: an empty one, and its bytes. Importing this raises UsageError without it."""

import io
import zipfile
from datetime import datetime
from typing import Final

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
#: The first moment a ZIP file can tell: nothing in the document depends on when it was made.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)

__all__ = ["Document", "Mm", "Table", "bytes_of", "empty_document", "repeat_first_row"]


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
    style.font.name, style.font.size = "Arial", Pt(size)
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


def repeat_first_row(table: Table) -> None:
    """Mark it as the header, for readers of screens and at the top of each page (ISO/IEC 29500-1, tblHeader)."""
    row = table.rows[0]._tr  # noqa: SLF001 - python-docx has no word of its own for it
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


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
