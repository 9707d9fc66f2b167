"""What a buyer pastes into the papers of a tender: a profile's items and the clauses that go with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mimtest.procurement.checklist import Row, load_checklist
from mimtest.procurement.marks import profile_mark
from mimtest.procurement.shipped import read_shipped
from mimtest.profile import Profile
from mimtest.profile_parts import STRENGTHS, Item

#: The papers of a tender, in their order.
PAPERS: Final = ("specification", "selection", "proof", "contract")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, the paper it goes into, the article it rests on, and the row of the table that asks about it."""

    id: str
    goes: str
    article: str
    title: str
    text: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """An item of the technical specification.

    `text` is the buyer's, None where the row's own label stands for it; `about` is what it names.
    """

    text: str | None
    about: tuple[str, ...]
    row: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TenderText:
    """All of it: paragraphs by strength, then the clauses in their order."""

    title: str
    reference: str | None
    paragraphs: tuple[tuple[str, tuple[Paragraph, ...]], ...]
    clauses: tuple[Clause, ...]


def tender_text(profile: Profile) -> TenderText:
    """The text for a tender under a profile."""
    by_strength = ((s, tuple(_paragraphs(profile, s))) for s in STRENGTHS)
    return TenderText(
        profile.title, profile.reference, tuple(by_strength), tuple(_clauses(profile))
    )


def _clauses(profile: Profile) -> Iterator[Clause]:
    """The clauses, filled in; those about rows only where the profile names these, if it names any."""
    rows = {r.number for i in profile.items for r in _rows(i)}
    given = {
        "edition": profile.edition or load_checklist().edition,
        "profile": profile_mark(profile.as_dict()),
    }
    for data in read_shipped("clauses.toml")["clauses"]:
        clause = Clause(**{**data, "text": data["text"].format(**given)})
        if not rows or not clause.row or clause.row in rows:
            yield clause


def _paragraphs(profile: Profile, strength: str) -> Iterator[Paragraph]:
    """The items that belong into the technical specification, in the profile's order."""
    for item in profile.items:
        rows = _rows(item)
        if item.strength == strength and all(r.belongs == "specification" for r in rows):
            number = ", ".join(r.number for r in rows)
            yield Paragraph(item.text, item.about, number, item.requirements)


def _rows(item: Item) -> list[Row]:
    found = map(load_checklist().row, item.about)
    return [r for r in found if r]
