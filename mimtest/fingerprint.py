"""The fingerprint of a failed check: the same contradiction has the same one in every report.

It leaves out what differs between two sightings: quoted names, addresses, numbers, times. The interface stands in
it by its kind, because who tests gives interfaces names of their own.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mimtest.findings import particulars_removed


def fingerprint(check: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """64 hexadecimal digits for a failed check of a report; `kinds` are the interfaces' kinds by name."""
    reason = check["reason"] or {}
    seen = (reason.get("message"), check["expected"], check["received"])
    parts = [
        check["id"],
        kind_of(check, kinds),
        reason.get("code") or "",
        *(particulars_removed(text or "") for text in seen),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def kind_of(check: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """The kind of the interface a check looked at; its name where the report does not list it."""
    name = check["interface"] or ""
    return kinds.get(name, name)


def kinds_of(report: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of a report's interfaces by name."""
    return {i["name"]: i["kind"] for i in report["subject"]["interfaces"]}
