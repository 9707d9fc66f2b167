"""`mimtest verify`."""

from pathlib import Path

import click

from mimtest.cli import options


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PUB",
    help="A public key that has to have signed, which you got from elsewhere; may be repeated.",
)
@click.option(
    "--tsa",
    "authorities",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PEM",
    help="The root certificate of a time-stamping authority you trust; may be repeated.",
)
@click.option(
    "--challenge", metavar="TEXT", help="The text you gave for the run, which it must carry."
)
@click.option(
    "--profile",
    metavar="P",
    help="Your tender's profile, which has to be the one the report was judged by.",
)
@click.option(
    "--replay", is_flag=True, help="Run its checks again on what was recorded; nothing is sent."
)
@click.option(
    "--target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The run's target file, for --replay of a report that does not bring it.",
)
@options.lang
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def command(
    report: Path,
    keys: tuple[Path, ...],
    authorities: tuple[Path, ...],
    challenge: str | None,
    profile: str | None,
    replay: bool,
    target: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """Verify REPORT step by step: each says what it shows and what not.

    REPORT is a report.json, its folder, a bundle or a PDF. Nothing is sent.

    \b
    Exit codes: 0 nothing is wrong; 1 something is; 2 wrong usage or a bad file;
    3 nothing is wrong, but a step could not be taken here.

    \b
    Examples:
      mimtest verify report.zip --key supplier.pub.pem
      mimtest verify report.zip --key supplier.pub.pem --challenge 5e1f-2026
      mimtest verify report.zip --key supplier.pub.pem --tsa authority.pem
      mimtest verify report.zip --replay
    """
    from mimtest.cli.output import say
    from mimtest.cli.verifying import as_lines, exit_code, replayed
    from mimtest.cli.verifying_pages import copies
    from mimtest.cli.verifying_paper import pages
    from mimtest.layout import as_text
    from mimtest.profile import load_profile
    from mimtest.verification.keys import load_public
    from mimtest.verification.stamp import load_authorities
    from mimtest.verification.steps import Asked, verify

    wanted = load_profile(profile) if profile else None
    trusted = tuple(c for path in authorities for c in load_authorities(path))
    asked = Asked(tuple(load_public(k) for k in keys), challenge, wanted, trusted)
    verified = verify(report, asked)
    steps = (*verified.steps, copies(verified), *pages(verified))
    if replay:
        steps = (*steps, replayed(verified, target))
    if as_json:
        rows = [{"step": s.name, "state": s.state.value, "notes": list(s.notes)} for s in steps]
        say([as_text({"exitCode": exit_code(steps), "steps": rows}).rstrip()])
    else:
        say(as_lines(steps, lang))
    return exit_code(steps)
