"""What a Web Feature Service names: types, their schemas, their systems, and features by their ids."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import (
    asking,
    asks,
    given,
    has,
    is_wfs,
    replaced,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_SCHEMA: Final = (
    '<?xml version="1.0"?><xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'targetNamespace="https://mimtest.example/city" elementFormDefault="qualified">{}</xsd:schema>'
)
_ID: Final = re.compile(r'(<city:\w+ gml:id=")([^"]*)')


@fault("pla-wfs-no-default-system", kills=("PLA-W-06",), beside=("PLA-P-14",))
def no_default_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type names neither a default reference system nor that it has none."""
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    pattern = "(<wfs:Name>city:Building</wfs:Name>.*?)<wfs:DefaultCRS>.*?(<wfs:OutputFormats>)"
    return replaced(response, pattern, r"\1\2")


@fault("pla-wfs-ids-of-neighbours", kills=("PLA-W-30",))
def ids_of_neighbours(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In a small page the features have one another's ids."""
    response = proceed(request)
    if not has(request, "typenames") or given(request, "count") != "3":
        return response

    def turned(text: str) -> str:
        ids = [i for _, i in _ID.findall(text)]
        others = iter([*ids[1:], *ids[:1]])
        return _ID.sub(lambda match: f"{match[1]}{next(others)}", text)

    return rewritten(response, turned)


@fault("pla-wfs-ids-of-each-type", kills=("PLA-W-29",), beside=("PLA-W-09", "PLA-W-22"))
def ids_of_each_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Each type counts its features anew, so that one id names a building and a lamp elsewhere."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    pattern = (
        r'gml:id="(Building\.exampleton\.town-hall|Streetlight\.exampleton\.bahnhofstrasse-kiosk)"'
    )
    return replaced(response, pattern, 'gml:id="place.1"')


@fault("pla-variant-wfs-typename-alone")
def typename_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DescribeFeatureType takes TYPENAME alone, as the standard has it; what it does not know is passed over."""
    describes = asks(request, "DescribeFeatureType")
    return proceed(asking(request, typenames=None) if describes else request)


@fault("pla-variant-wfs-typenames-alone")
def typenames_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DescribeFeatureType takes TYPENAMES alone, and passes over TYPENAME."""
    describes = asks(request, "DescribeFeatureType")
    return proceed(asking(request, typename=None) if describes else request)


@fault("pla-variant-wfs-schema-in-parts")
def schema_in_parts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A schema includes another document, in which the types are."""
    if not is_wfs(request) or given(request, "request") != "DescribeFeatureType":
        return proceed(request)
    if given(request, "part"):
        return proceed(asking(request, part=None))
    response = proceed(request)
    if response.status != 200:  # noqa: PLR2004
        return response
    where = f"{request.base}/wfs?SERVICE=WFS&amp;VERSION=2.0.0&amp;REQUEST=DescribeFeatureType&amp;PART=1"
    return response.with_body(_SCHEMA.format(f'<xsd:include schemaLocation="{where}"/>').encode())


@fault("pla-variant-wfs-schema-of-its-owner")
def schema_of_its_owner(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A schema imports the public document of who owns the namespace, as services of INSPIRE do."""
    response = proceed(request)
    if not asks(request, "DescribeFeatureType") or response.status != 200:  # noqa: PLR2004
        return response
    place = "https://mimtest.example/city/1.0/city.xsd"
    part = f'<xsd:include schemaLocation="{place}"/>'
    return response.with_body(_SCHEMA.format(part).encode())


@fault("pla-variant-wfs-view")
def view(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The buildings come as a second type, too: the same features under another name."""
    if not is_wfs(request):
        return proceed(request)
    if request.body:
        plain = request.with_body(request.body.replace(b"city:House", b"city:Building"))
        response = proceed(plain)
        return response if plain.body == request.body else _as_houses(response)
    named = given(request, "typenames") or given(request, "typename") or ""
    if named == "city:House":
        spelled = "typenames" if given(request, "typenames") else "typename"
        response = proceed(asking(request, **{spelled: "city:Building"}))
        response = _as_houses(response)
        response = replaced(response, '<xsd:element name="Building"', '<xsd:element name="House"')
        return replaced(response, r"TYPENAMES=city%3ABuilding", "TYPENAMES=city%3AHouse")
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response

    def twice(text: str) -> str:
        pattern = r"<wfs:FeatureType><wfs:Name>city:Building.*?</wfs:FeatureType>"
        (found,) = re.findall(pattern, text, re.DOTALL)
        copy = found.replace("city:Building<", "city:House<")
        return text.replace("<wfs:FeatureTypeList>", f"<wfs:FeatureTypeList>{found}{copy}", 1)

    return rewritten(response, twice)


def _as_houses(response: Response) -> Response:
    return replaced(response, r"(</?city:)Building\b(?=[ >])", r"\1House")
