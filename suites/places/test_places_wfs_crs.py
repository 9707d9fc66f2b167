"""Reference systems of a Web Feature Service: features lie where they are said to lie, in each system offered.

WFS 2.0 (OGC 09-025r2), 7.6.3.8, 7.9.2.4.4, 7.9.2.5 and 8.3.4; positions are moved here, with PROJ.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geo import Box, close
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.ows import assert_refused
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs_crs import CRS84, bounds, find, moved, tolerance, uri_of
from mimtest.vocabulary.wfs_features import read_page, take
from mimtest.vocabulary.wfs_gml import GML, is_geometry, numbers_of

pytestmark = pytest.mark.interface("wfs")

NO_SUCH = "urn:ogc:def:crs:EPSG::999999"
#: At most so many systems of a type are looked at, and so many features in each.
MOST_SYSTEMS = 12
SOME = 20
#: Degrees around the area a system is for: data may reach a little beyond.
BEYOND = 10.0


@pytest.mark.check("PLA-W-16", clause="OGC 09-025r2 7.9.2.4.4, 11.2.4.2")
def test_features_come_in_the_system_asked_for(wfs_samples):
    """Features in each system offered lie where PROJ puts them, in the axis order that belongs to its name."""
    if not any(s.kind.others for s in wfs_samples):
        raise NotApplicable("not_offered", "no type has another reference system than its default")

    def ask(sample):
        names = [n for n in sample.kind.others if find(n)][:MOST_SYSTEMS]
        compared = {name: _assert_in_system(sample, find(name)) for name in names}
        if not any(compared.values()):
            raise Inconclusive("no_data", "no other system, or no places")
        open_ones = [name for name, number in compared.items() if not number]
        if open_ones:
            detail = f"no feature of {sample.kind.name} can be compared in {', '.join(open_ones)}"
            raise Inconclusive("precondition_unmet", detail)

    for_each(wfs_samples, ask, "no type with places has another system that PROJ knows")


def _assert_in_system(sample, target):
    """Some features come in a system and lie right there; how many were compared."""
    page = sample.page(count=SOME, srs=target.name)
    if not page.features:
        control = sample.page(fresh=True, count=SOME)
        if not control.features:
            raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
        fail(
            f"no feature of {sample.kind.name} comes in {target.name}",
            expected=f"{len(control.features)} features, as without SRSNAME",
            received="none",
        )
    return sum(_assert_moved(sample, f, target) for f in page.features)


def _assert_moved(sample, feature, target):
    """A feature lies where it is moved to from the default system; whether there was something to compare."""
    known = sample.known.get(feature.id)
    here = known.place.shape if known and known.place else None
    if not here or not here.positions or sample.system is None:
        return False
    ways = [(s, m) for s in sample.system.orders(here) if (m := moved(s, sample.system, target))]
    given = feature.place.shape if feature.place else Shape()
    if not ways or given is None:
        return False
    if not any(_is_there(given, s, m, sample.system, target) for s, m in ways):
        _confirm(sample, known)
        source, wanted = ways[0]
        allowed = tolerance(given.positions, source.positions, sample.system, target)
        fail(
            f"'{feature.id}' in {target.name}: {_diagnosis(given, wanted, here, allowed)}",
            expected=f"{wanted.positions[:3]} within {allowed:.2g}",
            received=given.positions[:3] or "no place",
        )
    return True


def _is_there(given, source, wanted, system, target):
    """Whether a shape lies where it is wanted, in one of the orders that the name of its system leaves open."""
    allowed = tolerance(given.positions, source.positions, system, target)
    return bool(given.positions) and any(
        close(given.positions, order.positions, allowed) for order in target.orders(wanted)
    )


def _confirm(sample, known):
    """Raise Inconclusive when a feature is no longer where it was."""
    now = take(sample.wfs, sample.kind, fresh=True)
    again = now.known.get(known.id) if now else None
    if again is None or again.place != known.place:
        raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")


def _diagnosis(given, wanted, here, allowed):
    if not given.positions:
        return "it has no place there"
    swapped = tuple((y, x) for x, y in given.positions)
    if close(swapped, wanted.positions, allowed):
        return "the axes are in the other order"
    return (
        "not transformed" if close(given.positions, here.positions, allowed) else "other positions"
    )


@pytest.mark.check("PLA-W-17", clause="OGC 09-025r2 7.9.2.4.4, 7.5")
def test_a_system_nobody_has_is_refused(wfs, wfs_samples):
    """SRSNAME with a reference system that does not exist is answered with an exception report."""
    placed = [s for s in wfs_samples if s.kind.default]
    if not placed:
        raise Inconclusive("no_data", "no type has a default system")
    for sample in placed[:2]:
        control = wfs.features(sample.kind, count=1, srs=sample.kind.default)
        if control.status != 200:
            detail = f"SRSNAME={sample.kind.default} has status {control.status}"
            raise Inconclusive("control_failed", detail)
        answer = wfs.features(sample.kind, count=1, srs=NO_SUCH)
        assert_refused(answer, what=f"SRSNAME={NO_SUCH}", statuses=wfs.error_statuses)


@pytest.mark.check("PLA-W-18", clause="OGC 07-036 9.10, 10.1.3.2; OGC 09-025r2 7.9.2.4.4")
@pytest.mark.parametrize("case", ["geometries", "envelopes", "asked for"])
def test_the_name_of_a_system_fits_the_numbers(wfs_samples, case):
    """The reference system named at a geometry or an envelope is one in which its numbers are possible, and the one asked for."""
    looked_at = 0
    for sample in wfs_samples:
        names = [None, *(n for n in sample.kind.others if find(n))][:4]
        for name in names:
            page = sample.page(count=SOME, **({"srs": name} if name else {}))
            wanted = name or sample.kind.default
            for element in page.root.iter():
                if (case == "envelopes" and _is_envelope(element)) or (
                    case == "geometries" and is_geometry(element)
                ):
                    looked_at += _assert_possible(sample, element)
                elif case == "asked for" and (is_geometry(element) or _is_envelope(element)):
                    looked_at += _assert_named(sample, element, wanted)
    if not looked_at:
        raise NotApplicable("not_offered", "nothing names a reference system that PROJ knows")


def _is_envelope(element):
    return xml.namespace(element) in GML and xml.local(element) == "Envelope"


def _assert_possible(sample, element):
    named = find(element.get("srsName"))
    numbers = numbers_of(element) if named else ()
    area = bounds(named.uri) if named else None
    if not numbers or area is None:
        return False
    wide = (
        Box(*area).grown(BEYOND)
        if area[0] <= area[2]
        else Box(-190, area[1] - BEYOND, 190, area[3] + BEYOND)
    )
    shape = numbers[:50]
    options = (shape, tuple((y, x) for x, y in shape)) if named.is_short else (shape,)
    assert_that(
        any(_lies_in(option, named, wide) for option in options),
        f"a {xml.local(element)} of {sample.kind.name} is labelled {named.name} and cannot be in it",
        expected=f"positions within {area} (longitude and latitude)",
        received=numbers[:2],
    )
    return True


def _lies_in(positions, named, wide):
    there = moved(Shape(points=positions), named, find(CRS84))
    return there is not None and all(wide.holds(p) for p in there.points)


def _assert_named(sample, element, wanted):
    given = element.get("srsName")
    if given is None or uri_of(given) is None or wanted is None or uri_of(wanted) is None:
        return False
    assert_that(
        uri_of(given) == uri_of(wanted),
        f"a {xml.local(element)} of {sample.kind.name} names another system than the one asked for",
        expected=wanted,
        received=given,
    )
    return True


@pytest.mark.check("PLA-W-19", clause="OGC 09-025r2 7.9.2.4.4; OGC 07-092r3", strength="may")
@pytest.mark.parametrize("form", ["urn", "http", "short"])
def test_a_system_goes_by_every_form_of_its_name(wfs, wfs_samples, form):
    """A reference system on offer is understood as URN, as http URI and by its short name."""
    sample = next((s for s in wfs_samples if s.system and s.system.code.isdecimal()), None)
    if sample is None:
        raise Inconclusive("no_data", "no type has a default system of EPSG")
    code = sample.system.code
    name = {
        "urn": f"urn:ogc:def:crs:EPSG::{code}",
        "http": f"http://www.opengis.net/def/crs/EPSG/0/{code}",
        "short": f"EPSG:{code}",
    }[form]
    page = read_page(wfs.features(sample.kind, count=SOME, srs=name), f"SRSNAME={name}")
    same = sum(_assert_moved(sample, f, find(name)) for f in page.features)
    if not same:
        raise Inconclusive("no_data", "no places to compare")
