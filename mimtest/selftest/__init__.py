"""mimtest's own proof: every check runs against the sandbox without a fault, and with a fault it has to notice."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from mimtest.checks import SUITE_NAMES, load_checks
from mimtest.errors import UsageError
from mimtest.selftest.matrix import Matrix, matrix_of
from mimtest.selftest.packing import FAULTS, Mode, chosen
from mimtest.selftest.running import Crew, Told

#: The checks of the runs without faults in parts by suite, those that take longest first.
_PARTS: Final = (
    ("context", "CTX-[QR]*"),
    ("places", "PLA-*"),
    ("context", "CTX-[S-Z]*"),
    ("context", "CTX-[A-D]*"),
    ("data_models", "MOD-*"),
    ("context", "CTX-[E-M]*"),
    ("context", "CTX-[N-P]*"),
    ("security", "SEC-*"),
    ("contracts", "CTR-*"),
    ("trust", "TRU-*"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be proven: the checks of these suites, or of the faults whose ids fit one of the patterns, if there are any."""

    suites: tuple[str, ...] = SUITE_NAMES
    faults: tuple[str, ...] = ()
    mode: Mode = Mode.SAMPLE

    @property
    def is_all(self) -> bool:
        """Whether everything is."""
        return set(self.suites) == set(SUITE_NAMES) and not self.faults

    def names(self) -> list[str]:
        """The faults and variants that run. Raises UsageError when there are none."""
        named = [n for n in FAULTS if any(fnmatchcase(n, g) for g in self.faults)]
        found = [n for n in named or chosen(self.mode) if FAULTS[n].suite in self.suites]
        if not found or (self.faults and not named):
            raise UsageError("--fault: no fault fits.", "'mimtest list faults' names them.")
        return found

    def checks(self, names: Iterable[str]) -> frozenset[str]:
        """The checks that are proven by these faults."""
        if self.faults:
            return frozenset(c for n in names for c in FAULTS[n].kills)
        return frozenset(c.id for c in load_checks() if c.suite in self.suites)


def prove(wanted: Wanted, processes: int, told: Told) -> Matrix:
    """The kill matrix, by runs in so many processes. Raises UsageError when no fault is wanted."""
    names = wanted.names()
    kills = {c for n in names for c in FAULTS[n].kills}
    suites = {c.suite for c in load_checks() if c.id in kills} | {FAULTS[n].suite for n in names}
    parts = [(glob,) for suite, glob in _PARTS if suite in suites]
    with (
        tempfile.TemporaryDirectory(prefix="mimtest-watch-") as folder,
        Crew(processes, told) as crew,
    ):
        watched = crew.watch(Path(folder), names, parts, wanted.mode)
        killed = crew.run(names, watched, wanted.mode)
    return matrix_of(wanted.mode, watched.outcomes, killed, wanted.checks(names))
