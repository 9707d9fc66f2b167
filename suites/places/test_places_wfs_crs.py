"""Reference systems of a Web Feature Service: features lie where they are said to lie, in each system offered.

WFS 2.0 (OGC 09-025r2), 7.6.3.8, 7.9.2.4.4, 7.9.2.5 and 8.3.4; positions are moved here, with PROJ.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geo import Box, close, telling_fence
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.ows import assert_refused
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs_crs import CRS84, bounds, find, metres, moved, tolerance, uri_of
from mimtest.vocabulary.wfs_features import assert_selected, read_page, take
from mimtest.vocabulary.wfs_gml import GML, is_geometry, numbers_of

pytestmark = pytest.mark.interface("wfs")

NO_SUCH = "urn:ogc:def:crs:EPSG::999999"
#: At most so many systems of a type are looked at, and so many features in each.
MOST_SYSTEMS = 12
SOME = 20
#: Degrees around the area a system is for: data may reach a little beyond.
BEYOND = 10.0
#: Metres along the edge of a box in which nothing is judged, and the share of its size where the server
#: turns a box of one system into one of another.
BAND = 1.0
SHARE = 0.05


@pytest.mark.check("PLA-W-16", clause="OGC 09-025r2 7.9.2.4.4, 11.2.4.2")
def test_features_come_in_the_system_asked_for(wfs_samples):
    """Features in each system offered lie where PROJ puts them, in the axis order that belongs to its name."""
    if not any(s.kind.others for s in wfs_samples):
        raise NotApplicable("not_offered", "no type has another reference system than its default")

    def ask(sample):
        names = [n for n in sample.kind.others if find(n)][:MOST_SYSTEMS]
        compared = 0
        for name in names:
            page = sample.page(count=SOME, srs=name)
            compared += sum(_assert_moved(sample, f, find(name)) for f in page.features)
        if not compared:
            raise Inconclusive("no_data", "no other system, or no places")

    for_each(wfs_samples, ask, "no type with places has another system that PROJ knows")


def _assert_moved(sample, feature, target):
    """A feature lies where it is moved to from the default system; whether there was something to compare."""
    known = sample.known.get(feature.id)
    given = feature.place.shape if feature.place else None
    here = known.place.shape if known and known.place else None
    if not given or not here or sample.system is None or not given.positions:
        return False
    wanted = [m for s in sample.system.orders(here) if (m := moved(s, sample.system, target))]
    if not wanted:
        return False
    allowed = tolerance(given.positions, here.positions, sample.system, target)
    possible = [o.positions for w in wanted for o in target.orders(w)]
    if not any(close(given.positions, p, allowed) for p in possible):
        now = take(sample.wfs, sample.kind, fresh=True)
        if (
            now is None
            or now.known.get(feature.id) is None
            or now.known[feature.id].place != known.place
        ):
            raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
        fail(
            f"'{feature.id}' in {target.name}: {_diagnosis(given, wanted[0], here, allowed)}",
            expected=f"{possible[0][:3]} within {allowed:.2g}",
            received=given.positions[:3],
        )
    return True


def _diagnosis(given, wanted, here, allowed):
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


@pytest.mark.check(
    "PLA-W-20", clause="OGC 09-025r2 7.9.2.5.1; OGC 06-121r3 10.2.3; OGC 09-026r2 7.8.3.2"
)
def test_a_box_selects_what_lies_in_it(wfs, wfs_samples):
    """BBOX in each system offered, axes in its authority's order, selects the features it meets there."""
    if "BBOX" not in wfs.capabilities.operators("Spatial"):
        wfs.require_constraint("ImplementsBasicWFS", "ImplementsMinSpatialFilter")

    def ask(sample):
        asked = 0
        if sample.system is None or sample.system.is_short:
            raise Inconclusive("no_data", "no default system with an axis order")
        for name in sample.kind.systems[:MOST_SYSTEMS]:
            named = find(name)
            asked += bool(named and not named.is_short and _assert_box(sample, named))
        if not asked:
            raise Inconclusive("no_data", "no box tells some features from others")

    for_each(wfs_samples, ask, "no type has features in two places")


def _assert_box(sample, target):
    """A telling box in the system selects what lies in it; whether there was such a box."""

    def there(feature):
        shape = feature.place.shape if feature.place else None
        return moved(shape, sample.system, target) if shape and shape.positions else None

    shapes = [there(f) for f in sample.known.values()]
    if not all(shapes):
        return False
    same = target.uri == sample.system.uri
    allowed = 0.0 if same else max(sample.system.system.tolerance, target.system.tolerance)
    band = metres(BAND + allowed, target)
    fence = telling_fence(shapes, least_band=band, share=0.0 if same else SHARE)
    if fence is None:
        return False
    outer = fence.box.grown(fence.band)

    def judge(feature):
        shape = there(feature)
        verdict = fence.selects(shape)
        # servers compare the box with the envelope of a feature, or with its geometry
        envelope_only = verdict is False and shape and outer.meets(Box.around(shape.positions))
        return None if envelope_only else verdict

    assert_selected(sample, judge, bbox=f"{fence.box.text},{target.name}")
    return True
