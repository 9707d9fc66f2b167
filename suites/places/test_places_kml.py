"""Files of KML (OGC 07-147r2): coordinates, rings, identifiers and styles."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.file_places import area_of, assert_order, exchanged
from mimtest.vocabulary.kml import NAME, assert_namespace, boundaries, is_open, kml_of, position
from mimtest.vocabulary.xml import local, texts_of

pytestmark = pytest.mark.interface("file")

LEAST = {"Point": 1, "LineString": 2, "LinearRing": 4}


@pytest.fixture
def written(file):
    """A file of KML."""
    return file.require("kml")


@pytest.fixture
def kml(written):
    """The document in the file."""
    return kml_of(written)


@pytest.mark.check("PLA-KML-01", clause="OGC 07-147r2 2.1", level="passive")
def test_a_file_of_kml_is_xml(written):
    """The file is well-formed XML with the root element of KML."""
    kml_of(written)


@pytest.mark.check(
    "PLA-KML-02", clause="OGC 07-147r2 2.1, 5", level="passive", rests_on=("PLA-KML-01",)
)
def test_a_file_of_kml_is_of_the_standard(kml):
    """The root element is in the namespace of the standard, not in that of a vendor."""
    assert_namespace(kml)


@pytest.mark.check(
    "PLA-KML-03", clause="OGC 07-147r2 16, Annex B", level="passive", rests_on=("PLA-KML-01",)
)
def test_coordinates_are_longitude_and_latitude(kml):
    """Coordinates are tuples of longitude, latitude and perhaps altitude, in their range."""
    if not list(kml.tuples):
        raise Inconclusive("no_data", "the file has no geometry")
    for _element, tuples in _geometries(kml):
        for text in tuples:
            position(text)


def _geometries(kml):
    found = list(kml.tuples)
    if not found:
        raise NotApplicable("not_offered", "the file has no geometry")
    return found


@pytest.mark.check(
    "PLA-KML-04", clause="OGC 07-147r2 10.3, 10.5, 10.7", level="passive", rests_on=("PLA-KML-03",)
)
def test_lines_and_rings_are_long_enough(kml):
    """A point has one position, a line two or more, and a ring four or more, the last like the first."""
    for element, tuples in _geometries(kml):
        name = local(element)
        enough = len(tuples) >= LEAST[name] and (name != "Point" or len(tuples) == 1)
        assert_that(
            enough,
            f"a {name} has {len(tuples)} positions",
            expected=f"{LEAST[name]} {'' if name == 'Point' else 'or more'}".strip(),
            received=tuples[:5],
        )
        if name == "LinearRing" and is_open(tuples):
            fail("a ring does not end where it starts", expected=tuples[0], received=tuples[-1])


@pytest.mark.check(
    "PLA-KML-05", clause="OGC 07-147r2 8; MIM7 R4.1", level="passive", rests_on=("PLA-KML-01",)
)
def test_ids_are_names_and_unique(kml):
    """Every identifier is a name by the rules of XML, and no two objects have the same."""
    if not kml.ids:
        raise NotApplicable("not_offered", "no object of the file has an identifier")
    twice = sorted({i for i in kml.ids if kml.ids.count(i) > 1})
    assert_that(not twice, "objects share an identifier", expected="each once", received=twice[:5])
    odd = [i for i in kml.ids if not NAME.fullmatch(i)]
    assert_that(not odd, "an identifier is no name", expected="a name of XML", received=odd[:5])


@pytest.mark.check(
    "PLA-KML-06",
    clause="OGC 07-147r2 6.4",
    level="passive",
    strength="should",
    rests_on=("PLA-KML-01",),
)
def test_styles_are_there(kml):
    """Every style of the document that a placemark names is in it."""
    named = [t for e in kml.root.iter() for t in texts_of(e, "styleUrl") if t.startswith("#")]
    if not named:
        raise NotApplicable("not_offered", "nothing names a style of the document")
    lost = sorted({n for n in named if n[1:] not in kml.ids})
    assert_that(not lost, "styles are not there", expected="styles with these ids", received=lost)


@pytest.mark.check(
    "PLA-KML-07", clause="OGC 07-147r2 10.8.2", level="passive", rests_on=("PLA-KML-01",)
)
def test_a_polygon_has_one_outer_boundary(kml):
    """Every polygon has exactly one ring as its outer boundary."""
    polygons = list(kml.named("Polygon"))
    if not polygons:
        raise NotApplicable("not_offered", "the file has no polygon")
    for polygon in polygons:
        outer = boundaries(polygon, "outerBoundaryIs")
        assert_that(
            len(outer) == 1,
            f"a polygon has {len(outer)} outer rings",
            expected="one",
            received=len(outer),
        )


@pytest.mark.check(
    "PLA-KML-08",
    clause="OGC 07-147r2 16, Annex B; MIM7 R5.1",
    level="passive",
    rests_on=("PLA-KML-03",),
)
def test_coordinates_have_longitude_first(kml, target):
    """Places lie in the area of the target file as they are, and not only the other way round."""
    given = kml.positions
    if not given:
        raise Inconclusive("no_data", "nothing in the file has positions")
    assert_order(area_of(target), given, exchanged(given), given)


@pytest.mark.check(
    "PLA-KML-09", clause="MIM7 R4.1", level="passive", strength="should", rests_on=("PLA-KML-01",)
)
def test_placemarks_have_identifiers(kml):
    """Every placemark has an identifier."""
    marks = list(kml.named("Placemark"))
    if not marks:
        raise NotApplicable("not_offered", "the file has no placemark")
    without = [texts_of(m, "name")[:1] for m in marks if "id" not in m.attrib]
    assert_that(
        not without,
        f"{len(without)} of {len(marks)} placemarks have no identifier",
        expected="an id",
        received=without[:5],
    )
