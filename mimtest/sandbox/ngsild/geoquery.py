"""Geo-queries (4.10): entities by where they are."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geometry import Shape, read_shape
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.planar import RELATIONS, distance
from mimtest.sandbox.ngsild.terms import Terms

_NEAR: Final = re.compile(r"near;(maxDistance|minDistance)==(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class GeoQuery:
    """A relation to a shape; of `near` the limit in metres. `place` is the IRI of the attribute."""

    relation: str
    shape: Shape
    place: str
    limit: float = 0.0

    def meets(self, entity: Entity) -> bool:
        """Whether an instance of the attribute lies so. What is nowhere lies in no relation."""
        return any(
            self._holds(read_shape(i.value))
            for i in entity.attributes.get(self.place, ())
            if i.kind == "GeoProperty"
        )

    def _holds(self, shape: Shape) -> bool:
        if self.relation == "maxDistance":
            return distance(shape, self.shape) <= self.limit
        if self.relation == "minDistance":
            return distance(shape, self.shape) >= self.limit
        return RELATIONS[self.relation](shape, self.shape)


def read_geo_query(given: Mapping[str, Any], terms: Terms) -> GeoQuery | None:
    """The geo-query of parameters or of a query's `geoQ`; None without. Raises NgsiError."""
    parts = {k: given.get(k) for k in ("georel", "geometry", "coordinates")}
    if not any(v is not None for v in parts.values()):
        return None
    lacking = [k for k, v in parts.items() if v is None]
    if lacking:
        msg = f"a geo-query has a {lacking[0]}"
        raise bad_data(msg)
    relation, limit = _relation(parts["georel"])
    coordinates = parts["coordinates"]
    if isinstance(coordinates, str):
        coordinates = _coordinates(coordinates)
    shape = read_shape({"type": _text(parts["geometry"]), "coordinates": coordinates})
    place = terms.expand(_text(given.get("geoproperty") or "location"))
    return GeoQuery(relation, shape, place, limit)


def _relation(text: Any) -> tuple[str, float]:
    near = _NEAR.fullmatch(_text(text))
    if near:
        return near[1], float(near[2])
    if text in RELATIONS:
        return str(text), 0.0
    msg = "georel is near;maxDistance==…, near;minDistance==… or one of " + ", ".join(RELATIONS)
    raise bad_data(msg)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    msg = "georel, geometry and geoproperty are texts"
    raise bad_data(msg)


def _coordinates(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        msg = "coordinates are a JSON array"
        raise bad_data(msg) from None
