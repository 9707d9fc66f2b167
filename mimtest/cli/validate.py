"""`mimtest validate`."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mimtest.cli.validating import Validation
    from mimtest.models.bulk_inputs import Input


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="[TYPE=]M",
    help="A model's name, or its schema by file or address; for entities of TYPE alone, may be repeated.",
)
@click.option("--formats", is_flag=True, help="Count values of another format as violations, too.")
@click.option("--values", is_flag=True, help="Judge units, times, places and texts, too.")
@click.option(
    "-n", "processes", type=click.IntRange(min=1), default=1, metavar="N", help="Use N processes."
)
@click.option("--resume", is_flag=True, help="Go on where a run into the same folder was stopped.")
@click.option(
    "--target", type=click.Path(path_type=Path), help="The target file that says how to reach URL."
)
@click.option("--context", metavar="URL", help="The @context that gives NGSI-LD at URL its names.")
@click.option(
    "--largest",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="MB",
    help="The largest entity that is read.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-validation"),
    show_default=True,
    help="Folder for violations.ndjson, summary.json and summary.md.",
)
def command(
    files: tuple[str, ...],
    models: tuple[str, ...],
    formats: bool,
    values: bool,
    processes: int,
    resume: bool,
    target: Path | None,
    context: str | None,
    largest: int,
    output: Path,
) -> int:
    """Judge every entity of files or live endpoints by a data model.

    Files hold NDJSON, a JSON array, a GeoJSON feature collection or single values, gzipped or not; '-' is
    standard input. Entities are NGSI-LD in any representation, NGSI v2, GeoJSON features or plain JSON.

    \b
    Exit codes: 0 every entity is valid; 1 at least one is not; 2 wrong usage or a
    bad file; 3 nothing is contradicted, but not everything was judged, or there
    was nothing; 4 mimtest's own error.

    \b
    Examples:
      mimtest validate lights.ndjson.gz --model Streetlighting/Streetlight -n 4
      mimtest validate parks.geojson --model Park=park.schema.json --values
      mimtest validate - --model Streetlight --output checked
    """
    from mimtest.cli.validating import Validation
    from mimtest.errors import Inconclusive
    from mimtest.models.bulk_models import specification
    from mimtest.rendering.text import visible
    from mimtest.target import load_target

    loaded = load_target(target) if target else None
    area = loaded.claims.area if loaded else None
    try:
        judged_by = specification(models, formats=formats, values=values, area=area)
    except Inconclusive as reason:
        click.echo(visible(f"mimtest: {reason.detail}."), err=True)
        return 3
    with ExitStack() as stack:
        live = {"target": loaded, "context": context}
        inputs = [_input(f, stack, live, largest * 1024 * 1024) for f in files]
        if resume:
            _require_readable_again(inputs)
        return _judge(Validation(inputs, judged_by, output, resume=resume), processes, output)


def _judge(validation: "Validation", processes: int, output: Path) -> int:
    """Make the validation and tell what came of it; the exit code."""
    from mimtest.cli.output import say
    from mimtest.cli.validating import StoppedError
    from mimtest.rendering.validation import lines

    try:
        summary = validation.run(processes)
    except StoppedError as stopped:
        click.echo(f"mimtest: {stopped}", err=True)
        return 3
    written = f"Written: {output / 'violations.ndjson'}, {output / 'summary.md'}"
    say([*lines(summary), "", written])
    code: int = summary["exitCode"]
    return code


def _require_readable_again(inputs: Iterable["Input"]) -> None:
    from mimtest.errors import UsageError

    if any(i.identity is None for i in inputs):
        raise UsageError(
            "--resume: standard input cannot be read again.", "Leave --resume out, or give a file."
        )


def _input(text: str, stack: ExitStack, live: dict[str, Any], limit: int) -> "Input":
    if text.lower().startswith(("http://", "https://")):
        from mimtest.cli.validate_live import PagesInput
        from mimtest.target_rules import require_address

        require_address(text.partition("?")[0], "URL")
        return PagesInput(text, stack, limit=limit, **live)
    from mimtest.models.bulk_inputs import FileInput

    return FileInput(text, limit)
