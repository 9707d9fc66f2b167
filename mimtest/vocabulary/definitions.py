"""Whether a document on the web says what a type is, in a form machines read.

JSON-LD (as a context or as statements), JSON Schema, Turtle and N-Triples are known.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urldefrag

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.web_addresses import joined

_ACCEPT: Final = (
    "text/turtle, application/ld+json, application/n-triples;q=0.9, "
    "application/schema+json;q=0.8, application/json;q=0.5"
)
_TURTLE: Final = ("text/turtle", "application/n-triples", "text/plain")
_ELSEWHERE: Final = (301, 302, 303, 307, 308)
_MOST_HOPS: Final = 5
_OK: Final = 200
_PREFIX: Final = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^>\s]*)>", re.IGNORECASE)
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its IRI, and the short name by which a schema calls it."""

    iri: str
    name: str

    def other(self, word: str) -> "Kind":
        """A type beside it that nobody has defined."""
        start = self.iri[: len(self.iri) - len(self.name)]
        ends = start.endswith(("#", "/", ":")) and self.iri.endswith(self.name)
        return Kind(f"{start}{word}" if ends else f"{self.iri}{word}", word)


def visit(client: Client, address: str) -> Answer:
    """The document at an address, wherever it leads within scope. Raises OutOfScope, Inconclusive."""
    place = urldefrag(address).url
    for _ in range(_MOST_HOPS):
        answer = client.get(place, headers={"Accept": _ACCEPT})
        if answer.status not in _ELSEWHERE or not answer.location:
            return answer
        place = urldefrag(answer.location).url
    raise Inconclusive("redirected", f"{address} leads from one address to the next")


def defines(answer: Answer, kind: Kind) -> bool:
    """Whether the document has a statement on the type."""
    if answer.status != _OK:
        return False
    if answer.media_type in _TURTLE and _in_turtle(answer.text(), answer.url, kind.iri):
        return True
    try:
        document = answer.json()
    except Contradiction:
        return False
    return _in_json(document, kind)


def _in_turtle(text: str, base: str, iri: str) -> bool:
    """Whether a statement begins with the IRI, in full, below a prefix or relative to the document."""
    subjects = {f"<{iri}>"}
    for prefix, namespace in _PREFIX.findall(text):
        start = joined(base, namespace)
        if start and iri.startswith(start):
            subjects.add(f"{prefix}:{iri.removeprefix(start)}")
    if urldefrag(iri).url == urldefrag(base).url and "#" in iri:
        subjects.add(f"<#{urldefrag(iri).fragment}>")
    starts = "|".join(map(re.escape, sorted(subjects)))
    return (
        re.search(rf"(?:^|[.\n])\s*(?:{starts})\s+(?:a\s|<[^>]+>|[\w.-]*:[\w.-]+)", text)
        is not None
    )


def _in_json(document: Any, kind: Kind) -> bool:
    parts = list(_parts(document, 0))
    contexts = [c for p in parts for c in _maps(p.get("@context"))]
    if any(_expanded(v, c) == kind.iri for c in contexts for v in c.values()):
        return True
    if any(_is_node_of(p, kind, contexts) for p in parts):
        return True
    return isinstance(document, dict) and _is_schema_of(document, kind)


def _parts(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _parts(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _parts(value.get("@graph"), depth + 1)


def _maps(context: Any) -> list[Mapping[str, Any]]:
    listed = context if isinstance(context, list) else [context]
    return [c for c in listed if isinstance(c, dict)]


def _expanded(value: Any, context: Mapping[str, Any]) -> str:
    """What a term or a compact IRI of a context stands for; as it is when nothing fits."""
    text = value.get("@id") if isinstance(value, dict) else value
    if not isinstance(text, str):
        return ""
    prefix, colon, rest = text.partition(":")
    start = context.get(prefix) if colon and not rest.startswith("//") else None
    start = start.get("@id") if isinstance(start, dict) else start
    return f"{start}{rest}" if isinstance(start, str) else text


def _is_node_of(part: Mapping[str, Any], kind: Kind, contexts: list[Mapping[str, Any]]) -> bool:
    """Whether it is a node that says something about the type."""
    own = part.get("@id", part.get("id"))
    names = [own, *(_expanded(own, c) for c in contexts)]
    return kind.iri in names and bool(part.keys() - {"@id", "id", "@context"})


def _is_schema_of(document: Mapping[str, Any], kind: Kind) -> bool:
    """Whether a JSON Schema is of this type: by the `type` it demands, its title or its address."""
    if not any(k in document for k in ("properties", "allOf", "anyOf", "oneOf", "$ref", "$defs")):
        return False
    if document.get("title") in (kind.name, kind.iri):
        return True
    return any(_demands(p, kind) for p in _branches(document, 0))


def _branches(schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, dict) and depth < _DEEPEST:
        yield schema
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key) or () if isinstance(schema.get(key), list) else ():
                yield from _branches(part, depth + 1)


def _demands(schema: Mapping[str, Any], kind: Kind) -> bool:
    properties = schema.get("properties")
    declared = properties.get("type") if isinstance(properties, dict) else None
    if not isinstance(declared, dict):
        return False
    listed = declared.get("enum")
    allowed = listed if isinstance(listed, list) else [declared.get("const")]
    return bool(allowed) and all(a in (kind.name, kind.iri) for a in allowed)


def assert_made_up_is_unknown(client: Client, kind: Kind, word: str) -> None:
    """A type that nobody defined is not defined where the type is. Raises Contradiction."""
    __tracebackhide__ = True
    other = kind.other(word)
    if defines(visit(client, other.iri), other):
        raise Contradiction(
            "a type that was made up has a definition, too",
            expected="none",
            received=f"a definition of {other.iri}",
        )


def is_followable(iri: str) -> bool:
    """Whether an IRI is an address that somebody else than NGSI-LD may have put something at."""
    return iri.startswith(("http://", "https://")) and not iri.startswith(DEFAULT_VOCABULARY)
