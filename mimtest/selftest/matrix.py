"""The kill matrix: which check notices which fault, and that it keeps silent otherwise.

It holds no times and no measures. Which variants a check meets may differ from one run to the next.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mimtest import __version__
from mimtest.checks import load_checks
from mimtest.report import canonical
from mimtest.selftest.expected import LEFT_OPEN, NEEDS_MORE, UNCLAIMED
from mimtest.selftest.packing import FAULTS, Mode, surplus
from mimtest.selftest.running import Killed

#: What checks may come to where nothing is wrong.
_FINE = frozenset(("passed", "not_applicable"))


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its outcomes on the reference, why it does not apply there, and the faults that it noticed."""

    id: str
    outcomes: frozenset[str]
    excused: str | None
    noticed: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Whether it passes where nothing is wrong, and failed with a fault."""
        seen = self.outcomes <= _FINE and ("passed" in self.outcomes or self.excused is not None)
        return seen and (bool(self.noticed) or self.id in UNCLAIMED)

    def as_dict(self) -> dict[str, Any]:
        """As in the published matrix."""
        reference = "passed" if "passed" in self.outcomes else "not_applicable"
        return {
            "id": self.id,
            "reference": reference if self.outcomes <= _FINE else "not_passed",
            "excused": self.excused,
            "notices": list(self.noticed),
            "proven": self.is_proven,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault or a variant: whether a check met it, who noticed it, who has to, and what is wrong with that in words."""

    id: str
    kind: str
    suite: str
    sentence: str
    kills: tuple[str, ...]
    met: bool
    noticed: tuple[str, ...]
    wrong: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the published matrix."""
        return {
            "id": self.id,
            "kind": self.kind,
            "suite": self.suite,
            "sentence": self.sentence,
            "kills": list(self.kills),
            "met": self.met,
            "noticed": list(self.noticed),
            "wrong": list(self.wrong),
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """Checks and faults, each with what came of it."""

    mode: Mode
    checks: tuple[Check, ...]
    faults: tuple[Fault, ...]

    @property
    def unproven(self) -> list[Check]:
        """The checks that are not known to be able to pass and to fail."""
        return [c for c in self.checks if not c.is_proven]

    @property
    def wrong(self) -> list[Fault]:
        """The faults and variants that did not do as they declare."""
        return [f for f in self.faults if f.wrong]

    @property
    def is_complete(self) -> bool:
        """Whether every check is proven, and every fault was noticed by its checks alone."""
        return not self.unproven and not self.wrong

    def as_dict(self) -> dict[str, Any]:
        """The matrix as it is published, with the digest of all the rest of it."""
        plain = {
            "tool": {"name": "mimtest", "version": __version__},
            "mode": self.mode.value,
            "complete": self.is_complete,
            "checks": [c.as_dict() for c in self.checks],
            "faults": [f.as_dict() for f in self.faults],
        }
        return {**plain, "digest": f"sha256:{sha256(canonical(plain)).hexdigest()}"}


def matrix_of(
    mode: Mode, outcomes: Mapping[str, str], killed: Mapping[str, Killed], wanted: Collection[str]
) -> Matrix:
    """The matrix of the wanted checks; `outcomes` are those on the reference by place."""
    faults = tuple(_fault(name, k) for name, k in killed.items())
    noticed: dict[str, list[str]] = {}
    for fault in faults:
        for check in fault.noticed:
            noticed.setdefault(check, []).append(fault.id)
    seen: dict[str, set[str]] = {}
    for place, outcome in outcomes.items():
        seen.setdefault(place.partition("@")[0], set()).add(outcome)
    checks = tuple(
        Check(
            c.id,
            frozenset(seen.get(c.id, ())),
            {**NEEDS_MORE, **UNCLAIMED}.get(c.id),
            tuple(sorted(noticed.get(c.id, ()))),
        )
        for c in load_checks()
        if c.id in wanted
    )
    return Matrix(mode, checks, faults)


def _fault(name: str, killed: Killed) -> Fault:
    fault = FAULTS[name]
    return Fault(
        name,
        fault.kind,
        fault.suite,
        fault.sentence,
        fault.kills,
        bool(killed.outcomes),
        tuple(sorted(killed.failed & set(fault.kills))),
        tuple(wrong_with(name, killed)),
    )


def wrong_with(name: str, killed: Killed) -> list[str]:
    """What did not come as the fault or variant declares, in words."""
    fault = FAULTS[name]
    missed = sorted(set(fault.kills) - set(UNCLAIMED) - killed.failed)
    broken = sorted(k for k, o in killed.outcomes.items() if o == "error")
    said = [f"{c} did not notice it" for c in missed]
    said += [
        f"{c} failed, which it does not declare" for c in sorted(surplus(fault, killed.failed))
    ]
    said += [f"{c} ended in mimtest's own error" for c in broken]
    if fault.kind == "variant":
        open_ = set(killed.open.values()) - LEFT_OPEN.get(name, frozenset())
        said += [f"checks were left open for {code}" for code in sorted(open_)]
    return said
