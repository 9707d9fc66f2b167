"""The report as a PDF to print, hand in and keep (extra `pdf`), with `report.json` attached.

The pages are for people: the answer, what failed and what has no answer, each requirement with what it rests on. The exchanges
stay in the attached file, which is whole however large it is. Importing this raises UsageError without the extra.
"""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.layout import as_text
from mimtest.rendering.mims import VERDICTS
from mimtest.rendering.pdf_checks import failed, unanswered
from mimtest.rendering.pdf_file import pdf_of, state
from mimtest.rendering.pdf_front import addresses, front
from mimtest.rendering.pdf_notes import SHORT, joined, note
from mimtest.rendering.pdf_requirements import chapters, discounted
from mimtest.rendering.text import clip
from mimtest.rendering.view import View

#: Readings of open points that are told.
_READINGS: Final = 200


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`report.pdf`: the same bytes from the same report, wherever it is made by the same versions."""
    view = View.of(report, lang)
    subject = report["subject"]
    named = f"{clip(subject['product'], 80)} {clip(subject['version'], 40)}"
    return pdf_of(
        "report",
        view,
        _data(view),
        title=f"{view.words('title')}: {named}, {report['issuedAt'][:10]}",
        attached=as_text(report).encode("utf-8", "backslashreplace"),
    )


def _data(view: View) -> dict[str, Any]:
    words = view.words
    return {
        "front": front(view),
        "checks": {
            "title": words("checks.title"),
            "failed": failed(view),
            "open": unanswered(view),
        },
        "requirements": {
            "title": words("req.title"),
            "lead": words("req.text") if view.editions else words("req.none"),
            "heads": [words("col.result"), words("req.title")],
            "chapters": chapters(view),
        },
        "discounted": discounted(view),
        "addresses": addresses(view),
        "dialect": _dialect(view),
        "reading": _reading(view),
    }


def _dialect(view: View) -> dict[str, Any]:
    """How the product reads what its standards leave open."""
    words, points = view.words, view.report.get("dialect", [])
    rows = [
        note(
            [clip(p["point"], SHORT), words.english(clip(p["words"], SHORT))],
            *joined([words.english(clip(r["words"], SHORT)) for r in p["readings"]]),
            words("dialect.outdated") if any(r["outdated"] for r in p["readings"]) else "",
            "" if p["steady"] else words("dialect.unsteady"),
        )
        for p in points[:_READINGS]
    ]
    more = len(points) - len(rows)
    return {
        "title": words("dialect.title"),
        "lead": words("dialect.text"),
        "rows": rows,
        "more": words("omitted", n=more) if more else "",
    }


def _reading(view: View) -> dict[str, Any]:
    """What the words mean, how characters are shown, and where the rest is."""
    words = view.words
    return {
        "title": words("pdf.reading"),
        "means": words("verdict.means"),
        "verdicts": [
            {**state(view, "verdict", v), "text": words(f"verdict.{v}.means")} for v in VERDICTS
        ],
        "texts": [words("pdf.attached"), words("pdf.escape")],
    }
