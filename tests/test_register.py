"""What checks name in words (open points, their readings, the checks they rest on) is there."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from mimtest import vocabulary
from mimtest.ambiguities import load_ambiguities
from mimtest.checks import load_checks
from mimtest.resources import SUITES

REGISTER = load_ambiguities()
CHECKS = load_checks()
FILES = [*SUITES.rglob("*.py"), *Path(vocabulary.__file__).parent.rglob("*.py")]
SOURCES = {f: ast.parse(f.read_text(encoding="utf-8")) for f in FILES}
WORDS = frozenset(
    node.value
    for tree in SOURCES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
)


def calls_of_reading():
    for file, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "reading":
                yield f"{file.name}:{node.lineno}", [_words(a) for a in node.args]


def _words(node):
    """The texts an argument can be, as far as it is written out."""
    if isinstance(node, ast.IfExp):
        return _words(node.body) | _words(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) else set()


@pytest.mark.parametrize("point", sorted(REGISTER))
def test_every_open_point_is_noted_by_a_check(point):
    assert point in WORDS


def test_readings_that_checks_note_are_in_the_register():
    unknown = [
        (place, point, reading)
        for place, words in calls_of_reading()
        if len(words) == 2
        for point in words[0]
        for reading in words[1]
        if reading not in REGISTER[point].readings
    ]
    assert not unknown


def test_checks_rest_on_checks_of_the_same_kind_of_interface_and_not_on_themselves():
    named = {c.id: c for c in CHECKS}
    for check in CHECKS:
        for name in check.rests_on:
            assert set(named[name].interfaces) & set(check.interfaces), (
                f"{check.id} rests on {name}"
            )
    TopologicalSorter({c.id: c.rests_on for c in CHECKS}).prepare()
