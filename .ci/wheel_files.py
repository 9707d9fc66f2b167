"""Fail unless the built wheel holds exactly the files of the repository that it is made of."""

import subprocess
import sys
import zipfile
from pathlib import Path

FOLDERS = ("suites", "schemas", "fixtures", "reports")


def expected() -> set[str]:
    """What git tracks below the package and the shipped folders, by its name in the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "mimtest", *FOLDERS],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return {p if p.startswith("mimtest/") else f"mimtest/_bundled/{p}" for p in listed}


def main(folder: str) -> None:
    """Compare, and say what is missing or too many."""
    wheel = next(Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        held = {n for n in archive.namelist() if ".dist-info/" not in n}
    missing, surplus = sorted(expected() - held), sorted(held - expected())
    if missing or surplus:
        sys.exit(f"{wheel.name}: missing {missing}, too many {surplus}")


main(sys.argv[1])
