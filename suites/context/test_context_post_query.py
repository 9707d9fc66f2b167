"""A query in the body of a request finds what the same query in an address finds (GS CIM 009 6.23)."""

import json
import re
from functools import partial

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    objects,
)
from mimtest.vocabulary.ngsild import entities_in, ids_in, short_named
from mimtest.vocabulary.ngsild_paging import Walk, count_of, walk
from mimtest.vocabulary.ngsild_places import shapes_of, telling_distances
from mimtest.vocabulary.ngsild_query import (
    most_numbers,
    numbers_of,
    query_by_post,
    scopes_of,
    selectors,
    under,
)
from mimtest.vocabulary.ngsild_sample import distance
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_EITHER = ("BadRequestData", "InvalidRequest")
_FULL = 20
_SCOPE = re.compile(r"(/[^\W\d_]\w*)+")


def _by_type(_, entities):
    return {}, {}, [e["id"] for e in entities]


def _by_q(column, entities):
    held = numbers_of(column.name, entities)
    limit = sorted(held.values())[len(held) // 2]
    term = {"q": f"{column.name}>={limit}"}
    return term, term, [name for name, value in held.items() if value >= limit]


def _by_place(column, entities, side="max", reach=0):
    points = {n: s.positions for n, s in shapes_of(column, entities).items()}
    (here,), limits = telling_distances(points)
    near = [name for name, (at, *_) in points.items() if distance(here, at) < limits[reach]]
    place = {"georel": f"near;{side}Distance=={limits[reach]}", "geometry": "Point"}
    place |= {} if column.name == "location" else {"geoproperty": column.name}
    address = place | {"coordinates": json.dumps(here)}
    found = near if side == "max" else [name for name in points if name not in near]
    return {"geoQ": place | {"coordinates": list(here)}}, address, found


def _by_attribute(column, entities):
    having = [e["id"] for e in entities if column.name in e]
    return {"attrs": [column.name]}, {"attrs": column.name}, having


def _by_scope(_, entities):
    scopes = (s for e in entities for s in sorted(scopes_of(e)) if _SCOPE.fullmatch(s))
    term = {"scopeQ": next(scopes, "/mtNothing")}
    return term, term, [e["id"] for e in entities if term["scopeQ"] in scopes_of(e)]


def _by_pick(column, entities):
    term = {"q": column.name}
    having = [e["id"] for e in entities if column.name in e]
    return term | {"pick": ["id", column.name]}, term | {"pick": f"id,{column.name}"}, having


def _by_tree(_, entities):
    scopes = (s for e in entities for s in sorted(scopes_of(e)))
    pattern = f"/{next(scopes, '/mtNothing').split('/')[1]}/#"
    fits = under(pattern)
    having = [e["id"] for e in entities if any(fits(s) for s in scopes_of(e))]
    return {"scopeQ": pattern}, {"scopeQ": pattern}, having


def _with_number(make):
    """Together with a condition on a number that, where it can, parts what is found otherwise."""

    def narrowed(column, entities):
        members, params, found = make(column, entities)
        name, held = most_numbers(entities)
        among = sorted(v for n, v in held.items() if n in found) or sorted(held.values())
        limit = among[len(among) // 2]
        term = {"q": f"{name}>={limit}"}
        both = [n for n in found if n in held and held[n] >= limit]
        return members | term, params | term, both

    return narrowed


def _with_tree(make):
    """Together with a condition on the scope."""

    def narrowed(column, entities):
        members, params, found = make(column, entities)
        term, _, having = _by_tree(column, entities)
        return members | term, params | term, [n for n in found if n in having]

    return narrowed


_WAYS = {
    "type": ("number", "1.3.1", _by_type),
    "id": ("number", "1.3.1", _by_type),
    "q": ("number", "1.3.1", _by_q),
    "geoQ": ("point", "1.3.1", _by_place),
    "attrs": ("number", "1.3.1", _by_attribute),
    "scopeQ": ("number", "1.5.1", _by_scope),
    "pick": ("number", "1.8.1", _by_pick),
    "attrs and q": ("point", "1.3.1", _with_number(_by_attribute)),
    "geoQ and q": ("point", "1.3.1", _with_number(partial(_by_place, reach=-1))),
    "scopeQ and q": ("number", "1.5.1", _with_number(_by_tree)),
    "geoQ and scopeQ": ("point", "1.5.1", _with_tree(partial(_by_place, side="min"))),
}


@pytest.mark.check(
    "CTX-QRY-59", clause="GS CIM 009 6.23.3.1", since="1.3.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.parametrize("way", list(_WAYS))
def test_a_query_by_post_finds_what_one_by_get_finds(stock, way):
    """A query in a body, of one condition or two, finds what the same query in an address finds."""
    role, since, make = _WAYS[way]
    if not stock.broker.holds_since(since):
        raise NotApplicable("version_not_claimed", f"{way} came with version {since}")
    column = stock.column(role)
    ids = column.ids[::2] if way == "id" else column.ids
    at_rest(lambda: _assert_as_by_get(stock, column, ids, make))


def _assert_as_by_get(stock, column, ids, make):
    entities = [e for e in stock.now(column.type, column.ids) if e["id"] in ids]
    members, params, expected = make(column, entities)
    entity = [{"type": column.type, "id": name} for name in ids]
    if stock.own and len(ids) == len(column.ids):
        entity = selectors(stock, column.type)
    body = {"type": "Query", "entities": entity, **members}
    by_post = _items(query_by_post(stock.broker, body, limit=_FULL))
    assert_same_set([str(i.get("id")) for i in by_post], expected, "what is found by POST")
    by_get = _items(stock.broker.query(type=column.type, id=",".join(ids), limit=_FULL, **params))
    assert_same_set([str(i.get("id")) for i in by_get], expected, "what is found by GET")
    names = {i["id"]: sorted(i) for i in by_get}
    assert_equal({i["id"]: sorted(i) for i in by_post}, names, "the members of the entities")


def _items(answer):
    """What a query gave, which may lack the type."""
    found = objects(json_array(assert_status(answer, 200), "the answer"), "the answer")
    return [short_named(item) for item in found]


_DEFECTS = {
    "type": {"type": "Search"},
    "empty": {"entities": []},
    "relation": {"geoQ": {"georel": "besides", "geometry": "Point", "coordinates": [7.9, 51.6]}},
    "json": None,
}


@pytest.fixture
def query(stock):
    """A query that is taken, with every part that the defects are about."""
    place = {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": [7.9, 51.6]}
    body = {"type": "Query", "entities": selectors(stock, stock.types[0])}
    assert_status(query_by_post(stock.broker, body | {"geoQ": place}), 200, what="a query by POST")
    return body


@pytest.mark.check(
    "CTX-QRY-60", clause="GS CIM 009 5.2.23", since="1.3.1", rests_on=("CTX-QRY-59",)
)
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_malformed_query_by_post_is_refused(stock, query, defect):
    """A query in a body that is not well formed is refused."""
    change = _DEFECTS[defect]
    body = json.dumps(query)[:-1] if change is None else query | change
    answer = query_by_post(stock.broker, body)
    assert_problem(answer, status=400, kind=_EITHER)


@pytest.mark.check(
    "CTX-QRY-61", clause="GS CIM 009 6.23.3.1", since="1.3.1", rests_on=("CTX-QRY-59", "CTX-QRY-51")
)
@pytest.mark.parametrize("asked", ["limit", "offset", "count", "options"])
def test_a_query_by_post_is_paged_and_shown_by_its_address(stock, asked):
    """Pages, count and form of a query in a body are asked for in its address, as with GET."""
    name = max(stock.types, key=lambda t: len(stock.ids(t)))
    body = {"type": "Query", "entities": selectors(stock, name)}
    looks = {"limit": _assert_paged, "offset": _assert_shifted, "count": _assert_counted}
    at_rest(lambda: looks.get(asked, _assert_simplified)(stock, name, body))


def _expected(stock, name):
    return [e["id"] for e in stock.now(name)]


def _assert_paged(stock, name, body):
    expected = _expected(stock, name)
    plan = Walk.of(len(expected))

    def turn(link):
        if link is None:
            return query_by_post(stock.broker, body, limit=plan.size)
        return query_by_post(stock.broker, body, link)

    found, _ = walk(turn, plan, name)
    assert_same_set(found, expected, "the entities on all pages")


def _assert_shifted(stock, name, body):
    known = [ids_in(query_by_post(stock.broker, body, limit=1, offset=k)) for k in (0, 1)]
    assert_equal([len(page) for page in known], [1, 1], "the numbers of entities on pages of one")
    shifted = ids_in(stock.query(name, limit=1, offset=1)) != ids_in(stock.query(name, limit=1))
    assert_equal(known[0] != known[1], shifted, "whether an offset changes the page, as with GET")


def _assert_counted(stock, name, body):
    answer = query_by_post(stock.broker, body, limit=1, count=True)
    assert_equal(len(ids_in(answer)), 1, "the number of entities on a page of one")
    assert_equal(count_of(answer), len(_expected(stock, name)), "the count")


def _assert_simplified(stock, name, body):
    by_get = entities_in(stock.query(name, options="keyValues"))
    by_post = entities_in(query_by_post(stock.broker, body, limit=_FULL, options="keyValues"))
    assert_same_set([e["id"] for e in by_post], [e["id"] for e in by_get], "the entities")
    assert_that(by_get, "no entity is found")
    known = {e["id"]: e for e in by_get}
    for entity in by_post:
        for member in entity.keys() - {"type", "scope"}:
            other = known[entity["id"]].get(member)
            assert_equal(entity[member], other, f"'{member}', simplified")
