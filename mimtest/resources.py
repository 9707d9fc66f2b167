"""Where the shipped files are: the only module that knows."""

from collections.abc import Iterator
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
#: What PDF files are made with: fonts and page shells.
FONTS: Final = REPORTS / "fonts"
PDF: Final = REPORTS / "pdf"


def program_files() -> Iterator[tuple[str, Path]]:
    """What decides what a run does and what a page says, by the names that a checkout and a wheel share."""
    own = ((f"mimtest/{p.relative_to(_PACKAGE).as_posix()}", p) for p in _PACKAGE.rglob("*.py"))
    beside = (p for folder in (SUITES, SCHEMAS, REPORTS) for p in folder.rglob("*") if p.is_file())
    files = {n: p for n, p in own if not n.startswith("mimtest/_bundled/")}
    files |= {p.relative_to(ROOT).as_posix(): p for p in beside if p.suffix != ".pyc"}
    yield from sorted(files.items())
