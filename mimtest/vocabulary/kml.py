"""KML (OGC 07-147r2, 12-007r2): placemarks, their coordinates, identifiers and styles."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geofiles import GeoFile
from mimtest.vocabulary.geojson import Line, Point
from mimtest.vocabulary.xml import anywhere, local, namespace, read, texts_of

#: The namespaces of the standard; earlier ones were a vendor's.
NAMESPACES: Final = ("http://www.opengis.net/kml/2.2", "http://www.opengis.net/kml/2.3")
#: A name without a colon, as identifiers in XML are (in ASCII, and anything beyond).
NAME: Final = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w.\-\u00b7\u0080-\U0010ffff]*")
_LEAST_OF_A_TUPLE: Final = 2
_MOST_OF_A_TUPLE: Final = 3
_FARTHEST: Final = (180.0, 90.0)
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Kml:
    """A document of KML in a file."""

    file: GeoFile
    document: Element

    @property
    def root(self) -> Element:
        """The root element; looking at it makes the file evidence."""
        _ = self.file.body
        return self.document

    def named(self, *names: str) -> Iterator[Element]:
        """Every element of one of these local names."""
        return (e for e in self.root.iter() if local(e) in names)

    @property
    def tuples(self) -> Iterator[tuple[Element, list[str]]]:
        """The geometries that have coordinates, with the tuples in them as text."""
        for element in self.named("Point", "LineString", "LinearRing"):
            if element.find(anywhere("coordinates")) is not None:
                yield element, " ".join(texts_of(element, "coordinates")).split()

    @property
    def positions(self) -> Line:
        """Every position, longitude first; what is none is left out."""
        found = []
        for text in (t for _, tuples in self.tuples for t in tuples):
            with suppress(Contradiction):
                found.append(position(text))
        return tuple(found)

    @property
    def ids(self) -> list[str]:
        """The identifiers of objects."""
        return [e.attrib["id"] for e in self.root.iter() if "id" in e.attrib]


def kml_of(file: GeoFile) -> Kml:
    """The document in a file. Raises Contradiction unless it is XML with the root of KML."""
    __tracebackhide__ = True
    root = read(file.body, "the file").root
    if local(root) != "kml":
        fail("the root element is not that of KML", expected="kml", received=root.tag)
    return Kml(file, root)


def assert_namespace(kml: Kml) -> None:
    """The root is in a namespace of the standard."""
    __tracebackhide__ = True
    given = namespace(kml.root)
    if given not in NAMESPACES:
        fail(
            "the root element is not in the namespace of the standard",
            expected=" or ".join(NAMESPACES),
            received=given or "no namespace",
        )


def position(text: str) -> Point:
    """A tuple of two or three numbers, longitude and latitude in their range. Raises Contradiction."""
    __tracebackhide__ = True
    parts = text.split(",")
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        numbers = []
    if not _LEAST_OF_A_TUPLE <= len(numbers) <= _MOST_OF_A_TUPLE:
        fail(
            "coordinates are no tuple",
            expected="longitude,latitude or longitude,latitude,altitude",
            received=text,
        )
    x, y = numbers[:2]
    if not (abs(x) <= _FARTHEST[0] + _ROUNDING and abs(y) <= _FARTHEST[1] + _ROUNDING):
        fail(
            "coordinates are no longitude and latitude",
            expected="-180 to 180 and -90 to 90",
            received=text,
        )
    return x, y


def is_open(ring: list[str]) -> bool:
    """Whether a ring ends elsewhere than it starts, as far as its tuples are some."""
    with suppress(Contradiction):
        return position(ring[0]) != position(ring[-1])
    return False


def boundaries(polygon: Element, which: str) -> list[Element]:
    """The rings of a polygon on one side of its boundary."""
    return polygon.findall(anywhere(f"{which}/LinearRing"))
