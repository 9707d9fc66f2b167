"""A comparison of two reports for people: text for a terminal, Markdown for merge requests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.rendering.markdown import code, said
from mimtest.rendering.text import clip, line, quiet
from mimtest.rendering.words import Words, load

#: Changes and states that are listed; what was kept is counted.
LISTED: Final = ("regressed", "improved", "not_comparable")
STATES: Final = ("new", "changed", "unseen", "unchanged", "fixed")
_NOTICES: Final = ("not_a_certificate", "passing_tests_do_not_prove_conformity")
_LONG: Final = 200


@dataclass(frozen=True, slots=True)
class _Form:
    """How a format writes a heading, an item and foreign text."""

    heading: Callable[[str], str]
    item: Callable[[str], str]
    foreign: Callable[[str], str]


def _plain(text: str) -> str:
    return quiet(line(clip(text, _LONG)))


_TEXT: Final = _Form(heading=lambda t: f"\n{t}", item=lambda t: f"  {t}", foreign=_plain)
_MARKDOWN: Final = _Form(heading=lambda t: f"\n### {t}\n", item=lambda t: f"- {t}", foreign=said)


def as_text(comparison: Mapping[str, Any], *, lang: str = "en") -> str:
    """Lines for a terminal or a log."""
    return "\n".join(_blocks(comparison, load(lang), _TEXT)).lstrip("\n") + "\n"


def as_markdown(comparison: Mapping[str, Any], *, lang: str = "en") -> str:
    """Markdown in which nothing of a product is Markdown."""
    return "\n".join(_blocks(comparison, load(lang), _MARKDOWN)).lstrip("\n") + "\n"


def _blocks(comparison: Mapping[str, Any], words: Words, form: _Form) -> Iterator[str]:
    yield form.heading(words("cmp.title"))
    for side in ("a", "b"):
        yield form.item(f"{side.upper()}: {_report(comparison[side], words, form)}")
    if comparison["a"]["endedAt"] > comparison["b"]["endedAt"]:
        yield form.item(words("cmp.newer"))
    yield from _likeness(comparison, words, form)
    yield from _requirements(comparison, words, form)
    yield from _checks(comparison, words, form)
    draft = [words("draft")] if words.is_draft else []
    yield "\n" + " ".join([*(words.of("notice", n) for n in _NOTICES), *draft])


def _report(side: Mapping[str, Any], words: Words, form: _Form) -> str:
    names = " ".join(form.foreign(side[k]) for k in ("product", "version"))
    tested = words("cmp.tested", day=side["endedAt"][:10], party=words.of("party", side["party"]))
    return f"{names} · {form.foreign(side['supplier'])} · {tested} · SHA-256 {side['sha256'][:16]}"


def _likeness(comparison: Mapping[str, Any], words: Words, form: _Form) -> Iterator[str]:
    yield form.heading(words("cmp.like" if comparison["likeForLike"] else "cmp.unlike"))
    for found in comparison["differences"]:
        name = words.of("cmp.condition", found["code"])
        yield form.item(f"{name}: {form.foreign(found['a'])} → {form.foreign(found['b'])}")


def _requirements(comparison: Mapping[str, Any], words: Words, form: _Form) -> Iterator[str]:
    counts = comparison["counts"]["requirements"]
    yield form.heading(words("req.title"))
    yield form.item(_sums(counts, "cmp.change", words))
    for change in LISTED:
        rows = [r for r in comparison["requirements"] if r["change"] == change]
        if rows:
            yield form.heading(f"{words.of('cmp.change', change)}: {len(rows)}")
        yield from (form.item(_requirement(r, words, form)) for r in rows)


def _requirement(row: Mapping[str, Any], words: Words, form: _Form) -> str:
    name = code(row["id"], 80) if form is _MARKDOWN else _plain(row["id"])
    verdicts = " → ".join(verdict_word(row[s], words) for s in ("a", "b"))
    why = " ".join(words.of("cmp.why", w) for w in row["why"])
    required = words("req.required") if any(row["required"]) else words("req.not_required")
    return " ".join(filter(None, (f"{name}: {verdicts}.", f"{required}.", why)))


def verdict_word(verdict: str | None, words: Words) -> str:
    """The word for a verdict, or for a requirement that a report does not list."""
    return words.of("verdict", verdict) if verdict else words("cmp.not_listed")


def _checks(comparison: Mapping[str, Any], words: Words, form: _Form) -> Iterator[str]:
    yield form.heading(words("cmp.checks"))
    yield form.item(_sums(comparison["counts"]["checks"], "cmp.finding", words))
    for state in STATES:
        rows = [c for c in comparison["checks"] if c["state"] == state]
        if rows:
            yield form.heading(f"{words.of('cmp.finding', state)}: {len(rows)}")
        for row in rows:
            name = code(row["check"], 60) if form is _MARKDOWN else _plain(row["check"])
            yield form.item(f"{name} {form.foreign(row['title'])} ({row['fingerprint'][:12]})")


def _sums(counts: Mapping[str, int], family: str, words: Words) -> str:
    return " · ".join(f"{words.of(family, c)}: {n}" for c, n in counts.items())
