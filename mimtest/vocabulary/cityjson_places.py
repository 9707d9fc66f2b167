"""Where a CityJSON model is: its extents, and its reference system by PROJ."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from mimtest.vocabulary.areas import Area, area_of, on_earth
from mimtest.vocabulary.cityjson import Model, Part, is_position, list_of
from mimtest.vocabulary.cityjson_shapes import indices
from mimtest.vocabulary.parts import spread

_MOST_PLACES = 200
_UNITS = 2

Position = tuple[float, ...]
#: What has an extent, the extent, and a position outside of it or None.
Fault = tuple[str, list[float], Position | None]


def referred(version: str) -> tuple[str, ...]:
    """How names of reference systems begin in a version."""
    addresses = ("http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/")
    return ("urn:ogc:def:crs:", *addresses) if version == "1.0" else addresses


def axes_of(uri: str) -> int:
    """How many axes a reference system has that PROJ knows."""
    import pyproj  # noqa: PLC0415

    return len(pyproj.CRS.from_user_input(uri).axis_info)


def used_in(address: Any) -> Iterator[int]:
    """The vertices that addresses refer to."""
    for item in list_of(address):
        location = item.get("location") if isinstance(item, dict) else None
        if isinstance(location, dict):
            yield from indices(location.get("boundaries"))


def worst_extent(model: Model) -> Fault | None:
    """The first extent that does not hold its vertices, else one that does; None where nothing has an extent."""
    fault = None
    for where, extent, positions in _extents(model):
        scale, _ = model.transform
        rounded = 0.5 * 10.0 ** -max(map(_decimals, extent))
        grain = [max(abs(s) * _UNITS, rounded) for s in scale]
        outside = next((p for p in positions if not _inside(p, extent, grain)), None)
        fault = (where, extent, outside)
        if outside is not None:
            return fault
    return fault


def _extents(model: Model) -> Iterator[tuple[str, list[float], list[Position]]]:
    metadata = model.root.get("metadata")
    whole = metadata.get("geographicalExtent") if isinstance(metadata, dict) else None
    every: list[Position] = []
    for part in model.parts:
        positions = list(model.positions(part))
        every += _used(part, positions, part.objects.values())
        for name, item in part.objects.items():
            own = _used(part, positions, [item])
            extent = item.get("geographicalExtent")
            if own and _is_extent(extent):
                yield f"'{name}'", extent, own
    if every and _is_extent(whole):
        yield "the document", list_of(whole), every


def _used(part: Part, positions: list[Position], items: Any) -> list[Position]:
    """The places of the vertices that City Objects refer to; templates reach beyond their own."""
    if len(positions) != len(part.vertices):
        return []
    geometries = [g for o in items for g in list_of(o.get("geometry")) if isinstance(g, dict)]
    met = {i for g in geometries for i in indices(g.get("boundaries"))}
    return [positions[i] for i in met if i < len(positions)]


def _is_extent(value: Any) -> bool:
    return isinstance(value, list) and is_position(value[:3]) and is_position(value[3:])


def _decimals(number: float) -> int:
    return len(f"{number:.9f}".rstrip("0").partition(".")[2])


def _inside(position: Position, extent: list[float], grain: list[float]) -> bool:
    low, high = extent[:3], extent[3:]
    axes = zip(position, low, high, grain, strict=True)
    return all(a - g <= n <= b + g for n, a, b, g in axes)


def places_of(
    model: Model, uri: str, claimed: tuple[float, float, float, float] | None
) -> list[tuple[str, int, int, tuple[float, float]]]:
    """For each area in which the model is expected: who says so, how many vertices are there, and with swapped axes."""
    import pyproj  # noqa: PLC0415

    crs = pyproj.CRS.from_user_input(uri)
    found = [p[:2] for part in model.parts for p in model.positions(part)]
    chosen = [(p[0], p[1]) for p in spread(found, _MOST_PLACES, "vertices")]
    straight = [on_earth(crs, p) for p in chosen]
    turned = [on_earth(crs, (y, x)) for x, y in chosen]
    areas = [Area(*claimed, "claims.area")] if claimed else []
    areas += filter(None, [area_of(crs)])
    return [
        (a.said_by, _count(a, straight), _count(a, turned), straight[0]) for a in areas if straight
    ]


def _count(area: Area, places: list[tuple[float, float]]) -> int:
    return sum(area.holds(*p) for p in places if all(map(isfinite, p)))
