"""Is there data to test with? Brokers of entities, and collections of features."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.network.client import Client
from mimtest.target import Interface
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.readiness_answers import (
    as_list,
    as_object,
    get,
    refuse,
    require_refusal,
)
from mimtest.vocabulary.web_addresses import joined

_LOOKED_AT: Final = 20
_DATA_RELATIONS: Final = ("data", "http://www.opengis.net/def/rel/ogc/1.0/data")


def probe_broker(client: Client, needs_data: bool) -> None:  # noqa: FBT001
    """A query for each type of the target file, or the list of types, has the standard's shape."""
    types = client.interface.types
    if not types:
        listed = get(client, "/types").json()
        if client.interface.kind == "ngsi-ld":
            listed = as_object(listed, "the list of types").get("typeList")
        found = bool(as_list(listed, "the list of types"))
    else:
        found = sum(_has_entities(client, t) for t in types) > 0
    require_refusal(client, "/entities/urn:ngsi-ld:Nothing:")
    if needs_data and not found:
        hint = "Name entity types that hold data, or allow level 'writes'."
        refuse(client.interface, "no_data", "no entity was found to read", hint, "types")


def _has_entities(client: Client, entity_type: str) -> bool:
    headers = context_link(client.interface)
    answer = get(client, "/entities", params={"type": entity_type, "limit": "1"}, headers=headers)
    entities = as_list(answer.json(), "the answer to a query for entities")
    for entity in entities:
        if not isinstance(as_object(entity, "an entity").get("id"), str):
            raise Contradiction("an entity has no id")
    return bool(entities)


def probe_features(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    """The landing page leads to collections, and one of them holds a feature."""
    landing = as_object(
        get(client, headers={"Accept": "application/json"}).json(), "the landing page"
    )
    links = as_list(landing.get("links"), "its 'links'")
    hrefs = [
        k["href"]
        for k in links
        if isinstance(k, Mapping)
        and str(k.get("rel")) in _DATA_RELATIONS
        and isinstance(k.get("href"), str)
    ]
    base = f"{client.interface.url}/"
    address = joined(base, next((h for h in hrefs if "{" not in h), f"{base}collections"))
    listed = as_object(
        get(client, address, headers={"Accept": "application/json"}).json(),
        "the list of collections",
    )
    collections = as_list(listed.get("collections"), "its 'collections'")
    require_refusal(client, f"{address.partition('?')[0].rstrip('/')}/")
    if not any(_has_features(client, address, c) for c in _wanted(client.interface, collections)):
        message, hint = "no collection holds a feature to read", "Name collections that hold data."
        refuse(client.interface, "no_data", message, hint, "collections")


def _wanted(interface: Interface, collections: list[Any]) -> Iterator[str]:
    ids = [c["id"] for c in collections if isinstance(c, Mapping) and isinstance(c.get("id"), str)]
    yield from (
        i for i in ids[:_LOOKED_AT] if not interface.collections or i in interface.collections
    )


def _has_features(client: Client, collections: str, collection: str) -> bool:
    where = f"{collections.partition('?')[0].rstrip('/')}/{collection}/items"
    answer = client.get(where, params={"limit": "1"}, headers={"Accept": "application/geo+json"})
    if answer.status != 200:  # noqa: PLR2004
        return False
    features = answer.json().get("features") if isinstance(answer.json(), Mapping) else None
    return isinstance(features, list) and any(
        isinstance(f, Mapping) and f.get("type") == "Feature" for f in features
    )
