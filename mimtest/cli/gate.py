"""`mimtest gate`."""

from pathlib import Path

import click


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
def command(report: Path, policy: Path | None, waivers: Path | None) -> int:
    """Judge REPORT again from its own checks and leave with the gate's exit code.

    Example: mimtest gate mimtest-report/report.json --waivers waivers.toml
    """
    from datetime import UTC, datetime

    from mimtest.cli.output import say
    from mimtest.cli.reading import read
    from mimtest.gate import Policy, load_policy, load_waivers
    from mimtest.rendering.text import visible
    from mimtest.report import judge_again

    again, changes = judge_again(
        read(report),
        waivers=load_waivers(waivers) if waivers else (),
        policy=load_policy(policy) if policy else Policy(),
        today=datetime.now(UTC).date(),
    )
    gate = again["gate"]
    labels = {"notMet": "not met", "open": "open", "waived": "waived", "warnings": "warning"}
    items = [f"  {label}: {item}" for name, label in labels.items() for item in gate[name]]
    say(visible(text) for text in (*changes, f"{gate['result']}: {gate['message']}", *items))
    code: int = gate["exitCode"]
    return code
