"""Permitted ways to write CityJSON."""

from collections.abc import Iterator
from typing import Any

from mimtest.sandbox.faults.places.files import of_json
from mimtest.sandbox.faults.places.files_cityjson import WHOLE, blocks, of_records
from mimtest.sandbox.faults.places.messages import Document


@of_json(WHOLE, "pla-cityjson-variant-minimal")
def minimal(document: Document) -> None:
    """There is no extension, no appearance, no template; a group holds two buildings; one building has no shape."""
    for name in ("extensions", "appearance", "geometry-templates", "+heating"):
        del document[name]
    objects: dict[str, Any] = document["CityObjects"]
    for name in [n for n, o in objects.items() if o["type"] in ("+HeatPump", "CityFurniture")]:
        del objects[name]
    for solid in blocks(document):
        for name in ("material", "texture"):
            del solid[name]
        solid["lod"] = "1.2"
        solid["semantics"]["values"] = [None]
    chosen = [n for n, o in objects.items() if o["type"] == "Building"][:2]
    for name in chosen:
        objects[name]["parents"] = ["block-1"]
    objects["block-1"] = {"type": "CityObjectGroup", "children": chosen}
    objects["empty"] = {"type": "Building"}
    used = sorted({i for o in objects.values() for i in _indices(o)})
    place = {old: new for new, old in enumerate(used)}
    document["vertices"] = [document["vertices"][i] for i in used]
    for item in objects.values():
        for geometry in (*item.get("geometry", []), *_locations(item)):
            geometry["boundaries"] = _renumbered(geometry["boundaries"], place)


@of_json(WHOLE, "pla-cityjson-variant-1.1")
def version_1_1(document: Document) -> None:
    """The document is of version 1.1."""
    _without_extension(document)
    document["version"] = "1.1"


@of_json(WHOLE, "pla-cityjson-variant-1.0")
def version_1_0(document: Document) -> None:
    """The document is of version 1.0: levels are numbers, vertices in the world, a name for the reference system."""
    _without_extension(document)
    document["version"] = "1.0"
    document["metadata"] |= {"referenceSystem": "urn:ogc:def:crs:EPSG::5555"}
    del document["metadata"]["pointOfContact"]
    transform = document.pop("transform")
    pairs = list(zip(transform["scale"], transform["translate"], strict=True))
    document["vertices"] = [
        [n * s + t for n, (s, t) in zip(v, pairs, strict=True)] for v in document["vertices"]
    ]
    for item in document["CityObjects"].values():
        for geometry in item.get("geometry", []):
            if "lod" in geometry:
                geometry["lod"] = 1


def _without_extension(document: Document) -> None:
    del document["extensions"]
    for name in [n for n, o in document["CityObjects"].items() if o["type"] == "+HeatPump"]:
        del document["CityObjects"][name]


@of_records("pla-cityjson-variant-groups")
def groups(records: list[Document]) -> None:
    """The first record holds City Objects of its own."""
    first = records.pop(1)
    records[0] |= {n: first[n] for n in ("CityObjects", "vertices", "appearance")}


def _locations(item: Document) -> list[Document]:
    return [a["location"] for a in item.get("address", [])]


def _indices(item: Document) -> Iterator[int]:
    nodes = [g["boundaries"] for g in (*item.get("geometry", []), *_locations(item))]
    while nodes:
        node = nodes.pop()
        if isinstance(node, int):
            yield node
        else:
            nodes.extend(node)


def _renumbered(node: Any, place: dict[int, int]) -> Any:
    return place[node] if isinstance(node, int) else [_renumbered(n, place) for n in node]
