"""The rows of a report as the pages name them: requirements, checks, and what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimtest.layout import INCOMING


@dataclass(frozen=True, slots=True)
class Item:
    """A requirement as the pages name it."""

    label: str
    anchor: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Checks without an answer for one reason. `message` is empty unless all of them say the same."""

    outcome: str
    code: str
    message: str
    checks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed check with those that rest on it or met the same contradiction, failed or not."""

    head: Mapping[str, Any]
    follows: tuple[Mapping[str, Any], ...] = ()


def decisive(check: Mapping[str, Any]) -> str | None:
    """Id of the exchange to repeat: the last one read that mimtest began, in the case that decided."""
    cases = [c for c in check["cases"] if c["outcome"] == check["outcome"] and c["exchanges"]]
    ids = cases[0]["exchanges"] if cases else check["exchanges"]
    return next((i for i in reversed(ids) if not i.endswith(INCOMING)), None)


def reason_code(row: Mapping[str, Any]) -> str:
    """The reason code of a check, case or requirement; empty when it has none."""
    return str((row["reason"] or {}).get("code") or "")


def reason_message(row: Mapping[str, Any]) -> str:
    """The line that goes with the reason; empty when there is none."""
    return str((row["reason"] or {}).get("message") or "")


def slug(prefix: str, *parts: str | None) -> str:
    """An id for a place in a page: letters, digits, dot, hyphen and underscore only."""
    text = "--".join(p for p in parts if p)
    return (
        prefix
        + "-"
        + "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text)
    )
