"""Running the checks of a report again on its own exchanges, and what came of it."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from mimtest.errors import MimtestError
from mimtest.network.replaying import (
    MISSED,
    NO_SNAPSHOT,
    NOT_RECORDED,
    NOT_REPLAYABLE,
    OF_THE_RECORD,
    lacks,
)
from mimtest.network.tape import Tape
from mimtest.report import write_report
from mimtest.session.launch import Order, launch
from mimtest.session.repeating import repeated
from mimtest.session.state import RUN

#: Outcomes of checks that were run.
_RAN: Final = ("passed", "failed", "inconclusive", "error")
_VAGUE: Final = ("inconclusive", "not_run")

Report = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replayed:
    """Ids of checks: with the same outcome, with another one (and which), and not replayed, by reason.

    `vague` came to no result on the record although they did in the run.
    """

    same: tuple[str, ...]
    other: tuple[str, ...]
    vague: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]

    @property
    def hidden(self) -> bool:
        """Whether the record itself lacks what some check rests on: whoever has something to hide sees to that."""
        return any(why in OF_THE_RECORD for why in self.left_out)


def replay(report: Report, target: Path) -> Replayed:
    """Run the checks of a report on what it recorded; nothing is sent.

    Raises UsageError for a target file that is not sound, MimtestError when the run itself broke.
    """
    taken = _Tape()
    with tempfile.TemporaryDirectory(prefix="mimtest-replay-") as name:
        record = Path(name) / "record.json"
        write_report(report, record)
        order = Order(target=target, output=Path(name) / "out", pages=False, replays=record)
        again = launch(repeated(order, report, record), [taken])
    if taken.tape is None:
        raise MimtestError("The replay ended without a record of what it used.")
    return _compared(report, again, taken.tape)


class _Tape:
    """Takes the tape out of pytest at its end."""

    def __init__(self) -> None:
        self.tape: Tape | None = None

    @pytest.hookimpl
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep it."""
        run = config.stash.get(RUN, None)
        self.tape = run.tape if run else None


def _compared(report: Report, again: Report, tape: Tape) -> Replayed:
    places = [(c["id"], c["interface"]) for c in report["checks"]]
    after = {(c["id"], c["interface"]): c for c in again["checks"]}
    pairs = [(b, after.pop(p, None)) for p, b in zip(places, report["checks"], strict=True)]
    ran = [
        (b, n)
        for b, n in pairs
        if n is None or b["outcome"] in _RAN or b["outcome"] != n["outcome"]
    ]
    blame = _Blame(report, again, tape)
    found = [(b, n, blame.reasons(b, n) if n else ()) for b, n in ran]
    blame.learn((n, why) for _, n, why in found if n)
    found = [(b, n, why or (blame.shared(b, n) if n else ())) for b, n, why in found]
    left_out: dict[str, dict[str, None]] = {}
    for before, _, reasons in found:
        for why in reasons:
            left_out.setdefault(why, {})[before["id"]] = None
    sure = [(b, n) for b, n, why in found if not why]
    differ = [(b, n) for b, n in sure if n is None or n["outcome"] != b["outcome"]]
    other = [_told(b, n) for b, n in differ if n is None or n["outcome"] not in _VAGUE]
    return Replayed(
        tuple(b["id"] for b, n in sure if n is not None and n["outcome"] == b["outcome"]),
        (*other, *(f"{name}: is not in the report" for name, _ in after)),
        tuple(_told(b, n) for b, n in differ if n is not None and n["outcome"] in _VAGUE),
        {why: tuple(names) for why, names in left_out.items()},
    )


class _Blame:
    """Why an outcome in a replay says nothing: what was not kept, in the check itself or in what it builds on."""

    def __init__(self, report: Report, again: Report, tape: Tape) -> None:
        self._tape = tape
        self._lacks = {x["id"]: lacks(x) for x in report["exchanges"] if x["response"]}
        self._probes = {p["interface"]: p for p in again["readiness"] if not p["ready"]}
        self._shared: dict[tuple[str | None, str], tuple[str, ...]] = {}

    def reasons(self, before: Row, now: Row) -> tuple[str, ...]:
        """By the check's own requests, those of its interface's probe, and the answers it went by."""
        if self._tape.left_out.get(now["id"]):
            return tuple(self._tape.left_out[now["id"]])
        code = (now["reason"] or {}).get("code")
        if code == NOT_REPLAYABLE:
            return (str(now["reason"]["message"]),)
        if code == NOT_RECORDED:
            return (MISSED,)
        if code == NO_SNAPSHOT:
            return ("what an earlier run noted is in a file, not in the record",)
        if now["outcome"] == before["outcome"]:
            return ()
        probe = self._probes.get(str(now["interface"]), {"exchanges": ()})
        places = (now["id"], *now["exchanges"], *probe["exchanges"])
        noted = [why for p in places for why in self._tape.partly.get(p, ())]
        return tuple(
            dict.fromkeys(
                [*noted, *(w for x in before["exchanges"] for w in self._lacks.get(x, ()))]
            )
        )

    def learn(self, blamed: Iterable[tuple[Row, tuple[str, ...]]]) -> None:
        """Remember the words in which checks ended for a reason: what they share is told once for all."""
        for row, reasons in blamed:
            if reasons and row["reason"]:
                self._shared.setdefault(self._words(row), reasons)

    def shared(self, before: Row, now: Row) -> tuple[str, ...]:
        """The reason of another check that ended in the same words on what both build on."""
        differs = now["outcome"] != before["outcome"] and now["reason"]
        return self._shared.get(self._words(now), ()) if differs else ()

    @staticmethod
    def _words(row: Row) -> tuple[str | None, str]:
        return row["interface"], f"{row['reason']['code']} {row['reason']['message']}"


def _told(before: Row, now: Row | None) -> str:
    if now is None:
        return f"{before['id']}: is not among the checks of this run"
    why = f" ({now['reason']['message'] or now['reason']['code']})" if now["reason"] else ""
    return f"{before['id']}: {before['outcome']} in the report, {now['outcome']} when replayed{why}"
