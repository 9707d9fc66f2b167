"""The compliance table as a PDF to print and sign (extra `pdf`); the DOCX is the one to go on writing in."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.rendering.pdf_file import pdf_of
from mimtest.rendering.sheet import COLUMNS, Group, cells, sheet_of
from mimtest.rendering.view import View

#: Widths of the columns in millimetres, on A4 across with margins of 12 mm.
_WIDTHS: Final = dict(zip(COLUMNS, (11, 66, 26, 20, 16, 92, 21, 21), strict=True))


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`compliance-table.pdf`: the columns of the authority and of the committee are empty."""
    view = View.of(report, lang)
    sheet = sheet_of(view)
    data = {
        "heading": sheet.title,
        "paragraphs": [sheet.subject, *sheet.notes],
        "widths": [_WIDTHS[c] for c in COLUMNS],
        "heads": [sheet.columns[c] for c in COLUMNS],
        "groups": [_group(g) for g in sheet.groups],
        "feet": sheet.foot,
    }
    return pdf_of("table", view, data, title=f"{sheet.title}: {sheet.subject}")


def _group(group: Group) -> dict[str, Any]:
    rows = [cells(entry) for entry in group.entries]
    return {"title": group.title, "rows": [[row[c] for c in COLUMNS] for row in rows]}
