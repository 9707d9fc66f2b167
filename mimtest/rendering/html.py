"""The whole report as one web page: the front page for who decides, the rest for who repairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.curl import curl, is_exact
from mimtest.rendering.page import render_page
from mimtest.rendering.rows import Item, decisive, slug
from mimtest.rendering.view import View

#: The most exchanges shown in full, and in short. A page must open on an office computer.
_FULL: Final = 300
_SHORT: Final = 3000
#: The most passed checks listed. A run has hundreds, not thousands.
_PASSED: Final = 3000
_WORST_FIRST: Final = ("failed", "error", "inconclusive", "not_run", "passed", "not_applicable")

#: A MIM, its requirements and whether it was asked for.
Chapter = tuple[str, list[Item], bool]


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`report.html`: one file, no script."""
    view = View.of(report, lang)
    passed = view.checks("passed")
    return render_page(
        "report.html.j2",
        view,
        places=Places.of(report),
        chapters=_chapters(view),
        passed=passed[:_PASSED],
        passed_omitted=max(0, len(passed) - _PASSED),
        curl=curl,
        is_exact=is_exact,
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are in the page, so that a link never leads nowhere."""

    checks: Mapping[tuple[str, str | None], str]
    first: Mapping[str, str]
    outcomes: Mapping[str, str]
    exchanges: Mapping[str, Mapping[str, Any]]
    full: tuple[Mapping[str, Any], ...]
    short: tuple[Mapping[str, Any], ...]
    omitted: int
    requirements: frozenset[str]

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Places":
        """Give each check an anchor and choose which exchanges are shown."""
        checks, first = _anchors(report["checks"])
        chosen = set(list(_witnesses(report))[:_FULL])
        full = [x for x in report["exchanges"] if x["id"] in chosen]
        short = [x for x in report["exchanges"] if x["id"] not in chosen][:_SHORT]
        return cls(
            checks=checks,
            first=first,
            outcomes=_outcomes(report["checks"]),
            exchanges={x["id"]: x for x in (*full, *short)},
            full=tuple(full),
            short=tuple(short),
            omitted=len(report["exchanges"]) - len(full) - len(short),
            requirements=frozenset(
                q["id"] for a in report["assessments"] for q in a["requirements"]
            ),
        )

    def of_check(self, check: Mapping[str, Any]) -> str:
        """The anchor of a check on its interface."""
        return self.checks[check["id"], check["interface"]]

    def witnesses(self, ids: Iterable[str]) -> list[tuple[str, str | None]]:
        """Ids of exchanges, each with its anchor, or None when this page does not show it."""
        return [(x, slug("x", x) if x in self.exchanges else None) for x in ids]

    def decisive(self, check: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The exchange to repeat, where this page has it."""
        return self.exchanges.get(decisive(check) or "")


def _anchors(
    checks: Iterable[Mapping[str, Any]],
) -> tuple[dict[tuple[str, str | None], str], dict[str, str]]:
    """Anchors by check and interface, and that of the first interface by check."""
    by_key: dict[tuple[str, str | None], str] = {}
    first: dict[str, str] = {}
    for check in checks:
        is_first = check["id"] not in first
        anchor = slug("c", check["id"], None if is_first else check["interface"])
        by_key[check["id"], check["interface"]] = anchor
        first.setdefault(check["id"], anchor)
    return by_key, first


def _outcomes(checks: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The worst outcome of each check over its interfaces."""
    worst: dict[str, str] = {}
    for check in checks:
        seen = (worst.get(check["id"], check["outcome"]), check["outcome"])
        worst[check["id"]] = min(seen, key=_WORST_FIRST.index)
    return worst


def _witnesses(report: Mapping[str, Any]) -> dict[str, None]:
    """Exchanges that show something needing attention, those to repeat first."""
    known = {x["id"]: None for x in report["exchanges"]}
    rows = [c for c in report["checks"] if c["outcome"] not in ("passed", "not_applicable")]
    rows.sort(key=lambda c: _WORST_FIRST.index(c["outcome"]))
    unready = [r for r in report["readiness"] if not r["ready"]]
    repeated = [x for x in (decisive(c) for c in rows) if x]
    others = [x for row in (*unready, *rows) for x in row["exchanges"]]
    return {x: None for x in (*repeated, *others) if x in known}


def _chapters(view: View) -> list[tuple[Mapping[str, Any], list[Chapter]]]:
    """Editions with their MIMs."""
    items = list(view.items())
    return [
        (edition, [_chapter(items, edition, entry) for entry in edition["summary"]["byMim"]])
        for edition in view.editions
    ]


def _chapter(
    items: Iterable[Item], edition: Mapping[str, Any], entry: Mapping[str, Any]
) -> Chapter:
    start = f"{edition['edition']}/"
    own = [i for i in items if i.row["mim"] == entry["mim"] and i.row["id"].startswith(start)]
    return entry["mim"], own, entry["verdict"] != "out_of_scope"
