"""The statements and test cases of a GITB report: what `gitb` writes down."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.foreign import breaking, is_advice, message, named, text
from mimtest.rendering.view import View

OUTCOMES: Final = {
    "passed": "SUCCESS",
    "failed": "FAILURE",
    "inconclusive": "UNDEFINED",
    "error": "UNDEFINED",
    "not_run": "UNDEFINED",
    "not_applicable": "UNDEFINED",
}
VERDICTS: Final = {
    "met": "SUCCESS",
    "not_met": "FAILURE",
    "inconclusive": "UNDEFINED",
    "equivalence_claimed": "UNDEFINED",
    "declared_only": "UNDEFINED",
    "not_tested": "UNDEFINED",
    "not_applicable": "UNDEFINED",
}
GROUPS: Final = {"met": "SUCCESS", "not_met": "FAILURE"}
#: What a name in an attribute keeps to.
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Case:
    """A test case; `code` is our own word for its result."""

    id: str
    suite: str
    name: str
    description: str
    code: str
    result: str
    optional: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The cases of one specification; `result` is what they come to."""

    id: str
    group: str
    name: str
    result: str
    cases: Sequence[Case]


def statements(view: View) -> list[Statement]:
    """The statements of a report: one for each MIM of each edition, and one for its checks. Never none."""
    return [*_editions(view), *_checks(view)] or [_nothing(view)]


def _editions(view: View) -> Iterator[Statement]:
    """A statement for each MIM of each edition that has requirements."""
    for n, edition in enumerate(view.editions, 1):
        verdicts = {m["mim"]: m["verdict"] for m in edition["summary"]["byMim"]}
        for mim in dict.fromkeys(r["mim"] for r in edition["requirements"]):
            rows = [r for r in edition["requirements"] if r["mim"] == mim]
            title = edition["mims"].get(mim, {}).get("title", "")
            yield Statement(
                f"e{n}-{_NO_NAME.sub('-', mim)}",
                text(edition["title"]),
                text(f"{mim} {title}".strip()),
                GROUPS.get(verdicts.get(mim, ""), "UNDEFINED"),
                [_requirement(view, r, f"e{n}-r{i}-{mim}") for i, r in enumerate(rows, 1)],
            )


def _requirement(view: View, row: Mapping[str, Any], name: str) -> Case:
    result = VERDICTS[row["verdict"]]
    advice = result == "FAILURE" and not row["required"]
    return Case(
        id=_NO_NAME.sub("-", name),
        suite=text(row["mim"]),
        name=text(row["id"]),
        description=text(row["statement"]),
        code=row["verdict"],
        result="WARNING" if advice else result,
        optional=not row["required"],
        message=view.words.of("verdict", row["verdict"]),
    )


def _checks(view: View) -> Iterator[Statement]:
    """One statement with every check, in test suites as they ran."""
    broken = breaking(view)
    cases = [
        Case(
            id=f"check-{n}",
            suite=text(entry.check["suite"]),
            name=entry.name,
            description=text(entry.check["title"]),
            code=entry.check["outcome"],
            result="WARNING"
            if entry.check["outcome"] == "failed" and is_advice(entry.check, broken)
            else OUTCOMES[entry.check["outcome"]],
            optional=True,
            message=message(view, entry.check),
        )
        for n, entry in enumerate(named(view.report), 1)
    ]
    if cases:
        yield Statement("checks", "mimtest", view.words("checks.title"), "UNDEFINED", cases)


def _nothing(view: View) -> Statement:
    return Statement("nothing", "mimtest", view.words("junit.nothing"), "UNDEFINED", ())
