"""Files of GML (ISO 19136), those of CityGML among them: systems, coordinates, rings, identifiers."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.file_places import (
    area_of,
    assert_order,
    exchanged,
    is_exact,
    is_national,
    on_the_globe,
    system_of,
)
from mimtest.vocabulary.gml import corners, gml_of, ring_fault
from mimtest.vocabulary.kml import NAME
from mimtest.vocabulary.parts import first
from mimtest.vocabulary.xml import local

pytestmark = pytest.mark.interface("file")

MOST_PLACES = 50_000
MOST_COMPARED = 2000


@pytest.fixture
def written(file):
    """A file of GML or CityGML."""
    return file.require("gml", "citygml")


@pytest.fixture
def gml(written):
    """The document in the file."""
    return gml_of(written)


def _placed(gml):
    """Everything with positions."""
    found = first(gml.numbers(), MOST_PLACES, "lists of positions")
    if not found:
        raise Inconclusive("no_data", "nothing in the file has positions")
    return found


def _sound(gml):
    """Everything with positions that are some: one check looks for others."""
    return [n for n in _placed(gml) if n.is_sound]


@pytest.mark.check("PLA-GML-01", clause="ISO 19136 2; W3C XML 1.0", level="passive")
def test_a_file_of_gml_is_gml(written):
    """The file is well-formed XML, and the namespaces of GML in it are those of its versions."""
    gml_of(written)


@pytest.mark.check(
    "PLA-GML-02", clause="ISO 19136 7.2.4.5; MIM7 R4.1", level="passive", rests_on=("PLA-GML-01",)
)
def test_ids_in_gml_are_names_and_unique(gml):
    """Every gml:id is a name by the rules of XML, and no two objects have the same."""
    ids = gml.ids
    if not ids:
        raise NotApplicable("not_offered", "no object of the file has a gml:id")
    seen = set()
    twice = sorted({i for i in ids if i in seen or seen.add(i)})
    assert_that(not twice, "objects share a gml:id", expected="each once", received=twice[:5])
    odd = [i for i in ids if not NAME.fullmatch(i)]
    assert_that(not odd, "a gml:id is no name", expected="a name of XML", received=odd[:5])


@pytest.mark.check(
    "PLA-GML-03", clause="MIM7 R5.1; ISO 19136 9.10", level="passive", rests_on=("PLA-GML-01",)
)
def test_every_position_has_a_reference_system(gml):
    """Every geometry names its reference system, or something around it does."""
    without = [n.owner for n in _placed(gml) if not n.system]
    assert_that(
        not without,
        f"{len(without)} lists of positions have no reference system",
        expected="srsName, on the geometry or on what is around it",
        received=sorted(set(without)),
    )


@pytest.mark.check("PLA-GML-04", clause="MIM7 R5.1", level="passive", rests_on=("PLA-GML-01",))
def test_reference_systems_are_known(gml):
    """Every reference system that is named is one that PROJ knows."""
    if not gml.systems:
        raise Inconclusive("no_data", "the file names no reference system")
    unknown = [s for s in gml.systems if system_of(s) is None]
    if unknown and all(map(is_national, unknown)):
        raise Inconclusive("needs_review", f"PROJ does not have the register of {unknown[0]}")
    assert_that(
        not unknown,
        "a reference system is not known",
        expected="a code such as urn:ogc:def:crs:EPSG::25832",
        received=unknown[:3],
    )


@pytest.mark.check(
    "PLA-GML-05", clause="ISO 19136 10.1.4.1, 10.1.4.2", level="passive", rests_on=("PLA-GML-01",)
)
def test_positions_in_gml_are_numbers(gml):
    """Every list of positions is of numbers, two or three for each."""
    for numbers in _placed(gml):
        _ = numbers.positions


@pytest.mark.check(
    "PLA-GML-06", clause="ISO 19136 10.5.8", level="passive", rests_on=("PLA-GML-05",)
)
def test_rings_in_gml_are_closed(gml):
    """Every ring has four positions or more, and the last is the first."""
    rings = [n for n in _sound(gml) if n.owner == "LinearRing" and local(n.element) == "posList"]
    if not rings:
        raise NotApplicable("not_offered", "the file has no rings in lists of positions")
    for ring in rings:
        fault = ring_fault(ring)
        if fault:
            fail("a ring is none", expected="four positions or more, closed", received=fault)


@pytest.mark.check(
    "PLA-GML-07", clause="ISO 19136 9.4.1, 10.1.4.6", level="passive", rests_on=("PLA-GML-05",)
)
def test_envelopes_hold_what_is_in_them(gml):
    """The envelope of an object holds the positions of the object that are in the same system."""
    found = [(owner, box, c) for owner, box in gml.envelopes if (c := corners(box))]
    if not found:
        raise NotApplicable("not_offered", "no object of the file has an envelope")
    sound = {n.element: n for n in _sound(gml)}
    for owner, box, (lower, upper) in found:
        system = box.attrib.get("srsName")
        angular = (known := system_of(system or "")) is not None and known.is_angular
        room = 1e-5 if angular else 0.01
        assert_that(
            all(a <= b for a, b in zip(lower, upper, strict=True)),
            f"the envelope of a {local(owner)} is inside out",
            expected="the lower corner first",
            received=[lower, upper],
        )
        inside = (sound[e] for e in owner.iter() if e in sound)
        for numbers in inside:
            if numbers.system in (None, system):
                _assert_held(numbers, lower, upper, room, local(owner))


def _assert_held(numbers, lower, upper, room, name):
    for place in numbers.positions:
        inside = all(
            a - room <= n <= b + room for n, a, b in zip(place, lower, upper, strict=False)
        )
        assert_that(
            inside,
            f"the envelope of a {name} does not hold what is in it",
            expected=f"positions from {lower} to {upper}",
            received=list(place),
        )


@pytest.mark.check(
    "PLA-GML-08",
    clause="MIM7 R5.1; OGC 08-038r7",
    level="passive",
    rests_on=("PLA-GML-04", "PLA-GML-05"),
)
def test_axes_in_gml_have_the_order_of_their_system(gml, target):
    """Positions in the order of axes of their system lie in the area of the target file."""
    area, exact = area_of(target), {}
    for numbers in _sound(gml):
        if numbers.system and is_exact(numbers.system) and system_of(numbers.system):
            exact.setdefault(numbers.system, []).extend(numbers.places)
    if not exact:
        raise NotApplicable("not_offered", "no name of a system settles the order of its axes")
    for system, given in exact.items():
        places = tuple(first(given, MOST_COMPARED, f"positions in {system}"))
        other = on_the_globe(system, exchanged(places))
        assert_order(area, on_the_globe(system, places), other, places)


@pytest.mark.check(
    "PLA-GML-09", clause="ISO 19136 7.2.3", level="passive", rests_on=("PLA-GML-01",)
)
def test_links_within_gml_lead_somewhere(gml):
    """Everything that the document points to within itself is there."""
    if not gml.links:
        raise NotApplicable("not_offered", "the file points to nothing within itself")
    lost = sorted(set(gml.links) - set(gml.ids))
    assert_that(not lost, "links lead nowhere", expected="a gml:id for each", received=lost[:5])
