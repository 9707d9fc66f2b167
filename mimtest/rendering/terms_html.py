"""A report in the terms of data-space and twin projects, as a web page: one file, no script."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mimtest.procurement.terms import Group, sort_report
from mimtest.rendering.mims import OPEN, VERDICTS
from mimtest.rendering.page import render_page
from mimtest.rendering.view import View


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`terms.html`."""
    view = View.of(report, lang)
    return render_page(
        "terms.html.j2", view, schemes=sort_report(report), counted=counted, unanswered=unanswered
    )


def counted(group: Group) -> list[tuple[str, int]]:
    """The verdicts of a term's requirements with their number, without those that do not occur."""
    found = Counter(r["verdict"] for r in group.rows)
    return [(v, found[v]) for v in VERDICTS if found[v]]


def unanswered(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The required ones that are not met or have no tested answer."""
    return [r["id"] for r in rows if r["required"] and r["verdict"] in ("not_met", *OPEN)]
