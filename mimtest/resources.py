"""Where the shipped files are: the only module that knows."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_BUNDLED: Final = _PACKAGE / "_bundled"
#: The folder that holds suites/, schemas/, fixtures/ and reports/: inside a wheel, else the checkout.
ROOT: Final = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

SUITES: Final = ROOT / "suites"
#: The published kill matrix, as `mimtest selftest` writes it.
KILL_MATRIX: Final = SUITES / "kill-matrix.json"
EDITIONS: Final = SUITES / "editions"
#: Ready-made tender profiles, and what procurement makes of requirements: rows, clauses, terms.
PROFILES: Final = SUITES / "profiles"
PROCUREMENT: Final = SUITES / "procurement"
SCHEMAS: Final = ROOT / "schemas"
FIXTURES: Final = ROOT / "fixtures"
REPORTS: Final = ROOT / "reports"
