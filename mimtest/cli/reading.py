"""Find and read the report a command was given."""

from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The report of a file, or of the folder that holds `report.json`. Raises UsageError."""
    from mimtest.report import load_report

    return load_report(path / "report.json" if path.is_dir() else path)


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
