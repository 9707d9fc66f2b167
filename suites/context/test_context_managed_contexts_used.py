"""@contexts that a broker hosts, caches or makes, in use (GS CIM 009 5.13).

Whether a broker keeps what it has fetched is its own choice: where it was seen to fetch for every request, the rows
about kept @contexts do not apply.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.incoming import Reply
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_status,
    assert_that,
    json_object,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild import (
    JSON,
    Broker,
    assert_holds,
    entity_in,
    own_id,
)
from mimtest.vocabulary.ngsild_contexts import linked
from mimtest.vocabulary.ngsild_managed import (
    CACHED,
    address_in,
    entry_for,
    hosted,
    path_of,
    require_cached,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_NOT_AVAILABLE = (504, 503)


@pytest.fixture
def kept(managed, document, run_id):
    """The same, kept by the broker, the path of what it keeps, and an entity that it gives names to."""
    entry = require_cached(document, managed, run_id)
    sent = document.use(run_id)
    _seen_as(document, sent, "temp")
    return document, path_of(str(entry.get("localId") or document.url)), sent


@pytest.fixture
def own(keeping, terms):
    """The @contexts of the broker, and the path of one that it hosts for us."""
    return hosted(keeping.client, {"@context": terms.others})


def _seen_as(document, sent, term):
    """The attribute is shown under this name to whoever reads under the @context."""
    reader = document.contexts.broker(document.url)
    answer = reader.client.get(
        f"/entities/{sent['id']}", headers={"Accept": JSON, **reader.names}, patient=False
    )
    held = json_object(assert_status(answer, 200))
    assert_that(term in held, "names are not those of the @context", expected=term, received=held)


@pytest.mark.check(
    "CTX-JSC-07",
    clause="GS CIM 009 5.13.1, 5.13.4",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-03",),
)
def test_a_fetched_context_is_listed_and_not_served(managed, document, run_id, reading):
    """A @context that was fetched and kept is listed as such; its content is its origin's to serve."""
    entry = require_cached(document, managed, run_id)
    assert_equal(entry.get("kind"), CACHED, "the kind of a fetched @context")
    place = path_of(str(entry.get("localId") or document.url))
    about = json_object(assert_status(managed.get(place, details="true"), 200))
    assert_equal(address_in(about), document.url, "the address it came from")
    answer = managed.get(place)
    assert_status(answer, 422, 400, 404, 200)
    reading("A35", str(answer.status))
    if answer.status == 422:
        assert_problem(answer, status=422, kind="OperationNotSupported")


@pytest.mark.check(
    "CTX-JSC-09",
    clause="GS CIM 009 5.13.5",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-07",),
)
def test_a_kept_context_is_loaded_again(managed, kept, terms):
    """A kept @context is fetched anew when asked for, and the new one is in use."""
    document, place, sent = kept
    document.serve({**terms.terms, "temp": None, "warmth": terms.iri("temp")})
    assert_status(managed.delete(place, reload="true"), 204)
    assert_that(document.count, "it was not fetched", expected="1 time or more", received="0 times")
    eventually(lambda: _seen_as(document, sent, "warmth"))


@pytest.mark.check(
    "CTX-JSC-10",
    clause="GS CIM 009 5.13.5",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-09",),
)
@pytest.mark.parametrize("what", ["missing", "broken"])
def test_a_context_that_cannot_be_loaded_stays(managed, kept, what, reading):
    """Loading a @context again from an origin that has none is told, and the kept one stays in use."""
    document, place, sent = kept
    document.serve(Reply(404) if what == "missing" else Reply(200, b"{", "application/ld+json"))
    headers = managed.headers
    answer = managed.client.delete(place, params={"reload": "true"}, headers=headers, patient=False)
    assert_problem(answer, status=_NOT_AVAILABLE, kind="LdContextNotAvailable")
    reading("A03", str(answer.status))
    listed = managed.details(kind=CACHED)
    assert_that(entry_for(place, listed), "it is gone", expected=document.url, received="no entry")
    _seen_as(document, sent, "temp")


@pytest.mark.check(
    "CTX-JSC-12",
    clause="GS CIM 009 5.13.1",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-JSC-05", "CTX-ENT-01"),
)
def test_a_hosted_context_is_used(keeping, terms, own, run_id):
    """The address of a hosted @context names things in a creation and in a retrieval."""
    client, (managed, place) = keeping.client, own
    entry = entry_for(place, managed.details())
    addresses = dict.fromkeys([*([address_in(entry)] if entry else []), client.url(place)])
    is_unreached = False
    sent = {"id": own_id("Thing", run_id), "type": "MtThing"}
    sent["temp"] = {"type": "Property", "value": 21.5}
    for address in addresses:
        named = Broker(client, linked(address))
        answer = named.client.create(
            "/entities",
            undo=f"/entities/{sent['id']}",
            json=sent,
            headers={**named.names, "Content-Type": JSON},
            patient=False,
        )
        is_unreached = is_unreached or answer.status in _NOT_AVAILABLE
        if answer.status not in (*_NOT_AVAILABLE, 400):
            break
    else:
        if is_unreached:
            detail = f"the broker does not reach itself at {' or '.join(addresses)}"
            raise Inconclusive("precondition_unmet", detail)
    assert_status(answer, 201)
    eventually(lambda: assert_holds(entity_in(named.retrieve(sent["id"])), sent))
    plain = eventually(lambda: entity_in(keeping.retrieve(sent["id"])))
    full = {terms.other_iri("temp"), f"{DEFAULT_VOCABULARY}temp", "temp"} & plain.keys()
    assert_equal(sorted(full), [terms.other_iri("temp")], "the full name of the attribute")
