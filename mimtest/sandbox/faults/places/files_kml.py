"""Faults of the file of KML."""

import re
from typing import Final

from mimtest.sandbox.faults.places.files import of_bytes, of_text

_EARTH: Final = "places.kml"


@of_bytes(_EARTH, "pla-kml-cut", kills=("PLA-KML-01",))
def cut(body: bytes) -> bytes:
    """The file ends in the middle."""
    return body[: len(body) // 2]


@of_text(_EARTH, "pla-kml-ampersand", kills=("PLA-KML-01",))
def ampersand(text: str) -> str:
    """A name has a bare ampersand."""
    return text.replace("<name>Buildings</name>", "<name>Buildings & more</name>")


@of_text(_EARTH, "pla-kml-of-a-vendor", kills=("PLA-KML-02",))
def of_a_vendor(text: str) -> str:
    """The root is in the namespace from before the format was a standard."""
    return text.replace("http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.1")


@of_text(_EARTH, "pla-kml-blanks-in-tuples", kills=("PLA-KML-03",), beside=("PLA-KML-04",))
def blanks_in_tuples(text: str) -> str:
    """There is a blank after each comma of coordinates."""
    return re.sub(r"(?<=\d),(?=[\d-])", ", ", text)


@of_text(_EARTH, "pla-kml-metres", kills=("PLA-KML-03",), beside=("PLA-KML-04",))
def metres(text: str) -> str:
    """Coordinates are eastings and northings."""
    return re.sub(r"7\.\d+,51\.\d+,", "424093,5716611,", text)


@of_text(_EARTH, "pla-kml-short-ring", kills=("PLA-KML-04",))
def short_ring(text: str) -> str:
    """A ring does not end where it starts."""
    return re.sub(r"(<LinearRing><coordinates>[^<]*) [^ <]+<", r"\1<", text, count=1)


@of_text(_EARTH, "pla-kml-line-of-one", kills=("PLA-KML-04",))
def line_of_one(text: str) -> str:
    """A line has a single position."""
    return re.sub(r"(<LineString><coordinates>[^ <]+)[^<]*", r"\1", text, count=1)


@of_text(_EARTH, "pla-kml-id-twice", kills=("PLA-KML-05",))
def id_twice(text: str) -> str:
    """Two folders have the same identifier."""
    return text.replace('<Folder id="StreetlightGroup">', '<Folder id="Building">')


@of_text(_EARTH, "pla-kml-id-no-name", kills=("PLA-KML-05",))
def id_no_name(text: str) -> str:
    """An identifier starts with a digit."""
    return text.replace('<Folder id="Building">', '<Folder id="1. Building">')


@of_text(_EARTH, "pla-kml-style-lost", kills=("PLA-KML-06",))
def style_lost(text: str) -> str:
    """Placemarks name a style that is not there."""
    return text.replace('<Style id="plain">', '<Style id="usual">')


@of_text(_EARTH, "pla-kml-two-shells", kills=("PLA-KML-07",))
def two_shells(text: str) -> str:
    """The hole of a polygon is an outer boundary too."""
    return text.replace("innerBoundaryIs", "outerBoundaryIs")


@of_text(_EARTH, "pla-kml-latitude-first", kills=("PLA-KML-08",))
def latitude_first(text: str) -> str:
    """Coordinates are latitude before longitude."""
    return re.sub(r"(7\.\d+),(51\.\d+),", r"\2,\1,", text)


@of_text(_EARTH, "pla-kml-without-ids", kills=("PLA-KML-09",))
def without_ids(text: str) -> str:
    """Placemarks have no identifiers."""
    return re.sub(r'<Placemark id="[^"]*">', "<Placemark>", text)


@of_text(_EARTH, "pla-variant-kml-flat")
def flat(text: str) -> str:
    """Positions have no altitude, are on lines of their own, and the namespace has a prefix."""
    text = re.sub(r",0(?=[ <])", "", text)
    text = re.sub(r"(?<=\d) (?=\d)", "\n", text)
    text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1k:", text)
    return text.replace("xmlns=", "xmlns:k=")
