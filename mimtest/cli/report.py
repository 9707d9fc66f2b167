"""`mimtest report`."""

from pathlib import Path

import click

_FORMATS = ("html", "summary", "junit", "csv", "md", "json")


@click.command()
@click.argument("report", type=click.Path(path_type=Path, dir_okay=True))
@click.option(
    "--as", "form", type=click.Choice(_FORMATS), required=True, help="What to make of it."
)
@click.option("--lang", default="en", show_default=True, metavar="L", help="Language of the words.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="File to write; standard output by default.",
)
def command(report: Path, form: str, lang: str, output: Path | None) -> None:
    """Render REPORT, a report.json or the folder that holds one. Nothing is sent.

    Example: mimtest report mimtest-report/report.json --as summary -o summary.html
    """
    from mimtest.cli.reading import read
    from mimtest.rendering import RENDERERS
    from mimtest.report import write_whole

    text = RENDERERS[form](read(report), lang=lang)
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, text.encode("utf-8", "backslashreplace"))
