"""`mimtest cleanup`."""

from pathlib import Path

import click


@click.command()
@click.argument("journal", type=click.Path(path_type=Path))
@click.option(
    "--target",
    type=click.Path(path_type=Path),
    default=Path("mimtest.toml"),
    show_default=True,
    help="The target file of the run.",
)
def command(journal: Path, target: Path) -> int:
    """Remove what the run that wrote JOURNAL left in the target, and look that it is gone.

    Exit code 0: nothing is left; 3: something is.

    Example: mimtest cleanup mimtest-report/journal-1a2b3c4d.jsonl
    """
    from mimtest.cli.connecting import connections
    from mimtest.errors import UsageError
    from mimtest.network.cleanup import clean_journal
    from mimtest.rendering.text import visible
    from mimtest.target import Level, load_target

    loaded = load_target(target).with_level(Level.WRITES)
    with connections(loaded, Level.WRITES) as clients:
        try:
            done = clean_journal(journal, {c.interface.name: c for c in clients})
        except OSError as error:
            raise UsageError(f"{journal}: cannot be read ({error.strerror}).") from None
    for url in done.removed:
        click.echo(visible(f"removed {url}"))
    for url, why in done.left:
        click.echo(visible(f"LEFT {url}: {why}"))
    click.echo(f"{len(done.removed)} removed, {len(done.left)} left.")
    return 3 if done.left else 0
