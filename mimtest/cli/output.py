"""The end of a run on the terminal."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from mimtest.rendering import terminal
from mimtest.rendering.text import line, quiet
from mimtest.rendering.words import load

#: Checks of an outcome that are named.
_NAMED: Final = 12


def conclude(report: Mapping[str, Any], output: Path, *, lang: str = "en") -> int:
    """Say what came of a run and where the report is; returns the exit code."""
    say(
        [
            *terminal.lines(report, color=sys.stdout.isatty(), lang=lang),
            "",
            *_selected(report),
            f"Report: {output / 'report.html'}",
        ]
    )
    code: int = report["gate"]["exitCode"]
    return code


def _selected(report: Mapping[str, Any]) -> Iterator[str]:
    """What became of the checks of a run that was narrowed down: what somebody who mends one wants to see."""
    scope = report["scope"]
    chosen = [*(scope["suites"] or ()), *(scope["checks"] or ())]
    if not chosen:
        return
    words = load("en")
    rows: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for check in report["checks"]:
        if check["outcome"] != "not_applicable" and not _is_filtered(check):
            rows[check["outcome"]][check["id"]] = None
    yield f"Selected: {quiet(line(', '.join(chosen)))}. What was not selected stays open."
    for outcome, ids in rows.items():
        more = words("more", n=len(ids) - _NAMED) if len(ids) > _NAMED else ""
        yield f"  {words.of('outcome', outcome)}: {', '.join([*ids][:_NAMED])} {more}".rstrip()
    yield ""


def _is_filtered(check: Mapping[str, Any]) -> bool:
    return bool(check["reason"]) and check["reason"]["code"] == "filtered"


def say(lines: Iterable[str]) -> None:
    """Print to whoever still reads: a pipe that was closed early changes no exit code."""
    try:
        for text in lines:
            click.echo(text)
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Write nothing more; otherwise Python would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
