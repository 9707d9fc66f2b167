"""SARIF 2.1.0: a result for each check, with the line of the target file where its interface begins.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 (kinds in 3.27.9, messages in 3.11). A check of mimtest
looks at a running product, which has no lines of source: only the target file can be pointed at.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from mimtest.rendering.foreign import (
    Named,
    breaking,
    is_advice,
    message,
    named,
    summary,
    text,
)
from mimtest.rendering.places import Places
from mimtest.rendering.view import View

OUTCOMES: Final = {
    "passed": "pass",
    "failed": "fail",
    "inconclusive": "review",
    "error": "notification",
    "not_run": "open",
    "not_applicable": "notApplicable",
}
#: SARIF knows results of rules only; verdicts are properties of the taxa, under their own names.
VERDICTS: Final[Mapping[str, str]] = {}
#: In a message square brackets make a link and braces a placeholder.
_SPECIAL: Final = re.compile(r"[\[\]\\{}]")
_ESCAPES: Final = {"[": "\\[", "]": "\\]", "\\": "\\\\", "{": "{{", "}": "}}"}


def render(report: Mapping[str, Any], *, lang: str = "en", places: Places | None = None) -> str:
    """`report.sarif`."""
    view = View.of(report, lang)
    rules = [*{c["id"]: c for c in report["checks"]}.values()]
    index = {r["id"]: n for n, r in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "mimtest",
                "version": report["tool"]["version"],
                "rules": [_rule(r) for r in rules],
            }
        },
        "invocations": [_invocation(view)],
        "results": [*_results(view, index, places)],
        "taxonomies": [_taxonomy(e) for e in view.editions],
        "properties": summary(view),
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _rule(check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": check["id"],
        "shortDescription": {"text": text(check["title"])},
        "fullDescription": {"text": text(check["purpose"] or check["title"])},
        "help": {"text": text(check["clause"]) or check["id"]},
        "properties": {"tags": [text(check["suite"]), check["strength"]]},
    }


def _invocation(view: View) -> dict[str, Any]:
    """The run; what mimtest itself could not do is a notification, and no result."""
    run = view.report["assessment"]
    errors = [n for n in named(view.report) if n.check["outcome"] == "error"]
    return {
        "executionSuccessful": run["completed"] and not errors,
        "startTimeUtc": run["startedAt"],
        "endTimeUtc": run["endedAt"],
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": escaped(f"{n.name}: {message(view, n.check)}")},
                "associatedRule": {"id": n.check["id"]},
                "properties": _properties(n),
            }
            for n in errors
        ],
    }


def _results(
    view: View, index: Mapping[str, int], places: Places | None
) -> Iterator[dict[str, Any]]:
    broken = breaking(view)
    for entry in named(view.report):
        check = entry.check
        kind = OUTCOMES[check["outcome"]]
        if kind == "notification":
            continue
        advice = is_advice(check, broken)
        result = {
            "ruleId": check["id"],
            "ruleIndex": index[check["id"]],
            "kind": kind,
            "level": ("note" if advice else "error") if kind == "fail" else "none",
            "message": {"text": escaped(f"{text(check['title'], 200)}. {message(view, check)}")},
            "partialFingerprints": {"checkAndInterface/v1": entry.name},
            "properties": _properties(entry),
        }
        yield result | ({"locations": [_location(check, places)]} if places else {})


def _properties(entry: Named) -> dict[str, Any]:
    check = entry.check
    return {
        "name": entry.name,
        "outcome": check["outcome"],
        "requirements": [text(r) for r in check["requirements"]],
        "exchanges": check["exchanges"][:20],
    }


def _location(check: Mapping[str, Any], places: Places) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(places.path)},
            "region": {"startLine": places.line(check["interface"])},
        }
    }


def _taxonomy(edition: Mapping[str, Any]) -> dict[str, Any]:
    """The requirements of an edition with their verdicts."""
    return {
        "name": text(edition["title"]),
        "version": text(edition["edition"]),
        "taxa": [
            {
                "id": text(r["id"]),
                "shortDescription": {"text": text(r["statement"])},
                "properties": {"verdict": r["verdict"], "required": r["required"]},
            }
            for r in edition["requirements"]
        ],
    }


def escaped(plain: str) -> str:
    """The text of a message in which nothing is a link or a placeholder."""
    return _SPECIAL.sub(lambda m: _ESCAPES[m[0]], plain)
