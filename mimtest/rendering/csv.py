"""One row per requirement and edition, for a spreadsheet (RFC 4180), in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.rendering.instruments import instrument
from mimtest.rendering.rows import reason_code
from mimtest.rendering.text import clip, line
from mimtest.rendering.view import OUTCOMES, View

#: What a spreadsheet takes for the start of a formula, also in full width.
_FORMULA: Final = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
#: Some spreadsheets split at a semicolon whatever the quotes say.
_INNER: Final = re.compile(r"([;\t]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_COLUMNS: Final = (
    "edition",
    "mim",
    "requirement",
    "level",
    "statement",
    "required",
    "verdict",
    "result",
    "basis",
    "reason",
    "declaration",
    "mechanisms",
    "supporting",
)
#: Characters of a name in a cell.
_LONGEST: Final = 200
_SUBJECT: Final = ("supplier", "product", "version", "tested", "report", "notices")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`requirements.csv`, with a header row."""
    view = View.of(report, lang)
    words = view.words
    outcomes = [words.of("outcome", o) for o in OUTCOMES]
    head = [words(f"csv.{c}") for c in _COLUMNS]
    tail = [words(f"csv.{c}") for c in _SUBJECT]
    told = subject_of(view)
    subject = [told[c] for c in _SUBJECT]
    by_id = _outcomes(report["checks"])
    rows = ((*_requirement(view, i.row), *_checks(i.row, by_id), *subject) for i in view.items())
    return as_csv([(*head, *outcomes, *tail), *rows])


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """The rows as RFC 4180 has them, each cell made `safe`."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerows([safe(c) for c in row] for row in rows)
    return table.getvalue()


def safe(text: str) -> str:
    """The text as a cell that stays text: one line, nothing hidden, nothing to compute."""
    text = _INNER.sub(r"\1'", line(text))
    return f"'{text}" if _FORMULA.match(text) else text


def subject_of(view: View) -> dict[str, str]:
    """What each line of a table says of the report it is from, by the name of the column."""
    report = view.report
    named = {k: clip(report["subject"][k], _LONGEST) for k in ("supplier", "product", "version")}
    return named | {
        "tested": report["assessment"]["endedAt"],
        "report": report["reportId"],
        "sha256": report["digest"]["sha256"],
        "notices": " ".join([f"{view.kind()}.", *view.notices()]),
    }


def _requirement(view: View, row: Mapping[str, Any]) -> list[str]:
    words = view.words
    return [
        row["id"].partition("/")[0],
        row["mim"],
        row["id"],
        row["level"],
        row["statement"],
        words("yes" if row["required"] else "no"),
        row["verdict"],
        words.of("verdict", row["verdict"]),
        row["basis"],
        reason_code(row),
        _declared(view, row["declaration"]),
        "; ".join(_mechanism(m) for m in row["mechanisms"]),
        "; ".join(_support(view, row)),
    ]


def _support(view: View, row: Mapping[str, Any]) -> list[str]:
    """The checks shown beside a requirement, by outcome."""
    return [
        f"{view.words.of('outcome', outcome)}: {' '.join(ids)}"
        for outcome, ids in view.supporting(row)
    ]


def _mechanism(mechanism: Mapping[str, Any]) -> str:
    state = mechanism["verdict"] if mechanism["claimed"] else "not_claimed"
    return f"{mechanism['mechanism']}: {state}"


def _declared(view: View, index: int | None) -> str:
    declarations = view.report["declarations"]
    if index is None or index >= len(declarations):
        return ""
    entry = declarations[index]
    evidence = "; ".join(_document(view, e) for e in entry["evidence"])
    answer = view.words.of("declared", entry["answer"])
    return clip(f"{answer}: {evidence}" if evidence else answer, 1000)


def _document(view: View, named: Mapping[str, Any]) -> str:
    state = named.get("state")
    shown = (
        f"{named['locator']} ({view.words.of('evidence', state)})" if state else named["locator"]
    )
    told = instrument(view.words, named)
    return f"{shown}: {told}" if told else shown


def _outcomes(checks: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    by_id: dict[str, set[str]] = {}
    for check in checks:
        by_id.setdefault(check["id"], set()).add(check["outcome"])
    return by_id


def _checks(row: Mapping[str, Any], by_id: Mapping[str, set[str]]) -> list[str]:
    """The ids of the requirement's checks, one cell per outcome."""
    named = list(dict.fromkeys(c for m in row["mechanisms"] for c in m["checks"]))
    return [" ".join(c for c in named if outcome in by_id.get(c, ())) for outcome in OUTCOMES]
