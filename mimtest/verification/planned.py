"""Whether a report has the checks that a run of its scope plans: none left out, none settled by another reason.

Which checks are made on which interface follows from kinds, versions, options, level and selection, all of
which a report has.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from mimtest.checks import load_checks
from mimtest.plan import Planned, Selection, plan
from mimtest.target import Claims, Interface, Level, Product, Scope, Target
from mimtest.verdict import Outcome, worst

#: What is settled before the first request, and so never by what a product does.
_PLANNED: Final = frozenset(
    {"interface_not_claimed", "option_not_claimed", "version_not_claimed", "filtered", "level"}
)

Report = Mapping[str, Any]


def unplanned(report: Report) -> list[str]:
    """In what the list of checks is not the one that a run of this scope plans."""
    rows = report["checks"]
    for planned, row in zip_longest(_plan(report), rows):
        if planned is None:
            return [f"{row['id']}: there is no such check for {row['interface'] or 'the product'}"]
        place = f"{planned.check.id}{_at(planned.interface)}"
        if row is None or (row["id"], row["interface"]) != (planned.check.id, planned.interface):
            return [f"{place}: is not listed where a run lists it"]
    found = (_settled(p, r) for p, r in zip(_plan(report), rows, strict=True))
    return [text for text in found if text] + list(_cases(report))


def _plan(report: Report) -> tuple[Planned, ...]:
    scope = report["scope"]
    level = Level(report["assessment"]["level"])
    selection = Selection(tuple(scope["suites"] or ()), tuple(scope["checks"] or ()))
    return plan(load_checks(), _target(report), level, selection)


def _target(report: Report) -> Target:
    """As much of the target file as a plan goes by."""
    subject, scope = report["subject"], report["scope"]
    return Target(
        product=Product(subject["supplier"], subject["product"], subject["version"]),
        scope=Scope(scope["authorisedBy"] or "", Level(scope["level"])),
        interfaces=tuple(
            Interface(i["name"], i["kind"], i["url"], i["version"]) for i in subject["interfaces"]
        ),
        claims=Claims(tuple(scope["mims"]), tuple(scope["options"])),
    )


def _settled(planned: Planned, row: Report) -> str | None:
    """Why a row is not as the plan has it: what is settled stays so, what is not comes from a run."""
    code = (row["reason"] or {}).get("code")
    place = f"{row['id']}{_at(row['interface'])}"
    if planned.outcome is None:
        return f"{place}: it is planned, but said to be left out" if code in _PLANNED else None
    if (row["outcome"], code) == (planned.outcome.value, planned.code):
        return None
    return f"{place}: {row['outcome']}, but a run of this scope leaves it out ({planned.code})"


def _cases(report: Report) -> Iterator[str]:
    """Checks whose outcome is not the worst of their cases', or whose exchanges are not theirs."""
    for row in report["checks"]:
        if not row["cases"]:
            continue
        if row["outcome"] != worst(Outcome(c["outcome"]) for c in row["cases"]):
            yield f"{row['id']}{_at(row['interface'])}: its outcome is not that of its worst case"
        if {x for c in row["cases"] for x in c["exchanges"]} != set(row["exchanges"]):
            yield f"{row['id']}{_at(row['interface'])}: its exchanges are not those of its cases"


def _at(interface: str | None) -> str:
    return f" [{interface}]" if interface else ""
