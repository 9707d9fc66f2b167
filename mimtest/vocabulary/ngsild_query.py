"""Queries in the body of a request (GS CIM 009 5.2.23, 6.23.3.1), and of what is put into a query."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.ngsild import JSON, JSON_LD, Broker
from mimtest.vocabulary.ngsild_sample import plain_names, value_of
from mimtest.vocabulary.ngsild_stock import Entity, Stock

QUERY: Final = "/entityOperations/query"


def query_by_post(broker: Broker, body: Any, where: str = QUERY, **params: Any) -> Answer:
    """Query Entities by POST; a body with an @context is JSON-LD. `where` may be a link to a page."""
    linked = isinstance(body, Mapping) and "@context" in body
    kind = JSON_LD if linked else JSON
    headers = {**({} if linked else broker.names), "Content-Type": kind, "Accept": JSON}
    content = {"content": body} if isinstance(body, str) else {"json": body}
    return broker.client.post(where, params=params or None, headers=headers, query=True, **content)


def selectors(stock: Stock, type: str, ids: Iterable[str] = ()) -> list[dict[str, str]]:
    """The entities of a query that `Stock.query` makes, as the members of a Query."""
    asked = stock.asked(type, ids)
    if "id" not in asked:
        return [{"type": type}]
    return [{"type": type, "id": name} for name in asked["id"].split(",")]


def numbers_of(name: str, entities: Iterable[Entity]) -> dict[str, float]:
    """The numbers in an attribute, by the entities' ids. Raises Inconclusive for none."""
    values = {e["id"]: value_of(e, name) for e in entities}
    found = {
        i: v for i, v in values.items() if isinstance(v, int | float) and not isinstance(v, bool)
    }
    if not found:
        raise Inconclusive("no_data", f"no entity has a number as its '{name}'")
    return found


def most_numbers(entities: Iterable[Entity]) -> tuple[str, dict[str, float]]:
    """The attribute with most different numbers, and these by the entities' ids. Raises Inconclusive."""
    listed = list(entities)
    found = {}
    for name in sorted({n for e in listed for n in plain_names(e)}):
        with suppress(Inconclusive):
            found[name] = numbers_of(name, listed)
    if not found:
        raise Inconclusive("no_data", "no entity has a number as the value of an attribute")
    best = max(found, key=lambda n: len({*found[n].values()}))
    return best, found[best]


def quoted(value: str) -> str:
    """A text as the query language writes it (4.9)."""
    return json.dumps(value, ensure_ascii=False)


def scopes_of(entity: Entity) -> frozenset[str]:
    """The scopes of an entity: one may stand alone, and without its first slash (4.18)."""
    held = entity.get("scope", ())
    listed = held if isinstance(held, list | tuple) else [held]
    return frozenset(f"/{s.strip('/')}" for s in listed if isinstance(s, str))


def under(pattern: str) -> Callable[[str], bool]:
    """Whether a scope fits a pattern (4.19): "+" is any one level, "/#" this one and all below."""
    tree = pattern.endswith("/#")
    levels = pattern.removesuffix("/#").split("/")

    def fits(scope: str) -> bool:
        own = scope.split("/")
        if len(own) < len(levels) or (len(own) > len(levels) and not tree):
            return False
        return all(p in ("+", o) for p, o in zip(levels, own, strict=False))

    return fits
