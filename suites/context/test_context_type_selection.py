"""Entities are selected by several types, by names in full, and by the attributes they have.

GS CIM 009 4.17, 5.5.7, 5.7.2, 4.9.
"""

from collections.abc import Callable

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_that
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, expand
from mimtest.vocabulary.ngsild import (
    attributes_of,
    entities_in,
    has_type,
    ids_in,
    own_name,
    short_named,
)
from mimtest.vocabulary.ngsild_filters import assert_finds, parts
from mimtest.vocabulary.ngsild_q import Term
from mimtest.vocabulary.ngsild_query import query_by_post, selectors
from mimtest.vocabulary.ngsild_sample import MOST
from mimtest.vocabulary.ngsild_stock import PAGE
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

#: What an entity has besides attributes.
_ITS_OWN = {"id", "type", "scope", "@context"}

_SELECTIONS: dict[str, Callable[..., bool]] = {
    "{0}|{1}": lambda a, b, _: a or b,
    "({0};{1})": lambda a, b, _: a and b,
    "({0};{1})|{2}": lambda a, b, c: (a and b) or c,
    "({0};{1}),{2}": lambda a, b, c: (a and b) or c,
}


@pytest.fixture
def types(stock):
    """Three types with entities; of our own, some have the first and the second."""
    if len(stock.types) < 3:
        raise Inconclusive("no_data", "there are no entities of three types")
    sensor, room, door = stock.types[:3]
    return room, door, sensor


def _assert_selected(stock, selection, types, holds):
    """A selection of types gives exactly the entities it says, of those that are known."""
    known = {e["id"]: e for t in types for e in _of(stock, t)}
    expected = [i for i, e in known.items() if holds(*(has_type(e, t) for t in types))]
    asked = {} if stock.own else {"id": ",".join(known)}
    found = ids_in(stock.broker.query(type=selection, limit=PAGE, **asked))
    assert_same_set(found, expected, f"type={selection}")


def _of(stock, name):
    """Some entities of a type; of ours all."""
    return stock.of(name) if stock.own else stock.now(name, stock.ids(name)[: MOST // 2])


@pytest.mark.check("CTX-QRY-09", clause="GS CIM 009 4.17", since="1.3.1", rests_on=("CTX-QRY-01",))
def test_a_list_of_types_gives_the_entities_of_each(stock):
    """A query for two types gives the entities of the one and of the other."""
    if len(stock.types) < 2:
        raise Inconclusive("no_data", "there are no entities of two types")
    pair = (*stock.types[1:], *stock.types)[:2]
    for name in pair:
        at_rest(lambda one=name: _assert_selected(stock, one, (one,), lambda a: a))
    at_rest(lambda: _assert_selected(stock, ",".join(pair), pair, lambda a, b: a or b))


@pytest.mark.check("CTX-QRY-10", clause="GS CIM 009 4.17", since="1.5.1", rests_on=("CTX-QRY-09",))
@pytest.mark.parametrize("form", _SELECTIONS, ids=["or", "and", "and or", "and comma"])
def test_types_are_joined_by_and_and_or(stock, types, form):
    """A selection of types with "and", "or" and brackets gives the entities logic says."""
    for name in types:
        at_rest(lambda one=name: _assert_selected(stock, one, (one,), lambda a: a))
    selection = form.format(*types)
    at_rest(lambda: _assert_selected(stock, selection, types, _SELECTIONS[form]))


@pytest.fixture
def iri(stock, interface):
    """What the first type is called in full."""
    if stock.own or interface.context is None:
        return f"{DEFAULT_VOCABULARY}{stock.types[0]}"
    named = {"@context": interface.context, "id": "urn:x:y", "type": stock.types[0]}
    return expand(named, stock.broker.context_at)["@type"][0]


@pytest.mark.check("CTX-QRY-11", clause="GS CIM 009 5.5.7", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("named", ["in full", "by another term", "by a term for another"])
def test_a_type_is_what_its_name_stands_for(stock, iri, run_id, named):
    """A type is found by its IRI or any term for that, and not by its name where it means another."""
    name = stock.types[0]
    at_rest(lambda: _assert_named(stock, name, iri, named, run_id))


def _assert_named(stock, name, iri, named, run_id):
    known = [e["id"] for e in stock.now(name)]
    assert_that(known, "no entity is there any more", expected=name)
    if named == "in full":
        answer = stock.broker.query(**stock.asked(name) | {"type": iri})
        assert_same_set(ids_in(answer), known, f"the entities of type {iri}")
        return
    term = own_name("MtTerm", run_id)
    assert_same_set(_found(stock, name, term, iri), known, f"the entities of a term for {iri}")
    if named == "by a term for another":
        found = _found(stock, name, name, f"urn:ngsi-ld:mt:{run_id}:other")
        assert_same_set(found, [], f"the entities of another type called {name}")


def _found(stock, name, term, iri):
    """What a query finds in whose @context a term stands for that IRI."""
    asked = [s | {"type": term} for s in selectors(stock, name)]
    body = {"@context": {term: iri}, "type": "Query", "entities": asked}
    return ids_in(query_by_post(stock.broker, body, limit=PAGE))


@pytest.mark.check(
    "CTX-QRY-12", clause="GS CIM 009 6.4.3.2", since="1.9.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.parametrize("scope", ["local", "not local"])
def test_a_star_stands_for_any_type(stock, scope):
    """A star for the type selects entities of any type, and only local ones."""
    name = stock.types[0]
    at_rest(lambda: _assert_of_any_type(stock, name))
    if scope == "not local":
        answer = stock.broker.query(type="*", local=False, id=stock.ids(name)[0])
        assert_problem(answer, status=400, kind="BadRequestData")


def _assert_of_any_type(stock, name):
    known = [e["id"] for e in stock.now(name)][:MOST]
    found = ids_in(stock.broker.query(type="*", id=",".join(known), limit=PAGE))
    assert_same_set(found, known, "the entities of any type")


@pytest.mark.check("CTX-QRY-13", clause="GS CIM 009 5.7.2", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("form", ["full", "simplified"])
def test_attributes_select_and_restrict(stock, form):
    """A query for an attribute gives the entities that have it, and of these that attribute alone."""
    column = stock.lacked("anything")
    shown = {} if form == "full" else {"options": "keyValues"}
    at_rest(lambda: _assert_restricted(stock, column, shown))


def _assert_restricted(stock, column, shown):
    now = stock.now(column.type, column.ids)
    having = [e["id"] for e in now if column.name in e]
    found = entities_in(stock.query(column.type, column.ids, attrs=column.name, **shown))
    assert_same_set([e["id"] for e in found], having, f"those that have {column.name}")
    for entity in found:
        names = list(_bare(entity) if shown else attributes_of(entity))
        assert_same_set(names, [column.name], f"the attributes of {entity['id']}")


def _bare(entity):
    return short_named(entity).keys() - _ITS_OWN


@pytest.mark.check("CTX-QRY-14", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("target", ["attribute", "sub-attribute", "nothing", "other case"])
def test_a_name_alone_asks_whether_it_is_there(stock, target, run_id):
    """A query that is a name finds the entities that have this attribute or sub-attribute."""
    if target == "sub-attribute":
        chosen = parts(stock)
        assert_finds(stock, chosen.column, chosen.term())
        return
    column = stock.lacked("anything")
    assert_finds(stock, column, Term(column.name))
    if target == "nothing":
        assert_finds(stock, column, Term(own_name("absent", run_id)), parts=False)
    if target == "other case" and stock.own:
        assert_finds(stock, column, Term(column.name.upper()), parts=False)
