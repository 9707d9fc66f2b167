"""An entity of which a source of ours has a part, or all of it: the words for changing it (GS CIM 009 4.3.6, 5.6)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mimtest.network.client import Answer
from mimtest.network.hosting import Hosting
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import (
    JSON,
    Broker,
    attributes_of,
    entity_in,
    own_id,
    own_name,
    path_of,
    short_named,
)
from mimtest.vocabulary.ngsild_changes import assert_whole
from mimtest.vocabulary.ngsild_forwarded import Forwarded
from mimtest.vocabulary.ngsild_meaning import core_context
from mimtest.vocabulary.ngsild_registrations import Registry, about, registry_of
from mimtest.vocabulary.ngsild_source import Source, only, open_source
from mimtest.vocabulary.receiving import Receiver
from mimtest.vocabulary.waiting import eventually

#: The attribute a source registers where it does not register the whole entity, and another one.
OUTSIDE: Final = "level"
INSIDE: Final = "label"
MODES: Final = ("inclusive", "exclusive", "redirect")
_READS: Final = ("retrieveEntity", "queryEntity")
_UNKNOWN: Final = 404
Json = dict[str, Any]


def number(value: float) -> Json:
    """A Property with a number."""
    return {"type": "Property", "value": value}


def text(value: str) -> Json:
    """A Property with a text."""
    return {"type": "Property", "value": value}


@dataclass(frozen=True, slots=True)
class Spread:
    """A broker, and a source of ours that is registered for an entity; `entity` is all of it.

    By `mode` the broker has all of the entity as well (inclusive), the rest of it (exclusive), or nothing.
    """

    broker: Broker
    source: Source
    mode: str
    entity: Json
    registration: Json

    @property
    def id(self) -> str:
        """The identifier of the entity."""
        return str(self.entity["id"])

    def outside(self, entity: Mapping[str, Any]) -> Json:
        """The part of an entity that falls to the source."""
        return _without(entity, INSIDE) if self.mode == "exclusive" else dict(entity)

    def inside(self, entity: Mapping[str, Any]) -> Json | None:
        """The part of an entity that falls to the broker, None when that is nothing."""
        if self.mode == "redirect":
            return None
        return _without(entity, OUTSIDE) if self.mode == "exclusive" else dict(entity)

    def hold(self, entity: Mapping[str, Any] | None = None) -> None:
        """Each side gets its part of the entity; seen to be there. Raises Contradiction."""
        __tracebackhide__ = True
        whole = self.entity if entity is None else entity
        self.source.hold(self.outside(whole))
        own = self.inside(whole)
        if own is not None:
            put_here(self.broker, own)

    def send(self, method: str, below: str = "", body: Any = None) -> Answer:
        """Change the entity, or what stands below it, wherever it is."""
        return self.broker.send(method, f"{path_of(self.id)}{below}", body)

    def changes(self) -> list[Forwarded]:
        """What the source was asked to change so far."""
        return changes_at(self.source)

    def assert_sent(self, operation: str) -> Forwarded:
        """The source was asked once to change something, by that operation (4.20)."""
        __tracebackhide__ = True
        sent = self.changes()
        first = only(sent)
        assert_equal([a.operation for a in sent], [operation], "what the source was asked")
        return first

    def assert_outside(self, entity: Mapping[str, Any] | None) -> None:
        """The source has its part of this entity, and nothing else."""
        __tracebackhide__ = True
        held = self.source.entity(self.id)
        if entity is None:
            assert_that(held is None, "the source still has it", expected="none", received=held)
            return
        assert_that(held is not None, "the source does not have it", expected=entity)
        assert_whole(short_named(held or {}), self.outside(entity))

    def assert_inside(self, entity: Mapping[str, Any] | None) -> None:
        """The broker itself has its part of this entity, and no attribute besides."""
        __tracebackhide__ = True
        own = None if entity is None else self.inside(entity)
        eventually(lambda: assert_here(self.broker, self.id, own))


def changes_at(source: Source) -> list[Forwarded]:
    """What a source was asked to change so far."""
    return [a for a in source.asked() if a.operation not in (*_READS, "queryBatch")]


def assert_here(broker: Broker, id: str, entity: Mapping[str, Any] | None) -> None:
    """The broker itself has exactly this of an entity; for None no attribute of it."""
    __tracebackhide__ = True
    answer = here(broker, id)
    if entity is not None:
        assert_whole(entity_in(answer), entity)
    elif assert_status(answer, 200, _UNKNOWN).status != _UNKNOWN:
        names = sorted(attributes_of(entity_in(answer)))
        assert_that(
            not names, "the broker keeps some of it itself", expected="nothing", received=names
        )


def here(broker: Broker, id: str) -> Answer:
    """What the broker itself has of an entity (6.3.18)."""
    return broker.retrieve(id, local="true")


def put_here(broker: Broker, entity: Json) -> None:
    """Create an entity at the broker alone, and see it there. Raises Contradiction."""
    __tracebackhide__ = True
    where, undo = "/entities?local=true", path_of(entity["id"])
    headers = {**broker.names, "Content-Type": JSON}
    answer = broker.client.create(where, undo=undo, json=entity, headers=headers)
    assert_status(answer, 201, what="creating an entity at the broker alone")
    eventually(lambda: assert_here(broker, entity["id"], entity))


@dataclass(slots=True)
class Spreading:
    """Makes entities that are spread; `close` ends the registrations, so that nothing is sent on any more."""

    broker: Broker
    registry: Registry
    receiver: Receiver
    run_id: str
    _made: ExitStack = field(default_factory=ExitStack)

    def __call__(
        self, mode: str, operations: Sequence[str], *, source: Source | None = None, **more: Any
    ) -> Spread:
        """A new entity, and a source that is registered for it and offers these operations and reading.

        Nobody has the entity yet. Raises Contradiction when the source is not taken, or never asked.
        """
        __tracebackhide__ = True
        entity = self.draft()
        names = (OUTSIDE,) if mode == "exclusive" else ()
        info = about(entity["type"], *names, id=entity["id"])
        found, registration = self.register([info], mode, operations, source=source, **more)
        self.settle(found, id=entity["id"])
        return Spread(self.broker, found, mode, entity, registration)

    def draft(self, type: str | None = None) -> Json:
        """An entity that nobody has yet."""
        return {
            "id": own_id("Spread", self.run_id),
            "type": type or own_name("MtSpread", self.run_id),
            OUTSIDE: number(7.5),
            INSIDE: text("Pegel Süd"),
        }

    def register(
        self,
        information: Sequence[Json],
        mode: str,
        operations: Sequence[str],
        *,
        source: Source | None = None,
        readable: bool = True,
        **more: Any,
    ) -> tuple[Source, Json]:
        """A source of ours that is registered for this, until `close`. Raises Contradiction.

        It offers these operations, and to read entities if it is `readable`.
        """
        __tracebackhide__ = True
        found = source or open_source(self.receiver, core_context(self.broker.client))
        offered = [*_READS, *operations] if readable else list(operations)
        how = {"endpoint": found.url, "mode": mode, "operations": offered}
        sent = self.registry.registered(self.run_id, *information, **how, **more)
        self._made.callback(self.registry.send, "DELETE", sent["id"])
        return found, sent

    def settle(self, source: Source, **asked: str) -> None:
        """Wait until the registration counts: the source is asked for what is asked of the broker.

        That is an entity by its `id`, or a query. Raises Contradiction.
        """
        __tracebackhide__ = True

        def assert_asked() -> None:
            __tracebackhide__ = True
            if [*asked] == ["id"]:
                self.broker.retrieve(asked["id"])
            else:
                self.broker.query(**asked)
            only(source.asked(*_READS, "queryBatch"))

        eventually(assert_asked)
        source.start_over()

    def close(self) -> None:
        """Remove the registrations."""
        self._made.close()


@contextmanager
def spreading(
    broker: Broker, hosting: Hosting, receiver: Receiver, run_id: str
) -> Iterator[Spreading]:
    """Makes entities that are spread, as long as the block lasts."""
    registry = replace(registry_of(broker.client, hosting), names=broker.names)
    made = Spreading(broker, registry, receiver, run_id)
    try:
        yield made
    finally:
        made.close()


def _without(entity: Mapping[str, Any], *names: str) -> Json:
    return {k: v for k, v in entity.items() if k not in names}
