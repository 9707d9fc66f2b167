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
from markupsafe import Markup

from mimtest.reasons import UNSOUND
from mimtest.rendering.guide import facts, steps
from mimtest.rendering.instruments import instrument
from mimtest.rendering.mims import OPEN, VERDICTS
from mimtest.rendering.shown import shown, whole_digest
from mimtest.rendering.text import clip, visible
from mimtest.rendering.view import View, reason_code, reason_message, slug
from mimtest.resources import REPORTS

#: Each state has its own outline and its own sign, so that colour is never needed. Class g is the sign.
_SHAPES: Final = {
    "met": '<circle cx="12" cy="12" r="10"/><path class="g" d="M7.2 12.4l3.2 3.2 6.4-7"/>',
    "not_met": '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path class="g" d="M8.5 8.5l7 7m0-7l-7 7"/>',
    "inconclusive": '<path d="M12 1.2L22.8 12 12 22.8 1.2 12z"/>'
    '<path class="g" d="M9.7 9.9a2.4 2.4 0 1 1 3.2 2.3c-.7.3-.9.7-.9 1.4m0 2.9v.1"/>',
    "equivalence_claimed": '<path d="M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12z"/>'
    '<path class="g" d="M8 10h8m-8 4h8"/>',
    "declared_only": '<path class="o" d="M5 2.5h9.5L19.5 8v13.5H5z"/>'
    '<path class="g" d="M8.5 10.5h7m-7 3.7h7m-7 3.7h4"/>',
    "not_tested": '<circle class="o dash" cx="12" cy="12" r="9.6"/><path class="g" d="M8 12h8"/>',
    "not_applicable": '<circle class="o" cx="12" cy="12" r="9.6"/><path class="g" d="M6 18L18 6"/>',
    "open": '<circle class="o" cx="12" cy="12" r="9.6"/><path class="g" d="M7.2 12h.1m4.7 0h.1m4.6 0h.1"/>',
    "error": '<path d="M12 1.8L23 21.5H1z"/><path class="g" d="M12 9v5.6m0 3v.1"/>',
    "recommendations_only": '<circle class="o" cx="12" cy="12" r="9.6"/>'
    '<path class="g" d="M12 7.5v9M7.5 12h9"/>',
}
_SAME: Final = {
    "passed": "met",
    "failed": "not_met",
    "not_run": "not_tested",
    "not_assessed": "not_tested",
    "out_of_scope": "not_applicable",
}
#: Where the catalogue's own sources are; no other address becomes a link.
_SOURCES: Final = (
    "https://mims.oascities.org/",
    "https://github.com/oasc/oasc-mims",
    "https://oasc.gitbook.io/",
)


def icon(state: str) -> Markup:
    """The drawing of a verdict or outcome. The word stands beside it, so readers of screens skip it."""
    shape = _SAME.get(state, state)
    return Markup(  # noqa: S704 - both parts are constants of this module
        f'<svg class="i s-{shape}" viewBox="0 0 24 24" '
        f'aria-hidden="true" focusable="false">{_SHAPES[shape]}</svg>'
    )


def tone(state: str) -> str:
    """The colour class of a state."""
    return f"s-{_SAME.get(state, state)}"


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
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


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
