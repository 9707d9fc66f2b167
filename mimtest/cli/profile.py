"""`mimtest profile`."""

from pathlib import Path

import click

from mimtest.cli import completing, options


@click.group()
def command() -> None:
    """Tender profiles: what a buyer requires, how strongly, by which evidence.

    \b
    Examples:
      mimtest profile list
      mimtest profile new our-lamps --from street-lighting -o our-lamps.toml
    """


@command.command(name="list")
@options.as_json
def list_(as_json: bool) -> None:
    """List the profiles that --profile takes by name.

    \b
    Examples:
      mimtest profile list
      mimtest profile list --json
    """
    import json

    from mimtest.profile import FULL, TECHNICAL, load_profile, ready_made

    profiles = [TECHNICAL, FULL, *map(load_profile, ready_made())]
    if as_json:
        rows = [p.as_dict() for p in profiles]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    width = max(len(p.id) for p in profiles)
    for profile in profiles:
        asked = f" ({len(profile.required)} required, {len(profile.expected)} expected)"
        click.echo(f"{profile.id.ljust(width)}  {profile.title}{asked if profile.items else ''}")


@command.command()
@click.argument("name")
@click.option(
    "--from", "ready", metavar="READY", help="A ready-made profile to start from.",
    shell_complete=completing.profiles,
)  # fmt: skip
@click.option("--reference", metavar="TEXT", help="The tender's reference.")
@click.option(
    "-o", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", required=True,
    help="File to write; one that is there is left alone.",
)  # fmt: skip
def new(name: str, ready: str | None, reference: str | None, output: Path) -> None:
    """Write a profile of that NAME for a buyer to sharpen.

    \b
    Examples:
      mimtest profile new lot-1 -o lot-1.toml
      mimtest profile new lot-1 --from air-quality-sensors -o lot-1.toml
      mimtest profile new lot-1 --reference "2026/S 1" -o lot-1.toml
    """
    from mimtest.cli.profiletext import write_profile
    from mimtest.errors import UsageError
    from mimtest.profile import parse_profile
    from mimtest.report import write_whole
    from mimtest.userfile import parse_toml

    if output.exists():
        raise UsageError(f"{output}: is there already.", "Name another file with -o.")
    text = write_profile(name, ready, reference)
    parse_profile(parse_toml(text, output.name), output.name)
    write_whole(output, text.encode("utf-8"))
    click.echo(f"{output}: sharpen it, then run: mimtest run TARGET --profile {output}")


@command.command()
@click.argument("name", metavar="NAME|FILE", shell_complete=completing.profiles)
@click.option(
    "--lang", default="en", show_default=True, metavar="L", help="Language of the headings."
)
def clauses(name: str, lang: str) -> None:
    """Print a profile's items and clauses, for the tender's text.

    Every reference to a standard says "or equivalent".

    \b
    Examples:
      mimtest profile clauses urban-data-platform
      mimtest profile clauses lot-1.toml > clauses.md
    """
    from mimtest.procurement.clauses import tender_text
    from mimtest.profile import load_profile
    from mimtest.rendering.tender import render

    click.echo(render(tender_text(load_profile(name)), lang=lang), nl=False)
