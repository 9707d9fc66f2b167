"""The resources of the API and what can be done with them (6.2)."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.ngsild import (
    attributes,
    batch,
    csource_subscriptions,
    definition,
    discovery,
    distributed_subscriptions,
    distributed_writes,
    distributed_writes_purge,
    entity_maps,
    hosted_contexts,
    purge,
    reads,
    registrations,
    snapshots,
    source_identity,
    temporal_api,
    writes,
)
from mimtest.sandbox.ngsild import distributed_writes_batch as many
from mimtest.sandbox.ngsild.contexts import CITY_CONTEXT, Contexts
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.reading import Reader
from mimtest.sandbox.ngsild.router import Broker, Operation, Routes
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.tenants import Common, Tenant, Tenants

#: The version of the standard.
VERSION: Final = "1.9.1"
_LOCAL: Final = frozenset(("local",))
_ONE: Final = frozenset(("local", "type"))

ROUTES: Final[Routes] = {
    ("entities",): {
        "GET": Operation(reads.query_entities, reads.QUERY_PARAMS),
        "POST": Operation(
            distributed_writes.create_entity, writes.CREATE_PARAMS, starts_tenant=True
        ),
        "DELETE": Operation(distributed_writes_purge.purge_entities, purge.PURGE_PARAMS),
    },
    ("entities", "*"): {
        "GET": Operation(reads.retrieve_entity, reads.RETRIEVE_PARAMS),
        "PUT": Operation(distributed_writes.replace_entity, _ONE),
        "PATCH": Operation(distributed_writes.merge_entity, writes.MERGE_PARAMS),
        "DELETE": Operation(distributed_writes.delete_entity, _ONE),
    },
    ("entities", "*", "attrs"): {
        "POST": Operation(distributed_writes.append_attributes, attributes.APPEND_PARAMS),
        "PATCH": Operation(distributed_writes.update_attributes, _ONE),
    },
    ("entities", "*", "attrs", "*"): {
        "PUT": Operation(distributed_writes.replace_attribute, _ONE),
        "PATCH": Operation(distributed_writes.update_attribute, _ONE),
        "DELETE": Operation(distributed_writes.delete_attribute, attributes.DELETE_PARAMS),
    },
    ("entityOperations", "create"): {
        "POST": Operation(many.create_entities, _LOCAL, starts_tenant=True),
    },
    ("entityOperations", "upsert"): {
        "POST": Operation(many.upsert_entities, batch.OPTION_PARAMS, starts_tenant=True),
    },
    ("entityOperations", "update"): {
        "POST": Operation(many.update_entities, batch.OPTION_PARAMS),
    },
    ("entityOperations", "merge"): {
        "POST": Operation(many.merge_entities, writes.MERGE_PARAMS),
    },
    ("entityOperations", "delete"): {"POST": Operation(many.delete_entities, _LOCAL)},
    ("entityOperations", "query"): {
        "POST": Operation(reads.query_by_post, reads.POST_QUERY_PARAMS),
    },
    ("types",): {"GET": Operation(discovery.list_types, discovery.LIST_PARAMS)},
    ("types", "*"): {"GET": Operation(discovery.show_type, discovery.ONE_PARAMS)},
    ("attributes",): {"GET": Operation(discovery.list_attributes, discovery.LIST_PARAMS)},
    ("attributes", "*"): {"GET": Operation(discovery.show_attribute, discovery.ONE_PARAMS)},
    **registrations.ROUTES,
    **csource_subscriptions.ROUTES,
    **hosted_contexts.ROUTES,
    **source_identity.ROUTES,
    **entity_maps.ROUTES,
    **snapshots.ROUTES,
    **distributed_subscriptions.ROUTES,
    **temporal_api.ROUTES,
}


def service(entities: Iterable[dict[str, Any]] = (), contexts: Contexts | None = None) -> Broker:
    """A broker that holds these entities, named as the city's context says."""
    known = contexts or Contexts()
    clock = Clock()
    document = known.document(CITY_CONTEXT)
    context = known.resolve(document["@context"] if document else [], "")
    reader = Reader(context.terms, clock.now())
    store = Store(reader.entity(e) for e in entities)
    routes = {
        **ROUTES,
        **distributed_subscriptions.RECEIVING,
        definition.PATH: {"GET": definition.describing(ROUTES, VERSION)},
    }
    outgoing = Outgoing()
    tenant = Tenant("", store, Common(clock, known, outgoing))
    return Broker(routes, Tenants(tenant), known, clock, outgoing)
