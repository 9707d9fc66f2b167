"""`mimtest compare`."""

from pathlib import Path

import click

from mimtest.cli import options

_FORMS = ("text", "md", "json")


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same as --as json.")
@click.option("--as", "form", type=click.Choice(_FORMS), default="text", help="How to say it.")
@options.lang
@options.file_to_write
def command(a: Path, b: Path, *, as_json: bool, form: str, lang: str, output: Path | None) -> int:
    """Compare report A, the older one, with report B, per requirement.

    Each is a report.json or the folder that holds one. A report whose verdicts do not follow from its checks is refused;
    one of another version of mimtest is taken as it stands, which is said.

    \b
    Exit codes: 0 no required item regressed and all can be compared; 1 one
    regressed, or a check of strength must failed in B and not in A; 2 wrong usage
    or a bad file; 3 a required item cannot be compared.

    \b
    Examples:
      mimtest compare tender/report.json acceptance/report.json
      mimtest compare tender acceptance --as md -o changes.md
    """
    from mimtest.cli.reading import read_sound
    from mimtest.compare import compare
    from mimtest.layout import as_text as as_json_text
    from mimtest.rendering.comparison import as_markdown, as_text
    from mimtest.report import write_whole

    found = compare(read_sound(a), read_sound(b))
    shown = found.as_dict()
    if as_json or form == "json":
        text = as_json_text(shown)
    else:
        text = (as_markdown if form == "md" else as_text)(shown, lang=lang)
    if output is None:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
    else:
        write_whole(output, text.encode("utf-8", "backslashreplace"))
    return found.exit_code
