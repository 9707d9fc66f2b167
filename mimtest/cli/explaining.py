"""What `mimtest explain` says: made of the catalogue, the checks and the reason codes."""

from collections.abc import Sequence

from mimtest.catalogue import Requirement, load_editions
from mimtest.checks import Check
from mimtest.reasons import REASONS
from mimtest.rendering.words import load
from mimtest.report import requirements_by_check


def explain(name: str, checks: Sequence[Check]) -> str | None:
    """A text on a check, a requirement or a reason code; None for an unknown name."""
    check = next((c for c in checks if c.id == name), None)
    if check:
        return _check(check)
    requirements = [r for e in load_editions() for r in e.requirements]
    requirement = next((r for r in requirements if r.full_id == name), None)
    if requirement:
        return _requirement(requirement)
    suspect = REASONS.get(name)
    if suspect is None:
        return None
    words = load("en")
    return f"{name}  {words.reason(name)}\n\nSuspect: {suspect}\nWhat to do: {words.remedy(name)}"


def known_names(checks: Sequence[Check]) -> list[str]:
    """Every name `explain` knows."""
    requirements = [r.full_id for e in load_editions() for r in e.requirements]
    return [*(c.id for c in checks), *requirements, *REASONS]


def _check(check: Check) -> str:
    about = requirements_by_check(load_editions()).get(check.id, [])
    lines = [
        f"{check.id}  {check.title}",
        "",
        f"Clause: {check.clause} ({check.strength})",
        f"Kinds of interface: {', '.join(check.interfaces)}",
        f"Level: {check.level}",
        *([f"Since version: {check.since}"] if check.since else []),
        *([f"Only with the option: {check.option}"] if check.option else []),
        f"Requirements: {', '.join(about) or 'none'}",
        f"Code: suites/{check.file}, {check.function}",
        "",
        f"Run it alone: mimtest run mimtest.toml --check {check.id}",
        "The report has a curl line for each failed check.",
    ]
    return "\n".join(lines)


def _requirement(requirement: Requirement) -> str:
    mechanisms = [
        f"  {m.id}: {m.title} ({', '.join(m.interfaces)}): {', '.join(m.checks) or 'no checks yet'}"
        for m in requirement.mechanisms
    ]
    lines = [
        f"{requirement.full_id}  {requirement.statement}",
        "",
        f"Level: {requirement.level} (source: {requirement.source_word})",
        f"Coverage: {requirement.coverage}",
        *([f"Only if: {requirement.condition}"] if requirement.condition else []),
        *(["Mechanisms, of which one is enough:", *mechanisms] if mechanisms else []),
        *(
            [f"Not tested because: {requirement.not_tested_because}"]
            if requirement.not_tested_because
            else []
        ),
        *(
            ["How it can be tested:", *(f"  - {h}" for h in requirement.how)]
            if requirement.how
            else []
        ),
        *([f"To declare: {requirement.needs}"] if requirement.needs else []),
        *(
            [f"Shown beside it, deciding nothing: {', '.join(requirement.supporting)}"]
            if requirement.supporting
            else []
        ),
        f"Text: {requirement.url}",
    ]
    return "\n".join(lines)
