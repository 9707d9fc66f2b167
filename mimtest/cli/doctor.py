"""`mimtest doctor`."""

from pathlib import Path

import click


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def command(target: Path) -> int:
    """Find out what keeps TARGET from being tested, and which key of its file to change.

    It asks a few harmless questions and gives no verdict on the product. Exit code 0: ready; 3: not.

    Example: mimtest doctor mimtest.toml
    """
    from mimtest.cli.connecting import connections
    from mimtest.cli.targettext import PLACEHOLDERS
    from mimtest.rendering.text import visible
    from mimtest.target import load_target
    from mimtest.vocabulary.examining import State, examine

    loaded = load_target(target)
    for key, text in PLACEHOLDERS.items():
        if getattr(loaded.product, key) == text:
            click.echo(f"note {target.name}, product.{key}: still says '{text}'; reports print it")
    ready = True
    with connections(loaded) as clients:
        for client in clients:
            tls = loaded.tls(client.interface)
            for step in examine(client, loaded.scope, tls):
                ready = ready and step.state is not State.NO
                click.echo(visible(f"{step.state:4} {step.interface}: {step.name}: {step.message}"))
                if step.hint:
                    where = f"{target.name}, {step.key}: " if step.key else ""
                    click.echo(visible(f"       {where}{step.hint}"))
    click.echo("Ready to run." if ready else "Not ready: change what is marked NO, then ask again.")
    return 0 if ready else 3
