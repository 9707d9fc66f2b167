"""`mimtest report`."""

from pathlib import Path
from typing import Any

import click

from mimtest.cli import options
from mimtest.rendering import BINARY, RENDERERS

#: The forms that point at lines of the target file.
_PLACED = ("sarif", "github")
#: The forms that propose an answer, which has to follow from the checks and nothing else.
_PROPOSING = ("table", "table-csv", "table-docx", "table-pdf")
#: The forms that hold the report itself.
_WHOLE = ("json", "pdf")


@click.command()
@click.argument("report", type=click.Path(path_type=Path, dir_okay=True))
@click.option(
    "--as",
    "form",
    type=click.Choice([*RENDERERS, *BINARY]),
    required=True,
    metavar="FORM",
    help=f"What to make of it: {', '.join((*RENDERERS, *BINARY))}.",
)
@options.lang
@click.option(
    "--redact",
    type=click.Choice(["excerpt", "none", "ids"]),
    help="What to show of the evidence: excerpts without personal data, all of it, or ids only. By default excerpts; json and pdf, which has the report attached, are whole.",
)
@click.option(
    "--target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="For sarif and github: the target file whose lines they point at.",
)
@options.file_to_write
def command(
    report: Path,
    form: str,
    lang: str,
    redact: str | None,
    target: Path | None,
    output: Path | None,
) -> None:
    """Render REPORT, a report.json or the folder that holds one. Nothing is sent.

    A report whose verdicts do not follow from its checks is refused. One of another version of mimtest is rendered as it
    stands, but for tables, which propose nothing that does not hold here, too.

    A form of other tools has no place for all of a report; what it lost is said on standard error.

    \b
    Examples:
      mimtest report mimtest-report --as summary -o summary.html
      mimtest report mimtest-report --as table-csv -o table.csv
      mimtest report mimtest-report --as md --redact ids
      mimtest report mimtest-report --as sarif --target mimtest.toml
    """
    from mimtest.cli.reading import read_judged, read_sound
    from mimtest.rendering.foreign import losses
    from mimtest.report import write_whole

    loaded = _shown((read_judged if form in _PROPOSING else read_sound)(report), form, redact)
    if form in BINARY:
        _write_binary(BINARY[form](loaded, lang=lang), form, output)
        return
    text = RENDERERS[form](loaded, lang=lang, **_places(form, target))
    for lost in losses(loaded, form, lang=lang):
        click.echo(f"mimtest: {form}: {lost}", err=True)
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, text.encode("utf-8", "backslashreplace"))


def _shown(report: dict[str, Any], form: str, level: str | None) -> dict[str, Any]:
    """What of a report is rendered. Only a form that holds the redacted report names the digest of that one."""
    from mimtest.privacy import DEFAULT, redact
    from mimtest.report import seal

    whole = form in _WHOLE
    if whole and level is None:
        return report
    redacted = redact(report, level or DEFAULT)
    return seal(redacted) if whole else redacted


def _places(form: str, target: Path | None) -> dict[str, Any]:
    """The lines of the target file, for a form that points at them. Raises UsageError."""
    from mimtest.errors import UsageError
    from mimtest.rendering.places import Places

    if target is None:
        return {}
    if form not in _PLACED:
        raise UsageError(
            f"--target: '{form}' points at no lines of a target file.", "Leave it out."
        )
    try:
        content = target.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{target}: cannot be read ({error}).", "Give the target file of the run."
        ) from None
    return {"places": Places.of(target.as_posix(), content)}


def _write_binary(content: bytes, form: str, output: Path | None) -> None:
    """Write a file that is no text; a terminal is no place for it. Raises UsageError."""
    import sys

    from mimtest.errors import UsageError
    from mimtest.report import write_whole

    if output is not None:
        write_whole(output, content)
    elif sys.stdout.isatty():
        raise UsageError(f"--as {form}: is no text for a terminal.", "Name a file with -o.")
    else:
        click.echo(content, nl=False)
