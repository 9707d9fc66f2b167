"""`mimtest sign`."""

from pathlib import Path

import click


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The private key that 'mimtest keygen' made.",
)
@click.option(
    "--passphrase-env",
    metavar="VARIABLE",
    help="The environment variable with the private key's passphrase.",
)
@click.option(
    "--attach",
    "attached",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file beside the report to sign with it, such as declaration.pdf; may be repeated.",
)
@click.option(
    "--target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The target file of the run, for a bundle that can be replayed.",
)
@click.option(
    "--timestamp",
    metavar="URL",
    help="A time-stamping authority (RFC 3161) that is asked to stamp the signature.",
)
@click.option(
    "--tsa",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PEM",
    help="The authority's root certificate: a stamp that it does not stand behind is refused.",
)
@click.option(
    "--bundle",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ZIP",
    help="Write all that is signed into one file, too.",
)
def command(
    report: Path,
    key: Path,
    passphrase_env: str | None,
    attached: tuple[Path, ...],
    target: Path | None,
    timestamp: str | None,
    tsa: Path | None,
    output: Path | None,
) -> None:
    """Sign REPORT and what goes with it: writes report.intoto.json beside it.

    REPORT is a report.json or its folder; the pages beside it are signed, too. A second signer's signature is
    added to the first one's. With --target a bundle can be replayed. With --timestamp the SHA-256 of the
    signature, nothing else, is sent to an authority, whose stamp is kept as report.intoto.json.tsr.
    A stamp that another program got and kept there is taken along.

    \b
    Examples:
      mimtest sign mimtest-report --key ourcity.pem
      mimtest sign mimtest-report --key ourcity.pem --bundle report.zip
      mimtest sign report.json --key ourcity.pem --timestamp https://tsa.example
    """
    from mimtest.cli.output import say
    from mimtest.cli.passphrase import passphrase
    from mimtest.cli.stamping import stamper
    from mimtest.verification.keys import key_id, load_private
    from mimtest.verification.signing import sign

    signer = load_private(key, passphrase(passphrase_env))
    signed = sign(
        report,
        signer,
        attached=attached,
        target=target,
        bundle_at=output,
        stamped_by=stamper(timestamp, tsa),
    )
    lines = [f"Signed: {', '.join(signed.names)}", f"Signature: {signed.signature}"]
    say(
        [
            *lines,
            *([f"Time stamp: {signed.stamp}"] if signed.stamp else []),
            *([f"Bundle: {output}"] if output else []),
            f"Key id: {key_id(signer.public_key())}",
        ]
    )
