"""The resources of the temporal API (6.18 to 6.24)."""

from typing import Final

from mimtest.sandbox.ngsild import distributed_writes_past as everywhere
from mimtest.sandbox.ngsild import temporal_reads as reads
from mimtest.sandbox.ngsild import temporal_writes as writes
from mimtest.sandbox.ngsild.router import Operation, Routes

_ENTITIES: Final = ("temporal", "entities")
_ATTRS: Final = (*_ENTITIES, "*", "attrs")
_LOCAL: Final = frozenset(("local",))

ROUTES: Final[Routes] = {
    _ENTITIES: {
        "GET": Operation(reads.query_evolutions, reads.QUERY_PARAMS),
        "POST": Operation(everywhere.provide_evolution, _LOCAL, starts_tenant=True),
    },
    (*_ENTITIES, "*"): {
        "GET": Operation(reads.retrieve_evolution, reads.RETRIEVE_PARAMS),
        "DELETE": Operation(everywhere.delete_evolution, _LOCAL),
    },
    _ATTRS: {"POST": Operation(everywhere.add_instances, _LOCAL)},
    (*_ATTRS, "*"): {"DELETE": Operation(everywhere.delete_timeline, writes.DELETE_PARAMS)},
    (*_ATTRS, "*", "*"): {
        "PATCH": Operation(everywhere.replace_instance, _LOCAL),
        "DELETE": Operation(everywhere.delete_instance, _LOCAL),
    },
    ("temporal", "entityOperations", "query"): {
        "POST": Operation(reads.query_evolutions_by_post, reads.POST_QUERY_PARAMS),
    },
}
