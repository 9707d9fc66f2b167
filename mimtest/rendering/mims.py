"""The table per MIM: how many of its requirements came to which verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.words import FAMILIES

VERDICTS: Final = FAMILIES["verdict"]
_UNANSWERED: Final = ("inconclusive", "equivalence_claimed", "declared_only", "not_tested")
#: Verdicts of required items nobody has an answer to, the most urgent first. What a tender names is not excluded by claims.
OPEN: Final = (*_UNANSWERED, "not_applicable")
#: Kinds of rows by which a specification demands something of every product.
_DEMANDING: Final = ("requirement", "capability", "prerequisite")


@dataclass(frozen=True, slots=True)
class MimRow:
    """One line of the table per MIM. `total`, `met`, `not_met` and `open` count required items.

    `beyond` counts what the specification demands, this test does not require, and is not met.
    """

    edition: str
    mim: str
    title: str
    question: str
    verdict: str
    total: int
    met: int
    not_met: int
    open: int
    beyond: int


def sums(all_counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Required items by verdict over several counts, with `total` and `open`."""
    total = dict.fromkeys(VERDICTS, 0)
    for counts in all_counts:
        for verdict in VERDICTS:
            total[verdict] += counts[verdict]
    return {**total, "total": sum(total.values()), "open": sum(total[v] for v in OPEN)}


def is_beyond(row: Mapping[str, Any]) -> bool:
    """Whether the specification demands it, this test does not, and it is not met."""
    demanded = row["level"] in ("SHALL", "SHALL NOT") and row["kind"] in _DEMANDING
    return demanded and not row["required"] and row["verdict"] in (*_UNANSWERED, "not_met")


def mim_row(edition: Mapping[str, Any], entry: Mapping[str, Any]) -> MimRow:
    """The line of one MIM in an edition."""
    about = edition["mims"].get(entry["mim"], {})
    required = sums([entry["required"]])
    rows = [r for r in edition["requirements"] if r["mim"] == entry["mim"]]
    return MimRow(
        edition=edition["edition"],
        mim=entry["mim"],
        title=about.get("title") or "",
        question=about.get("question") or "",
        verdict=entry["verdict"],
        total=required["total"],
        met=required["met"],
        not_met=required["not_met"],
        open=required["open"],
        beyond=sum(map(is_beyond, rows)),
    )
