"""A report as the site of several names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimtest.rendering.rows import slug
from mimtest.rendering.text import clip


@dataclass(frozen=True, slots=True)
class Bid:
    """A report as the site names it; `name` is its folder, `groups` its verdicts by edition and MIM."""

    name: str
    short: str
    report: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]
    groups: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Bid":
        """What the site needs of a report; its exchanges may be left out."""
        return cls(
            name=folder_of(report),
            short=report["digest"]["sha256"][:12],
            report=report,
            rows={r["id"]: r for a in report["assessments"] for r in a["requirements"]},
            groups={
                (a["edition"], e["mim"]): e["verdict"]
                for a in report["assessments"]
                for e in a["summary"]["byMim"]
            },
        )

    @property
    def product(self) -> str:
        """The product's name."""
        return str(self.report["subject"]["product"])

    @property
    def version(self) -> str:
        """The product's version."""
        return str(self.report["subject"]["version"])

    @property
    def supplier(self) -> str:
        """Who supplies it."""
        return str(self.report["subject"]["supplier"])

    @property
    def party(self) -> str:
        """Who tested, as a code."""
        return str(self.report["assessment"]["party"])

    @property
    def ended(self) -> str:
        """When the test ended, in UTC."""
        return str(self.report["assessment"]["endedAt"])

    @property
    def order(self) -> tuple[str, ...]:
        """Its place in the alphabet."""
        folded = (self.product.casefold(), self.product, self.version, self.supplier)
        return (*folded, self.ended, self.short)


def folder_of(report: Mapping[str, Any]) -> str:
    """The folder of a report: its product's name for people, its digest so that no two clash."""
    name = slug("p", clip(report["subject"]["product"], 40)).lower().rstrip("-.")
    return f"{name}-{report['digest']['sha256'][:12]}"
