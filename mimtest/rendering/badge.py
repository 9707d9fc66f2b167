"""A badge as SVG: two fields of text, a title, no script, nothing loaded from elsewhere."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from mimtest.rendering.shields import OUTCOMES, VERDICTS, Badge
from mimtest.rendering.view import View

__all__ = ["OUTCOMES", "VERDICTS", "render"]

_HEIGHT: Final = 22
#: Width of a sign in pixels, at 11 px in a common sans-serif, and the space beside a text.
_SIGN: Final = 6.6
_MARGIN: Final = 7


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`badge.svg`."""
    view = View.of(report, lang)
    badge = Badge.of(view)
    said = escape(" ".join(view.notices()))
    left, right = (_width(t) for t in (badge.label, badge.message))
    name = escape(f"{badge.label}: {badge.message}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" aria-label="{name}">'
        f"<title>{name}</title><desc>{said}</desc>"
        f'<rect width="{left}" height="{_HEIGHT}" fill="#17202e"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="#{badge.color}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(badge.label, 0, left)}{_text(badge.message, left, right)}</g></svg>\n"
    )


def _width(text: str) -> int:
    return round(len(text) * _SIGN) + 2 * _MARGIN


def _text(text: str, start: int, width: int) -> str:
    """The text in its field, stretched to it whatever the reader's font."""
    inner = width - 2 * _MARGIN
    return f'<text x="{start + _MARGIN}" y="15" textLength="{inner}">{escape(text)}</text>'
