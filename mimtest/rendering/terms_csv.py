"""The requirements by the terms of data-space and twin projects, for a spreadsheet: a line for each pair."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.procurement.terms import Group, sort_report
from mimtest.rendering.csv import as_csv
from mimtest.rendering.view import View

_COLUMNS: Final = ("requirement", "level", "statement", "required", "verdict", "result", "basis")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`terms.csv`, with a header row. A requirement with two terms stands in two lines."""
    view = View.of(report, lang)
    words = view.words
    heads = (words(f"csv.{c}") for c in (*_COLUMNS, "report", "notices"))
    return as_csv([(words("terms.col.scheme"), words("terms.col.term"), *heads), *_rows(view)])


def _rows(view: View) -> Iterator[tuple[str, ...]]:
    said = " ".join([f"{view.kind()}.", *view.notices()])
    for scheme in sort_report(view.report):
        for group in (*scheme.groups, Group("unmapped", scheme.unmapped)):
            for row in group.rows:
                cells = _cells(view, row)
                yield (scheme.id, group.term, *cells, view.report["reportId"], said)


def _cells(view: View, row: Mapping[str, Any]) -> tuple[str, ...]:
    words = view.words
    return (
        row["id"],
        row["level"],
        row["statement"],
        words("yes" if row["required"] else "no"),
        row["verdict"],
        words.of("verdict", row["verdict"]),
        row["basis"],
    )
