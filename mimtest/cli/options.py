"""Options that are the same in several commands."""

from pathlib import Path
from typing import Final

import click

from mimtest.cli import completing

suites: Final = click.option(
    "--suite",
    "suites",
    multiple=True,
    metavar="NAME",
    help="Only this suite; may be repeated.",
    shell_complete=completing.suites,
)
checks: Final = click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="GLOB",
    help="Only checks whose id fits; may be repeated.",
    shell_complete=completing.checks,
)
workers: Final = click.option(
    "-n", "workers", type=click.IntRange(min=1), default=1, metavar="N", help="Run in N processes."
)
lang: Final = click.option(
    "--lang", default="en", show_default=True, metavar="L", help="Language of the words."
)
as_json: Final = click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
file_to_write: Final = click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="File to write; standard output by default.",
)
