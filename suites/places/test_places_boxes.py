"""Boxes of other forms: with heights, and across the antimeridian.

OGC API - Features - Part 1: Core (17-069r4), 7.15.3.
"""

from statistics import median

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.geo import Box, telling_fence
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.samples_compared import assert_selected

pytestmark = pytest.mark.interface("ogc-api-features")

#: Degrees along the edge of a box in which nothing is judged; a metre.
BAND = 1e-5
#: Metres, below and above everything.
DEPTH, HEIGHT = -12000, 9000
#: Where a box ends that begins at the data and runs east across the antimeridian.
END = -179.0


@pytest.mark.check("PLA-C-26", clause="OGC 17-069r4 /req/core/fc-bbox-definition B, D")
def test_a_box_may_have_heights(samples):
    """A box of six numbers is taken, and selects nothing that lies beside it."""

    def ask(sample):
        fence = telling_fence(sample.shapes, least_band=BAND)
        if fence is None:
            raise Inconclusive("no_data", "no box tells some features from others")
        west, south, east, north = fence.box.text.split(",")
        text = f"{west},{south},{DEPTH},{east},{north},{HEIGHT}"
        assert_status(sample.page(bbox=text, limit=1), 200, what="the answer to six numbers")

        def judge(feature):
            # Whether a place without a height lies between two heights is left open.
            return False if fence.selects(feature.shape) is False else None

        assert_selected(sample, judge, bbox=text)

    for_each(samples[:2], ask, "no collection has features in two places")


@pytest.mark.check("PLA-C-27", clause="OGC 17-069r4 7.15.3", strength="should")
def test_a_box_may_cross_the_antimeridian(samples):
    """A box whose first longitude is the greater runs east across the antimeridian."""

    def ask(sample):
        shapes = [s for s in sample.shapes if s.positions]
        if not shapes:
            raise Inconclusive("no_data", "no feature has a place")
        start = _start(shapes)
        if start is None:
            raise Inconclusive("no_data", "no meridian tells some features from others")

        def judge(feature):
            return _is_east(feature.shape, start)

        assert_selected(sample, judge, bbox=f"{start:.6f},-90,{END},90")

    for_each(samples[:2], ask, "no meridian tells some features from others")


def _start(shapes):
    """A longitude with features on both sides, all of them far from the antimeridian; None without one."""
    extent = Box.around(p for s in shapes for p in s.positions)
    if extent.west < END + 1:
        return None
    firsts = sorted(s.positions[0][0] for s in shapes)
    for start in (median(firsts), *firsts[:: max(1, len(firsts) // 8)]):
        verdicts = {_is_east(s, round(start, 6)) for s in shapes}
        if {True, False} <= verdicts:
            return round(start, 6)
    return None


def _is_east(shape, start):
    """Whether a shape lies east of a longitude; None for one on it or without a place."""
    if shape is None or not shape.positions:
        return None
    box = Box.around(shape.positions)
    if box.west > start + BAND:
        return True
    return False if box.east < start - BAND else None
