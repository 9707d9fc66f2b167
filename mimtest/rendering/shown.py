"""What a page shows of the evidence, in words: the note that redaction leaves in a report."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mimtest.rendering.words import Words

#: Where the note is, among the report's extensions.
_FIELD: Final = "mimtest.privacy"
_LEVELS: Final = ("excerpt", "ids")
_CLASSES: Final = ("mail", "phone", "iban", "plate", "person")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def shown(report: Mapping[str, Any], words: Words) -> list[str]:
    """How much of the evidence is shown, and what was masked. Anybody may have written the note."""
    note = _note(report)
    if note.get("level") not in _LEVELS:
        return [words("privacy.none")]
    counts = note.get("found")
    found = counts if isinstance(counts, Mapping) else {}
    named = [
        words("colon", label=words.of("privacy.class", k), value=found[k])
        for k in _CLASSES
        if isinstance(found.get(k), int) and found[k]
    ]
    masked = words("privacy.found", found="; ".join(named)) if named else words("privacy.nothing")
    return [words(f"privacy.{note['level']}"), masked, words("privacy.forms")]


def whole_digest(report: Mapping[str, Any]) -> str:
    """The digest of the whole report that a redacted one was made from; empty where it is this one."""
    of = _note(report).get("of")
    if not isinstance(of, str) or _DIGEST.fullmatch(of) is None:
        return ""
    return "" if of == report["digest"]["sha256"] else of


def _note(report: Mapping[str, Any]) -> Mapping[str, Any]:
    note = (report.get("extensions") or {}).get(_FIELD)
    return note if isinstance(note, Mapping) else {}
