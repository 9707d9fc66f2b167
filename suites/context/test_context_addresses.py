"""Addresses: percent-encoding, slashes, what is no address at all (GS CIM 009 5.5.1, 6.2; RFC 3986)."""

from urllib.parse import quote

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    member,
)
from mimtest.vocabulary.ngsild import assert_holds, entity_in, ids_in, own_name, path_of
from mimtest.vocabulary.ngsild_changes import attrs_of, seen
from mimtest.vocabulary.ngsild_http import alive, assert_links, place, spot_in
from mimtest.vocabulary.ngsild_meaning import linked_contexts
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_REDIRECTS = (301, 302, 303, 307, 308)


@pytest.fixture
def spot(stock, unknown, run_id):
    """An entity to read, and what nothing has."""
    return spot_in(stock, own_name("nothing", run_id), unknown)


@pytest.mark.check("CTX-COM-18", clause="GS CIM 009 6.2", since="1.3.1", rests_on=("CTX-QRY-01",))
def test_a_collection_has_a_slash_at_its_end_or_none(spot, reading):
    """The entities are found at an address with a slash at its end and without; one may redirect."""
    _, params = place(spot, "query")

    def look(where):
        answer = spot.broker.get(where, **params)
        moved = answer.status in _REDIRECTS
        if moved:
            assert_that(answer.location, "a redirect leads nowhere", expected="Location")
            answer = spot.broker.get(answer.location)
        assert_same_set(ids_in(answer), [spot.id], f"what is found at {where}")
        return moved

    moved = [at_rest(lambda w=where: look(w)) for where in ("/entities", "/entities/")]
    assert_that(not all(moved), "both addresses redirect", expected="one that does not")
    reading("A23", "redirected" if any(moved) else "both_forms")


def _encoded(id, how):
    """The identifier with a letter, or its colons, percent-encoded although they need not be."""
    if how == "colon":
        return quote(id, safe="")
    return f"%{ord(id[0]):02X}{quote(id[1:], safe=':')}"


@pytest.mark.check(
    "CTX-COM-20",
    clause="GS CIM 009 5.5.1; RFC 3986 6.2.2.2",
    since="1.3.1",
    rests_on=("CTX-ENT-21",),
)
@pytest.mark.parametrize("how", ["letter", "colon"])
def test_an_identifier_may_be_percent_encoded(spot, how):
    """An entity is retrieved under its identifier with a letter, or its colons, percent-encoded."""
    alive(spot.broker, spot.id)
    found = entity_in(spot.broker.get(f"/entities/{_encoded(spot.id, how)}"))
    assert_equal(found["id"], spot.id, "the id")


@pytest.mark.check(
    "CTX-COM-21",
    clause="GS CIM 009 5.5.1; RFC 3986 2.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-27", "CTX-ATT-05"),
)
def test_a_web_address_can_be_an_identifier(keeping, room, run_id):
    """An entity whose identifier is an http address with path and query is made, changed and removed."""
    name = own_name("floor", run_id)
    id_ = f"http://mimtest.example/rooms/1?of={name}&wing=north"
    entity = {**room, "id": id_, "type": own_name("MtRoom", run_id)}
    assert_status(keeping.create(entity), 201)
    eventually(lambda: assert_same_set(ids_in(keeping.query(type=entity["type"])), [id_], "found"))
    _require_path(keeping, id_)
    seen(keeping, entity)
    label = {"label": {"type": "Property", "value": "Keller"}}
    assert_status(keeping.send("PATCH", attrs_of(entity), label), 204)
    eventually(lambda: assert_holds(entity_in(keeping.retrieve(id_)), {**entity, **label}))
    assert_status(keeping.client.delete(path_of(id_)), 204)
    eventually(lambda: assert_equal(ids_in(keeping.query(type=entity["type"])), [], "what is left"))


def _require_path(broker, id):
    """Slashes in a segment of a path are refused or decoded by many gateways: nothing follows."""
    if broker.retrieve(id).status in (400, 404):
        broker.send("POST", "/entityOperations/delete", [id])
        detail = (
            "what a query finds is not found at its address; a gateway may decode slashes in it"
        )
        raise Inconclusive("precondition_unmet", detail)


@pytest.mark.check("CTX-COM-25", clause="GS CIM 009 6.3.6, 6.3.10; RFC 8288 3", since="1.3.1")
def test_several_links_are_well_formed(stock):
    """Links to the next page and to the @context are well formed, in one header line or in several."""
    name = max(stock.types, key=lambda t: len(stock.ids(t)))
    answer = assert_status(stock.broker.query(type=name, limit=1), 200)
    assert_links(answer)
    if len(answer.links) == 1:
        raise Inconclusive("no_data", f"a page of {name} has one link alone")
    contexts = linked_contexts(answer)
    assert_equal(len(contexts), 1, "the number of links to a @context")
    for link in answer.links:
        member(link, "rel", str, "a link")
