"""Find and read the report a command was given."""

from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The report of a file, or of the folder that holds `report.json`. Raises UsageError."""
    from mimtest.report import load_report

    return load_report(path / "report.json" if path.is_dir() else path)
