"""Findings: checks without a pass, put together by the cause that is looked at first.

A broken retrieval breaks everything that retrieves. Who repairs wants one finding with its consequences, not a
list of all of them. Findings change no outcome and no verdict.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mimtest.reasons import REASONS, Suspect

Check = Mapping[str, Any]
Key = tuple[str, str | None]
#: Interface, status and shape of the body of an answer that several checks met.
Cause = tuple[str | None, int, str]

_BROKEN: Final = ("failed", "error", "inconclusive")
_STRENGTHS: Final = ("must", "should", "may")
#: What differs between two sightings of one contradiction: quoted names, addresses, numbers.
_PARTICULAR: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\S*:\S+|\d+")
#: Checks of who is let in. One defect, such as a server that fails on any bad token, meets many of them.
_OF_ACCESS: Final = ("SEC-TOK-", "SEC-AZ-", "SEC-DEF-")
#: Among them those whose tokens are all looked at in one place: what lets one in may let in others.
_OF_TOKENS: Final = "SEC-TOK-"
_SERVER_ERRORS: Final = 500
_REFUSED: Final = "auth_refused"
_SUCCESS: Final = range(200, 300)
_SHAPE: Final = 2000


def findings(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of a report, the gravest first.

    Each has `check` and `interface` of its head, its `outcome` and reason `code`, the `suspect`, and in
    `follows` the checks that rest on the head, met the same contradiction or, where they are about who is let in,
    the same answer. The head of an interface that was not ready is None.
    """
    broken = {_key(c): c for c in report["checks"] if c["outcome"] in _BROKEN}
    unready = {r["interface"]: r for r in report["readiness"] if not r["ready"]}
    found = [*_unready(unready, broken), *_by_head(broken, unready, _answers(report))]
    return sorted(found, key=_gravity)


def _unready(
    unready: Mapping[str, Mapping[str, Any]], broken: Mapping[Key, Check]
) -> Iterator[dict[str, Any]]:
    for name, probe in unready.items():
        code = _code(probe)
        mine = [c for c in broken.values() if c["interface"] == name]
        silent = [c for c in mine if _is_silent(c, unready)]
        yield _finding(None, name, "inconclusive", code, silent) | {"strength": "must"}


def _is_silent(check: Check, unready: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether it was left open because its interface was not ready: another shard may have found it so."""
    return check["interface"] in unready and check["outcome"] == "inconclusive"


def _by_head(
    broken: Mapping[Key, Check], unready: Mapping[str, Any], answers: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str | None, ...], list[Check]] = {}
    others = {k: c for k, c in broken.items() if not _is_silent(c, unready)}
    heads = {k: _head(c, others) for k, c in others.items()}
    for key, check in others.items():
        groups.setdefault(_contradiction(others[heads[key]]), []).append(check)
    for checks in _of_one_cause(groups.values(), answers):
        roots = {heads[_key(c)] for c in checks}
        candidates = [c for c in checks if _key(c) in roots] or checks
        head = min(candidates, key=lambda c: (_rank(c), c["id"]))
        follows = [c for c in checks if c is not head]
        code = _code(head)
        yield _finding(head["id"], head["interface"], head["outcome"], code, follows) | {
            "strength": head["strength"]
        }


def _of_one_cause(
    groups: Iterable[list[Check]], answers: Mapping[str, Any]
) -> Iterator[list[Check]]:
    """The groups, with those in one whose checks were given the same answer."""
    found: list[tuple[set[Cause], list[Check]]] = []
    for checks in groups:
        causes = {c for check in checks for c in _causes(check, answers)}
        alike = [f for f in found if not causes.isdisjoint(f[0])]
        apart = [f for f in found if causes.isdisjoint(f[0])]
        together = [c for _, others in alike for c in others] + checks
        found = [*apart, (causes.union(*(c for c, _ in alike)), together)]
    yield from (checks for _, checks in found)


def _causes(check: Check, answers: Mapping[str, Any]) -> Iterator[Cause]:
    """The answer that a check of access ended with, if it is one that many such checks may meet."""
    exchanges = check.get("exchanges") or ()
    answer = answers.get(exchanges[-1]) if exchanges else None
    if answer is None or not check["id"].startswith(_OF_ACCESS):
        return
    let_in = check["outcome"] == "failed" and check["id"].startswith(_OF_TOKENS)
    if answer["status"] >= _SERVER_ERRORS or (let_in and answer["status"] in _SUCCESS):
        shape = particulars_removed((answer["body"] or "")[:_SHAPE])
        yield check["interface"], answer["status"], shape


def _answers(report: Mapping[str, Any]) -> dict[str, Any]:
    return {x["id"]: x["response"] for x in report.get("exchanges", ()) if x["response"]}


def _head(check: Check, broken: Mapping[Key, Check]) -> Key:
    """The broken check at the bottom of what this one rests on: itself where all of that is sound."""
    seen: set[Key] = set()
    current = check
    while _key(current) not in seen:
        seen.add(_key(current))
        below = [(name, current["interface"]) for name in current.get("restsOn", ())]
        current = next((broken[k] for k in below if k in broken and k not in seen), current)
    return _key(current)


def particulars_removed(text: str) -> str:
    """A sentence without what differs between two sightings of one contradiction."""
    return _PARTICULAR.sub("…", text)


def _contradiction(head: Check) -> tuple[str | None, ...]:
    """What was seen, without the particulars of one check."""
    reason = head["reason"] or {}
    code = _code(head)
    around = code == _REFUSED or REASONS.get(code) is Suspect.ENVIRONMENT
    if head["outcome"] == "inconclusive" and around:
        return head["interface"], head["outcome"], code  # one gateway has many ways to say no
    shape = particulars_removed(reason.get("message") or "")
    seen = (head["interface"], head["outcome"], code, shape)
    if head["outcome"] != "failed":
        return seen
    return (*seen, *(particulars_removed(head[k] or "") for k in ("expected", "received")))


def _finding(
    check: str | None, interface: str | None, outcome: str, code: str, follows: Iterable[Check]
) -> dict[str, Any]:
    return {
        "check": check,
        "interface": interface,
        "outcome": outcome,
        "code": code,
        "suspect": REASONS.get(code, Suspect.NOBODY).value,
        "follows": [
            {"check": c["id"], "interface": c["interface"], "outcome": c["outcome"]}
            for c in follows
        ],
    }


def _code(found: Mapping[str, Any]) -> str:
    """The reason code of a check or a probe; nothing where it has none."""
    return str((found["reason"] or {}).get("code", ""))


def _key(check: Check) -> Key:
    return check["id"], check["interface"]


def _rank(check: Check) -> tuple[int, int]:
    return _BROKEN.index(check["outcome"]), _STRENGTHS.index(check["strength"])


def _gravity(found: Mapping[str, Any]) -> tuple[bool, int, int, int, str]:
    return (
        found["check"] is not None,
        _BROKEN.index(found["outcome"]),
        _STRENGTHS.index(found["strength"]),
        -len(found["follows"]),
        found["check"] or "",
    )
