"""KML, GML and IFC: what their readers make of a text."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary import file_places
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geofiles import read_file
from mimtest.vocabulary.gml import gml_of, ring_fault
from mimtest.vocabulary.ifc import ifc_of, is_published
from mimtest.vocabulary.kml import NAME, is_open, kml_of, position
from tests.test_geofiles import opened

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GML = """<f:C xmlns:f="https://town.example" xmlns:g="http://www.opengis.net/gml/3.2" g:id="c">
<g:boundedBy><g:Envelope srsName="urn:ogc:def:crs:EPSG::25832" srsDimension="3">
<g:lowerCorner>0 0 0</g:lowerCorner><g:upperCorner>9 9 9</g:upperCorner></g:Envelope></g:boundedBy>
<f:a><g:Polygon g:id="p"><g:exterior><g:LinearRing><g:posList>{ring}</g:posList></g:LinearRing>
</g:exterior></g:Polygon></f:a>{more}</f:C>"""
STEP = (
    "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n{data}\nENDSEC;\n"
    "END-ISO-10303-21;\n"
)


def file_of(folder, text):
    (folder / "file").write_text(text, encoding="utf-8")
    return read_file(opened("file", folder))


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("urn:ogc:def:crs:EPSG::25832", "urn:ogc:def:crs:EPSG::25832"),
        ("urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::7837", f"{EPSG}25832"),
        ("urn:ogc:def:crs,crs:EPSG:6.12:25832,crs:EPSG:6.12:5783", f"{EPSG}25832"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", f"{EPSG}4326"),
        ("EPSG:25832", f"{EPSG}25832"),
        ("epsg:25832+7837", f"{EPSG}25832"),
        ("urn:x-ogc:def:crs:EPSG:4326", f"{EPSG}4326"),
        ("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH", f"{EPSG}25832"),
        (f"http://www.opengis.net/def/crs-compound?1={EPSG}25832&2={EPSG}7837", f"{EPSG}25832"),
        ("urn:adv:crs:DE_DHDN_3GK2_NW101", f"{EPSG}31466"),
        ("urn:adv:crs:DE_42-83_3GK4", "urn:adv:crs:DE_42-83_3GK4"),
        ("town-grid", None),
    ],
)
def test_names_of_systems_are_understood(name, uri):
    assert file_places.uri_of(name) == uri
    assert (file_places.system_of(name) is not None) == bool(uri and "42-83" not in uri)


def test_the_order_of_axes_is_that_of_the_system():
    easting = ((424093.142, 5717611.061),)
    ((x, y),) = file_places.on_the_globe("EPSG:25832", easting)
    assert (round(x, 3), round(y, 3)) == (7.904, 51.604)
    assert file_places.on_the_globe("EPSG:4326", ((51.6, 7.9),)) == ((7.9, 51.6),)
    assert file_places.on_the_globe("EPSG:4326", ((7.9, 51.6),), as_written=True) == ((7.9, 51.6),)


def test_an_area_tells_the_order_of_axes():
    area, here = Box(7, 51, 8, 52), ((7.9, 51.6),)
    there = file_places.exchanged(here)
    file_places.assert_order(area, here, there, here)
    with pytest.raises(Contradiction, match="wrong order"):
        file_places.assert_order(area, there, here, there)
    with pytest.raises(Inconclusive, match="precondition_unmet"):
        file_places.assert_order(area, ((0.0, 0.0),), ((0.0, 0.0),), here)


@pytest.mark.parametrize("text", ["7.9", "7.9,", "a,b", "7,51,0,1", "190,51", "51,120", "nan,1"])
def test_a_tuple_of_kml_that_is_none(text):
    with pytest.raises(Contradiction):
        position(text)


def test_a_tuple_of_kml():
    assert position("7.9,51.6") == position("7.9,51.6,93.5") == (7.9, 51.6)
    assert is_open(["7.9,51.6", "8,52"])
    assert not is_open(["7.9,51.6", "7.90,51.60,0"])
    assert not is_open(["x", "8,52"])


def test_a_root_of_another_kind_is_no_kml(tmp_path):
    with pytest.raises(Contradiction, match="root"):
        kml_of(file_of(tmp_path, "<gpx/>"))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("_a.b-1", True),
        ("Straße", True),
        ("1a", False),
        ("a:b", False),
        ("a b", False),
        ("", False),
    ],
)
def test_a_name_of_xml(name, is_one):
    assert bool(NAME.fullmatch(name)) == is_one


def test_a_geometry_takes_system_and_dimension_from_what_is_around_it(tmp_path):
    gml = gml_of(file_of(tmp_path, GML.format(ring="0 0 1 1 0 1 1 1 1 0 0 1", more="")))
    ring = next(n for n in gml.numbers() if n.owner == "LinearRing")
    assert (ring.system, ring.size) == ("urn:ogc:def:crs:EPSG::25832", 3)
    assert ring.positions == [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 0, 1)]
    assert ring.places[1] == (1, 0)
    assert ring_fault(ring) is None
    assert gml.ids == ["c", "p"]


@pytest.mark.parametrize("ring", ["0 0 1 1", "0 0 x", "", "0 nan 1"])
def test_numbers_that_make_up_no_positions(tmp_path, ring):
    gml = gml_of(file_of(tmp_path, GML.format(ring=ring, more="")))
    numbers = next(n for n in gml.numbers() if n.owner == "LinearRing")
    assert not numbers.is_sound
    with pytest.raises(Contradiction):
        _ = numbers.positions


@pytest.mark.parametrize(
    ("text", "size"),
    [("1 2", 2), ("1 2 3", 3), ("1,2 3,4 5,6", 2), ("1,2,3 4,5,6", 3)],
)
def test_numbers_tell_their_dimension_by_themselves(tmp_path, text, size):
    name = "coordinates" if "," in text else "pos"
    point = f"<g:Point srsDimension=''><g:{name}>{text}</g:{name}></g:Point>"
    body = f'<g:C xmlns:g="http://www.opengis.net/gml">{point}</g:C>'
    (numbers,) = gml_of(file_of(tmp_path, body)).numbers()
    assert (numbers.size, len(numbers.positions[0])) == (size, size)


def test_prototypes_have_coordinates_of_their_own(tmp_path):
    more = "<f:relativeGMLGeometry><g:Point><g:pos>0 0 0</g:pos></g:Point></f:relativeGMLGeometry>"
    gml = gml_of(file_of(tmp_path, GML.format(ring="0 0 1 1 0 1 1 1 1 0 0 1", more=more)))
    assert {n.owner for n in gml.numbers()} == {"Envelope", "LinearRing"}


def test_instances_of_ifc_are_told_apart(tmp_path):
    data = "#1=IFCWALL('a;b''#9',#2,/* #7 */$);\n#2 = IFCPOINT((0.,1.));\n#3=IFCX('#8');"
    found = ifc_of(file_of(tmp_path, STEP.format(data=data)))
    assert [(i.number, i.kind, i.references) for i in found.instances] == [
        (1, "IFCWALL", [2]),
        (2, "IFCPOINT", []),
        (3, "IFCX", []),
    ]
    assert found.instances[0].first_text == "a;b''#9"
    assert found.schema == "IFC4"


@pytest.mark.parametrize("lost", ["HEADER;", "DATA;", "ENDSEC;\nEND", "END-ISO-10303-21;"])
def test_a_section_of_ifc_that_is_lost(tmp_path, lost):
    with pytest.raises(Contradiction, match="section"):
        ifc_of(file_of(tmp_path, STEP.format(data="").replace(lost, "")))


@pytest.mark.parametrize(
    ("schema", "is_one"),
    [
        ("IFC2X3", True),
        ("IFC2X3_TC1", True),
        ("IFC4", True),
        ("IFC4X3_ADD2", True),
        ("IFC4X3_RC2", False),
        ("IFC5", False),
        ("TOWN", False),
    ],
)
def test_schemas_that_are_published(schema, is_one):
    assert is_published(schema) == is_one
