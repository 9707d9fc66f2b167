"""The checks there are, read from the suites without running or importing them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from mimtest.resources import SUITES
from mimtest.target import Level

#: The suites in the order of a report.
SUITE_NAMES: Final = ("context", "data_models", "contracts", "trust", "security", "places")
#: A check from its marker to its docstring, and the kinds of interface of a module: parsing no more than
#: these is several times faster, and every command begins with it.
_CHECK: Final = re.compile(
    r'^@pytest\.mark\.check\(.*?^def \w+\(.*?:\n    """.*?"""', re.DOTALL | re.MULTILINE
)
_INTERFACES: Final = re.compile(r"pytest\.mark\.interface\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Check:
    """A test case: its stable id, its purpose and where it comes from.

    `strength` is must, should or may, in the standard of `clause`; `since` the first version of that
    standard it holds for; `option` a claim without which it does not apply. `rests_on` names the checks
    whose subject it needs: where one of them fails, its own failure may be a consequence.
    """

    id: str
    suite: str
    title: str
    clause: str
    strength: str
    level: Level
    interfaces: tuple[str, ...]
    since: str | None
    option: str | None
    function: str
    file: str
    rests_on: tuple[str, ...] = ()

    @property
    def purpose(self) -> str:
        """What it shows, in a sentence."""
        return f"{self.title}."


@cache
def load_checks(root: Path = SUITES) -> tuple[Check, ...]:
    """Every check of every suite below `root`, by suite and id. Raises ValueError for a bad marker."""
    found = [
        check
        for suite in SUITE_NAMES
        for file in sorted((root / suite).glob("test_*.py"))
        for check in _checks_in(file, suite, root)
    ]
    ids = [c.id for c in found]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ValueError(f"check ids used twice: {', '.join(twice)}")
    return tuple(sorted(found, key=lambda c: (SUITE_NAMES.index(c.suite), c.id)))


def _checks_in(file: Path, suite: str, root: Path) -> Iterator[Check]:
    text = file.read_text(encoding="utf-8")
    kinds = _interfaces_in(text)
    for found in _CHECK.finditer(text):
        node = ast.parse(found[0], str(file)).body[0]
        if isinstance(node, ast.FunctionDef) and (marker := _marker(node)):
            args, options = marker
            yield Check(
                id=args[0],
                suite=suite,
                title=_first_line(node).rstrip("."),
                clause=options["clause"],
                strength=options.get("strength", "must"),
                level=Level(options.get("level", "safe")),
                interfaces=kinds,
                since=options.get("since"),
                option=options.get("option"),
                function=node.name,
                file=file.relative_to(root).as_posix(),
                rests_on=tuple(options.get("rests_on", ())),
            )


def _first_line(node: ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].strip()


def _marker(node: ast.FunctionDef) -> tuple[list[Any], dict[str, Any]] | None:
    """The literal arguments of `@pytest.mark.check(…)`."""
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.check":
            args = [ast.literal_eval(a) for a in call.args]
            return args, {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
    return None


def _interfaces_in(text: str) -> tuple[str, ...]:
    """The kinds named by the module's `pytestmark = pytest.mark.interface(…)`."""
    found = _INTERFACES.search(text)
    return tuple(ast.literal_eval(f"[{found[1]}]")) if found else ()
