"""Entities come in the order asked for (option `ordering`, GS CIM 009 4.23, 5.7.2.4).

Compared are entities that have what they are ordered by; texts only where every collation agrees.
"""

import json
import re
from itertools import pairwise

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_places import shapes_of
from mimtest.vocabulary.ngsild_sample import distance, observed, single, value_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_WORD = re.compile(r"[A-Z]?[a-z]+")
_MARGIN = 1.05
_FEW = 3


def _numbers(stock, sign=""):
    column = stock.column("number")
    direction = -1 if sign else 1

    def key(entity):
        value = _number(entity, column)
        return None if value is None else direction * value

    return column, column.name + sign, key


def _number(entity, column):
    value = value_of(entity, column.name)
    return value if isinstance(value, int | float) else None


def _linked(stock):
    """By target first, of which several have the same, then by number downwards."""
    link, number = stock.column("link"), stock.column("number")
    if not stock.own:
        raise Inconclusive("no_data", "only targets of our own are ordered alike by all collations")

    def key(entity):
        target = (single(entity, link.name) or {}).get("object")
        value = _number(entity, number)
        return None if target is None or value is None else (target, -value)

    return number, f"{link.name},{number.name};desc", key


def _members(stock):
    """By a member of an object whose values are plain words."""
    column = stock.column("object")
    held = [v for e in stock.of(column.type) if isinstance(v := value_of(e, column.name), dict)]
    for name in sorted({n for v in held for n in v}):
        words = {str(v[name]) for v in held if name in v}
        if len(words) > 2 and all(map(_WORD.fullmatch, words)):
            return column, f"{column.name}[{name}]", _member(column, name)
    raise Inconclusive("no_data", "there are no objects with words to order by")


def _member(column, name):
    def key(entity):
        value = value_of(entity, column.name)
        word = value.get(name) if isinstance(value, dict) else None
        return word if isinstance(word, str) else None

    return key


def _moments(stock):
    column = stock.column("observed")
    return column, f"{column.name}.observedAt", lambda e: observed(e, column.name)


_ORDERS = {
    "up": _numbers,
    "down": lambda stock: _numbers(stock, ";desc"),
    "two": _linked,
    "member": _members,
    "time": _moments,
}


@pytest.mark.check(
    "CTX-QRY-48",
    clause="GS CIM 009 4.23.3",
    since="1.9.1",
    option="ordering",
    rests_on=("CTX-QRY-01",),
)
@pytest.mark.parametrize("order", list(_ORDERS))
def test_entities_come_in_the_order_of_their_values(stock, order):
    """Entities come in the order of a value: upwards, downwards, by several, by a member, by time."""
    at_rest(lambda: _assert_ordered(stock, *_ORDERS[order](stock)))


def _assert_ordered(stock, column, asked, key):
    entities = {e["id"]: e for e in stock.now(column.type, column.ids)}
    found = ids_in(stock.query(column.type, column.ids, orderBy=asked, local=True))
    assert_same_set(found, list(entities), "the entities, ordered")
    keys = [k for name in found if (k := key(entities[name])) is not None]
    if len(set(keys)) < 3:
        raise Inconclusive("no_data", f"there are no three values to order by {asked}")
    having = [name for name in found if key(entities[name]) is not None]
    right = sorted(having, key=lambda name: key(entities[name]))
    assert_that(keys == sorted(keys), f"ordered by {asked}", expected=right, received=having)
    page = ids_in(stock.query(column.type, column.ids, orderBy=asked, local=True, limit=_FEW))
    first, firsts = ([key(entities.get(n, {})) for n in ids] for ids in (page, found[:_FEW]))
    assert_that(first == firsts, f"a page ordered by {asked}", expected=firsts, received=first)
    term = {"q": column.name, "orderBy": asked, "local": True}
    held = [n for n, e in entities.items() if column.name in e]
    filtered = ids_in(stock.query(column.type, column.ids, **term))
    assert_same_set(filtered, held, "those that have the attribute, ordered")


@pytest.mark.check(
    "CTX-QRY-49",
    clause="GS CIM 009 4.23.3",
    since="1.9.1",
    option="ordering",
    rests_on=("CTX-QRY-48",),
)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_entities_come_in_the_order_of_their_distance(stock, direction):
    """Entities come in the order of how far from a point they are, the nearest first or last."""
    column = stock.column("point")
    at_rest(lambda: _assert_ordered_from(stock, column, direction))


def _assert_ordered_from(stock, column, direction):
    shapes = shapes_of(column, stock.now(column.type, column.ids))
    places = {name: shape.positions[0] for name, shape in shapes.items()}
    if len(set(places.values())) < 2:
        raise Inconclusive("no_data", "all entities are at the same place")
    here = sorted(places.values())[len(places) // 2]
    params = {"orderBy": f"{column.name};dist-{direction}", "orderFrom": json.dumps(here)}
    found = ids_in(stock.query(column.type, column.ids, local=True, **params))
    away = [distance(here, places[name]) for name in found if name in places]
    assert_equal(len(away), len(places), "the number of entities with a place")
    outwards = away if direction == "asc" else away[::-1]
    wrong = [(a, b) for a, b in pairwise(outwards) if a > b * _MARGIN + 1]
    received = [round(d) for d in away]
    assert_that(not wrong, f"metres, {direction}", expected="in order", received=received)


@pytest.fixture
def ordered(stock):
    """An attribute by which entities are ordered: the control of orders that are refused."""
    column = stock.column("number")
    answer = stock.query(column.type, column.ids, orderBy=column.name, local=True)
    assert_status(answer, 200, what="an ordered query")
    return column


@pytest.mark.check(
    "CTX-QRY-50",
    clause="GS CIM 009 5.7.2.4",
    since="1.9.1",
    option="ordering",
    rests_on=("CTX-QRY-48",),
)
@pytest.mark.parametrize("defect", ["scope", "distance", "collation"])
def test_an_order_that_cannot_be_given_is_refused(stock, ordered, defect, reading):
    """An order beyond the broker itself, from nowhere, or by an unknown collation is refused."""
    params = {
        "scope": {"orderBy": ordered.name},
        "distance": {"orderBy": "location;dist-asc", "local": True},
        "collation": {"orderBy": ordered.name, "local": True, "collation": "no collation!"},
    }
    answer = stock.query(ordered.type, ordered.ids, **params[defect])
    if defect == "scope" and answer.status == 200:
        expected = [e["id"] for e in stock.now(ordered.type, ordered.ids)]
        assert_same_set(ids_in(answer), expected, "the entities")
        reading("A46", "ordered")
        return
    assert_problem(answer, status=400, kind="BadRequestData")
    if defect == "scope":
        reading("A46", "refused")
