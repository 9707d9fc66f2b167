"""A broker and context sources of ours that are registered with it, for reading (GS CIM 009 4.3.6, 5.7)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from mimtest.errors import Contradiction
from mimtest.network.client import Answer
from mimtest.network.hosting import Hosting
from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that, shown
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    entities_in,
    entity_in,
    own_id,
    own_name,
    short_named,
)
from mimtest.vocabulary.ngsild_filter import fits_pattern
from mimtest.vocabulary.ngsild_forwarded import Forwarded
from mimtest.vocabulary.ngsild_meaning import core_context
from mimtest.vocabulary.ngsild_registrations import Registry, about, registry_of
from mimtest.vocabulary.ngsild_source import Source, assert_not_asked, open_source
from mimtest.vocabulary.receiving import Receiver
from mimtest.vocabulary.waiting import at_rest, eventually

#: What sources of ours offer when a check is about reading entities.
READS: Final = ("retrieveEntity", "queryEntity")
QUERIES: Final = ("queryEntity", "queryBatch")
#: Any way to ask for entities: which of them a broker uses is its own affair.
READING: Final = (*READS, "queryBatch")
WARNING: Final = "NGSILD-Warning"
_SHOWN: Final = 4
Json = dict[str, Any]
T = TypeVar("T")


def number(value: float, **more: Any) -> Json:
    """A Property with a number."""
    return {"type": "Property", "value": value, **more}


@dataclass(slots=True)
class Federation:
    """Sources of ours, and what they are registered for; `close` ends the registrations.

    `documents` are the @contexts the sources know by address.
    """

    broker: Broker
    registry: Registry
    receiver: Receiver
    run_id: str
    documents: Mapping[str, Any] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    _made: ExitStack = field(default_factory=ExitStack)

    def kind(self) -> str:
        """A type that nobody else has."""
        return own_name("MtShared", self.run_id)

    def draft(self, kind: str, **attributes: Any) -> Json:
        """An entity that nobody has yet."""
        return {"id": own_id("Shared", self.run_id), "type": kind, **attributes}

    def source(self, *entities: Mapping[str, Any]) -> Source:
        """A source that holds these entities, not registered yet."""
        made = open_source(self.receiver, core_context(self.broker.client), self.documents)
        made.hold(*entities)
        self.sources.append(made)
        self._made.callback(made.forget)
        return made

    def register(
        self,
        source: Source,
        *information: Mapping[str, Any],
        mode: str = "inclusive",
        operations: Sequence[str] = READS,
        **more: Any,
    ) -> Json:
        """Register a source for this, until `close`. Raises Contradiction when it is not taken."""
        __tracebackhide__ = True
        offer = {"endpoint": source.url, "mode": mode, "operations": list(operations)}
        sent = self.registry.registered(self.run_id, *information, **(offer | more))
        self._made.callback(self.registry.send, "DELETE", sent["id"])
        return sent

    def sourced(self, *entities: Mapping[str, Any], by_type: bool = False, **how: Any) -> Source:
        """A source that holds these entities and is registered for them, or for all of their types.

        One that is registered for types is asked for every entity whose type a request does not say.
        """
        __tracebackhide__ = True
        made = self.source(*entities)
        infos = [{"type": e["type"], **({} if by_type else {"id": e["id"]})} for e in entities]
        distinct = [info for at, info in enumerate(infos) if info not in infos[:at]]
        self.register(made, {"entities": distinct}, **how)
        return made

    def create(self, entity: Mapping[str, Any]) -> None:
        """Create an entity at the broker. Raises Contradiction."""
        __tracebackhide__ = True
        assert_status(self.broker.create(entity), 201, what="creating an entity at the broker")

    def sees(self, look: Callable[[], T]) -> T:
        """What `look` gives, as soon as it does not contradict; else also what the sources were asked."""
        __tracebackhide__ = True
        try:
            return eventually(look)
        except Contradiction as missed:
            asked = " | ".join(self._asked())
            received = f"{missed.received}; the sources were asked: {asked}"
            raise Contradiction(
                missed.message, expected=missed.expected, received=received
            ) from None

    def _asked(self) -> Iterator[str]:
        for source in self.sources:
            asked = source.asked()[-_SHOWN:]
            yield "; ".join(map(str, asked)) or "nothing"

    def shows(self, entity: Mapping[str, Any], **options: Any) -> Json:
        """The entity as the broker gives it, which has all this. Raises Contradiction."""
        __tracebackhide__ = True

        def look() -> Json:
            found = entity_in(self.broker.retrieve(entity["id"], **options))
            assert_holds(found, entity)
            return found

        return self.sees(look)

    def finds(self, entities: Sequence[Mapping[str, Any]], **query: Any) -> Answer:
        """The answer to a query, which finds just these entities, each once, with all they have."""
        __tracebackhide__ = True

        def look() -> Answer:
            answer = self.broker.query(**query)
            found = entities_in(answer)
            assert_same_set([e["id"] for e in found], [e["id"] for e in entities], "the entities")
            by_id = {e["id"]: e for e in found}
            for entity in entities:
                assert_holds(by_id[entity["id"]], entity)
            return answer

        return self.sees(look)

    def asks(
        self, source: Source, *operations: str, about: Mapping[str, Any] | None = None
    ) -> list[Forwarded]:
        """What a source was asked, about an entity if one is given: at least something.

        Raises Contradiction.
        """
        __tracebackhide__ = True
        asked = source.asked(*operations)
        if about is not None:
            asked = [a for a in asked if is_about(a, about)]
        wanted = " or ".join(operations) or "any request"
        came = "; ".join(map(str, source.asked()[:_SHOWN])) or "nothing"
        assert_that(asked, "the source was not asked", expected=wanted, received=came)
        return asked

    def close(self) -> None:
        """Remove the registrations; the sources have nothing any more."""
        self._made.close()


@contextmanager
def federation(
    broker: Broker,
    hosting: Hosting,
    receiver: Receiver,
    run_id: str,
    documents: Mapping[str, Any] | None = None,
) -> Iterator[Federation]:
    """Sources of ours, as long as the block lasts."""
    registry = registry_of(broker.client, hosting)
    made = Federation(broker, registry, receiver, run_id, documents or {})
    try:
        yield made
    finally:
        made.close()


def is_about(asked: Forwarded, entity: Mapping[str, Any]) -> bool:
    """Whether a request reaches this entity: others may ask the same source meanwhile."""
    if asked.ids:
        return entity["id"] in asked.ids
    patterns = [s.pattern for s in asked.selectors if s.pattern is not None]
    if patterns and not any(fits_pattern(entity["id"], p) for p in patterns):
        return False
    return not asked.types or entity["type"] in asked.types


def assert_spared(
    source: Source, ask: Callable[[], Any], about: Mapping[str, Any], why: str
) -> None:
    """A request does not reach a source; tried once more, since others may ask it the same. Raises Contradiction."""
    __tracebackhide__ = True

    def look() -> None:
        source.start_over()
        ask()
        assert_not_asked([a for a in source.asked() if a.operation and is_about(a, about)], why)

    at_rest(look)


def only_here(broker: Broker, id: str) -> Json:
    """The entity as the broker itself has it (6.3.18). Raises Contradiction."""
    __tracebackhide__ = True
    return short_named(entity_in(broker.retrieve(id, local="true")))


def assert_lacks(entity: Mapping[str, Any], *names: str) -> None:
    """The entity has none of these attributes."""
    __tracebackhide__ = True
    there = [n for n in names if n in entity]
    assert_that(not there, "there is more than expected", expected="none", received=shown(there))


def warnings_in(answer: Answer) -> list[str]:
    """The codes of the warnings of an answer (6.3.17)."""
    given = ", ".join(answer.headers.get_list(WARNING))
    return [part.strip()[:3] for part in given.split(",") if part.strip()[:3].isdigit()]


def of_kind(kind: str, *names: str, **entity: str) -> Json:
    """What a source is registered for: entities of a type, and attributes of them."""
    return about(kind, *names, **entity)
