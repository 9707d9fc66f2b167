"""The compliance table as a web page: one file, no script."""

from collections.abc import Mapping
from typing import Any

from mimtest.rendering.page import render_page
from mimtest.rendering.sheet import COLUMNS, cells, sheet_of
from mimtest.rendering.view import View


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`compliance-table.html`."""
    view = View.of(report, lang)
    return render_page("table.html.j2", view, sheet=sheet_of(view), cells=cells, COLUMNS=COLUMNS)
