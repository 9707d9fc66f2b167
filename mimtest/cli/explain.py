"""`mimtest explain`."""

import click

from mimtest.cli.completing import names


@click.command()
@click.argument("name", metavar="ID", shell_complete=names)
def command(name: str) -> None:
    """Explain ID: what it is, by which clause, and what to do.

    ID is a check, a requirement, a reason code or verdict of a report, a fault of the sandbox, a point that a
    standard leaves open, an edition, a MIM, a suite, a kind of interface, a row of the compliance table, a profile or
    an item of one.

    \b
    Examples:
      mimtest explain CTX-ENT-03
      mimtest explain 9.0/MIM1/R1.1
      mimtest explain no_data
      mimtest explain street-lighting/0.3
    """
    from mimtest.cli.explaining import explain, near_names
    from mimtest.errors import UsageError

    text = explain(name)
    if text is None:
        near = " or ".join(f"'{n}'" for n in near_names(name))
        listed = "See 'mimtest list checks' and 'mimtest list requirements'."
        hint = f"Did you mean {near}?" if near else listed
        raise UsageError(f"'{name}' is no name that mimtest knows.", hint)
    click.echo(text)
