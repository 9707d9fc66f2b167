"""Questions of where and when: what comes is compared with what the downloaded features say.

OGC API - Features - Part 1: Core (17-069r4), 7.15.3 and 7.15.4.
"""

from datetime import timedelta

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geo import WORLD, Fence, far_box, telling_fence
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.samples_compared import assert_selected, difference
from mimtest.vocabulary.times import instant, moved, questions, read_time, readings

pytestmark = pytest.mark.interface("ogc-api-features")

#: Degrees along the edge of a box in which nothing is judged; a metre.
BAND = 1e-5
LONG_BEFORE = timedelta(days=366)


@pytest.mark.check("PLA-C-24", clause="OGC 17-069r4 /req/core/fc-bbox-response A")
def test_a_box_selects_the_features_that_touch_it(samples):
    """A box around some features of a collection selects those that touch it, and no others."""

    def ask(sample):
        fence = telling_fence(sample.shapes, least_band=BAND)
        if fence is None:
            raise Inconclusive("no_data", "no box tells some features from others")
        assert_selected(sample, lambda f: fence.selects(f.shape), bbox=fence.box.text)

    for_each(samples, ask, "no collection has features in two places")


@pytest.mark.check("PLA-C-25", clause="OGC 17-069r4 /req/core/fc-bbox-response A")
def test_the_whole_world_holds_everything_and_the_open_sea_nothing(samples):
    """A box around the world selects every feature with a place, one in the open sea none."""

    def ask(sample):
        if not sample.shapes:
            raise Inconclusive("no_data", "no feature has a place")
        world = Fence(WORLD, BAND)
        assert_selected(sample, lambda f: world.selects(f.shape), bbox="-180,-90,180,90")
        far = far_box(sample.shapes)
        if far:
            sea = Fence(far, BAND)
            assert_selected(sample, lambda f: sea.selects(f.shape), bbox=far.text)

    for_each(samples, ask, "no feature has a place")


@pytest.mark.check("PLA-C-31", clause="OGC 17-069r4 /req/core/fc-time-response A")
def test_a_time_selects_the_features_of_that_time(timed):
    """An instant, an interval and open intervals select the features whose time they meet."""
    for_each(timed, _ask_for_times, "the features show no time to compare with")


def _ask_for_times(sample):
    first, last = map(read_time, sample.collection.interval)
    known = readings({f.id: f.properties for f in sample.known.values()})
    bounded = [r for r in known if r.bounds]
    if not bounded:
        raise Inconclusive("no_data", "no property of the features is a time")
    declared = (first and first.start, last and last.end)
    best = next((r for r in bounded if r.bounds == declared), bounded[0])
    if best.bounds == declared:  # else these may be no times in the sense of the server
        _assert_not_ignored(sample, first, last)
    fitting = list(known)
    for value, span in questions(*_ends(best)):
        answer = sample.ask(datetime=value)
        fitting = [r for r in fitting if not difference(sample, answer, _judge(r, span))]
        if not fitting:
            if best.bounds == declared:
                assert_selected(sample, _judge(best, span), datetime=value)
            msg = f"with datetime={value} the answer fits no property of '{sample.collection.id}' that is a time"
            raise Inconclusive("needs_review", msg)


def _ends(reading):
    """The first, the middle and the last time there is."""
    starts = sorted(s.start for s in reading.spans.values() if s.start)
    return starts[0], starts[len(starts) // 2], reading.bounds[1]


def _judge(reading, span):
    """Features that show no time may come or not: the server may know more than it shows."""

    def judge(feature):
        known = reading.spans.get(feature.id)
        return None if known is None or known.start is known.end is None else known.meets(span)

    return judge


def _assert_not_ignored(sample, first, last):
    """Not every feature comes for a time before the declared extent, and again for one after it."""
    if not (first and last and len(sample.known) > 1):
        return
    earlier, later = moved(first.start, -LONG_BEFORE), moved(last.end, LONG_BEFORE)
    if not (earlier and later):
        return
    before, after = f"../{instant(earlier)}", f"{instant(later)}/.."
    if any(sample.page(datetime=value, **sample.most).status == 400 for value in (before, after)):
        return  # refused as out of range: not what the standard says, but no wrong answer either
    answers = [sample.ask(datetime=value) for value in (before, after)]
    if all(len(a.features) == len(sample.walk.features) for a in answers):
        fail(
            f"'{sample.collection.id}' gives all its features for datetime={before} and {after} alike",
            expected="only features without a time",
            received=f"{len(sample.walk.features)} features both times",
        )
