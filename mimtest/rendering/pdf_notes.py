"""Labelled paragraphs and lists of ids: what the parts of the PDF say their evidence with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mimtest.rendering.rows import reason_message
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.words import Said

#: Ids that are named of one list.
IDS: Final = 12
EXCHANGES: Final = 4
#: Characters of a text of the product's or the catalogue's, and of a name, a clause or a line.
LONG: Final = 700
SHORT: Final = 300

Note = dict[str, Any]


def note(label: object, *text: object) -> Note:
    """A labelled paragraph; its texts follow each other."""
    return {"label": label, "text": [t for t in text if t]}


def named(view: View, ids: Sequence[str], most: int = IDS) -> list[str]:
    """The first ids of a list, and how many more there are."""
    shown = [", ".join(ids[:most])]
    return [*shown, view.words("more", n=len(ids) - most)] if len(ids) > most else shown


def message(view: View, row: Mapping[str, Any]) -> list[object]:
    """The line that goes with the reason of a check, a case or a requirement; nothing when there is none."""
    text = reason_message(row)
    return [view.words.english(clip(text, SHORT))] if text else []


def joined(texts: Sequence[Said], mark: str = ";") -> list[Said]:
    """The texts, each but the last with a mark after it."""
    return [Said.of([*t.spans, (mark, "")]) for t in texts[:-1]] + list(texts[-1:])


def exchanges(view: View, ids: Sequence[str]) -> Iterator[Note]:
    """The ids of exchanges, under which the attached report has them."""
    if ids:
        yield note(view.words("check.exchanges"), *named(view, ids, EXCHANGES))
