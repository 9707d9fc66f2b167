"""`mimtest sandbox`."""

from pathlib import Path

import click

from mimtest.cli import completing


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    help="Switch a fault on; 'mimtest list faults' names them.",
    shell_complete=completing.faults,
)
@click.option(
    "--write-target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a target file for it.",
)
@click.option("--secrets", is_flag=True, help="Print the secrets of the demo for a shell, and end.")
def command(
    port: int, faults: tuple[str, ...], write_target: Path | None, *, secrets: bool
) -> None:
    """Serve the reference city platform on loopback until interrupted.

    It prints 'ready URL' first. Its target file names secrets: 'eval "$(mimtest sandbox --secrets)"' sets them
    in the shell that runs the checks.

    \b
    Examples:
      mimtest sandbox --port 8080 --write-target demo.toml
      mimtest sandbox --fault ctx-known-overwritten --write-target demo.toml
      mimtest sandbox --secrets
    """
    from mimtest.cli.faulty import chosen
    from mimtest.errors import UsageError
    from mimtest.sandbox.platform import Platform
    from mimtest.sandbox.secrets import demo_secrets
    from mimtest.sandbox.server import run_forever
    from mimtest.sandbox.targetfile import write_target as write

    if secrets:
        for name, value in demo_secrets().items():
            click.echo(f"export {name}={value}")
        return
    broken = chosen(faults)

    def ready(base: str) -> None:
        click.echo(f"ready {base}")
        if write_target:
            write(write_target, base)

    try:
        run_forever(Platform(faults=broken), port, ready)
    except OSError as error:
        raise UsageError(
            f"--port {port}: cannot be listened at ({error.strerror}).",
            "Choose another, or 0 for a free one.",
        ) from None
