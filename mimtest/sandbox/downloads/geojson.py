"""GeoJSON (RFC 7946), and a sequence of it (RFC 8142)."""

from typing import Any

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.places import Place, box_of, places_of
from mimtest.sandbox.http import dump

_TYPES = ("Building", "StreetlightGroup", "OffStreetParking", "PointOfInterest")
#: A box around the whole town.
_BOX = [7.88, 51.59, 7.93, 51.61]
_GROUND = 93.5


def collection(city: City) -> bytes:
    """Buildings, rows of lights and some points as one collection."""
    places = places_of(city, *_TYPES)
    features = [{**_feature(p), "bbox": box_of([p])} for p in places]
    features += [_entrance(places[0]), *map(_container, places_of(city, "WasteContainer"))]
    return dump({"type": "FeatureCollection", "bbox": _BOX, "features": features})


def sequence(city: City) -> bytes:
    """The street lights, a feature in each text."""
    texts = [dump(_feature(p)) for p in places_of(city, "Streetlight")]
    return b"".join(b"\x1e" + text + b"\n" for text in texts)


def _feature(place: Place) -> dict[str, Any]:
    properties = {"name": place.name, "type": place.kind}
    return {
        "type": "Feature",
        "id": place.id,
        "geometry": place.geometry,
        "properties": properties,
    }


def _entrance(hall: Place) -> dict[str, Any]:
    """The way into a building, a point, and the first wall, a line."""
    first, second = hall.positions[:2]
    shapes = [
        {"type": "Point", "coordinates": first},
        {"type": "LineString", "coordinates": [first, second]},
    ]
    return {
        "type": "Feature",
        "id": f"{hall.id}:entrance",
        "geometry": {"type": "GeometryCollection", "geometries": shapes},
        "properties": {"name": f"{hall.name}, entrance"},
    }


def _container(place: Place) -> dict[str, Any]:
    """A container, with the height of the ground it stands on."""
    feature = _feature(place)
    return {
        **feature,
        "geometry": {"type": "Point", "coordinates": [*place.positions[0], _GROUND]},
    }
