"""Runs against the sandbox with faults, many at a time: each in a process that does nothing else."""

import multiprocessing
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from mimtest.checks import load_checks
from mimtest.models.cache import VARIABLE
from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.secrets import demo_secrets
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.selftest.disposable import Disposable
from mimtest.selftest.impact import find_impact
from mimtest.selftest.packing import (
    FAULTS,
    Mode,
    at_stand,
    checks_of,
    packed,
    place_of,
    places_with,
    surplus,
)
from mimtest.session.launch import Order, launch

T = TypeVar("T")
#: Says which part of the work is under way, how many of its runs are through, and of how many.
Told = Callable[[str, int, int], None]
#: Processes are replaced after so many runs each.
_RUNS: Final = 40


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of the checks that ran with a fault: by place the outcome, and the reason of what is open."""

    outcomes: Mapping[str, str]
    open: Mapping[str, str]

    @property
    def failed(self) -> frozenset[str]:
        """The checks that failed."""
        return checks_of(p for p, outcome in self.outcomes.items() if outcome == "failed")

    def only(self, places: frozenset[str]) -> "Killed":
        """The part of these places."""
        kept = {p: outcome for p, outcome in self.outcomes.items() if p in places}
        return Killed(kept, {p: code for p, code in self.open.items() if p in places})


@dataclass(frozen=True, slots=True)
class Watched:
    """A run without a fault: the outcomes by place, and the places that each fault can touch."""

    outcomes: Mapping[str, str]
    touches: Mapping[str, frozenset[str]]


class Crew:
    """Processes for runs, to be used as a context; `told` hears after each run which part of the work is under way, how many of its runs are through, and of how many."""

    def __init__(self, processes: int, told: Told | None = None) -> None:
        self._processes = processes
        self._told = told or (lambda *_: None)
        self._pool: ProcessPoolExecutor | None = None
        self._begun = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def watch(
        self, folder: Path, faults: Sequence[str], parts: Sequence[tuple[str, ...]], mode: Mode
    ) -> Watched:
        """Watch the checks run without faults, in parts by globs; each part's report goes to a folder of its number."""
        quick = mode is Mode.SAMPLE
        orders = [(folder / str(n), tuple(faults), part, quick) for n, part in enumerate(parts)]
        seen = self._each("without faults", watch, orders)
        touches = {f: frozenset[str]().union(*(s.touches[f] for s in seen)) for f in faults}
        return Watched({k: o for s in seen for k, o in s.outcomes.items()}, touches)

    def run(self, names: Sequence[str], watched: Watched, mode: Mode) -> dict[str, Killed]:
        """What each of the faults is noticed by."""
        if mode is Mode.WHOLE:
            return self._alone(dict.fromkeys(names, frozenset(watched.outcomes)))
        touches = {n: watched.touches[n] for n in names}
        runs = {n: places_with(n, touches[n], watched.outcomes, mode) for n in names}
        packs = list(packed(runs, touches))
        ended = self._each(
            "with faults", run_with, [(tuple(p), _together(runs[n] for n in p)) for p in packs]
        )
        found = {n: k.only(runs[n]) for p, k in zip(packs, ended, strict=True) for n in p}
        shared = [n for p in packs if len(p) > 1 for n in p]
        doubtful = [n for n in shared if not is_as_declared(n, found[n])]
        return found | self._alone({n: runs[n] for n in doubtful})

    def _alone(self, runs: Mapping[str, frozenset[str]]) -> dict[str, Killed]:
        ended = self._each("with faults", run_with, [((n,), places) for n, places in runs.items()])
        return dict(zip(runs, ended, strict=True))

    def _each(
        self, phase: str, work: Callable[..., T], orders: Sequence[tuple[object, ...]]
    ) -> list[T]:
        """The work on each order."""
        found: list[T] = []
        while len(found) < len(orders):
            pool, room = self._with_room()
            part = orders[len(found) : len(found) + room]
            self._begun += len(part)
            for future in [pool.submit(work, *order) for order in part]:
                found.append(future.result())
                self._told(phase, len(found), len(orders))
        return found

    def _with_room(self) -> tuple[ProcessPoolExecutor, int]:
        """A pool, and for how many runs it is good. Processes are replaced together: a pool that replaces one at a time may wait for ever."""
        good_for = self._processes * _RUNS
        if self._pool is None or self._begun >= good_for:
            self.__exit__()
            spawn = multiprocessing.get_context("spawn")
            self._pool, self._begun = ProcessPoolExecutor(self._processes, spawn, _prepare), 0
        return self._pool, good_for - self._begun


def _together(places: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*places)


def _prepare() -> None:
    """The demo's secrets, and no models that somebody added on this machine."""
    os.environ.update(demo_secrets())
    os.environ[VARIABLE] = str(Path(tempfile.gettempdir()) / f"mimtest-no-models-{os.getpid()}")


def is_as_declared(name: str, killed: Killed) -> bool:
    """Whether a fault was noticed by its checks alone, a variant by none."""
    fault = FAULTS[name]
    silent = fault.kind == "fault" or not killed.open
    return silent and set(fault.kills) <= killed.failed and not surplus(fault, killed.failed)


def run_with(faults: tuple[str, ...], places: frozenset[str]) -> Killed:
    """Run the checks at these places in this process against a sandbox with the faults."""
    if not places:
        return Killed({}, {})
    checks = tuple(sorted(checks_of(places)))
    suites = tuple({c.suite for c in load_checks() if c.id in checks})
    platform = Platform(faults=[find_fault(f) for f in faults])
    with tempfile.TemporaryDirectory(prefix="mimtest-matrix-") as folder, serve(platform) as base:
        target = Path(folder) / "mimtest.toml"
        target.write_text(_impatient(target_text(base)), encoding="utf-8")
        order = Order(target=target, output=Path(folder), suites=suites, checks=checks, pages=False)
        report = launch(order, [Disposable(places)])
    rows = _rows(report)
    return Killed(
        {place: c["outcome"] for place, c in rows.items()},
        {p: c["reason"]["code"] for p, c in rows.items() if c["outcome"] == "inconclusive"},
    )


def _rows(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What ran, by place."""
    return {
        place_of(c["id"], c["interface"]): c for c in report["checks"] if c["outcome"] != "not_run"
    }


def watch(folder: Path, faults: tuple[str, ...], checks: tuple[str, ...], quick: bool) -> Watched:  # noqa: FBT001
    """One watched run of these checks (none: all) in this process, whose target file and report go to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    spotlight, report = find_impact((FAULTS[f] for f in faults), folder, checks, quick=quick)
    outcomes = {place: c["outcome"] for place, c in _rows(report).items()}
    touches = {f: at_stand(outcomes) if FAULTS[f].stand else spotlight.places(f) for f in faults}
    return Watched(outcomes, touches)


def _impatient(target: str) -> str:
    """The target file, with less time for what was written to be seen or told of: the platform needs next to none."""
    seen = re.sub(r"^(url = .*)$", r"\1\nsettles = 0.3", target, flags=re.MULTILINE)
    return re.sub(r"^notifies = .*$", "notifies = 1.5", seen, flags=re.MULTILINE)
