"""An in-toto statement with the predicate test-result 0.1, unsigned: about the report, by its digest.

Source: in-toto attestation framework, Statement v1 and the predicate "Test Result" 0.1. It has three lists: passed,
warned and failed tests. What shows neither yes nor no is in none of them, and its number in `mimtest_summary`.
PASSED means that every required item is met; whatever is not so is FAILED, since there is no word between them.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from mimtest.rendering.foreign import breaking, is_advice, named, summary, text
from mimtest.rendering.view import View

OUTCOMES: Final = {
    "passed": "passedTests",
    "failed": "failedTests",
    "inconclusive": "no list",
    "error": "no list",
    "not_run": "no list",
    "not_applicable": "no list",
}
#: The predicate knows tests only; the numbers of the verdicts are in `mimtest_summary`.
VERDICTS: Final[Mapping[str, str]] = {}


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`test-result.intoto.json`."""
    view = View.of(report, lang)
    subject = report["subject"]
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {
                "name": report["reportId"],
                "digest": {"sha256": report["digest"]["sha256"]},
                "annotations": {
                    "supplier": text(subject["supplier"]),
                    "product": text(subject["product"]),
                    "version": text(subject["version"]),
                },
            }
        ],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": result(view),
            "configuration": [*_configuration(report["tool"])],
            **_lists(view),
            "mimtest_summary": summary(view),
        },
    }
    return json.dumps(statement, ensure_ascii=False, indent=1) + "\n"


def result(view: View) -> str:
    """PASSED, WARNED (all required items are met, but other checks failed) or FAILED.

    A gate that passes by waivers makes no PASSED, and one that does not pass leaves none.
    """
    if view.verdict() != "met" or view.report["gate"]["result"] != "pass":
        return "FAILED"
    return "WARNED" if view.checks("failed") else "PASSED"


def _configuration(tool: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By what was tested and judged: the checks, and the catalogue of each edition."""
    digests = {"checks": tool["checks"]}
    digests |= {f"catalogue {text(e)}": d for e, d in tool["catalogue"].items()}
    return [
        {"name": f"mimtest {tool['version']} {name}", "digest": {"sha256": _plain(digest)}}
        for name, digest in digests.items()
    ]


def _plain(digest: str) -> str:
    return digest.removeprefix("sha256:")


def _lists(view: View) -> dict[str, list[str]]:
    broken = breaking(view)
    lists: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for entry in named(view.report):
        outcome = entry.check["outcome"]
        if outcome == "failed" and is_advice(entry.check, broken):
            lists["warnedTests"].append(entry.name)
        elif OUTCOMES[outcome] in lists:
            lists[OUTCOMES[outcome]].append(entry.name)
    return lists
