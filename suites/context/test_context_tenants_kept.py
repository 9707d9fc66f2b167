"""What a tenant has besides entities is nothing to another: history, subscriptions, registrations, maps, snapshots.

GS CIM 009 4.14, 5.5.10, 6.3.14.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary import ngsild_snapshots as snapshots
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, json_object
from mimtest.vocabulary.ngsild_maps import by_query, made
from mimtest.vocabulary.ngsild_past import evolutions_in
from mimtest.vocabulary.ngsild_registrations import SUBSCRIPTIONS, about, registrations_in
from mimtest.vocabulary.ngsild_registry_watching import draft
from mimtest.vocabulary.ngsild_subscriptions import Desk
from mimtest.vocabulary.ngsild_temporal import (
    histories_of,
    provide,
    series,
    temporal_path,
)
from mimtest.vocabulary.ngsild_tenants import in_tenant, names_for, own_entity, put
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@dataclass(frozen=True)
class Office:
    """A tenant, and where in it things are kept."""

    broker: object
    desk: object
    registry: object


@pytest.fixture(scope="module")
def offices(broker, desk, registry, interface, run_id):
    """The first of two tenants that exist, then the second and the default one."""
    homes = [in_tenant(broker, name) for name in names_for(interface, run_id)]
    with broker.client.recorder.preparing(broker.client.level):
        for home in homes:
            put(home, own_entity("MtOffice", run_id, 1))
    return [
        Office(b, Desk(b, desk.endpoint), replace(registry, names=b.names))
        for b in (*homes, broker)
    ]


@pytest.fixture
def held(offices, run_id):
    """An entity in the first tenant, the only one of its type."""
    entity = own_entity("MtKept", run_id, 21.5)
    put(offices[0].broker, entity)
    return entity


def _history(office, entity):
    values = series((("2026-03-14T08:00:00Z", 9), ("2026-03-14T09:00:00Z", 10)))
    sent = {"id": f"{entity['id']}-past", "type": entity["type"], "temp": values}
    assert_status(provide(office.broker, sent), 201, what="providing a history")
    return temporal_path(office.broker.client, sent["id"])


def _histories(office, entity):
    asked = {"type": entity["type"], "timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
    found = evolutions_in(histories_of(office.broker, **asked))
    return f"{entity['id']}-past" in found


def _subscription(office, entity):
    sent = office.desk.made(id=f"{entity['id']}-sub", entities=[{"type": entity["type"]}])
    return office.desk.where(sent["id"])


def _subscriptions(office, entity):
    return bool(office.desk.listed([f"{entity['id']}-sub"]))


def _registration(office, entity):
    sent = office.registry.registered("", about(entity["type"]), id=f"{entity['id']}-csr")
    return office.registry.where(id=sent["id"])


def _registrations(office, entity):
    found = registrations_in(office.registry.discover(type=entity["type"]))
    return f"{entity['id']}-csr" in [r["id"] for r in found]


def _watch(office, entity):
    url = f"{office.registry.endpoint}/notify"
    sent = draft("", entity["type"], url, id=f"{entity['id']}-watch")
    answer = office.registry.create(sent, SUBSCRIPTIONS)
    assert_status(answer, 201, what="subscribing to registrations")
    return office.registry.where(SUBSCRIPTIONS, sent["id"])


def _map(office, entity):
    return made(office.broker, by_query(office.broker, entity["type"])).place


def _snapshot(office, entity):
    body = snapshots.draft(office.broker, snapshots.query_for(entity["type"]))
    assert_status(snapshots.take(office.broker, body), 201, what="taking a snapshot")
    return snapshots.path_of(body["id"])


@dataclass(frozen=True)
class Kind:
    """Something a tenant has: how it is made, giving its path, and whether a list has it."""

    option: str | None
    make: Callable[..., str]
    lists: Callable[..., bool] | None = None
    since: str = "1.4.1"


_KINDS = {
    "history": Kind("temporal", _history, _histories),
    "subscription": Kind(None, _subscription, _subscriptions),
    "registration": Kind("registry", _registration, _registrations),
    "registry-subscription": Kind("csource-subscriptions", _watch),
    "map": Kind("entity-maps", _map, None, "1.9.1"),
    "snapshot": Kind("snapshots", _snapshot, None, "1.9.1"),
}


@pytest.fixture
def claimed(target, broker, what):
    """What is asked for is claimed."""
    kind = _KINDS[what]
    if kind.option is not None and kind.option not in target.options:
        raise NotApplicable(
            "condition_not_claimed", f"the target file does not claim {kind.option}"
        )
    if not broker.holds_since(kind.since):
        raise NotApplicable("version_not_claimed", f"this came with version {kind.since}")
    return kind


@pytest.mark.check(
    "CTX-TEN-11",
    clause="GS CIM 009 4.14, 5.5.10",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-02",),
)
@pytest.mark.parametrize("what", list(_KINDS))
def test_what_a_tenant_keeps_is_seen_by_it_alone(offices, held, claimed, what):
    """Histories, subscriptions, registrations, maps and snapshots of a tenant are not found by another."""
    own, *others = offices
    where = claimed.make(own, held)
    eventually(lambda: assert_status(own.broker.get(where), 200, 206))
    for stranger in others:
        assert_status(stranger.broker.get(where), 404, what=f"a {what} of another tenant")
    if claimed.lists is not None:
        listed = claimed.lists
        eventually(lambda: assert_that(listed(own, held), f"the {what} is not listed"))
        leaked = [o for o in others if listed(o, held)]
        assert_that(not leaked, f"a {what} of another tenant is listed", received=where)


@pytest.mark.check(
    "CTX-TEN-12",
    clause="GS CIM 009 5.5.10",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-05", "CTX-TEN-11"),
)
@pytest.mark.parametrize("what", list(_KINDS))
def test_what_a_tenant_keeps_is_changed_by_it_alone(offices, held, claimed, what):
    """What a tenant has is not changed or deleted for another, and deleted for itself."""
    own, *others = offices
    where = claimed.make(own, held)
    eventually(lambda: assert_status(own.broker.get(where), 200, 206))
    for stranger in others:
        if what in ("subscription", "registration", "registry-subscription"):
            answer = stranger.broker.send("PATCH", where, {"description": "of another"})
            assert_status(answer, 404, what=f"changing a {what} of another tenant")
        answer = stranger.broker.send("DELETE", where)
        assert_status(answer, 404, what=f"deleting a {what} of another tenant")
    left = json_object(assert_status(own.broker.get(where), 200, 206))
    assert_equal(left.get("description"), None, f"the description of the {what}")
    assert_status(own.broker.send("DELETE", where), 204, what=f"deleting the {what}")
    eventually(lambda: assert_status(own.broker.get(where), 404))
