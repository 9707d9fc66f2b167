"""What is published of a model: documents that anybody can fetch, and what mimtest reads out of them."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.models.graph import SYNTAXES, Graph, graph_of_json_ld, graph_of_rdf
from mimtest.models.mapping import Mapped, mapping_of
from mimtest.network.client import Answer, Client
from mimtest.target import Interface, Model, Target
from mimtest.vocabulary.expect import assert_status, fail
from mimtest.vocabulary.models import Documents

#: The kinds of interface by way of which published documents are looked at: of a target the first one is used.
KINDS: Final = ("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")
#: What is asked for of a page for people.
PAGES: Final = "text/html, text/markdown;q=0.9, text/plain;q=0.8, */*;q=0.1"
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_JSON: Final = re.compile(r"application/([\w.-]+\+)?json")
_RDF: Final = "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
_TAG: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_VERSION: Final = re.compile(
    r"(?<![\w.])v?\d+(\.\d+){1,3}([-+][\w.]+)?(?!\w)|(?<=/)v\d+(?=/)|\d{4}-\d\d(-\d\d)?"
)
_SCRIPT: Final = re.compile(r"<script\b", re.IGNORECASE)
#: A page with scripts and fewer letters than these is made in the browser.
_FEW: Final = 200
_VERSION_MEMBERS: Final = (
    "version", "$schemaVersion", "schemaVersion", "modelVersion", "x-version", "owl:versionInfo",
)  # fmt: skip


def is_address(reference: str) -> bool:
    """Whether a claim names something on the web."""
    return reference.lower().startswith(("http://", "https://"))


def require_first(interface: Interface, target: Target) -> None:
    """Raise NotApplicable on all but the first interface by way of which documents are looked at."""
    first = target.of_kind(KINDS)[0]
    if interface != first:
        raise NotApplicable("looked_at_elsewhere", f"looked at by way of interfaces.{first.name}")


class OpenDocuments:
    """Published documents, each fetched once and without credentials. Reading one makes it evidence."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._answers: dict[tuple[str, str], Answer] = {}
        self._graphs: dict[str, Graph] = {}

    def get(self, reference: str, what: str, accept: str = "*/*") -> Answer:
        """The document at an address, which is open to everybody.

        Redirects are followed. Raises Inconclusive for a file, and for an address that is not in scope,
        Contradiction for one that has no document for whoever asks.
        """
        if not is_address(reference):
            detail = (
                f"{what} is claimed as the file {reference}: whether it is published is not seen"
            )
            raise Inconclusive("unresolved_reference", detail)
        address = reference.partition("#")[0]
        key = (address, accept)
        if key not in self._answers:
            self._answers[key] = self._fetch(address, accept)
        answer = self._answers[key]
        if answer.status in (401, 403):
            fail(
                f"{what} is not open: {answer.url} wants credentials",
                expected="status 200 without credentials",
                received=f"status {answer.status}",
            )
        return assert_status(answer, 200, what=f"{what} at {answer.url}")

    def graph(self, answer: Answer, documents: Documents) -> Graph:
        """The statements of a catalogue. Raises Contradiction when it is in no syntax of RDF."""
        if answer.id not in self._graphs:
            self._graphs[answer.id] = _graph_in(answer, documents)
        return self._graphs[answer.id]

    def _fetch(self, address: str, accept: str) -> Answer:
        answer = self._ask(address, accept)
        for _ in range(_MOST_REDIRECTS):
            if answer.received.status not in _REDIRECTS or not answer.location:
                break
            answer = self._ask(answer.location, accept)
        return answer

    def _ask(self, address: str, accept: str) -> Answer:
        """GET as somebody who knows nothing of the interface."""
        own = tuple(self._client.interface.headers)
        return self._client.get(address, auth=False, without=own, headers={"Accept": accept})


def _graph_in(answer: Answer, documents: Documents) -> Graph:
    if _JSON.fullmatch(answer.media_type):
        return graph_of_json_ld(answer.json(), answer.url, documents.get)
    if answer.media_type in SYNTAXES:
        return graph_of_rdf(answer.body, answer.media_type, answer.url)
    raise Contradiction(
        f"the catalogue at {answer.url} is not machine-readable",
        expected=f"application/ld+json, {', '.join(SYNTAXES)}",
        received=answer.media_type or "no Content-Type",
    )


def assert_json(answer: Answer, what: str) -> Any:
    """The JSON value of a document whose media type says that it is JSON."""
    __tracebackhide__ = True
    if not _JSON.fullmatch(answer.media_type):
        fail(
            f"{what} does not come as JSON",
            expected="a media type of JSON, such as application/schema+json",
            received=answer.media_type or "no Content-Type",
        )
    return answer.json()


def words_of(answer: Answer) -> str:
    """The text of a page for people. Raises Inconclusive for what is no text, such as PDF."""
    kind = answer.media_type
    if kind in ("text/html", "application/xhtml+xml"):
        words = unescape(_TAG.sub(" ", answer.text()))
        if _SCRIPT.search(answer.text()) and len("".join(words.split())) < _FEW:
            detail = f"{answer.url} is made by a script, which a person has to look at"
            raise Inconclusive("needs_review", detail)
        return words
    if (
        kind.startswith("text/")
        or _JSON.fullmatch(kind)
        or kind in ("application/yaml", "application/xml")
    ):
        return answer.text()
    detail = f"{answer.url} comes as {kind or 'no media type'}, which a person has to read"
    raise Inconclusive("needs_review", detail)


def mentions(text: str, name: str, *, any_case: bool = False) -> bool:
    """Whether a text has a name as a word of its own."""
    flags = re.IGNORECASE if any_case else 0
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


def versions_of(document: Any, address: str) -> list[str]:
    """The versions that a schema, or the address it is at, tells."""
    held = document if isinstance(document, dict) else {}
    told = [str(held[m]) for m in _VERSION_MEMBERS if held.get(m)]
    places = (address.partition("://")[2].partition("/")[2], str(held.get("$id", "")))
    return told + [m[0] for p in places for m in [_VERSION.search(p)] if m]


def mapping_at(answer: Answer) -> Mapped:
    """The mapping in a document. Raises as `mapping_of` does."""
    __tracebackhide__ = True
    return mapping_of(answer.media_type, answer.text())


#: What mechanism M1 of MIM2 has for every model (M1-3.1, M1-3.6).
_OWED: Final = frozenset(("schema", "context", "documentation", "examples", "catalogue"))
#: What also a product that uses a standard model has itself.
_OF_EVERY: Final = frozenset(("catalogue",))


@dataclass(frozen=True)
class Claim:
    """A claimed model whose documents are looked at, and where they are.

    `owed` says that the product claims the mechanism by which every model has documents (MIM2, M1).
    """

    model: Model
    open: OpenDocuments
    documents: Documents
    owed: bool = False

    def named(self, key: str) -> str:
        """What the claim names under a key. Raises NotApplicable when it names nothing, Inconclusive when it is owed."""
        value = getattr(self.model, key)
        if not value:
            place = f"claims.models.{self.model.entity_type}"
            if self.owed and key in (_OF_EVERY if self.model.name else _OWED):
                detail = f"{place} names no {key}, which mechanism M1 of MIM2 has for every model"
                raise Inconclusive("model_not_claimed", detail)
            raise NotApplicable("model_not_claimed", f"{place} names no {key}")
        return str(value)

    def document(self, key: str, accept: str = "*/*") -> Answer:
        """The published document that the claim names under a key."""
        __tracebackhide__ = True
        what = f"the {key} of {self.model.entity_type}"
        if is_address(self.named(key)) and self.documents.at_hand.entry(self.named(key)):
            detail = f"{what} is published with the standard model, not by the product"
            raise NotApplicable("model_not_claimed", detail)
        return self.open.get(self.named(key), what, accept)

    def graph(self) -> Graph:
        """What the claimed catalogue says. Raises Contradiction when it is not machine-readable."""
        __tracebackhide__ = True
        return self.open.graph(self.document("catalogue", _RDF), self.documents)
