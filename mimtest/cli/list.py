"""`mimtest list`."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mimtest.cli import completing, options

if TYPE_CHECKING:
    from mimtest.plan import Selection


@click.group()
def command() -> None:
    """List what there is: checks, requirements, editions, suites, faults.

    \b
    Examples:
      mimtest list checks
      mimtest list requirements --edition 9.0 --json
    """


@command.command()
@options.suites
@options.checks
@options.as_json
def checks(suites: tuple[str, ...], checks: tuple[str, ...], as_json: bool) -> None:
    """List every check: id, strength, level and title.

    With --json also purpose, clause, interfaces and requirements of each.

    \b
    Examples:
      mimtest list checks
      mimtest list checks --suite places --check 'PLA-W-*'
      mimtest list checks --json
    """
    from mimtest.plan import Selection

    rows = _checks(Selection(suites, checks))
    if as_json:
        _dump(rows)
        return
    _table(rows, ("id", "strength", "level", "title"))


@command.command()
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="Only this edition; may be repeated.",
    shell_complete=completing.editions,
)
@options.as_json
def requirements(editions: tuple[str, ...], as_json: bool) -> None:
    """List every requirement, and how far it is covered.

    \b
    Examples:
      mimtest list requirements
      mimtest list requirements --edition 9.0 --json
    """
    from mimtest.catalogue import load_edition, load_editions

    loaded = [load_edition(e) for e in editions] if editions else load_editions()
    rows = [_requirement(r) for e in loaded for r in e.requirements]
    if as_json:
        _dump(rows)
        return
    _table(rows, ("id", "level", "coverage", "statement"))
    click.echo("")
    for edition in loaded:
        counted = Counter(str(r.coverage).replace("_", " ") for r in edition.requirements)
        parts = [f"{counted[c]} {c}" for c in ("automated", "assisted", "attested", "not yet")]
        click.echo(
            f"Edition {edition.edition}: {', '.join(parts)}; {len(edition.requirements)} in all"
        )


@command.command()
@options.as_json
def editions(as_json: bool) -> None:
    """List the editions that a report can be judged under.

    \b
    Examples:
      mimtest list editions
      mimtest list editions --json
    """
    from mimtest.catalogue import digest, load_editions

    rows = [
        {
            "id": e.edition,
            "title": e.title,
            "published": e.published,
            "url": e.url,
            "mims": [m.id for m in e.mims],
            "digest": digest(e.edition),
        }
        for e in load_editions()
    ]
    if as_json:
        _dump(rows)
        return
    _table(rows, ("id", "published", "title"))


@command.command()
@options.as_json
def suites(as_json: bool) -> None:
    """List the suites and how many checks each has.

    \b
    Examples:
      mimtest list suites
      mimtest list suites --json
    """
    from mimtest.checks import SUITE_NAMES, load_checks

    counted = Counter(c.suite for c in load_checks())
    rows = [{"id": name, "checks": counted[name]} for name in SUITE_NAMES]
    if as_json:
        _dump(rows)
        return
    _table(rows, ("id", "checks"))


@command.command()
@options.as_json
def faults(as_json: bool) -> None:
    """List the faults and variants of the sandbox.

    A fault breaks one thing and its checks have to fail; a variant is permitted.

    \b
    Examples:
      mimtest list faults
      mimtest list faults --json
    """
    from mimtest.sandbox.faults import all_faults

    rows = [
        {
            "id": f.id,
            "suite": f.suite,
            "sentence": f.sentence,
            "kind": f.kind,
            "kills": list(f.kills),
        }
        for f in all_faults()
    ]
    if as_json:
        _dump(rows)
        return
    _table(rows, ("id", "kind", "sentence"))


def _checks(selection: "Selection") -> list[dict[str, Any]]:
    from mimtest.catalogue import load_editions
    from mimtest.checks import load_checks
    from mimtest.plan import selected
    from mimtest.report import requirements_by_check

    about = requirements_by_check(load_editions())
    return [
        {
            "id": c.id,
            "suite": c.suite,
            "title": c.title,
            "purpose": c.purpose,
            "clause": c.clause,
            "since": c.since,
            "strength": c.strength,
            "level": c.level.value,
            "interfaces": list(c.interfaces),
            "requirements": about.get(c.id, []),
        }
        for c in selected(load_checks(), selection)
    ]


def _requirement(requirement: Any) -> dict[str, Any]:
    return {
        "id": requirement.full_id,
        "mim": requirement.mim,
        "kind": str(requirement.kind),
        "level": str(requirement.level),
        "sourceWord": requirement.source_word,
        "statement": requirement.statement,
        "coverage": str(requirement.coverage),
        "notTestedBecause": requirement.not_tested_because or None,
        "conditionalOn": list(requirement.conditional_on),
        "mechanisms": [
            {
                "id": m.id,
                "title": m.title,
                "interfaces": list(m.interfaces),
                "checks": list(m.checks),
            }
            for m in requirement.mechanisms
        ],
        "url": requirement.url,
    }


def _dump(rows: Sequence[Mapping[str, Any]]) -> None:
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Columns as wide as their content; the last one runs free."""
    widths = [max((len(str(r[c])) for r in rows), default=0) for c in columns[:-1]]
    for row in rows:
        cells = [str(row[c]).ljust(w) for c, w in zip(columns, widths, strict=False)]
        click.echo("  ".join([*cells, str(row[columns[-1]])]))
