"""Shards: parts of one plan that run apart, on whatever machines, and are merged afterwards.

A group of checks is a file of a suite: what its checks share is set up once for them. The parts follow from the plan and
from `suites/requests.toml` alone, so that every machine makes the same ones.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from mimtest.errors import UsageError
from mimtest.plan import Planned
from mimtest.resources import SUITES
from mimtest.verdict import Outcome

#: The reason of checks that another shard runs.
OTHER_SHARD: Final = "other_shard"
#: The most parts a plan is cut into.
LIMIT: Final = 1000
_TEXT: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})", re.ASCII)
#: Requests a check is taken to send where nobody measured them.
_REQUESTS: Final = 9


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts of a plan; `index` counts from 1."""

    index: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2/5`. Raises UsageError."""
        found = _TEXT.fullmatch(text)
        index, of = map(int, found.groups()) if found else (0, 0)
        if not 1 <= index <= of <= LIMIT:
            message = f"--shard {text[:40]}: is no part of a whole."
            raise UsageError(message, f"Write 2/5 for the second of five, of {LIMIT} at most.")
        return cls(index, of)

    @property
    def prefix(self) -> str:
        """How the ids of its exchanges begin, so that no two shards give one id."""
        return f"s{self.index}-"

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


def weights_of(plan: Iterable[Planned]) -> dict[str, int]:
    """How many requests are expected of each file that has checks to run."""
    weights: dict[str, int] = {}
    for planned in plan:
        if planned.outcome is None:
            file = planned.check.file
            weights[file] = weights.get(file, 0) + _requests(file)
    return weights


def assign(plan: Iterable[Planned], of: int) -> dict[str, int]:
    """The shard of each file that has checks to run: the largest first, each to the emptiest shard."""
    weights = weights_of(plan)
    loads = [0] * of
    found = {}
    for file in sorted(weights, key=lambda f: (-weights[f], f)):
        emptiest = loads.index(min(loads))
        loads[emptiest] += weights[file]
        found[file] = emptiest + 1
    return found


def part_of(plan: Sequence[Planned], shard: Shard) -> tuple[Planned, ...]:
    """The plan in which the checks of other shards are settled as not run."""
    places = assign(plan, shard.of)
    return tuple(_in_part(p, places, shard) for p in plan)


def _in_part(planned: Planned, places: Mapping[str, int], shard: Shard) -> Planned:
    if planned.outcome is not None or places[planned.check.file] == shard.index:
        return planned
    message = f"belongs to shard {places[planned.check.file]} of {shard.of}"
    return replace(planned, outcome=Outcome.NOT_RUN, code=OTHER_SHARD, message=message)


def digest_of(plan: Iterable[Planned], of: int) -> str:
    """The SHA-256 of a plan and its partition: shards belong together that have the same one."""
    plan = sorted(plan, key=lambda p: (p.check.id, p.interface or ""))
    places = assign(plan, of)
    rows = [
        [p.check.id, p.interface, p.outcome, p.code, p.outcome or places[p.check.file]]
        for p in plan
    ]
    return f"sha256:{hashlib.sha256(json.dumps([of, rows]).encode()).hexdigest()}"


@cache
def _measured(root: Path = SUITES) -> Mapping[str, int]:
    text = (root / "requests.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["requests"])


def _requests(file: str) -> int:
    """Requests of one check of a file, as they were counted once."""
    return _measured().get(file, _REQUESTS)


def shard_of(report: Mapping[str, Any]) -> Shard | None:
    """The shard a report is of; None for a whole run's."""
    said = report["scope"].get("shard")
    return Shard(said["index"], said["of"]) if said else None


def is_elsewhere(check: Mapping[str, Any]) -> bool:
    """Whether another shard runs it."""
    return bool(check["outcome"] == Outcome.NOT_RUN and check["reason"]["code"] == OTHER_SHARD)


def outstanding(
    report: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], *, strict: bool
) -> list[str]:
    """The checks of other shards that a decision on these requirements waits for.

    With `strict` every check of strength must counts, whatever requirement it is of.
    """
    if shard_of(report) is None:
        return []
    named = {c for r in rows for m in r["mechanisms"] if m["claimed"] for c in m["checks"]}
    waited = (c for c in report["checks"] if is_elsewhere(c))
    ids = (c["id"] for c in waited if c["id"] in named or (strict and c["strength"] == "must"))
    return list(dict.fromkeys(ids))
