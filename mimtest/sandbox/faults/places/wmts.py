"""Ways to break the Web Map Tile Service."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.map_messages import (
    OK,
    asked,
    asking,
    is_described,
    is_tile,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TILES = ("PLA-M-3?", "PLA-M-40")


def _told(request: Request, response: Response, *pairs: tuple[str, str]) -> Response:
    return rewritten(response, *pairs) if is_described(request) else response


@fault("pla-wmts-of-another-version", kills=("PLA-M-31",), beside=_TILES)
def of_another_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities name a version that never was."""
    return _told(request, proceed(request), ('version="1.0.0">', 'version="1.3.0">'))


@fault("pla-wmts-layers-share-a-name", kills=("PLA-M-31",))
def layers_share_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two layers have one name."""
    pair = ("<ows:Identifier>energy</ows:Identifier>", "<ows:Identifier>parkings</ows:Identifier>")
    return _told(request, proceed(request), pair)


@fault("pla-wmts-link-to-no-set", kills=("PLA-M-32",))
def link_to_no_set(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Layers link to a set of matrices that is not there."""
    pair = ("<TileMatrixSet>WorldLatLong</TileMatrixSet>", "<TileMatrixSet>Gone</TileMatrixSet>")
    return _told(request, proceed(request), pair)


@fault("pla-wmts-without-style", kills=("PLA-M-32",))
def without_style(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Layers have no style."""
    response = proceed(request)
    if not is_described(request):
        return response
    return response.with_body(re.sub(rb"<Style.*?</Style>", b"", response.body))


@fault("pla-wmts-system-of-its-own", kills=("PLA-M-33",), beside=_TILES)
def system_of_its_own(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A set of matrices names its reference system by a word of the town."""
    return _told(request, proceed(request), ("urn:ogc:def:crs:EPSG::4326", "Town:1"))


@fault("pla-wmts-scales-of-its-own", kills=("PLA-M-33",))
def scales_of_its_own(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A level has another scale than the well-known set it is said to follow."""
    return _told(
        request,
        proceed(request),
        ("<ScaleDenominator>559082264.0", "<ScaleDenominator>559182264.0"),
    )


@fault("pla-wmts-corner-east-first", kills=("PLA-M-34",))
def corner_east_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The corner of matrices in EPSG:4326 has the longitude first."""
    pair = (
        "<TopLeftCorner>90.0 -180.0</TopLeftCorner>",
        "<TopLeftCorner>-180.0 90.0</TopLeftCorner>",
    )
    return _told(request, proceed(request), pair)


@fault("pla-wmts-tiles-of-another-size", kills=("PLA-M-35",), beside=_TILES)
def tiles_of_another_size(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tiles are said to be larger than they are."""
    pairs = (("<TileWidth>256<", "<TileWidth>512<"), ("<TileHeight>256<", "<TileHeight>512<"))
    return _told(request, proceed(request), *pairs)


@fault("pla-wmts-outside-is-empty", kills=("PLA-M-36",))
def outside_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Outside of the matrix an empty tile comes."""
    response = proceed(request)
    if request.path != "/wmts" or b"TileOutOfRange" not in response.body:
        return response
    return proceed(asking(request, TILEROW="0", TILECOL="0"))


@fault("pla-wmts-errors-in-text", kills=("PLA-M-36", "PLA-M-37", "PLA-M-38"))
def errors_in_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is refused is refused with a text."""
    response = proceed(request)
    if request.path != "/wmts" or response.status == OK:
        return response
    return Response(400, (("Content-Type", "text/plain"),), b"no")


@fault("pla-wmts-unknown-layer-drawn", kills=("PLA-M-37",))
def unknown_layer_drawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A layer that is not there comes as another one."""
    wrong = is_tile(request) and asked(request).get("LAYER", "").startswith("mimtest")
    return proceed(asking(request, LAYER="energy") if wrong else request)


@fault("pla-wmts-row-guessed", kills=("PLA-M-38",))
def row_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without TILEROW the first row comes."""
    wrong = request.path == "/wmts" and is_tile(request) and "TILEROW" not in asked(request)
    return proceed(asking(request, TILEROW="0") if wrong else request)


@fault("pla-wmts-rows-from-below", kills=("PLA-M-39",), beside=("PLA-M-40",))
def rows_from_below(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rows are counted from below, as TMS has it."""
    response = proceed(request)
    given = asked(request)
    if request.path != "/wmts" or not is_tile(request) or response.status != OK:
        return response
    rows = 2 ** int(given["TILEMATRIX"])
    return proceed(asking(request, TILEROW=str(rows - 1 - int(given["TILEROW"]))))


@fault("pla-wmts-row-and-column-exchanged", kills=("PLA-M-40",))
def row_and_column_exchanged(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """At addresses of tiles the column comes before the row, against the template."""
    response = proceed(request)
    if not request.path.startswith("/wmts/tiles/") or response.status != OK:
        return response
    *start, row, column = request.path.removesuffix(".png").split("/")
    path = "/".join([*start, column, row]) + ".png"
    return proceed(replace(request, path=path, raw_path=path))
