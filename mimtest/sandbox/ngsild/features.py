"""Entities as GeoJSON (4.5.16, 4.5.17, 5.2.29)."""

from typing import Any

from mimtest.sandbox.ngsild.linked import Part
from mimtest.sandbox.ngsild.model import NULL, instance_of


def feature(part: Part, shown: dict[str, Any], place: str) -> dict[str, Any]:
    """The shown entity as a Feature; `place` is the IRI of the attribute that says where it is."""
    entity, projection = part
    instances = projection.attributes(entity.attributes).get(place, ())
    default = instance_of(instances, None) or next(iter(instances), None)
    is_place = default is not None and default.kind == "GeoProperty" and default.value != NULL
    return {
        "id": entity.id,
        "type": "Feature",
        "geometry": default.value if default and is_place else None,
        "properties": {k: v for k, v in shown.items() if k != "id"},
    }
