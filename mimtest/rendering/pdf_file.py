"""What PDF files of the extra `pdf` share: a shell of reports/pdf filled with data. Importing this raises UsageError without it.

PDF/A-3a (ISO 19005-3, level A) and PDF/UA-1 (ISO 14289-1) in one file, with the fonts of reports/fonts and no others. The
data reach the shell as JSON, so that no text in them is ever read as markup; all of them pass `drawn` first. The same data
give the same bytes.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from mimtest import __version__
from mimtest.errors import MimtestError, UsageError
from mimtest.rendering.drawable import drawn
from mimtest.rendering.signs import SHAPES, shape_of
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.resources import FONTS, PDF

try:
    import typst
except ImportError:
    raise UsageError(
        "A PDF file needs typst, which is not installed.",
        "Install it with: pip install 'mimtest[pdf]'.",
    ) from None

_STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]
#: The shell of each form, and what all of them share.
_SHARED: Final = "base.typ"
#: The name of the report within the file.
ATTACHED: Final = "report.json"


def state(view: View, family: str, code: str) -> dict[str, Any]:
    """A verdict, outcome or result as the shells show it: its drawing and its word."""
    return {"shape": shape_of(code), "word": view.words.of(family, code)}


def pdf_of(
    shell: str,
    view: View,
    data: Mapping[str, Any],
    *,
    title: str,
    attached: bytes | None = None,
) -> bytes:
    """The file. Raises UsageError when the report is dated on no day, MimtestError when the compiler refuses."""
    common = {
        "title": title,
        "lang": view.words.lang,
        "issued": _moment(view.report["issuedAt"]),
        "made": f"mimtest {__version__}",
        "foot": _foot(view),
        "shapes": SHAPES,
        "attached": attached is not None,
    }
    # A folder of files in memory, which the types of the package do not tell of.
    files: Any = {
        "main.typ": (PDF / f"{shell}.typ").read_bytes(),
        _SHARED: (PDF / _SHARED).read_bytes(),
        "data.json": json.dumps(drawn({**data, **common}), ensure_ascii=False).encode(),
        **({ATTACHED: attached} if attached is not None else {}),
    }
    try:
        made: bytes = typst.compile(
            files, font_paths=_fonts(), format="pdf", pdf_standards=_STANDARDS
        )
    except typst.TypstError as error:
        raise MimtestError(f"The PDF could not be made: {error.message}") from None
    return made


def _moment(issued: str) -> list[int]:
    """Year to second in UTC: the one moment that the file knows."""
    try:
        moment = datetime.fromisoformat(issued).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"report.json: issuedAt: '{clip(issued, 40)}' is no moment.",
            "Take the report.json of a run as it was written.",
        ) from None
    return list(moment.timetuple()[:6])


def _foot(view: View) -> str:
    """Product, version and report, at the foot of each page."""
    report = view.report
    named = f"{clip(report['subject']['product'], 50)} {clip(report['subject']['version'], 20)}"
    return f"{named} · {report['reportId'].removeprefix('urn:uuid:')}"


@cache
def _fonts() -> "typst.Fonts":
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
