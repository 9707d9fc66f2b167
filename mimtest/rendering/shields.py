"""The data of a badge as the endpoint of shields.io reads it: whose test, the counts, the month. Never a mark."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.foreign import text
from mimtest.rendering.view import View

#: A badge has the numbers of required items only.
OUTCOMES: Final[Mapping[str, str]] = {}
VERDICTS: Final[Mapping[str, str]] = {}
_COLORS: Final = {"met": "14692b", "not_met": "a81818"}
_OTHER: Final = "7a4a00"


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on a badge: whose test of which editions; the counts and the month; a colour in hexadecimal."""

    label: str
    message: str
    color: str

    @classmethod
    def of(cls, view: View) -> "Badge":
        """The badge of a report."""
        counts, words = view.counts(), view.words
        said = words(
            "badge.counts",
            met=counts["met"],
            total=counts["total"],
            not_met=counts["not_met"],
            open=counts["open"],
            month=view.report["assessment"]["endedAt"][:7],
        )
        editions = ", ".join(text(e["edition"], 20) for e in view.editions[:3])
        party = words(f"badge.{view.report['assessment']['party']}")
        color = _COLORS.get(view.shade(), _OTHER)
        return cls(f"MIMs {editions} {party}".replace("  ", " "), said, color)


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`badge.json`."""
    badge = Badge.of(View.of(report, lang))
    data = {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.color,
        "isError": report["gate"]["result"] == "error",
        "cacheSeconds": 3600,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
