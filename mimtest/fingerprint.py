"""The fingerprint of a failed check: the same contradiction has the same one in every report.

What names a contradiction stays in it: words, quoted terms, the status of an answer, the version of a protocol. What
differs between two sightings is left out: addresses, identifiers, counts, times, the body of an answer. In doubt a
text stays, for a pipeline lets pass what has a known fingerprint. The interface stands in it by its kind, because who
tests gives interfaces names of their own.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

#: Characters of a text that are looked at.
_LONGEST: Final = 2000
#: An answer as checks quote it: behind its status stands its body.
_BODY: Final = re.compile(r"(\bstatus \d{3}): .*", re.DOTALL)
#: Numbers that mean something by themselves.
_MEANT: Final = r"\b(?:status|TLS|SSL|version|EPSG) v?\d+(?:\.\d+)*"
#: A name, also one with a digit in it such as PM10; not what a run or a machine makes up.
_NAME: Final = r"\b(?!\w*[0-9a-f]{8})[^\W\d]\w{0,31}\b"
#: A quoted term; with a digit or a colon in it, it has to be a name, for else it is somebody's data.
_TERM: Final = "|".join(rf"{q}(?:{_NAME}|[^\W\d][^{q}:\d]{{0,63}}){q}" for q in "'\"")
_ADDRESS: Final = r"[^\s,;\[\]]*\w:[^\s,;\[\]]+"
_PARTICULAR: Final = r"'[^']*'|\"[^\"]*\"|[^\s,;\[\]]*:[^\s,;\[\]]+|\w*\d[\w.+-]*"
_PIECE: Final = re.compile(f"({_MEANT}|{_TERM})|{_ADDRESS}|({_NAME})|{_PARTICULAR}")
#: Several particulars in a row, and where a text was cut, are one: how many there are makes no difference.
_MANY: Final = re.compile(r"…(?:[\s,;]*…)+")


def fingerprint(check: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """64 hexadecimal digits for a failed check of a report; `kinds` are the interfaces' kinds by name."""
    reason = check["reason"] or {}
    seen = (reason.get("message"), check["expected"], check["received"])
    parts = [
        check["id"],
        kind_of(check, kinds),
        reason.get("code") or "",
        *(essence(text or "") for text in seen),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def essence(text: str) -> str:
    """A sentence about a contradiction without what differs between two sightings of it."""
    text = _BODY.sub(r"\1", text[:_LONGEST])
    found = _PIECE.sub(lambda m: m[1] or m[2] or "…", text)
    return _MANY.sub("…", found)


def kind_of(check: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """The kind of the interface a check looked at; its name where the report does not list it."""
    name = check["interface"] or ""
    return kinds.get(name, name)


def kinds_of(report: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of a report's interfaces by name."""
    return {i["name"]: i["kind"] for i in report["subject"]["interfaces"]}
