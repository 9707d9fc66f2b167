"""@context documents of our own: the names they give, and their addresses for products that fetch them.

The names lie in a namespace of this process alone, so that no data of others has them.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Inconclusive, Unanswered
from mimtest.network.client import Client
from mimtest.network.hosting import Hosting
from mimtest.network.incoming import Reply
from mimtest.target import Level
from mimtest.vocabulary.ngsild import CONTEXT_RELATION, JSON, JSON_LD, Broker, own_id

#: The terms each of our contexts has, besides the prefix `ex:` for any further name.
TERMS: Final = ("MtRoom", "MtThing", "addr", "inRoom", "label", "open", "seen", "tags", "temp")
#: Words of the core context that nobody may give another meaning (GS CIM 009 5.5.7).
CORE_WORDS: Final = ("id", "type", "observedAt", "Property")
#: How long, in seconds, the @context of the address `brief` may be kept.
BRIEF: Final = 1
_HELD: Final = 60.0
_REFUSING_PORT: Final = 1


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What our terms stand for: `one` is the namespace of C1, `other` that of C2."""

    one: str
    other: str

    @property
    def terms(self) -> dict[str, Any]:
        """C1: our terms, and the prefix `ex`."""
        return _terms(self.one)

    @property
    def others(self) -> dict[str, Any]:
        """C2: the same terms and prefix with other meanings."""
        return _terms(self.other)

    @property
    def redefining(self) -> dict[str, Any]:
        """C4: C1 and new meanings for words of the core context."""
        return self.terms | {word: f"{self.one}{word}" for word in CORE_WORDS}

    def iri(self, name: str) -> str:
        """What a name means under C1."""
        return f"{self.one}{name}"

    def other_iri(self, name: str) -> str:
        """What a name means under C2."""
        return f"{self.other}{name}"


def own_terms(run_id: str) -> OwnTerms:
    """Terms in new namespaces."""
    start = f"https://mimtest.example/{run_id}{secrets.token_hex(3)}"
    return OwnTerms(f"{start}/one#", f"{start}/other#")


def _terms(namespace: str) -> dict[str, Any]:
    return {"ex": namespace, **{term: f"{namespace}{term}" for term in TERMS}}


@dataclass(frozen=True, slots=True)
class Contexts:
    """Our @context documents at addresses the product can fetch them from."""

    own: OwnTerms
    client: Client
    hosting: Hosting
    start: str

    @property
    def terms(self) -> str:
        """C1: our terms, and the prefix `ex`."""
        return self.at("terms")

    @property
    def others(self) -> str:
        """C2: the same terms and prefix with other meanings."""
        return self.at("others")

    @property
    def imports(self) -> str:
        """C3: an array of C1 and one more term, `extra`."""
        return self.at("imports")

    @property
    def redefining(self) -> str:
        """C4: C1 and new meanings for words of the core context."""
        return self.at("redefining")

    @property
    def broken(self) -> dict[str, str]:
        """C5: what is no JSON, what holds no context, and what imports itself."""
        return {name: self.at(name) for name in ("no-json", "no-context", "cycle")}

    @property
    def missing(self) -> str:
        """C6: 404."""
        return self.at("missing")

    @property
    def hanging(self) -> str:
        """C7: no answer within a minute."""
        return self.at("hanging")

    @property
    def refused(self) -> str:
        """Nobody listens there."""
        parts = urlsplit(self.start)
        name = parts.netloc.removesuffix(f":{parts.port}")
        return f"http://{name}:{_REFUSING_PORT}/terms.jsonld"

    @property
    def brief(self) -> str:
        """C8: C1, to be kept for `BRIEF` seconds."""
        return self.at("brief")

    @property
    def plain(self) -> str:
        """C9: C1, as text/plain."""
        return self.at("plain")

    def at(self, name: str) -> str:
        """The address of a document."""
        return f"{self.start}/{name}.jsonld"

    def fetched(self, url: str) -> int:
        """How often a document was asked for."""
        return self.hosting.count(urlsplit(url).path)

    def broker(self, url: str) -> Broker:
        """The broker under the @context at an address."""
        return Broker(self.client, linked(url))

    def load(self, url: str) -> Any:
        """A document of ours, else what the broker serves at an address; for `jsonld.expand`."""
        known = documents(self.own, self.start)
        name = url.removeprefix(f"{self.start}/").removesuffix(".jsonld")
        return known[name] if name in known else Broker(self.client).context_at(url)


def linked(url: str) -> dict[str, str]:
    """The Link header that names a @context (GS CIM 009 6.3.5)."""
    return {"Link": f'<{url}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"'}


def documents(own: OwnTerms, start: str) -> dict[str, Any]:
    """The documents by name, as JSON, of those that are some."""
    here = {name: f"{start}/{name}.jsonld" for name in ("terms", "cycle", "cycle-back")}
    contents: Mapping[str, Any] = {
        "terms": own.terms,
        "others": own.others,
        "imports": [here["terms"], {"extra": own.iri("extra")}],
        "redefining": own.redefining,
        "brief": own.terms,
        "plain": own.terms,
        "cycle": [here["cycle-back"], own.terms],
        "cycle-back": [here["cycle"]],
    }
    return {name: {"@context": held} for name, held in contents.items()}


def hosted(hosting: Hosting, client: Client, own: OwnTerms) -> Contexts:
    """Our documents, put where the product fetches them. Raises Inconclusive without a way back."""
    address = hosting.address_for(client.interface)
    if address is None:
        detail = "the product is on another machine; scope.callback is not set"
        raise Inconclusive("no_way_back", detail)
    folder = f"/{secrets.token_hex(8)}"
    contexts = Contexts(own, client, hosting, f"{address.rstrip('/')}{folder}")
    for name, reply in _replies(own, contexts.start):
        hosting.put(f"{folder}/{name}.jsonld", reply)
    return contexts


def _replies(own: OwnTerms, start: str) -> Iterator[tuple[str, Reply]]:
    kinds = {"plain": "text/plain"}
    for name, document in documents(own, start).items():
        age = ("Cache-Control", f"max-age={BRIEF if name == 'brief' else 600}")
        body = json.dumps(document).encode()
        yield name, Reply(200, body, kinds.get(name, JSON_LD), (age,))
    yield "no-json", Reply(200, b'{"@context": {"temp": ', JSON_LD)
    yield "no-context", Reply(200, json.dumps(own.terms).encode(), JSON_LD)
    yield "missing", Reply(404, b"{}", JSON)
    yield "hanging", Reply(200, b"{}", JSON_LD, hold=_HELD)


def require_way_back(contexts: Contexts) -> None:
    """Have the product fetch C1: by a query, else where the run may write by a creation.

    Raises Inconclusive when it does not.
    """
    client = contexts.client
    try:
        _ = contexts.broker(contexts.terms).query(type="MtThing", limit=1)
        if not contexts.fetched(contexts.terms) and client.level.allows(Level.WRITES):
            with client.recorder.preparing(client.level):
                entity = {"id": own_id("Thing", client.run_id), "type": "MtThing"}
                _ = Broker(client).create({**entity, "@context": contexts.terms}, JSON_LD)
    except Unanswered as silence:
        detail = f"asked to fetch {contexts.terms}, the product gave no answer: {silence.detail}"
        raise Inconclusive("no_way_back", detail) from None
    if not contexts.fetched(contexts.terms):
        detail = f"the product was asked to fetch {contexts.terms} and did not"
        raise Inconclusive("no_way_back", detail)
