"""The end of a run on the terminal."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from mimtest.rendering import terminal


def conclude(report: Mapping[str, Any], output: Path, *, lang: str = "en") -> int:
    """Say what came of a run and where the report is; returns the exit code."""
    say(
        [
            *terminal.lines(report, color=sys.stdout.isatty(), lang=lang),
            "",
            f"Report: {output / 'report.html'}",
        ]
    )
    code: int = report["gate"]["exitCode"]
    return code


def say(lines: Iterable[str]) -> None:
    """Print to whoever still reads: a pipe that was closed early changes no exit code."""
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Write nothing more; otherwise Python would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
