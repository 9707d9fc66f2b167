"""How `mimtest explain` is laid out: a heading and labelled fields, in lines of at most 100 columns."""

import textwrap
from collections.abc import Iterable
from typing import Final

#: Columns of a line. Only an address may be longer: one that is broken cannot be copied.
WIDTH: Final = 100
#: A label with its text, or with a list of entries; one without anything to say is left out.
Field = tuple[str, str | list[str]]


def lay_out(name: str, sentence: str, *fields: Field) -> str:
    """The text on one name: its heading, an empty line, and its fields."""
    return "\n".join([*_wrap(f"{name}  {sentence}", "", "  "), "", *_lines(fields)])


def _lines(fields: Iterable[Field]) -> Iterable[str]:
    for label, value in fields:
        if isinstance(value, str) and value:
            yield from _wrap(f"{label}: {value}", "", "  ")
        elif value:
            yield f"{label}:"
            for entry in value:
                yield from _wrap(entry, "  - ", "    ")


def _wrap(text: str, first: str, other: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )
