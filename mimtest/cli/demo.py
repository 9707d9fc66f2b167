"""`mimtest demo`."""

import os
from pathlib import Path

import click


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-report"),
    show_default=True,
    help="Folder for the report.",
)
@click.option(
    "-n", "workers", type=click.IntRange(min=1), default=1, metavar="N", help="Run in N processes."
)
def command(output: Path, workers: int) -> int:
    """Run every suite against the embedded demo city and write the report.

    Example: mimtest demo --output first-look
    """
    from mimtest.cli.output import conclude
    from mimtest.report import require_folder
    from mimtest.sandbox.platform import Platform
    from mimtest.sandbox.secrets import demo_secrets
    from mimtest.sandbox.server import serve
    from mimtest.sandbox.targetfile import write_target
    from mimtest.session.launch import Order, launch

    require_folder(output)
    os.environ.update(demo_secrets())
    target = output / "mimtest.toml"
    with serve(Platform()) as base:
        write_target(target, base)
        report = launch(Order(target=target, workers=workers, output=output))
    return conclude(report, output)
