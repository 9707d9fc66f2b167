"""The requirements with their verdicts and what these rest on, as data for the PDF.

Exchanges are not shown: they are in the attached report, under the ids that are named here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mimtest.procurement.grounds import Ground, Held, ground_of
from mimtest.rendering.instruments import instrument
from mimtest.rendering.mims import OPEN
from mimtest.rendering.pdf_file import state
from mimtest.rendering.pdf_notes import LONG, SHORT, Note, exchanges, joined, message, named, note
from mimtest.rendering.rows import Item, reason_code
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.words import Said


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report holds for its requirements: grounds, and the outcomes of checks that showed neither, by their ids."""

    held: Held
    left: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Evidence":
        """From a report."""
        left: dict[str, tuple[str, ...]] = {}
        for check in report["checks"]:
            if check["outcome"] not in {"passed", "not_applicable"}:
                left[check["id"]] = (*left.get(check["id"], ()), check["outcome"])
        return cls(Held.of(report), left)

    def others(self, row: Mapping[str, Any], ground: Ground) -> dict[str, list[str]]:
        """By outcome, the checks of claimed mechanisms that failed or have no answer, but for those that decided."""
        found: dict[str, list[str]] = {}
        about = {c: None for m in row["mechanisms"] if m["claimed"] for c in m["checks"]}
        for name in about.keys() - set(ground.checks):
            for outcome in dict.fromkeys(self.left.get(name, ())):
                found.setdefault(outcome, []).append(name)
        return {outcome: sorted(names) for outcome, names in sorted(found.items())}


def chapters(view: View) -> list[dict[str, Any]]:
    """The requirements by edition and MIM. Of a MIM that nobody asked for only the number is told."""
    evidence, items = Evidence.of(view.report), list(view.items())
    return [
        _chapter(view, edition, entry, own, evidence)
        for edition in view.editions
        for entry in edition["summary"]["byMim"]
        if (own := [i for i in items if i.row["mim"] == entry["mim"] and _is_of(i, edition)])
    ]


def _is_of(item: Item, edition: Mapping[str, Any]) -> bool:
    return str(item.row["id"]).startswith(f"{edition['edition']}/")


def _chapter(
    view: View,
    edition: Mapping[str, Any],
    entry: Mapping[str, Any],
    items: Sequence[Item],
    evidence: Evidence,
) -> dict[str, Any]:
    words, mim = view.words, entry["mim"]
    asked = entry["verdict"] != "out_of_scope"
    title = words.catalogue(f"mim.{mim}.title", edition["mims"][mim]["title"])
    head = [edition["title"]] if len(view.editions) > 1 else []
    out = [words.of("group", "out_of_scope"), words("omitted", n=len(items))]
    return {
        "title": [*head, mim, title],
        "rows": [_requirement(view, i, evidence) for i in items] if asked else [],
        "out": [] if asked else out,
    }


def _requirement(view: View, item: Item, evidence: Evidence) -> dict[str, Any]:
    """A requirement with its verdict, and what that rests on."""
    words, row = view.words, item.row
    basis = words.of("basis", row["basis"]) if row["basis"] != "none" else ""
    return {
        "state": state(view, "verdict", row["verdict"]),
        "basis": basis,
        "label": item.label,
        "statement": words.english(clip(row["statement"], LONG)),
        "meta": [*_standing(view, row)],
        "mechanisms": [_mechanism(view, m) for m in row["mechanisms"] if m["claimed"]],
        "notes": [*_why(view, row), *_rests_on(view, row, evidence), *_declared(view, row)],
    }


def _standing(view: View, row: Mapping[str, Any]) -> Iterator[object]:
    words = view.words
    if row["level"] != "NONE":
        yield row["level"]
    key = "required" if row["required"] else "expected" if row.get("expected") else "not_required"
    by = clip(row["requiredBy"] or "", SHORT)
    asked = words(f"req.{key}")
    yield Said.of([*asked.spans, (" (", ""), *words.english(by).spans, (")", "")]) if by else asked
    yield words.of("coverage", row["coverage"])


def _mechanism(view: View, mechanism: Mapping[str, Any]) -> dict[str, Any]:
    words = view.words
    return {
        "state": state(view, "verdict", mechanism["verdict"]),
        "title": words.english(clip(mechanism["title"], SHORT)),
    }


def _why(view: View, row: Mapping[str, Any]) -> Iterator[Note]:
    words, profile = view.words, view.report["scope"]["profile"]
    for asked in profile.get("items", ()):
        if asked["text"] and row["id"] in asked["requirements"]:
            yield note(words("req.tender"), clip(asked["text"], LONG))
    if row["reason"]:
        yield note("", words.reason(reason_code(row)), *message(view, row))
    if row["conflict"]:
        yield note("", words("req.conflict"))
    if row["notTestedBecause"] and row["verdict"] in OPEN:
        text = words.english(clip(row["notTestedBecause"], LONG))
        yield note(words("req.why_open"), text)


def _rests_on(view: View, row: Mapping[str, Any], evidence: Evidence) -> Iterator[Note]:
    """The checks that decided, with their exchanges; then those that failed or have no answer beside them."""
    words, ground = view.words, ground_of(row, evidence.held)
    if ground.checks:
        yield note(words("checks.title"), *named(view, ground.checks))
        yield from exchanges(view, ground.exchanges)
    for outcome, names in evidence.others(row, ground).items():
        yield note(words.of("outcome", outcome), *named(view, names))
    support = view.supporting(row)
    if support:
        numbers = [words("colon", label=words.of("outcome", o), value=len(i)) for o, i in support]
        yield note(words("req.supporting"), *joined(numbers), words("req.supporting.text"))


def _declared(view: View, row: Mapping[str, Any]) -> Iterator[Note]:
    words, said = view.words, view.report["declarations"]
    index = row["declaration"]
    if index is None or index >= len(said):
        return
    word = said[index]
    planned = word.get("plannedFor")
    yield note(
        words("req.declaration"),
        words.of("declared", word["answer"]),
        words("declared.planned", when=clip(planned, SHORT)) if planned else "",
        *(clip(word[k], LONG) for k in ("text", "rationale") if word[k]),
    )
    for evidence in word["evidence"]:
        yield note(words("req.evidence"), *_document(view, evidence))


def _document(view: View, evidence: Mapping[str, Any]) -> Iterable[object]:
    words = view.words
    yield clip(evidence["locator"], SHORT)
    if evidence.get("state"):
        yield Said.of([("(", ""), *words.of("evidence", evidence["state"]).spans, (")", "")])
    if evidence.get("note"):
        yield clip(evidence["note"], SHORT)
    if evidence.get("valid_until"):
        yield words("evidence.until", day=evidence["valid_until"])
    yield instrument(words, evidence)


def discounted(view: View) -> dict[str, Any]:
    """The documents of declarations that do not count."""
    rows = [
        note(clip(about, SHORT), *_document(view, evidence)) for about, evidence in view.unsound()
    ]
    return {"title": view.words("evidence.title"), "rows": rows}
