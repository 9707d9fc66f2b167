"""Vector tiles in the format of Mapbox (version 2.1), as OGC API - Tiles has them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor
from typing import Any, Final

from mimtest.sandbox.features.geometry import Box, intersects
from mimtest.sandbox.maps.drawing import View
from mimtest.sandbox.maps.layers import Layer
from mimtest.sandbox.maps.tiling import Set

EXTENT: Final = 4096
_KINDS: Final = {"Point": 1, "LineString": 2, "Polygon": 3}
_MOVE, _LINE, _CLOSE = 1, 2, 7


def tile(layers: Iterable[Layer], tiles: Set, level: int, row: int, column: int) -> bytes:
    """A tile with what of the layers touches it; empty where nothing does."""
    box = tiles.view(level, row, column).box
    return b"".join(
        _field(3, body) for layer in layers if (body := _layer(layer, tiles, box)) is not None
    )


def _layer(layer: Layer, tiles: Set, box: Box) -> bytes | None:
    view = View(box, EXTENT, EXTENT)
    names: list[str] = []
    found = []
    for feature, geometry in layer.placed(tiles.crs):
        if intersects(geometry, _around(box)):
            names.append(feature.id)
            found.append(_feature(geometry, view, len(names) - 1))
    if not found:
        return None
    keys = _field(3, b"id")
    values = b"".join(_field(4, _field(1, name.encode())) for name in names)
    body = _field(1, layer.id.encode()) + b"".join(_field(2, f) for f in found) + keys + values
    return body + _number(5, EXTENT) + _number(15, 2)


def _around(box: Box) -> Box:
    """A tile with a little around it, so that what is on the edge is drawn on both sides."""
    by = (box.east - box.west) / 64
    return Box(box.west - by, box.south - by, box.east + by, box.north + by)


def _feature(geometry: dict[str, Any], view: View, number: int) -> bytes:
    kind = geometry["type"].removeprefix("Multi")
    parts = (
        geometry["coordinates"]
        if geometry["type"].startswith("Multi")
        else [geometry["coordinates"]]
    )
    if kind == "Point":
        commands = _points(parts, view)
    elif kind == "LineString":
        commands = _lines(parts, view, closed=False)
    else:
        commands = _lines(
            [_turned(r, n) for p in parts for n, r in enumerate(p)], view, closed=True
        )
    tags = _field(2, _varint(0) + _varint(number))
    return tags + _number(3, _KINDS[kind]) + _field(4, b"".join(map(_varint, commands)))


def _turned(ring: Sequence[Sequence[float]], number: int) -> list[Sequence[float]]:
    """A ring in the direction of the format: shells clockwise on the screen, which is so on a map, holes against it."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    clockwise = area < 0
    return list(ring) if clockwise == (number == 0) else list(reversed(ring))


def _place(position: Sequence[float], view: View) -> tuple[int, int]:
    x, y = view.exact(position)
    return floor(x + 0.5), floor(y + 0.5)


def _points(parts: Sequence[Sequence[float]], view: View) -> list[int]:
    return [_command(_MOVE, len(parts)), *_steps([_place(p, view) for p in parts], (0, 0))]


def _lines(parts: Iterable[Sequence[Sequence[float]]], view: View, *, closed: bool) -> list[int]:
    commands: list[int] = []
    at = (0, 0)
    for part in parts:
        places = [_place(p, view) for p in (part[:-1] if closed else part)]
        commands += [_command(_MOVE, 1), *_steps(places[:1], at)]
        commands += [_command(_LINE, len(places) - 1), *_steps(places[1:], places[0])]
        at = places[-1]
        if closed:
            commands.append(_command(_CLOSE, 1))
    return commands


def _steps(places: Iterable[tuple[int, int]], start: tuple[int, int]) -> list[int]:
    steps, (x, y) = [], start
    for px, py in places:
        steps += [_zigzag(px - x), _zigzag(py - y)]
        x, y = px, py
    return steps


def _command(kind: int, count: int) -> int:
    return kind | count << 3


def _zigzag(number: int) -> int:
    return number << 1 ^ number >> 63


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)
