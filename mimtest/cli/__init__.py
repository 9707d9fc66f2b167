"""The command line. Each command is imported only when it is called, so that `--help` is quick."""

import errno
import os
import re
import sys
from importlib import import_module
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from mimtest import __version__
from mimtest.errors import MimtestError, UsageError

_COMMANDS: Final = {
    "demo": "Run checks against the embedded demo city: no network, no file.",
    "init": "Discover the interfaces behind an address; write a target file.",
    "doctor": "Find what keeps a target from being tested, and the key to change.",
    "run": "Run checks against a target and write the report.",
    "report": "Make a page, a table or a file for other tools of a report.",
    "gate": "Judge a report again from its own checks, and gate a pipeline.",
    "merge": "Put the reports of all shards of a run together into one.",
    "compare": "Compare two reports: kept, regressed, improved, not comparable.",
    "site": "Put reports side by side as a static site, never ranked.",
    "keygen": "Make a pair of keys to sign reports with.",
    "sign": "Sign a report and what goes with it.",
    "verify": "Verify a report step by step: signature, judgement, replay.",
    "list": "List checks, requirements, editions, suites or faults.",
    "explain": "Explain any id or code: what it is, by which clause, what to do.",
    "profile": "Tender profiles: list, new, and clauses for the tender's text.",
    "models": "Keep published data models on this machine: add, list.",
    "validate": "Judge every entity of files or live endpoints by a data model.",
    "selftest": "Prove that each check passes, and fails with a fault.",
    "sandbox": "Serve the reference city platform on loopback.",
    "cleanup": "Remove what a crashed run left in a target.",
}

#: As the shell has it for a program that a closed pipe ended.
_NOBODY_READS: Final = 128 + 13


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"mimtest.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but with the command that may have been meant."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name.lower(), _COMMANDS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, without importing any; else options."""
        found = [(c, text) for c, text in _COMMANDS.items() if c.startswith(incomplete)]
        if found:
            return [CompletionItem(name, help=text) for name, text in found]
        return click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; end quietly when nobody reads any more what it prints."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            from mimtest.cli.output import drop_output

            drop_output()
            return _NOBODY_READS

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mimtest", message="%(prog)s %(version)s")
def cli() -> None:
    """Test whether a product meets the Minimal Interoperability Mechanisms (MIMs).

    \b
    A first look:
      mimtest demo --check 'CTX-ENT-*'
    A product:
      mimtest init https://city.example
      mimtest doctor mimtest.toml
      mimtest run mimtest.toml
      mimtest explain CTX-ENT-03

    \b
    Exit codes: 0 every required requirement is met; 1 at least one is not met;
    2 wrong usage or a bad file; 3 nothing is contradicted, but answers are
    missing or the target is not ready; 4 mimtest's own error.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = cli.main(prog_name="mimtest", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("mimtest: interrupted.", err=True)
        code = 3
    except click.ClickException as error:
        _show(error)
        code = 2
    except UsageError as error:
        click.echo(f"mimtest: {error}", err=True)
        code = 2
    except MimtestError as error:
        click.echo(f"mimtest: {error}", err=True)
        code = 4
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            told = "is too long for the name of a file. Give a shorter one."
            click.echo(f"mimtest: {error.filename}: {told}", err=True)
            code = 2
        elif os.environ.get("MIMTEST_DEBUG"):
            raise
        else:
            click.echo(f"mimtest: its own error: {type(error).__name__}: {error}", err=True)
            click.echo("Set MIMTEST_DEBUG=1 to see where, and please report it.", err=True)
            code = 4
    sys.exit(code if isinstance(code, int) else 0)


def _show(error: click.ClickException) -> None:
    """A mistake on the command line in one line; no command at all shows what there is."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    message = " ".join(error.format_message().split())
    stop = "" if message.endswith((".", "?")) else "."
    lacks = isinstance(error, click.MissingParameter) and isinstance(error.param, click.Argument)
    example = _example(context.command) if context and lacks else ""
    more = f" See '{context.command_path} --help'." if context else ""
    click.echo(f"mimtest: {message}{stop}{example}{more}", err=True)


def _example(command: click.Command) -> str:
    """The first example of a command's help: what lacks is seen there soonest."""
    found = re.search(r"^ *(?:Example: )?(mimtest .+)$", command.help or "", re.MULTILINE)
    return f" For example: {found[1]}." if found else ""
