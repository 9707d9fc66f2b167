"""What `mimtest explain` says of checks, of faults of the sandbox, and of points a standard leaves open."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from mimtest.ambiguities import Ambiguity
from mimtest.catalogue import load_editions
from mimtest.checks import Check
from mimtest.cli.explaining_layout import lay_out
from mimtest.rendering.words import load
from mimtest.report import requirements_by_check
from mimtest.sandbox.faults import Fault

_AGAINST_THE_DEMO = (
    "mimtest sandbox --fault {fault} --write-target demo.toml",
    'eval "$(mimtest sandbox --secrets)"    (in another window)',
    "mimtest run demo.toml {only}",
)


def explain_check(check: Check, faults: Iterable[str]) -> str:
    """A check: what it shows, by which clause, for whom, what to do when it fails, and its faults."""
    return lay_out(
        check.id,
        check.purpose,
        ("Clause", f"{check.clause} ({check.strength})"),
        ("Suite", check.suite),
        ("Kinds of interface", ", ".join(check.interfaces)),
        ("Level", load("en").of("level", check.level)),
        ("Since version", check.since or ""),
        ("Only with the option", check.option or ""),
        (
            "Requirements",
            ", ".join(_requirements().get(check.id, []))
            or "none; reports show it, and no requirement rests on it",
        ),
        ("Rests on", ", ".join(check.rests_on)),
        ("What to do when it fails", _remedy(check)),
        ("Run it alone", f"mimtest run mimtest.toml --check {check.id}"),
        ("Faults that prove it can fail (mimtest explain FAULT)", [*faults]),
        ("Code", f"suites/{check.file}, {check.function}"),
    )


@cache
def _requirements() -> Mapping[str, list[str]]:
    return requirements_by_check(load_editions())


def _remedy(check: Check) -> str:
    first = f"Look at {', '.join(check.rests_on)} first. " if check.rests_on else ""
    return f"{first}{load('en').remedy('contradicted')}"


def explain_fault(fault: Fault, checks: Mapping[str, Check]) -> str:
    """A fault or variant: what the demo city does with it, which checks notice, and how to see it."""
    kills = [f"{i}  {checks[i].title} ({checks[i].clause})" for i in fault.kills if i in checks]
    if fault.kills:
        meaning = "A fault: it breaks one thing of the demo city, and its checks have to fail."
    else:
        meaning = "A variant: permitted behaviour, which no check may call wrong."
    only = f"--check {fault.kills[0]}" if fault.kills else f"--suite {fault.suite}"
    return lay_out(
        fault.id,
        fault.sentence,
        ("Kind", meaning),
        ("Suite", fault.suite),
        ("Checks that notice", kills),
        ("Checks that may fail beside them", ", ".join(fault.beside)),
        ("Source", _source(fault)),
        ("To see what a report says of it", _demo(fault.id, only)),
    )


def _demo(fault: str, only: str) -> list[str]:
    return [line.format(fault=fault, only=only) for line in _AGAINST_THE_DEMO]


def _source(fault: Fault) -> str:
    made: Callable[..., object] = fault.stand or fault.act
    return f"{made.__module__.replace('.', '/')}.py"


def explain_ambiguity(point: Ambiguity) -> str:
    """An open point: its clause, the readings that are accepted, and what follows for whom."""
    readings = [f"{name}: {words}{_until(point, name)}" for name, words in point.readings.items()]
    return lay_out(
        point.id,
        f"{point.point.rstrip('.')}.",
        ("Clause", f"{point.clause}, which leaves this open"),
        ("Readings that are accepted", readings),
        (
            "What to do",
            [
                "supplier: nothing; no check fails for any of them",
                "whoever connects: know the one that the report lists as the product's dialect",
                "buyer: name one in the tender where it is needed",
            ],
        ),
    )


def _until(point: Ambiguity, name: str) -> str:
    version = point.until.get(name)
    return f" (right up to version {version})" if version else ""
