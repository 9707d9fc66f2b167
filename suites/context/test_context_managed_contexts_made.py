"""@contexts that a broker makes, may not lose, and has for its tenants (GS CIM 009 5.5.10, 5.13)."""

import time

import pytest

from mimtest.errors import NotApplicable
from mimtest.network.links import parse_links
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import (
    CONTEXT_RELATION,
    JSON,
    JSON_LD,
    assert_holds,
    entity_in,
    own_id,
    own_name,
)
from mimtest.vocabulary.ngsild_entities import instance_in
from mimtest.vocabulary.ngsild_managed import (
    IMPLICIT,
    Managed,
    assert_same_terms,
    entry_for,
    name_in,
    path_of,
    place_of,
)
from mimtest.vocabulary.ngsild_meaning import is_core, linked_contexts
from mimtest.vocabulary.ngsild_tenants import in_tenant, own_entity, put
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_PAUSES = (0.2, 0.3, 0.5, 0)
_LOCATION = "https://uri.etsi.org/ngsi-ld/location"


@pytest.mark.check(
    "CTX-JSC-13",
    clause="GS CIM 009 5.13.1",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-03", "CTX-NOT-01"),
)
def test_a_context_that_is_made_is_listed(managed, document, keeping, receiver):
    """The @context a notification in JSON links, made by the broker of several, is listed and served."""
    box, terms, run_id = receiver.mailbox(), document.contexts.own, keeping.client.run_id
    more = {"extra": terms.iri("extra")}
    kind = f"ex:{own_name('MtKind', run_id)}"
    body = {
        "id": own_id("Subscription", run_id),
        "type": "Subscription",
        "entities": [{"type": kind}],
        "notification": {"endpoint": {"uri": box.url, "accept": JSON}},
        "@context": [document.url, more],
    }
    place = f"/subscriptions/{body['id']}"
    headers = {"Content-Type": JSON_LD}
    answer = keeping.client.create("/subscriptions", undo=place, json=body, headers=headers)
    assert_status(answer, 201)
    sent = {"id": own_id("Thing", run_id), "type": kind, "@context": terms.terms}
    sent["temp"] = {"type": "Property", "value": 21.5}
    assert_status(keeping.create(sent, JSON_LD), 201, what="creating an entity")
    asked = _told(box, keeping, sent["id"], terms.iri("temp"))
    given = parse_links(asked.headers.get("link", ""), keeping.client.url("/"))
    linked_to = [k["href"] for k in given if CONTEXT_RELATION in k.get("rel", "").split()]
    assert_that(linked_to, "the notification links no @context", received=dict(asked.headers))
    listed = eventually(lambda: _entry(managed, linked_to[0]))
    place = path_of(str(listed.get("localId") or name_in(linked_to[0])))
    assert_same_terms(managed.get(place), {**terms.terms, **more}, document.load)


def _told(box, keeping, id, name):
    """What comes of a change, which others follow while nothing does: a subscription may count later."""
    for value, pause in enumerate(_PAUSES):
        change = {name: {"type": "Property", "value": value}}
        answer = keeping.send("PATCH", f"/entities/{id}/attrs", change)
        assert_status(answer, 204, what="changing an entity")
        if box.receiver.hosting.wait(box.path, bool, time.monotonic() + pause):
            break
    return box.wait(where=lambda a: id.encode() in a.body)[0]


def _entry(managed, address):
    """The entry of the list for a @context that the broker has made."""
    found = entry_for(address, managed.details(kind=IMPLICIT))
    assert_that(found, "the linked @context is not listed", expected=address, received="no entry")
    return found


@pytest.mark.check(
    "CTX-JSC-14",
    clause="GS CIM 009 5.13.5",
    level="writes",
    strength="may",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-08",),
)
def test_the_core_context_is_not_lost(target, managed, keeping, room, reading):
    """Core terms mean the same after the core @context was to be deleted, whether that is refused or not."""
    if "purge-all" not in target.options:
        message = "claims.options does not name 'purge-all', which allows deletions beyond own data"
        raise NotApplicable("condition_not_claimed", message)
    given = linked_contexts(assert_status(keeping.get("/types"), 200))
    listed = [i for i in managed.details() if is_core(str(i.get("URL") or i.get("url")))]
    names = [str(i.get("localId")) for i in listed] or [u for u in given if is_core(u)]
    for name in names[:1]:
        answer = assert_status(managed.delete(path_of(name)), 204, 400, 403, 404, 405, 409, 422)
        reading("A33", "deleted" if answer.status == 204 else "refused")
    held = entity_in(keeping.retrieve(room["id"], attrs=_LOCATION))
    found = instance_in(held, "location")
    assert_equal(found.get("value"), room["location"]["value"], "the location")
    again = {**room, "id": f"{room['id']}-again"}
    assert_status(keeping.create(again), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(keeping.retrieve(again["id"])), again))


@pytest.fixture
def homes(broker, interface, run_id):
    """The broker for two tenants that exist."""
    named = list(interface.tenants[:2])
    found = [
        in_tenant(broker, n)
        for n in (named if len(named) > 1 else [f"mt{run_id}a", f"mt{run_id}b"])
    ]
    for home in found:
        put(home, own_entity("MtHome", run_id, 1))
    return found


@pytest.mark.check(
    "CTX-TEN-10",
    clause="GS CIM 009 5.5.10, 5.13",
    level="writes",
    strength="may",
    since="1.5.1",
    option="tenants",
    rests_on=("CTX-TEN-01", "CTX-JSC-05"),
)
def test_contexts_of_tenants(target, homes, terms, reading):
    """A @context hosted in one tenant is served there; another has the same one, or finds nothing."""
    if "jsonld-contexts" not in target.options:
        message = "claims.options does not name 'jsonld-contexts'"
        raise NotApplicable("condition_not_claimed", message)
    one, other = (Managed(h.client, headers=h.names) for h in homes)
    answer = one.add({"@context": terms.terms})
    if answer.status in (400, 415):
        one = Managed(one.client, "application/ld+json", one.headers)
        answer = one.add({"@context": terms.terms})
    place = place_of(assert_status(answer, 201))
    eventually(lambda: assert_same_terms(one.get(place), terms.terms))
    seen = other.get(place)
    reading("A93", "shared" if seen.status == 200 else "apart")
    if seen.status == 200:
        assert_same_terms(seen, terms.terms)
    else:
        assert_problem(seen, status=404, kind=("ResourceNotFound", "NonexistentTenant"))
    listed = entry_for(place, other.details()) is not None
    assert_equal(listed, seen.status == 200, "whether another tenant lists what it can have")
