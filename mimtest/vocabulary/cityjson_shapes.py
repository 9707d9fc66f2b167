"""The nested arrays of CityJSON: boundaries, and what is said of their surfaces and rings."""

from collections.abc import Iterator
from typing import Any, Final, TypeGuard

from mimtest.vocabulary.cityjson import is_number, list_of

#: How deep the boundaries of a geometry are nested.
DEPTHS: Final = {
    "MultiPoint": 1,
    "MultiLineString": 2,
    "MultiSurface": 3,
    "CompositeSurface": 3,
    "Solid": 4,
    "MultiSolid": 5,
    "CompositeSolid": 5,
}
INSTANCE: Final = "GeometryInstance"
#: The surfaces, lines and points of the core that carry a meaning.
SEMANTICS: Final = frozenset(
    (
        "RoofSurface",
        "GroundSurface",
        "WallSurface",
        "ClosureSurface",
        "OuterCeilingSurface",
        "OuterFloorSurface",
        "Window",
        "Door",
        "InteriorWallSurface",
        "CeilingSurface",
        "FloorSurface",
        "WaterSurface",
        "WaterGroundSurface",
        "WaterClosureSurface",
        "TrafficArea",
        "AuxiliaryTrafficArea",
        "TransportationMarking",
        "TransportationHole",
    )
)
_MATRIX: Final = 16
#: Lines are the deepest arrays of a boundary that are one thing.
_LINES: Final = 2


def is_index(value: Any) -> TypeGuard[int]:
    """Whether a value can be a place in an array."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def nesting_fault(boundaries: Any, depth: int) -> str | None:
    """What is wrong with boundaries that are to be nested so deep, None for nothing."""
    if depth == 0:
        return None if is_index(boundaries) else f"{boundaries!r} is no index"
    if not isinstance(boundaries, list):
        return f"an array nested {depth} deep is missing"
    return next(filter(None, (nesting_fault(b, depth - 1) for b in boundaries)), None)


def indices(value: Any) -> Iterator[int]:
    """Every index in nested arrays; null is none."""
    nodes = [value]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif is_index(node):
            yield node


def depth_of(geometry: dict[str, Any]) -> int:
    """How deep the boundaries of a geometry are nested by its type, 0 for an instance or no known type."""
    return DEPTHS.get(str(geometry.get("type")), 0)


def shape_fault(values: Any, boundaries: Any, depth: int, most: int) -> str | None:
    """Whether values answer to boundaries, one for each thing so deep; null stands for a whole branch.

    Every value is an index below `most`.
    """
    if values is None:
        return None
    if depth == 0:
        good = is_index(values) and values < most
        return None if good else f"{values!r} is no index of {most} entries"
    given, expected = values, list_of(boundaries)
    if not isinstance(given, list) or len(given) != len(expected):
        size = len(given) if isinstance(given, list) else "no array"
        return f"there are {size} entries for {len(expected)}"
    pairs = zip(given, expected, strict=True)
    return next(filter(None, (shape_fault(v, b, depth - 1, most) for v, b in pairs)), None)


def semantics_depth(geometry: dict[str, Any]) -> int:
    """How deep the values of semantics are nested: one for each point, line or surface."""
    return max(1, depth_of(geometry) - 2)


def semantics_fault(geometry: dict[str, Any]) -> str | None:
    """What is wrong with the semantics of a geometry, None for nothing."""
    given = geometry.get("semantics")
    if not isinstance(given, dict) or not {"surfaces", "values"} <= given.keys():
        return "'semantics' has no 'surfaces' and 'values'"
    surfaces = given["surfaces"]
    if not isinstance(surfaces, list):
        return "'surfaces' is no array"
    for surface in surfaces:
        kind = surface.get("type") if isinstance(surface, dict) else None
        if not isinstance(kind, str) or not (kind in SEMANTICS or kind.startswith("+")):
            return f"a surface is of type {kind!r}"
        links = [surface["parent"]] if "parent" in surface else []
        for link in (*links, *list_of(surface.get("children"))):
            if not is_index(link) or link >= len(surfaces):
                return f"a surface refers to surface {link!r} of {len(surfaces)}"
    boundaries = geometry.get("boundaries")
    return shape_fault(given["values"], boundaries, semantics_depth(geometry), len(surfaces))


def material_fault(geometry: dict[str, Any], most: int) -> str | None:
    """What is wrong with the materials of a geometry, of which there are so many; None for nothing."""
    for theme, given in _themes(geometry, "material"):
        if not isinstance(given, dict) or ("value" in given) == ("values" in given):
            return f"theme '{theme}' has not either 'value' or 'values'"
        if "value" in given:
            fault = shape_fault(given["value"], None, 0, most)
        else:
            depth = semantics_depth(geometry)
            fault = shape_fault(given["values"], geometry.get("boundaries"), depth, most)
        if fault:
            return f"theme '{theme}': {fault}"
    return None


def texture_fault(geometry: dict[str, Any], most: int, corners: int) -> str | None:
    """What is wrong with the textures of a geometry, of so many, with so many corners; None for nothing."""
    for theme, given in _themes(geometry, "texture"):
        if not isinstance(given, dict) or not isinstance(given.get("values"), list):
            return f"theme '{theme}' has no 'values'"
        for values, ring in _rings(given["values"], geometry.get("boundaries"), depth_of(geometry)):
            if ring is None:
                return f"theme '{theme}': the arrays are nested otherwise than the boundaries"
            fault = _ring_fault(values, ring, most, corners)
            if fault:
                return f"theme '{theme}': {fault}"
    return None


def _themes(geometry: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    given = geometry.get(name)
    yield from given.items() if isinstance(given, dict) else ()


def _rings(values: Any, boundaries: Any, depth: int) -> Iterator[tuple[Any, list[Any] | None]]:
    """What is said of each ring, and the ring; None for a ring that is not there."""
    if values is None:
        return
    if depth <= 1:
        yield values, boundaries if isinstance(boundaries, list) else None
        return
    below = list_of(boundaries)
    if not isinstance(values, list) or len(values) != len(below):
        yield values, None
        return
    for value, boundary in zip(values, below, strict=True):
        yield from _rings(value, boundary, depth - 1)


def _ring_fault(values: Any, ring: list[Any], most: int, corners: int) -> str | None:
    if isinstance(values, list) and all(v is None for v in values):
        return None
    if not isinstance(values, list) or len(values) != len(ring) + 1:
        size = len(values) if isinstance(values, list) else "no"
        return f"a ring of {len(ring)} vertices has {size} entries, not {len(ring) + 1}"
    if not is_index(values[0]) or values[0] >= most:
        return f"{values[0]!r} is no index of {most} textures"
    wrong = [v for v in values[1:] if not is_index(v) or v >= corners]
    return f"{wrong[0]!r} is no index of {corners} texture vertices" if wrong else None


def instance_fault(geometry: dict[str, Any], templates: int) -> str | None:
    """What is wrong with an instance of a template, of which there are so many; None for nothing."""
    template, matrix = geometry.get("template"), geometry.get("transformationMatrix")
    if not is_index(template) or template >= templates:
        return f"{template!r} is no index of {templates} templates"
    if not (isinstance(matrix, list) and len(matrix) == _MATRIX and all(map(is_number, matrix))):
        return "'transformationMatrix' is not 16 numbers"
    boundaries = geometry.get("boundaries")
    if not (isinstance(boundaries, list) and len(boundaries) == 1 and is_index(boundaries[0])):
        return "'boundaries' is not one index"
    return None
