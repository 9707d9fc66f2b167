"""The steps about what a report was made by and under: profile, evidence, program, dates."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mimtest.procurement.marks import profile_mark
from mimtest.profile import Profile, shipped
from mimtest.program import digest as program_digest
from mimtest.verification.clocks import CLOCKS, other_clocks
from mimtest.verification.evidence import gaps, whole_one
from mimtest.verification.step import State, Step, result


def profile(report: Mapping[str, Any], asked: Profile | None) -> Step:
    """What is required is the report's own word, unless its profile is known from elsewhere."""
    told = report["scope"]["profile"]
    own = asked or shipped(told)
    if own is None:
        note = f"required is what its own profile says: {profile_mark(told)}; give yours: --profile"
        return Step("profile", State.UNASKED, (note,))
    wanted = json.loads(json.dumps(own.as_dict()))
    other = sorted(k for k in wanted.keys() | told.keys() if wanted.get(k) != told.get(k))
    problems = [f"{k}: is not as in the profile '{own.id}'" for k in other if k != "origin"]
    return result("profile", problems, [profile_mark(told)])


def evidence(report: Mapping[str, Any]) -> Step:
    """A redacted copy has less of it than the report has that it was made of."""
    problems, whole = gaps(report), whole_one(report)
    if problems or whole is None:
        return result("evidence", problems)
    note = f"it is a redacted copy: ask for the whole report, whose SHA-256 is {whole}"
    return Step("evidence", State.OPEN, (note,))


def program(report: Mapping[str, Any]) -> Step:
    """Which mimtest made it, by the report's own word."""
    own, told = program_digest(), report["tool"].get("program")
    if told == own:
        return Step("program", State.HOLDS, (own,))
    note = f"it was made by another one: {told}; this is {own}" if told else "it does not say which"
    return Step("program", State.OPEN, (note,))


def dates(report: Mapping[str, Any], now: datetime) -> Step:
    """The order of the times, and whether the product's clock says the same."""
    run = report["assessment"]
    told = (run["startedAt"], run["endedAt"], report["issuedAt"])
    try:
        started, ended, issued = map(datetime.fromisoformat, told)
    except ValueError as error:
        return result("dates", [f"there is no such moment: {error}"])
    problems = []
    if not started <= ended <= issued:
        problems.append("the run began, ended and was reported in an order that cannot be")
    if issued > now + CLOCKS:
        problems.append(f"it is dated in the future: {report['issuedAt']}")
    apart = [] if problems else other_clocks(report, started, ended)
    return Step("dates", State.OPEN, tuple(apart)) if apart else result("dates", problems)
