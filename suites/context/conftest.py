"""What the checks of the context suite start from. A precondition that fails here decides nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import Client
from mimtest.network.hosting import Hosting
from mimtest.target import Interface, Level, Target
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.expect import assert_status, member
from mimtest.vocabulary.ngsild import Broker, assert_holds, entities_in, entity_in, own_id, own_name
from mimtest.vocabulary.ngsild_contexts import (
    Contexts,
    OwnTerms,
    hosted,
    own_terms,
    require_way_back,
)
from mimtest.vocabulary.ngsild_making import own_stock
from mimtest.vocabulary.ngsild_managed import Fetched, Managed, fetched
from mimtest.vocabulary.ngsild_maps import Mapped, mapped
from mimtest.vocabulary.ngsild_notifications import Notifier, notifier, require_notified
from mimtest.vocabulary.ngsild_past import Past
from mimtest.vocabulary.ngsild_past_own import own_past, sampled_past
from mimtest.vocabulary.ngsild_registrations import Registry, registry_of
from mimtest.vocabulary.ngsild_sample import Sample
from mimtest.vocabulary.ngsild_snapshots import own_entities
from mimtest.vocabulary.ngsild_stock import Stock, sampled
from mimtest.vocabulary.ngsild_subscriptions import Desk, desk_of
from mimtest.vocabulary.ngsiv2 import V2Broker
from mimtest.vocabulary.ngsiv2 import assert_holds as v2_assert_holds
from mimtest.vocabulary.ngsiv2 import entity_in as v2_entity_in
from mimtest.vocabulary.ngsiv2_own import room as v2_own_room
from mimtest.vocabulary.ngsiv2_sample import Stock as V2Stock
from mimtest.vocabulary.ngsiv2_sample import made as v2_made
from mimtest.vocabulary.ngsiv2_sample import sampled as v2_sampled
from mimtest.vocabulary.receiving import Receiver, receiver_for
from mimtest.vocabulary.rest import Api, Listing, find_api, lists_of, records_among
from mimtest.vocabulary.waiting import Experience, eventually, experience, patience

_MOST_TYPES = 8


@pytest.fixture(scope="session")
def waiting(interface: Interface) -> Experience:  # noqa: ARG001 - one for each interface
    """What waiting for the interface has been good for so far."""
    return Experience()


@pytest.fixture(autouse=True)
def settled(interface: Interface, waiting: Experience) -> Iterator[None]:
    """Writes are waited for as long as the target file says they take to settle."""
    token, learned = patience.set(interface.settles), experience.set(waiting)
    yield
    patience.reset(token)
    experience.reset(learned)


@pytest.fixture(scope="session")
def broker(client: Client, interface: Interface) -> Broker:
    """The broker under the default @context, for data of our own."""
    patience.set(interface.settles)
    return Broker(client)


@pytest.fixture(scope="session")
def reader(client: Client, interface: Interface) -> Broker:
    """The broker under the @context of the target file, for the data it holds."""
    return Broker(client, context_link(interface))


@pytest.fixture(scope="session")
def samples(reader: Broker, interface: Interface) -> tuple[Sample, ...]:
    """Some entities of each type the target file names, of types that have any."""
    found = [_sample(reader, name) for name in list(_types(reader, interface))[:_MOST_TYPES]]
    filled = tuple(s for s in found if s.entities)
    if not filled:
        raise Inconclusive("no_data", "there is no entity of the types in the target file")
    return filled


def _types(reader: Broker, interface: Interface) -> Iterator[str]:
    if interface.types:
        yield from interface.types
        return
    listed = assert_status(reader.get("/types"), 200).json()
    yield from (t for t in member(listed, "typeList", list) if isinstance(t, str))


def _sample(reader: Broker, name: str) -> Sample:
    found = entities_in(reader.query(type=name, limit=20))
    listed = tuple(e for e in found if "," not in e["id"])
    plain = tuple(e for e in listed if "/" not in e["id"])  # which needs no encoding in a path
    return Sample(name, plain or listed)


@pytest.fixture
def known(reader: Broker, samples: tuple[Sample, ...]) -> dict[str, Any]:
    """An entity of the broker that can be retrieved: the control of what is refused."""
    entity = dict(samples[0].entities[0])
    assert_status(reader.retrieve(entity["id"]), 200, what="retrieving a known entity")
    return entity


@pytest.fixture
def unknown(reader: Broker, run_id: str) -> str:
    """An identifier that nothing has, seen not to be found: the control of what is found."""
    name = own_id("Nothing", run_id)
    assert_status(reader.retrieve(name), 404, 410, what="retrieving an unknown entity")
    return name


@pytest.fixture
def draft(run_id: str) -> dict[str, Any]:
    """An entity that nobody has created yet."""
    return {
        "id": own_id("Room", run_id),
        "type": own_name("MtRoom", run_id),
        "label": {"type": "Property", "value": "Sitzungssaal, Süd"},
        "temperature": {
            "type": "Property",
            "value": 21.5,
            "unitCode": "CEL",
            "observedAt": "2026-03-14T13:00:00Z",
        },
        "inBuilding": {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-town-hall"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [7.9, 51.6]},
        },
    }


@pytest.fixture(scope="session")
def keeping(broker: Broker, run_id: str) -> Broker:
    """The broker, seen to keep what it is given; waited for once, not once a check."""
    sent = {"id": own_id("Kept", run_id), "type": own_name("MtKept", run_id)}
    assert_status(broker.create(sent), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))
    return broker


@pytest.fixture
def room(keeping: Broker, draft: dict[str, Any]) -> dict[str, Any]:
    """An entity of our own, created and seen to be there."""
    assert_status(keeping.create(draft), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(keeping.retrieve(draft["id"])), draft))
    return draft


@pytest.fixture(scope="session")
def stock(request: pytest.FixtureRequest, client: Client, run_id: str) -> Stock:
    """What reading checks are tried on: our own data set, or in a run that only reads samples."""
    if not client.level.allows(Level.WRITES):
        reader = request.getfixturevalue("reader")
        return sampled(reader, request.getfixturevalue("samples"))
    broker = request.getfixturevalue("broker")
    with client.recorder.preparing(client.level):
        return own_stock(broker, run_id)


@pytest.fixture(scope="session")
def past(request: pytest.FixtureRequest, client: Client, run_id: str) -> Past:
    """What reading the past is tried on: our own data set, or in a run that only reads a sample."""
    if not client.level.allows(Level.WRITES):
        reader = request.getfixturevalue("reader")
        return sampled_past(reader, request.getfixturevalue("samples"))
    broker = request.getfixturevalue("broker")
    with client.recorder.preparing(client.level):
        return own_past(broker, run_id)


@pytest.fixture(scope="session")
def terms(run_id: str) -> OwnTerms:
    """The names of our own @contexts, which inline contexts and full IRIs use as well."""
    return own_terms(run_id)


@pytest.fixture(scope="session")
def contexts(hosting: Hosting, client: Client, terms: OwnTerms) -> Contexts:
    """Our @context documents, seen to be fetched by the broker."""
    found = hosted(hosting, client, terms)
    require_way_back(found)
    return found


@pytest.fixture(scope="session")
def receiver(request: pytest.FixtureRequest, hosting: Hosting, broker: Broker) -> Receiver:
    """Where the product delivers what it tells of, seen to be reached by it."""
    opened = receiver_for(broker.client, hosting)
    try:
        request.getfixturevalue("contexts")
    except Inconclusive as unreached:
        require_notified(broker, opened, unreached)
    return opened


@pytest.fixture(scope="session")
def notifying(keeping: Broker, receiver: Receiver) -> Notifier:
    """The broker, seen to notify, and how soon a new subscription counts."""
    with keeping.client.recorder.preparing(keeping.client.level):
        return notifier(keeping, receiver)


@pytest.fixture(scope="session")
def desk(broker: Broker, hosting: Hosting) -> Desk:
    """Where subscriptions are made."""
    return desk_of(broker, hosting)


@pytest.fixture(scope="session")
def registry(client: Client, hosting: Hosting) -> Registry:
    """Where sources are registered and registrations subscribed to."""
    return registry_of(client, hosting)


@pytest.fixture(scope="session")
def own(keeping: Broker) -> Mapped:
    """Entities of our own, and a map of them."""
    with keeping.client.recorder.preparing(keeping.client.level):
        return mapped(keeping)


@pytest.fixture(scope="session")
def things(keeping: Broker) -> list[dict[str, Any]]:
    """Entities of our own, the only ones of their type."""
    with keeping.client.recorder.preparing(keeping.client.level):
        return own_entities(keeping)


@pytest.fixture
def managed(broker: Broker) -> Managed:
    """The @contexts of the broker, seen to be listed."""
    found = Managed(broker.client)
    assert_status(found.get(), 200, what="the list of @contexts")
    return found


@pytest.fixture
def document(contexts: Contexts, terms: OwnTerms) -> Fetched:
    """A @context at an address of its own, which the broker has not seen."""
    return fetched(contexts, terms.terms)


@pytest.fixture(scope="session")
def v2(client: Client, interface: Interface) -> V2Broker:
    """The NGSI v2 broker, in the service of the target file."""
    patience.set(interface.settles)
    return V2Broker(client)


@pytest.fixture(scope="session")
def v2_samples(v2: V2Broker, interface: Interface) -> tuple[V2Stock, ...]:
    """Some entities of each type the target file names, of types that have any."""
    return v2_sampled(v2, interface.types)


@pytest.fixture(scope="session")
def v2_stocks(request: pytest.FixtureRequest, v2: V2Broker, run_id: str) -> tuple[V2Stock, ...]:
    """What reading checks are tried on: data of our own, or in a run that only reads samples."""
    if not v2.client.level.allows(Level.WRITES):
        found: tuple[V2Stock, ...] = request.getfixturevalue("v2_samples")
        return found
    with v2.client.recorder.preparing(v2.client.level):
        return (v2_made(v2, run_id),)


@pytest.fixture
def v2_known(v2: V2Broker, v2_samples: tuple[V2Stock, ...]) -> dict[str, Any]:
    """An entity of the broker that can be retrieved: the control of what is refused."""
    first = v2_samples[0].entities[0]
    return v2_entity_in(v2.retrieve(first["id"], type=first["type"]))


@pytest.fixture
def v2_unknown(v2: V2Broker, run_id: str) -> str:
    """An identifier that nothing has, seen not to be found: the control of what is found."""
    name = own_id("Nothing", run_id)
    assert_status(v2.retrieve(name), 404, what="retrieving an unknown entity")
    return name


@pytest.fixture
def v2_room(v2: V2Broker, v2_unknown: str, run_id: str) -> dict[str, Any]:
    """An entity of our own, created and seen to be there."""
    room = v2_own_room(run_id)
    assert_status(v2.create(room), 201, what=f"creating an entity beside {v2_unknown}")
    eventually(lambda: v2_assert_holds(v2_entity_in(v2.retrieve(room["id"])), room))
    return room


@pytest.fixture(scope="session")
def api(client: Client) -> Api:
    """An HTTP interface with its OpenAPI description."""
    return find_api(client)


@pytest.fixture(scope="session")
def lists(api: Api) -> list[Listing]:
    """The paths of an HTTP interface that list objects, whatever these are."""
    return lists_of(api)


@pytest.fixture(scope="session")
def listings(api: Api, lists: list[Listing]) -> list[Listing]:
    """Some of the lists whose objects have identifiers, of which there are some."""
    found = [k for k in records_among(api, lists) if k.records]
    if not found:
        raise Inconclusive("no_data", "no described path lists records that have an identifier")
    return found[:4]


@pytest.fixture
def mechanism_m1(target: Target) -> None:
    """What only mechanism M1 of MIM0 asks for is asked of who claims it."""
    if not target.claims_token("mechanism:9.0/MIM0/M1"):
        code = "condition_not_claimed"
        raise NotApplicable(code, "claims.mechanisms does not name 9.0/MIM0/M1")
