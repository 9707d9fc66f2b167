"""RDF that is asked questions in SPARQL: what a server says of itself over several answers.

pyoxigraph, which the extra `rdf` installs, reads it. No address in it is ever looked up: an @context that a JSON-LD
document names is asked for only where the target file has its host.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary import xml

#: The media types under which RDF comes here, by what pyoxigraph reads them as.
SYNTAXES: Final[Mapping[str, str]] = {
    "text/turtle": "text/turtle",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "application/n-triples": "application/n-triples",
    "application/trig": "application/trig",
    "application/n-quads": "application/n-quads",
    "text/n3": "text/n3",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/json": "application/ld+json",
}
#: The media types that say nothing of a syntax, and the endings of addresses that do in their place.
_ANY: Final = ("", "text/plain", "application/octet-stream")
_ENDINGS: Final[Mapping[str, str]] = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".nt": "application/n-triples",
}
_JSON_LD: Final = "application/ld+json"
#: The names that questions use.
NAMES: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PROLOGUE: Final = "".join(f"PREFIX {n}: <{iri}>\n" for n, iri in NAMES.items())
_MOST: Final = 2_000_000
_UNSOUND: Final = re.compile(r"[\s<>\"{}|\\^`]")


def _library() -> Any:
    try:
        import pyoxigraph  # noqa: PLC0415 (an extra)
    except ImportError:
        detail = "RDF is read with the extra rdf: pip install 'mimtest[rdf]'"
        raise Inconclusive("needs_review", detail) from None
    return pyoxigraph


class Statements:
    """What answers say, each in a graph of its own."""

    def __init__(self, client: Client) -> None:
        self._ox = _library()
        self._client = client
        self._store = self._ox.Store()
        self._answers: list[Answer] = []
        #: What is not written as RDF has it, in documents that can be read all the same.
        self.flaws: list[str] = []

    def add(self, answer: Answer) -> str:
        """The graph that an answer's statements are in from now on. Raises Contradiction when it has none."""
        graph = f"mimtest:{len(self._answers)}"
        quads = self._parsed(answer)
        node = self._ox.NamedNode(graph)
        self._store.extend(self._ox.Quad(q.subject, q.predicate, q.object, node) for q in quads)
        self._answers.append(answer)
        if len(self) > _MOST:
            raise Inconclusive("too_large", f"there are more than {_MOST} statements")
        return graph

    def __len__(self) -> int:
        return len(self._store)

    def ask(self, pattern: str) -> bool:
        """Whether the pattern is there. What was read becomes evidence."""
        return bool(self._query(f"ASK {{ {pattern} }}"))

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """The solutions of a SELECT: IRIs as `<…>`, texts as they are, None for what is unbound."""
        return [tuple(map(_plain, row)) for row in self._query(question)]

    def terms(self, question: str) -> list[tuple[Any, ...]]:
        """The solutions of a SELECT, as terms of pyoxigraph: for their data types and languages."""
        return [tuple(row) for row in self._query(question)]

    def _query(self, question: str) -> Any:
        for answer in self._answers:
            assert answer.status  # looked at: it is evidence of whoever asks
        return self._store.query(_PROLOGUE + question, use_default_graph_as_union=True)

    def _parsed(self, answer: Answer) -> list[Any]:
        syntax = syntax_of(answer)
        if syntax is None:
            raise Contradiction(
                f"{answer.url} does not come in a syntax of RDF",
                expected="text/turtle, application/ld+json or application/rdf+xml",
                received=answer.media_type or "no Content-Type",
            )
        return self.parsed(answer, syntax)

    def parsed(self, answer: Answer, syntax: str) -> list[Any]:
        """The statements of an answer, read as one of the syntaxes. Raises Contradiction when they are none.

        A wrong IRI or tag of a language spoils no document, but is noted in `flaws`. Entities of XML, and what is
        nested deeper than documents are, is not read: Inconclusive.
        """
        if syntax == "application/rdf+xml":
            xml.read(answer.body, answer.url)
        if syntax == _JSON_LD:
            parse_json(answer.body)
        try:
            return self._read(answer.body, syntax, answer.url)
        except SyntaxError as error:
            if syntax == _JSON_LD:
                return self._expanded(answer)
            return self._tolerated(answer, syntax, str(error)[:300])

    def _tolerated(self, answer: Answer, syntax: str, flaw: str) -> list[Any]:
        try:
            found = self._read(answer.body, syntax, answer.url, lenient=True)
        except SyntaxError:
            message = f"{answer.url} is no {syntax}"
            raise Contradiction(message, expected=syntax, received=flaw) from None
        self.flaws.append(f"{answer.url}: {flaw}")
        return found

    def _read(self, body: bytes, syntax: str, base: str, *, lenient: bool = False) -> list[Any]:
        form = self._ox.RdfFormat.from_media_type(syntax)
        options = {"base_iri": base, "rename_blank_nodes": True, "lenient": lenient}
        return list(self._ox.parse(body, format=form, **options))

    def _expanded(self, answer: Answer) -> list[Any]:
        """JSON-LD whose @context is elsewhere, by pyld."""
        from pyld import jsonld  # noqa: PLC0415 (slow to start, and seldom needed)

        unread: list[Exception] = []

        def fetch(url: str, _: Any) -> dict[str, Any]:
            try:
                found = self._context(answer, url)
            except Exception as error:
                unread.append(error)
                raise
            return {"contextUrl": None, "documentUrl": url, "document": found, "tag": "static"}

        options = {
            "base": answer.url,
            "documentLoader": fetch,
            "format": "application/n-quads",
            "processingMode": "json-ld-1.1",
        }
        try:
            text = jsonld.to_rdf(answer.json(), options)
        except jsonld.JsonLdError as error:
            if unread:
                raise unread[0] from None
            raise Contradiction(
                f"{answer.url} is no JSON-LD", expected="JSON-LD 1.1", received=str(error)[:300]
            ) from None
        return self._read(text.encode(), "application/n-quads", answer.url)

    def _context(self, answer: Answer, url: str) -> Any:
        """A document that JSON-LD names as its @context."""
        try:
            return self._client.get(url, headers={"Accept": _JSON_LD}).json()
        except OutOfScope:
            detail = f"the JSON-LD at {answer.url} has its @context at {url}, at no host of the target file"
            raise OutOfScope("out_of_scope", detail) from None


def syntax_of(answer: Answer) -> str | None:
    """The syntax in which an answer comes: by its media type, or by its address where that says nothing."""
    if answer.media_type in _ANY:
        path = urlsplit(answer.url).path
        return next((kind for end, kind in _ENDINGS.items() if path.endswith(end)), None)
    return SYNTAXES.get(answer.media_type)


def iri(text: str) -> str:
    """An IRI as SPARQL has it. Raises Contradiction for a text that is none."""
    if _UNSOUND.search(text):
        raise Contradiction("an address is no IRI", expected="an IRI", received=text[:300])
    return f"<{text}>"


def literal(text: str) -> str:
    """A text as SPARQL has it."""
    return json.dumps(text)


def _plain(term: Any) -> Any:
    if term is None:
        return None
    return str(term) if not hasattr(term, "datatype") else term.value
