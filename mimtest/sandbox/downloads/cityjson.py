"""CityJSON 2.0 (OGC 20-072r5): the buildings as blocks on the ground of the town, and what stands around them."""

from itertools import pairwise
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.places import Place, places_of
from mimtest.sandbox.features.crs import utm_32_north
from mimtest.sandbox.http import dump

#: The host of the town's files, as documents that refer to others name it.
HOST: Final = "https://files.exampleton.example"
EXTENSION: Final = f"{HOST}/downloads/heating.ext.json"

#: ETRS89 / UTM zone 32N with heights of DHHN92.
_SYSTEM: Final = "https://www.opengis.net/def/crs/EPSG/0/5555"
_ORIGIN: Final = (423_000.0, 5_717_000.0, 90.0)
_GRAIN: Final = 0.001
_GROUND: Final = 93.5
_STOREY: Final = 3.2
_UNMOVED: Final = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
_APPEARANCE: Final = {
    "materials": [{"name": "brick", "diffuseColor": [0.7, 0.3, 0.2]}, {"name": "slate"}],
    "textures": [{"type": "PNG", "image": "appearances/roof.png"}],
    "vertices-texture": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
}

Vertex = tuple[int, int, int]
Document = dict[str, Any]


class Vertices:
    """Positions as whole numbers of millimetres, each kept once."""

    def __init__(self) -> None:
        self.known: dict[Vertex, int] = {}

    def at(self, longitude: float, latitude: float, height: float) -> int:
        """The index of a position."""
        position = (*utm_32_north(longitude, latitude), height)
        x, y, z = (round((p - o) / _GRAIN) for p, o in zip(position, _ORIGIN, strict=True))
        return self.known.setdefault((x, y, z), len(self.known))

    @property
    def extent(self) -> list[float]:
        """The box around all of them, in the world."""
        axes = list(zip(*self.known, strict=True))
        places = [(min(a), max(a)) for a in axes]
        return [
            round(o + p[end] * _GRAIN, 3)
            for end in (0, 1)
            for o, p in zip(_ORIGIN, places, strict=True)
        ]


def model(city: City) -> bytes:
    """The whole town in one document."""
    vertices = Vertices()
    objects: Document = {}
    for place in places_of(city, "Building"):
        objects |= _building(place, _storeys(city)[place.id], vertices)
        objects[f"{place.id}:heat-pump"] = _heat_pump(place, vertices)
    for place in places_of(city, "WasteContainer"):
        objects[place.id] = _container(place, vertices)
    document = _head()
    document["metadata"]["geographicalExtent"] = vertices.extent
    document |= {"CityObjects": objects, "vertices": list(vertices.known)}
    return dump(document | {"appearance": _APPEARANCE, "+heating": {"season": "2026/27"}})


def sequence(city: City) -> bytes:
    """The buildings one a line, after what holds for all."""
    head = _head() | {"CityObjects": {}, "vertices": []}
    lines = [dump({n: v for n, v in head.items() if n != "geometry-templates"})]
    for place in places_of(city, "Building"):
        vertices = Vertices()
        objects = _building(place, _storeys(city)[place.id], vertices)
        feature = {"type": "CityJSONFeature", "id": place.id, "CityObjects": objects}
        lines.append(dump(feature | {"vertices": list(vertices.known), "appearance": _APPEARANCE}))
    return b"\n".join(lines) + b"\n"


def extension() -> bytes:
    """The extension the document uses (section 8.2)."""
    kind = {"allOf": [{"$ref": "../cityobjects.schema.json#/_AbstractCityObject"}]}
    return dump(
        {
            "type": "CityJSONExtension",
            "name": "Heating",
            "url": EXTENSION,
            "version": "1.0.0",
            "versionCityJSON": "2.0",
            "description": "How buildings are heated",
            "extraAttributes": {"Building": {"+carrier": {"type": "string"}}},
            "extraCityObjects": {"+HeatPump": kind},
            "extraRootProperties": {"+heating": {"type": "object"}},
            "extraSemanticSurfaces": {},
        }
    )


def _storeys(city: City) -> dict[str, int]:
    return {e["id"]: e["floorsAboveGround"]["value"] for e in city.of_type("Building")}


def _head() -> Document:
    """What holds for all City Objects."""
    return {
        "type": "CityJSON",
        "version": "2.0",
        "extensions": {"heating": {"url": EXTENSION, "version": "1.0.0"}},
        "transform": {"scale": [_GRAIN] * 3, "translate": list(_ORIGIN)},
        "metadata": {
            "title": "Exampleton",
            "identifier": "8f9b7c9e-6d0d-4b52-9f21-8f3a7a3c0f10",
            "referenceDate": "2026-10-14",
            "referenceSystem": _SYSTEM,
            "pointOfContact": {
                "contactName": "Town of Exampleton",
                "emailAddress": "geodata@exampleton.example",
                "contactType": "organization",
            },
        },
        "geometry-templates": {"templates": [_bin()], "vertices-templates": _BIN_CORNERS},
    }


_BIN_CORNERS: Final = [[0.0, 0.0, 0.0], [1.2, 0.0, 0.0], [1.2, 0.0, 1.1], [0.0, 0.0, 1.1]]


def _bin() -> Document:
    return {"type": "MultiSurface", "lod": "1", "boundaries": [[[0, 1, 2, 3]]]}


def _container(place: Place, vertices: Vertices) -> Document:
    """A waste container: a template put in its place."""
    instance = {
        "type": "GeometryInstance",
        "template": 0,
        "boundaries": [vertices.at(*place.positions[0], _GROUND)],
        "transformationMatrix": _UNMOVED,
    }
    return {"type": "CityFurniture", "attributes": {"name": place.name}, "geometry": [instance]}


def _building(place: Place, storeys: int, vertices: Vertices) -> Document:
    """A building without a shape of its own, and its block as a part of it."""
    part = f"{place.id}:block"
    height = _GROUND + storeys * _STOREY
    corner = vertices.at(*place.positions[0], _GROUND)
    address = {"location": {"type": "MultiPoint", "lod": "1", "boundaries": [corner]}}
    return {
        place.id: {
            "type": "Building",
            "attributes": {"name": place.name, "storeysAboveGround": storeys, "+carrier": "heat"},
            "address": [address],
            "children": [part],
        },
        part: {
            "type": "BuildingPart",
            "parents": [place.id],
            "geometry": [_block(place.rings, height, vertices)],
        },
    }


def _heat_pump(place: Place, vertices: Vertices) -> Document:
    """The heat pump at a building, of an extension's type."""
    corner = vertices.at(*place.positions[0], _GROUND)
    return {
        "type": "+HeatPump",
        "geometry": [{"type": "MultiPoint", "lod": "1", "boundaries": [corner]}],
    }


def _block(rings: list[list[tuple[float, float]]], height: float, vertices: Vertices) -> Document:
    """The solid above a ground area: ground, roof and walls, seen from outside."""
    low = [[vertices.at(*p, _GROUND) for p in ring[:-1]] for ring in rings]
    high = [[vertices.at(*p, height) for p in ring[:-1]] for ring in rings]
    walls = []
    for below, above in zip(low, high, strict=True):
        edges = pairwise([*range(len(below)), 0])
        walls += [[[below[a], below[b], above[b], above[a]]] for a, b in edges]
    ground = [ring[::-1] for ring in low]
    count = len(walls)
    look = [
        [None],
        [[0, *(i % 4 for i in range(len(r)))] for r in high],
        *([[None]] for _ in walls),
    ]
    return {
        "type": "Solid",
        "lod": "1",
        "boundaries": [[ground, high, *walls]],
        "semantics": {
            "surfaces": [
                {"type": "GroundSurface"},
                {"type": "RoofSurface"},
                {"type": "WallSurface"},
            ],
            "values": [[0, 1, *([2] * count)]],
        },
        "material": {"summer": {"values": [[None, 1, *([0] * count)]]}, "winter": {"value": 0}},
        "texture": {"roofs": {"values": [_per_ring(ground, look)]}},
    }


def _per_ring(ground: list[list[int]], look: list[Any]) -> list[Any]:
    """The textures of surfaces; one that has none says so for each of its rings."""
    return [[[None] for _ in ground], *look[1:]]
