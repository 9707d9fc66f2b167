"""The summary for merge requests and build pages: Markdown in which nothing of a product is Markdown.

All foreign text stands in a `<code>` element with every sign written as a character reference, so it
makes no link, mention, heading, table cell or tag anywhere (GitHub, GitLab), and no build server obeys it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.rendering.mims import OPEN
from mimtest.rendering.rows import Cause, reason_message
from mimtest.rendering.text import clip, line
from mimtest.rendering.view import View

#: GitHub takes at most 1 MiB; room is left for a last line.
_MOST_BYTES: Final = 1024 * 1024 - 4096
_CELL: Final = 300
#: Nothing Markdown, a mention or a link could be made of.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[^\W_]|[ ,\u2019]|(?<! )-(?! )|(?<! )\.$)*")


def render(report: Mapping[str, Any], *, lang: str = "en") -> str:
    """`summary.md`, at most 1 MiB."""
    view = View.of(report, lang)
    kept: list[str] = []
    size = 0
    blocks = list(_blocks(view))
    for block in blocks:
        size += len(block.encode()) + 1
        if size > _MOST_BYTES:
            kept.append("\n" + view.words("omitted", n=len(blocks) - len(kept)))
            break
        kept.append(block)
    return "\n".join(kept) + "\n"


def code(text: str, limit: int = _CELL) -> str:
    """Foreign text, inert. Letters, digits and blanks stay; all else is a character reference."""
    shown = line(clip(text, limit))
    inert = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in shown)
    return f"<code>{inert}</code>" if inert else ""


def said(text: str, limit: int = _CELL) -> str:
    """As `code`, but a plain sentence (letters, digits, blanks, commas) is left in plain type."""
    shown = clip(text, limit)
    return shown if _PLAIN.fullmatch(shown) else code(text, limit)


def _blocks(view: View) -> Iterator[str]:
    yield from _head(view)
    yield from _mims(view)
    yield from _open(view)
    yield from _evidence(view)
    yield from _failed(view)
    yield from _causes(view)
    yield from _sums(view)
    yield "\n" + " ".join([*view.notices(), view.words("notice.not_endorsed")])


def _head(view: View) -> Iterator[str]:
    words, subject = view.words, view.report["subject"]
    yield f"## {view.kind()}\n"
    names = " ".join(said(subject[k], 120) for k in ("product", "version"))
    yield f"{names} · {said(subject['supplier'], 120)} · {view.report['issuedAt'][:10]}\n"
    yield f"**{view.answer()}** {view.answer_rest()} {words.of('gate', view.report['gate']['result'])}.\n"
    yield from (f"**{remark}**\n" for remark in view.remarks())
    yield f"{view.notices()[0]} {view.notices()[-1]}\n"
    for problem in view.problems():
        reason = problem["reason"] or {}
        yield f"**{words('ready.title')}:** {code(problem['interface'])} {code(reason.get('message') or '')}\n"
    shares = " · ".join(f"{words.of('verdict', v)}: {n}" for v, n in view.bar())
    yield (
        f"{words('front.bar')}: {view.counts()['total']}"
        + (f" ({shares})" if shares else "")
        + "\n"
    )


def _mims(view: View) -> Iterator[str]:
    words = view.words
    names = [
        words(f"col.{c}") for c in ("mim", "result", "required", "met", "not_met", "open", "beyond")
    ]
    yield "| " + " | ".join(names) + " |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for m in view.mim_rows():
        edition = f"{code(m.edition, 20)} " if len(view.editions) > 1 else ""
        title = words.catalogue(f"mim.{m.mim}.title", m.title)
        mim = f"{edition}{said(m.mim, 20)} {said(title, 80)}"
        counts = (str(n) for n in (m.total, m.met, m.not_met, m.open, m.beyond))
        yield "| " + " | ".join([mim, words.of("group", m.verdict), *counts]) + " |"


def _open(view: View) -> Iterator[str]:
    words = view.words
    for verdict in ("not_met", *OPEN):
        items = view.required(verdict)
        if items:
            yield f"\n**{words.of('verdict', verdict)}: {len(items)}**\n"
        for item in items:
            yield f"- {code(item.label, 60)} {said(item.row['statement'])}"
            for outcome, ids in view.supporting(item.row):
                named = " ".join(code(c, 60) for c in ids)
                yield f"  - {words('req.supporting')}, {words.of('outcome', outcome)}: {named}"


def _evidence(view: View) -> Iterator[str]:
    found = view.unsound()
    if found:
        yield f"\n**{view.words('evidence.title')}: {len(found)}**\n"
    for about, document in found:
        state = view.words.of("evidence", document["state"])
        yield f"- {code(about, 120)} {code(document['locator'])}: {state}"


def _failed(view: View) -> Iterator[str]:
    words = view.words
    failures = view.failures()
    if failures:
        number, folded = len(view.checks("failed")), words("checks.folded", n=len(failures))
        yield f"\n### {words('checks.failed')}: {number}\n\n{folded}\n"
    for failure in failures:
        check = failure.head
        yield f"- **{code(check['id'], 60)}** {said(check['title'])} ({words.of('strength', check['strength'])})"
        rows = [
            ("check.clause", check["clause"]),
            ("check.expected", check["expected"]),
            ("check.received", check["received"]),
            ("check.reason", reason_message(check)),
            ("check.suspect", view.suspect(check)),
            ("check.exchanges", ", ".join(check["exchanges"][:10])),
        ]
        yield from (f"  - {words(key)}: {said(value)}" for key, value in rows if value)
        if failure.follows:
            named = " ".join(code(c["id"], 60) for c in failure.follows)
            yield f"  - {words('checks.follow')}: {len(failure.follows)} {named}"


def _causes(view: View) -> Iterator[str]:
    words = view.words
    causes = view.causes()
    if causes:
        yield f"\n### {words('checks.open')}: {sum(len(c.checks) for c in causes)}\n"
    for cause in causes:
        yield (
            f"- **{words.of('outcome', cause.outcome)}: {len(cause.checks)}** "
            f"{_cause(view, cause)} {said(cause.message)}"
        )
        yield "  " + " ".join(code(c["id"], 60) for c in cause.checks)


def _cause(view: View, cause: Cause) -> str:
    known = not cause.code or view.words.knows_reason(cause.code)
    return view.cause_sentence(cause) if known else code(cause.code)


def _sums(view: View) -> Iterator[str]:
    """How many of each, so that the pages can be compared."""
    words = view.words
    items = (f"{words.of('verdict', v)}: {n}" for v, n in view.all_verdicts())
    checks = (f"{words.of('outcome', o)}: {n}" for o, n in view.all_outcomes())
    yield f"\n{words('req.title')}: " + " · ".join(items)
    yield f"\n{words('checks.title')}: " + " · ".join(checks)
