"""Queries that make an entity map, or go by one (5.5.9.3, 5.5.14, 6.4.3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.entity_map_store import EntityMap, Sources
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.lifetimes import end_of

HEADER: Final = "NGSILD-EntityMap"
MAP_PARAMS: Final = ("entityMap", "entityMapLifetime")
_PATH: Final = "/ngsi-ld/v1/entityMaps/"
_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class MapUse:
    """What one request has to do with entity maps: nothing, to go by one, or to make one until `end`."""

    call: Call
    known: EntityMap | None = None
    end: datetime | None = None

    def admits(self, id_: str) -> bool:
        """Whether the entity may be in the answer."""
        return self.known is None or id_ in self.known.entities

    def answer(
        self, response: Response, found: Sources, linked: Mapping[str, str] | None = None
    ) -> Response:
        """The answer to what found these entities, with the map's address; 201 where one is made."""
        if self.known is not None:
            self.known.keep(set(found))
            return response.with_header(HEADER, address_of(self.known))
        if self.end is None:
            return response
        made = self.call.tenant.maps.add(self.end, found, linked)
        return response.with_header(HEADER, address_of(made)).with_status(_CREATED)


def used_map(call: Call, given: Mapping[str, Any]) -> MapUse:
    """What a request wants of entity maps; one that is gone is made anew. Raises NgsiError."""
    wanted = given.get("entityMap", False)
    named = call.request.headers.get(HEADER.lower())
    if wanted not in (True, False, "true", "false"):
        msg = "entityMap is true or false"
        raise bad_data(msg)
    known = None if named is None else call.tenant.maps.find(_id_in(named))
    if known is not None:
        return MapUse(call, known)
    if named is None and wanted not in (True, "true"):
        return MapUse(call)
    return MapUse(call, end=end_of(given.get("entityMapLifetime")))


def address_of(entity_map: EntityMap) -> str:
    """Where the map is."""
    return f"{_PATH}{quote(entity_map.id, safe=':')}"


def _id_in(address: str) -> str:
    """The id at the end of a map's address, or the id itself."""
    return unquote(address.strip().rpartition("/")[2])
