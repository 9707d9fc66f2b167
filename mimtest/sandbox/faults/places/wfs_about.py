"""Ways to break what the Web Feature Service says of itself: capabilities, schemas, stored queries."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.wfs_messages import (
    OK,
    asking,
    asks,
    forgiving,
    given,
    has,
    is_wfs,
    replaced,
    report,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-wfs-without-filters", kills=("PLA-W-01",))
def without_filters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities say nothing of filters."""
    response = proceed(request)
    pattern = "<fes:Filter_Capabilities>.*</fes:Filter_Capabilities>"
    return replaced(response, pattern, "") if asks(request, "GetCapabilities") else response


@fault("pla-wfs-namespace-of-1.1", kills=("PLA-W-01",))
def namespace_of_old(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Capabilities of version 2.0 are written in the vocabulary of 1.1."""
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    return replaced(response, "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/wfs")


@fault(
    "pla-wfs-static-page",
    kills=("PLA-W-02", "PLA-W-04", "PLA-W-07", "PLA-W-12"),
    beside=("PLA-W-*",),
)
def static_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Capabilities lie there as a file, whatever the question is."""
    return (
        proceed(asking(request, request="GetCapabilities", acceptversions=None, service="WFS"))
        if (is_wfs(request) and request.method == "GET")
        else proceed(request)
    )


@fault("pla-wfs-versions-not-negotiated", kills=("PLA-W-02",))
def versions_not_negotiated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """AcceptVersions is passed over."""
    wanted = asks(request, "GetCapabilities")
    return proceed(asking(request, acceptversions=None) if wanted else request)


@fault("pla-wfs-service-not-needed", kills=("PLA-W-03",))
def service_not_needed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A question that names no service is answered."""
    silent = asks(request, "GetCapabilities") and given(request, "service") is None
    return proceed(asking(request, service="WFS") if silent else request)


@fault("pla-wfs-operation-not-listed", kills=("PLA-W-04",))
def operation_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities leave out an operation every service has."""
    response = proceed(request)
    pattern = '<ows:Operation name="ListStoredQueries">.*?</ows:Operation>'
    return replaced(response, pattern, "") if asks(request, "GetCapabilities") else response


@fault("pla-wfs-address-dead", kills=("PLA-W-04",), beside=("PLA-W-*",))
def address_dead(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of GetFeature in the capabilities leads nowhere."""
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    pattern = (
        r'(<ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="[^"]*/wfs)'
    )
    return replaced(response, pattern, r"\1/old")


@fault("pla-wfs-classes-not-declared", kills=("PLA-W-04",))
def classes_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities do not say whether transactions are implemented."""
    response = proceed(request)
    pattern = '<ows:Constraint name="ImplementsTransactionalWFS">.*?</ows:Constraint>'
    return replaced(response, pattern, "") if asks(request, "GetCapabilities") else response


@fault("pla-wfs-names-have-a-case", kills=("PLA-W-05",))
def names_have_a_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Parameters are taken in capitals alone."""
    names = [n for n, _ in request.param_pairs]
    if asks(request, "DescribeFeatureType") and not all(n.isupper() for n in names):
        return report("MissingParameterValue")
    return proceed(request)


@fault("pla-wfs-default-system-unknown", kills=("PLA-W-06",), beside=("PLA-W-18", "PLA-P-14"))
def default_system_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The default reference system of a type is no registered code."""
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    return replaced(response, "(<wfs:DefaultCRS>urn:ogc:def:crs:EPSG::)25832", r"\g<1>999999")


@fault("pla-wfs-box-latitude-first", kills=("PLA-W-06",), beside=("PLA-P-14",))
def box_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The boxes of types have latitude before longitude."""
    response = proceed(request)
    pattern = r"(<ows:(?:Lower|Upper)Corner>)(\S+) (\S+?)<"
    return (
        replaced(response, pattern, r"\1\3 \2<") if asks(request, "GetCapabilities") else response
    )


@fault("pla-wfs-all-types-refused", kills=("PLA-W-07",))
def all_types_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DescribeFeatureType wants a type to be named."""
    named = given(request, "typename") or given(request, "typenames")
    alone = asks(request, "DescribeFeatureType") and named is None
    return report("MissingParameterValue") if alone else proceed(request)


@fault("pla-wfs-unknown-type-described", kills=("PLA-W-07",))
def unknown_type_described(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DescribeFeatureType for a type that is not there describes all."""
    if not asks(request, "DescribeFeatureType"):
        return proceed(request)
    return forgiving(request, proceed, typename=None, typenames=None)


@fault("pla-wfs-another-type-described", kills=("PLA-W-07",), beside=("PLA-W-27",))
def another_type_described(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of buildings declares an element of another name."""
    response = proceed(request)
    if not asks(request, "DescribeFeatureType"):
        return response
    return replaced(response, '<xsd:element name="Building"', '<xsd:element name="House"')


@fault("pla-wfs-property-not-declared", kills=("PLA-W-27",))
def property_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of buildings is older than the buildings and lacks a property."""
    response = proceed(request)
    if not asks(request, "DescribeFeatureType"):
        return response
    return replaced(response, '<xsd:element name="yearOfConstruction"[^>]*>', "")


@fault("pla-wfs-value-of-another-type", kills=("PLA-W-27",))
def value_of_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property that is declared as a whole number holds words."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(response, "(<city:yearOfConstruction>)", r"\1about ")


@fault("pla-wfs-by-id-not-listed", kills=("PLA-W-08",))
def by_id_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of stored queries is without the one that every service has."""
    response = proceed(request)
    if not asks(request, "ListStoredQueries"):
        return response
    return replaced(response, "<wfs:StoredQuery .*</wfs:StoredQuery>", "")


@fault("pla-wfs-by-id-without-parameter", kills=("PLA-W-08",))
def by_id_without_parameter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description of GetFeatureById does not name its parameter."""
    response = proceed(request)
    if not asks(request, "DescribeStoredQueries"):
        return response
    return replaced(response, "<wfs:Parameter [^>]*/>", "")


@fault("pla-wfs-by-id-in-a-collection", kills=("PLA-W-09",))
def by_id_in_a_collection(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GetFeatureById gives a collection with the feature in it."""
    response = proceed(request)
    if not has(request, "storedquery_id"):
        return response
    around = (
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" numberMatched="1" '
        r'numberReturned="1"><wfs:member>\1</wfs:member></wfs:FeatureCollection>'
    )
    return replaced(response, r"(<city:.*)", around)


@fault("pla-wfs-by-id-another", kills=("PLA-W-09",))
def by_id_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GetFeatureById gives a feature with an id that is not the one asked for."""
    response = proceed(request)
    if not has(request, "storedquery_id"):
        return response
    return replaced(response, r'(<city:\w+ gml:id=")[^"]*', r"\g<1>fid-1")


@fault("pla-wfs-unknown-id-empty", kills=("PLA-W-10",))
def unknown_id_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GetFeatureById with an unknown id gives an empty collection."""
    response = proceed(request)
    if not has(request, "storedquery_id") or b"NotFound" not in response.body:
        return response
    body = b'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"/>'
    return response.with_status(OK).with_body(body)


@fault("pla-wfs-unknown-id-crashes", kills=("PLA-W-10",))
def unknown_id_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GetFeatureById with an unknown id is answered with 500."""
    response = proceed(request)
    gone = has(request, "storedquery_id") and b"NotFound" in response.body
    return response.with_status(500) if gone else response


@fault("pla-wfs-unknown-query-ignored", kills=("PLA-W-11",))
def unknown_query_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A stored query nobody has is taken for GetFeatureById."""
    name = given(request, "storedquery_id")
    if not name or re.search("GetFeatureById", name) or not asks(request, "GetFeature"):
        return proceed(request)
    known = "urn:ogc:def:query:OGC-WFS::GetFeatureById"
    return proceed(asking(request, storedquery_id=known))
