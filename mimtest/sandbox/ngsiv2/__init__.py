"""The city's context as FIWARE-NGSI v2 (version 2.0 of the specification, and Orion's service paths)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.sandbox.ngsiv2.city import as_v2
from mimtest.sandbox.ngsiv2.service import V2Service
from mimtest.sandbox.ngsiv2.store import Store

#: Where the API is mounted.
PREFIX: Final = "/v2"


def service(entities: Iterable[Mapping[str, Any]] = ()) -> V2Service:
    """A broker that holds entities given as normalized NGSI-LD, in the default service at `/`."""
    store = Store()
    for entity in entities:
        store.of("").put(as_v2(entity))
    return V2Service(store)
