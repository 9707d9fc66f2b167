"""Running the sandbox with each fault: many at a time where no check can meet two of them.

Faults that touch different checks share a run. A run in which a fault does not do as it declares proves nothing, so
that fault is then run alone.
"""

import multiprocessing
import os
import re
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
#: What a fault of the host that speaks TLS can touch: it shows on no other interface.
AT_STAND = frozenset(c.id for c in load_checks() if {"https", "tls"} & set(c.interfaces))
#: More than there are processors: much of it is waiting.
AT_ONCE = 6
#: MIMTEST_MATRIX says how much runs: unset, of each check one fault, and every variant; `all`, every fault. Of a fault
#: its own checks run and, of others it touches, one in two hundred; of a variant one at least. Which ones depends on its
#: name alone. `touched` runs every check that is touched, `whole` all.
MODE = os.environ.get("MIMTEST_MATRIX", "")
ENOUGH = {"fault": 0, "variant": 1}
EVERY = {"fault": 200, "variant": 200}
#: Variants that make every check wait, and the checks that have to stand for all.
SLOW = {"ctx-variant-seen-later": ("CTX-ENT-*", "CTX-ATT-*")}
#: The most faults of one run.
SHARED = 60


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
        target.write_text(_impatient(target_text(base)), encoding="utf-8")
        order = Order(target=target, output=Path(folder), suites=suites, checks=checks, pages=False)
        report = launch(order)
    rows = [c for c in report["checks"] if c["outcome"] != "not_run"]
    return Killed(
        frozenset(c["id"] for c in rows if c["outcome"] == "failed"),
        {f"{c['id']}@{c['interface']}": c["outcome"] for c in rows},
        {c["id"]: c["reason"]["code"] for c in rows if c["outcome"] == "inconclusive"},
        report["gate"]["exitCode"],
    )


def _impatient(target: str) -> str:
    """The target file, with less time for what was written to be seen: the platform needs none."""
    return re.sub(r"^(url = .*)$", r"\1\nsettles = 0.5", target, flags=re.MULTILINE)


def selected() -> list[str]:
    """The faults and variants that run: without a mode, the fewest checks at once for each check, and all variants."""
    faults = [f for f in FAULTS.values() if f.kind == "fault"]
    if MODE:
        return list(FAULTS)
    found: dict[str, str] = {}
    for fault in sorted(faults, key=lambda f: (len(f.kills), f.id)):
        if any(c not in found for c in fault.kills):
            found |= {c: fault.id for c in fault.kills if c not in found}
    chosen = set(found.values())
    return [n for n, f in FAULTS.items() if f.kind == "variant" or n in chosen]


def surplus(fault: Fault, failed: Iterable[str]) -> set[str]:
    """The checks that failed outside of what the fault declares."""
    others = set(failed) - set(fault.kills)
    return {c for c in others if not any(fnmatchcase(c, p) for p in fault.beside)}


def is_as_declared(fault: Fault, killed: Killed) -> bool:
    """Whether a fault was noticed by its checks alone, a variant by none."""
    silent = fault.kind == "fault" or not killed.open
    return silent and set(fault.kills) <= killed.failed and not surplus(fault, killed.failed)


def run_all(names: Iterable[str], touches: Mapping[str, frozenset[str]]) -> dict[str, Killed]:
    """What each of the faults is noticed by; `touches` are the checks that each can touch.

    Every fault runs alone and with all checks where MIMTEST_MATRIX says `whole`.
    """
    names = list(names)
    if MODE == "whole":
        return _alone(dict.fromkeys(names, ()))
    runs = {n: _standing(n, touches[n]) | set(FAULTS[n].kills) for n in names}
    packs = list(_packed(runs, touches))
    orders = [
        (tuple(p), tuple(sorted(set().union(*(runs[n] for n in p)))) or ("*",)) for p in packs
    ]
    with _pool() as pool:
        ended = pool.map(run_with, *zip(*orders, strict=True))
        found = {n: k.only(runs[n]) for p, k in zip(packs, ended, strict=True) for n in p}
    doubtful = [
        n for p in packs if len(p) > 1 for n in p if not is_as_declared(FAULTS[n], found[n])
    ]
    return found | _alone({n: tuple(sorted(runs[n])) or ("*",) for n in doubtful})


def watch(folder: Path) -> dict[str, frozenset[str]]:
    """Make one whole run without a fault, of which the folder keeps the report: the checks that each fault can touch."""
    with _pool() as pool:
        return pool.submit(_watch, folder).result()


def _watch(folder: Path) -> dict[str, frozenset[str]]:
    names = selected()
    spotlight = find_impact((FAULTS[n] for n in names), folder, quick=not MODE)
    return {n: AT_STAND if FAULTS[n].stand else spotlight.checks(n) for n in names}


def _standing(name: str, checks: frozenset[str]) -> frozenset[str]:
    """The checks to run of those a fault touches: a sample that is always the same."""
    if name in SLOW:
        return frozenset(c for c in checks if any(fnmatchcase(c, p) for p in SLOW[name]))
    if MODE == "touched" or FAULTS[name].stand:
        return checks
    drawn = sorted(checks, key=lambda c: sha256(f"{name} {c}".encode()).digest())
    kind = FAULTS[name].kind
    return frozenset(drawn[: max(ENOUGH[kind], len(drawn) // EVERY[kind])])


def _alone(orders: Mapping[str, tuple[str, ...]]) -> dict[str, Killed]:
    with _pool() as pool:
        ended = pool.map(run_with, [(n,) for n in orders], orders.values())
        return dict(zip(orders, ended, strict=True))


def _pool() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(AT_ONCE, mp_context=spawn, max_tasks_per_child=40)


def _packed(
    runs: Mapping[str, frozenset[str] | set[str]], touches: Mapping[str, frozenset[str]]
) -> Iterator[list[str]]:
    """The faults in packs of which none touches a check that runs for another, the widest first."""
    packs: list[tuple[list[str], set[str], set[str]]] = []
    for name in sorted(runs, key=lambda n: -len(touches[n])):
        wide = touches[name] | runs[name]
        for members, run, touched in packs:
            if len(members) < SHARED and run.isdisjoint(wide) and touched.isdisjoint(runs[name]):
                break
        else:
            members, run, touched = [], set(), set()
            packs.append((members, run, touched))
        members.append(name)
        run |= runs[name]
        touched |= wide
    yield from (members for members, _, _ in packs)
