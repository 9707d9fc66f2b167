"""A report in other projects' terms: interoperability levels, building blocks and stages of data spaces and twins.

A view and nothing more: it sorts requirements, it counts verdicts, and it says of nobody which stage they are at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from mimtest.procurement.shipped import read_shipped


@dataclass(frozen=True, slots=True)
class Group:
    """The requirements of a report that a term covers, as the report has them."""

    term: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to sort requirements: `levels`, `blocks`, `stages` or `twin`. `unmapped` rows have no term in it."""

    id: str
    source: str
    groups: tuple[Group, ...]
    unmapped: tuple[Mapping[str, Any], ...]


def schemes() -> dict[str, tuple[str, ...]]:
    """The terms of each scheme, in their order."""
    return {name: tuple(terms) for name, terms in read_shipped("terms.toml")["schemes"].items()}


@cache
def terms_of(full_id: str) -> Mapping[str, tuple[str, ...]]:
    """The terms of a requirement by scheme; a scheme that has none for it is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in read_shipped("terms.toml")["rules"]:
        if any(fnmatchcase(full_id, pattern) for pattern in rule["about"]):
            found |= {k: tuple(v) for k, v in rule.items() if k != "about"}
    return found


def sort_report(report: Mapping[str, Any]) -> tuple[Scheme, ...]:
    """The requirements of the claimed MIMs, and those that are required, by the terms of each scheme."""
    rows = tuple(_rows(report))
    sources = read_shipped("terms.toml")["sources"]
    return tuple(_scheme(name, terms, sources[name], rows) for name, terms in schemes().items())


def _rows(report: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for assessment in report["assessments"]:
        claimed = {m["mim"] for m in assessment["summary"]["byMim"] if m["claimed"]}
        yield from (r for r in assessment["requirements"] if r["mim"] in claimed or r["required"])


def _scheme(
    name: str, terms: Sequence[str], source: str, rows: Sequence[Mapping[str, Any]]
) -> Scheme:
    groups = (
        Group(term, tuple(r for r in rows if term in terms_of(r["id"]).get(name, ())))
        for term in terms
    )
    unmapped = tuple(r for r in rows if not terms_of(r["id"]).get(name))
    return Scheme(name, source, tuple(groups), unmapped)
