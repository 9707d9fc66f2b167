"""`mimtest merge`."""

from pathlib import Path

import click


@click.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="R",
    help="A file for the report alone (….json), or a folder for report.json, report.html and junit.xml.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A policy file: max_span_hours says how far apart the shards may be.",
)
def command(reports: tuple[Path, ...], output: Path, policy: Path | None) -> int:
    """Put the REPORTS of all shards of a run together: one report, judged anew.

    Each is a report.json or the folder that holds one, in any order. What does not belong together is refused.

    \b
    Exit codes: 0 every required requirement is met; 1 at least one is not;
    2 wrong usage, or reports that are no shards of one run; 3 answers are
    missing.

    Example: mimtest merge shard-1 shard-2 shard-3 -o mimtest-report
    """
    from mimtest.cli.output import say
    from mimtest.cli.reading import read
    from mimtest.errors import UsageError
    from mimtest.gate import Policy, load_policy
    from mimtest.merging import merge
    from mimtest.rendering import terminal
    from mimtest.report import require_folder, write_report
    from mimtest.session.controller import set_aside, write_outputs

    found = {}
    for path in reports:
        if str(path) in found:
            raise UsageError(f"{path}: is given twice.", "Give the report of each shard once.")
        found[str(path)] = read(path)
    merged = merge(found, load_policy(policy) if policy else Policy())
    if output.suffix == ".json":
        write_report(merged, output)
        place = output
    else:
        require_folder(output)
        set_aside(output)
        write_outputs(merged, output)
        place = output / "report.html"
    say([*terminal.lines(merged), "", f"Report: {place}"])
    code: int = merged["gate"]["exitCode"]
    return code
