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
    is_no_code,
    project,
    system,
    tolerance,
)
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.geo import close, telling_fence
from mimtest.vocabulary.ogcapi import document
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import for_each, identifier, place_of
from mimtest.vocabulary.samples_compared import assert_selected

pytestmark = pytest.mark.interface("ogc-api-features")

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
def test_a_collection_lists_its_reference_systems(declared_offers, listing):
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
        made_up = [s for s in systems if is_no_code(s)]
        assert_that(
            not made_up,
            f"'{collection.id}' lists reference systems under codes that EPSG has not given",
            expected="codes of the register",
            received=made_up,
        )
        stored = collection.document.get("storageCrs")
        assert_that(
            stored is None or stored in systems,
            "'storageCrs' is not listed",
            expected=systems,
            received=stored,
        )

    for_each(declared_offers, ask, "no collection has places")


@pytest.mark.check(
    "PLA-X-07", clause="OGC 18-058r1 /req/crs/fc-crs-default-value, /req/crs/ogc-crs-header"
)
def test_without_a_wish_the_answer_says_crs84(declared_offers):
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

    for_each(declared_offers, ask, "no collection has features")


@pytest.mark.check("PLA-X-10", clause="OGC 18-058r1 /req/crs/ogc-crs-header-value")
def test_the_answer_names_its_reference_system(declared_offers):
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

    for_each(declared_offers, ask, "no collection lists another reference system")


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
        _require_known(offer)

    for_each(offers, ask, "no collection lists another reference system that PROJ knows")


def _require_known(offer):
    """Raise Inconclusive for listed systems that nobody else knows: what is said in them is for people to judge."""
    unknown = [s for s in _others(offer) if system(s) is None]
    if unknown:
        detail = f"PROJ does not know {', '.join(unknown[:3])}: positions there are not compared"
        raise Inconclusive("needs_review", detail)


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
    allowed = tolerance(given, here, target)
    if not close(given, wanted, allowed):
        sample.confirm(lambda feature: feature.shape)
        fail(
            f"'{known.id}' in {uri}: {_diagnosis(given, wanted, here, target)}",
            expected=f"{wanted[:3]} within {allowed:.2g}",
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
