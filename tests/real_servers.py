"""A run against a server that nobody here wrote, and what became of its checks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

#: Why a check does not apply by the target file alone.
UNCLAIMED = {"interface_not_claimed", "option_not_claimed", "filtered", "version_not_claimed"}
Rows = dict[str, dict[str, Any]]


def checks_of(folder: Path, target: str, suite: str) -> Rows:
    """Run a suite with that target file; its checks by id, without those that nobody claims."""
    file, output = folder / "mimtest.toml", folder / "report"
    file.write_text(target, encoding="utf-8")
    run = [sys.executable, "-m", "mimtest", "run", file, "--suite", suite, "--output", output]
    done = subprocess.run(run, capture_output=True, text=True, timeout=300, check=False)
    assert (output / "report.json").is_file(), done.stdout + done.stderr
    report = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert all(r["ready"] for r in report["readiness"]), report["readiness"]
    asked = (c for c in report["checks"] if c["suite"] == suite)
    return {c["id"]: c for c in asked if _code(c) not in UNCLAIMED}


def having(rows: Rows, outcome: str, code: str | None = None) -> set[str]:
    """The checks with an outcome, and that reason code if one is given."""
    found = (c for c in rows.values() if c["outcome"] == outcome)
    return {c["id"] for c in found if code in (None, _code(c))}


def _code(check: dict[str, Any]) -> str | None:
    return (check["reason"] or {}).get("code")
