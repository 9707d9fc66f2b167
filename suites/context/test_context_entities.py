"""An entity is the digital counterpart of something in the city.

These checks follow one from creation to removal (GS CIM 009 5.6.1, 5.6.6, 5.6.7).
"""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import unquote

import pytest

from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import (
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant
from mimtest.vocabulary.ngsild import (
    JSON_LD,
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    own_id,
    path_of,
)
from mimtest.vocabulary.ngsild_entities import let_pass, stamped, stamps_in
from mimtest.vocabulary.waiting import eventually
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("ngsi-ld")

#: How far the clocks of a broker's nodes may be apart.
_CLOCKS = timedelta(seconds=5)


@pytest.fixture
def unborn(broker, draft):
    """An entity to create, seen not to be there."""
    assert_status(broker.retrieve(draft["id"]), 404, 410, what="retrieving what nobody created")
    return draft


@pytest.mark.check("CTX-ENT-01", clause="GS CIM 009 5.6.1", level="writes", since="1.3.1")
def test_an_entity_is_created(broker, unborn, reading):
    """A new entity is created with its own @context, named by the Location header, and kept there."""
    names = {n: f"{DEFAULT_VOCABULARY}{n}" for n in (unborn["type"], "label", "inBuilding")}
    answer = assert_status(broker.create(unborn | {"@context": names}, JSON_LD), 201)
    where = answer.headers.get("location") or ""
    named = unquote(address_parts(where).path.rstrip("/").rpartition("/")[2])
    assert_that(
        named == unborn["id"],
        "Location does not name the entity",
        expected=f"…/entities/{unborn['id']}",
        received=where or "no Location",
    )
    reading("A23", "address" if address_parts(where).scheme else "path")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(unborn["id"])), unborn))
    with suppress(OutOfScope):  # an address that is not the target file's is not asked
        eventually(lambda: assert_holds(entity_in(broker.get(answer.location)), unborn))


@pytest.mark.check(
    "CTX-ENT-02",
    clause="GS CIM 009 6.3.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_an_entity_is_created_under_a_linked_context(broker, contexts, run_id):
    """Names of a new entity mean what the linked @context says, and come back under it."""
    sent = {
        "id": own_id("Room", run_id),
        "type": "MtRoom",
        "label": {"type": "Property", "value": "hall"},
        "inRoom": {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-town-hall"},
    }
    under = contexts.broker(contexts.terms)
    assert_status(under.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(under.retrieve(sent["id"])), sent))
    iri = contexts.own.iri
    meant = {iri(n): sent[n] for n in ("label", "inRoom")}
    meant |= {"id": sent["id"], "type": iri("MtRoom")}
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), meant))


@pytest.mark.check(
    "CTX-ENT-03",
    clause="GS CIM 009 5.6.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_an_identifier_is_not_given_twice(broker, room):
    """A second creation under the same identifier is refused; one under another in capitals is not."""
    again = room | {"label": {"type": "Property", "value": "another room"}}
    assert_problem(broker.create(again), status=409, kind="AlreadyExists")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(room["id"])), room))
    other = again | {"id": room["id"].replace(":mt-", ":MT-")}
    assert_problem(broker.retrieve(other["id"]), status=404, kind="ResourceNotFound")
    assert_status(broker.create(other), 201)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(other["id"])), other))
    assert_holds(entity_in(broker.retrieve(room["id"])), room)


@pytest.mark.check(
    "CTX-ENT-20",
    clause="GS CIM 009 5.2.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_stamps_of_the_sender_are_not_believed(broker, room, draft, reading):
    """Stamps that a client sends with a new entity are ignored in favour of the broker's own."""
    old = {"createdAt": "2001-02-03T04:05:06Z", "modifiedAt": "2001-02-03T04:05:07Z"}
    sent = {**draft, **old, "id": own_id("Room", broker.client.run_id)}
    sent["label"] = {**draft["label"], **old}
    assert_status(broker.create(sent), 201)
    later = {**draft, "id": own_id("Room", broker.client.run_id)}
    assert_status(broker.create(later), 201)
    first, entity, last = (eventually(lambda e=e: _full(broker, e)) for e in (room, sent, later))
    begin, end = (stamps_in(e, "the entity").created for e in (first, last))
    reading("A50", "fractions" if begin.microsecond else "seconds")
    label = attributes_of(entity)["label"][0]
    told = stamps_in(entity, "the entity")
    shown = [instant(label[name]) for name in old if name in label]
    for moment in (told.created, told.modified, *shown):
        assert_that(
            moment and begin - _CLOCKS <= moment <= end + _CLOCKS,
            "a stamp is not that of the writing",
            expected=f"about {begin} to {end}",
            received=str(moment),
        )


def _full(broker: Broker, sent):
    entity = stamped(broker, sent["id"])
    assert_that("label" in attributes_of(entity), "the label is missing", expected="a label")
    return entity


@pytest.mark.check(
    "CTX-ENT-27",
    clause="GS CIM 009 5.6.6.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_a_deleted_entity_is_gone(broker, room):
    """A deleted entity is no longer there, neither to read nor to delete."""
    path = path_of(room["id"])
    assert_status(broker.send("DELETE", path), 204)
    eventually(lambda: assert_status(broker.get(path), 404))
    assert_problem(broker.send("DELETE", path), status=404, kind="ResourceNotFound")


@pytest.fixture
def removed(broker, room):
    """An entity of our own that was deleted: the control of deletions that are refused."""
    before = stamps_in(stamped(broker, room["id"]), "the entity")
    assert_status(broker.send("DELETE", path_of(room["id"])), 204, what="deleting an entity")
    eventually(lambda: assert_status(broker.retrieve(room["id"]), 404))
    return room, before.created


@pytest.mark.check(
    "CTX-ENT-28",
    clause="GS CIM 009 5.6.6.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-27"),
)
@pytest.mark.usefixtures("removed")
def test_deleting_by_what_is_no_uri_is_refused(broker):
    """Deleting by something that is no URI is refused as bad request data."""
    answer = broker.send("DELETE", path_of("no uri at all"))
    if answer.status == 404 and not broker.holds_since("1.6.1"):
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-ENT-39",
    clause="GS CIM 009 5.6.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-27"),
)
def test_nothing_of_a_deleted_entity_comes_back(broker, removed, reading):
    """An entity created anew under a deleted one's identifier has its own stamps and attributes."""
    old, created = removed
    reading("A50", "fractions" if created.microsecond else "seconds")
    let_pass(created)
    new = {k: old[k] for k in ("id", "type")} | {"floor": {"type": "Property", "value": 3}}
    assert_status(broker.create(new), 201)
    entity = eventually(lambda: _created_anew(broker, new))
    again = stamps_in(entity, "the entity").created
    assert_that(
        again > created,
        "the entity is as old as the deleted one",
        expected=f"after {created}",
        received=str(again),
    )


def _created_anew(broker: Broker, new):
    entity = stamped(broker, new["id"])
    assert_holds(entity, new)
    assert_same_set(list(attributes_of(entity)), ["floor"], "the attributes")
    return entity
