"""Ways to break the formats of the Web Feature Service."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.wfs_messages import OK, asks, given, has, replaced
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _is_json(request: Request) -> bool:
    return has(request, "outputformat") and "json" in (given(request, "outputformat") or "")


@fault("pla-wfs-gml-named-text", kills=("PLA-W-15",))
def gml_named_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GML comes as text/xml, whatever type was asked for."""
    response = proceed(request)
    is_gml = asks(request, "GetFeature") and "gml" in (response.header("Content-Type") or "")
    return response.with_header("Content-Type", "text/xml") if is_gml else response


@fault("pla-wfs-format-only-listed", kills=("PLA-W-35",))
def format_only_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities list a format that is not there."""
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    return replaced(
        response, "(<ows:Value>application/geo)", r"<ows:Value>application/zip</ows:Value>\1"
    )


@fault("pla-wfs-geojson-empty", kills=("PLA-W-35", "PLA-W-26"), beside=("PLA-W-31", "PLA-W-37"))
def geojson_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON holds no feature."""
    response = proceed(request)
    if not _is_json(request) or response.status != OK:
        return response
    return response.with_json({"type": "FeatureCollection", "features": []})


@fault("pla-wfs-geojson-names-a-system", kills=("PLA-W-26",))
def geojson_names_a_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON has the old member 'crs'."""
    named = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},'
    response = proceed(request)
    return replaced(response, r"\A\{", "{" + named) if _is_json(request) else response


@fault("pla-wfs-geojson-in-metres", kills=("PLA-W-26",), beside=("PLA-W-31",))
def geojson_in_metres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON has positions in metres, and does not say so."""
    response = proceed(request)
    if not _is_json(request):
        return response
    return replaced(response, r"\[7\.(\d\d)(\d*),51\.(\d\d)(\d*)\]", r"[4238\1.\2,57172\3.\4]")


@fault("pla-wfs-geojson-latitude-first", kills=("PLA-W-31",))
def geojson_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON has latitude before longitude."""
    response = proceed(request)
    if not _is_json(request):
        return response
    return replaced(response, r"\[(7\.\d+),(51\.\d+)\]", r"[\2,\1]")


@fault("pla-wfs-geojson-other-ids", kills=("PLA-W-37",))
def geojson_other_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON has other identifiers than GML."""
    response = proceed(request)
    return replaced(response, '"id":"', '"id":"json-') if _is_json(request) else response


@fault("pla-wfs-geojson-without-properties", kills=("PLA-W-26",))
def geojson_without_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features in GeoJSON have no member 'properties'."""
    response = proceed(request)
    wanted = _is_json(request) and response.status == OK
    return replaced(response, '"properties":', '"attributes":') if wanted else response
