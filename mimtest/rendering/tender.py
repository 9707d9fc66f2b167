"""The text for a tender: a profile's items and clauses as Markdown that reads well as plain text, too."""

from collections.abc import Iterator
from itertools import count

from mimtest.procurement.clauses import PAPERS, Paragraph, TenderText
from mimtest.rendering.text import line
from mimtest.rendering.words import ENGLISH, Words, load


def render(text: TenderText, *, lang: str = "en") -> str:
    """What goes into which paper of the tender. Raises UsageError for a language without words."""
    return "\n".join(_lines(text, load(lang))) + "\n"


def _lines(text: TenderText, words: Words) -> Iterator[str]:
    yield f"# {line(text.title)}"
    if text.reference:
        yield f"\n{words('colon', label=words('fact.reference'), value=line(text.reference))}"
    yield f"\n{words('tender.text')}"
    if words.lang != ENGLISH:
        yield f"\n{words('tender.english')}"
    if words.is_draft:
        yield f"\n{words('draft')} {words.original('draft')}"
    for paper in PAPERS:
        clauses = [c for c in text.clauses if c.goes == paper]
        if clauses:
            yield f"\n## {words.of('tender.paper', paper)} ({words('tender.directive')}, {clauses[0].article})"
        if paper == "specification":
            yield from _items(text, words)
        yield from (f"\n**{c.title}.** {c.text}" for c in clauses)


def _items(text: TenderText, words: Words) -> Iterator[str]:
    """The items under one run of numbers, so that a bidder can name each."""
    numbers = count(1)
    for strength, paragraphs in text.paragraphs:
        if paragraphs:
            yield f"\n### {words.of('tender.strength', strength)}\n"
        yield from (f"{next(numbers)}. {_item(p, words)}" for p in paragraphs)


def _item(paragraph: Paragraph, words: Words) -> str:
    """The tender's own wording, or else the labels of the rows, or what is named."""
    labels = [words.of("table.row", a) for a in paragraph.about if "/" not in a]
    text = paragraph.text or "; ".join(labels) or ", ".join(paragraph.about)
    named = ", ".join(r.partition("/")[2].replace("/", " ") for r in paragraph.requirements)
    row = words("tender.row", number=paragraph.row) if paragraph.row else ""
    return f"{line(text)} ({'; '.join(t for t in (row, named) if t)})"
