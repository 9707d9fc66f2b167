"""Whether a report says what follows from its own observations, by the same rules and catalogue."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from mimtest import __version__
from mimtest.catalogue import default_editions, digest, load_edition, load_editions
from mimtest.checks import Check, load_checks
from mimtest.errors import UsageError
from mimtest.report import checks_digest, judge_again
from mimtest.verdict import RULES
from mimtest.verification.planned import unplanned
from mimtest.waivers import Waiver

#: Members that are sealed, not judged.
_NOT_JUDGED: Final = ("digest", "tool")
#: What a report repeats of each check, by the name of it in `Check`.
_FACTS: Final = ("suite", "title", "purpose", "strength", "clause", "since")


def foreign(report: Mapping[str, Any]) -> list[str]:
    """Why this mimtest cannot judge as the one that wrote the report did; nothing when it can."""
    tool = report["tool"]
    found = []
    if tool["version"] != __version__:
        found.append(f"it was written by mimtest {tool['version']}; this is {__version__}")
    if tool["rules"] != RULES:
        found.append(f"its rules are version {tool['rules']}; these are {RULES}")
    for edition, checksum in tool["catalogue"].items():
        try:
            same = digest(edition) == checksum
        except UsageError:
            same = False
        if not same:
            found.append(f"edition {edition} is not the one that this mimtest has")
    return found


def contradictions(report: Mapping[str, Any]) -> list[str]:
    """In what the report's own judgement differs from the one computed again."""
    scope = report["scope"]
    judged = [a["edition"] for a in report["assessments"]]
    wanted = _editions(scope)
    found = []
    if judged not in wanted:
        expected = " or ".join(", ".join(w) for w in wanted)
        found.append(f"it is judged by {', '.join(judged) or 'no edition'}, not by {expected}")
    if list(report["tool"]["catalogue"]) != judged:
        found.append("its catalogue has other editions than its assessments")
    try:
        again, changes = judge_again(report, waivers=_waivers(report), today=_day(report))
    except UsageError as error:
        return [*found, str(error)]
    other = sorted(
        key
        for key in report.keys() | again.keys()
        if key not in _NOT_JUDGED and report.get(key) != again.get(key)
    )
    told = [f"{key}: is not what follows from the checks" for key in other]
    return [*found, *changes, *told]


def _editions(scope: Mapping[str, Any]) -> list[list[str]]:
    """The editions that a run of this scope is judged by: those asked for, else those of the claims.

    The edition that a profile names stands beside the latter, and as if it had been asked for.
    """
    asked, named = list(scope["editions"]), scope["profile"].get("edition")
    if asked and asked != [named]:
        return [asked]
    wanted = {*default_editions(scope["mims"]), *asked}
    of_claims = [e.edition for e in load_editions() if e.edition in wanted]
    return [of_claims, asked] if asked else [of_claims]


def _waivers(report: Mapping[str, Any]) -> tuple[Waiver, ...]:
    return tuple(
        Waiver(
            w["about"], w["reason"], w["approver"], w["ticket"], date.fromisoformat(w["expires"])
        )
        for w in report["waivers"]
    )


def _day(report: Mapping[str, Any]) -> date:
    return date.fromisoformat(report["issuedAt"][:10])


def odd_checks(report: Mapping[str, Any]) -> list[str]:
    """Checks that this mimtest does not have, or that it describes otherwise."""
    known = {c.id: c for c in load_checks()}
    found: dict[str, None] = {}
    for row in report["checks"]:
        check = known.get(row["id"])
        if check is None:
            found[f"{row['id']}: there is no such check"] = None
        else:
            found |= dict.fromkeys(_odd(row, check))
    if report["tool"]["checks"] != checks_digest(report["checks"]):
        found["tool.checks: is not the digest of the checks that are listed"] = None
    return [*found, *unplanned(report)]


def _odd(row: Mapping[str, Any], check: Check) -> Iterator[str]:
    for name in _FACTS:
        if row[name] != getattr(check, name):
            yield f"{check.id}: its {name} is another"
    if row["level"] != check.level.value:
        yield f"{check.id}: its level is another"
    if row["restsOn"] != list(check.rests_on):
        yield f"{check.id}: it rests on other checks"


def missing_editions(report: Mapping[str, Any]) -> list[str]:
    """Requirements of a judged edition that the report leaves out, or has beside it."""
    found = []
    for assessment in report["assessments"]:
        there = [r["id"] for r in assessment["requirements"]]
        wanted = [r.full_id for r in load_edition(assessment["edition"]).requirements]
        if there != wanted:
            found.append(f"edition {assessment['edition']}: its list of requirements is another")
    return found
