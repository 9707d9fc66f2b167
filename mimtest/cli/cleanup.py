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
    """Remove what the run that wrote JOURNAL left in the target.

    JOURNAL is the file that a run notes in what it is about to create; each thing is removed, and asked for
    again to see that it is gone.

    \b
    Exit codes: 0 nothing is left; 2 wrong usage or a bad file; 3 something is.

    \b
    Examples:
      mimtest cleanup mimtest-report/journal-1a2b3c4d.jsonl
      mimtest cleanup mimtest-report/journal-1a2b3c4d.jsonl --target broker.toml
    """
    from mimtest.cli.connecting import connections
    from mimtest.errors import unreadable
    from mimtest.network.recovery import clean_journal
    from mimtest.rendering.text import visible
    from mimtest.target import Level, load_target

    loaded = load_target(target).with_level(Level.WRITES)
    with connections(loaded, Level.WRITES) as clients:
        try:
            done = clean_journal(journal, {c.interface.name: c for c in clients})
        except OSError as error:
            raise unreadable(journal, error, "Give the journal-….jsonl of the run.") from None
    for url in done.removed:
        click.echo(visible(f"removed {url}"))
    for url, why in done.left:
        click.echo(visible(f"LEFT {url}: {why}"))
    click.echo(f"{len(done.removed)} removed, {len(done.left)} left.")
    return 3 if done.left else 0
