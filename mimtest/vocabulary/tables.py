"""Tables in CSV (RFC 4180) beside the same things in JSON: which cell says what."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Unsettled
from mimtest.models.equality_values import equal_json, same_instant
from mimtest.network.answer import Answer
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import assert_that, shown

CSV: Final = "text/csv"
_DELIMITERS: Final = ",;\t|"
_WORDS: Final[Mapping[bool, tuple[str, ...]]] = {
    True: ("true", "t", "1", "yes"),
    False: ("false", "f", "0", "no"),
}
_NOTHING: Final = ("", "null", "none", "nan", "\\n")


def rows_in(answer: Answer) -> list[dict[str, str]]:
    """The rows of a table by the names of its columns. Raises Contradiction for none, or for uneven rows."""
    __tracebackhide__ = True
    text = answer.text().removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if line
        ]
    except csv.Error as error:
        lines = []
        assert_that(False, "the table cannot be read", expected="CSV", received=str(error))  # noqa: FBT003
    assert_that(lines, "the table is empty", expected="a line of names", received=shown(text[:80]))
    names = lines[0]
    uneven = [number for number, line in enumerate(lines, 1) if len(line) != len(names)]
    assert_that(
        not uneven,
        f"line {uneven[0] if uneven else 0} of the table has another number of cells than the first",
        expected=f"{len(names)} cells",
        received=shown(lines[uneven[0] - 1]) if uneven else None,
    )
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def says(cell: str, value: Any) -> bool:
    """Whether a cell says a value: numbers by value, instants as instants, structured values as JSON."""
    text = cell.strip()
    if value is None:
        return text.lower() in _NOTHING
    if isinstance(value, bool):
        return text.lower() in _WORDS[value]
    if isinstance(value, str):
        plain = value.replace("\r\n", "\n").strip()
        return plain == cell.replace("\r\n", "\n").strip() or same_instant(plain, text)
    return equal_json(_read(text), value)


def _read(text: str) -> Any:
    """The JSON value in a cell; None for none."""
    try:
        return parse_json(text.encode())
    except (Unsettled, Contradiction):
        return None


def columns_for(name: str, row: Mapping[str, str]) -> list[str]:
    """The columns of a member: its own, or those of its parts."""
    parts = (f"{name}.", f"{name}_", f"{name}/", f"{name}[")
    return [c for c in row if c == name or c.startswith(parts)]
