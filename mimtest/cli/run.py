"""`mimtest run`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mimtest.cli import completing, options
from mimtest.strictjson import LARGEST
from mimtest.target import Level

if TYPE_CHECKING:
    from mimtest.session.launch import Order


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@options.suites
@options.checks
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="Judge under this edition of the MIMs; may be repeated.",
    shell_complete=completing.editions,
)
@click.option(
    "--profile",
    default="technical",
    show_default=True,
    help="What is required: technical, full, a ready-made one (mimtest profile list) or a TOML file.",
    shell_complete=completing.profiles,
)
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    help="Deviations the exit code lets pass for a time.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="The most this run may do; the target file's level by default.",
)
@options.workers
@click.option(
    "--shard",
    metavar="I/N",
    help="Run this part of the plan alone, such as 2/5; 'mimtest merge' joins the parts' reports.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST),
    default=0,
    show_default=True,
    help="Decides which samples are drawn.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-report"),
    show_default=True,
    help="Folder for report.json, report.html and junit.xml.",
)
@click.option(
    "--from",
    "repeats",
    type=click.Path(path_type=Path),
    metavar="REPORT",
    help="Repeat this report's run: its profile, editions, seed, level and selection.",
)
@click.option(
    "--challenge",
    metavar="TEXT",
    help="A text of whoever asks for the run, which the report and every request then carry.",
)
@click.option(
    "--evidence",
    type=click.Choice(("excerpt", "whole")),
    default="excerpt",
    show_default=True,
    help="How much of each answer is kept; a replay needs the whole.",
)
@click.option(
    "--lang",
    default="en",
    show_default=True,
    metavar="L",
    help="Language of report.html and of what is printed at the end.",
)
@click.option(
    "--plan", is_flag=True, help="Print what such a run may send, and to whom; send nothing."
)
@click.pass_context
def command(
    context: click.Context,
    /,
    target: Path,
    level: str | None,
    shard: str | None,
    repeats: Path | None,
    plan: bool,
    **asked: Any,
) -> int:
    """Run checks against TARGET, a target file, and write the report.

    \b
    Exit codes: 0 every required requirement is met; 1 at least one is not met;
    2 wrong usage or a bad file; 3 nothing is contradicted, but answers are
    missing or the target is not ready; 4 mimtest's own error.

    \b
    Examples:
      mimtest run mimtest.toml --plan
      mimtest run mimtest.toml --suite context -n 4
      mimtest run mimtest.toml --check 'CTX-ENT-*' --level writes
      mimtest run mimtest.toml --profile street-lighting --output lamps
      mimtest run mimtest.toml --from bid/report.json --challenge lot-1.3-May
    """
    from mimtest.cli.output import say
    from mimtest.session.launch import Order, survey
    from mimtest.shards import Shard

    order = Order(
        target=target,
        level=Level(level) if level else None,
        shard=Shard.parse(shard) if shard else None,
        **asked,
    )
    earlier = None
    if repeats:
        from mimtest.cli.repeating import repeating

        order, earlier = repeating(context, order, repeats)
    if plan:
        from mimtest.cli.plan import lines

        say(lines(survey(order)))
        return 0
    return _run(order, earlier)


def _run(order: "Order", earlier: Mapping[str, Any] | None) -> int:
    """Make the run and tell what came of it, beside the earlier one if there is one; the exit code."""
    from mimtest.cli.output import conclude, say
    from mimtest.session.launch import launch

    report = launch(order)
    code = conclude(report, order.output, lang=order.lang)
    if earlier:
        from mimtest.cli.repeating import likeness

        say(likeness(earlier, report, lang=order.lang))
    return code
