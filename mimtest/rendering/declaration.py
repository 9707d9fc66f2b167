"""The supplier's own declaration as data: who declares what about which product, with the report as its supporting paper.

Its points are those that ISO/IEC 17050-1 asks for, in our words: an identification, who issues it, the object, the statement,
the requirements with their editions, further information, place and date, who signs for whom. mimtest fills what the target
file and the report say; what only the supplier can say or sign stays empty, and the results of the test stand apart from it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from mimtest.rendering.foreign import text
from mimtest.rendering.view import View

SCHEMA_VERSION: Final = "1.0.0"
_NAMES: Final = UUID("b3f0a5e1-7c0d-5d0e-9a4b-5f3a1c2d6e70")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`declaration.json`."""
    return json.dumps(declaration(View.of(report, lang)), ensure_ascii=False, indent=1) + "\n"


def declaration(view: View) -> dict[str, Any]:
    """The declaration of a report. What is None is for the supplier to fill in."""
    report, words = view.report, view.words
    subject, digest = report["subject"], report["digest"]["sha256"]
    return {
        "schemaVersion": SCHEMA_VERSION,
        "id": f"urn:uuid:{uuid5(_NAMES, digest)}",
        "title": words("decl.title"),
        "status": words("decl.status"),
        "issuer": {"name": text(subject["supplier"]), "address": None, "contact": None},
        "object": {
            "product": text(subject["product"]),
            "version": text(subject["version"]),
            "configuration": subject["configuration"] and text(subject["configuration"]),
            "interfaces": [
                {k: i[k] and text(i[k]) for k in ("name", "kind", "version", "url")}
                for i in subject["interfaces"]
            ],
        },
        "statement": words("decl.statement"),
        "requirements": [*_rows(view)],
        "supporting": {
            "kind": view.kind(),
            "reportId": report["reportId"],
            "sha256": digest,
            "testedAt": report["assessment"]["endedAt"],
            "notices": [*view.notices(), words("notice.not_endorsed")],
        },
        "further": None,
        "validUntil": None,
        "place": None,
        "date": None,
        "signedBy": {"name": None, "function": None, "signature": None},
    }


def _rows(view: View) -> Iterator[dict[str, Any]]:
    """What the test required, and what else the supplier spoke of; `declared` is the supplier's word alone."""
    said = view.report["declarations"]
    titles = {e["edition"]: text(e["title"]) for e in view.editions}
    for item in view.items():
        row = item.row
        index = row["declaration"]
        word = said[index] if index is not None and index < len(said) else None
        if not (row["required"] or word):
            continue
        yield {
            "edition": titles[row["id"].partition("/")[0]],
            "id": text(row["id"]),
            "text": text(row["statement"]),
            "declared": word["answer"] if word else None,
            "plannedFor": text(word.get("plannedFor") or "") or None if word else None,
            "evidence": [_document(e) for e in word["evidence"]] if word else [],
            "tested": row["verdict"],
        }


def _document(named: Mapping[str, Any]) -> dict[str, Any]:
    digest = named.get("digest") or named.get("found")
    return {"locator": text(named["locator"]), "digest": digest and text(digest)}
