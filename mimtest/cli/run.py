"""`mimtest run`."""

from pathlib import Path

import click

from mimtest.target import Level


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--suite", "suites", multiple=True, metavar="NAME", help="Only this suite; may be repeated."
)
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="GLOB",
    help="Only checks whose id fits, such as 'CTX-ENT-*'.",
)
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="Judge under this edition of the MIMs; may be repeated.",
)
@click.option(
    "--profile",
    default="technical",
    show_default=True,
    help="What is required: technical, full or a TOML file.",
)
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    help="Deviations the exit code lets pass for a time.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="The most this run may do; the target file's level by default.",
)
@click.option(
    "-n", "workers", type=click.IntRange(min=1), default=1, metavar="N", help="Run in N processes."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides which samples are drawn."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-report"),
    show_default=True,
    help="Folder for report.json, report.html and junit.xml.",
)
@click.option(
    "--plan", is_flag=True, help="Print what such a run may send, and to whom; send nothing."
)
def command(
    target: Path,
    suites: tuple[str, ...],
    checks: tuple[str, ...],
    editions: tuple[str, ...],
    profile: str,
    waivers: Path | None,
    level: str | None,
    workers: int,
    seed: int,
    output: Path,
    plan: bool,
) -> int:
    """Run checks against TARGET, a target file, and write the report.

    Example: mimtest run mimtest.toml --suite context -n 4
    """
    from mimtest.cli.output import conclude, say
    from mimtest.session.launch import Order, launch, survey

    order = Order(
        target=target,
        suites=suites,
        checks=checks,
        editions=editions,
        profile=profile,
        waivers=waivers,
        level=Level(level) if level else None,
        workers=workers,
        seed=seed,
        output=output,
    )
    if plan:
        from mimtest.cli.plan import lines

        say(lines(survey(order)))
        return 0
    return conclude(launch(order), output)
