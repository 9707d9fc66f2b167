"""The documentation of a model, for people: made of its schema."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

PAGES: Final = ("documentation", "documentation.html", "documentation.md")


def documentation(
    file: str, name: str, schema: Mapping[str, Any], accept: str
) -> tuple[str, bytes]:
    """Media type and text of a page, in HTML unless Markdown is asked for."""
    markdown = file.endswith(".md") or (file in PAGES[:1] and accept.startswith("text/markdown"))
    lines = _markdown(name, schema) if markdown else _html(name, schema)
    kind = "text/markdown" if markdown else "text/html"
    return f"{kind}; charset=utf-8", "\n".join(lines).encode()


def _rows(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    required = schema.get("required", ())
    for name, rules in schema.get("properties", {}).items():
        always = "always" if name in required else ""
        yield name, always, rules.get("description", "")


def _html(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
    yield f"<h1>{name}</h1><p>{escape(schema.get('description', ''))}</p>"
    yield f'<p>Version {schema.get("version", "")}. <a href="schema.json">Its schema</a>.</p>'
    yield "<table><tr><th>Attribute<th>There<th>What it says</tr>"
    for row in _rows(schema):
        yield f"<tr><td>{'<td>'.join(escape(part) for part in row)}</tr>"
    yield "</table></html>"


def _markdown(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {name}\n\n{schema.get('description', '')}\n"
    yield f"Version {schema.get('version', '')}. [Its schema](schema.json).\n"
    yield "| Attribute | There | What it says |\n|---|---|---|"
    for row in _rows(schema):
        yield f"| {' | '.join(row)} |"
