"""The canonical report: complete it, seal it, read it back.

Four layers stay apart: observations (`readiness`, `checks`, `exchanges`), assessment (`assessments`),
declarations and decisions (`gate`, `waivers`). Everything but the first and third is computed here.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from mimtest.assess import Basis, assess
from mimtest.catalogue import Edition, digest, load_edition
from mimtest.dialect import dialect
from mimtest.errors import UsageError, unreadable
from mimtest.findings import findings
from mimtest.gate import Policy, decide
from mimtest.layout import as_text
from mimtest.profile import Profile
from mimtest.report_schema import first_error
from mimtest.strictjson import TwofoldError, loads
from mimtest.verdict import RULES
from mimtest.waivers import Waiver

SCHEMA_VERSION: Final = "1.0.0"
_GIVE: Final = "Give the report.json of a run, or the folder that holds it."
_MAX_BYTES: Final = 512 * 1024 * 1024
_TESTED_BY: Final = {
    "first": "supplier_tested_own_product",
    "second": "buyer_tested",
    "third": "third_party_tested",
}


def complete(
    observed: Mapping[str, Any],
    editions: Iterable[Edition],
    profile: Profile,
    *,
    waivers: Sequence[Waiver] = (),
    policy: Policy = Policy(),  # noqa: B008 - frozen
    today: date,
) -> dict[str, Any]:
    """Add assessments, gate and digest to what was observed and declared."""
    report = dict(observed)
    editions = tuple(editions)
    basis = Basis.of_report(report)
    report["notices"] = _notices(report["assessment"]["party"])
    report["tool"] = report["tool"] | {
        "rules": RULES,
        "catalogue": {e.edition: digest(e.edition) for e in editions},
    }
    report["scope"] = report["scope"] | {"profile": profile.as_dict()}
    report["checks"] = _with_requirements(report["checks"], editions)
    report["findings"] = findings(report)
    report["dialect"] = dialect(report)
    report["assessments"] = [
        assess(e, basis.of_mims(mims), profile)
        for e, mims in counting(editions, basis.mims, report["scope"]["editions"])
    ]
    report["gate"], report["waivers"] = decide(report, waivers=waivers, policy=policy, today=today)
    return seal(report)


def counting(
    editions: Sequence[Edition], claimed: frozenset[str], asked: Sequence[str]
) -> Iterator[tuple[Edition, frozenset[str]]]:
    """Each edition with the claimed MIMs it counts for.

    One that was asked for counts for all. Others are there for the MIMs that the current one lacks.
    """
    seen: frozenset[str] = frozenset()
    for edition in editions:
        yield edition, claimed if edition.edition in asked else claimed - seen
        seen |= {m.id for m in edition.mims if edition.demands(m.id)}


def judge_again(
    report: Mapping[str, Any],
    *,
    waivers: Sequence[Waiver] = (),
    policy: Policy = Policy(),  # noqa: B008 - frozen
    today: date,
) -> tuple[dict[str, Any], list[str]]:
    """Recompute a report from its observations and declarations.

    Returns the report judged by this version's catalogue and a sentence for each verdict that differs.
    What is required is computed again, too, from the profile the report names.
    """
    editions = [load_edition(a["edition"]) for a in report["assessments"]]
    before = {r["id"]: r["verdict"] for a in report["assessments"] for r in a["requirements"]}
    profile = Profile.of_dict(report["scope"]["profile"])
    again = complete(report, editions, profile, waivers=waivers, policy=policy, today=today)
    after = [(r["id"], r["verdict"]) for a in again["assessments"] for r in a["requirements"]]
    changes = [
        f"{name}: {before.get(name, 'not listed')} in the report, {verdict} when judged again"
        for name, verdict in after
        if before.get(name) != verdict
    ]
    return again, changes


def _notices(party: str) -> list[str]:
    return [
        "not_a_certificate",
        "passing_tests_do_not_prove_conformity",
        "tested_configuration_only",
        "specification_text_governs",
        _TESTED_BY.get(party, "tester_not_stated"),
    ]


def _with_requirements(
    checks: Iterable[Mapping[str, Any]], editions: Iterable[Edition]
) -> list[dict[str, Any]]:
    """Each check with the requirements it speaks to."""
    about = requirements_by_check(editions)
    return [{**c, "requirements": about.get(c["id"], [])} for c in checks]


def requirements_by_check(editions: Iterable[Edition]) -> dict[str, list[str]]:
    """The full ids of the requirements each check speaks to."""
    about: dict[str, list[str]] = {}
    for edition in editions:
        for requirement in edition.requirements:
            for check in {c: None for m in requirement.mechanisms for c in m.checks}:
                about.setdefault(check, []).append(requirement.full_id)
    return about


def canonical(value: Any) -> bytes:
    """JSON with one byte form: sorted keys, no spaces, UTF-8 (RFC 8785 for reports, which hold no floats)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def checks_digest(checks: Iterable[Mapping[str, Any]]) -> str:
    """Over what the checks of a report are called and how strongly each holds."""
    listed = sorted([c["id"], c["title"], c["strength"]] for c in checks)
    return f"sha256:{hashlib.sha256(canonical(listed)).hexdigest()}"


def seal(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report with its digest: a file that lacks or contradicts it is not whole."""
    body = {k: v for k, v in report.items() if k != "digest"}
    return {
        **body,
        "digest": {
            "checks": len(body["checks"]),
            "exchanges": len(body["exchanges"]),
            "sha256": hashlib.sha256(canonical(body)).hexdigest(),
        },
    }


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write the file whole or not at all."""
    write_whole(path, as_text(report).encode("utf-8", "backslashreplace"))


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a reader never sees half of it. Raises UsageError."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror}).", "Name another place."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def require_folder(path: Path) -> None:
    """Make a folder for a report. Raises UsageError when nothing can be written there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path}: no folder can be made there ({error.strerror}).", "Name another place."
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: nothing can be written there.", "Name another place.")
    write_whole(path / f"mimtest-{os.getpid()}.try", b" ")
    (path / f"mimtest-{os.getpid()}.try").unlink()


def load_report(path: Path) -> dict[str, Any]:
    """Read a report. Raises UsageError when it is no report, not whole or changed."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path}: is larger than a report can be.", _GIVE)
        report = loads(path.read_bytes())
    except OSError as error:
        raise unreadable(path, error, _GIVE) from None
    except TwofoldError as error:
        raise UsageError(
            f"{path}: {error}.", "Take the report.json of a run as it was written."
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: is not JSON.", _GIVE) from None
    require_report(report, str(path))
    return dict(report)


def _is_evidence(exchange: Mapping[str, Any]) -> bool:
    """Whether something was seen: an answer, a request of the product's, or how a handshake went."""
    is_handshake = exchange["request"]["method"] == "TLS"
    return bool(exchange["response"] or exchange.get("incoming") or is_handshake)


def require_report(report: Any, name: str = "report") -> None:
    """Raise UsageError unless `report` follows the published schema and its digest is its own."""
    require_form(report, name)
    if seal(report)["digest"] != report["digest"]:
        raise UsageError(
            f"{name}: was changed after the run: its digest does not fit its content.",
            "Take the report as the run wrote it, or run again.",
        )


def require_form(report: Any, name: str = "report") -> None:
    """Raise UsageError unless `report` follows the published schema and shows what its checks passed on."""
    error = first_error(report)
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "the whole"
        raise UsageError(
            f"{name}: is not a report of mimtest: {place}: {error.message[:160]}.", _GIVE
        )
    answered = {x["id"] for x in report["exchanges"] if _is_evidence(x)}
    for check in report["checks"]:
        if check["outcome"] == "passed" and not answered.issuperset(check["exchanges"]):
            raise UsageError(
                f"{name}: {check['id']} passed, but its evidence is not there.",
                "Take the report as the run wrote it.",
            )
