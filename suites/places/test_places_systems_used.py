"""Reference systems as boxes, pages and bodies make use of them.

OGC API - Features - Part 2: Coordinate Reference Systems by Reference (18-058r1), clause 6. It is
optional: without it these checks do not apply.
"""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.crs import (
    CRS84,
    DEFAULTS,
    is_finite,
    project,
    system,
    unproject,
)
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.geo import Box, Fence, telling_fence
from mimtest.vocabulary.ogcapi import document
from mimtest.vocabulary.ogcapi_pages import features_of, next_page
from mimtest.vocabulary.samples import for_each, identifier, place_of
from mimtest.vocabulary.samples_compared import assert_refused, assert_selected

pytestmark = pytest.mark.interface("ogc-api-features")

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
NO_SUCH = f"{EPSG}999999"
#: Real systems of the other side of the earth; one of them is not in the list.
ELSEWHERE = (f"{EPSG}2193", f"{EPSG}3031", f"{EPSG}32760")
BAND = 1.0
DEGREES = 1e-5
MOST_SYSTEMS = 20
#: So many systems are asked for further pages, and for slanted boxes.
MOST_PAGED = 2
MOST_TRIED = 40


@pytest.mark.check("PLA-X-13", clause="OGC 18-058r1 /req/crs/fc-bbox-crs-default-value")
@pytest.mark.parametrize("kind", ["unsaid", "said"])
def test_a_box_is_longitude_first_by_default(offers, kind):
    """A box without a reference system, and one in CRS84, selects what it holds, longitude first."""
    named = {"bbox_crs": CRS84} if kind == "said" else {}

    def ask(offer):
        fence = telling_fence(offer.sample.shapes, least_band=DEGREES)
        if fence is None or (named and CRS84 not in offer.systems):
            raise Inconclusive("no_data", "no box tells some features from others")
        judge = lambda f: fence.selects(f.shape)  # noqa: E731
        assert_selected(offer.sample, judge, bbox=fence.box.text, **named)

    for_each(offers, ask, "no collection has features in two places")


@pytest.mark.check("PLA-X-15", clause="OGC 18-058r1 /req/crs/fc-bbox-crs-action", strength="should")
def test_a_box_stays_a_box_in_its_own_system(offers):
    """A box in a system in metres leaves out features beside it that a box around its corners would hold."""

    def ask(offer):
        asked = 0
        flat = [s for s in offer.systems if (t := system(s)) and not t.is_angular]
        for uri in flat[:MOST_PAGED]:
            fence = _slanted(offer.sample, system(uri))
            if not fence:
                continue
            assert_selected(
                offer.sample,
                lambda f, fence=fence, uri=uri: fence.selects(_there(f.shape, uri)),
                bbox=fence.box.text,
                bbox_crs=uri,
            )
            asked += 1
        if not asked:
            raise Inconclusive("no_data", "no feature lies between a box and its corners")

    for_each(offers, ask, "no collection lists a system in metres with features beside such a box")


def _there(shape, uri):
    return shape and shape.moved(lambda line: project(uri, line))


def _slanted(sample, target):
    """A box in metres with a feature just outside of it that a box of degrees around its corners holds."""
    moved = [(s, _there(s, target.uri)) for s in sample.shapes]
    if not moved or not all(is_finite(there.positions) for _, there in moved):
        return None
    band = max(BAND, target.tolerance)
    extent = Box.around(p for _, there in moved for p in there.positions).grown(10 * band)
    for here, there in moved[:MOST_TRIED]:
        own = Box.around(there.positions)
        for box in (
            Box(own.east + 2 * band, extent.south, extent.east, extent.north),
            Box(extent.west, extent.south, own.west - 2 * band, extent.north),
            Box(extent.west, own.north + 2 * band, extent.east, extent.north),
            Box(extent.west, extent.south, extent.east, own.south - 2 * band),
        ):
            if box.west >= box.east or box.south >= box.north:
                continue
            fence = Fence(box, band)
            verdicts = [fence.selects(there) for _, there in moved]
            if True in verdicts and fence.selects(there) is False and _held(here, box, target.uri):
                return fence
    return None


def _held(here, box, uri):
    """Whether the box of degrees around the corners of a box holds a shape clearly."""
    corners = [(x, y) for x in (box.west, box.east) for y in (box.south, box.north)]
    around = Fence(Box.around(unproject(uri, tuple(corners))), DEGREES)
    return around.selects(here) is True


@pytest.mark.check("PLA-X-16", clause="OGC 18-058r1 /req/crs/fc-crs-action; 17-069r4 7.15.9")
def test_further_pages_keep_the_system(offers):
    """The next page of an answer in another system is in that system, and its box still holds."""

    def ask(offer):
        asked = 0
        for uri in [s for s in offer.systems if s not in DEFAULTS and system(s)][:MOST_PAGED]:
            asked += _assert_next(offer.sample, uri)
        if not asked:
            raise Inconclusive("no_data", "no further page in another system")

    for_each(offers, ask, "no collection with further pages lists another reference system")


def _assert_next(sample, uri):
    box = telling_fence(sample.shapes, least_band=DEGREES)
    given = {"bbox": box.box.text, "bbox_crs": CRS84} if box else {}
    first = sample.page(limit=1, crs=uri, **given)
    if first.status != 200 or not next_page(first):
        return False
    second = sample.service.get(next_page(first), accept="application/geo+json")
    target, compared = system(uri), False
    for feature in features_of(second):
        known = sample.known.get(identifier(feature))
        shape = place_of(feature)
        if not (known and known.shape and shape and shape.positions):
            continue
        wanted = project(uri, known.shape.positions)
        if not is_finite(wanted):
            continue
        near = Box.around(wanted).grown(100 * (1 + target.tolerance) / target.unit)
        assert_that(
            near.holds(shape.positions[0]),
            f"the next page of an answer in {uri} is in another system",
            expected=wanted[0],
            received=shape.positions[0],
        )
        compared = True
        if box:
            assert_that(
                box.selects(known.shape) is not False,
                "the next page of an answer to a box holds features outside of it",
                expected=f"features in {box.box.text}",
                received=known.id,
            )
    return compared


@pytest.mark.check(
    "PLA-X-17", clause="OGC 18-058r1 /req/crs/geojson; RFC 7946 4", strength="should"
)
def test_a_body_names_no_other_system(offers):
    """A body that names its reference system (coordRefSys, crs) names the one that was asked for."""

    def ask(offer):
        asked = 0
        for uri in [s for s in offer.systems if s not in DEFAULTS][:MOST_SYSTEMS]:
            answer = offer.sample.page(limit=10, crs=uri)
            if answer.status == 400:
                continue
            asked += 1
            body = document(answer)
            for name in ("coordRefSys", "crs"):
                told = _code(body.get(name))
                assert_that(
                    told is None or told == _code(uri),
                    f"'{name}' of an answer in {uri} names another system",
                    expected=uri,
                    received=body.get(name),
                )
        if not asked:
            raise Inconclusive("no_data", "no other reference system is answered")

    for_each(offers, ask, "no collection lists another reference system")


def _code(told):
    """The authority and code of a reference system, however it is written; None without one."""
    if isinstance(told, dict):
        inner = told.get("properties")
        told = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(told, str):
        return None
    parts = [p for p in re.split(r"[/:]", told) if p]
    if len(parts) < 2:
        return None
    authority = next((p for p in parts if p.upper() in ("EPSG", "OGC", "IAU", "ESRI")), "")
    return authority.upper(), parts[-1].upper()


@pytest.mark.check("PLA-X-11", clause="OGC 18-058r1 /req/crs/fc-crs-valid-value")
@pytest.mark.parametrize("kind", ["no such system", "not listed"])
def test_a_system_that_is_not_listed_is_refused(offers, kind):
    """A reference system that does not exist, or is not listed, is answered with 400."""
    for_each(
        offers[:2],
        lambda offer: _assert_system_refused(offer, kind, "crs", {}),
        "no systems listed",
    )


@pytest.mark.check(
    "PLA-X-14", clause="OGC 18-058r1 /req/crs/fc-bbox-crs-valid-value, /req/crs/bbox-crs-exception"
)
@pytest.mark.parametrize("kind", ["no such system", "not listed"])
def test_a_box_in_a_system_that_is_not_listed_is_refused(offers, kind):
    """A box in a reference system that does not exist, or is not listed, is answered with 400."""
    box = {"bbox": "1,2,3,4"}
    for_each(
        offers[:2],
        lambda offer: _assert_system_refused(offer, kind, "bbox_crs", box),
        "no systems listed",
    )


def _assert_system_refused(offer, kind, parameter, more):
    good = next((s for s in offer.systems if s in DEFAULTS), None)
    unlisted = next((s for s in ELSEWHERE if s not in offer.systems), None)
    bad = NO_SUCH if kind == "no such system" else unlisted
    if good is None or bad is None:
        raise Inconclusive("no_data", "CRS84 is not listed, or every system is")
    twin = {"limit": 1, **more, parameter: good}
    assert_refused(offer.sample, twin, {**twin, parameter: bad})
