"""Conditions on the stock that part it, as parameters of a query, and what meets them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_same_set, assert_that
from mimtest.vocabulary.ngsild import entities_in, short_named
from mimtest.vocabulary.ngsild_paging import Walk, walk
from mimtest.vocabulary.ngsild_places import shapes_of, telling_distances
from mimtest.vocabulary.ngsild_query import numbers_of
from mimtest.vocabulary.ngsild_sample import distance
from mimtest.vocabulary.ngsild_stock import Column, Entity, Stock

#: From entities of a column to the parameters of a condition and the ids of those that meet it.
Condition = Callable[[Column, Sequence[Entity]], tuple[dict[str, Any], list[str]]]


def by_number(column: Column, entities: Sequence[Entity]) -> tuple[dict[str, Any], list[str]]:
    """Two thirds of the numbers, from below."""
    held = numbers_of(column.name, entities)
    limit = sorted(held.values())[len(held) // 3]
    return {"q": f"{column.name}>={limit}"}, [n for n, v in held.items() if v >= limit]


def by_place(column: Column, entities: Sequence[Entity]) -> tuple[dict[str, Any], list[str]]:
    """What is near a point: all that is as far as the farthest but one."""
    points = {n: s.positions for n, s in shapes_of(column, entities).items()}
    (here,), limits = telling_distances(points)
    place = {"georel": f"near;maxDistance=={limits[-1]}", "geometry": "Point"}
    place |= {} if column.name == "location" else {"geoproperty": column.name}
    near = [name for name, (at, *_) in points.items() if distance(here, at) < limits[-1]]
    return place | {"coordinates": json.dumps(here)}, near


def assert_pages_kept(stock: Stock, column: Column, condition: Condition) -> None:
    """Pages that links lead to are of the same filter, the same attribute and the same form."""
    __tracebackhide__ = True
    params, expected = condition(column, stock.now(column.type, column.ids))
    shown = {"attrs": column.name, "options": "keyValues"}
    plan = Walk.of(len(expected))

    def turn(link: str | None) -> Answer:
        asked = params | shown | {"limit": plan.size}
        begun = stock.query(column.type, column.ids, **asked) if link is None else None
        answer = begun or stock.broker.get(str(link))
        for entity in entities_in(answer):
            _assert_shown(entity, column.name)
        return answer

    found, ended = walk(turn, plan, f"{column.type}, filtered")
    if ended:
        assert_same_set(found, expected, "the entities on all pages of a filter")


def _assert_shown(entity: Entity, name: str) -> None:
    __tracebackhide__ = True
    held = short_named(entity)
    others = sorted(held.keys() - {"id", "type", "scope", "@context", name})
    assert_that(not others, "attributes nobody asked for", expected=name, received=others)
    value = held.get(name)
    full = isinstance(value, dict) and value.get("type") in ("Property", "GeoProperty")
    assert_that(not full, "an entity in full", expected="the simplified form", received=value)
