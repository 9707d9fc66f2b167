"""The dialect of a target: which permitted reading it takes of each point its standard leaves open."""

from collections.abc import Mapping
from typing import Any

from mimtest.ambiguities import Ambiguity, load_ambiguities
from mimtest.target import version_number


def dialect(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The readings the checks saw, by open point and interface.

    `steady` says that only one reading was seen; `outdated` of a reading that the claimed version of the standard
    no longer has it.
    """
    versions = {i["name"]: i["version"] for i in report["subject"]["interfaces"]}
    seen: dict[tuple[str, str], dict[str, list[str]]] = {}
    for check in report["checks"]:
        for taken in check.get("readings", ()):
            point = seen.setdefault((taken["point"], check["interface"] or ""), {})
            point.setdefault(taken["reading"], []).append(check["id"])
    known = load_ambiguities()
    return [
        _entry(known[name], interface, readings, versions.get(interface))
        for (name, interface), readings in sorted(seen.items(), key=lambda s: _order(s[0]))
        if name in known
    ]


def _order(place: tuple[str, str]) -> tuple[int, str, str]:
    name, interface = place
    return int("".join(c for c in name if c.isdigit()) or "0"), name, interface


def _entry(
    ambiguity: Ambiguity, interface: str, readings: Mapping[str, list[str]], version: str | None
) -> dict[str, Any]:
    return {
        "point": ambiguity.id,
        "interface": interface,
        "words": ambiguity.point,
        "clause": ambiguity.clause,
        "steady": len(readings) == 1,
        "readings": [
            {
                "reading": name,
                "words": ambiguity.readings.get(name, name),
                "outdated": _is_outdated(ambiguity.until.get(name), version),
                "checks": sorted(checks),
            }
            for name, checks in sorted(readings.items())
        ],
    }


def _is_outdated(until: str | None, claimed: str | None) -> bool:
    return bool(until and claimed and version_number(claimed) > version_number(until))
