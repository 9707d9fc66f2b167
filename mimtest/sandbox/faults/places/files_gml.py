"""Faults of the files of GML and CityGML."""

import re
from typing import Final

from mimtest.sandbox.faults.places.files import of_bytes, of_text

_STREETS: Final = "streets.gml"
_MODEL: Final = "buildings.gml"


@of_bytes(_STREETS, "pla-gml-cut", kills=("PLA-GML-01",))
def cut(body: bytes) -> bytes:
    """The file ends in the middle."""
    return body[: len(body) // 2]


@of_text(_STREETS, "pla-gml-of-no-version", kills=("PLA-GML-01",))
def of_no_version(text: str) -> str:
    """The namespace is of no version of GML."""
    return text.replace("http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml/3.4")


@of_text(_STREETS, "pla-gml-id-twice", kills=("PLA-GML-02",))
def id_twice(text: str) -> str:
    """A geometry has the identifier of its feature."""
    return text.replace('gml:id="axis.', 'gml:id="row.')


@of_text(_STREETS, "pla-gml-id-no-name", kills=("PLA-GML-02",))
def id_no_name(text: str) -> str:
    """Identifiers are URNs, which have colons."""
    return text.replace('gml:id="row.', 'gml:id="urn:row:')


@of_text(_STREETS, "pla-gml-without-system", kills=("PLA-GML-03",))
def without_system(text: str) -> str:
    """Nothing names a reference system."""
    return re.sub(r' srsName="[^"]*"', "", text)


@of_text(_STREETS, "pla-gml-unknown-system", kills=("PLA-GML-04",))
def unknown_system(text: str) -> str:
    """The reference system has a code that nobody registered."""
    return text.replace("EPSG::4326", "EPSG::999999")


@of_text(_STREETS, "pla-gml-local-system", kills=("PLA-GML-04",))
def local_system(text: str) -> str:
    """The reference system has a name of the town's own."""
    return text.replace("urn:ogc:def:crs:EPSG::4326", "town-grid")


@of_text(_STREETS, "pla-gml-commas", kills=("PLA-GML-05",))
def commas(text: str) -> str:
    """Numbers have a decimal comma."""
    return re.sub(r"(<gml:posList>)([^<]*)", lambda m: m[1] + m[2].replace(".", ";"), text)


@of_text(_STREETS, "pla-gml-number-lost", kills=("PLA-GML-05",))
def number_lost(text: str) -> str:
    """The last number of a line is not there."""
    return re.sub(r"(<gml:posList>[^<]*) [^ <]+<", r"\1<", text, count=1)


@of_text(_MODEL, "pla-gml-ring-open", kills=("PLA-GML-06",))
def ring_open(text: str) -> str:
    """Rings do not end where they start."""
    return re.sub(r"(<gml:posList>[^<]*)( [^ <]+){3}<", r"\1<", text)


@of_text(_MODEL, "pla-gml-envelope-too-small", kills=("PLA-GML-07",))
def envelope_too_small(text: str) -> str:
    """The upper corner of the whole lies lower than the roofs."""
    return re.sub(r"(<gml:upperCorner>\S+ \S+) [\d.]+<", r"\1 94.000<", text)


@of_text(_STREETS, "pla-gml-longitude-first", kills=("PLA-GML-08",))
def longitude_first(text: str) -> str:
    """Positions are longitude before latitude, against the reference system they name."""
    return re.sub(r"(51\.\d+) (7\.\d+)", r"\2 \1", text)


@of_text(_MODEL, "pla-gml-northing-first", kills=("PLA-GML-08",))
def northing_first(text: str) -> str:
    """Positions are northing before easting, against the reference system they name."""
    return re.sub(r"(4\d{5}\.\d{3}) (5\d{6}\.\d{3})", r"\2 \1", text)


@of_text(_MODEL, "pla-gml-link-lost", kills=("PLA-GML-09",))
def link_lost(text: str) -> str:
    """A roof points to a surface that is not there."""
    return re.sub(r'xlink:href="#([\w-]+)\.1"', r'xlink:href="#\1.roof-1"', text)


@of_text(_MODEL, "pla-gml-of-two-versions", kills=("PLA-GML-10",), beside=("PLA-GML-11",))
def of_two_versions(text: str) -> str:
    """The core is of another version than the buildings."""
    return text.replace("opengis.net/citygml/2.0", "opengis.net/citygml/1.0")


@of_text(_MODEL, "pla-gml-other-gml", kills=("PLA-GML-11",))
def other_gml(text: str) -> str:
    """A city model of version 2.0 is made with GML 3.2."""
    return text.replace('"http://www.opengis.net/gml"', '"http://www.opengis.net/gml/3.2"')


@of_text(_MODEL, "pla-gml-objects-without-ids", kills=("PLA-GML-12",))
def objects_without_ids(text: str) -> str:
    """Buildings have no identifiers."""
    return re.sub(r'<bldg:Building gml:id="[^"]*">', "<bldg:Building>", text)


@of_text(_MODEL, "pla-gml-flat", kills=("PLA-GML-13",))
def flat(text: str) -> str:
    """The city model has no heights."""
    text = text.replace('srsDimension="3"', 'srsDimension="2"')
    return re.sub(r"(4\d{5}\.\d{3} 5\d{6}\.\d{3}) [\d.]+", r"\1", text)


@of_text(_MODEL, "pla-variant-gml-authorities")
def authorities(text: str) -> str:
    """The reference system has the name of the surveying authorities."""
    name = "urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH"
    return text.replace("urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::7837", name)


@of_text(_STREETS, "pla-variant-gml-short-code")
def short_code(text: str) -> str:
    """The reference system has a short code, and longitude comes first."""
    text = text.replace("urn:ogc:def:crs:EPSG::4326", "EPSG:4326")
    return re.sub(r"(51\.\d+) (7\.\d+)", r"\2 \1", text)


@of_text(_STREETS, "pla-variant-gml-system-of-the-whole")
def system_of_the_whole(text: str) -> str:
    """Only the envelope of the whole names the reference system, by an address."""
    text = re.sub(r'(<gml:LineString gml:id="[^"]*") srsName="[^"]*"', r"\1", text)
    address = "http://www.opengis.net/def/crs/EPSG/0/4326"
    return text.replace("urn:ogc:def:crs:EPSG::4326", address)
