"""Coordinates in other reference systems: transformed here with PROJ and compared.

OGC API - Features - Part 2: Coordinate Reference Systems by Reference (18-058r1), clause 6. It is
optional: without it these checks do not apply.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.crs import (
    CRS84,
    DEFAULTS,
    METRES_PER_DEGREE,
    area_of_use,
    is_finite,
    project,
    rounding,
    system,
)
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.geo import close, telling_fence
from mimtest.vocabulary.ogcapi import document, features_of
from mimtest.vocabulary.samples import (
    assert_refused,
    assert_selected,
    for_each,
    identifier,
    place_of,
)

pytestmark = pytest.mark.interface("ogc-api-features")

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
NO_SUCH = f"{EPSG}999999"
#: Real systems of the other side of the earth; one of them is not in the list.
ELSEWHERE = (f"{EPSG}2193", f"{EPSG}3031", f"{EPSG}32760")
MOST_SYSTEMS = 20
#: Metres by which two datums put the same coordinates apart at most.
DATUM = 1000.0
#: Metres along the edge of a box in which nothing is judged, and the share of its size for systems
#: in metres: servers turn such a box into a rectangle of another system.
BAND = 1.0
SHARE = 0.05


@pytest.mark.check(
    "PLA-X-02", clause="OGC 18-058r1 /req/crs/fc-md-crs-list, /req/crs/fc-md-storageCrs-valid-value"
)
def test_a_collection_lists_its_reference_systems(offers, listing):
    """A collection with places lists its reference systems as URIs, CRS84 and the one of storage among them."""
    assert_status(listing, 200)

    def ask(offer):
        collection, systems = offer.sample.collection, offer.systems
        if not offer.sample.shapes:
            raise Inconclusive("no_data", "no places")
        assert_that(
            set(systems) & set(DEFAULTS),
            f"'{collection.id}' does not list CRS84",
            expected=CRS84,
            received=systems,
        )
        wrong = [s for s in systems if ":" not in s or s != s.strip()]
        assert_that(not wrong, "reference systems that are no URIs", received=wrong)
        stored = collection.document.get("storageCrs")
        assert_that(
            stored is None or stored in systems,
            "'storageCrs' is not listed",
            expected=systems,
            received=stored,
        )

    for_each(offers, ask, "no collection has places")


@pytest.mark.check(
    "PLA-X-07", clause="OGC 18-058r1 /req/crs/fc-crs-default-value, /req/crs/ogc-crs-header"
)
def test_without_a_wish_the_answer_says_crs84(offers):
    """Features asked for without a reference system come with Content-Crs naming CRS84."""

    def ask(offer):
        answer = offer.sample.page(limit=1)
        features_of(answer)
        assert_that(
            _named(answer) in DEFAULTS,
            "Content-Crs does not name CRS84",
            expected=f"<{CRS84}>",
            received=answer.headers.get("content-crs") or "no Content-Crs",
        )

    for_each(offers, ask, "no collection has features")


@pytest.mark.check("PLA-X-10", clause="OGC 18-058r1 /req/crs/ogc-crs-header-value")
def test_the_answer_names_its_reference_system(offers):
    """Features asked for in a listed reference system come with its URI, in angle brackets, as Content-Crs."""

    def ask(offer):
        for uri in _others(offer):
            answer = _in_system(offer.sample, uri)
            features_of(answer)
            assert_that(
                _named(answer) == uri,
                "Content-Crs does not name the system asked for",
                expected=f"<{uri}>",
                received=answer.headers.get("content-crs") or "no Content-Crs",
            )

    for_each(offers, ask, "no collection lists another reference system")


def _named(answer):
    """The URI in Content-Crs, None without angle brackets."""
    value = answer.headers.get("content-crs") or ""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else None


def _others(offer):
    """The listed systems beside the default ones."""
    others = [s for s in offer.systems if s not in DEFAULTS][:MOST_SYSTEMS]
    if not others or not offer.sample.shapes:
        raise Inconclusive("no_data", "no other reference system, or no places")
    return others


def _in_system(sample, uri, limit=10):
    """A page in a listed system; a refusal is allowed where the representation has limits."""
    answer = sample.page(limit=limit, crs=uri)
    if answer.status == 400:
        raise Inconclusive(
            "control_failed", f"crs={uri} is listed and refused, see /per/crs/fc-crs-action"
        )
    return answer


@pytest.mark.check("PLA-X-08", clause="OGC 18-058r1 /req/crs/fc-crs-action")
def test_positions_are_given_in_the_system_asked_for(service, offers):
    """Features in a listed reference system lie where PROJ puts them, in the axis order of its authority."""

    def ask(offer):
        compared = 0
        for uri in filter(system, _others(offer)):
            for document_of in features_of(_in_system(offer.sample, uri)):
                compared += _assert_transformed(offer.sample, document_of, uri)
            one = offer.sample.collection.item(next(iter(offer.sample.known)))
            compared += _assert_transformed(
                offer.sample, document(service.features(one, crs=uri)), uri
            )
        if not compared:
            raise Inconclusive("no_data", "no position could be transformed here")

    for_each(offers, ask, "no collection lists another reference system that PROJ knows")


def _assert_transformed(sample, document_of, uri):
    """A feature lies where it is transformed to from CRS84; whether there was something to compare."""
    known = sample.known.get(identifier(document_of))
    shape = place_of(document_of)
    if known is None or known.shape is None or not known.shape.positions:
        return False
    here = known.shape.positions
    wanted, given = project(uri, here), shape.positions if shape else ()
    if not is_finite(wanted):
        return False
    if not given:
        sample.confirm(lambda feature: feature.shape)
        fail(
            f"'{known.id}' has no place in {uri}, and one without it",
            expected=wanted[:3],
            received="no positions",
        )
    target = system(uri)
    tolerance = target.tolerance / target.unit + rounding(given, here, target)
    if not close(given, wanted, tolerance):
        sample.confirm(lambda feature: feature.shape)
        fail(
            f"'{known.id}' in {uri}: {_diagnosis(given, wanted, here, target)}",
            expected=f"{wanted[:3]} within {tolerance:.2g}",
            received=given[:3],
        )
    return True


def _diagnosis(given, wanted, here, target):
    """What may have gone wrong, in the order in which it is likely."""
    near = (DATUM + target.tolerance) / target.unit
    untouched = DATUM / METRES_PER_DEGREE
    if close(tuple((y, x) for x, y in given), wanted, near):
        return "the axes are in the other order"
    if close(given, wanted, near):
        return f"beside the place by less than {DATUM:.0f} m, as with another datum"
    if close(given, here, untouched) or close(tuple((y, x) for x, y in given), here, untouched):
        return "not transformed"
    area = area_of_use(target.uri)
    if area and not any(area.holds(p) for p in here):
        return "other positions, and the system is made for another part of the earth"
    return "other positions"


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


@pytest.mark.check("PLA-X-12", clause="OGC 18-058r1 /req/crs/fc-bbox-crs-action")
def test_a_box_is_taken_in_its_own_system(offers):
    """A box in a listed reference system, axes in its authority's order, selects the features it holds there."""

    def ask(offer):
        asked = 0
        for uri in filter(system, offer.systems[:MOST_SYSTEMS]):
            asked += _assert_box(offer.sample, uri)
        if not asked:
            raise Inconclusive("no_data", "no box tells some features from others")

    for_each(offers, ask, "no collection lists reference systems and has features in two places")


def _assert_box(sample, uri):
    """A telling box in the system selects what lies in it; whether there was such a box."""
    target = system(uri)

    def there(shape):
        return shape and shape.moved(lambda line: project(uri, line))

    moved = [there(s) for s in sample.shapes]
    if not all(is_finite(s.positions) for s in moved):
        return False
    band = max(BAND, target.tolerance) / target.unit
    fence = telling_fence(moved, least_band=band, share=0 if target.is_angular else SHARE)
    if fence is None:
        return False
    assert_selected(
        sample, lambda f: fence.selects(there(f.shape)), bbox=fence.box.text, bbox_crs=uri
    )
    return True
