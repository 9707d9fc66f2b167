"""The compliance table in the words of a language: plain texts, for whatever shows them.

What comes from a product or a bidder is still as it came: each renderer makes it harmless in its own way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mimtest.procurement.checklist import CLAUSE_CODES, CODES
from mimtest.procurement.grounds import Ground
from mimtest.procurement.table import Line, Table, table_of
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.words import Said, Words

#: How many checks, exchanges and documents a cell names; the report has them all.
_CHECKS: Final = 8
_EXCHANGES: Final = 4
_LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as texts. `code` is M, E, N or empty; `letter` is what the language prints for it.

    Who fills the authority's and the committee's columns is not mimtest: they have no field here.
    """

    number: str
    requirement: str
    tender: str
    reference: str
    code: str
    letter: str
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one MIM, or the clauses."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole table. `columns` are the headings by name, in their order."""

    title: str
    subject: str
    notes: tuple[str, ...]
    columns: Mapping[str, str]
    groups: tuple[Group, ...]
    foot: tuple[str, ...]


#: The columns in their order; those of `AUTHORITY` stay empty.
COLUMNS: Final = (
    "number",
    "requirement",
    "reference",
    "required",
    "answer",
    "evidence",
    "at_evaluation",
    "at_acceptance",
)
AUTHORITY: Final = frozenset({"required", "at_evaluation", "at_acceptance"})


def sheet_of(view: View) -> Sheet:
    """The table of a report in the language of the view."""
    words, table = view.words, table_of(view.report)
    subject = view.report["subject"]
    return Sheet(
        title=words("table.title"),
        subject=" · ".join(clip(subject[k], 200) for k in ("product", "version", "supplier")),
        notes=tuple(_notes(view, table)),
        columns={c: words(f"table.col.{c}") for c in COLUMNS},
        groups=tuple(_groups(view, table)),
        foot=tuple(_foot(view, table)),
    )


def cells(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The texts of a row's cells by column, each a list of paragraphs."""
    tender = (entry.tender,) if entry.tender else ()
    return {
        **dict.fromkeys(AUTHORITY, ()),
        "number": (entry.number,),
        "requirement": (entry.requirement, *tender),
        "reference": (entry.reference,),
        "answer": (entry.letter,) if entry.letter else (),
        "evidence": (entry.reason, *entry.evidence),
    }


def _notes(view: View, table: Table) -> Iterator[str]:
    words = view.words
    letters = "; ".join(
        f"{words(f'table.code.{c}')} = {words(f'table.code.{c}.means')}" for c in CODES
    )
    yield f"{letters}."
    clause = " / ".join(words(f"table.code.{c}") for c in CLAUSE_CODES)
    yield words("table.note.clauses", letters=clause)
    yield from (words(f"table.note.{n}") for n in ("proposed", "authority", "label"))
    profile = view.report["scope"]["profile"]
    yield words("colon", label=words("fact.profile"), value=table.profile)
    if profile["reference"]:
        yield words("colon", label=words("fact.reference"), value=clip(profile["reference"], 200))
    yield words("table.note.source", title=table.title, source=table.source)


def _foot(view: View, table: Table) -> Iterator[str]:
    words, report = view.words, view.report
    yield f"{view.kind()}. " + " ".join(view.notices())
    yield words(
        "table.foot",
        report=report["reportId"],
        digest=report["digest"]["sha256"],
        day=report["assessment"]["endedAt"][:10],
        edition=table.edition,
    )


def _groups(view: View, table: Table) -> Iterator[Group]:
    titles = {m: e["mims"][m]["title"] for e in reversed(view.editions) for m in e["mims"]}
    for mim in dict.fromkeys(line.row.mim for line in table.lines):
        title = _title(view.words, mim, titles.get(mim, "")) if mim else view.words("table.clauses")
        lines = (line for line in table.lines if line.row.mim == mim)
        yield Group(title, tuple(_entry(view.words, line) for line in lines))


def _title(words: Words, mim: str, title: str) -> Said:
    named = words.catalogue(f"mim.{mim}.title", title).spans if title else ()
    return Said.of([(f"{mim} " if named else mim, ""), *named])


def _entry(words: Words, line: Line) -> Entry:
    row, code = line.row, line.proposal or ""
    return Entry(
        number=row.number,
        requirement=words(f"table.row.{row.number}"),
        tender=_tender(words, line),
        reference=row.reference,
        code=code,
        letter=words(f"table.code.{code}") if code else "",
        reason=words.of("table.reason", line.reason),
        evidence=tuple(_ground(words, g) for g in line.grounds),
    )


def _tender(words: Words, line: Line) -> str:
    """What the tender's profile says of the row."""
    strength = words.of("strength.tender", line.strength) if line.strength else ""
    text = clip(line.text or "", _LONGEST)
    return words("colon", label=strength, value=text) if strength and text else strength or text


def _ground(words: Words, ground: Ground) -> str:
    name = ground.requirement.partition("/")[2].replace("/", " ")
    parts: list[str] = [words("colon", label=name, value=words.of("verdict", ground.verdict))]
    named = (
        ("checks.title", ground.checks, _CHECKS),
        ("check.exchanges", ground.exchanges, _EXCHANGES),
        ("req.evidence", tuple(clip(d, 200) for d in ground.documents), _CHECKS),
    )
    parts += [
        words("colon", label=words(key), value=_some(words, values, most))
        for key, values, most in named
        if values
    ]
    if ground.contradicted:
        failed = "; ".join(ground.contradicted)
        parts.append(words("colon", label=words("table.contradicted"), value=failed))
    if ground.rationale:
        parts.append(clip(ground.rationale, _LONGEST))
    return ". ".join(parts) + "."


def _some(words: Words, values: tuple[str, ...], most: int) -> str:
    more = len(values) - most
    rest = f" {words('more', n=more)}" if more > 0 else ""
    return ", ".join(values[:most]) + rest
