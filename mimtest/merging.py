"""Merging the shards of a run into one report, judged anew from all that was observed.

It is a pure function of the shards: whoever has them can merge them again and gets the same report, byte for byte.
What was observed stays as it is; an exchange has the same id in the shard and in the whole.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mimtest.belonging import require_together
from mimtest.catalogue import load_edition
from mimtest.gate import Policy
from mimtest.privacy import counted
from mimtest.profile import Profile
from mimtest.report import complete
from mimtest.shards import is_elsewhere
from mimtest.waivers import Waiver

Report = Mapping[str, Any]
#: What can have become of a document, the gravest first.
_DOCUMENTS: Final = ("missing", "changed", "expired", "unseen", "present")


def merge(shards: Mapping[str, Report], policy: Policy = Policy()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The report of the whole run from the reports of its shards, by the names the user has for these.

    The order does not matter. Of the policy counts `max_span_hours`. Raises UsageError for what does not belong together.
    """
    require_together(shards, policy)
    parts = [r for _, r in sorted(shards.items(), key=_index)]
    first, last = parts[0], max(parts, key=lambda p: str(p["issuedAt"]))
    observed = {
        **first,
        "reportId": _name(parts),
        "issuedAt": last["issuedAt"],
        "tool": {**first["tool"], **{k: _listed(parts, k) for k in ("python", "platform")}},
        "scope": {k: v for k, v in first["scope"].items() if k != "shard"},
        "assessment": _assessment(parts),
        "readiness": [*map(_probe, zip(*(p["readiness"] for p in parts), strict=True))],
        "checks": [*map(_row, zip(*(p["checks"] for p in parts), strict=True))],
        "exchanges": [x for p in parts for x in p["exchanges"]],
        "declarations": [*map(_declaration, zip(*(p["declarations"] for p in parts), strict=True))],
    }
    return complete(
        counted(observed),
        [load_edition(a["edition"]) for a in first["assessments"]],
        Profile.of_dict(first["scope"]["profile"]),
        waivers=[*map(_waiver, first["waivers"])],
        today=date.fromisoformat(last["issuedAt"][:10]),
    )


def _index(named: tuple[str, Report]) -> int:
    return int(named[1]["scope"]["shard"]["index"])


def _name(parts: Iterable[Report]) -> str:
    """An id that follows from what was merged."""
    digests = " ".join(p["digest"]["sha256"] for p in parts)
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digests)}"


def _listed(parts: Iterable[Report], key: str) -> str:
    """What the machines were, each named once."""
    return ", ".join(dict.fromkeys(p["tool"][key] for p in parts))


def _assessment(parts: Sequence[Report]) -> dict[str, Any]:
    runs = [p["assessment"] for p in parts]
    impacts = [r["impact"] for r in runs]
    sums = {k: sum(i[k] for i in impacts) for k in ("requestsSent", "created", "leftBehind")}
    left = sorted(item for i in impacts for item in i["leftBehindItems"])
    return {
        **runs[0],
        "startedAt": min(r["startedAt"] for r in runs),
        "endedAt": max(r["endedAt"] for r in runs),
        "completed": all(r["completed"] for r in runs),
        "impact": {**sums, "leftBehindItems": left},
        "parts": [*map(_part, parts)],
    }


def _part(report: Report) -> dict[str, Any]:
    run = report["assessment"]
    return {
        "index": report["scope"]["shard"]["index"],
        "reportId": report["reportId"],
        "sha256": report["digest"]["sha256"],
        **{key: run[key] for key in ("runId", "startedAt", "endedAt")},
    }


def _probe(probes: Sequence[Report]) -> dict[str, Any]:
    """An interface was ready where every shard found it so; else the first says why it was not."""
    sad = next(((n, p) for n, p in enumerate(probes, 1) if not p["ready"]), None)
    found = {**probes[0], "exchanges": [x for p in probes for x in p["exchanges"]]}
    if sad is None:
        return found
    number, probe = sad
    told = f"in shard {number}: {probe['reason']['message']}"
    return {**found, "ready": False, "reason": {**probe["reason"], "message": told}}


def _row(rows: Sequence[Report]) -> dict[str, Any]:
    """The row of the shard that has the check; what was settled before the run is the same in all."""
    return dict(next((r for r in rows if not is_elsewhere(r)), rows[0]))


def _declaration(entries: Sequence[Report]) -> dict[str, Any]:
    """A declaration with its documents, each as it was found worst."""
    documents = zip(*(e["evidence"] for e in entries), strict=True)
    return {**entries[0], "evidence": [*map(_document, documents)]}


def _document(looks: Sequence[Report]) -> dict[str, Any]:
    worst = min(looks, key=lambda e: _DOCUMENTS.index(e["state"]))
    return {**worst, "exchanges": [x for e in looks for x in e["exchanges"]]}


def _waiver(row: Report) -> Waiver:
    about, reason, approver, ticket = (row[k] for k in ("about", "reason", "approver", "ticket"))
    return Waiver(about, reason, approver, ticket, date.fromisoformat(row["expires"]))
