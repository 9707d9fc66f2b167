"""Pages of features, and how many there are.

OGC API - Features - Part 1: Core (17-069r4), 7.15.2 and 7.15.8.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_that,
    fail,
    member,
)
from mimtest.vocabulary.geo import telling_fence
from mimtest.vocabulary.ogcapi import document, links_of
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.openapi import maximum_of_limit, parameters_of_items
from mimtest.vocabulary.samples import for_each, identifier, page_size
from mimtest.vocabulary.samples_compared import assert_met_again, assert_selected, difference

pytestmark = pytest.mark.interface("ogc-api-features")

#: Degrees; a metre.
ROUNDING = 1e-5
#: Links of a page that have to name a type.
TYPED = ("self", "alternate", "next", "prev")


@pytest.fixture(scope="session")
def most_of_a_page(definition, samples):
    """The greatest `limit` by the API definition."""
    most = maximum_of_limit(parameters_of_items(definition, samples[0].collection.id))
    if most is None:
        raise NotApplicable("not_offered", "the API definition names no maximum of 'limit'")
    return most


@pytest.mark.check("PLA-C-14", clause="OGC 17-069r4 /req/core/fc-op, /req/core/fc-response")
def test_every_collection_gives_its_features(service, collections, samples):
    """Every collection looked at answers with a FeatureCollection, and at least one has features in it."""
    for collection in collections:
        features_of(service.features(collection.items, limit=10))
    assert_that(samples[0].walk.features, "no collection has features")


@pytest.mark.check("PLA-C-15", clause="OGC 17-069r4 /req/core/fc-links, /req/core/fc-rel-type")
def test_a_page_links_to_itself(samples):
    """A page of features links to itself, and its links for moving about name a media type."""

    def ask(sample):
        page = sample.page(limit=1)
        links = links_of(page, document(page))
        rels = [link.rel for link in links]
        assert_that("self" in rels, "no link 'self'", expected="self", received=rels)
        untyped = [link.rel for link in links if link.rel in TYPED and link.type is None]
        assert_that(not untyped, "links without a type", expected="type", received=untyped)

    for_each(samples, ask, "no collection has features")


@pytest.mark.check("PLA-C-17", clause="OGC 17-069r4 /req/core/fc-numberReturned")
def test_the_number_returned_is_the_number_of_features(samples):
    """Where a page says how many features it holds, it holds as many."""
    pages = [page for s in samples for page in (*s.walk.pages, s.page(limit=1))]
    stated = [page for page in pages if "numberReturned" in document(page)]
    if not stated:
        raise NotApplicable("not_offered", "no page has the optional member 'numberReturned'")
    for page in stated:
        assert_equal(
            member(document(page), "numberReturned", int),
            len(features_of(page)),
            "'numberReturned'",
        )


@pytest.mark.check("PLA-C-18", clause="OGC 17-069r4 /req/core/fc-numberMatched")
def test_the_number_matched_is_the_number_of_features_found(samples):
    """Where an answer says how many features match, as many come, with and without a box."""
    stated = [s for s in samples if "numberMatched" in document(s.walk.pages[0])]
    if not stated:
        raise NotApplicable("not_offered", "no answer has the optional member 'numberMatched'")

    def ask(sample):
        if not sample.walk.ended:
            raise Inconclusive("no_data", "too many features to count")
        _assert_matched(sample, {})
        fence = telling_fence(sample.shapes, least_band=ROUNDING)
        if fence:
            _assert_matched(sample, {"bbox": fence.box.text})

    for_each(stated, ask, "no collection is small enough to be counted")


def _assert_matched(sample, question):
    """All pages of an answer hold as many features as its first page says match."""
    walk = sample.ask(**question)
    pages = [*walk.pages, sample.page(limit=1, **question)]
    stated = [
        member(document(p), "numberMatched", int) for p in pages if "numberMatched" in document(p)
    ]
    if walk.ended and any(number != len(walk.features) for number in stated):
        sample.confirm(lambda feature: feature.id)
        fail(
            f"'numberMatched' of '{sample.collection.id}' is not the number of features, with {question}",
            expected=len(walk.features),
            received=stated,
        )


@pytest.mark.check("PLA-C-20", clause="OGC 17-069r4 /req/core/fc-limit-response-1 A")
@pytest.mark.parametrize("limit", [1, 2, None], ids=["1", "2", "a third"])
def test_no_page_holds_more_than_asked_for(samples, limit):
    """A page holds no more features than its limit, though the collection has more."""

    def ask(sample):
        total = len(sample.walk.features)
        most = limit or page_size(total)
        if total <= most:
            raise Inconclusive("no_data", "too few features to limit")
        found = len(features_of(sample.page(limit=most)))
        assert_that(
            found <= most,
            "more features than asked for",
            expected=f"at most {most}",
            received=found,
        )

    for_each(samples, ask, f"no collection has more than {limit or 1} features")


@pytest.mark.check(
    "PLA-C-21", clause="OGC 17-069r4 /req/core/fc-limit-response-1 C", strength="should"
)
def test_a_limit_above_the_maximum_is_no_mistake(samples, most_of_a_page):
    """A limit above the declared maximum is answered with a page of at most that maximum."""

    def ask(sample):
        if not sample.walk.ended:
            raise Inconclusive("no_data", "too many features to ask for all of them")
        found = len(features_of(sample.page(limit=most_of_a_page + 1)))
        assert_that(
            found <= most_of_a_page, "too many features", expected=most_of_a_page, received=found
        )

    for_each(samples, ask, "every collection is too large to be asked for at once")


@pytest.mark.check("PLA-C-22", clause="OGC 17-069r4 7.15.8 (links 'next')")
def test_paging_visits_every_feature_once(samples):
    """Following the links from page to page meets every feature once, with and without a box."""

    def ask(sample):
        total = len(sample.known)
        if total < 2:
            raise Inconclusive("no_data", "too few features for two pages")
        _assert_paged(sample, lambda _: True, total, {})
        fence = telling_fence(sample.shapes, least_band=ROUNDING)
        if fence:
            chosen = [f for f in sample.known.values() if fence.selects(f.shape)]
            if len(chosen) > 1:
                question = {"bbox": fence.box.text}
                _assert_paged(sample, lambda f: fence.selects(f.shape), len(chosen), question)

    for_each(samples, ask, "no collection has features for two pages")


def _assert_paged(sample, judge, total, question):
    """A walk in about three pages meets what one page holds, nothing twice and nothing else."""
    whole = sample.ask(**question)
    ids = [identifier(f) for f in whole.features]
    if len(whole.pages) == 1 and (len(set(ids)) < len(ids) or difference(sample, whole, judge)):
        raise Inconclusive("control_failed", f"already one page with {question} is wrong")
    size = page_size(total)
    walk = sample.ask(limit=size, **question)
    if len(walk.pages) == 1 and len(walk.features) < total and not sample.leads_on:
        _assert_more_is_said(sample, len(walk.features), total)
    ids = [identifier(f) for f in walk.features]
    assert_met_again(sample, ids)
    twice = sorted({i for i in ids if i and ids.count(i) > 1})
    if twice:
        sample.confirm(lambda feature: feature.id)
        fail(
            f"features of '{sample.collection.id}' come on two pages of {size} {question or ''}",
            expected="every feature once",
            received=twice[:5],
        )
    assert_selected(sample, judge, limit=size, **question)


def _assert_more_is_said(sample, found, total):
    raise Inconclusive(
        "precondition_unmet",
        f"a page of {found} of the {total} features of '{sample.collection.id}' has no link 'next', "
        "which the standard recommends (/rec/core/fc-next-1); the rest cannot be reached",
    )
