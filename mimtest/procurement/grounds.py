"""What an answer in the compliance table rests on: checks and exchanges, or the documents a bidder names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mimtest.tender import witnesses


@dataclass(frozen=True, slots=True)
class Ground:
    """One requirement of a row.

    `checks` are the ids of those that decided: passed ones with exchanges at hand for a verdict met, failed
    ones for not met; `exchanges` are theirs. `documents` and `rationale` are the bidder's own words,
    and with `conflict` these and the tests differ. `contradicted` are titles of claimed mechanisms that failed where
    another one met it.
    """

    requirement: str
    verdict: str
    basis: str
    checks: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    rationale: str | None = None
    claims_equivalent: bool = False
    conflict: bool = False
    contradicted: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether a test met it and its evidence is at hand."""
        return self.verdict == "met" and self.basis == "tested" and bool(self.exchanges)


@dataclass(frozen=True, slots=True)
class Held:
    """What a report holds for grounds: checks by id and outcome, and the declarations."""

    passed: Mapping[str, Sequence[Mapping[str, Any]]]
    failed: Mapping[str, Sequence[Mapping[str, Any]]]
    declarations: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Held":
        """From a report."""
        failed = [c for c in report["checks"] if c["outcome"] == "failed"]
        return cls(_by_id(witnesses(report)), _by_id(failed), report["declarations"])


def _by_id(checks: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for check in checks:
        found.setdefault(check["id"], []).append(check)
    return found


def ground_of(row: Mapping[str, Any], held: Held) -> Ground:
    """The ground that a requirement's entry in a report gives."""
    decided = _deciding_checks(row, held)
    word = _word(row, held.declarations)
    return Ground(
        requirement=row["id"],
        verdict=row["verdict"],
        basis=row["basis"],
        checks=tuple(dict.fromkeys(c["id"] for c in decided)),
        exchanges=tuple(dict.fromkeys(x for c in decided for x in c["exchanges"])),
        documents=tuple(e["locator"] for e in word["evidence"]) if word else (),
        rationale=word["rationale"] if word else None,
        claims_equivalent=bool(word and word["answer"] == "equivalent" and word["rationale"]),
        conflict=row["conflict"],
        contradicted=_contradicted(row),
    )


def _contradicted(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row["verdict"] != "met":
        return ()
    failed = [m for m in row["mechanisms"] if m["claimed"] and m["verdict"] == "not_met"]
    return tuple(m["title"] for m in failed)


def _deciding_checks(row: Mapping[str, Any], held: Held) -> list[Mapping[str, Any]]:
    """Those of the claimed mechanisms with the requirement's own verdict."""
    by_id = {"met": held.passed, "not_met": held.failed}.get(row["verdict"], {})
    names = [
        c
        for m in row["mechanisms"]
        if m["claimed"] and m["verdict"] == row["verdict"]
        for c in m["checks"]
    ]
    return [c for name in dict.fromkeys(names) for c in by_id.get(name, ())]


def _word(
    row: Mapping[str, Any], declarations: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    index = row["declaration"]
    return declarations[index] if index is not None and index < len(declarations) else None
