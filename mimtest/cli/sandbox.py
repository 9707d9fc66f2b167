"""`mimtest sandbox`."""

from pathlib import Path

import click


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

    Example: mimtest sandbox --port 8080 --write-target mimtest.toml
    """
    from mimtest.errors import UsageError
    from mimtest.sandbox.faults import find_fault
    from mimtest.sandbox.platform import Platform
    from mimtest.sandbox.secrets import demo_secrets
    from mimtest.sandbox.server import run_forever
    from mimtest.sandbox.targetfile import write_target as write

    if secrets:
        for name, value in demo_secrets().items():
            click.echo(f"export {name}={value}")
        return
    try:
        chosen = [find_fault(f) for f in faults]
    except KeyError as error:
        raise UsageError(
            f"--fault: {error} is not known.", "'mimtest list faults' names them."
        ) from None

    def ready(base: str) -> None:
        click.echo(f"ready {base}")
        if write_target:
            write(write_target, base)

    try:
        run_forever(Platform(faults=chosen), port, ready)
    except OSError as error:
        raise UsageError(f"--port {port}: cannot be listened at ({error.strerror}).") from None
