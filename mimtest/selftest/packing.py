"""Which checks run with which fault, and which faults share a run.

Faults that touch different places share a run; a place is a check on an interface, `PLA-K-01@file-gpkg`. A run in
which a fault does not do as it declares proves nothing, so that fault is then run alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Final

from mimtest.checks import load_checks
from mimtest.sandbox.faults import all_faults
from mimtest.sandbox.faults.registry import Fault

FAULTS: Final[Mapping[str, Fault]] = {f.id: f for f in all_faults()}
#: What a fault of the host that speaks TLS can touch: it shows on no other interface.
_AT_STAND: Final = frozenset(c.id for c in load_checks() if {"https", "tls"} & set(c.interfaces))
#: Variants that make every check wait, and the checks that have to stand for all.
_SLOW: Final = {"ctx-variant-seen-later": ("CTX-ENT-*", "CTX-ATT-*")}
#: Of a variant one check runs at least; of those a fault or variant touches beside, one in so many.
_AT_LEAST: Final = {"fault": 0, "variant": 1}
_ONE_IN: Final = 200
_ONE_IN_AT_STAND: Final = 5
#: The most faults of one run.
_SHARED: Final = 60


class Mode(StrEnum):
    """How much runs.

    `sample`: of each check one fault, and every variant, with a sample of the checks they touch; which ones depends on
    the name alone. `all`: the same with every fault. `touched`: every fault with every check it can touch. `whole`:
    every fault with every check.
    """

    SAMPLE = "sample"
    ALL = "all"
    TOUCHED = "touched"
    WHOLE = "whole"


def chosen(mode: Mode) -> list[str]:
    """The faults and variants that run."""
    if mode is not Mode.SAMPLE:
        return list(FAULTS)
    faults = [f for f in FAULTS.values() if f.kind == "fault"]
    found: dict[str, str] = {}
    for fault in sorted(faults, key=lambda f: (len(f.kills), f.id)):
        if any(c not in found for c in fault.kills):
            found |= {c: fault.id for c in fault.kills if c not in found}
    kept = set(found.values())
    return [n for n, f in FAULTS.items() if f.kind == "variant" or n in kept]


def place_of(check: str, interface: str | None) -> str:
    """A check on an interface."""
    return f"{check}@{interface}"


def checks_of(places: Iterable[str]) -> frozenset[str]:
    """The ids of the checks at these places."""
    return frozenset(p.partition("@")[0] for p in places)


def at_stand(places: Iterable[str]) -> frozenset[str]:
    """Those of the places that a fault of the host that speaks TLS can touch."""
    return _places_of(_AT_STAND, places)


def places_with(
    name: str, touches: frozenset[str], places: Iterable[str], mode: Mode
) -> frozenset[str]:
    """Where checks run for a fault, which can touch these of all places."""
    kills = frozenset(FAULTS[name].kills)
    overlooked = kills - checks_of(touches)
    wanted = _standing(name, checks_of(touches), mode) | kills
    return _places_of(wanted, touches) | _places_of(overlooked, places)


def _places_of(checks: frozenset[str], places: Iterable[str]) -> frozenset[str]:
    return frozenset(p for p in places if p.partition("@")[0] in checks)


def _standing(name: str, touches: frozenset[str], mode: Mode) -> frozenset[str]:
    """The checks that stand for all it touches: a sample that is always the same."""
    fault = FAULTS[name]
    if name in _SLOW:
        return frozenset(c for c in touches if any(fnmatchcase(c, p) for p in _SLOW[name]))
    if mode is Mode.TOUCHED:
        return touches
    drawn = sorted(touches, key=lambda c: sha256(f"{name} {c}".encode()).digest())
    one_in = _ONE_IN_AT_STAND if fault.stand else _ONE_IN
    return frozenset(drawn[: max(_AT_LEAST[fault.kind], len(drawn) // one_in)])


def packed(
    runs: Mapping[str, frozenset[str]], touches: Mapping[str, frozenset[str]]
) -> Iterator[list[str]]:
    """The faults in packs of which none touches a place where a check runs for another, the widest first."""
    packs: list[tuple[list[str], set[str], set[str]]] = []
    for name in sorted(runs, key=lambda n: -len(touches[n])):
        wide = touches[name] | runs[name]
        for members, run, touched in packs:
            if len(members) < _SHARED and run.isdisjoint(wide) and touched.isdisjoint(runs[name]):
                break
        else:
            members, run, touched = [], set(), set()
            packs.append((members, run, touched))
        members.append(name)
        run |= runs[name]
        touched |= wide
    yield from (members for members, _, _ in packs)


def surplus(fault: Fault, failed: Iterable[str]) -> set[str]:
    """The checks that failed outside of what the fault declares."""
    others = set(failed) - set(fault.kills)
    return {c for c in others if not any(fnmatchcase(c, p) for p in fault.beside)}
