"""What the forms for other tools share: the words of theirs for our codes, and what they have no word for.

Each form's module has `OUTCOMES` and `VERDICTS`, which map our codes to its words, and `render`. Beside its own word
each entry has our code where the form has a place for it, so that the counts stay those of the report.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering import RENDERERS
from mimtest.rendering.rows import reason_code, reason_message
from mimtest.rendering.text import clip, line, quiet
from mimtest.rendering.view import View
from mimtest.rendering.words import FAMILIES

#: The forms in which something of a report has no place.
FORMS: Final = ("earl", "ctrf", "gitb", "in-toto", "sarif", "badge", "shields", "github")
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """A check of the report, under a name no other one of the report has."""

    name: str
    check: Mapping[str, Any]


def text(foreign: str, limit: int = _LONGEST) -> str:
    """Foreign text on one line: nothing hidden, and nothing a build server obeys."""
    return quiet(line(clip(foreign, limit)))


def named(report: Mapping[str, Any]) -> Iterator[Named]:
    """The checks in the report's order, each as `CTX-ENT-01 [context]`; further ones of a name are numbered."""
    seen: Counter[str] = Counter()
    for check in report["checks"]:
        place = f" [{text(check['interface'], 120)}]" if check["interface"] else ""
        name = check["id"] + place
        seen[name] += 1
        yield Named(name if seen[name] == 1 else f"{name} ({seen[name]})", check)


def message(view: View, check: Mapping[str, Any]) -> str:
    """The outcome in words, and why."""
    outcome = view.words.of("outcome", check["outcome"])
    why = reason_message(check)
    if not why and reason_code(check):
        why = view.words.reason(reason_code(check))
    parts = [f"{outcome}: {why}" if why else outcome]
    if check["outcome"] == "failed":
        parts += [
            view.words("colon", label=view.words(f"check.{key}"), value=check[key])
            for key in ("expected", "received")
            if check[key]
        ]
    return text(". ".join(p.rstrip(". ") for p in parts))


def requirements(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The requirement rows of every edition."""
    return (row for edition in report["assessments"] for row in edition["requirements"])


def outcomes(report: Mapping[str, Any]) -> dict[str, int]:
    """How many checks have each outcome, every outcome named."""
    found = Counter(c["outcome"] for c in report["checks"])
    return {o: found[o] for o in FAMILIES["outcome"]}


def verdicts(report: Mapping[str, Any]) -> dict[str, int]:
    """How many requirements have each verdict, required or not, every verdict named."""
    found = Counter(r["verdict"] for r in requirements(report))
    return {v: found[v] for v in FAMILIES["verdict"]}


def summary(view: View) -> dict[str, Any]:
    """What each form carries beside its own: whose report it is made of, the counts, the sentences."""
    report = view.report
    return {
        "reportId": report["reportId"],
        "reportSha256": report["digest"]["sha256"],
        "kind": view.kind(),
        "overall": view.verdict(),
        "gate": report["gate"]["result"],
        "checks": outcomes(report),
        "requirements": verdicts(report),
        "required": {k: v for k, v in view.counts().items() if k in FAMILIES["verdict"]},
        "notices": [*view.notices(), view.words("notice.not_endorsed")],
    }


def breaking(view: View) -> set[str]:
    """Checks of claimed mechanisms that are not met, where the requirement is required and not met."""
    return {
        check
        for item in view.required("not_met")
        for mechanism in item.row["mechanisms"]
        if mechanism["claimed"] and mechanism["verdict"] == "not_met"
        for check in mechanism["checks"]
    }


def is_advice(check: Mapping[str, Any], broken: Iterable[str]) -> bool:
    """Whether a failed check speaks of a recommendation that nothing required hangs on."""
    return check["strength"] != "must" and check["id"] not in broken


def losses(report: Mapping[str, Any], form: str, *, lang: str = "en") -> list[str]:
    """What of this report the form has no word or place for, in sentences. Forms of our own lose nothing."""
    if form not in FORMS:
        return []
    module = RENDERERS.module(form)
    words = View.of(report, lang).words
    said = [
        words("loss.merged", theirs=theirs, ours=", ".join(ours))
        for mapping, counts in (
            (module.OUTCOMES, outcomes(report)),
            (module.VERDICTS, verdicts(report)),
        )
        for theirs, ours in _merged(mapping, counts)
    ]
    return [*said, words(f"loss.{form}")]


def _merged(
    mapping: Mapping[str, str], counts: Mapping[str, int]
) -> Iterator[tuple[str, list[str]]]:
    """The words of a form that stand for several of our codes here, with these codes and their numbers."""
    groups: dict[str, list[str]] = {}
    for code, number in counts.items():
        if number and code in mapping:
            groups.setdefault(mapping[code], []).append(f"{code} {number}")
    return ((theirs, ours) for theirs, ours in groups.items() if len(ours) > 1)
