"""`mimtest models`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from mimtest.cli import options


@click.group()
def command() -> None:
    """Keep published data models on this machine, so that checks need no network.

    \b
    Examples:
      mimtest models list
      mimtest models add Streetlighting/Streetlight
    """


@command.command()
@click.argument("what", nargs=-1, required=True, metavar="NAME|URL|FILE|FOLDER...")
@click.option(
    "--as", "address", metavar="ADDRESS", help="Where the file, or the folder, is published."
)
@click.option("--from", "mirror", metavar="URL", help="A mirror of smart-data-models.github.io.")
def add(what: tuple[str, ...], address: str | None, mirror: str | None) -> int:
    """Add models: by name, by address, from a file or from a checkout.

    A name (with @COMMIT as of then) or an address is fetched from the web, with what it refers to; nothing
    else in mimtest goes there.

    \b
    Exit codes: 0 everything was added; 2 wrong usage; 3 something was left out,
    and why.

    \b
    Examples:
      mimtest models add Weather/WeatherObserved
      mimtest models add https://city.example/models/Bench.json
      mimtest models add ./dataModel.Parking
    """
    from mimtest.errors import UsageError
    from mimtest.models import cache
    from mimtest.models.addresses import PUBLISHED
    from mimtest.models.gathering import Gathering
    from mimtest.models.library import library
    from mimtest.network.download import Downloads
    from mimtest.rendering.text import visible

    if address and len(what) > 1:
        raise UsageError("--as names the address of one file or folder.", "Add them one by one.")
    with Downloads() as downloads:
        gathering = Gathering(library(), downloads.fetch, mirror or PUBLISHED)
        for item in what:
            _gather(gathering, item, address)
    gathered = gathering.close()
    shelf = cache.store(gathered.found) if gathered.found else cache.opened()
    for entry, _ in gathered.found:
        told = ", ".join(t for t in (entry.kind, entry.version, entry.licence) if t)
        click.echo(visible(f"added {entry.name} ({told}) from {entry.source}"))
    for name, why in gathered.left_out:
        told = why if why.startswith(name) else f"{name}: {why}"
        click.echo(visible(f"LEFT OUT {told}"), err=True)
    for reference, name in gathered.wanted:
        click.echo(visible(f"not at hand: {reference}, which {name} refers to"), err=True)
    click.echo(
        visible(f"{len(gathered.found)} added, {len(gathered.left_out)} left out: {shelf.folder}")
    )
    return 3 if gathered.left_out else 0


def _gather(gathering: Any, item: str, address: str | None) -> None:
    path = Path(item)
    if item.lower().startswith(("http://", "https://")):
        gathering.address(item)
    elif path.is_dir():
        gathering.folder(path, address)
    elif path.is_file() or path.suffix in (".json", ".jsonld"):
        gathering.file(path, address)
    else:
        gathering.model(item)


@command.command(name="list")
@options.as_json
def list_(as_json: bool) -> None:
    """List the models and contexts at hand, shipped and added.

    \b
    Examples:
      mimtest models list
      mimtest models list --json
    """
    import json

    rows = [*_rows()]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    columns = ("name", "kind", "version", "origin", "address")
    for line in _aligned([[str(row[c] or "-") for c in columns] for row in rows]):
        click.echo(line)


def _rows() -> Iterable[dict[str, Any]]:
    from mimtest.models.addresses import key
    from mimtest.models.known_defects import defects
    from mimtest.models.library import library, shipped

    at_hand = library()
    inside = {key(e.address) for shelf in shipped() for e in shelf.entries}
    known = [d.model for d in defects()]
    for shelf, entry in sorted(at_hand.entries(), key=lambda pair: pair[1].name.lower()):
        if at_hand.entry(entry.address) is not entry:  # something added stands in its place
            continue
        replaces = entry.added is not None and key(entry.address) in inside
        yield {
            "name": entry.name,
            "kind": entry.kind,
            "version": entry.version,
            "origin": f"added {entry.added}" if entry.added else "shipped",
            "replacesShipped": replaces,
            "address": entry.address,
            "source": entry.source,
            "sha256": entry.sha256,
            "licence": entry.licence,
            "file": str(shelf.folder / entry.file),
            "knownDefects": known.count(entry.model or ""),
        }


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    from mimtest.rendering.text import visible

    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield visible("  ".join(cells).rstrip())
