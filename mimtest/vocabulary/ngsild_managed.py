"""@contexts that a broker keeps: hosted for clients, cached, or made by itself (GS CIM 009 5.13, 6.29, 6.30)."""

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.network.incoming import Reply
from mimtest.vocabulary.expect import (
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    of_type,
    shown,
)
from mimtest.vocabulary.jsonld import Loader, expand, refuse
from mimtest.vocabulary.ngsild import JSON, JSON_LD, Broker, own_id
from mimtest.vocabulary.ngsild_contexts import Contexts
from mimtest.vocabulary.waiting import eventually

COLLECTION: Final = "/jsonldContexts"
HOSTED: Final = "Hosted"
CACHED: Final = "Cached"
IMPLICIT: Final = "ImplicitlyCreated"
#: How brokers want a @context to be sent to be hosted: as the standard's own test suite does, or as 6.3.5 says.
MEDIA_TYPES: Final = (JSON, JSON_LD)
_REFUSED: Final = (400, 415)
_FRESH: Final = ("Cache-Control", "max-age=600")


@dataclass(frozen=True, slots=True)
class Managed:
    """The @contexts a broker keeps, as a client of it that sends one as `media_type`."""

    client: Client
    media_type: str = JSON
    headers: Mapping[str, str] | None = None

    def add(self, document: Any, **content: Any) -> Answer:
        """Have a @context hosted (5.13.2); what comes of it is removed afterwards."""
        sent = content or {"json": document}
        headers = {**(self.headers or {}), "Content-Type": self.media_type}
        answer = self.client.post(COLLECTION, headers=headers, **sent)
        if answer.ok and answer.headers.get("location"):
            with suppress(OutOfScope):
                self.client.note_created(place_of(answer), self.headers)
        return answer

    def get(self, where: str = COLLECTION, **params: str) -> Answer:
        """The list of @contexts, or one of them."""
        headers = {**(self.headers or {}), "Accept": f"{JSON}, {JSON_LD};q=0.9"}
        return self.client.get(where, params=params or None, headers=headers)

    def delete(self, where: str, **params: str) -> Answer:
        """Remove one, or have it loaded again (5.13.5)."""
        return self.client.delete(where, params=params or None, headers=self.headers)

    def addresses(self, **params: str) -> list[str]:
        """The list of addresses (5.13.3). Raises Contradiction."""
        __tracebackhide__ = True
        listed = json_array(assert_status(self.get(**params), 200), "the list of @contexts")
        return [of_type(item, str, "an item of the list of @contexts") for item in listed]

    def details(self, **params: str) -> list[dict[str, Any]]:
        """The list with all that is known of each (5.13.3.5). Raises Contradiction."""
        __tracebackhide__ = True
        answer = self.get(details="true", **params)
        listed = json_array(assert_status(answer, 200), "the list of @contexts")
        return objects(listed, "the list of @contexts")


def hosted(client: Client, document: Any) -> tuple[Managed, str]:
    """A @context that is hosted, and where; as which media type it is sent is found out. Raises Contradiction."""
    __tracebackhide__ = True
    answer, managed = added(client, document)
    assert_status(answer, 201, what="having a @context hosted")
    return managed, place_of(answer)


def added(client: Client, document: Any) -> tuple[Answer, Managed]:
    """The answer to a @context to be hosted, sent as the media type that is taken."""
    first, second = (Managed(client, kind) for kind in MEDIA_TYPES)
    answer = first.add(document)
    return (second.add(document), second) if answer.status in _REFUSED else (answer, first)


def place_of(answer: Answer) -> str:
    """The path of a @context that was added, whether its Location is a path, a URL or the identifier alone."""
    __tracebackhide__ = True
    given = answer.headers.get("location") or ""
    assert_that(given, "the answer says no Location", expected="a Location", received="none")
    _, found, last = given.partition(f"{COLLECTION}/")
    return path_of(unquote(last.partition("?")[0]) if found else given)


def path_of(name: str) -> str:
    """The path of a @context by its local identifier, or by the address it is cached from."""
    return f"{COLLECTION}/{quote(name, safe=':')}"


def name_in(place: str) -> str:
    """The identifier at the end of a path or an address."""
    return unquote(place.rstrip("/").rpartition("/")[2])


def stranger_to(place: str) -> str:
    """A path that nothing has, as like another as can be."""
    name, more = name_in(place), secrets.token_hex(3)
    return path_of(f"{name[: -len(more)]}{more}" if len(name) > 2 * len(more) else f"{name}{more}")


def address_in(item: Mapping[str, Any]) -> str:
    """The address a listed @context has, whichever way its member is spelled. Raises Contradiction."""
    __tracebackhide__ = True
    name = "url" if "url" in item and "URL" not in item else "URL"
    return str(member(item, name, str, "a listed @context"))


def entry_for(place: str, listed: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry of the list for the @context at a path, if there is one."""
    names = {name_in(place), unquote(place)}
    for item in listed:
        known = [item.get(k) for k in ("localId", "URL", "url")]
        if any(isinstance(k, str) and (unquote(k) in names or name_in(k) in names) for k in known):
            return item
    return None


def is_listed(place: str, addresses: Iterable[str]) -> bool:
    """Whether a list of addresses has the @context at a path."""
    return any(name_in(place) in (name_in(a), unquote(a)) for a in addresses)


def assert_same_terms(answer: Answer, context: Any, load: Loader = refuse) -> None:
    """The served document gives names the meaning that the @context does."""
    __tracebackhide__ = True
    served = member(json_object(assert_status(answer, 200)), "@context", None, "the document")
    used = {name: "x" for name in context if not name.startswith("@")}
    received = expand({"@context": served, **used}, load)
    expected = expand({"@context": context, **used}, load)
    assert_that(
        received == expected,
        "the names mean something else",
        expected=shown(sorted(expected)),
        received=shown(sorted(received)),
    )


@dataclass(frozen=True, slots=True)
class Fetched:
    """A @context document of our own at an address of its own, used by the broker."""

    contexts: Contexts
    url: str
    context: Mapping[str, Any]

    def load(self, url: str) -> Any:
        """The document at an address; for `jsonld.expand`."""
        return {"@context": self.context} if url == self.url else self.contexts.load(url)

    @property
    def count(self) -> int:
        """How often it was fetched."""
        return self.contexts.fetched(self.url)

    def serve(self, reply: Reply | Mapping[str, Any]) -> None:
        """Serve another document there, or something else; what was fetched is counted anew."""
        self.contexts.hosting.put(urlsplit(self.url).path, _reply(reply))

    def use(self, run_id: str, stem: str = "MtThing") -> dict[str, Any]:
        """Create an entity under it, in its names; seen to be there. Raises Contradiction."""
        __tracebackhide__ = True
        broker = self.contexts.broker(self.url)
        sent: dict[str, Any] = {
            "id": own_id("Thing", run_id),
            "type": stem,
            "temp": {"type": "Property", "value": 1},
        }
        whole = {**sent, "@context": self.url}
        answer = Broker(broker.client).create(whole, JSON_LD)
        assert_status(answer, 201, what="creating an entity under a @context")
        eventually(lambda: assert_status(broker.retrieve(sent["id"]), 200))
        return sent


def fetched(contexts: Contexts, context: Mapping[str, Any]) -> Fetched:
    """A @context at a new address."""
    url = contexts.at(f"own-{secrets.token_hex(4)}")
    made = Fetched(contexts, url, context)
    made.serve(context)
    return made


def _reply(what: Reply | Mapping[str, Any]) -> Reply:
    if isinstance(what, Reply):
        return what
    return Reply(200, json.dumps({"@context": what}).encode(), JSON_LD, (_FRESH,))


def require_cached(used: Fetched, managed: Managed, run_id: str) -> dict[str, Any]:
    """The broker's entry for a @context that it was seen to keep after fetching it.

    Raises NotApplicable where it fetches it for each request: keeping it is its own choice (5.13.1).
    """
    used.use(run_id)
    before = used.count
    if not before:
        raise Inconclusive("no_way_back", f"{used.url} was used and not fetched")
    used.use(run_id)
    found = next((i for i in managed.details(kind=CACHED) if address_in(i) == used.url), None)
    if found is None and used.count > before:
        raise NotApplicable("not_offered", "the broker keeps no @context it has fetched")
    assert_that(found, "a kept @context is not listed", expected=used.url, received="no entry")
    return dict(found or {})
