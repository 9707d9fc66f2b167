"""OGC API - Tiles (20-057) and OGC API - Maps (20-058) at one address."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.sandbox.features.crs import CRS84, SYSTEMS, Crs
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.maps import api_documents as documents
from mimtest.sandbox.maps import mvt
from mimtest.sandbox.maps.drawing import View, picture
from mimtest.sandbox.maps.layers import Layer, box_in, turned, whole
from mimtest.sandbox.maps.tiling import SETS, Set, definition

PNG: Final = "image/png"
_BOX: Final = 4
_SIDE: Final = 512
_MOST: Final = 2048
_MAP_PARAMETERS: Final = (
    "f", "bbox", "bbox-crs", "crs", "width", "height", "transparent", "bgcolor",
)  # fmt: skip


class WrongError(Exception):
    """A request with a wrong value."""


class MapsApi:
    """The routes: landing page, conformance, collections, tile sets, tiles and maps."""

    def __init__(self, layers: Mapping[str, Layer], prefix: str = "/maps") -> None:
        self.layers = layers
        self.prefix = prefix

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        try:
            response = self._answer(request)
        except WrongError as wrong:
            response = problem(400, str(wrong))
        if response.status < 400 and request.method != "GET":  # noqa: PLR2004
            return not_allowed("GET")
        return response

    def _answer(self, request: Request) -> Response:
        at = f"{request.base}{self.prefix}"
        rest = request.path.removeprefix("/").split("/")
        document = self._document(at, rest)
        if document is not None:
            return json_response(document)
        if rest[0] == "collections":
            name = rest[1] if len(rest) > 1 else ""
            if name not in self.layers:
                return problem(404, "there is no such collection")
            return _below(request, f"{at}/collections/{name}", [self.layers[name]], rest[2:])
        return _below(request, at, list(self.layers.values()), rest)

    def _document(self, at: str, rest: list[str]) -> dict[str, Any] | None:
        """The document at a path; None where something else is, or nothing."""
        every = self.layers.values()
        match rest:
            case ["collections", name] if name in self.layers:
                return documents.collection(f"{at}/collections", self.layers[name])
            case ["tileMatrixSets", name] if name in SETS:
                return definition(SETS[name])
        made: dict[str, Callable[[], dict[str, Any]]] = {
            "": lambda: documents.landing(at, every),
            "conformance": lambda: {"conformsTo": list(documents.CLASSES)},
            "collections": lambda: documents.collections(at, every),
            "tileMatrixSets": lambda: documents.matrix_sets(at),
        }
        return made[rest[0]]() if len(rest) == 1 and rest[0] in made else None


def _below(request: Request, at: str, layers: list[Layer], rest: list[str]) -> Response:
    """Tiles or a map of a resource."""
    match rest:
        case ["map"]:
            return _map(request, layers)
        case ["map", "tiles", *inner]:
            return _tiles(f"{at}/map/tiles", layers, inner, "map")
        case ["tiles", *inner]:
            return _tiles(f"{at}/tiles", layers, inner, "vector")
    return problem(404, "there is nothing here")


def _tiles(at: str, layers: list[Layer], rest: list[str], kind: str) -> Response:
    match rest:
        case []:
            return json_response(documents.tilesets(at, kind, whole(layers)))
        case [name] if name in SETS:
            return json_response(documents.tileset(at, SETS[name], kind, whole(layers)))
        case [name, level, row, column] if name in SETS:
            numbers = [int(n) for n in (level, row, column) if n.isascii() and n.isdecimal()]
            tiles = SETS[name]
            if len(numbers) == 3 and tiles.has(*numbers):  # noqa: PLR2004
                return _tile(layers, tiles, numbers, kind)
            return problem(404, "there is no such tile")
    return problem(404, "there is nothing here")


def _tile(layers: list[Layer], tiles: Set, numbers: list[int], kind: str) -> Response:
    level, row, column = numbers
    if kind == "map":
        body = picture(layers, tiles.crs, tiles.view(level, row, column))
        return Response(200, (("Content-Type", PNG),), body)
    body = mvt.tile(layers, tiles, level, row, column)
    return Response(200, (("Content-Type", documents.MVT),), body) if body else Response(204)


def _map(request: Request, layers: list[Layer]) -> Response:
    given = request.params
    if set(given) - set(_MAP_PARAMETERS):
        raise WrongError(f"unknown: {', '.join(sorted(set(given) - set(_MAP_PARAMETERS)))}")
    crs = _system(given, "crs")
    box = box_in(crs, whole(layers))
    if "bbox" in given:
        box = _box_in(crs, _box(given["bbox"]), _system(given, "bbox-crs"))
    width, height = _sides(given, box)
    clear = given.get("transparent", "true") == "true"
    body = picture(layers, crs, View(box, width, height), clear=clear, ground=_ground(given))
    said = turned(crs, box)
    headers = (
        ("Content-Type", PNG),
        ("Content-Crs", f"<{crs.uri}>"),
        ("Content-Bbox", f"{said.west},{said.south},{said.east},{said.north}"),
    )
    return Response(200, headers, body)


def _ground(given: Mapping[str, str]) -> tuple[int, int, int]:
    text = given.get("bgcolor", "0xFFFFFF").removeprefix("0x").removeprefix("#")
    try:
        number = int(text, 16)
    except ValueError:
        raise WrongError("bgcolor has to be like 0xFFFFFF") from None
    return number >> 16 & 255, number >> 8 & 255, number & 255


def _box_in(crs: Crs, box: Box, given: Crs) -> Box:
    """A box in the order of its own system, in another one east first."""
    box = turned(given, box)
    if given == crs:
        return box
    if given != CRS84:
        raise WrongError("bbox-crs has to be CRS84 or that of the map")
    return box_in(crs, box)


def _system(given: Mapping[str, str], name: str) -> Crs:
    uri = given.get(name, CRS84.uri).strip("[]<>")
    known = {**SYSTEMS, **{documents.curie(u): c for u, c in SYSTEMS.items()}}
    if uri.replace("https://", "http://") not in known:
        raise WrongError(f"{name} is not offered: {uri}")
    return known[uri.replace("https://", "http://")]


def _box(text: str) -> Box:
    try:
        numbers = [float(n) for n in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != _BOX or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise WrongError("bbox has to have four numbers, the lower left corner first")
    return Box(*numbers)


def _sides(given: Mapping[str, str], box: Box) -> tuple[int, int]:
    """Width and height; what is not given follows from the box."""
    ratio = (box.north - box.south) / (box.east - box.west)
    width = _side(given, "width")
    height = _side(given, "height")
    if width is None and height is None:
        width = _SIDE
    if width is None:
        width = max(1, min(_MOST, round((height or _SIDE) / ratio)))
    if height is None:
        height = max(1, min(_MOST, round(width * ratio)))
    return width, height


def _side(given: Mapping[str, str], name: str) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise WrongError(f"{name} goes from 1 to {_MOST}")
    return int(text)
