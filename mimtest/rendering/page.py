"""The page shells of reports/ filled with a view: one file, no script, nothing fetched.

All text passes `visible`, then Jinja's escaping. The one style sheet is allowed by its hash, so that a
browser refuses any style or script somebody smuggled in.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mimtest.reasons import UNSOUND
from mimtest.rendering.guide import facts, steps
from mimtest.rendering.instruments import instrument
from mimtest.rendering.mims import OPEN, VERDICTS
from mimtest.rendering.rows import reason_code, reason_message, slug
from mimtest.rendering.shown import shown, whole_digest
from mimtest.rendering.signs import SHAPES, shape_of
from mimtest.rendering.text import clip, visible
from mimtest.rendering.view import View
from mimtest.rendering.words import Said
from mimtest.resources import REPORTS

#: Where the catalogue's own sources are; no other address becomes a link.
_SOURCES: Final = (
    "https://mims.oascities.org/",
    "https://github.com/oasc/oasc-mims",
    "https://oasc.gitbook.io/",
)


def icon(state: str) -> Markup:
    """The drawing of a verdict or outcome. The word stands beside it, so readers of screens skip it."""
    shape = shape_of(state)
    return Markup(  # noqa: S704 - both parts are constants of ours
        f'<svg class="i s-{shape}" viewBox="0 0 24 24" '
        f'aria-hidden="true" focusable="false">{SHAPES[shape]}</svg>'
    )


def tone(state: str) -> str:
    """The colour class of a state."""
    return f"s-{shape_of(state)}"


def source(url: str) -> Markup | str:
    """A link to a page of the specification's own sites; any other address stays text."""
    if not (f"{url}/".startswith(_SOURCES) and re.fullmatch(r"[!-~]+", url)):
        return url
    return Markup('<a rel="noreferrer" href="{0}">{0}</a>').format(url)


def render_page(shell: str, view: View, **more: Any) -> str:
    """Fill a page shell with a view."""
    return fill(
        shell,
        _style(view),
        view=view,
        r=view.report,
        t=view.words,
        facts=facts(view),
        steps=steps(view),
        **more,
    )


def fill(shell: str, css: str, **values: Any) -> str:
    """Fill a page shell; `css` is the only style a browser takes on that page."""
    return (
        _environment()
        .get_template(shell)
        .render(
            css=Markup(css),  # noqa: S704 - our own file and integers
            css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii"),
            **values,
        )
    )


def style_sheet() -> str:
    """The style of every page."""
    return (REPORTS / "report.css").read_text(encoding="utf-8")


def _style(view: View) -> str:
    """The style sheet, with the widths of this report's bar and its name for the foot of printed pages."""
    widths = "".join(f".w{n}{{flex-grow:{n}}}" for n in sorted({n for _, n in view.bar()}))
    short = re.search(r"[0-9a-f]{8}", view.report["reportId"])
    foot = f'@page{{@bottom-left{{content:"mimtest · {short[0] if short else ""}"}}}}'
    return f"{style_sheet()}\n{widths}\n{foot}\n"


def _show(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if isinstance(value, Said) and any(lang for _, lang in value.spans):
        return Markup("").join(_piece(visible(text), lang) for text, lang in value.spans)
    return visible(value)


def _piece(text: str, lang: str) -> Markup:
    """A piece of a sentence; readers of screens are told of another language than the page's (WCAG 2.2, 3.1.2)."""
    return Markup('<span lang="{}">{}</span>').format(lang, text) if lang else escape(text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(REPORTS),
        autoescape=True,
        finalize=_show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = str
    environment.globals.update(
        icon=icon,
        tone=tone,
        source=source,
        slug=slug,
        shown=shown,
        whole_digest=whole_digest,
        clip=clip,
        reason_code=reason_code,
        reason_message=reason_message,
        VERDICTS=VERDICTS,
        OPEN=OPEN,
        UNSOUND=UNSOUND,
        instrument=instrument,
    )
    return environment
