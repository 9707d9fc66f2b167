"""Web Map Tile Service 1.0.0 (OGC 07-057r7), by parameters and by paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.maps.drawing import picture
from mimtest.sandbox.maps.layers import Layer
from mimtest.sandbox.maps.tiling import LEVELS, SETS, SIZE, Set

_PNG: Final = "image/png"
_NAMES: Final = ("LAYER", "STYLE", "TILEMATRIXSET", "TILEMATRIX", "TILEROW", "TILECOL")
_DOCUMENT: Final = "/1.0.0/WMTSCapabilities.xml"
_TILE: Final = re.compile(r"/tiles/([^/]+)/([^/]+)/([^/]+)/(-?\d+)/(-?\d+)/(-?\d+)\.png")
_SPACES: Final = (
    'xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


class RefusedError(Exception):
    """A request that is answered with an exception report."""

    def __init__(self, code: str, locator: str) -> None:
        super().__init__(code)
        self.code = code
        self.locator = locator


@dataclass(frozen=True, slots=True)
class WmtsService:
    """Answers GetCapabilities and GetTile, and gives tiles at addresses of their own."""

    layers: Mapping[str, Layer]
    prefix: str = "/wmts"

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        tile = _TILE.fullmatch(request.path)
        if not tile and request.path not in ("", _DOCUMENT):
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        if request.path == _DOCUMENT:
            return self._capabilities(request)
        if not tile and not request.params:
            return problem(400, "this is a WMTS: ask for service=WMTS&request=GetCapabilities")
        try:
            return (
                self._tile(dict(zip(_NAMES, tile.groups(), strict=True)))
                if tile
                else self._ask(request)
            )
        except RefusedError as refused:
            answer = _exception(refused)
            return answer.with_status(404) if tile else answer

    def _ask(self, request: Request) -> Response:
        given = {name.upper(): value for name, value in request.params.items()}
        if _needed(given, "SERVICE") != "WMTS":
            raise RefusedError("InvalidParameterValue", "service")
        operation = _needed(given, "REQUEST")
        if operation == "GetCapabilities":
            return self._capabilities(request)
        if operation != "GetTile":
            raise RefusedError("OperationNotSupported", "request")
        if _needed(given, "VERSION") != "1.0.0":
            raise RefusedError("InvalidParameterValue", "version")
        if _needed(given, "FORMAT") != _PNG:
            raise RefusedError("InvalidParameterValue", "format")
        return self._tile({name: _needed(given, name) for name in _NAMES})

    def _tile(self, given: Mapping[str, str]) -> Response:
        layer = self.layers.get(given["LAYER"])
        tiles = SETS.get(given["TILEMATRIXSET"])
        if layer is None or tiles is None or given["STYLE"] not in ("default", ""):
            name = "layer" if layer is None else "tilematrixset" if tiles is None else "style"
            raise RefusedError("InvalidParameterValue", name)
        level, row, column = (_whole(given, n) for n in ("TILEMATRIX", "TILEROW", "TILECOL"))
        if not 0 <= level < LEVELS:
            raise RefusedError("InvalidParameterValue", "tilematrix")
        if not tiles.has(level, row, column):
            raise RefusedError("TileOutOfRange", "tilerow")
        body = picture([layer], tiles.crs, tiles.view(level, row, column))
        return Response(200, (("Content-Type", _PNG),), body)

    def _capabilities(self, request: Request) -> Response:
        address = f"{request.base}{self.prefix}"
        operations = "".join(
            f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP><ows:Get xlink:href="{escape(address)}?">'
            '<ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value>'
            "</ows:AllowedValues></ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation>"
            for name in ("GetCapabilities", "GetTile")
        )
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Capabilities {_SPACES} version="1.0.0">'
            "<ows:ServiceIdentification><ows:Title>Exampleton tiles</ows:Title>"
            "<ows:ServiceType>OGC WMTS</ows:ServiceType>"
            "<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>"
            f"<ows:OperationsMetadata>{operations}</ows:OperationsMetadata><Contents>"
            f"{''.join(_layer(v, address) for v in self.layers.values())}"
            f"{''.join(map(_set, SETS.values()))}</Contents>"
            f'<ServiceMetadataURL xlink:href="{escape(address)}{_DOCUMENT}"/></Capabilities>\n'
        )
        return Response(200, (("Content-Type", "application/xml"),), body.encode())


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise RefusedError("MissingParameterValue", name.lower())
    return given[name]


def _whole(given: Mapping[str, str], name: str) -> int:
    try:
        return int(given[name])
    except ValueError:
        raise RefusedError("InvalidParameterValue", name.lower()) from None


def _layer(layer: Layer, address: str) -> str:
    box = layer.box
    template = (
        f"{escape(address)}/tiles/{layer.id}/{{Style}}/{{TileMatrixSet}}/{{TileMatrix}}/"
        "{TileRow}/{TileCol}.png"
    )
    links = "".join(
        f"<TileMatrixSetLink><TileMatrixSet>{name}</TileMatrixSet></TileMatrixSetLink>"
        for name in SETS
    )
    return (
        f"<Layer><ows:Title>{escape(layer.title)}</ows:Title>"
        f"<ows:WGS84BoundingBox><ows:LowerCorner>{box.west} {box.south}</ows:LowerCorner>"
        f"<ows:UpperCorner>{box.east} {box.north}</ows:UpperCorner></ows:WGS84BoundingBox>"
        f"<ows:Identifier>{layer.id}</ows:Identifier>"
        '<Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>'
        f"<Format>{_PNG}</Format>{links}"
        f'<ResourceURL format="{_PNG}" resourceType="tile" template="{template}"/></Layer>'
    )


def _set(tiles: Set) -> str:
    x, y = tiles.named_corner()
    code = tiles.crs.uri.rpartition("/")[2]
    matrices = "".join(
        f"<TileMatrix><ows:Identifier>{level}</ows:Identifier>"
        f"<ScaleDenominator>{tiles.scale(level)}</ScaleDenominator>"
        f"<TopLeftCorner>{x} {y}</TopLeftCorner>"
        f"<TileWidth>{SIZE}</TileWidth><TileHeight>{SIZE}</TileHeight>"
        f"<MatrixWidth>{tiles.count(level)[0]}</MatrixWidth>"
        f"<MatrixHeight>{tiles.count(level)[1]}</MatrixHeight></TileMatrix>"
        for level in range(LEVELS)
    )
    scales = f"<WellKnownScaleSet>{tiles.scale_set}</WellKnownScaleSet>" if tiles.scale_set else ""
    return (
        f"<TileMatrixSet><ows:Identifier>{tiles.id}</ows:Identifier>"
        f"<ows:SupportedCRS>urn:ogc:def:crs:EPSG::{code}</ows:SupportedCRS>{scales}{matrices}"
        "</TileMatrixSet>"
    )


def _exception(refused: RefusedError) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ows:ExceptionReport '
        'xmlns:ows="http://www.opengis.net/ows/1.1" version="1.1.0">'
        f'<ows:Exception exceptionCode="{refused.code}" locator="{refused.locator}">'
        f"<ows:ExceptionText>{refused.code}: {refused.locator}</ows:ExceptionText>"
        "</ows:Exception></ows:ExceptionReport>\n"
    )
    return Response(400, (("Content-Type", "application/xml"),), body.encode())
