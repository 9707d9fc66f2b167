"""The first layer of a report: what was observed, and what was declared."""

import json
import platform
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mimtest import __version__
from mimtest.program import digest
from mimtest.report import SCHEMA_VERSION, checks_digest
from mimtest.resources import KILL_MATRIX
from mimtest.session.gather import Gathered
from mimtest.session.state import Run
from mimtest.target import Declaration, Interface


def utc(moment: datetime) -> str:
    """A moment as reports write it: UTC to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def observe(
    run: Run,
    gathered: Gathered,
    probes: Iterable[Mapping[str, Any]],
    evidence: Iterable[list[dict[str, Any]]],
    *,
    editions: Iterable[str],
    repeats: Mapping[str, str] | None = None,
    started: datetime,
    ended: datetime,
    completed: bool,
) -> dict[str, Any]:
    """Everything of a report that is not computed from it; `repeats` names the report of an earlier run."""
    checks = gathered.checks(run.plan)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "reportId": f"urn:uuid:{uuid.uuid4()}",
        "issuedAt": utc(ended),
        "language": "en",
        "tool": _tool(checks),
        "seed": run.seed,
        "subject": _subject(run),
        "scope": _scope(run) | {"editions": list(editions)},
        "assessment": {
            "startedAt": utc(started),
            "endedAt": utc(ended),
            "completed": completed,
            "mode": "replay" if run.tape else "live",
            "party": run.target.tester.party,
            "performedBy": run.target.tester.name,
            "level": run.level.value,
            "runId": run.run_id,
            **({"challenge": run.challenge} if run.challenge else {}),
            **({"repeats": dict(repeats)} if repeats else {}),
            "impact": {
                "requestsSent": sum(not x.get("incoming") for x in gathered.exchanges),
                "created": run.created,
                "leftBehind": len(run.left_behind),
                "leftBehindItems": sorted(run.left_behind),
            },
        },
        "readiness": list(probes),
        "checks": checks,
        "exchanges": list(gathered.exchanges),
        "declarations": [
            _declaration(d, documents)
            for d, documents in zip(run.target.declarations, evidence, strict=True)
        ],
    }


def _tool(checks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "mimtest",
        "version": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "checks": checks_digest(checks),
        "program": digest(),
        "killMatrix": json.loads(KILL_MATRIX.read_text(encoding="utf-8"))["digest"],
    }


def _subject(run: Run) -> dict[str, Any]:
    product = run.target.product
    return {
        "supplier": product.supplier,
        "product": product.name,
        "version": product.version,
        "configuration": product.configuration,
        "interfaces": [_interface(i) for i in run.target.interfaces],
    }


def _interface(interface: Interface) -> dict[str, Any]:
    return {
        "name": interface.name,
        "kind": interface.kind,
        "url": interface.url,
        "version": interface.version,
        "auth": interface.auth.kind if interface.auth else "none",
        "types": list(interface.types),
        "collections": list(interface.collections),
        "context": interface.context,
    }


def _scope(run: Run) -> dict[str, Any]:
    target = run.target
    return {
        "authorisedBy": target.scope.authorised_by,
        "level": target.scope.level.value,
        "mims": sorted(target.claims.mims),
        "options": sorted(target.options),
        "mechanisms": sorted(target.claims.mechanisms),
        "suites": list(run.selection.suites) or None,
        "checks": list(run.selection.checks) or None,
        **({"shard": run.part.as_dict()} if run.part else {}),
    }


def _declaration(entry: Declaration, documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "about": list(entry.about),
        "answer": entry.answer,
        "text": entry.text,
        "rationale": entry.rationale,
        "plannedFor": entry.planned_for,
        "evidence": documents,
    }
