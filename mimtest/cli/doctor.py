"""`mimtest doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mimtest.vocabulary.examining import Step


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def command(target: Path) -> int:
    """Find out what keeps TARGET from being tested, and which key to change.

    TARGET is a target file, as 'mimtest init' writes it. A few harmless questions are asked of each
    interface; no verdict on the product follows.

    \b
    Exit codes: 0 ready to run; 2 the file is wrong, and where; 3 not ready.

    \b
    Examples:
      mimtest doctor mimtest.toml
      BROKER_TOKEN=… mimtest doctor mimtest.toml
    """
    from mimtest.cli.connecting import connections
    from mimtest.cli.targettext import PLACEHOLDERS
    from mimtest.rendering.text import visible
    from mimtest.session.listed import require_listed
    from mimtest.session.trying import try_identities
    from mimtest.target import load_target
    from mimtest.vocabulary.examining import State, examine

    loaded = load_target(target)
    require_listed(loaded, target.name)
    for key, text in PLACEHOLDERS.items():
        if getattr(loaded.product, key) == text:
            click.echo(f"note {target.name}, product.{key}: still says '{text}'; reports print it")
    ready, secrets = True, loaded.secrets()
    with connections(loaded) as clients:
        for client in clients:
            tls = loaded.tls(client.interface)
            for step in examine(client, loaded.scope, tls, secrets):
                ready = ready and step.state is not State.NO
                told = client.recorder.redactor.message(_told(step, target.name))
                click.echo(visible(told))
    for step in try_identities(loaded) if ready else ():
        ready = ready and step.state is not State.NO
        click.echo(visible(_told(step, target.name)))
    click.echo("Ready to run." if ready else "Not ready: change what is marked NO, then ask again.")
    return 0 if ready else 3


def _told(step: "Step", file: str) -> str:
    """A step in a line, and what to do in another."""
    line = f"{step.state:4} {step.interface}: {step.name}: {step.message}"
    where = f"{file}, {step.key}: " if step.key else ""
    return f"{line}\n       {where}{step.hint}" if step.hint else line
