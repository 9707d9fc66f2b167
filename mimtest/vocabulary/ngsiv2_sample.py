"""What reading checks of NGSI v2 are tried on, and what a filter has to give there.

A run that may write has a data set of its own; one that only reads takes entities found under the types
of the target file. Filters are tried on these entities alone, by their ids, so that the answer is known.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_same_set, assert_status, json_array
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsiv2 import (
    Entity,
    V2Broker,
    assert_holds,
    entities_in,
    entity_in,
    ids_in,
    names_of,
)
from mimtest.vocabulary.ngsiv2_own import sensors
from mimtest.vocabulary.waiting import at_rest, eventually

#: How many entities a filter is tried on; their ids have to fit into an address.
MOST: Final = 10
PAGE: Final = 20
_MOST_TYPES: Final = 8
_NAME: Final = re.compile(r"[A-Za-z]\w{0,60}", re.ASCII)
_TEXT: Final = re.compile(r"(?!(?:true|false|null)$)[A-Za-z][A-Za-z0-9_-]{0,40}")
_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_LEAST_GAP: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Stock:
    """Entities of one type, normalized, of which a broker is asked; `own` are ours."""

    broker: V2Broker
    type: str
    entities: tuple[Entity, ...]
    own: bool = False

    @property
    def ids(self) -> list[str]:
        """The identifiers of as many as a filter is tried on."""
        return [e["id"] for e in self.entities[:MOST]]

    def ask(self, ids: Iterable[str] = (), **params: Any) -> Answer:
        """A query for these entities, or for some of them."""
        asked = {"type": self.type, "id": ",".join(ids or self.ids), "limit": PAGE}
        return self.broker.query(**(asked | params))


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute, the entities that have a plain value in it or none, and the values in order."""

    stock: Stock
    name: str
    ids: tuple[str, ...]
    values: tuple[Any, ...]
    lacking: bool

    @property
    def middle(self) -> Any:
        """A value with others below and above, where there are three."""
        return self.values[len(self.values) // 2]


def sampled(broker: V2Broker, names: tuple[str, ...]) -> tuple[Stock, ...]:
    """Entities of these types, or else of those the broker lists; of types that have any.

    Raises Inconclusive without any, Contradiction for answers that are none.
    """
    wanted = list(names) or _listed_types(broker)
    found = [Stock(broker, name, _told_apart(broker, name)) for name in wanted[:_MOST_TYPES]]
    filled = tuple(s for s in found if s.entities)
    if not filled:
        raise Inconclusive("no_data", "there is no entity of the types in the target file")
    return filled


def _told_apart(broker: V2Broker, name: str) -> tuple[Entity, ...]:
    """Entities of a type; an id that several have, in different service paths, leads to none."""
    found = entities_in(broker.query(type=name, limit=PAGE))
    ids = [e["id"] for e in found]
    return tuple(e for e in found if ids.count(e["id"]) == 1 and "," not in e["id"])


def _listed_types(broker: V2Broker) -> list[str]:
    answer = assert_status(broker.get("/types", options="values"), 200)
    return [name for name in json_array(answer) if isinstance(name, str)]


def made(broker: V2Broker, run_id: str) -> Stock:
    """Our own entities, created and seen to be there."""
    entities = sensors(run_id)
    stock = Stock(broker, entities[0]["type"], tuple(entities), own=True)
    kind = {"type": stock.type, "limit": PAGE}
    assert_same_set(ids_in(broker.query(**kind)), [], f"what is a {stock.type} before there is any")
    for entity in entities:
        assert_status(broker.create(entity), 201, what="creating an entity")
        if entity is entities[0]:
            eventually(lambda: assert_holds(entity_in(broker.retrieve(stock.ids[0])), entities[0]))
    expected = [e["id"] for e in entities]
    eventually(lambda: assert_same_set(ids_in(broker.query(**kind)), expected, stock.type))
    return stock


Test = Callable[[Any], bool]


def assert_filtered(column: Column, test: Test, read: Any = None, **params: Any) -> None:
    """A filter gives exactly the entities whose value passes; `read` finds it, None for nothing."""
    __tracebackhide__ = True
    look = read or (lambda e: value_of(e, column.name))

    def compare() -> None:
        __tracebackhide__ = True
        now = entities_in(column.stock.ask(column.ids))
        expected = [e["id"] for e in now if _passes(test, look(e))]
        said = " ".join(f"{k}={v}" for k, v in params.items())
        assert_same_set(ids_in(column.stock.ask(column.ids, **params)), expected, said)

    at_rest(compare)


def _passes(test: Test, value: Any) -> bool:
    """Whether a value passes; one that has become another kind since does not."""
    try:
        return bool(test(value))
    except TypeError:
        return False


def literal(value: Any) -> str:
    """A value as the query language writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def columns(stocks: Iterable[Stock], kind: str, *, least: int = 2) -> Iterator[Column]:
    """Attributes whose values are of a kind, text or number, with so many different ones."""
    for stock in stocks:
        entities = stock.entities[:MOST]
        for name in sorted({n for e in entities for n in names_of(e) if _NAME.fullmatch(n)}):
            fitting = [e for e in entities if name not in e or _is(kind, e, name)]
            values = sorted({value_of(e, name) for e in fitting if name in e})
            if len(values) >= least:
                lacking = any(name not in e for e in fitting)
                ids = tuple(e["id"] for e in fitting)
                yield Column(stock, name, ids, tuple(values), lacking)


def column(stocks: Iterable[Stock], kind: str, *, least: int = 2) -> Column:
    """The first of them. Raises Inconclusive without one."""
    found = columns(stocks, kind, least=least)
    first: Column = require(found, f"attribute with {least} different values that are a {kind}")
    return first


def require(found: Iterator[Any], what: str) -> Any:
    """The first, else Inconclusive (no_data)."""
    first = next(found, None)
    if first is None:
        raise Inconclusive("no_data", f"the entities that can be read have no {what}")
    return first


def _is(kind: str, entity: Entity, name: str) -> bool:
    value, told = value_of(entity, name), _member(entity[name], "type")
    if kind == "text":
        return isinstance(value, str) and told != "DateTime" and bool(_TEXT.fullmatch(value))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and bool(_NUMBER.fullmatch(json.dumps(value)))


def value_of(entity: Entity, name: str) -> Any:
    """The value of an attribute, None where there is none."""
    return _member(entity.get(name), "value")


def metadata_of(entity: Entity, name: str, metadata: str) -> Any:
    """The value of an attribute's metadata, None where there is none."""
    return _member(_member(_member(entity.get(name), "metadata"), metadata), "value")


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def with_metadata(stocks: Iterable[Stock]) -> Iterator[tuple[Stock, str, str, str]]:
    """Attributes with metadata whose value is a plain text that not all of the entities have."""
    for stock in stocks:
        for entity in stock.entities[:MOST]:
            for name in filter(_NAME.fullmatch, names_of(entity)):
                for own in _names(_member(entity[name], "metadata")):
                    value = metadata_of(entity, name, own)
                    others = [metadata_of(e, name, own) for e in stock.entities[:MOST]]
                    plain = isinstance(value, str) and _TEXT.fullmatch(value)
                    if _NAME.fullmatch(own) and plain and any(v != value for v in others):
                        yield stock, name, own, value


def _names(value: Any) -> list[str]:
    return list(value) if isinstance(value, Mapping) else []


def moments(stocks: Iterable[Stock]) -> Iterator[tuple[Column, datetime]]:
    """Attributes of type DateTime, each with a whole second between two of their values."""
    for stock in stocks:
        entities = stock.entities[:MOST]
        for name in sorted({n for e in entities for n in names_of(e) if _NAME.fullmatch(n)}):
            dated = [e for e in entities if name not in e or _moment_in(e, name)]
            seen = sorted({m for e in dated if (m := _moment_in(e, name))})
            for before, after in pairwise(seen):
                if after - before >= _LEAST_GAP:
                    between = (before + (after - before) / 2).astimezone(UTC)
                    ids = tuple(e["id"] for e in dated)
                    yield (
                        Column(stock, name, ids, tuple(seen), lacking=False),
                        between.replace(microsecond=0),
                    )


def _moment_in(entity: Entity, name: str) -> datetime | None:
    told = _member(entity.get(name), "type")
    return instant(value_of(entity, name)) if told == "DateTime" else None
