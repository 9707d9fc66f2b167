"""Vector tiles in the format of Mapbox (version 2.1): what is in them, and where in the tile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mimtest.errors import Contradiction, Inconclusive

MEDIA_TYPES: Final = (
    "application/vnd.mapbox-vector-tile",
    "application/x-protobuf",
    "application/vnd.mapbox.vector-tile",
)
#: Points, lines and polygons, as types of geometries have their numbers.
_KINDS: Final = (0, 1, 2, 3)
_MOST_FEATURES: Final = 20_000
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_MOVE, _LINE, _CLOSE = 1, 2, 7
_VERSIONS: Final = (1, 2)

Field = tuple[int, int, int | bytes]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a tile: its name, how many units a side of the tile has, and the positions of each feature."""

    name: str
    extent: int
    features: tuple[tuple[tuple[int, int], ...], ...]


def read(body: bytes) -> list[Layer]:
    """The layers of a tile. Raises Contradiction for what is no tile."""
    __tracebackhide__ = True
    try:
        layers = [_layer(_bytes(value)) for number, _, value in _fields(body) if number == 3]  # noqa: PLR2004
    except (IndexError, UnicodeDecodeError):
        raise Contradiction(
            "the vector tile cannot be read", expected="a layer of features"
        ) from None
    names = [layer.name for layer in layers]
    if len(set(names)) < len(names):
        told = "layers of a vector tile share a name"
        raise Contradiction(told, expected="different names", received=", ".join(names))
    return layers


def _layer(body: bytes) -> Layer:
    name, extent, version = None, 4096, None
    raw = []
    for number, _, value in _fields(body):
        if number == 1:
            name = _bytes(value).decode()
        elif number == 2:  # noqa: PLR2004
            raw.append(_bytes(value))
        elif number == 5:  # noqa: PLR2004
            extent = _number(value)
        elif number == 15:  # noqa: PLR2004
            version = _number(value)
    if name is None or version not in _VERSIONS or extent < 1:
        told = "a layer of the vector tile has no name, version or extent"
        raise Contradiction(told, expected="name, version 2", received=f"{name}, version {version}")
    if len(raw) > _MOST_FEATURES:
        detail = f"a vector tile with {len(raw)} features; so many are not read"
        raise Inconclusive("too_large", detail)
    return Layer(name, extent, tuple(tuple(_positions(f)) for f in raw))


def _positions(body: bytes) -> Iterator[tuple[int, int]]:
    """The positions a feature's drawing moves to (version 2.1, 4.3)."""
    kind, geometry = 0, b""
    for number, _, value in _fields(body):
        if number == 3:  # noqa: PLR2004
            kind = _number(value)
        elif number == 4:  # noqa: PLR2004
            geometry += _bytes(value)
    if kind not in _KINDS or not geometry:
        told = "a feature of the vector tile has no geometry, or one of no known type"
        raise Contradiction(told, expected="a geometry", received=f"type {kind}")
    numbers = list(_varints(geometry))
    x, y, at = 0, 0, 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == _CLOSE:
            continue
        if command not in (_MOVE, _LINE) or at + 2 * count > len(numbers):
            raise Contradiction("a geometry of the vector tile has a command nobody knows")
        for _ in range(count):
            x += numbers[at] >> 1 ^ -(numbers[at] & 1)
            y += numbers[at + 1] >> 1 ^ -(numbers[at + 1] & 1)
            at += 2
            yield x, y


def _fields(body: bytes) -> Iterator[Field]:
    """The fields of a message (Protocol Buffers, encoding)."""
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(body, at)
            yield number, wire, value
        elif wire == _BYTES:
            length, at = _varint(body, at)
            if at + length > len(body):
                raise IndexError
            yield number, wire, body[at : at + length]
            at += length
        elif wire in (_FIXED_32, _FIXED_64):
            at += 4 if wire == _FIXED_32 else 8
        else:
            raise Contradiction("the vector tile is no protocol buffer", expected="a vector tile")


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while body[at] & 0x80:
        number |= (body[at] & 0x7F) << shift
        shift += 7
        at += 1
        if shift > 63:  # noqa: PLR2004
            raise IndexError
    return number | body[at] << shift, at + 1


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise IndexError
    return value


def _number(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise IndexError
    return value
