"""Parameters that are not those of an operation, and one that all have (GS CIM 009 6.3.18, 6.3.20)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_problem,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    problem,
)
from mimtest.vocabulary.ngsild import entity_in, ids_in, own_name
from mimtest.vocabulary.ngsild_http import WAYS, read, spot_in

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def spot(stock, unknown, run_id):
    """An entity to read, and what nothing has."""
    return spot_in(stock, own_name("nothing", run_id), unknown)


@pytest.fixture
def readable(spot, way):
    """The same without the parameter under test, seen to be answered."""
    assert_status(read(spot, way), 200)
    return spot


def _assert_refused(spot, way, params, reading):
    answer = read(spot, way, **params)
    assert_problem(answer, status=400, kind=("InvalidRequest", "BadRequestData"))
    invalid = str(problem(answer)["type"]).endswith("InvalidRequest")
    reading("A11", "invalid_request" if invalid else "bad_data")


@pytest.mark.check("CTX-COM-11", clause="GS CIM 009 6.3.20", strength="should", since="1.8.1")
@pytest.mark.parametrize("way", WAYS)
def test_an_unknown_parameter_is_refused(readable, way, reading):
    """A query parameter that the API does not have is refused as an invalid request."""
    _assert_refused(readable, way, {readable.nothing: "x"}, reading)


_ELSEWHERE = {
    "query": {"timerel": "before", "timeAt": "2026-03-14T13:00:00Z"},
    "retrieve": {"q": "temperature"},
    "types": {"timerel": "before", "timeAt": "2026-03-14T13:00:00Z"},
    "attribute": {"deleteAll": True},
}


@pytest.mark.check("CTX-COM-12", clause="GS CIM 009 6.3.20", strength="should", since="1.8.1")
@pytest.mark.parametrize("way", list(_ELSEWHERE))
def test_a_parameter_of_another_operation_is_refused(readable, way, reading):
    """A query parameter that only other operations have is refused as an invalid request."""
    _assert_refused(readable, way, _ELSEWHERE[way], reading)


@pytest.fixture
def held(stock, spot, way, target):
    """An entity that the broker holds itself, seen to be found without the parameter."""
    if not stock.own and "distributed" in target.options:
        raise Inconclusive("no_data", "the entities that are read may be those of a source")
    _assert_found(spot, way, read(spot, way))
    return spot


@pytest.mark.check("CTX-COM-28", clause="GS CIM 009 6.3.18", since="1.6.1")
@pytest.mark.parametrize("way", WAYS)
def test_what_is_held_here_is_found_without_sources(held, way):
    """Wherever there is something to read, asking this broker alone gives what it holds."""
    _assert_found(held, way, read(held, way, local=True))


def _assert_found(spot, way, answer):
    assert_status(answer, 200)
    if way == "retrieve":
        found = [entity_in(answer)["id"]]
    elif way in ("query", "post-query"):
        found = ids_in(answer)
    else:
        _assert_listed(spot, way, answer)
        return
    assert_that(found == [spot.id], "the entity is not found", expected=spot.id, received=found)


def _assert_listed(spot, way, answer):
    """The type or attribute of the entity is in the answer, by its name."""
    wanted = spot.attribute if way.startswith("attribute") else spot.type
    names = {
        "types": lambda: member(json_object(answer), "typeList", list),
        "types-in-detail": lambda: [
            t.get("typeName") for t in objects(json_array(answer), "types")
        ],
        "type": lambda: [member(json_object(answer), "typeName", str)],
        "attributes": lambda: member(json_object(answer), "attributeList", list),
        "attribute": lambda: [member(json_object(answer), "attributeName", str)],
    }[way]()
    there = any(isinstance(n, str) and (n == wanted or n.endswith(f"/{wanted}")) for n in names)
    assert_that(there, "what the entity has is not listed", expected=wanted, received=names)
