"""The sandbox's Web Feature Service, asked without HTTP."""

from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request
from mimtest.sandbox.wfs import service
from mimtest.vocabulary.ows import read_faults
from mimtest.vocabulary.wfs_features import members_of
from mimtest.vocabulary.xml import read

WFS = service(load_city())
FES = "http://www.opengis.net/fes/2.0"
FEATURES = {"service": "WFS", "version": "2.0.0", "request": "GetFeature"}


def ask(body=b"", **params):
    method = "POST" if body else "GET"
    return WFS.handle(Request(method, "", urlencode(params), body=body))


def ids(**params):
    response = ask(**{**FEATURES, **params})
    assert response.status == 200, response.body
    space = "{http://www.opengis.net/gml/3.2}id"
    return [e.get(space) for e in members_of(read(response.body).root)]


def filtered(content, kind="city:Building"):
    return ids(
        typenames=kind,
        filter=f'<f:Filter xmlns:f="{FES}" xmlns:gml="http://www.opengis.net/gml/3.2">{content}</f:Filter>',
    )


def compared(operator, name, literal):
    value = f"<f:ValueReference>{name}</f:ValueReference><f:Literal>{literal}</f:Literal>"
    return f"<f:PropertyIs{operator}>{value}</f:PropertyIs{operator}>"


@pytest.mark.parametrize("kind", WFS.types)
def test_every_type_comes_whole_and_in_pages(kind):
    every = ids(typenames=f"city:{kind}")
    assert len(every) == len(set(every)) == len(WFS.types[kind].items)
    first = ids(typenames=f"city:{kind}", count=2)
    rest = ids(typenames=f"city:{kind}", startindex=2)
    assert first + rest == every


def test_every_document_is_xml():
    for operation in (
        "GetCapabilities",
        "DescribeFeatureType",
        "ListStoredQueries",
        "DescribeStoredQueries",
    ):
        response = ask(service="WFS", version="2.0.0", request=operation)
        assert response.status == 200
        fromstring(response.body)


def test_comparisons_combine():
    old = compared("LessThan", "yearOfConstruction", "1900")
    assert "Building.exampleton.town-hall" in filtered(old)
    assert not set(filtered(old)) & set(filtered(f"<f:Not>{old}</f:Not>"))
    both = filtered(f"<f:Or>{old}<f:Not>{old}</f:Not></f:Or>")
    assert len(both) == len(WFS.types["Building"].items)
    assert filtered(f"<f:And>{old}<f:Not>{old}</f:Not></f:And>") == []


def test_a_box_has_the_axes_of_its_system():
    latitude_first = "51.6,7.9,51.602,7.902,urn:ogc:def:crs:EPSG::4326"
    longitude_first = "7.9,51.6,7.902,51.602,urn:ogc:def:crs:OGC:1.3:CRS84"
    short = "7.9,51.6,7.902,51.602,EPSG:4326"
    found = ids(typenames="city:Building", bbox=latitude_first)
    assert "Building.exampleton.town-hall" in found
    assert found == ids(typenames="city:Building", bbox=longitude_first)
    assert found == ids(typenames="city:Building", bbox=short)


def test_a_question_in_xml_is_the_same():
    body = b'<w:GetFeature xmlns:w="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="3"><w:Query typeNames="city:Streetlight"/></w:GetFeature>'
    members = members_of(read(ask(body).body).root)
    assert len(members) == 3


@pytest.mark.parametrize(
    ("params", "code", "status"),
    [
        ({"service": "WFS"}, "MissingParameterValue", 400),
        ({"request": "GetCapabilities"}, "MissingParameterValue", 400),
        ({**FEATURES, "typenames": "nothing"}, "InvalidParameterValue", 400),
        ({**FEATURES, "typenames": "city:Building", "count": "-1"}, "InvalidParameterValue", 400),
        ({**FEATURES, "typenames": "city:Building", "bbox": "1,2"}, "InvalidParameterValue", 400),
        ({**FEATURES, "typenames": "city:Building", "filter": "<f"}, "OperationParsingFailed", 400),
        (
            {**FEATURES, "typenames": "city:Building", "srsname": "EPSG:1"},
            "InvalidParameterValue",
            400,
        ),
        ({**FEATURES, "request": "Transaction"}, "OperationNotSupported", 400),
        (
            {**FEATURES, "version": "3.0.0", "typenames": "city:Building"},
            "InvalidParameterValue",
            400,
        ),
        (
            {"service": "WFS", "request": "GetCapabilities", "acceptversions": "9.9.9"},
            "VersionNegotiationFailed",
            400,
        ),
        (
            {**FEATURES, "storedquery_id": "urn:ogc:def:query:OGC-WFS::GetFeatureById", "id": "x"},
            "NotFound",
            404,
        ),
    ],
)
def test_mistakes_are_reported(params, code, status):
    response = ask(**params)
    faults = read_faults(read(response.body).root)
    assert (response.status, faults[0].code) == (status, code)


def test_a_document_with_entities_is_refused():
    body = b'<!DOCTYPE w [<!ENTITY x "y">]><w:GetFeature xmlns:w="http://www.opengis.net/wfs/2.0"/>'
    assert ask(body).status == 400


def test_other_methods_and_places_are_refused():
    assert WFS.handle(Request("DELETE", "")).status == 405
    assert WFS.handle(Request("GET", "/there")).status == 404
