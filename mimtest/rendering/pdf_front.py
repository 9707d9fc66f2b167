"""The first page of the PDF as data: the answer, its numbers, what is open, who tested what and when, how to check it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.rendering.guide import facts, steps
from mimtest.rendering.mims import OPEN, MimRow
from mimtest.rendering.pdf_file import state
from mimtest.rendering.shown import shown, whole_digest
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.words import Said

#: Items named under each verdict that is open; the requirements further on have them all.
_NAMED: Final = 4
#: Values of one fact on the first page, such as addresses; an annex has them all.
_VALUES: Final = 5
#: Characters of a statement on the first page, and of what stands in the report for people to read.
_SHORT: Final = 110
_LONG: Final = 600
_COLUMNS: Final = ("mim", "result", "required", "met", "not_met", "open", "beyond")


def front(view: View) -> dict[str, Any]:
    """All that stands on the first page."""
    words, report = view.words, view.report
    subject = report["subject"]
    kind, *others = view.notices()
    return {
        "kick": [view.kind(), *(f"· {e['title']}" for e in view.editions)],
        "product": clip(subject["product"], 80),
        "version": clip(subject["version"], 40),
        "by": f"{clip(subject['supplier'], 100)} · {report['issuedAt'][:10]}",
        "digest": {"label": words("verify.sha256"), "value": report["digest"]["sha256"]},
        "stamp": [kind, *others[-1:]],
        "draft": [words("draft"), words.original("draft")] if words.is_draft else [],
        "ready": _ready(view),
        "answer": {
            "shape": state(view, "group", view.shade())["shape"],
            "big": view.answer(),
            "rest": [view.answer_rest(), *view.remarks()],
        },
        "bar": _bar(view),
        "mims": _mims(view),
        "open": _open(view),
        "steps": {
            "title": words("steps"),
            "readers": [{"title": who, "items": told} for who, told in steps(view)],
        },
        "gate": _gate(view),
        "facts": {"title": words("facts"), "rows": [*_facts(view)]},
        "check": _check(view),
        "notices": [*view.notices(), words("notice.not_endorsed")],
    }


def _ready(view: View) -> dict[str, Any]:
    words = view.words
    rows = [
        {
            "name": p["interface"],
            "text": [
                words.english(clip(p["reason"][k], _LONG))
                for k in ("message", "hint")
                if p["reason"] and p["reason"][k]
            ]
            or [words("cause.unknown")],
        }
        for p in view.problems()
    ]
    return {"title": words("ready.title"), "text": words("ready.text"), "rows": rows}


def _bar(view: View) -> dict[str, Any]:
    total = view.counts()["total"]
    parts = [{**state(view, "verdict", v), "n": n} for v, n in view.bar()]
    title = view.words("colon", label=view.words("front.bar"), value=total)
    words = view.words
    means = words("colon", label=words.of("verdict", "met"), value=words("verdict.met.means"))
    return {"title": title, "parts": parts, "means": means}


def _mims(view: View) -> dict[str, Any]:
    words = view.words
    return {
        "title": words("front.mims"),
        "heads": [words(f"col.{c}") for c in _COLUMNS],
        "rows": [_mim(view, row) for row in view.mim_rows()],
    }


def _mim(view: View, row: MimRow) -> dict[str, Any]:
    words = view.words
    further = row.edition != view.editions[0].get("edition")
    counts = (row.total, row.met, row.not_met, row.open, row.beyond)
    is_out = row.verdict == "out_of_scope"
    return {
        "name": f"{row.edition} {row.mim}" if further else row.mim,
        "title": words.catalogue(f"mim.{row.mim}.title", row.title) if row.title else "",
        "question": words.catalogue(f"mim.{row.mim}.question", row.question)
        if row.question
        else "",
        "state": state(view, "group", row.verdict),
        "counts": [str(words("dash"))] * len(counts) if is_out else [str(n) for n in counts],
        "telling": [not is_out and key in {"not_met", "open"} and n > 0 for key, n in zip(_COLUMNS[2:], counts, strict=True)],
    }  # fmt: skip


def _open(view: View) -> dict[str, Any]:
    words = view.words
    groups = [
        {
            "state": state(view, "verdict", v),
            "items": [
                {"label": i.label, "text": words.english(clip(i.row["statement"], _SHORT))}
                for i in items[:_NAMED]
            ],
            "more": words("more", n=len(items) - _NAMED) if len(items) > _NAMED else "",
        }
        for v in OPEN
        if (items := view.required(v))
    ]
    nothing = "front.open.none" if view.counts()["total"] else "answer.not_assessed"
    return {
        "title": words("front.open"),
        "groups": groups,
        "none": "" if groups else words(nothing),
        "beyond": _beyond(view),
        "never": words("front.never"),
    }


def _beyond(view: View) -> dict[str, Any]:
    words, items = view.words, view.beyond()
    if not items:
        return {}
    names = [
        Said.of([(i.label, ""), *_marked(words("verdict.not_met"), i.row["verdict"])])
        for i in items
    ]
    return {
        "title": words("front.beyond"),
        "text": words("front.beyond.text"),
        "names": names,
    }


def _marked(word: Said, verdict: str) -> list[tuple[str, str]]:
    return [(" (", ""), *word.spans, (")", "")] if verdict == "not_met" else []


def _gate(view: View) -> dict[str, Any]:
    words, gate = view.words, view.report["gate"]
    groups = [
        {"title": words("front.waived"), "items": list(gate["waived"])},
        {
            "title": words("front.warnings"),
            "items": [words.english(clip(t, _LONG)) for t in gate["warnings"]],
        },
    ]
    return {
        "title": words.of("gate", gate["result"]),
        "groups": [g for g in groups if g["items"]],
    }


def _facts(view: View) -> Iterator[Mapping[str, Any]]:
    for fact in facts(view):
        more = len(fact.values) - _VALUES
        rest = [view.words("more", n=more)] if more > 0 else []
        yield {"label": fact.label, "values": [*fact.values[:_VALUES], *rest]}
    challenge = view.report["assessment"].get("challenge")
    if challenge is not None:
        yield {"label": view.words("fact.challenge"), "values": [clip(challenge, _LONG)]}


def addresses(view: View) -> dict[str, Any]:
    """All that was tested, where the first page has no room for it."""
    told = [f for f in facts(view) if len(f.values) > _VALUES]
    return {"parts": [{"title": f.label, "rows": list(f.values)} for f in told]}


def _check(view: View) -> dict[str, Any]:
    """How a reader finds out whether all this is so."""
    words, report = view.words, view.report
    whole = whole_digest(report)
    rows = [
        *([(words("privacy.of"), whole)] if whole else []),
        (words("verify.recompute"), "mimtest gate report.json"),
        (words("verify.repeat"), f"mimtest run mimtest.toml --seed {report['seed']}"),
    ]
    return {
        "title": words("verify"),
        "text": [words("verify.text"), words("pdf.attached"), *shown(report, words)],
        "rows": [{"label": label, "value": value} for label, value in rows],
    }
