"""Each command has the help of a manual page: purpose, what its words are, exit codes, examples that work."""

import re
import shlex

import click
import pytest

from mimtest.cli import cli
from tests.conftest import mimtest

WIDTH = 80
EXAMPLE = re.compile(r"  (?:Example: |  )((?:\w+=\S+ )?mimtest .*)")
#: Commands whose exit code says more than whether they were used rightly.
TELLING = {
    "demo", "init", "doctor", "run", "gate", "compare", "verify", "models add", "validate", "cleanup", "selftest", "merge",
}  # fmt: skip


def _commands(group=cli, above=()):
    """Every command and every command of a group, with the group it is in."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        path = (*above, name)
        yield " ".join(path), command
        if isinstance(command, click.Group):
            yield from _commands(command, path)


COMMANDS = dict(_commands())


def _help(name):
    context = None
    for part in ("mimtest", *name.split()):
        command = cli if context is None else context.command.get_command(context, part)
        context = click.Context(command, parent=context, info_name=part)
    return command.get_help(context)


def _examples(name):
    return [found[1] for line in _help(name).splitlines() if (found := EXAMPLE.match(line))]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_a_command_does_and_shows_it(name):
    text = _help(name)
    purpose = COMMANDS[name].help.partition("\n")[0]
    assert purpose.endswith(".")
    assert purpose in " ".join(text.split())
    assert all(len(line) <= WIDTH for line in text.splitlines()), text
    assert _examples(name), text


@pytest.mark.parametrize("name", [n for n, c in COMMANDS.items() if isinstance(c, click.Group)])
def test_the_purpose_of_a_commands_commands_is_told_whole(name):
    assert "..." not in _help(name).partition("Commands:")[2]


@pytest.mark.parametrize("name", sorted(TELLING))
def test_exit_codes_are_told_where_they_say_something(name):
    assert "Exit codes: 0 " in _help(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_can_be_parsed(name):
    for example in _examples(name):
        words = shlex.split(example.partition(" > ")[0])
        while "=" in words[0]:
            words = words[1:]
        assert words[: 1 + len(name.split())] == ["mimtest", *name.split()]
        _parse(cli, words[1:])


def _parse(command, words):
    """As click reads the words, to the last command; its function is not called."""
    context = command.make_context("mimtest", list(words))
    if isinstance(command, click.Group):
        _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        _parse(inner, rest)


def test_help_names_every_command(tmp_path):
    ended = mimtest("--help", cwd=tmp_path)
    assert ended.code == 0
    assert all(f"\n  {c} " in ended.out for c in COMMANDS if " " not in c)
    assert all(len(line) <= WIDTH for line in ended.out.splitlines())


def test_each_line_of_the_list_fits(tmp_path):
    """A purpose that goes on in a second line is not read."""
    commands = mimtest("--help", cwd=tmp_path).out.partition("Commands:\n")[2]
    assert all(line.startswith("  ") and line[2] != " " for line in commands.splitlines())
