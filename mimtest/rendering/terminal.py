"""The end of a run in a terminal: the sentence that matters, the table, what failed and how to see it again.

No byte of a product reaches the terminal as a control, and no line is one a build server obeys.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mimtest.rendering.curl import curl
from mimtest.rendering.mims import OPEN
from mimtest.rendering.rows import Cause, Failure, decisive, reason_message
from mimtest.rendering.text import clip
from mimtest.rendering.view import View
from mimtest.rendering.wrapping import labelled, safe, wrap

_NAMED: Final = 12
_FAILED: Final = 200
_DASH: Final = "\N{EN DASH}"
_SIGNS: Final = {
    "met": "✓",
    "passed": "✓",
    "not_met": "✗",
    "failed": "✗",
    "open": "?",
    "inconclusive": "?",
    "error": "!",
    "equivalence_claimed": "≈",
    "declared_only": "…",
}
_COLORS: Final = {"✓": "32", "✗": "31", "?": "33", "!": "33", "≈": "33"}


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """The lines of `lines`, without colour."""
    return "\n".join(lines(report, lang=lang)) + "\n"


def lines(report: Mapping[str, Any], *, color: bool = False, lang: str = "en") -> list[str]:
    """The end of a run, line by line; with ANSI colours when `color` is set."""
    view = View.of(report, lang)
    return [*_Lines(view, color=color).all()]


class _Lines:
    """Writes the lines of one view."""

    def __init__(self, view: View, *, color: bool) -> None:
        self._view = view
        self._words = view.words
        self._color = color

    def all(self) -> Iterator[str]:
        """Every line in order."""
        yield from self._sentence()
        yield from self._unready()
        yield from self._table()
        yield from self._items()
        yield from self._evidence()
        yield from self._failed()
        yield from self._causes()
        yield from self._dialect()
        yield from self._end()

    def _sentence(self) -> Iterator[str]:
        report, subject = self._view.report, self._view.report["subject"]
        product = safe(f"{clip(subject['product'], 120)} {clip(subject['version'], 40)}")
        yield f"{product} · {self._view.kind()}"
        yield ""
        yield f"{self._sign(self._view.shade())} {self._strong(safe(report['gate']['message']))}"
        yield f"  {self._view.answer()} {self._view.answer_rest()}"
        for remark in self._view.remarks():
            yield f"  {self._strong(remark)}"

    def _unready(self) -> Iterator[str]:
        for n, problem in enumerate(self._view.problems()):
            reason = problem["reason"] or {}
            if not n:
                yield from ("", self._strong(self._words("ready.title")))
            yield from wrap(f"{problem['interface']}: {reason.get('message') or ''}", 2)
            yield from wrap(reason.get("hint") or "", 4)
            if reason.get("key"):
                yield from wrap(f"{self._words('ready.key')}: {reason['key']}", 4)

    def _table(self) -> Iterator[str]:
        rows = self._view.mim_rows()
        if not rows:
            return
        columns = ("required", "met", "not_met", "open", "beyond")
        heads = [self._words(f"col.{c}") for c in columns]
        several = len(self._view.editions) > 1
        titles = [self._words.catalogue(f"mim.{m.mim}.title", m.title) for m in rows]
        names = [
            safe(f"{f'{m.edition} ' if several else ''}{m.mim} {title}")
            for m, title in zip(rows, titles, strict=True)
        ]
        results = [self._words.of("group", m.verdict) for m in rows]
        wide = max(map(len, (*names, self._words("col.mim"))))
        broad = max(map(len, (*results, self._words("col.result")))) + 2
        yield ""
        yield self._row(
            self._words("col.mim"),
            wide,
            f"  {self._words('col.result')}".ljust(broad + 2),
            heads,
            heads,
        )
        for m, name, result in zip(rows, names, results, strict=True):
            counts = [str(n) for n in (m.total, m.met, m.not_met, m.open, m.beyond)]
            cells = [_DASH] * 5 if m.verdict == "out_of_scope" else counts
            mark = f"{self._sign(m.verdict)} {result.ljust(broad)}"
            yield self._row(name, wide, mark, cells, heads)

    @staticmethod
    def _row(name: str, wide: int, mark: str, cells: Sequence[str], heads: Sequence[str]) -> str:
        numbers = "  ".join(c.rjust(len(h)) for c, h in zip(cells, heads, strict=True))
        return f"  {name.ljust(wide)}  {mark}{numbers}"

    def _items(self) -> Iterator[str]:
        for verdict in ("not_met", *OPEN):
            items = self._view.required(verdict)
            if items:
                yield ""
                yield f"{self._sign(verdict)} {self._strong(self._words.of('verdict', verdict))}: {len(items)}"
            for item in items[:_NAMED]:
                yield from wrap(f"{item.label}  {clip(item.row['statement'], 300)}", 4)
                yield from self._support(item.row)
            yield from self._more(len(items), 4)

    def _support(self, row: Mapping[str, Any]) -> Iterator[str]:
        for outcome, ids in self._view.supporting(row):
            head = f"{self._words('req.supporting')}, {self._words.of('outcome', outcome)}"
            yield from wrap(f"{head}: {len(ids)}: {self._first(ids)}", 6)

    def _evidence(self) -> Iterator[str]:
        found = self._view.unsound()
        if found:
            yield from ("", self._strong(f"{self._words('evidence.title')}: {len(found)}"))
        for about, document in found[:_NAMED]:
            state = self._words.of("evidence", document["state"])
            yield from wrap(f"{about}  {clip(document['locator'], 300)}: {state}", 4)
        yield from self._more(len(found), 4)

    def _failed(self) -> Iterator[str]:
        number = len(self._view.checks("failed"))
        failures = self._view.failures()
        if failures:
            folded = self._words("checks.folded", n=len(failures))
            yield from ("", self._strong(f"{self._words('checks.failed')}: {number}. {folded}"))
        for failure in failures[:_FAILED]:
            yield from ("", *self._failure(failure.head), *self._follows(failure))
        yield from self._more(len(failures), 2, shown=_FAILED)

    def _follows(self, failure: Failure) -> Iterator[str]:
        if failure.follows:
            ids = list(dict.fromkeys(c["id"] for c in failure.follows))
            head = f"{self._words('checks.follow')}: {len(failure.follows)}"
            yield from wrap(f"{head}. {self._first(ids)}", 6)

    def _failure(self, check: Mapping[str, Any]) -> Iterator[str]:
        strength = self._words.of("strength", check["strength"])
        title = safe(f"{check['id']}  {clip(check['title'], 200)}")
        yield f"  {self._sign('failed')} {self._strong(title)} ({strength})"
        rows = [
            ("clause", check["clause"]),
            ("interface", check["interface"]),
            ("expected", check["expected"]),
            ("received", check["received"]),
            ("reason", reason_message(check)),
            ("suspect", self._view.suspect(check)),
            ("exchanges", ", ".join(check["exchanges"][:8])),
        ]
        for key, value in rows:
            if value:
                yield from labelled(self._words(f"check.{key}"), clip(value, 1000))
        wanted = decisive(check)
        exchange = next((x for x in self._view.report["exchanges"] if x["id"] == wanted), None)
        if exchange:
            yield f"      {curl(exchange)}"
            if len(check["exchanges"]) > 1:
                yield from wrap(self._words("check.repeat.sequence"), 6)

    def _causes(self) -> Iterator[str]:
        causes = self._view.causes()
        if causes:
            number = sum(len(c.checks) for c in causes)
            yield from ("", self._strong(f"{self._words('checks.open')}: {number}"))
        for cause in causes:
            yield from ("", *self._cause(cause))

    def _cause(self, cause: Cause) -> Iterator[str]:
        outcome = self._words.of("outcome", cause.outcome)
        sentence = safe(self._view.cause_sentence(cause))
        yield f"  {self._sign(cause.outcome)} {self._strong(sentence)} {outcome}: {len(cause.checks)}"
        yield from wrap(clip(cause.message, 600), 6)
        yield from wrap(f"{self._words('cause.do')}: {self._words.remedy(cause.code)}", 6)
        if cause.code == "filtered":  # the user's own choice, and as a rule hundreds
            return
        for check in cause.checks[:_NAMED]:
            message = "" if cause.message else reason_message(check)
            own = f" {_DASH} {clip(message, 300)}" if message else ""
            yield from wrap(f"{check['id']}  {clip(check['title'], 200)}{own}", 6)
        yield from self._more(len(cause.checks), 6)

    def _dialect(self) -> Iterator[str]:
        entries = self._view.report.get("dialect", ())
        if entries:
            yield from ("", self._strong(self._words("dialect.title")))
        for entry in entries:
            taken = " / ".join(r["words"] for r in entry["readings"])
            yield from wrap(f"{entry['point']}  {entry['words']}: {taken}", 4)

    def _end(self) -> Iterator[str]:
        view, gate = self._view, self._view.report["gate"]
        sums = (
            ("req.title", [f"{self._words.of('verdict', v)}: {n}" for v, n in view.all_verdicts()]),
            (
                "checks.title",
                [f"{self._words.of('outcome', o)}: {n}" for o, n in view.all_outcomes()],
            ),
        )
        yield ""
        for key, parts in sums:
            yield from wrap(f"{self._words(key)}: {' · '.join(parts) or self._words('none')}", 0)
        yield ""
        yield from wrap(" ".join(view.notices()), 0)
        for warning in gate["warnings"]:
            yield from wrap(f"! {warning}", 0)
        yield f"{self._words.of('gate', gate['result'])} ({gate['exitCode']})"

    def _first(self, ids: Sequence[str]) -> str:
        """Some of the ids, and how many more there are."""
        return " ".join((", ".join(ids[:_NAMED]), *self._more(len(ids), 0)))

    def _more(self, number: int, indent: int, *, shown: int = _NAMED) -> Iterator[str]:
        if number > shown:
            yield f"{' ' * indent}{self._words('more', n=number - shown)}"

    def _sign(self, state: str) -> str:
        sign = _SIGNS.get(state, _DASH)
        return f"\x1b[{_COLORS[sign]}m{sign}\x1b[0m" if self._color and sign in _COLORS else sign

    def _strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._color else text
