"""A context source of our own that a broker forwards to: it holds what a check gives it and notes what it is asked.

It is served below one path; the NGSI-LD API is there with and without /ngsi-ld/v1 before the resources, since
brokers read the endpoint of a registration in both ways.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Contradiction
from mimtest.network.incoming import Asked, Reply
from mimtest.vocabulary import ngsild_held as held_by
from mimtest.vocabulary import ngsild_held_changes as changes
from mimtest.vocabulary.ngsild_answering import nothing, refusal, told
from mimtest.vocabulary.ngsild_forwarded import Forwarded, forwarded
from mimtest.vocabulary.ngsild_held import Entity, Held
from mimtest.vocabulary.receiving import Receiver

#: Gives the reply to a request, None for the usual one.
Behaviour = Callable[[Forwarded], Reply | None]
Act = Callable[[Held, Forwarded], Reply]
_REFUSING_PORT: Final = 1
_SHOWN: Final = 5

_ACTS: Final[Mapping[str, Act]] = {
    "retrieveEntity": held_by.retrieve,
    "queryEntity": held_by.query,
    "queryBatch": held_by.query,
    "retrieveTemporal": held_by.retrieve_history,
    "queryTemporal": held_by.query_histories,
    "retrieveEntityTypes": held_by.list_types,
    "retrieveEntityTypeDetails": held_by.list_types,
    "retrieveEntityTypeInfo": held_by.show_type,
    "retrieveAttrTypes": held_by.list_attributes,
    "retrieveAttrTypeDetails": held_by.list_attributes,
    "retrieveAttrTypeInfo": held_by.show_attribute,
    "createEntity": changes.create,
    "replaceEntity": changes.replace,
    "mergeEntity": changes.change,
    "updateEntity": changes.change,
    "appendAttrs": changes.change,
    "updateAttrs": changes.change_attribute,
    "replaceAttrs": changes.replace_attribute,
    "deleteAttrs": changes.delete_attribute,
    "deleteEntity": changes.delete,
    "purgeEntity": changes.purge,
    "createBatch": changes.create_batch,
    "upsertBatch": changes.upsert_batch,
    "updateBatch": changes.change_batch,
    "mergeBatch": changes.change_batch,
    "deleteBatch": changes.delete_batch,
    "createSubscription": changes.subscribe,
    "updateSubscription": changes.change_subscription,
    "deleteSubscription": changes.delete_subscription,
}


@dataclass(eq=False)
class Source:
    """A context source below an address of ours; made by `open_source`.

    `core` is the address of the core context in its answers, `documents` are the other @contexts it knows by
    address, `alias` is the pseudonym it has in Via headers.
    """

    receiver: Receiver
    path: str
    core: str
    documents: Mapping[str, Any]
    held: Held = field(default_factory=Held)
    alias: str = field(default_factory=lambda: f"mimtest-{token_hex(6)}")
    _behaviour: Behaviour | None = None

    @property
    def url(self) -> str:
        """The endpoint for a registration."""
        return f"{self.receiver.address}{self.path}"

    def hold(self, *entities: Mapping[str, Any]) -> None:
        """Hold these entities, normalized and in the names of the suite."""
        for entity in entities:
            self.held.keep(entity)

    def hold_history(self, *entities: Mapping[str, Any]) -> None:
        """Hold these temporal evolutions of entities, each attribute an array of instances."""
        with self.held.lock:
            self.held.histories.update({str(e["id"]): dict(e) for e in entities})

    def entity(self, id: str) -> Entity | None:
        """An entity as the source holds it now."""
        return self.held.entity(id)

    def behave(self, behaviour: Behaviour | Reply | None) -> None:
        """Answer so from now on: always with a reply, or as a function says; with None as usual."""
        self._behaviour = (lambda _: behaviour) if isinstance(behaviour, Reply) else behaviour

    def slow(self, seconds: float) -> None:
        """Answer as usual, so many seconds later."""
        self.behave(lambda asked: replace(self.usual(asked), hold=seconds))

    def refuse(self, status: int, kind: str = "OperationNotSupported") -> None:
        """Refuse everything with a status."""
        self.behave(refusal(status, kind, "the source refuses"))

    def packed(self) -> None:
        """Answer as usual, compressed where the request admits it."""
        self.behave(lambda asked: _packed(asked, self.usual(asked)))

    def forget(self) -> None:
        """Hold nothing, and answer as usual."""
        self.behave(None)
        self.held.clear()

    def asked(self, *operations: str) -> list[Forwarded]:
        """What it was asked so far, oldest first: these operations, else all but its identity."""
        came = map(self._read, self.receiver.hosting.asked(self.path))
        about = [a for a in came if _is_about_data(a)]
        found = [a for a in about if a.operation in operations] if operations else about
        for one in found:
            if one.asked.exchange:
                self.receiver.client.recorder.witness(one.asked.exchange)
        return found

    def start_over(self) -> None:
        """Forget what it was asked."""
        owner = self.receiver.client.recorder.check_id
        self.receiver.hosting.put(
            self.path, self._respond, methods=(), below=True, noted=True, owner=owner
        )

    def usual(self, asked: Forwarded) -> Reply:
        """The answer of a source that works."""
        if asked.operation == "retrieveContextSourceIdentity":
            return told(asked, self._identity())
        act = _ACTS.get(asked.operation)
        if act is None:
            return nothing()
        with self.held.lock:
            return act(self.held, asked)

    def _identity(self) -> Entity:
        """Who the source is (5.2.40)."""
        return {
            "id": f"urn:ngsi-ld:ContextSourceIdentity:{self.alias}",
            "type": "ContextSourceIdentity",
            "contextSourceAlias": self.alias,
            "contextSourceUptime": "PT1H",
            "contextSourceTimeAt": "2026-03-14T13:00:00Z",
        }

    def _read(self, asked: Asked) -> Forwarded:
        return forwarded(asked, self.path, self.core, self.documents)

    def _respond(self, came: Asked) -> Reply:
        asked = self._read(came)
        reply = self._behaviour(asked) if self._behaviour and _is_about_data(asked) else None
        return self.usual(asked) if reply is None else reply


def open_source(
    receiver: Receiver, core: str, documents: Mapping[str, Any] | None = None
) -> Source:
    """A source at a new address; what it is asked is evidence of the check that runs."""
    source = Source(receiver, f"/{token_hex(8)}/source", core, documents or {})
    source.start_over()
    return source


def nowhere(receiver: Receiver) -> str:
    """An endpoint on our machine at which nobody listens."""
    parts = urlsplit(receiver.address)
    host = parts.netloc.removesuffix(f":{parts.port}")
    return f"http://{host}:{_REFUSING_PORT}/source"


def _is_about_data(asked: Forwarded) -> bool:
    """Whether it is more than looking who is there."""
    return bool(asked.parts) and asked.operation != "retrieveContextSourceIdentity"


def _packed(asked: Forwarded, reply: Reply) -> Reply:
    admitted = asked.header("accept-encoding")
    if not reply.body or ("gzip" not in admitted and "*" not in admitted):
        return reply
    encoding = ("Content-Encoding", "gzip")
    return replace(reply, body=gzip.compress(reply.body), headers=(*reply.headers, encoding))


def only(asked: list[Forwarded], what: str = "the source") -> Forwarded:
    """The first of what was asked. Raises Contradiction when nothing was."""
    __tracebackhide__ = True
    if not asked:
        raise Contradiction(f"{what} was not asked", expected="a request", received="none")
    return asked[0]


def assert_not_asked(asked: list[Forwarded], why: str) -> None:
    """Nothing was asked. Raises Contradiction with what was."""
    __tracebackhide__ = True
    if asked:
        came = "; ".join(str(a) for a in asked[:_SHOWN])
        raise Contradiction(f"the source was asked {why}", expected="no request", received=came)
