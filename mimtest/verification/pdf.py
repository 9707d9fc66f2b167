"""The report that a PDF brings along as an attachment (ISO 32000-1, 7.11.4), read with the extra `pdf`."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.report import seal
from mimtest.strictjson import loads
from mimtest.verification.evidence import whole_one

#: How a PDF begins, and under which name the report is in it.
MARK: Final = b"%PDF-"
ATTACHED: Final = "report.json"


class PdfError(ValueError):
    """A PDF that cannot be read here; the text says why."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a PDF says of itself: the attached reports, its language and what made it."""

    reports: tuple[bytes, ...]
    lang: str
    made: tuple[str, str]


def brought(content: bytes) -> Brought:
    """What a PDF brings along. Raises PdfError, and UsageError where the extra is not installed."""
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - an extra that most verifications do without
    except ImportError:
        raise UsageError(
            "A PDF is read with pypdf, which is not installed.",
            "Install it with: pip install 'mimtest[pdf]'.",
        ) from None
    try:
        reader = PdfReader(io.BytesIO(content), strict=True)
        found = reader.attachments.get(ATTACHED, [])
        told: Mapping[str, Any] = reader.metadata or {}
        lang = str(reader.root_object.get("/Lang", ""))
        made = (str(told.get("/Keywords", "")), str(told.get("/Creator", "")))
    except Exception as error:  # noqa: BLE001 - a file made to harm may raise anything
        raise PdfError(f"it is not a sound PDF ({type(error).__name__})") from None
    return Brought(tuple(found), lang, made)


def report_in(content: bytes) -> bytes:
    """The one report that a PDF brings along. Raises PdfError, and UsageError where the extra is not installed."""
    found = brought(content).reports
    if not found:
        raise PdfError(f"no {ATTACHED} is attached to it")
    if len(found) > 1:
        raise PdfError(f"{ATTACHED} is attached to it more than once")
    return found[0]


#: Whether a PDF brings the report that is looked at, None where that cannot be said, and a line for people.
Fit = tuple[bool | None, str]


def look(members: Mapping[str, bytes], report: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What becomes of the step: the value of its `State`, and a line for each PDF that brings a report."""
    try:
        found = [
            (fit, f"{name}: {line}")
            for name, content in sorted(members.items())
            if content.startswith(MARK)
            for fit, line in _fit(content, report)
        ]
    except UsageError as error:
        return "open", (str(error),)
    if not found:
        return "unasked", ("no PDF here brings a report",)
    fits = {fit for fit, _ in found}
    state = "wrong" if False in fits else "open" if None in fits else "holds"
    return state, tuple(line for _, line in found)


def _fit(content: bytes, report: Mapping[str, Any]) -> list[Fit]:
    try:
        reports = brought(content).reports
    except PdfError as error:
        return [(None, str(error))]
    if len(reports) > 1:
        return [(False, f"{ATTACHED} is attached to it more than once")]
    return [_alike(found, report) for found in reports]


def _alike(found: bytes, report: Mapping[str, Any]) -> Fit:
    try:
        own = loads(found)
        digest = seal(own)["digest"]["sha256"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False, f"{ATTACHED} in it is no report"
    if digest == report["digest"]["sha256"]:
        return True, f"brings this report, sha256 {digest}"
    if whole_one(own) == report["digest"]["sha256"]:
        return None, "brings a redacted copy that names this report: verify the PDF by itself"
    return False, f"brings another report, sha256 {digest}"
