"""A query gives the parts of entities that were asked for (GS CIM 009 4.5.5, 4.21, 5.7.2)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    objects,
    same,
)
from mimtest.vocabulary.ngsild import attributes_of, entities_in, short_named
from mimtest.vocabulary.ngsild_own import DATASETS
from mimtest.vocabulary.ngsild_query import query_by_post, selectors
from mimtest.vocabulary.ngsild_sample import plain_names
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_WHOLE = ("id", "type", "scope")
_EITHER = ("BadRequestData", "InvalidRequest")


@pytest.fixture
def column(stock):
    """An attribute that some entities have beside others."""
    found = stock.column("number")
    others = (n for e in stock.of(found.type) if found.name in e for n in plain_names(e))
    if not any(n != found.name for n in others):
        raise Inconclusive("no_data", "no entity has two attributes")
    return found


def _items(answer):
    """What a query gave, which may lack id and type."""
    items = objects(json_array(assert_status(answer, 200), "the answer"), "the answer")
    return [short_named(item) for item in items]


@pytest.mark.check("CTX-QRY-44", clause="GS CIM 009 4.21", since="1.8.1", rests_on=("CTX-QRY-14",))
@pytest.mark.parametrize("asked", ["attribute", "id", "omitted", "members"])
def test_entities_are_reduced_to_the_members_asked_for(stock, column, asked):
    """Entities are reduced to the members that were picked, or lack those that were omitted."""
    params = {
        "attribute": {"pick": column.name},
        "id": {"pick": f"id,{column.name}"},
        "omitted": {"omit": column.name},
        "members": {"pick": "scope,type"},
    }
    at_rest(lambda: _assert_reduced(stock, column, params[asked]))


def _assert_reduced(stock, column, params):
    only = {"q": column.name}  # every entity has the attribute, so that none comes out empty
    full = [short_named(e) for e in entities_in(stock.query(column.type, column.ids, **only))]
    assert_that(full, "no entity with the attribute is found")
    items = _items(stock.query(column.type, column.ids, **only, **params))
    expected = [_reduced(e, params) for e in full]
    assert_equal(
        sorted(sorted(item) for item in items),
        sorted(sorted(item) for item in expected),
        "the names of the members of each entity",
    )
    known, found = ([attributes_of(i) for i in listed] for listed in (expected, items))
    for name in {n for held in known for n in held}:
        held = [e[name] for e in known if name in e]
        given = [i[name] for i in found if name in i]
        strange = [g for g in given if not any(same(g, k) for k in held)]
        assert_that(not strange, f"'{name}' differs", expected=held, received=strange)
    ids = [[str(i["id"]) for i in listed if "id" in i] for listed in (items, expected)]
    assert_same_set(*ids, "the ids")


def _reduced(entity, params):
    names = (params.get("pick") or params["omit"]).split(",")
    return {k: v for k, v in entity.items() if (k in names) == ("pick" in params)}


@pytest.fixture
def picked(stock, column):
    """An attribute that was picked, and given: the control of what cannot be picked."""
    items = _items(stock.query(column.type, column.ids, q=column.name, pick=column.name))
    given = items and all(column.name in item for item in items)
    assert_that(given, "what is picked is not given", expected=column.name)
    return column.name


@pytest.mark.check("CTX-QRY-45", clause="GS CIM 009 4.21", since="1.8.1", rests_on=("CTX-QRY-44",))
@pytest.mark.parametrize("asked", ["attrs", "absent", "nothing"])
def test_members_that_cannot_be_picked_are_not_made_up(stock, column, picked, asked, run_id):
    """Picking what nothing has gives no attribute; picking nothing is refused."""
    if asked == "nothing":
        body = {"type": "Query", "entities": selectors(stock, column.type, column.ids), "pick": []}
        answer = query_by_post(stock.broker, body)
        assert_problem(answer, status=400, kind=_EITHER)
        return
    absent = f"MtNothing{run_id}"
    both = {"pick": picked, "attrs": f"{picked},{absent}"}
    params = both if asked == "attrs" else {"pick": absent}
    answer = stock.query(column.type, column.ids, **params)
    if asked == "attrs" and answer.status == 400:
        assert_problem(answer, status=400, kind=_EITHER)
        return
    others = {n for i in _items(answer) for n in attributes_of(i)} - {params["pick"]}
    assert_that(not others, "attributes that were not picked", received=sorted(others))


@pytest.mark.check("CTX-QRY-46", clause="GS CIM 009 4.5.5", since="1.8.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("dataset", ["named", "default", "unknown"])
def test_only_instances_of_the_data_set_are_given(stock, dataset, run_id):
    """Of each attribute, only the instances of the data set asked for are given."""
    column = stock.column("several")
    wanted = {
        "named": _datasets(stock, column)[0],
        "default": "@none",
        "unknown": f"{DATASETS}nothing-{run_id}",
    }
    at_rest(lambda: _assert_of_dataset(stock, column, wanted[dataset]))


def _datasets(stock, column):
    instances = (i for e in stock.of(column.type) for i in attributes_of(e).get(column.name, ()))
    return sorted({i["datasetId"] for i in instances if "datasetId" in i})


def _assert_of_dataset(stock, column, wanted):
    known = {e["id"]: _of_dataset(e, wanted) for e in stock.now(column.type)}
    found = entities_in(stock.query(column.type, datasetId=wanted))
    for entity in found:
        held = {n: len(i) for n, i in attributes_of(entity).items()}
        expected = known.get(entity["id"])
        assert_equal(held, expected, f"the numbers of instances of {entity['id']}")
        for name, instances in attributes_of(entity).items():
            sets = [i.get("datasetId", "@none") for i in instances]
            assert_same_set(sets, [wanted], f"the data set of '{name}'")
    some = [name for name, held in known.items() if held]
    lost = sorted(set(some) - {e["id"] for e in found})
    assert_that(not lost, "entities with the data set are not given", received=lost)


def _of_dataset(entity, wanted):
    """How many instances of each attribute are of a data set."""
    counts = {
        name: len([i for i in instances if i.get("datasetId", "@none") == wanted])
        for name, instances in attributes_of(entity).items()
    }
    return {name: count for name, count in counts.items() if count}
