"""`mimtest keygen`."""

from pathlib import Path

import click


@click.command()
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mimtest-key.pem"),
    show_default=True,
    metavar="PATH",
    help="The private key's file; the public one has .pub.pem at its end.",
)
@click.option(
    "--passphrase-env",
    metavar="VARIABLE",
    help="Encrypt the private key with the passphrase of this environment variable.",
)
def command(output: Path, passphrase_env: str | None) -> None:
    """Make a pair of keys (Ed25519) to sign reports with. None is overwritten.

    \b
    Examples:
      mimtest keygen -o ourcity.pem
      PASS=… mimtest keygen -o ourcity.pem --passphrase-env PASS
    """
    from mimtest.cli.output import say
    from mimtest.cli.passphrase import passphrase
    from mimtest.verification.keys import make_keys

    public = output.with_name(f"{output.name.removesuffix('.pem')}.pub.pem")
    name = make_keys(output, public, passphrase(passphrase_env))
    say(
        [
            f"Private key: {output} (keep it; nobody else may read it)",
            f"Public key:  {public}",
            f"Key id:      {name}",
            "Publish the public key where it is known to be yours, not beside the reports it signs.",
        ]
    )
