"""`mimtest demo`."""

import os
from pathlib import Path

import click

from mimtest.cli import completing, options


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-report"),
    show_default=True,
    help="Folder for the report.",
)
@options.suites
@options.checks
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    help="Break one thing of the city; 'mimtest list faults' names them.",
    shell_complete=completing.faults,
)
@options.workers
def command(
    output: Path,
    suites: tuple[str, ...],
    checks: tuple[str, ...],
    faults: tuple[str, ...],
    workers: int,
) -> int:
    """Run the checks against the embedded demo city and write the report.

    It needs no network, no server and no file. All checks take some minutes; --suite and --check choose a
    few. With a fault of the city (mimtest list faults) the report shows what a defect looks like.

    \b
    Exit codes: 0 every required requirement is met; 1 one is not met;
    3 answers are missing, as after --check; 4 mimtest's own error.

    \b
    Examples:
      mimtest demo --check 'CTX-ENT-*'
      mimtest demo --check 'CTX-IDN-0[12]' --fault ctx-two-lots-one-id
      mimtest demo -n 2 --output first-look
    """
    from mimtest.cli.faulty import chosen
    from mimtest.cli.output import conclude
    from mimtest.report import require_folder
    from mimtest.sandbox.platform import Platform
    from mimtest.sandbox.secrets import demo_secrets
    from mimtest.sandbox.server import serve
    from mimtest.sandbox.targetfile import write_target
    from mimtest.session.launch import Order, launch, require_known

    broken = chosen(faults)
    target = output / "mimtest.toml"
    order = Order(target=target, suites=suites, checks=checks, workers=workers, output=output)
    require_known(order)
    require_folder(output)
    os.environ.update(demo_secrets())
    with serve(Platform(faults=broken)) as base:
        write_target(target, base)
        report = launch(order)
    return conclude(report, output)
