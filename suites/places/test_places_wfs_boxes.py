"""Boxes asked of a Web Feature Service: what they select is recomputed from downloaded features, in each system.

WFS 2.0 (OGC 09-025r2), 7.9.2.5.1; Filter Encoding 2.0 (09-026r2), 7.8.3.2; positions are moved here, with PROJ.
"""

from contextlib import contextmanager

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.file_places import area_of, assert_order
from mimtest.vocabulary.geo import Box, telling_fence
from mimtest.vocabulary.ows import faults_of
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs_crs import CRS84, find, metres, moved, swapped
from mimtest.vocabulary.wfs_selected import assert_selected

pytestmark = pytest.mark.interface("wfs")

#: At most so many systems of a type are looked at.
MOST_SYSTEMS = 12
#: Metres along the edge of a box in which nothing is judged, and the share of its size where the server
#: turns a box of one system into one of another.
BAND = 1.0
SHARE = 0.05


@pytest.mark.check(
    "PLA-W-20", clause="OGC 09-025r2 7.9.2.5.1; OGC 06-121r3 10.2.3; OGC 09-026r2 7.8.3.2"
)
def test_a_box_selects_what_lies_in_it(wfs, wfs_samples):
    """BBOX in each system offered, axes in its authority's order, selects the features it meets there."""
    if "BBOX" not in wfs.capabilities.operators("Spatial"):
        wfs.require_constraint("ImplementsBasicWFS", "ImplementsMinSpatialFilter")

    def ask(sample):
        asked = 0
        if sample.system is None:
            raise Inconclusive("no_data", "no default system that PROJ knows")
        for name in sample.kind.systems[:MOST_SYSTEMS]:
            named = find(name)
            # what is labelled with a name of open order can be asked for under that name alone
            told = named and (not sample.system.is_short or named.name == sample.system.name)
            asked += bool(told and _assert_box(sample, named))
        if not asked:
            raise Inconclusive("no_data", "no box tells some features from others")

    with _refused_where_it_may_be(wfs_samples):
        for_each(wfs_samples, ask, "no type has features in two places")


@contextmanager
def _refused_where_it_may_be(samples):
    """A box that does not say for which of several properties it is may be refused (09-026r2 7.8.3.2)."""
    try:
        yield
    except Inconclusive as reason:
        if reason.code == "no_data" and any(len(f.places) > 1 for s in samples for f in s.features):
            detail = "a box for features with several places is refused, as it may be"
            raise NotApplicable("not_offered", detail) from reason
        raise


def _assert_box(sample, target):
    """A telling box in the system selects what lies in it; whether there was such a box."""
    places = {name: _places_in(f, sample.system, target) for name, f in sample.known.items()}
    shapes = [s for found in places.values() for s in found or ()]
    same = target.uri == sample.system.uri
    allowed = 0.0 if same else max(sample.system.system.tolerance, target.system.tolerance)
    band = metres(BAND + allowed, target)
    fence = telling_fence(shapes, least_band=band, share=0.0 if same else SHARE)
    if fence is None:
        return False
    outer = fence.box.grown(fence.band)

    def verdict_of(shape):
        verdict = fence.selects(shape)
        # servers compare the box with the envelope of a feature, or with its geometry
        envelope_only = verdict is False and outer.meets(Box.around(shape.positions))
        return None if envelope_only else verdict

    def judge(feature):
        found = places.get(feature.id) or _places_in(feature, sample.system, target)
        verdicts = {verdict_of(shape) for shape in found or ()}
        # which of several properties a box is for is open (09-026r2 7.8.3.2)
        return verdicts.pop() if len(verdicts) == 1 else None

    if not {True, False} <= {judge(f) for f in sample.known.values()}:
        return False
    _assert_box_selects(sample, target, fence.box, judge)
    return True


def _places_in(feature, system, target):
    """Where a feature is in another system; None where one of its places is not read, or cannot be moved."""
    shapes = [place.shape for place in feature.places]
    there = [moved(s, system, target) if s and s.positions else None for s in shapes]
    return there if there and all(there) else None


def _assert_box_selects(sample, target, box, judge):
    """The box selects what it holds, in one of the orders that the name of its system leaves open."""
    boxes = [box, Box(box.south, box.west, box.north, box.east)] if target.is_short else [box]
    wishes = [{"bbox": f"{b.text},{target.name}"} for b in boxes]
    if any(len(f.places) > 1 for f in sample.features):
        refused = faults_of(sample.wfs.features(sample.kind, count=1, **wishes[0]))
        if refused:
            raise Inconclusive("no_data", "a box for several properties is refused, as it may be")
    try:
        assert_selected(sample, judge, **wishes[0])
    except Contradiction:
        if len(wishes) == 1:
            raise
        assert_selected(sample, judge, **wishes[1])


@pytest.mark.check("PLA-W-38", clause="OGC 09-025r2 7.9.2.4.4; ISO 19111", rests_on=("PLA-W-18",))
def test_features_lie_in_the_city(wfs_samples, target):
    """Features lie in the area of the target file, or their type's, not with their axes exchanged."""
    if all(s.system and s.system.is_short for s in wfs_samples):
        raise NotApplicable("not_offered", "the names of the systems leave the order of axes open")

    def ask(sample):
        system = sample.system
        if system is None or system.is_short:
            raise Inconclusive("no_data", "no default system with an order of axes")
        boxes = [b.grown(b.size / 10) for b in sample.kind.boxes]
        areas = [area_of(target)] if target.claims.area or not boxes else boxes
        shapes = [p.shape for f in sample.features for p in f.places[:1] if p.shape]
        as_sent = _on_the_globe(shapes, system)
        if not as_sent:
            raise Inconclusive("no_data", "no places")
        turned = _on_the_globe(map(swapped, shapes), system)
        given = tuple(q for s in shapes for q in s.positions)
        for area in areas:
            assert_order(area, as_sent, turned, given)

    for_each(wfs_samples, ask, "no type has places in a system with an order of axes")


def _on_the_globe(shapes, system):
    """The positions of shapes as longitude and latitude, those left out that are nowhere."""
    there = [moved(s, system, find(CRS84)) for s in shapes]
    return tuple(p for s in there if s for p in s.positions)
