"""Permitted ways for map services to differ from the reference."""

import re
import struct
import zlib
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.map_messages import (
    OK,
    asked,
    asking,
    is_described,
    is_wms,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_SERVICES = ("/wms", "/wmts", "/maps")


@fault("pla-variant-wms-1-1-1")
def wms_1_1_1(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Web Map Service knows version 1.1.1 alone."""
    return proceed(asking(request, VERSION="1.1.1") if request.path == "/wms" else request)


@fault("pla-variant-wms-exceptions-with-200")
def exceptions_with_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Exceptions of the Web Map Service come with status 200, as in most servers."""
    response = proceed(request)
    refused = request.path == "/wms" and b"ServiceExceptionReport" in response.body
    return response.with_status(OK) if refused else response


@fault("pla-variant-wms-with-doctype")
def with_doctype(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Capabilities of 1.1.1 refer to a DTD, as the version has it."""
    response = wms_1_1_1(request, _, proceed)
    url = "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd"
    pair = ("<WMT_MS_", f'<!DOCTYPE WMT_MS_Capabilities SYSTEM "{url}">\n<WMT_MS_')
    body = response.body.replace(pair[0].encode(), pair[1].encode(), 1)
    return response.with_body(body) if is_wms(request, "GetCapabilities") else response


@fault("pla-variant-wms-address-with-a-map")
def address_with_a_map(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The advertised address has a parameter of its own, as MapServer's and QGIS Server's have."""
    response = proceed(request)
    pair = (f"{request.base}/wms?", f"{request.base}/wms?map=/srv/town.map&amp;")
    return rewritten(response, pair) if is_wms(request, "GetCapabilities") else response


@fault("pla-variant-wms-not-to-be-asked")
def not_to_be_asked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Web Map Service offers no GetFeatureInfo and no layer that is queryable."""
    response = proceed(request)
    if not is_wms(request, "GetCapabilities"):
        return response
    body = re.sub(rb"<GetFeatureInfo>.*</GetFeatureInfo>", b"", response.body)
    return response.with_body(body.replace(b' queryable="1"', b""))


@fault("pla-variant-pictures-in-true-colour")
def in_true_colour(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pictures have colours with opacity instead of a palette, each line told by differences."""
    response = proceed(request)
    drawn = request.path.startswith(_SERVICES) and response.status == OK
    if not drawn or response.header("Content-Type") != "image/png" or not response.body:
        return response
    return response.with_body(_true_colour(response.body))


def _true_colour(body: bytes) -> bytes:
    """A PNG of the platform's own making with eight bits for each of four channels, filtered by lines."""
    chunks, at = {}, 8
    while at < len(body):
        length = struct.unpack(">I", body[at : at + 4])[0]
        chunks[body[at + 4 : at + 8]] = body[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    palette, clear = chunks[b"PLTE"], b"tRNS" in chunks
    colours = [
        palette[n : n + 3] + (b"\0" if clear and not n else b"\xff")
        for n in range(0, len(palette), 3)
    ]
    raw = zlib.decompress(chunks[b"IDAT"])
    before = bytes(4 * width)
    lines = []
    for y in range(height):
        row = raw[y * (width + 1) + 1 : (y + 1) * (width + 1)]
        line = b"".join(colours[v] for v in row)
        up = bytes((a - b) & 0xFF for a, b in zip(line, before, strict=True))
        lines.append(b"\2" + up)
        before = line
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(b"".join(lines), 1)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


@fault("pla-variant-wmts-by-paths-alone")
def by_paths_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tiles are at addresses of their own, and nothing is asked with parameters."""
    if request.path == "/wmts" and asked(request):
        return json_response({"detail": "no parameters here"}, 404)
    response = proceed(request)
    if not is_described(request):
        return response
    pattern = rb"<ows:OperationsMetadata>.*</ows:OperationsMetadata>"
    return response.with_body(re.sub(pattern, b"", response.body))


@fault("pla-variant-wmts-by-parameters-alone")
def by_parameters_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tiles have no addresses of their own."""
    response = proceed(request)
    if not is_described(request):
        return response
    return response.with_body(re.sub(rb"<ResourceURL[^>]*/>", b"", response.body))


@fault("pla-variant-empty-tiles-are-there")
def empty_tiles_are_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A vector tile with nothing in it comes with status 200 and no bytes."""
    response = proceed(request)
    empty = request.path.startswith("/maps/") and response.status == 204  # noqa: PLR2004
    kind = "application/vnd.mapbox-vector-tile"
    return Response(OK, (("Content-Type", kind),)) if empty else response


@fault("pla-variant-relations-in-short")
def relations_in_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Relations of tiles and maps are in their short form, or begin with https."""
    response = proceed(request)
    if not request.path.startswith("/maps") or b'"rel"' not in response.body:
        return response
    start = b'"http://www.opengis.net/def/rel/ogc/1.0/'
    body = response.body.replace(start + b'map"', b'"[ogc-rel:map]"')
    return response.with_body(body.replace(start, start.replace(b"http:", b"https:")))


@fault("pla-variant-maps-without-classes")
def maps_without_classes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps are of the class Core alone."""
    response = proceed(request)
    if request.path != "/maps/conformance" or response.status != OK:
        return response
    kept = [
        c
        for c in response.json()["conformsTo"]
        if "maps-1" not in c or c.endswith(("/core", "/dataset-map", "/collection-map"))
    ]
    return response.with_json({"conformsTo": kept})
