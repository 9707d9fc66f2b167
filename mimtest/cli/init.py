"""`mimtest init`."""

from pathlib import Path

import click


@click.command()
@click.argument("url")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mimtest.toml"),
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def command(url: str, output: Path, force: bool) -> int:
    """Discover the interfaces behind URL and write a target file with comments.

    Example: mimtest init https://city.example
    """
    from mimtest.cli.connecting import connections
    from mimtest.cli.targettext import target_text
    from mimtest.discovery import discover
    from mimtest.errors import UsageError
    from mimtest.readiness import find_reason
    from mimtest.rendering.text import visible
    from mimtest.report import write_whole
    from mimtest.target import parse_target

    if output.exists() and not force:
        raise UsageError(f"{output}: is there already.", "Give another -o, or --force.")
    product = {"supplier": "?", "name": "?", "version": "?"}
    scope = {"level": "passive"}
    interface = {"kind": "rest", "url": url, "timeout": 10}
    data = {"product": product, "scope": scope, "interfaces": {"address": interface}}
    with connections(parse_target(data, name="URL")) as clients:
        found = discover(clients[0])
        reason = None if found else find_reason(clients[0], needs_data=False)
    if not found:
        why = reason.message if reason else f"{url}: no interface was recognised"
        click.echo(visible(f"mimtest: {why}."), err=True)
        click.echo("Give the base address of an interface, as in its documentation.", err=True)
        return 3
    write_whole(output, target_text(found).encode())
    for item in found:
        click.echo(visible(f"{item.kind}: {item.url}"))
    click.echo(f"Wrote {output}. Fill in the product, then: mimtest doctor {output}")
    return 0
