"""mimtest's own proof: every check runs against the sandbox without a fault, and with a fault it has to notice."""

import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from mimtest.selftest.matrix import Matrix, matrix_of
from mimtest.selftest.packing import FAULTS, Mode, chosen
from mimtest.selftest.running import Crew

#: The checks of a run without faults in parts of about the same length, by suite.
_PARTS: Final = {
    "context": (("CTX-[A-M]*",), ("CTX-[N-Z]*",)),
    "data_models": (("MOD-*",),),
    "places": (("PLA-*",),),
    "security": (("SEC-*",),),
    "trust": (("TRU-*",),),
    "contracts": (("CTR-*",),),
}
#: Says which part of the work is under way, how many of its runs are through, and of how many.
Told = Callable[[str, int, int], None]


def prove(suites: Collection[str], mode: Mode, processes: int, told: Told) -> Matrix:
    """The kill matrix of these suites, by runs in so many processes."""
    names = [n for n in chosen(mode) if FAULTS[n].suite in suites]
    parts = [part for suite in suites for part in _PARTS[suite]]
    with tempfile.TemporaryDirectory(prefix="mimtest-watch-") as folder:
        crew = Crew(processes, lambda done, of: told("without faults", done, of))
        watched = crew.watch(Path(folder), names, parts, mode)
    crew = Crew(processes, lambda done, of: told("with faults", done, of))
    killed = crew.run(names, watched, mode)
    return matrix_of(mode, watched.outcomes, killed, suites)
