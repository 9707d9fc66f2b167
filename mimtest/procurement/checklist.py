"""The rows of the compliance table: `suites/procurement/checklist.toml`.

The numbers are those of the MIMs procurement checklist, whose own text governs. Short labels are words of the
report's languages (`table.row.NUMBER`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.procurement.shipped import read_shipped

#: What a bidder may enter: M meets, E meets by an equivalent, N does not meet. Languages have their own letters.
CODES: Final = ("M", "E", "N")
#: A contract condition is accepted or not; there is no equivalent to it.
CLAUSE_CODES: Final = ("M", "N")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    `requirements` are the full ids it rests on, `candidates` the mechanisms it names beside them. Its text may ask
    for more: `shown` has to be met, too, one of `mechanisms` has to be the one that meets it, and with
    `encrypted` every address has to be one of https. `tests` says whether a test can answer it, `clause` whether it is
    a condition of the contract, `belongs` where in the tender it goes: `specification`, `selection` or `contract`.
    """

    number: str
    reference: str
    requirements: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    encrypted: bool = False
    tests: bool = True
    clause: bool = False
    belongs: str = "specification"

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be entered in it."""
        return CLAUSE_CODES if self.clause else CODES

    @property
    def named(self) -> tuple[str, ...]:
        """The full ids of all that speaks to it."""
        return (*self.requirements, *self.candidates, *self.shown)

    @property
    def decisive(self) -> tuple[str, ...]:
        """The full ids whose verdicts decide."""
        return self.requirements or self.candidates

    @property
    def mim(self) -> str:
        """The MIM it belongs to; empty for a clause."""
        return "" if self.clause else f"MIM{self.number.partition('.')[0]}"


@dataclass(frozen=True, slots=True)
class Checklist:
    """The rows for one edition of the MIMs, in their order."""

    edition: str
    title: str
    source: str
    rows: tuple[Row, ...]

    def row(self, number: str) -> Row | None:
        """The row of that number."""
        return next((r for r in self.rows if r.number == number), None)


@cache
def load_checklist() -> Checklist:
    """The shipped rows."""
    data = read_shipped("checklist.toml")
    return Checklist(data["edition"], data["title"], data["source"], tuple(map(_row, data["rows"])))


def _row(data: dict[str, Any]) -> Row:
    clause = data.get("clause", False)
    return Row(
        number=data["number"],
        reference=data["reference"],
        requirements=tuple(data["requirements"]),
        candidates=tuple(data.get("candidates", ())),
        shown=tuple(data.get("shown", ())),
        mechanisms=tuple(data.get("mechanisms", ())),
        encrypted=data.get("encrypted", False),
        tests=data.get("tests", not clause),
        clause=clause,
        belongs="contract" if clause else data.get("belongs", "specification"),
    )
