"""Running the sandbox with each fault: many at a time where no check can meet two of them.

Faults that touch different checks share a run. A run in which a fault does not do as it declares proves nothing, so
that fault is then run alone.
"""

import multiprocessing
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from mimtest.checks import load_checks
from mimtest.sandbox.faults import all_faults
from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city
from tests.impact import find_impact

FAULTS = {f.id: f for f in all_faults()}
#: More than there are processors: much of it is waiting.
AT_ONCE = 4
#: Of a fault its own checks run and, of others it touches, these many at least and one in four; of a variant one in
#: two. Which ones depends on its name alone. MIMTEST_MATRIX=touched runs every check that is touched, =whole all.
ENOUGH = 6
EVERY = {"fault": 4, "variant": 2}
#: Variants that make every check wait, and the checks that have to stand for all.
SLOW = {"ctx-variant-seen-later": ("CTX-ENT-*", "CTX-ATT-*")}
#: The most faults of one run.
SHARED = 30


@dataclass(frozen=True)
class Killed:
    """What the checks a fault can touch came to with it."""

    failed: frozenset[str]
    outcomes: Mapping[str, str]
    open: Mapping[str, str]
    code: int

    def only(self, checks: Iterable[str]) -> "Killed":
        """The part of these checks."""
        wanted = set(checks)
        kept = {k: o for k, o in self.outcomes.items() if k.partition("@")[0] in wanted}
        left = {c: code for c, code in self.open.items() if c in wanted}
        return Killed(self.failed & wanted, kept, left, self.code)


def run_with(faults: tuple[str, ...], checks: tuple[str, ...]) -> Killed:
    """Run these checks (none: all) in this process against a sandbox with the faults."""
    suites = tuple({c.suite for c in load_checks() if c.id in checks})
    with tempfile.TemporaryDirectory(prefix="mimtest-matrix-") as folder, city(*faults) as base:
        target = Path(folder) / "mimtest.toml"
        target.write_text(target_text(base), encoding="utf-8")
        order = Order(target=target, output=Path(folder), suites=suites, checks=checks, pages=False)
        report = launch(order)
    rows = [c for c in report["checks"] if c["outcome"] != "not_run"]
    return Killed(
        frozenset(c["id"] for c in rows if c["outcome"] == "failed"),
        {f"{c['id']}@{c['interface']}": c["outcome"] for c in rows},
        {c["id"]: c["reason"]["code"] for c in rows if c["outcome"] == "inconclusive"},
        report["gate"]["exitCode"],
    )


def surplus(fault: Fault, failed: Iterable[str]) -> set[str]:
    """The checks that failed outside of what the fault declares."""
    others = set(failed) - set(fault.kills)
    return {c for c in others if not any(fnmatchcase(c, p) for p in fault.beside)}


def is_as_declared(fault: Fault, killed: Killed) -> bool:
    """Whether a fault was noticed by its checks alone, a variant by none."""
    silent = fault.kind == "fault" or not killed.open
    return silent and set(fault.kills) <= killed.failed and not surplus(fault, killed.failed)


def run_all(names: Iterable[str]) -> dict[str, Killed]:
    """What each of the faults is noticed by.

    Every fault runs alone and with all checks where MIMTEST_MATRIX says `whole`.
    """
    names = list(names)
    if os.environ.get("MIMTEST_MATRIX") == "whole":
        return _alone(dict.fromkeys(names, ()))
    impact = find_impact(FAULTS.values())
    touched = {n: _standing(n, impact.checks(n)) | set(FAULTS[n].kills) for n in names}
    packs = list(_packed(touched))
    orders = [
        (tuple(p), tuple(sorted(set().union(*(touched[n] for n in p)))) or ("*",)) for p in packs
    ]
    with _pool() as pool:
        ended = pool.map(run_with, *zip(*orders, strict=True))
        found = {n: k.only(touched[n]) for p, k in zip(packs, ended, strict=True) for n in p}
    doubtful = [
        n for p in packs if len(p) > 1 for n in p if not is_as_declared(FAULTS[n], found[n])
    ]
    return found | _alone({n: tuple(sorted(touched[n])) or ("*",) for n in doubtful})


def _standing(name: str, checks: frozenset[str]) -> frozenset[str]:
    """The checks to run of those a fault touches: a sample that is always the same."""
    if name in SLOW:
        return frozenset(c for c in checks if any(fnmatchcase(c, p) for p in SLOW[name]))
    if os.environ.get("MIMTEST_MATRIX") == "touched":
        return checks
    drawn = sorted(checks, key=lambda c: sha256(f"{name} {c}".encode()).digest())
    return frozenset(drawn[: max(ENOUGH, len(drawn) // EVERY[FAULTS[name].kind])])


def _alone(orders: Mapping[str, tuple[str, ...]]) -> dict[str, Killed]:
    with _pool() as pool:
        ended = pool.map(run_with, [(n,) for n in orders], orders.values())
        return dict(zip(orders, ended, strict=True))


def _pool() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(AT_ONCE, mp_context=spawn, max_tasks_per_child=40)


def _packed(touched: Mapping[str, frozenset[str] | set[str]]) -> Iterator[list[str]]:
    """The faults in packs of which no two touch the same check, those that touch most first."""
    packs: list[tuple[list[str], set[str]]] = []
    for name in sorted(touched, key=lambda n: -len(touched[n])):
        fitting = (p for p in packs if len(p[0]) < SHARED and p[1].isdisjoint(touched[name]))
        members, checks = next(fitting, ([], set()))
        if not members:
            packs.append((members, checks))
        members.append(name)
        checks |= touched[name]
    yield from (members for members, _ in packs)
