"""The supplier's declaration as a PDF to complete by hand and sign (extra `pdf`); it is linked to the report by its digest."""

from collections.abc import Iterator, Mapping
from typing import Any

from mimtest.rendering.declaration import declaration
from mimtest.rendering.pdf_file import pdf_of
from mimtest.rendering.view import View
from mimtest.rendering.words import Words

_COLUMNS = ("id", "text", "declared", "evidence", "tested")


def render(report: Mapping[str, Any], *, lang: str = "en") -> bytes:
    """`declaration.pdf`."""
    view = View.of(report, lang)
    data, words = declaration(view), view.words
    shown = {
        "heading": data["title"],
        "status": data["status"],
        "id": {"label": words("decl.id"), "text": data["id"]},
        "sections": [
            {"title": words(f"decl.{key}"), "rows": rows}
            for key, rows in _sections(words, data).items()
        ],
        "table": {
            "heads": [words(f"decl.col.{c}") for c in _COLUMNS],
            "rows": [[*_row(words, r)] for r in data["requirements"]],
        },
    }
    return pdf_of("declaration", view, shown, title=f"{data['title']}: {_named(data)}")


def _named(data: Mapping[str, Any]) -> str:
    return f"{data['object']['product']} {data['object']['version']}"


def _sections(words: Words, data: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The numbered parts in their order: a label and a text each; an empty text is a line to write on."""
    about, paper, signer = data["object"], data["supporting"], data["signedBy"]
    return {
        "issuer": _facts(words, data["issuer"], ("name", "address", "contact")),
        "object": [
            *_facts(words, about, ("product", "version", "configuration")),
            *({"label": "", "text": [*_place(i)]} for i in about["interfaces"]),
        ],
        "statement.title": [{"label": "", "text": data["statement"]}],
        "requirements": [],
        "supporting": [
            {"label": "", "text": paper["kind"]},
            {"label": words("decl.report"), "text": paper["reportId"]},
            {"label": words("decl.sha256"), "text": paper["sha256"]},
            {"label": words("decl.tested_at"), "text": paper["testedAt"]},
            {"label": "", "text": paper["notices"]},
        ],
        "further": [
            {"label": "", "text": data["further"] or ""},
            {"label": words("decl.until"), "text": data["validUntil"] or ""},
        ],
        "signed": [
            *_facts(words, data, ("place", "date")),
            *_facts(words, signer, ("name", "function", "signature")),
        ],
    }


def _facts(words: Words, values: Mapping[str, Any], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"label": words(f"decl.{k}"), "text": values[k] or ""} for k in keys]


def _place(interface: Mapping[str, Any]) -> Iterator[str]:
    yield from (interface[k] for k in ("name", "kind", "version", "url") if interface[k])


def _row(words: Words, row: Mapping[str, Any]) -> Iterator[list[Any]]:
    """The cells of a requirement, each a list of texts."""
    yield [row["id"]]
    yield [words.english(row["text"])]
    planned = row["plannedFor"]
    yield [
        words.of("declared", row["declared"]) if row["declared"] else "",
        words("declared.planned", when=planned) if planned else "",
    ]
    yield [
        f"{e['locator']} ({e['digest']})" if e["digest"] else e["locator"] for e in row["evidence"]
    ]
    yield [words.of("verdict", row["tested"])]
