"""`mimtest site`."""

from pathlib import Path

import click

from mimtest.cli import options


@click.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder to make; it must not be there yet, or be empty.",
)
@click.option(
    "--redact",
    "level",
    type=click.Choice(["excerpt", "none", "ids"]),
    default="excerpt",
    show_default=True,
    help="What to show of the evidence: excerpts without personal data, all of it, or ids only.",
)
@options.lang
def command(reports: tuple[Path, ...], output: Path, level: str, lang: str) -> None:
    """Put REPORTS side by side in catalogue order, never ranked.

    Each is a report.json or the folder that holds one. The pages need no script and no server: open
    DIR/index.html. The report.json inside is redacted like the pages, has a digest of its own and names that
    of the whole one.

    \b
    Examples:
      mimtest site bid-1 bid-2 -o side-by-side
      mimtest site bid-1/report.json bid-2/report.json -o public --redact ids
    """
    from mimtest.cli.folder import made_whole
    from mimtest.cli.reading import read_sound
    from mimtest.compare import compare
    from mimtest.privacy import redact
    from mimtest.rendering.site import own_pages, side_by_side
    from mimtest.report import seal, write_whole

    with made_whole(output) as folder:

        def write(path: str, text: str) -> None:
            write_whole(folder / path, text.encode("utf-8", "backslashreplace"))

        kept = []
        for path in reports:
            report = seal(redact(read_sound(path), level))
            for page, text in own_pages(report, lang=lang):
                write(page, text)
            kept.append({k: v for k, v in report.items() if k != "exchanges"})
        for page, text in side_by_side(kept, lambda a, b: compare(a, b).as_dict(), lang=lang):
            write(page, text)
    click.echo(f"Site: {output / 'index.html'}")
