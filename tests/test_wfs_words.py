"""What is read of a Web Feature Service: places in GML, names of reference systems, schemas."""

from types import SimpleNamespace

import pytest

from mimtest.errors import Contradiction
from mimtest.sandbox.features.crs import utm_32_north
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.wfs_crs import (
    axes,
    bounds,
    find,
    is_known,
    moved,
    parts_of,
    tolerance,
    uri_of,
)
from mimtest.vocabulary.wfs_features import members_of, read_feature
from mimtest.vocabulary.wfs_filters import moment_of, telling_pair
from mimtest.vocabulary.wfs_gml import numbers_of
from mimtest.vocabulary.wfs_schema import fits
from mimtest.vocabulary.wfs_schema_parts import is_of_owner
from mimtest.vocabulary.wfs_selected import is_whole
from mimtest.vocabulary.xml import read

GML = 'xmlns:gml="http://www.opengis.net/gml/3.2"'
RING = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 0.0))
RING_TEXT = "<gml:LinearRing><gml:posList>0 0 4 0 4 4 0 0</gml:posList></gml:LinearRing>"


def feature(content, attributes=""):
    body = f'<f {GML} gml:id="f.1" {attributes}>{content}</f>'
    return read_feature(read(body.encode()).root)


def place(geometry, before=""):
    return feature(f"{before}<where>{geometry}</where>").place


@pytest.mark.parametrize(
    ("geometry", "shape"),
    [
        ("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", Shape(points=((1.0, 2.0),))),
        ("<gml:Point><gml:pos>1 2 93.5</gml:pos></gml:Point>", Shape(points=((1.0, 2.0),))),
        (
            "<gml:Point><gml:coordinates>1,2</gml:coordinates></gml:Point>",
            Shape(points=((1.0, 2.0),)),
        ),
        (
            '<gml:LineString srsDimension="3"><gml:posList>1 2 9 3 4 9</gml:posList></gml:LineString>',
            Shape(lines=(((1.0, 2.0), (3.0, 4.0)),)),
        ),
        (
            "<gml:LineString><gml:pos>1 2</gml:pos><gml:pos>3 4</gml:pos></gml:LineString>",
            Shape(lines=(((1.0, 2.0), (3.0, 4.0)),)),
        ),
        (
            (
                "<gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>1 2 3 4</gml:posList>"
                "</gml:LineStringSegment></gml:segments></gml:Curve>"
            ),
            Shape(lines=(((1.0, 2.0), (3.0, 4.0)),)),
        ),
        (
            (
                f"<gml:Polygon><gml:exterior>{RING_TEXT}</gml:exterior>"
                f"<gml:interior>{RING_TEXT}</gml:interior></gml:Polygon>"
            ),
            Shape(polygons=((RING, RING),)),
        ),
        (
            (
                "<gml:MultiSurface><gml:surfaceMember><gml:Surface><gml:patches><gml:PolygonPatch>"
                f"<gml:exterior>{RING_TEXT}</gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>"
                "</gml:surfaceMember></gml:MultiSurface>"
            ),
            Shape(polygons=((RING,),)),
        ),
        (
            (
                "<gml:MultiPoint><gml:pointMembers><gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
                "<gml:Point><gml:pos>3 4</gml:pos></gml:Point></gml:pointMembers></gml:MultiPoint>"
            ),
            Shape(points=((1.0, 2.0), (3.0, 4.0))),
        ),
        (
            (
                "<gml:Curve><gml:segments><gml:Arc><gml:posList>0 0 1 1 2 0</gml:posList></gml:Arc>"
                "</gml:segments></gml:Curve>"
            ),
            None,
        ),
    ],
    ids=[
        "point",
        "height",
        "old point",
        "dimension",
        "pos",
        "curve",
        "hole",
        "multi",
        "points",
        "arc",
    ],
)
def test_geometries_are_taken_apart(geometry, shape):
    assert place(geometry).shape == shape


@pytest.mark.parametrize("numbers", ["1", "1 2 3", "one two"])
def test_numbers_that_are_none_speak_against_the_sender(numbers):
    with pytest.raises(Contradiction):
        place(f"<gml:LineString><gml:posList>{numbers}</gml:posList></gml:LineString>")


def test_a_system_is_named_at_the_geometry_or_around_it():
    point = "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
    envelope = '<gml:boundedBy><gml:Envelope srsName="urn:around"/></gml:boundedBy>'
    assert place(point).system is None
    assert place(point, envelope).system == "urn:around"
    assert (
        place(point.replace("<gml:Point", '<gml:Point srsName="urn:own"'), envelope).system
        == "urn:own"
    )


def test_an_envelope_has_two_corners():
    corners = "<gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner>"
    root = read(f"<gml:Envelope {GML}>{corners}</gml:Envelope>".encode()).root
    assert numbers_of(root) == ((1.0, 2.0), (3.0, 4.0))


def test_simple_properties_are_told_once():
    found = feature("<a>1</a><b>x</b><b>y</b><c/><gml:name>n</gml:name><d><e/></d>")
    assert found.id == "f.1"
    assert found.values == {"a": "1"}


def test_members_of_every_version_are_found():
    body = f"<c {GML}><gml:featureMembers><a/><b/></gml:featureMembers><member><x/></member></c>"
    assert [e.tag for e in members_of(read(body.encode()).root)] == ["a", "b", "x"]


@pytest.mark.parametrize(
    ("name", "code", "short"),
    [
        ("urn:ogc:def:crs:EPSG::25832", "25832", False),
        ("urn:ogc:def:crs:EPSG:9.9.1:25832", "25832", False),
        ("http://www.opengis.net/def/crs/EPSG/0/25832", "25832", False),
        ("EPSG:25832", "25832", True),
        ("http://www.opengis.net/gml/srs/epsg.xml#25832", "25832", True),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "CRS84", False),
        ("CRS:84", "CRS84", False),
    ],
)
def test_systems_go_by_many_names(name, code, short):
    found = find(name)
    assert (found.code, found.is_short) == (code, short)


def test_names_of_a_country_leave_the_order_of_axes_open():
    found = find("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH")
    assert (found.code, found.is_short, axes(found.name)) == ("25832", True, 3)
    assert axes("urn:adv:crs:ETRS89_UTM32") == 2


def test_a_tolerance_is_wider_where_a_system_is_stretched():
    utm, mercator = find("urn:ogc:def:crs:EPSG::25832"), find("urn:ogc:def:crs:EPSG::3857")
    degrees = find("urn:ogc:def:crs:EPSG::4326")
    here = ((52.00001, 7.90001),)
    there = moved(Shape(points=here), degrees, mercator).points
    rounded = 0.5e-5 * 111_320 / 0.6157
    assert rounded < tolerance(there, here, degrees, mercator) < rounded + 2.5
    assert tolerance(here, here, degrees, degrees) == pytest.approx(1.09e-5, abs=1e-6)
    assert tolerance(here, moved(Shape(points=here), degrees, utm).points, utm, degrees) < 1e-4


def test_a_feature_has_as_many_places_as_properties_with_one():
    point = "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
    found = feature(f"<where>{point}</where><note>x</note><entrance>{point}</entrance>")
    assert [p.shape for p in found.places] == [Shape(points=((1.0, 2.0),))] * 2
    assert feature("<note>x</note>").place is None


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::999999", "Gauss", "", None])
def test_unknown_systems_are_none(name):
    assert find(name) is None
    assert name is None or name.endswith("999999") or uri_of(name) is None


def test_positions_move_between_systems():
    utm, wgs84 = find("urn:ogc:def:crs:EPSG::25832"), find("urn:ogc:def:crs:EPSG::4326")
    there = moved(Shape(points=((51.6, 7.9),)), wgs84, utm)
    (east, north), *_ = there.points
    assert (round(east), round(north)) == tuple(map(round, utm_32_north(7.9, 51.6)))
    assert 1.0 < tolerance(there.points, ((51.6, 7.9),), wgs84, utm) < 10.0
    assert moved(there, utm, utm) is there
    assert axes("urn:ogc:def:crs:EPSG::4979") == 3
    assert bounds(utm.uri)[0] == 6.0


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        ("integer", "4", True),
        ("integer", "4.5", False),
        ("double", "4.5", True),
        ("double", "much", False),
        ("boolean", "1", True),
        ("boolean", "yes", False),
        ("dateTime", "2026-10-12T06:00:00Z", True),
        ("dateTime", "2026-13-45T06:00:00Z", False),
        ("string", "anything", True),
        (None, "anything", True),
    ],
)
def test_values_fit_their_types(kind, text, right):
    assert fits(kind, text) is right


def test_an_instant_without_a_zone_is_not_known():
    assert moment_of("2026-10-12T06:00:00Z") is not None
    assert moment_of("2026-10-12T06:00:00+02:00") is not None
    assert moment_of("2026-10-12T06:00:00") is None
    assert moment_of("soon") is None


def test_a_name_of_two_systems_has_two_parts():
    both = "urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783"
    assert parts_of(both) == ("urn:ogc:def:crs:EPSG::25832", "urn:ogc:def:crs:EPSG::5783")
    assert all(map(is_known, parts_of(both)))
    assert parts_of("EPSG:4326") == ("EPSG:4326",)
    assert not is_known("urn:ogc:def:crs:EPSG::999999")


def known(*rows):
    return SimpleNamespace(
        known={str(n): SimpleNamespace(values=row) for n, row in enumerate(rows)}
    )


def test_two_properties_tell_and_from_its_parts():
    rows = [
        {"use": "school", "state": "open"},
        {"use": "school", "state": "shut"},
        {"use": "hall", "state": "open"},
    ]
    assert telling_pair(known(*rows), {}) == [("use", "school"), ("state", "open")]
    assert telling_pair(known(*rows[:2]), {}) is None
    assert telling_pair(known(*rows), {"state": "boolean"}) is None
    assert telling_pair(known({"use": "1", "state": "2"}), {}) is None


@pytest.mark.parametrize(
    ("shown", "matched", "ahead", "whole"),
    [
        (3, 3, None, True),
        (3, 500, None, True),
        (3, None, None, True),
        (3, 5, "?page=2", False),
        (10, 500, None, False),
        (10, None, None, False),
    ],
)
def test_an_answer_is_whole_where_nothing_speaks_for_a_limit(shown, matched, ahead, whole):
    sample = SimpleNamespace(pages=[SimpleNamespace(features=range(10))])
    page = SimpleNamespace(features=range(shown), matched=matched, next=ahead)
    assert is_whole(sample, page) is whole


@pytest.mark.parametrize(
    ("space", "address", "is_public"),
    [
        ("http://inspire.ec.europa.eu/schemas/ad/4.0", "https://inspire.ec.europa.eu/a.xsd", True),
        ("http://inspire.ec.europa.eu/schemas/ad/4.0", "https://example.org/a.xsd", False),
        ("urn:city", "https://example.org/a.xsd", False),
    ],
)
def test_schemas_of_who_owns_their_namespace_are_public(space, address, is_public):
    assert is_of_owner(space, address) is is_public
