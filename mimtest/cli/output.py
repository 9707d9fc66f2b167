"""The end of a run on the terminal."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mimtest.rendering import terminal


def conclude(report: Mapping[str, Any], output: Path) -> int:
    """Say what came of a run and where the report is; returns the exit code."""
    for line in terminal.lines(report, color=sys.stdout.isatty()):
        click.echo(line)
    click.echo(f"\nReport: {output / 'report.html'}")
    code: int = report["gate"]["exitCode"]
    return code
