"""What the processes reported, put together in the order of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.plan import Planned
from mimtest.verdict import Outcome, worst

Key = tuple[str, str | None, str | None]


_CRASHED: Final[Mapping[str, Any]] = {
    "outcome": Outcome.NOT_RUN.value,
    "code": "worker_crash",
    "message": "the process that ran it ended in the middle",
}


@dataclass(slots=True)
class CaseRecord:
    """The phases of one case of one check on one interface."""

    phases: list[Mapping[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def deciding(self) -> Mapping[str, Any]:
        """The worst phase, the first of several; what does not come again in a second try shows nothing."""
        tries: dict[int, list[Mapping[str, Any]]] = {}
        for phase in self.phases:
            tries.setdefault(phase.get("attempt", 1), []).append(phase)
        came = [self._worst(phases) for phases in tries.values()]
        if len(came) == 1 or any(p.get("certain") for p in self.phases):
            return came[0]
        return _unstable(
            came[0], next((p for p in came if p["outcome"] == Outcome.PASSED), came[-1])
        )

    @staticmethod
    def _worst(phases: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        seen = [Outcome(p["outcome"]) for p in phases]
        outcome = worst(seen)
        if outcome is Outcome.PASSED and Outcome.NOT_APPLICABLE in seen:
            outcome = Outcome.NOT_APPLICABLE
        elif outcome is Outcome.PASSED and not any(p["when"] == "call" for p in phases):
            return {**phases[0], **_CRASHED}
        return next(p for p in phases if p["outcome"] == outcome)

    def as_dict(self, name: str | None) -> dict[str, Any]:
        """As in `report.json` `.checks[].cases[]`."""
        phase = self.deciding
        code = phase["code"]
        witnesses = dict.fromkeys(
            w for p in self.phases if p["when"] != "teardown" for w in p["witnesses"]
        )
        return {
            "name": name or "",
            "outcome": phase["outcome"],
            "reason": {"code": code, "message": phase["message"] or ""} if code else None,
            "expected": phase["expected"],
            "received": phase["received"],
            "exchanges": list(witnesses),
        }

    @property
    def readings(self) -> dict[tuple[str, str], None]:
        """The readings of open points the target took, by point and name."""
        return {(r[0], r[1]): None for p in self.phases for r in p["readings"]}

    @property
    def looked(self) -> dict[str, None]:
        """The samples it looked at, in words."""
        return {text: None for p in self.phases for text in p.get("looked", ())}


def _unstable(failed: Mapping[str, Any], again: Mapping[str, Any]) -> dict[str, Any]:
    """A failure that did not come again."""
    came = again["message"] or again["outcome"]
    told = f"it failed ({failed['message']}), and tried again it came to something else: {came}"
    outcome = Outcome.INCONCLUSIVE.value
    return {**failed, "outcome": outcome, "code": "unstable", "message": told}


class Gathered:
    """Collects the annotated reports of pytest's phases."""

    def __init__(self) -> None:
        self._cases: dict[Key, CaseRecord] = {}
        self.exchanges: list[Mapping[str, Any]] = []

    def add(self, report: Any) -> None:
        """Take a phase's report; that of a test that is no check says nothing."""
        plain: Mapping[str, Any] | None = getattr(report, "mimtest", None)
        if plain is None:
            return
        key = (plain["check"], plain["interface"], plain["case"])
        record = self._cases.setdefault(key, CaseRecord())
        record.phases.append({**plain, "when": report.when})
        record.seconds += report.duration
        self.exchanges += plain["exchanges"]

    def checks(self, plan: Iterable[Planned]) -> list[dict[str, Any]]:
        """One entry per planned check and interface, whatever became of it."""
        found: dict[tuple[str, str | None], dict[str | None, CaseRecord]] = {}
        for (check, interface, case), record in self._cases.items():
            found.setdefault((check, interface), {})[case] = record
        return [self._entry(p, found.get((p.check.id, p.interface), {})) for p in plan]

    @staticmethod
    def _entry(planned: Planned, found: Mapping[str | None, CaseRecord]) -> dict[str, Any]:
        if planned.outcome is not None:
            return _row(planned, _settled(planned), [], 0)
        if not found:
            return _row(planned, _UNSEEN, [], 0)
        cases = [
            record.as_dict(name) for name, record in sorted(found.items(), key=lambda f: f[0] or "")
        ]
        outcome = worst(Outcome(c["outcome"]) for c in cases)
        head = next(c for c in cases if c["outcome"] == outcome)
        exchanges = list(dict.fromkeys(x for c in cases for x in c["exchanges"]))
        seconds = sum(r.seconds for r in found.values())
        named = cases if len(cases) > 1 or cases[0]["name"] else []
        taken = sorted({r for record in found.values() for r in record.readings})
        readings = [{"point": point, "reading": name} for point, name in taken]
        looked = list({text: None for record in found.values() for text in record.looked})
        result = {**head, "exchanges": exchanges, "readings": readings, "looked": looked}
        return _row(planned, result, named, round(seconds * 1000))


_UNSEEN: Final[Mapping[str, Any]] = {
    "outcome": Outcome.NOT_RUN.value,
    "reason": {"code": "no_result", "message": "selected, but the run ended before it reported"},
    "expected": None,
    "received": None,
    "exchanges": [],
}


def _settled(planned: Planned) -> dict[str, Any]:
    assert planned.outcome is not None
    reason = {"code": planned.code, "message": planned.message}
    return {**_UNSEEN, "outcome": planned.outcome.value, "reason": reason}


def _row(
    planned: Planned, result: Mapping[str, Any], cases: list[dict[str, Any]], milliseconds: int
) -> dict[str, Any]:
    check = planned.check
    return {
        "id": check.id,
        "suite": check.suite,
        "title": check.title,
        "purpose": check.purpose,
        "strength": check.strength,
        "level": check.level.value,
        "clause": check.clause,
        "since": check.since,
        "interface": planned.interface,
        "outcome": result["outcome"],
        "reason": result["reason"],
        "expected": result["expected"],
        "received": result["received"],
        "cases": cases,
        "durationMs": milliseconds,
        "exchanges": result["exchanges"],
        "readings": result.get("readings", []),
        "looked": result.get("looked", []),
        "restsOn": list(check.rests_on),
        "requirements": [],
    }
