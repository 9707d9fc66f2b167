"""GML (ISO 19136, and 3.1.1 before) and CityGML: objects, reference systems and coordinates of a document."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geofiles import GeoFile
from mimtest.vocabulary.geojson import Line
from mimtest.vocabulary.xml import local, namespace, read, text_of

#: The namespaces of GML with the versions they stand for.
GML_VERSIONS: Final = {
    "http://www.opengis.net/gml": "2 or 3.1",
    "http://www.opengis.net/gml/3.2": "3.2",
    "http://www.opengis.net/gml/3.3/exr": "3.3",
}
#: The versions of CityGML with the namespace of GML each is made with.
CITYGML_VERSIONS: Final = {
    "1.0": "http://www.opengis.net/gml",
    "2.0": "http://www.opengis.net/gml",
    "3.0": "http://www.opengis.net/gml/3.2",
}
_CITYGML: Final = "http://www.opengis.net/citygml/"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_GEOMETRIES: Final = (
    "Point",
    "LineString",
    "LinearRing",
    "Curve",
    "Polygon",
    "Surface",
    "Solid",
    "MultiPoint",
    "MultiCurve",
    "MultiSurface",
    "MultiSolid",
    "MultiGeometry",
    "MultiLineString",
    "MultiPolygon",
    "CompositeSurface",
    "CompositeCurve",
    "CompositeSolid",
    "TriangulatedSurface",
    "OrientableSurface",
    "Envelope",
    "Box",
)
_POSITIONS: Final = ("pos", "posList", "coordinates", "lowerCorner", "upperCorner")
#: Shapes in coordinates of their own, to be placed elsewhere.
_PROTOTYPES: Final = ("relativeGMLGeometry", "relativeGeometry")
_LEAST_OF_A_RING: Final = 4
_FLAT: Final = 2
_TALL: Final = 3


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an element with positions holds, with the system and the dimension that hold there."""

    element: Element
    owner: str
    system: str | None
    dimension: int | None

    @property
    def values(self) -> list[float]:
        """The numbers. Raises Contradiction for what is none."""
        __tracebackhide__ = True
        texts = (self.element.text or "").replace(",", " ").split()
        try:
            found = [float(t) for t in texts]
        except ValueError:
            found = []
        if len(found) != len(texts) or not all(map(isfinite, found)):
            name = local(self.element)
            fail(f"a {name} of a {self.owner} holds no numbers", received=" ".join(texts)[:80])
        return found

    @property
    def size(self) -> int:
        """How many numbers a position has: as declared, else what the numbers tell."""
        if self.dimension:
            return self.dimension
        tuples = [t for t in (self.element.text or "").split() if "," in t]
        if tuples:
            return tuples[0].count(",") + 1
        count = len(self.values)
        if local(self.element) != "posList":
            return count
        return _FLAT if count % _TALL else _TALL if count % _FLAT else self._of_a_ring()

    def _of_a_ring(self) -> int:
        """Where both would do, a ring tells by where it ends."""
        values = self.values
        return _TALL if self.owner == "LinearRing" and values[:3] == values[-3:] else _FLAT

    @property
    def positions(self) -> list[tuple[float, ...]]:
        """The positions. Raises Contradiction for a number left over."""
        __tracebackhide__ = True
        values, size = self.values, self.size
        if not values or size not in (_FLAT, _TALL) or len(values) % size:
            fail(
                f"the numbers of a {self.owner} do not make up positions",
                expected=f"a multiple of {size if size in (_FLAT, _TALL) else '2 or 3'}",
                received=f"{len(values)} numbers",
            )
        return [tuple(values[n : n + size]) for n in range(0, len(values), size)]

    @property
    def is_sound(self) -> bool:
        """Whether it holds positions at all."""
        try:
            return bool(self.positions)
        except Contradiction:
            return False

    @property
    def places(self) -> Line:
        """The first two numbers of each position."""
        return tuple((p[0], p[1]) for p in self.positions)


@dataclass(frozen=True, slots=True)
class Gml:
    """A document of GML in a file."""

    file: GeoFile
    document: Element

    @property
    def root(self) -> Element:
        """The root element; looking at it makes the file evidence."""
        _ = self.file.body
        return self.document

    @property
    def spaces(self) -> set[str]:
        """The namespaces of elements and attributes."""
        tags = (t for e in self.root.iter() for t in (e.tag, *e.attrib))
        return {t[1:].partition("}")[0] for t in tags if t.startswith("{")}

    @property
    def ids(self) -> list[str]:
        """The identifiers of objects."""
        found = (v for e in self.root.iter() for n, v in e.attrib.items() if _is_id(n))
        return list(found)

    @property
    def links(self) -> list[str]:
        """What the document points to within itself."""
        found = (e.attrib.get(_XLINK, "") for e in self.root.iter())
        return [link[1:] for link in found if link.startswith("#")]

    @property
    def systems(self) -> list[str]:
        """The names of reference systems, each once."""
        found = (e.attrib["srsName"] for e in self.root.iter() if "srsName" in e.attrib)
        return list(dict.fromkeys(found))

    @property
    def city_versions(self) -> set[str]:
        """The versions of CityGML whose namespaces occur."""
        ours = (s for s in self.spaces if s.startswith(_CITYGML))
        return {s.rpartition("/")[2] for s in ours}

    @property
    def envelopes(self) -> list[tuple[Element, Element]]:
        """Objects with the envelope they are bounded by."""
        found = ((e, _bounds(e)) for e in self.root.iter())
        return [(e, box) for e, box in found if box is not None and local(box) == "Envelope"]

    def numbers(self) -> Iterator[Numbers]:
        """Everything with positions."""
        return _numbers(self.root, "object", None, None)


def _bounds(element: Element) -> Element | None:
    """The envelope of an object, whose system and dimension hold where a geometry in it names none."""
    parts = (part for child in element if local(child) == "boundedBy" for part in child)
    return next((part for part in parts if local(part) in ("Envelope", "Box")), None)


def _numbers(
    element: Element, owner: str, system: str | None, dimension: int | None
) -> Iterator[Numbers]:
    for source in (_bounds(element), element):
        given = {} if source is None else source.attrib
        system = given.get("srsName") or system
        declared = given.get("srsDimension", given.get("dimension", ""))
        dimension = int(declared) if declared in ("2", "3") else dimension
    name = local(element)
    if name in _PROTOTYPES:
        return
    if name in _POSITIONS and "gml" in namespace(element):
        yield Numbers(element, owner, system, dimension)
    own = name if name in _GEOMETRIES else owner
    for child in element:
        yield from _numbers(child, own, system, dimension)


def _is_id(name: str) -> bool:
    return name.endswith("}id") and "opengis.net/gml" in name


def gml_of(file: GeoFile) -> Gml:
    """The document in a file. Raises Contradiction unless it is XML with elements of GML."""
    __tracebackhide__ = True
    found = Gml(file, read(file.body, "the file").root)
    unknown = {s for s in found.spaces if "opengis.net/gml" in s} - set(GML_VERSIONS)
    if unknown:
        fail("a namespace of no GML", expected=" or ".join(GML_VERSIONS), received=sorted(unknown))
    return found


def ring_fault(ring: Numbers) -> str | None:
    """Why a ring is none (ISO 19136 10.5.8): fewer than four positions, or not closed."""
    positions = ring.positions
    if len(positions) < _LEAST_OF_A_RING:
        return f"{len(positions)} positions"
    return None if positions[0] == positions[-1] else f"{positions[0]} to {positions[-1]}"


def corners(envelope: Element) -> tuple[list[float], list[float]] | None:
    """The lower and the upper corner of an envelope; None where it has none in numbers."""
    texts = [text_of(envelope, name) for name in ("lowerCorner", "upperCorner")]
    try:
        lower, upper = ([float(n) for n in (t or "").split()] for t in texts)
    except ValueError:
        return None
    return (lower, upper) if len(lower) == len(upper) and len(lower) >= _FLAT else None
