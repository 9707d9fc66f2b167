"""`mimtest init`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mimtest.network.client import Client
    from mimtest.vocabulary.discovery import Discovered


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

    URL is the base address of the product, or of one interface. Only harmless requests are sent. What
    refuses strangers, or stands where no standard says, is not found: write it into the file.

    \b
    Exit codes: 0 the file is written; 2 the file is there already, or URL is
    wrong; 3 nothing was found, and why.

    \b
    Examples:
      mimtest init https://city.example
      mimtest init https://city.example/ngsi-ld/v1 -o broker.toml
    """
    from mimtest.cli.targettext import target_text
    from mimtest.errors import UsageError
    from mimtest.rendering.text import visible
    from mimtest.report import write_whole
    from mimtest.target_rules import require_address

    require_address(url.partition("?")[0], "URL")
    if output.exists() and not force:
        raise UsageError(f"{output}: is there already.", "Give another -o, or --force.")
    found, why = _look(url)
    if not found:
        click.echo(visible(f"mimtest: {why}."), err=True)
        click.echo("Give the base address of an interface, as in its documentation.", err=True)
        return 3
    write_whole(output, target_text(found).encode())
    for item in found:
        click.echo(visible(f"{item.kind}: {item.url}"))
    click.echo(f"Wrote {output}. Fill in the product, then: mimtest doctor {output}")
    return 0


def _look(url: str) -> tuple[list["Discovered"], str]:
    """The interfaces behind an address, and why there is none.

    Each is asked once more as what it seems to be: who answers everything seems to be anything.
    """
    from mimtest.vocabulary.discovery import discover
    from mimtest.vocabulary.readiness import find_reason

    with _asking("wms" if "?" in url else "rest", url) as client:
        reason = find_reason(client, needs_data=False)
        silent = reason is not None and reason.code != "server_error"
        found = () if silent else discover(client)
    why = reason.message if reason else f"{url}: no interface was recognised"
    kept = []
    for item in found:
        with _asking(item.kind, item.url) as client:
            doubt = find_reason(client, needs_data=False)
        if doubt and doubt.code == "not_recognised":
            why = doubt.message
        else:
            kept.append(item)
    return kept, why


@contextmanager
def _asking(kind: str, url: str) -> Iterator["Client"]:
    from mimtest.cli.connecting import connections
    from mimtest.target import parse_target

    product = {"supplier": "?", "name": "?", "version": "?"}
    interface = {"kind": kind, "url": url, "timeout": 10}
    data = {
        "product": product,
        "scope": {"level": "passive"},
        "interfaces": {"address": interface},
    }
    with connections(parse_target(data, name="URL")) as clients:
        yield clients[0]
