"""Tenants: the broker for one of them, and what it lists (GS CIM 009 4.14, 6.3.14)."""

from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.target import Interface
from mimtest.vocabulary.expect import assert_status, json_object, member
from mimtest.vocabulary.ngsild import Broker, assert_holds, entity_in, own_id, own_name
from mimtest.vocabulary.waiting import eventually

HEADER: Final = "NGSILD-Tenant"
#: How a broker answers a creation for a tenant that only its owner can make.
NOT_MADE: Final = (403, 404)


def names_for(interface: Interface, run_id: str) -> tuple[str, str]:
    """Two tenants: those of the target file, else new ones; neither is the one of every request."""
    named = [t for t in interface.tenants if t != interface.headers.get(HEADER)]
    return (named[0], named[1]) if len(named) > 1 else (f"mt{run_id}a", f"mt{run_id}b")


def in_tenant(broker: Broker, tenant: str) -> Broker:
    """The broker for a tenant."""
    return Broker(broker.client, {**broker.names, HEADER: tenant})


def own_entity(stem: str, run_id: str, value: float) -> dict[str, Any]:
    """An entity nobody has created yet, the only one of its type."""
    number = {"type": "Property", "value": value}
    return {"id": own_id("Tenant", run_id), "type": own_name(stem, run_id), "temp": number}


def put(broker: Broker, entity: dict[str, Any]) -> None:
    """Create an entity and see it there. Raises Inconclusive where the tenant cannot be made so."""
    __tracebackhide__ = True
    answer = broker.create(entity)
    if answer.status in NOT_MADE:
        detail = "the broker makes no tenant by first use; name two in the interface's 'tenants'"
        raise Inconclusive("precondition_unmet", detail)
    assert_status(answer, 201, what="creating an entity in a tenant")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))


def types_in(answer: Answer) -> frozenset[str]:
    """The types in the answer to a request for their list. Raises Contradiction."""
    __tracebackhide__ = True
    listed = member(json_object(assert_status(answer, 200)), "typeList", list)
    return frozenset(t for t in listed if isinstance(t, str))
