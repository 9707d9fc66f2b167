"""`mimtest run --from`: what is taken over from a report, and what was the same in the end."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from mimtest.cli.reading import place_of, read
from mimtest.compare_runs import CODES, differences
from mimtest.errors import UsageError
from mimtest.rendering.text import clip, line, quiet
from mimtest.rendering.words import load
from mimtest.session.launch import Order
from mimtest.session.repeating import repeated
from mimtest.shards import shard_of

_TAKEN: Final = ("profile", "editions", "seed", "level", "suites", "checks")
_LONGEST: Final = 160


def repeating(context: click.Context, order: Order, path: Path) -> tuple[Order, Mapping[str, Any]]:
    """The order of a report's run, and the report. Raises UsageError for options that change that run."""
    report = read(path)
    for name in (*_TAKEN, *(("shard",) if shard_of(report) else ())):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = (
                f"--{name.removesuffix('s') if name in ('editions', 'suites', 'checks') else name}"
            )
            raise UsageError(
                f"{option}: is taken from the report with --from.", "Leave one of them out."
            )
    return repeated(order, report, place_of(path)), report


def likeness(
    earlier: Mapping[str, Any], report: Mapping[str, Any], *, lang: str = "en"
) -> Iterator[str]:
    """What was the same in both runs and what was not, line by line."""
    words = load(lang)
    other = {d.code: d for d in differences(earlier, report)}
    same = [words.of("repeat", c) for c in CODES if c not in other]
    yield ""
    yield words("repeat.of", report=line(earlier["reportId"]))
    yield words("repeat.same", names=", ".join(same) or words("none"))
    for difference in other.values():
        a, b = (quiet(line(clip(t, _LONGEST))) for t in (difference.a, difference.b))
        yield words("repeat.other", name=words.of("repeat", difference.code), a=a, b=b)
    yield words("repeat.next")
