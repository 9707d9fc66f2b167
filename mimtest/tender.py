"""What a tender asks of the evidence, compared with what a report shows. No verdict is touched."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from mimtest.verdict import UNANSWERED, Verdict


def named(report: Mapping[str, Any]) -> frozenset[str]:
    """The requirements that the profile of a report names, whatever the supplier claims."""
    return frozenset(report["scope"].get("profile", {}).get("require", ()))


def is_unanswered(row: Mapping[str, Any], wanted: frozenset[str]) -> bool:
    """Whether nothing tested answers it. A supplier's claims do not exclude what a tender names."""
    verdict = Verdict(row["verdict"])
    return verdict in UNANSWERED or (verdict is Verdict.NOT_APPLICABLE and row["id"] in wanted)


def shortfalls(report: Mapping[str, Any]) -> list[str]:
    """A sentence for each of the tender's rules on evidence that this report does not keep."""
    profile = report["scope"].get("profile", {})
    rules = profile.get("evidence")
    if not rules:
        return []
    return [
        *of_the_run(report["assessment"], rules),
        *_of_the_exchanges(report, rules),
        *_of_the_mechanisms(report, profile["items"]),
    ]


def of_the_run(run: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each rule that the run itself does not keep."""
    if rules["parties"] and run["party"] not in rules["parties"]:
        wanted = " or ".join(rules["parties"])
        yield f"the tender asks for a test by the {wanted} party; this one is by: {run['party']}"
    ended = run["endedAt"][:10]
    if rules["notBefore"] and ended < rules["notBefore"]:
        yield f"the tender takes no test before {rules['notBefore']}; this one ended on {ended}"


def _of_the_exchanges(report: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[str]:
    """Required answers for which no exchange is at hand."""
    if not rules["exchanges"]:
        return
    shown = {c["id"] for c in witnesses(report)}
    for row in _rows(report):
        checks = {c for m in row["mechanisms"] for c in m["checks"]}
        if row["required"] and row["verdict"] == "met" and not checks & shown:
            yield f"the tender asks for recorded exchanges; there are none for {row['id']}"


def _of_the_mechanisms(
    report: Mapping[str, Any], items: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Required answers by another mechanism than the tender names."""
    asked = {r: i["mechanisms"] for i in items for r in i["requirements"] if i["mechanisms"]}
    for row in _rows(report) if asked else ():
        if row["required"] and is_met_otherwise(row, asked.get(row["id"], ())):
            wanted = " or ".join(asked[row["id"]])
            yield f"{row['id']} is met, but not by {wanted}: the buyer judges whether it is equivalent"


def is_met_otherwise(row: Mapping[str, Any], wanted: Collection[str]) -> bool:
    """Whether a requirement is met by others than the wanted mechanisms, one of which could meet it."""
    found = [m for m in row["mechanisms"] if m["mechanism"] in wanted]
    return row["verdict"] == "met" and bool(found) and all(m["verdict"] != "met" for m in found)


def witnesses(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The passed checks whose exchanges the report holds."""
    held = {x["id"] for x in report["exchanges"]}
    return [
        c
        for c in report["checks"]
        if c["outcome"] == "passed" and c["exchanges"] and held.issuperset(c["exchanges"])
    ]


def unjudged(report: Mapping[str, Any]) -> list[str]:
    """A sentence for each requirement the profile names that no judged edition has."""
    judged = {r["id"] for r in _rows(report)}
    return [
        f"{i} is required, but its edition was not judged" for i in sorted(named(report) - judged)
    ]


def _rows(report: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (r for a in report["assessments"] for r in a["requirements"])
