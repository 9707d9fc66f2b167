"""`mimtest explain`."""

import difflib

import click


@click.command()
@click.argument("name", metavar="ID")
def command(name: str) -> None:
    """Explain ID: a check, a requirement or a reason code of a report.

    Example: mimtest explain CTX-ENT-03
    """
    from mimtest.checks import load_checks
    from mimtest.cli.explaining import explain, known_names
    from mimtest.errors import UsageError

    text = explain(name, load_checks())
    if text is None:
        near = difflib.get_close_matches(name, known_names(load_checks()), 1)
        hint = (
            f"Did you mean '{near[0]}'?"
            if near
            else "See 'mimtest list checks' and 'mimtest list requirements'."
        )
        raise UsageError(f"'{name}' is no check, requirement or reason code.", hint)
    click.echo(text)
