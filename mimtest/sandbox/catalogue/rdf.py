"""Statements, and how they are written: Turtle, JSON-LD and RDF/XML."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from mimtest.sandbox.http import dump

NAMES: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text, with its language or the short name of its data type."""

    value: str
    language: str | None = None
    kind: str | None = None


#: What is said, the property by its short name; a str is an IRI.
Statement = tuple[str, str, str | Text]


def turtle(statements: Iterable[Statement]) -> bytes:
    """Turtle."""
    lines = [f"@prefix {n}: <{iri}> ." for n, iri in NAMES.items()]
    for subject, said in _by_subject(statements).items():
        parts = [f"    {p} {_term(o)}" for p, o in said]
        lines.append(f"\n<{subject}>\n" + " ;\n".join(parts) + " .")
    return "\n".join(lines).encode() + b"\n"


def json_ld(statements: Iterable[Statement]) -> bytes:
    """JSON-LD with its own @context."""
    nodes = []
    for subject, said in _by_subject(statements).items():
        node: dict[str, Any] = {"@id": subject}
        for name, value in said:
            if name == "rdf:type":
                node.setdefault("@type", []).append(_long(value))
            else:
                node.setdefault(name, []).append(_value(value))
        nodes.append(node)
    return dump({"@context": NAMES, "@graph": nodes})


def rdf_xml(statements: Iterable[Statement]) -> bytes:
    """RDF/XML."""
    names = " ".join(f"xmlns:{n}={quoteattr(iri)}" for n, iri in NAMES.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF {names}>"]
    for subject, said in _by_subject(statements).items():
        lines.append(f"<rdf:Description rdf:about={quoteattr(subject)}>")
        lines += [_element(p, o) for p, o in said]
        lines.append("</rdf:Description>")
    return "\n".join([*lines, "</rdf:RDF>\n"]).encode()


#: Media types with what writes them, and the endings of names that ask for them.
FORMS: Final[Mapping[str, Callable[[Iterable[Statement]], bytes]]] = {
    "text/turtle": turtle,
    "application/ld+json": json_ld,
    "application/rdf+xml": rdf_xml,
}
ENDINGS: Final[Mapping[str, str]] = dict(zip((".ttl", ".jsonld", ".rdf"), FORMS, strict=True))


def _by_subject(statements: Iterable[Statement]) -> dict[str, list[tuple[str, str | Text]]]:
    found: dict[str, list[tuple[str, str | Text]]] = {}
    for subject, name, value in statements:
        found.setdefault(subject, []).append((name, value))
    return found


def _long(name: str | Text) -> str:
    prefix, _, rest = str(name).partition(":")
    return f"{NAMES[prefix]}{rest}" if prefix in NAMES else str(name)


def _term(value: str | Text) -> str:
    if isinstance(value, str):
        return f"<{_long(value)}>"
    mark = f"@{value.language}" if value.language else f"^^{value.kind}" if value.kind else ""
    return json.dumps(value.value, ensure_ascii=False) + mark


def _value(value: str | Text) -> Any:
    if isinstance(value, str):
        return {"@id": _long(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    return {"@value": value.value, "@type": value.kind} if value.kind else value.value


def _element(name: str, value: str | Text) -> str:
    if isinstance(value, str):
        return f"<{name} rdf:resource={quoteattr(_long(value))}/>"
    mark = f' xml:lang="{value.language}"' if value.language else ""
    mark = f' rdf:datatype="{_long(value.kind)}"' if value.kind else mark
    return f"<{name}{mark}>{escape(value.value)}</{name}>"
