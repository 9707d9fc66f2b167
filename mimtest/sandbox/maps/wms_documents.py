"""What the Web Map Service says in XML: its capabilities and its exceptions."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.http import Response
from mimtest.sandbox.inspire import RECORD
from mimtest.sandbox.maps.layers import Layer, box_in, system, turned, whole

PNG: Final = "image/png"
INFO: Final = ("text/plain", "application/json")
SYSTEMS: Final = ("CRS:84", "EPSG:4326", "EPSG:25832", "EPSG:3857", "EPSG:4258")
#: The longest side of a picture.
MOST: Final = 2048
_OLD: Final = "1.1.1"
_VIEW: Final = "http://inspire.ec.europa.eu/schemas/inspire_vs/1.0"
_NEW: Final = ("WMS_Capabilities", 'xmlns="http://www.opengis.net/wms" ')
_LINKS: Final = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def capabilities(version: str, address: str, layers: Iterable[Layer]) -> Response:
    """The service's description in a version."""
    every = list(layers)
    old = version == _OLD
    root, space = ("WMT_MS_Capabilities", "") if old else _NEW
    kind = "application/vnd.ogc.wms_xml" if old else "text/xml"
    operations = "".join(
        f"<{name}>{''.join(f'<Format>{f}</Format>' for f in formats)}"
        f'<DCPType><HTTP><Get><OnlineResource {_LINKS} xlink:type="simple" '
        f'xlink:href="{escape(address)}?"/></Get></HTTP></DCPType></{name}>'
        for name, formats in (
            ("GetCapabilities", (kind,)),
            ("GetMap", (PNG,)),
            ("GetFeatureInfo", INFO),
        )
    )
    problems = "application/vnd.ogc.se_xml" if old else "XML"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {space}version="{version}">'
        f"<Service><Name>{'OGC:WMS' if old else 'WMS'}</Name><Title>Exampleton maps</Title>"
        f'<OnlineResource {_LINKS} xlink:type="simple" xlink:href="{escape(address)}?"/>'
        f"{'' if old else f'<MaxWidth>{MOST}</MaxWidth><MaxHeight>{MOST}</MaxHeight>'}</Service>"
        f"<Capability><Request>{operations}</Request>"
        f"<Exception><Format>{problems}</Format></Exception>"
        f"{_extended(address)}{_group(every, old=old)}</Capability></{root}>\n"
    )
    return _xml(body, f"{kind}; charset=utf-8")


def _extended(address: str) -> str:
    """What INSPIRE adds for view services (Technical Guidance 3.11, 4.2.3.3.1.1)."""
    if not address.endswith("/wms"):
        return ""
    common = "http://inspire.ec.europa.eu/schemas/common/1.0"
    return (
        f'<inspire_vs:ExtendedCapabilities xmlns:inspire_vs="{_VIEW}" '
        f'xmlns:inspire_common="{common}"><inspire_common:MetadataUrl>'
        f"<inspire_common:URL>{escape(address.removesuffix('/wms'))}{RECORD}</inspire_common:URL>"
        "<inspire_common:MediaType>application/vnd.iso.19139+xml</inspire_common:MediaType>"
        "</inspire_common:MetadataUrl><inspire_common:SupportedLanguages>"
        "<inspire_common:DefaultLanguage><inspire_common:Language>ger</inspire_common:Language>"
        "</inspire_common:DefaultLanguage></inspire_common:SupportedLanguages>"
        "<inspire_common:ResponseLanguage><inspire_common:Language>ger</inspire_common:Language>"
        "</inspire_common:ResponseLanguage></inspire_vs:ExtendedCapabilities>"
    )


def _group(layers: list[Layer], *, old: bool) -> str:
    names = [s for s in SYSTEMS if not (old and s == "CRS:84")]
    tag = "SRS" if old else "CRS"
    systems = "".join(f"<{tag}>{n}</{tag}>" for n in names)
    inner = "".join(_layer(layer, old=old) for layer in layers)
    box = whole(layers)
    return f"<Layer><Title>Exampleton</Title>{systems}{_place(box, old=old)}{inner}</Layer>"


def _layer(layer: Layer, *, old: bool) -> str:
    return (
        f'<Layer queryable="1"><Name>{layer.id}</Name><Title>{escape(layer.title)}</Title>'
        f"{_place(layer.box, old=old)}<Style><Name>default</Name><Title>Plain</Title></Style></Layer>"
    )


def _place(box: Box, *, old: bool) -> str:
    """The extent, in longitudes and latitudes and in each reference system in its order of axes."""
    tag = "SRS" if old else "CRS"
    if old:
        head = (
            f'<LatLonBoundingBox minx="{box.west}" miny="{box.south}" '
            f'maxx="{box.east}" maxy="{box.north}"/>'
        )
    else:
        head = (
            "<EX_GeographicBoundingBox>"
            f"<westBoundLongitude>{box.west}</westBoundLongitude>"
            f"<eastBoundLongitude>{box.east}</eastBoundLongitude>"
            f"<southBoundLatitude>{box.south}</southBoundLatitude>"
            f"<northBoundLatitude>{box.north}</northBoundLatitude></EX_GeographicBoundingBox>"
        )
    return head + "".join(
        f'<BoundingBox {tag}="{name}" minx="{b.west:.7f}" miny="{b.south:.7f}" '
        f'maxx="{b.east:.7f}" maxy="{b.north:.7f}"/>'
        for name, b in _boxes(box, old=old)
    )


def _boxes(box: Box, *, old: bool) -> Iterable[tuple[str, Box]]:
    for name in SYSTEMS:
        crs = system(name)
        if crs is not None and not (old and name == "CRS:84"):
            there = box_in(crs, box)
            yield name, there if old else turned(crs, there)


def exception(version: str, code: str | None, text: str) -> Response:
    """A service exception report (06-042 6.11 and annex E.2)."""
    named = f' code="{code}"' if code else ""
    if version == _OLD:
        head, kind = '<ServiceExceptionReport version="1.1.1">', "application/vnd.ogc.se_xml"
    else:
        head = '<ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc">'
        kind = "text/xml; charset=utf-8"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}'
        f"<ServiceException{named}>{escape(text)}</ServiceException></ServiceExceptionReport>\n"
    )
    return _xml(body, kind).with_status(400)


def _xml(body: str, kind: str) -> Response:
    return Response(200, (("Content-Type", kind),), body.encode())
