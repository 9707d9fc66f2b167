"""CTRF, the Common Test Report Format: one test per check and interface; the verdicts beside them.

Source: the CTRF specification, working draft 0.0.0, and its JSON Schema (ctrf-io/ctrf). Statuses: passed, failed, skipped, pending,
other. What shows neither yes nor no is `other`, so that no dashboard counts it as a pass or leaves it out.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mimtest.rendering.foreign import Named, message, named, requirements, summary, text
from mimtest.rendering.rows import reason_code
from mimtest.rendering.view import View

OUTCOMES: Final = {
    "passed": "passed",
    "failed": "failed",
    "inconclusive": "other",
    "error": "other",
    "not_run": "other",
    "not_applicable": "skipped",
}
#: CTRF knows tests only; verdicts are in `extra`, under their own names.
VERDICTS: Final[Mapping[str, str]] = {}
_STATUSES: Final = ("passed", "failed", "skipped", "pending", "other")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`ctrf.json`."""
    view = View.of(report, lang)
    tests = [_test(view, n) for n in named(report)]
    subject = report["subject"]
    document = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "reportId": report["reportId"].removeprefix("urn:uuid:"),
        "timestamp": report["issuedAt"],
        "generatedBy": f"mimtest {report['tool']['version']}",
        "results": {
            "tool": {"name": "mimtest", "version": report["tool"]["version"]},
            "summary": _summary(report, tests),
            "tests": tests,
            "environment": {
                "reportName": view.kind(),
                "appName": text(subject["product"]),
                "appVersion": text(subject["version"]),
                "extra": {"supplier": text(subject["supplier"])},
            },
            "extra": summary(view) | {"verdicts": [_verdict(r) for r in requirements(report)]},
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _summary(report: Mapping[str, Any], tests: list[dict[str, Any]]) -> dict[str, int]:
    counts = {s: sum(t["status"] == s for t in tests) for s in _STATUSES}
    run = report["assessment"]
    return {
        "tests": len(tests),
        **counts,
        "suites": len({t["suite"][0] for t in tests}),
        "start": _milliseconds(run["startedAt"]),
        "stop": _milliseconds(run["endedAt"]),
    }


def _test(view: View, entry: Named) -> dict[str, Any]:
    check = entry.check
    test = {
        "name": f"{entry.name} {text(check['title'], 200)}",
        "status": OUTCOMES[check["outcome"]],
        "rawStatus": check["outcome"],
        "duration": check["durationMs"],
        "suite": [text(check["suite"])],
        "tags": [check["strength"]],
        "labels": {"check": check["id"], "clause": text(check["clause"])},
        "extra": {
            "interface": check["interface"] and text(check["interface"]),
            "reason": reason_code(check) or None,
            "requirements": [text(r) for r in check["requirements"]],
        },
    }
    return test if check["outcome"] == "passed" else test | {"message": message(view, check)}


def _verdict(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": text(row["id"]), "required": row["required"], "verdict": row["verdict"]}


def _milliseconds(time: str) -> int:
    """Since the start of 1970, of a time in UTC."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)
