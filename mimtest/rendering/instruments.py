"""What another tool's file says of its own run, in one line that says whose it is."""

from collections.abc import Mapping
from typing import Any

from mimtest.rendering.words import Words


def instrument(words: Words, named: Mapping[str, Any]) -> str:
    """The line for a document of a declaration; empty where it tells of no run."""
    told = named.get("instrument")
    if not told:
        return ""
    return words(
        "instrument.line",
        name=told["name"],
        version=told["version"] or words("instrument.unstated"),
        day=told["day"] or words("instrument.unstated"),
        passed=told["passed"],
        failed=told["failed"],
        left_out=told["leftOut"],
        digest=named.get("found") or words("instrument.unstated"),
    )
