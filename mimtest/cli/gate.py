"""`mimtest gate`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mimtest.waivers import Waiver


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What the gate asks beyond the default.",
)
@click.option(
    "--waivers",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Deviations that pass for a time.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="REPORT",
    help="An older report of this product: what was already so there passes.",
)
def command(report: Path, policy: Path | None, waivers: Path | None, baseline: Path | None) -> int:
    """Judge REPORT again from its own checks and leave with the gate's exit code.

    REPORT is a report.json or the folder that holds one. Nothing is sent. A waiver and a baseline change the
    exit code, never a verdict.

    \b
    Exit codes: 0 every required requirement is met or waived; 1 at least one
    is not; 2 wrong usage or a bad file; 3 answers are missing; 4 mimtest's own
    error, or an error of mimtest in the run.

    \b
    Examples:
      mimtest gate mimtest-report
      mimtest gate mimtest-report --waivers waivers.toml
      mimtest gate mimtest-report --baseline last-release/report.json
    """
    from datetime import UTC, datetime

    from mimtest.cli.output import say
    from mimtest.cli.reading import read
    from mimtest.gate import Policy, load_policy
    from mimtest.rendering.text import line, quiet
    from mimtest.report import judge_again
    from mimtest.waivers import load_waivers

    loaded, today = read(report), datetime.now(UTC).date()
    beside, known = _beside(loaded, read(baseline), today) if baseline else ([], ())
    again, changes = judge_again(
        loaded,
        waivers=(*(load_waivers(waivers) if waivers else ()), *known),
        policy=load_policy(policy) if policy else Policy(),
        today=today,
    )
    gate = again["gate"]
    labels = {"notMet": "not met", "open": "open", "waived": "waived", "warnings": "warning"}
    items = [f"  {label}: {item}" for name, label in labels.items() for item in gate[name]]
    say(
        quiet(line(text))
        for text in (*changes, f"{gate['result']}: {gate['message']}", *items, *beside)
    )
    code: int = gate["exitCode"]
    return code


def _beside(
    report: dict[str, Any], baseline: dict[str, Any], today: date
) -> tuple[list[str], tuple["Waiver", ...]]:
    """What changed since the baseline, in lines, and what it lets pass. Raises UsageError."""
    from mimtest.baseline import changes, known, require_baseline
    from mimtest.report import judge_again

    require_baseline(baseline, report)
    now, before = (judge_again(r, today=today)[0] for r in (report, baseline))
    found = changes(now, before)
    labels = {"new": found.new, "unchanged": found.unchanged, "fixed": found.fixed}
    lines = [f"  {label}: {name}" for label, names in labels.items() for name in names]
    counts = ", ".join(f"{label} {len(names)}" for label, names in labels.items())
    return [f"beside the baseline: {counts}", *lines], known(now, before, today=today)
