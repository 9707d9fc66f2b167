"""Which part of the kill matrix the tests run.

The whole takes minutes, which `mimtest selftest` takes, and whoever publishes it. Here it is a third of the faults and
variants; which one depends on the bytes of the program, so that every change draws anew and every machine the same.
MIMTEST_MATRIX runs all that `mimtest selftest --mode` would: `sample`, `all`, `touched` or `whole`.
"""

import os
from hashlib import sha256
from typing import Final

from mimtest.program import digest
from mimtest.selftest.packing import Mode, chosen

PARTS: Final = 3
MODE: Final = Mode(os.environ.get("MIMTEST_MATRIX", "sample"))


def drawn() -> list[str]:
    """The faults and variants that run."""
    names = chosen(MODE)
    if "MIMTEST_MATRIX" in os.environ:
        return names
    state = digest()
    return [n for n in names if sha256(f"{state} {n}".encode()).digest()[0] % PARTS == 0]
