"""Find and read the report a command was given."""

from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The report of a file, or of the folder that holds `report.json`. Raises UsageError."""
    from mimtest.report import load_report

    place = path / "report.json" if path.is_dir() else path
    _refuse_bundle(place)
    return load_report(place)


def _refuse_bundle(path: Path) -> None:
    from mimtest.errors import UsageError

    try:
        with path.open("rb") as file:
            is_bundle = file.read(2) == b"PK"
    except OSError:
        return
    if is_bundle:
        raise UsageError(
            f"{path}: is a bundle, which 'mimtest verify' takes.",
            f"Unpack it first: python3 -m zipfile -e {path} FOLDER, and give the folder.",
        )
