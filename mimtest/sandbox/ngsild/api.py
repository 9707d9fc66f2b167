"""The resources of the API and what can be done with them (6.2)."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.ngsild import attributes, batch, definition, discovery, purge, reads, writes
from mimtest.sandbox.ngsild.contexts import CITY_CONTEXT, Contexts
from mimtest.sandbox.ngsild.reading import Reader
from mimtest.sandbox.ngsild.router import Broker, Operation, Routes
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.tenants import Tenant, Tenants

#: The version of the standard.
VERSION: Final = "1.9.1"
_LOCAL: Final = frozenset(("local",))
_ONE: Final = frozenset(("local", "type"))

ROUTES: Final[Routes] = {
    ("entities",): {
        "GET": Operation(reads.query_entities, reads.QUERY_PARAMS),
        "POST": Operation(writes.create_entity, writes.CREATE_PARAMS, starts_tenant=True),
        "DELETE": Operation(purge.purge_entities, purge.PURGE_PARAMS),
    },
    ("entities", "*"): {
        "GET": Operation(reads.retrieve_entity, reads.RETRIEVE_PARAMS),
        "PUT": Operation(writes.replace_entity, _ONE),
        "PATCH": Operation(writes.merge_entity, writes.MERGE_PARAMS),
        "DELETE": Operation(writes.delete_entity, _ONE),
    },
    ("entities", "*", "attrs"): {
        "POST": Operation(attributes.append_attributes, attributes.APPEND_PARAMS),
        "PATCH": Operation(attributes.update_attributes, _ONE),
    },
    ("entities", "*", "attrs", "*"): {
        "PUT": Operation(attributes.replace_attribute, _ONE),
        "PATCH": Operation(attributes.update_attribute, _ONE),
        "DELETE": Operation(attributes.delete_attribute, attributes.DELETE_PARAMS),
    },
    ("entityOperations", "create"): {
        "POST": Operation(batch.create_entities, _LOCAL, starts_tenant=True),
    },
    ("entityOperations", "upsert"): {
        "POST": Operation(batch.upsert_entities, batch.OPTION_PARAMS, starts_tenant=True),
    },
    ("entityOperations", "update"): {
        "POST": Operation(batch.update_entities, batch.OPTION_PARAMS),
    },
    ("entityOperations", "merge"): {
        "POST": Operation(batch.merge_entities, writes.MERGE_PARAMS),
    },
    ("entityOperations", "delete"): {"POST": Operation(batch.delete_entities, _LOCAL)},
    ("entityOperations", "query"): {
        "POST": Operation(reads.query_by_post, reads.POST_QUERY_PARAMS),
    },
    ("types",): {"GET": Operation(discovery.list_types, discovery.LIST_PARAMS)},
    ("types", "*"): {"GET": Operation(discovery.show_type, discovery.ONE_PARAMS)},
    ("attributes",): {"GET": Operation(discovery.list_attributes, discovery.LIST_PARAMS)},
    ("attributes", "*"): {"GET": Operation(discovery.show_attribute, discovery.ONE_PARAMS)},
}


def service(entities: Iterable[dict[str, Any]] = (), contexts: Contexts | None = None) -> Broker:
    """A broker that holds these entities, named as the city's context says."""
    known = contexts or Contexts()
    clock = Clock()
    document = known.document(CITY_CONTEXT)
    context = known.resolve(document["@context"] if document else [], "")
    reader = Reader(context.terms, clock.now())
    store = Store(reader.entity(e) for e in entities)
    routes = {**ROUTES, definition.PATH: {"GET": definition.describing(ROUTES, VERSION)}}
    return Broker(routes, Tenants(Tenant, store), known, clock)
