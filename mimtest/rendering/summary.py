"""The one-page summary for who decides."""

from collections.abc import Mapping
from typing import Any

from mimtest.rendering.page import render_page
from mimtest.rendering.view import View


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`summary.html`: one A4 page, one file, no script."""
    return render_page("summary.html.j2", View.of(report, lang))
