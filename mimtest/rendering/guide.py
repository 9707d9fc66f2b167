"""Who does what next, and who tested what: the two lists beside the verdicts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from mimtest.procurement.marks import profile_mark
from mimtest.rendering.rows import Item, reason_code
from mimtest.rendering.text import clip, line
from mimtest.rendering.view import View

_NAMED: Final = 4
#: Files that show what the checks can do, by the member that has the digest.
_PROOFS: Final = {"killMatrix": "kill-matrix.json"}
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its values, one per line."""

    label: str
    values: tuple[str, ...]


def steps(view: View) -> list[tuple[str, list[str]]]:
    """The next steps of each reader: (reader, sentences)."""
    words = view.words
    return [
        (words("steps.authority"), _for_authority(view)),
        (words("steps.supplier"), _for_supplier(view)),
        (words("steps.tester"), _for_tester(view)),
    ]


def _for_authority(view: View) -> list[str]:
    words = view.words
    attested = [i for i in view.required("not_tested") if i.row["testability"] == "attested"]
    found = [
        ("step.judge_equivalent", view.required("equivalence_claimed")),
        ("step.read_documents", view.required("declared_only")),
        ("step.ask_supplier", attested),
        ("step.conflict", [i for i in view.items() if i.row["conflict"]]),
    ]
    named = [words(key, ids=_names(view, items)) for key, items in found if items]
    return [*named, words("step.repeat")]


def _for_supplier(view: View) -> list[str]:
    words = view.words
    failed = {c["id"]: c["strength"] for c in view.checks("failed")}
    musts = [c for c, strength in failed.items() if strength == "must"]
    others = [c for c, strength in failed.items() if strength != "must"]
    refused = [i for i in view.required("not_met") if i.row["basis"] == "declared"]
    silent = [i for i in view.required("not_tested") if i.row["testability"] == "attested"]
    found = [
        *([words("step.correct", ids=_some(view, musts))] if musts else []),
        *([words("step.recommended", ids=_some(view, others))] if others else []),
        *([words("step.declared_no", ids=_names(view, refused))] if refused else []),
        *([words("step.declare", ids=_names(view, silent))] if silent else []),
    ]
    tested = bool(view.checks("passed"))
    nothing = words("step.nothing_supplier" if tested else "answer.not_assessed")
    return [*found] or [nothing]


def _for_tester(view: View) -> list[str]:
    words = view.words
    causes = [p["reason"] for p in view.problems() if p["reason"]]
    hints = [words.english(line(c["hint"])) for c in causes if c["hint"]]
    hinted = {c["code"] for c in causes if c["hint"]}
    codes = Counter(reason_code(c) for cause in view.causes() for c in cause.checks)
    remedies: Counter[str] = Counter()
    for code, number in codes.items():
        if code in hinted:
            continue
        remedies[words.remedy(code)] += number
    found = [
        *([] if view.report["checks"] else [words("step.select")]),
        *([words("step.cleanup")] if view.left_behind() else []),
        *hints,
        *(words("step.remedy", remedy=r, n=n) for r, n in remedies.most_common()),
    ]
    return [*found[:_STEPS]] or [words("step.nothing_tester")]


def _names(view: View, items: Iterable[Item]) -> str:
    return _some(view, [i.label for i in items])


def _some(view: View, names: list[str]) -> str:
    more = [view.words("more", n=len(names) - _NAMED)] if len(names) > _NAMED else []
    return ", ".join([*names[:_NAMED], *more])


def facts(view: View) -> list[Fact]:
    """Who tested what, when, how and with what."""
    rows = [*_subject(view), *_circumstances(view), *_means(view)]
    return [
        Fact(view.words(f"fact.{key}"), tuple(v for v in values if v))
        for key, values in rows
        if any(values)
    ]


def _subject(view: View) -> list[tuple[str, list[str]]]:
    subject = view.report["subject"]
    return [
        ("supplier", [clip(subject["supplier"], 200)]),
        ("product", [f"{clip(subject['product'], 200)} {clip(subject['version'], 80)}"]),
        ("configuration", [clip(subject["configuration"] or "", 300)]),
        ("tested_at", [_place(view, i) for i in subject["interfaces"]]),
    ]


def _place(view: View, interface: dict[str, Any]) -> str:
    """An address, its kind, and whether the test was narrowed to a part of what is there."""
    only = ", ".join(interface.get("collections", ()))
    narrowed = f"; {view.words('fact.narrowed', names=only)}" if only else ""
    return f"{interface['url']} ({_kind(interface)}){narrowed}"


def _kind(interface: dict[str, str | None]) -> str:
    return " ".join(str(interface[k]) for k in ("kind", "version") if interface[k])


def _circumstances(view: View) -> list[tuple[str, list[str]]]:
    words, scope, run = view.words, view.report["scope"], view.report["assessment"]
    party = words.of("party", run["party"])
    profile = scope["profile"]
    return [
        ("tested_by", [f"{run['performedBy']}, {party}" if run["performedBy"] else party]),
        ("asked_by", [scope["authorisedBy"] or ""]),
        ("when", [period(run["startedAt"], run["endedAt"])]),
        ("profile", _profile(view, profile)),
        ("reference", [profile["reference"] or ""]),
        ("scope", [", ".join(scope["mims"])]),
        ("level", [words.of("level", run["level"])]),
    ]


def _profile(view: View, profile: dict[str, Any]) -> list[str]:
    """Its title, and the mark of one that is not built in: under a known name a file may ask for less."""
    title = profile["title"] or profile["id"]
    named = view.words.catalogue(f"profile.{profile['id']}", title)
    return [named] if profile["origin"] == "default" else [named, profile_mark(profile)]


def _means(view: View) -> list[tuple[str, list[str]]]:
    words, report = view.words, view.report
    impact, tool = report["assessment"]["impact"], report["tool"]
    named = words("fact.tool.text", **{k: tool[k] for k in ("name", "version", "rules")})
    outcomes = (f"{words.of('outcome', o)}: {n}" for o, n in view.all_outcomes())
    traffic = words(
        "fact.traffic.text",
        sent=impact["requestsSent"],
        created=impact["created"],
        left=impact["leftBehind"],
    )
    return [
        ("traffic", [traffic]),
        ("checks", ["; ".join(outcomes)]),
        ("tool", [named, *(f"{file} {tool[key]}" for key, file in _PROOFS.items() if key in tool)]),
        ("report", [report["reportId"].removeprefix("urn:uuid:")]),
    ]


def period(start: str, end: str) -> str:
    """Day, start and end in UTC, to the minute; both days when there are two."""
    first, last = start[:16].replace("T", " "), end[:16].replace("T", " ")
    return f"{first} \N{EN DASH} {last[11:] if first[:10] == last[:10] else last} UTC"
