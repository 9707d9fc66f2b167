"""The failed checks and those without an answer, as data for the PDF."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mimtest.rendering.pdf_file import state
from mimtest.rendering.pdf_notes import (
    IDS,
    LONG,
    SHORT,
    Note,
    exchanges,
    joined,
    message,
    named,
    note,
)
from mimtest.rendering.rows import Cause, Failure, reason_code, reason_message
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.words import Said

#: Failed checks, causes and messages that are told; what is beyond them is counted.
_FAILED: Final = 100
_CAUSES: Final = 60
_MESSAGES: Final = 8


def failed(view: View) -> dict[str, Any]:
    """The failed checks, consequences below the one to look at first."""
    words, failures = view.words, view.failures()
    number = len(view.checks("failed"))
    return {
        "title": words("colon", label=words("checks.failed"), value=number),
        "lead": words("checks.folded", n=len(failures)) if failures else words("checks.none_failed")
        if view.report["checks"] else words("checks.none"),
        "rows": [_failure(view, f) for f in failures[:_FAILED]],
        "more": words("omitted", n=len(failures) - _FAILED) if len(failures) > _FAILED else "",
    }  # fmt: skip


def _failure(view: View, failure: Failure) -> dict[str, Any]:
    words, check = view.words, failure.head
    weak = check["strength"] != "must"
    return {
        "state": state(view, "outcome", check["outcome"]),
        "id": check["id"],
        "title": words.english(clip(check["title"], SHORT)),
        "meta": [*_about(view, check)],
        "notes": [
            *([note("", words("checks.recommended"))] if weak else []),
            note(words("check.suspect"), view.suspect(check)),
            *_said(view, check),
            *([note(words("check.requirements"), *named(view, check["requirements"]))] if check["requirements"] else []),
            *_cases(view, check),
            *exchanges(view, check["exchanges"]),
            *_follows(view, failure.follows),
        ],
    }  # fmt: skip


def _about(view: View, check: Mapping[str, Any]) -> Iterator[object]:
    yield view.words.of("strength", check["strength"])
    yield clip(check["clause"], SHORT)
    if check["interface"]:
        yield _pair(view, "check.interface", clip(check["interface"], SHORT))


def _pair(view: View, key: str, value: object) -> Said:
    return view.words("colon", label=view.words(key), value=value)


def _said(view: View, row: Mapping[str, Any]) -> Iterator[Note]:
    """What was expected, what came, and why; shortened, and said to be so."""
    words = view.words
    told = {"expected": row["expected"], "received": row["received"], "reason": _reason(view, row)}
    for key, text in told.items():
        if text:
            cut = words("clipped") if len(text) > LONG else ""
            shown = text if isinstance(text, Said) else words.english(clip(text, LONG))
            yield note(words(f"check.{key}"), shown, cut)


def _reason(view: View, row: Mapping[str, Any]) -> str:
    code = reason_code(row)
    return reason_message(row) or (view.words.reason(code) if code else "")


def _cases(view: View, check: Mapping[str, Any]) -> Iterator[Note]:
    """How many examples came to which outcome, and the first that failed."""
    if not check["cases"]:
        return
    words, counts = view.words, Counter(c["outcome"] for c in check["cases"])
    numbers = [words("colon", label=words.of("outcome", o), value=n) for o, n in counts.items()]
    yield note(words("check.cases"), *joined(numbers))
    told = [c for c in check["cases"] if c["outcome"] not in {"passed", "not_applicable"}]
    for case in told[:_MESSAGES]:
        name = words.english(clip(case["name"], SHORT))
        yield note("", words.of("outcome", case["outcome"]), name, *message(view, case))


def _follows(view: View, checks: Sequence[Mapping[str, Any]]) -> Iterator[Note]:
    if checks:
        yield note(view.words("checks.follow"), *named(view, [c["id"] for c in checks]))


def unanswered(view: View) -> dict[str, Any]:
    """The checks without an answer, by cause."""
    words, causes = view.words, view.causes()
    number = len(view.checks("error", "inconclusive", "not_run"))
    return {
        "title": words("colon", label=words("checks.open"), value=number),
        "rows": [_cause(view, c) for c in causes[:_CAUSES]],
        "more": words("omitted", n=len(causes) - _CAUSES) if len(causes) > _CAUSES else "",
    }


def _cause(view: View, cause: Cause) -> dict[str, Any]:
    words, checks = view.words, cause.checks
    told = [] if cause.message else [c for c in checks if reason_message(c)]
    return {
        "state": state(view, "outcome", cause.outcome),
        "title": view.cause_sentence(cause),
        "notes": [
            *([note("", words.english(clip(cause.message, LONG)))] if cause.message else []),
            note(words("cause.do"), words.remedy(cause.code)),
            *(note(c["id"], *message(view, c)) for c in told[:_MESSAGES]),
            note(
                words("colon", label=words("fact.checks"), value=len(checks)),
                *named(view, list(dict.fromkeys(c["id"] for c in checks)), 3 * IDS),
            ),
        ],
    }
