"""Every message about a mistake of the user's says what is wrong and what to do, as sentences in one line."""

import ast
from pathlib import Path

import pytest

from mimtest.errors import UsageError, unreadable

MADE_BY = ("UsageError", "unreadable")
PACKAGE = Path(__file__).parent.parent / "mimtest"


def _calls():
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if {"_bundled", "sandbox"} & {*path.parts} or not (
            "UsageError(" in text or "unreadable(" in text
        ):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MADE_BY:
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


CALLS = dict(_calls())


def _ends(node):
    """The last characters of a text as far as they stand in the code; None for one that is made elsewhere."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[-1]
    if isinstance(node, ast.IfExp):
        return _ends(node.body)
    return node.value if isinstance(node, ast.Constant) else None


def _texts(node):
    """Every constant part of a text."""
    return [
        n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


@pytest.mark.parametrize("place", CALLS)
def test_each_says_what_to_do(place):
    call = CALLS[place]
    starred = any(isinstance(a, ast.Starred) for a in call.args)
    least = 3 if call.func.id == "unreadable" else 2
    assert starred or len(call.args) == least, f"{place}: no hint"
    for argument in call.args:
        end = _ends(argument)
        if end and call.func.id == "UsageError":
            assert end.endswith((".", "?", "…")), f"{place}: {end!r} is no sentence"
        for text in _texts(argument):
            assert "\n" not in text
            assert "please" not in text.lower()


@pytest.mark.parametrize(("error", "why"), [
    (FileNotFoundError(2, "x"), "there is no such file"),
    (IsADirectoryError(21, "x"), "it is a folder"),
    (PermissionError(13, "x"), "you may not read it"),
    (OSError(5, "Input/output error"), "Input/output error"),
    (OSError("odd"), "odd"),
])  # fmt: skip
def test_why_a_file_cannot_be_read_is_said_in_plain_words(error, why):
    told = unreadable("a.json", error, "Give another.")
    assert isinstance(told, UsageError)
    assert str(told) == f"a.json: cannot be read: {why}. Give another."
