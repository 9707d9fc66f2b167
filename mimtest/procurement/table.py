"""The compliance table of a tender, with the bidder's column proposed from a report.

A model only: what it looks like is the renderers' business. The columns of the authority and of the
committee have no place in it, so that nothing can fill them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.procurement.checklist import Row, load_checklist
from mimtest.procurement.grounds import Ground, Held, ground_of
from mimtest.procurement.marks import profile_mark
from mimtest.tender import is_met_otherwise, of_the_run

#: Why a line has the proposal it has, or none.
REASONS: Final = (
    "tested",
    "tested_in_part",
    "tested_not_worded",
    "other_mechanism",
    "equivalent_claimed",
    "not_met",
    "declared_not_met",
    "claim_differs",
    "unencrypted",
    "open",
    "declared",
    "not_applicable",
    "condition_not_claimed",
    "evidence_not_taken",
    "documents_only",
    "contract_condition",
    "edition_not_judged",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row with what a report says of it.

    `proposal` is a code (M, E or N) or None where the bidder has to answer without help; `reason` says why.
    `strength` and `text` are the tender's, None where its profile says nothing of the row.
    """

    row: Row
    proposal: str | None
    reason: str
    grounds: tuple[Ground, ...]
    strength: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """All lines, in the checklist's order; `profile` tells under which one the report was made."""

    title: str
    source: str
    edition: str
    profile: str
    lines: tuple[Line, ...]


def table_of(report: Mapping[str, Any]) -> Table:
    """The table of a report. Nothing in it is computed but from the report and the shipped rows."""
    checklist = load_checklist()
    rows = {r["id"]: r for a in report["assessments"] for r in a["requirements"]}
    asked = _Asked(report)
    held = Held.of(report)
    lines = tuple(_line(row, rows, asked, held) for row in checklist.rows)
    profile = profile_mark(report["scope"]["profile"])
    return Table(checklist.title, checklist.source, checklist.edition, profile, lines)


class _Asked:
    """What the tender's profile says of a row, and what it takes of this run."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        profile = report["scope"]["profile"]
        #: What the tender names, however strongly: the bidder's claims do not exclude it.
        self.named = frozenset((*profile["require"], *profile.get("expect", ())))
        self._items: Sequence[Mapping[str, Any]] = profile.get("items", ())
        by_row = {r for i in self._items if _names_rows(i) for r in i["requirements"]}
        self._by_id = frozenset(profile["require"]) - by_row
        rules = profile.get("evidence")
        self._takes_the_run = not (rules and list(of_the_run(report["assessment"], rules)))
        addresses = (i["url"] for i in report["subject"]["interfaces"])
        self.all_encrypted = all(a.lower().startswith("https://") for a in addresses)

    def items(self, row: Row) -> list[Mapping[str, Any]]:
        """The items about a row, or else those about its requirements."""
        named = [i for i in self._items if row.number in i["about"]]
        return named or [i for i in self._items if set(row.named).intersection(i["about"])]

    def strength(self, row: Row) -> str | None:
        """How strongly it is asked for."""
        strengths = {i["strength"] for i in self.items(row)}
        if "mandatory" in strengths or self._by_id.intersection(row.named):
            return "mandatory"
        return "expected" if "expected" in strengths else None

    def text(self, row: Row) -> str | None:
        """The tender's own wording of it."""
        texts = [i["text"] for i in self.items(row) if i["text"]]
        return " ".join(dict.fromkeys(texts)) or None

    def mechanisms(self, row: Row) -> frozenset[str]:
        """The mechanisms it names, or else those that the row does."""
        return frozenset(m for i in self.items(row) for m in i["mechanisms"]) or frozenset(
            row.mechanisms
        )

    def takes_tests(self, row: Row) -> bool:
        """Whether this run may prove it."""
        return self._takes_the_run and all("test" in i["proofs"] for i in self.items(row))


def _names_rows(item: Mapping[str, Any]) -> bool:
    """Whether it is about rows of the table, not about requirements by their ids."""
    return any("/" not in a for a in item["about"])


def _line(row: Row, rows: Mapping[str, Mapping[str, Any]], asked: _Asked, held: Held) -> Line:
    grounds = tuple(ground_of(rows[n], held) for n in row.named if n in rows)
    proposal, reason = _propose(row, grounds, asked)
    text = asked.text(row)
    if proposal == "M":
        named = asked.mechanisms(row)
        if any(is_met_otherwise(rows[g.requirement], named) for g in grounds):
            proposal, reason = None, "other_mechanism"
        elif text:
            reason = "tested_not_worded"
    return Line(row, proposal, reason, grounds, asked.strength(row), text)


def _propose(row: Row, grounds: Sequence[Ground], asked: _Asked) -> tuple[str | None, str]:
    if row.clause:
        return None, "contract_condition"
    deciding = [g for g in grounds if g.requirement in row.decisive]
    if len(deciding) < len(row.decisive):
        return None, "edition_not_judged"
    if not row.tests:
        return _of_the_word(deciding)
    proposal, reason = _of_the_verdicts(deciding, asked.named)
    if proposal in ("M", "E"):
        tested = any(g.basis == "tested" for g in deciding)
        if tested and not asked.takes_tests(row):
            return None, "evidence_not_taken"
    if proposal == "M":
        return _of_what_is_beside(row, [g for g in grounds if g not in deciding], asked, reason)
    return proposal, reason


def _of_what_is_beside(
    row: Row, beside: Sequence[Ground], asked: _Asked, reason: str
) -> tuple[str | None, str]:
    """A yes stands only where nothing beside it is in doubt and all is shown that the row's text asks for."""
    if row.encrypted and not asked.all_encrypted:
        return None, "unencrypted"
    if any(g.verdict not in ("met", "not_applicable") for g in beside):
        return None, "open"
    shown = [g for g in beside if g.requirement in row.shown]
    excluded = [g.requirement for g in shown if g.verdict == "not_applicable"]
    if asked.named.intersection(excluded):
        return None, "condition_not_claimed"
    if len(shown) < len(row.shown) or not all(g.is_proven for g in shown if g.verdict == "met"):
        return None, "open"
    return "M", "tested_in_part" if excluded else reason


def _of_the_word(deciding: Sequence[Ground]) -> tuple[str | None, str]:
    """A row that only documents answer: a plain no, or an equivalent, is the bidder's own word."""
    said = [g for g in deciding if g.basis == "declared"]
    if any(g.verdict == "not_met" for g in said):
        return "N", "declared_not_met"
    if said and all(g.verdict == "equivalence_claimed" for g in deciding):
        return "E", "equivalent_claimed"
    return None, "documents_only"


def _of_the_verdicts(deciding: Sequence[Ground], named: frozenset[str]) -> tuple[str | None, str]:
    """A no wins, then whatever has no answer; a yes needs every answer, with its evidence."""
    if any(_differs(g) for g in deciding):
        return None, "claim_differs"
    failed = [g for g in deciding if g.verdict == "not_met"]
    if failed:
        tested = any(g.basis == "tested" for g in failed)
        return "N", "not_met" if tested else "declared_not_met"
    excluded = [g for g in deciding if g.verdict == "not_applicable"]
    if any(g.requirement in named for g in excluded):
        return None, "condition_not_claimed"
    if len(excluded) == len(deciding):
        return None, "not_applicable"
    proposal, reason = _of_the_answers([g for g in deciding if g not in excluded])
    return (proposal, "tested_in_part") if excluded and proposal == "M" else (proposal, reason)


def _differs(ground: Ground) -> bool:
    """Whether the bidder says otherwise than the test, so that nobody can answer for it."""
    if ground.basis != "tested":
        return False
    refused = ground.verdict == "not_met" and ground.claims_equivalent
    return refused or (ground.verdict == "met" and ground.conflict)


def _of_the_answers(applying: Sequence[Ground]) -> tuple[str | None, str]:
    """None of these is a no."""
    claimed = [g for g in applying if g.verdict == "equivalence_claimed"]
    unproven = [g for g in applying if not g.is_proven and g not in claimed]
    if unproven:
        declared = all(g.verdict == "declared_only" for g in unproven)
        return None, "declared" if declared else "open"
    return ("E", "equivalent_claimed") if claimed else ("M", "tested")
