"""Whether reports are the shards of one run: all of them, each once, of one plan, by one mimtest, not too far apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from mimtest import privacy
from mimtest.errors import UsageError
from mimtest.gate import Policy
from mimtest.report import canonical
from mimtest.shards import is_elsewhere, shard_of
from mimtest.verification.recomputing import foreign

Report = Mapping[str, Any]


def _without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {k: v for k, v in value.items() if k not in names}


def _run(*keys: str) -> Callable[[Report], Any]:
    return lambda r: [r["assessment"].get(k) for k in keys]


#: What has to be the same in all shards, in the user's words, and where a report has it: the first that differs is told.
_SAME: Final[Mapping[str, Callable[[Report], Any]]] = {
    "number of shards": lambda r: r["scope"]["shard"]["of"],
    "version of mimtest": lambda r: [r["tool"][k] for k in ("version", "rules", "checks")],
    "catalogue": lambda r: r["tool"]["catalogue"],
    "target file": lambda r: r["scope"]["shard"]["target"],
    "product": lambda r: r["subject"],
    "profile": lambda r: r["scope"]["profile"],
    "level": _run("level"),
    "seed": lambda r: r["seed"],
    "choice of suites, checks or editions": lambda r: _without(r["scope"], "shard", "profile"),
    "tester": _run("party", "performedBy"),
    "challenge": _run("challenge"),
    "report that is repeated": _run("repeats"),
    "mode": _run("mode"),
    "set of waivers": lambda r: [_without(w, "state") for w in r["waivers"]],
    "set of declarations": lambda r: [[*map(_named, d["evidence"]), _without(d, "evidence")] for d in r["declarations"]],
    "plan": lambda r: [r["scope"]["shard"]["plan"], *_places(r)],
}  # fmt: skip
#: What a look at a document adds to how the target file names it.
_SEEN: Final = ("state", "found", "note", "exchanges", "instrument")


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    return _without(document, *_SEEN)


def _places(report: Report) -> Iterator[list[Any]]:
    yield [p["interface"] for p in report["readiness"]]
    yield [[c["id"], c["interface"]] for c in report["checks"]]


def require_together(shards: Mapping[str, Report], policy: Policy) -> None:
    """Raise UsageError with one line for the first thing that keeps these reports, by name, from being merged."""
    for name, report in shards.items():
        _require_shard(name, report)
    _require_same(shards)
    _require_each(shards)
    _require_one_run_of_each(shards)
    _require_near(shards, policy)


def _require_shard(name: str, report: Report) -> None:
    shard = shard_of(report)
    if shard is None:
        raise UsageError(f"{name}: is a whole run, not a shard.", "Make shards with --shard I/N.")
    if "of" in (report.get("extensions") or {}).get(privacy.FIELD, {}):
        raise UsageError(f"{name}: was redacted.", "Merge the reports as they were written.")
    _require_days(name, report)
    if others := foreign(report):
        raise UsageError(f"{name}: {others[0]}.", "Merge with the version that wrote it.")
    if not all(x["id"].startswith(shard.prefix) for x in report["exchanges"]):
        raise UsageError(
            f"{name}: has exchanges that are not of shard {shard}.", "Run that shard again."
        )


def _require_days(name: str, report: Report) -> None:
    """The days that the whole is judged by are days there are."""
    for day in (report["issuedAt"][:10], *(w["expires"] for w in report["waivers"])):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise UsageError(f"{name}: there is no day {day}.", "Run that shard again.") from None


def _require_same(shards: Mapping[str, Report]) -> None:
    (first, like), *others = shards.items()
    for what, read in _SAME.items():
        wanted = canonical(read(like))
        for name, report in others:
            if canonical(read(report)) != wanted:
                message = f"{name}: has another {what} than {first}."
                raise UsageError(message, "Merge the shards of one run.")


def _require_each(shards: Mapping[str, Report]) -> None:
    """All of them, each once."""
    found: dict[int, str] = {}
    for name, report in shards.items():
        index = report["scope"]["shard"]["index"]
        if index in found:
            raise UsageError(f"{name}: is shard {index}, as {found[index]} is.", "Give each once.")
        found[index] = name
    wanted = range(1, next(iter(shards.values()))["scope"]["shard"]["of"] + 1)
    missing = [str(i) for i in wanted if i not in found]
    if missing:
        raise UsageError(
            f"shard {', '.join(missing)} of {len(wanted)} is missing.", "Give the reports of all."
        )


def _require_one_run_of_each(shards: Mapping[str, Report]) -> None:
    """Each check was for one shard to run, or for none."""
    for rows in zip(*(r["checks"] for r in shards.values()), strict=True):
        own = [r for r in rows if not is_elsewhere(r)]
        if len(own) != 1 and not (own and _settled_alike(rows)):
            what = "several shards" if own else "no shard"
            raise UsageError(f"{rows[0]['id']}: is in {what} of the run.", "Run all shards again.")


def _settled_alike(rows: Sequence[Report]) -> bool:
    """Whether it was settled before the run, in the same words for all."""
    first = rows[0]
    alike = all((r["outcome"], r["reason"]) == (first["outcome"], first["reason"]) for r in rows)
    return alike and not first["exchanges"] and first["outcome"] in ("not_applicable", "not_run")


def _require_near(shards: Mapping[str, Report], policy: Policy) -> None:
    runs = [r["assessment"] for r in shards.values()]
    begun = min(r["startedAt"] for r in runs)
    ended = max(r["endedAt"] for r in runs)
    try:
        apart = datetime.fromisoformat(ended) - datetime.fromisoformat(begun)
    except ValueError as error:
        raise UsageError(
            f"a shard has a date that is none: {error}.", "Run that shard again."
        ) from None
    if apart.total_seconds() > policy.max_span_hours * 3600:
        message = f"the shards were run between {begun} and {ended}, more than {policy.max_span_hours} hours apart."
        raise UsageError(
            message, "Run the old ones again, or allow it by max_span_hours in a policy."
        )
