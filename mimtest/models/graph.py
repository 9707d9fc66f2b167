"""RDF as far as catalogues need it: statements, and what is said of a thing.

JSON-LD is read with pyld; Turtle, N-Triples and RDF/XML with pyoxigraph, which the extra `rdf` installs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from mimtest.errors import Contradiction, Inconclusive, Unsettled

RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: The media types read here, by what reads them.
SYNTAXES: Final[Mapping[str, str]] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "text/n3": "n3",
}
_KINDS: Final[Mapping[str, Literal["iri", "blank", "literal"]]] = {
    "IRI": "iri",
    "blank node": "blank",
    "literal": "literal",
}
_MOST: Final = 500_000
#: What pyld raises for input beyond its own checks.
_TRIPS: Final = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A thing or a text. A blank node has the name its document gave it."""

    kind: Literal["iri", "blank", "literal"]
    value: str

    def __str__(self) -> str:
        return f"<{self.value}>" if self.kind == "iri" else self.value


Statement = tuple[Term, str, Term]


class Graph:
    """Statements, by what they are about and by what they lead to."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._out: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self._in: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self.size = 0
        for subject, predicate, held in statements:
            self._out[subject].append((predicate, held))
            self._in[held].append((predicate, subject))
            self.size += 1
            if self.size > _MOST:
                raise Inconclusive("too_large", f"the catalogue has more than {_MOST} statements")

    def of(self, thing: Term, *predicates: str) -> list[Term]:
        """What a thing is said to have under any of these predicates; under all where none is named."""
        held = self._out.get(thing, ())
        return [o for p, o in held if not predicates or p in predicates]

    def to(self, thing: Term, *predicates: str) -> list[Term]:
        """What leads to a thing by any of these predicates; by all where none is named."""
        held = self._in.get(thing, ())
        return [s for p, s in held if not predicates or p in predicates]

    def a(self, *classes: str) -> list[Term]:
        """The things of any of these classes."""
        found = [s for c in classes for s in self.to(Term("iri", c), RDF_TYPE)]
        return list(dict.fromkeys(found))

    def around(self, thing: Term, steps: int = 2) -> set[Term]:
        """What a thing leads to in so many steps, itself included."""
        seen, edge = {thing}, [thing]
        for _ in range(steps):
            edge = [o for t in edge for o in self.of(t) if o not in seen]
            seen |= set(edge)
        return seen

    @property
    def things(self) -> list[Term]:
        """Everything that something is said of."""
        return list(self._out)

    @property
    def predicates(self) -> frozenset[str]:
        """Every property by which something is said."""
        return frozenset(p for said in self._out.values() for p, _ in said)


def graph_of_json_ld(document: Any, base: str, load: Callable[[str], Any]) -> Graph:
    """The statements of a JSON-LD document; `load` gives the @contexts it names.

    Raises Contradiction when it is no JSON-LD, Unsettled as `load` does.
    """
    from pyld import jsonld  # noqa: PLC0415 (slow to start, and seldom needed)

    def fetch(url: str, _options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": load(url), "tag": "static"}

    options = {"base": base, "documentLoader": fetch, "processingMode": "json-ld-1.1"}
    try:
        dataset = jsonld.to_rdf(document, options)
    except (jsonld.JsonLdError, Unsettled, Contradiction, *_TRIPS) as error:
        _raise_cause(error)
        code = getattr(error, "code", None) or type(error).__name__
        msg = "the document is no JSON-LD"
        raise Contradiction(
            msg, expected="JSON-LD 1.1", received=f"{code}: {error}"[:300]
        ) from None
    return Graph(_statement(t) for triples in dataset.values() for t in triples)


def graph_of_rdf(body: bytes, media_type: str, base: str) -> Graph:
    """The statements of a document in Turtle or another syntax of RDF.

    Raises Contradiction when it is none, Inconclusive (needs_review) where pyoxigraph is not installed.
    """
    try:
        import pyoxigraph as ox  # noqa: PLC0415 (an extra)
    except ImportError:
        detail = f"{media_type} is read with the extra rdf: pip install 'mimtest[rdf]'"
        raise Inconclusive("needs_review", detail) from None
    syntax = ox.RdfFormat.from_media_type(media_type)
    if syntax == ox.RdfFormat.RDF_XML and b"<!ENTITY" in body:
        detail = f"{base} is XML with definitions of its own (DOCTYPE), which are not read"
        raise Inconclusive("needs_review", detail)
    if syntax is None:
        raise Inconclusive("needs_review", f"mimtest does not read RDF in {media_type}")
    try:
        return Graph(_quads(ox.parse(body, format=syntax, base_iri=base), ox))
    except SyntaxError as error:
        msg = f"the document is not RDF in {media_type}"
        raise Contradiction(msg, expected=media_type, received=str(error)[:300]) from None


def graph_of_terms(rows: Iterable[tuple[Any, Any, Any]]) -> Graph:
    """The statements that a question in SPARQL found: subject, predicate and object as pyoxigraph has them."""
    kinds = {"NamedNode": "iri", "BlankNode": "blank", "Literal": "literal"}

    def term(node: Any) -> Term:
        return Term(kinds[type(node).__name__], node.value)  # type: ignore[arg-type]

    return Graph((term(s), p.value, term(o)) for s, p, o in rows)


def _quads(quads: Iterable[Any], ox: Any) -> Iterator[Statement]:
    kinds = {ox.NamedNode: "iri", ox.BlankNode: "blank", ox.Literal: "literal"}

    def term(node: Any) -> Term:
        return Term(kinds[type(node)], node.value)  # type: ignore[arg-type]

    for quad in quads:
        if type(quad.subject) in kinds and type(quad.object) in kinds:
            yield term(quad.subject), quad.predicate.value, term(quad.object)


def _statement(triple: Mapping[str, Any]) -> Statement:
    subject, held = triple["subject"], triple["object"]
    return (
        Term(_KINDS[subject["type"]], subject["value"]),
        triple["predicate"]["value"],
        Term(_KINDS[held["type"]], str(held["value"])),
    )


def _raise_cause(error: BaseException | None) -> None:
    """Let what the loader raised through, however deep pyld has wrapped it."""
    while error is not None:
        if isinstance(error, Unsettled | Contradiction):
            raise error
        error = getattr(error, "cause", None) or error.__cause__
