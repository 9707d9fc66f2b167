"""What one process knows about the run it takes part in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from mimtest.checks import load_checks
from mimtest.network.client import Client
from mimtest.network.journal import Journal, pending
from mimtest.network.pacing import Politeness
from mimtest.network.recording import BODY_LIMIT, WHOLE, Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.tape import Tape
from mimtest.plan import Planned, Selection, plan
from mimtest.session.parting import Part, of_option
from mimtest.session.replay import StandIns, tape_of, without_files
from mimtest.shards import OTHER_SHARD
from mimtest.target import Level, Target, load_target

DEFAULT_OUTPUT: Final = "mimtest-report"


@dataclass
class Run:
    """The run's fixed facts, the same in every process, and this process's recorder.

    `readiness` maps an interface that is not ready to its reason {code, message, hint, key}; it is
    filled before the first check. `left_behind` are addresses this process could not remove.
    `challenge` is a text of whoever asked for the run; with a `tape` its answers are used. `part` is
    set where the run is one shard of a plan. `disposable` is a target that nobody needs after the run: what
    is left at its end is not removed. `clients` are those that checks use.
    """

    target: Target
    level: Level
    selection: Selection
    seed: int
    run_id: str
    output: Path
    plan: tuple[Planned, ...]
    secrets: Mapping[str, str]
    recorder: Recorder
    readiness: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    created: int = 0
    politeness: Politeness = field(default_factory=Politeness)
    worker: str = ""
    open_journal: Journal | None = None
    challenge: str | None = None
    tape: Tape | None = None
    part: Part | None = None
    disposable: bool = False
    clients: list[Client] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)

    @classmethod
    def of_config(cls, config: pytest.Config) -> "Run":
        """From pytest's options. Raises UsageError for a bad target file or a missing secret."""
        given: Mapping[str, Any] = getattr(config, "workerinput", {})
        option = config.getoption
        path = config.invocation_params.dir / option("--mimtest-target")
        recorded = option("--mimtest-replay")
        target = without_files(path) if recorded else load_target(path)
        level = Level(option("--mimtest-level") or target.scope.level)
        allowed = target.with_level(level)
        known = StandIns() if recorded else None
        secret_values = {} if config.option.collectonly else allowed.secrets(known)
        mims = option("--mim")
        selection = Selection(
            () if "all" in mims else tuple(mims), tuple(option("--mimtest-check"))
        )
        whole = plan(load_checks(), target, level, selection)
        part = of_option(option("--mimtest-shard"), whole, target, path)
        worker = given.get("workerid", "")
        recorder = Recorder(
            Redactor.of(target, secret_values),
            prefix=f"{part.shard.prefix if part else ''}{worker or 'm'}",
            body_limit=WHOLE if option("--mimtest-evidence") == "whole" else BODY_LIMIT,
        )
        tape = tape_of(Path(recorded), recorder) if recorded else None
        return cls(
            target=target,
            level=level,
            selection=selection,
            seed=option("--mimtest-seed"),
            run_id=tape.run_id if tape else given.get("mimtest_run_id") or secrets.token_hex(4),
            output=config.invocation_params.dir / (option("--mimtest-output") or DEFAULT_OUTPUT),
            plan=part.plan if part else whole,
            part=part,
            secrets=secret_values,
            recorder=recorder,
            worker=worker,
            # Shards may run at the same time: the pace is that of all of them.
            politeness=Politeness(
                processes=given.get("workercount", 1) * (part.shard.of if part else 1)
            ),
            readiness=dict(given.get("mimtest_readiness", {})),
            challenge=option("--mimtest-challenge"),
            tape=tape,
        )

    def journal(self) -> Journal | None:
        """The journal of what this process creates; None when the run creates nothing."""
        if self.open_journal is None and self.level.allows(Level.WRITES):
            self.output.mkdir(parents=True, exist_ok=True)
            name = "-".join(filter(None, ("journal", self.run_id, self.worker)))
            self.open_journal = Journal(self.output / f"{name}.jsonl", self.recorder.redactor)
        return self.open_journal

    def close(self) -> None:
        """Close the journal; one that has nothing left to remove goes away."""
        if self.open_journal is None:
            return
        self.open_journal.close()
        if not pending(self.open_journal.path):
            self.open_journal.path.unlink()
        self.open_journal = None

    def planned(self, check: str) -> tuple[Planned, ...]:
        """What the plan says of a check, per interface."""
        return self._by_check.get(check, ())

    @cached_property
    def asked(self) -> set[str]:
        """The names of the interfaces that are asked whether they are ready: those that selected checks look at, in any shard."""
        if self.selection.is_all:
            return {i.name for i in self.target.interfaces}
        wanted = (p for p in self.plan if p.outcome is None or p.code == OTHER_SHARD)
        return {p.interface for p in wanted if p.interface}

    @cached_property
    def _by_check(self) -> Mapping[str, tuple[Planned, ...]]:
        found: dict[str, tuple[Planned, ...]] = {}
        for planned in self.plan:
            found[planned.check.id] = (*found.get(planned.check.id, ()), planned)
        return found


RUN: Final = pytest.StashKey[Run]()
#: The readings of open points a check saw the target take.
READINGS: Final = pytest.StashKey[dict[tuple[str, str], None]]()
#: What samples a check looked at, each in words.
LOOKED: Final = pytest.StashKey[dict[str, None]]()
