"""Several reports side by side: a static site that needs no server and no script, and ranks nothing.

Products stand in the order of the alphabet, requirements in that of the catalogue. Every page is a pure function of
the reports, so the same reports give the same bytes in whatever order they are named.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.rendering import RENDERERS
from mimtest.rendering.bids import Bid, folder_of
from mimtest.rendering.page import fill, style_sheet
from mimtest.rendering.rows import slug
from mimtest.rendering.words import Words, load

#: More reports than this are not compared two at a time: nobody reads a hundred pages of pairs.
MOST_PAIRED: Final = 12
#: The pages and files of each report, by the renderer that makes them.
_OWN: Final = {"report.html": "html", "summary.html": "summary", "report.json": "json"}
#: Differences that lie in the tests and not in the products.
_TEST: Final = (
    *("profile", "edition", "catalogue", "rules", "tool"),
    *("level", "checks", "incomplete", "mode", "seed"),
)

#: Compares two reports: what `mimtest compare --json` prints.
Compare = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
#: A path inside the site, with `/`, and the text of the file.
File = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mim:
    """A MIM of an edition that at least one report judges."""

    key: tuple[str, str]
    label: str
    title: str
    question: str
    path: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports, the older one first, and the page that compares them."""

    a: Bid
    b: Bid
    path: str


def own_pages(report: Mapping[str, Any], *, lang: str = "en") -> Iterator[File]:
    """The pages of one whole report, in its folder."""
    for name, form in _OWN.items():
        yield f"reports/{folder_of(report)}/{name}", RENDERERS[form](report, lang=lang)


def side_by_side(
    reports: Iterable[Mapping[str, Any]], compare: Compare, *, lang: str = "en"
) -> Iterator[File]:
    """The pages that put reports beside each other. Raises UsageError for a report that is named twice."""
    bids = sorted(map(Bid.of, reports), key=lambda b: b.order)
    names = [b.name for b in bids]
    twice = next((b for b in bids if names.count(b.name) > 1), None)
    if twice is not None:
        message = f"The report {twice.short} on {twice.product} is named twice."
        raise UsageError(message, "Name each report once.")
    words, mims, pairs = load(lang), _mims(bids), _pairs(bids)
    css = style_sheet()
    given = {"t": words, "bids": bids, "twins": _twins(bids)}
    unlike = _unlike(bids, compare, words)
    overview = {"mims": mims, "pairs": pairs, "most": MOST_PAIRED, "unlike": unlike}
    yield "index.html", fill("site_index.html.j2", css, **overview, **given)
    for mim in mims:
        yield mim.path, fill("site_mim.html.j2", css, mim=mim, rows=_rows(bids, mim), **given)
    for pair in pairs:
        yield pair.path, _pair_page(pair, compare(pair.a.report, pair.b.report), words, css)


def _twins(bids: Iterable[Bid]) -> frozenset[str]:
    """The folders of reports on one version of one product, which need more than its name."""
    known: dict[tuple[str, str], list[str]] = {}
    for bid in bids:
        known.setdefault((bid.product, bid.version), []).append(bid.name)
    return frozenset(n for names in known.values() if len(names) > 1 for n in names)


def _unlike(bids: Sequence[Bid], compare: Compare, words: Words) -> list[str]:
    """In what the tests differ, the products and what is claimed for them aside."""
    found = {d["code"] for b in bids for d in compare(bids[0].report, b.report)["differences"]}
    return [words.of("cmp.condition", c) for c in _TEST if c in found]


def _mims(bids: Sequence[Bid]) -> list[Mim]:
    """The MIMs of all reports in catalogue order, those nobody claims in an older edition left out."""
    editions = {a["edition"]: a for b in bids for a in b.report["assessments"]}
    found = dict.fromkeys(
        (edition["edition"], entry["mim"])
        for edition in _in_order(bids, editions)
        for entry in edition["summary"]["byMim"]
    )
    current = next(iter(found), ("", ""))[0]
    return [
        _mim(key, editions[key[0]], key[0] == current)
        for key in found
        if key[0] == current or any(b.groups.get(key) not in (None, "out_of_scope") for b in bids)
    ]


def _in_order(
    bids: Iterable[Bid], editions: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The editions: those that reports judge first come first, the newest of them at the front."""
    first = {b.report["assessments"][0]["edition"] for b in bids if b.report["assessments"]}
    newest = sorted(editions, key=lambda e: (e in first, "." in e, _numbers(e), e), reverse=True)
    yield from (editions[e] for e in newest)


def _numbers(edition: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d{1,9}", edition)]


def _mim(key: tuple[str, str], edition: Mapping[str, Any], is_current: bool) -> Mim:  # noqa: FBT001
    about = edition["mims"].get(key[1], {})
    return Mim(
        key=key,
        label=key[1] if is_current else f"{key[0]} {key[1]}",
        title=about.get("title") or "",
        question=about.get("question") or "",
        path=f"mims/{slug('m', *key)}.html",
    )


def _rows(bids: Iterable[Bid], mim: Mim) -> list[Mapping[str, Any]]:
    """The requirements of a MIM in catalogue order; what only an older catalogue lists comes last."""
    edition, name = mim.key
    found: dict[str, Mapping[str, Any]] = {}
    for bid in bids:
        for row in bid.rows.values():
            if row["mim"] == name and row["id"].startswith(f"{edition}/"):
                found.setdefault(row["id"], row)
    return [r | {"label": _label(r["id"])} for r in map(dict, found.values())]


def _label(full_id: str) -> str:
    return full_id.partition("/")[2].replace("/", " ")


def _pairs(bids: Sequence[Bid]) -> list[Pair]:
    if len(bids) > MOST_PAIRED:
        return []
    return [_pair(*sorted(two, key=lambda b: (b.ended, b.order))) for two in combinations(bids, 2)]


def _pair(a: Bid, b: Bid) -> Pair:
    return Pair(a, b, f"pairs/{a.short}-{b.short}.html")


def _pair_page(pair: Pair, found: Mapping[str, Any], words: Words, css: str) -> str:
    two_products = any(d["code"] == "product" for d in found["differences"])
    statements = {n: r["statement"] for bid in (pair.b, pair.a) for n, r in bid.rows.items()}
    rows = [
        row
        | {
            "label": row["id"].replace("/", " "),
            "statement": statements[row["id"]],
            "word": _word(row, two_products),
            "changed": row["a"] != row["b"],
            "why": () if two_products else row["why"],
        }
        for row in map(dict, found["requirements"])
    ]
    counted = [r["word"] for r in rows]
    return fill(
        "site_pair.html.j2",
        css,
        t=words,
        a=pair.a,
        b=pair.b,
        c=found,
        rows=rows,
        sums=[(w, counted.count(w)) for w in dict.fromkeys(counted)],
        two_products=two_products,
    )


def _word(row: Mapping[str, Any], two_products: bool) -> str:  # noqa: FBT001
    """The key of the word for a row: of two products none is better or worse."""
    if two_products:
        return "site.same" if row["a"] == row["b"] else "site.differs"
    return f"cmp.change.{row['change']}"
