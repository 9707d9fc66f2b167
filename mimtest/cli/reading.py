"""Find and read the report a command was given."""

from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The report of a file, or of the folder that holds `report.json`. Raises UsageError."""
    from mimtest.report import load_report

    place = place_of(path)
    _refuse_bundle(place)
    return load_report(place)


def place_of(path: Path) -> Path:
    """The report's file: `path`, or `report.json` in a folder."""
    try:
        return path / "report.json" if path.is_dir() else path
    except OSError:  # the name is too long for any file, as that of a report's own text is
        return path


def read_judged(path: Path) -> dict[str, Any]:
    """The report with its verdicts computed again. Raises UsageError where it has another one."""
    from datetime import UTC, datetime

    from mimtest.errors import UsageError
    from mimtest.report import judge_again

    report = read(path)
    again, changes = judge_again(report, today=datetime.now(UTC).date())
    if changes:
        raise UsageError(
            f"{path}: its verdicts do not follow from its checks: {changes[0]} (in all: {len(changes)}).",
            "`mimtest gate` lists them. Where another version of mimtest made the report, test again with this one.",
        )
    return report | {"assessments": again["assessments"]}


def read_sound(path: Path) -> dict[str, Any]:
    """The report. Raises UsageError where its verdicts do not follow from its checks.

    One that another version of mimtest judged is taken as it stands.
    """
    from mimtest.verification.recomputing import foreign

    report = read(path)
    return report if foreign(report) else read_judged(path)


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
