"""Changing the geometries of a file of GeoJSON."""

from collections.abc import Callable
from typing import Any

from mimtest.sandbox.faults.places.messages import Document


def first_of(document: Document, kind: str) -> Document:
    """The first feature with a geometry of a type; its box and that of the whole are gone."""
    document.pop("bbox", None)
    feature: Document = next(
        f for f in document["features"] if f["geometry"] and f["geometry"]["type"] == kind
    )
    feature.pop("bbox", None)
    return feature


def each_position(document: Document, change: Callable[[list[Any]], list[Any]]) -> None:
    """Change every position; the boxes are gone."""
    document.pop("bbox", None)
    for feature in document["features"]:
        feature.pop("bbox", None)
        shape = feature["geometry"]
        for part in shape.get("geometries", [shape]):
            part["coordinates"] = _changed(part["coordinates"], change)


def _changed(node: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    return change(node) if not isinstance(node[0], list) else [_changed(n, change) for n in node]


def draw_line(document: Document, coordinates: list[Any]) -> None:
    """Give the first line other coordinates."""
    first_of(document, "LineString")["geometry"]["coordinates"] = coordinates


def draw_rings(document: Document, rings: Callable[[list[Any]], list[Any]]) -> None:
    """Give the first polygon other rings."""
    shape = first_of(document, "Polygon")["geometry"]
    shape["coordinates"] = rings(shape["coordinates"])
