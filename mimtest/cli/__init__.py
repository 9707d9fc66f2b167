"""The command line. Each command is imported only when it is called, so that `--help` is quick."""

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from mimtest import __version__
from mimtest.errors import MimtestError, UsageError

_COMMANDS: Final = {
    "demo": "Run every suite against the embedded demo city: no network, no server, no file.",
    "init": "Discover the interfaces behind an address and write a target file.",
    "doctor": "Find out what keeps a target from being tested, and which key to change.",
    "run": "Run checks against a target and write the report.",
    "report": "Render an existing report as a page, a table or a file for other tools.",
    "gate": "Recompute an existing report's verdicts and gate a pipeline on them.",
    "compare": "Compare two reports: what was kept, regressed, improved, or cannot be compared.",
    "site": "Put several reports side by side as a static site, never ranked.",
    "keygen": "Make a pair of keys to sign reports with.",
    "sign": "Sign a report and what goes with it.",
    "verify": "Verify a report step by step: form, signature, judgement, evidence, replay.",
    "list": "List checks, requirements, editions, suites or faults.",
    "explain": "Explain a check, a requirement or a reason code.",
    "profile": "Tender profiles: list, new, and the clauses for the tender's text.",
    "models": "Keep published data models on this machine: add, list.",
    "validate": "Judge every entity of files or live endpoints by a data model.",
    "selftest": "Prove the checks: each passes on the sandbox, and fails with a fault.",
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

    Start with `mimtest demo`, then `mimtest init URL`, `mimtest doctor mimtest.toml` and
    `mimtest run mimtest.toml`.

    Exit codes: 0 every required requirement met; 1 at least one not met; 2 wrong usage or a bad
    file; 3 required answers are missing or the target is not ready; 4 mimtest's own error.
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
        if os.environ.get("MIMTEST_DEBUG"):
            raise
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
    more = f" See '{context.command_path} --help'." if context else ""
    click.echo(f"mimtest: {' '.join(error.format_message().split())}{more}", err=True)
