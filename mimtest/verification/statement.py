"""What is signed: an in-toto Statement v1 about the report and what goes with it.

The predicate is our own. in-toto's test-result has only passed, warned and failed: an item that nobody
tested would have no place in it.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from mimtest.report import canonical

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://mimtest.example/attestation/report/v1"


def make_statement(report: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """The payload about a report and the files by name, `report.json` among them."""
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": name, "digest": {"sha256": sha256(content).hexdigest()}}
                for name, content in sorted(members.items())
            ],
            "predicateType": PREDICATE,
            "predicate": _predicate(report),
        }
    )


def _predicate(report: Mapping[str, Any]) -> dict[str, Any]:
    """Enough to know, without the report, what was tested and what came of it."""
    subject, assessment = report["subject"], report["assessment"]
    return {
        "reportId": report["reportId"],
        "canonicalSha256": report["digest"]["sha256"],
        "notices": report["notices"],
        "tool": {"name": report["tool"]["name"], "version": report["tool"]["version"]},
        "product": {key: subject[key] for key in ("supplier", "product", "version")},
        "party": assessment["party"],
        "startedAt": assessment["startedAt"],
        "endedAt": assessment["endedAt"],
        "challenge": assessment.get("challenge"),
        "gate": report["gate"]["result"],
    }


def differences(
    payload: bytes, report: Mapping[str, Any], members: Mapping[str, bytes]
) -> list[str]:
    """In what a statement speaks of something else than this report and these files."""
    try:
        said = json.loads(payload)
        if (said["_type"], said["predicateType"]) != (STATEMENT, PREDICATE):
            return ["what is signed is not a statement about a report of mimtest"]
        named = {s["name"]: s["digest"]["sha256"] for s in said["subject"]}
        predicate = said["predicate"]
        digest = predicate["canonicalSha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ["what is signed is not a statement about a report of mimtest"]
    found = []
    if len(named) != len(said["subject"]):
        found.append("a file is named twice in what is signed")
    if digest != report["digest"]["sha256"] or predicate != _predicate(report):
        found.append("report.json: another report was signed")
    there = {name: sha256(content).hexdigest() for name, content in members.items()}
    found += [f"{n}: was signed, but is not there" for n in sorted(named.keys() - there.keys())]
    found += [f"{n}: is there, but was not signed" for n in sorted(there.keys() - named.keys())]
    both = sorted(named.keys() & there.keys())
    found += [f"{n}: was changed after signing" for n in both if named[n] != there[n]]
    if not found and payload != make_statement(report, members):
        # Members twice, blanks, other digests: what another reader could take for something else.
        found.append("what is signed is not in the form in which mimtest writes a statement")
    return found


def signed_names(payload: bytes) -> list[str]:
    """Names of the files a statement is about; none where it is not readable."""
    try:
        return [str(s["name"]) for s in json.loads(payload)["subject"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
