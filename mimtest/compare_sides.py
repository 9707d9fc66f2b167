"""What a comparison needs of one report: its requirements, and what its checks looked at."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.compare_runs import data_of, is_whole

#: Outcomes of checks that say something about the product.
_ANSWERED: Final = frozenset({"passed", "failed", "inconclusive", "error"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """What the comparison of requirements needs of one report.

    `places` are the interfaces of each check, each by its kind and the data it was looked at for: names and addresses
    may differ between two tests of one product.
    """

    rows: Mapping[str, Row]
    places: Mapping[str, Sequence[str]]
    outcomes: Mapping[str, frozenset[str]]
    reasons: Mapping[str, frozenset[str]]
    drawn: frozenset[str]
    whole: bool

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Side":
        """From a report of the published schema."""
        rows = {r["id"]: r for a in report["assessments"] for r in a["requirements"]}
        outcomes: dict[str, set[str]] = {}
        reasons: dict[str, set[str]] = {}
        places: dict[str, list[str]] = {}
        known = {i["name"]: _place(i) for i in report["subject"]["interfaces"]}
        for check in report["checks"]:
            places.setdefault(check["id"], []).append(known.get(check["interface"], ""))
            outcomes.setdefault(check["id"], set()).add(check["outcome"])
            reasons.setdefault(check["id"], set()).add((check["reason"] or {}).get("code") or "")
        return cls(
            rows=rows,
            places={k: sorted(v) for k, v in places.items()},
            outcomes={k: frozenset(v) for k, v in outcomes.items()},
            reasons={k: frozenset(v) for k, v in reasons.items()},
            drawn=frozenset(c["id"] for c in report["checks"] if c.get("looked")),
            whole=is_whole(report),
        )

    def ran(self, row: Row) -> frozenset[str]:
        """The checks of its claimed mechanisms that were run."""
        return frozenset(c for c in checks_of(row) if self.outcomes.get(c, frozenset()) & _ANSWERED)


def checks_of(row: Row) -> Iterable[str]:
    """The checks of its claimed mechanisms."""
    return dict.fromkeys(c for m in row["mechanisms"] if m["claimed"] for c in m["checks"])


def mechanisms_of(row: Row) -> dict[str, list[str]]:
    """The checks of each mechanism."""
    return {m["mechanism"]: m["checks"] for m in row["mechanisms"]}


def claimed_of(row: Row) -> set[str]:
    """Its claimed mechanisms."""
    return {m["mechanism"] for m in row["mechanisms"] if m["claimed"]}


def _place(interface: Mapping[str, Any]) -> str:
    """An interface as two tests of one product have it in common."""
    return json.dumps([interface["kind"], *data_of(interface)])
