"""Every reason a check or the network gives has words, a suspect and an entry in the list."""

import ast
from pathlib import Path

import pytest

from mimtest.reasons import REASONS
from mimtest.rendering.words import load

ROOT = Path(__file__).parent.parent
RAISED = {
    "BrokenAnswer", "Inconclusive", "NotApplicable", "OutOfScope", "RateLimited", "Refused",
    "TimedOut", "TlsFailed", "Unanswered", "Unreachable",
}  # fmt: skip


def given_codes():
    for folder in ("mimtest", "suites"):
        for file in (ROOT / folder).rglob("*.py"):
            if "_bundled" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") in RAISED
                    and node.args
                ):
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        yield first.value


@pytest.mark.parametrize("code", sorted(set(given_codes())))
def test_a_reason_that_is_given_is_known(code):
    assert code in REASONS


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_known_reason_has_words(code):
    assert load("en").knows_reason(code)
