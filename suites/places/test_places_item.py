"""A feature alone: the same as in the list, and where it links to.

OGC API - Features - Part 1: Core (17-069r4), 7.16.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, fail, same
from mimtest.vocabulary.geo import close
from mimtest.vocabulary.ogcapi import document, links_of
from mimtest.vocabulary.samples import for_each, identifier, place_of

pytestmark = pytest.mark.interface("ogc-api-features")

#: Degrees; a metre.
ROUNDING = 1e-5


@pytest.mark.check("PLA-C-34", clause="OGC 17-069r4 /req/core/f-success, /req/geojson/content B")
def test_a_feature_alone_is_the_one_in_the_list(service, samples):
    """A feature asked for by its id has that id, and the place and properties it has in the list."""

    def ask(sample):
        if not sample.known:
            raise Inconclusive("precondition_unmet", "the features have no ids of their own")
        features = list(sample.known.values())
        for feature in {
            f.id: f for f in (features[0], features[len(features) // 2], features[-1])
        }.values():
            _assert_alone(service, sample, feature)

    for_each(samples, ask, "no collection has features")


def _assert_alone(service, sample, feature):
    answer = assert_status(service.features(sample.collection.item(feature.id)), 200)
    alone = document(answer)
    assert_equal(alone.get("type"), "Feature", "'type'")
    assert_equal(identifier(alone), feature.id, "the id")
    place = place_of(alone)
    if feature.shape and not _is_at(place, feature.shape):
        sample.confirm(lambda known: known.shape)
        fail(
            f"the feature '{feature.id}' lies elsewhere than in the list",
            expected=feature.document.get("geometry"),
            received=alone.get("geometry"),
        )
    listed = feature.document.get("properties") or {}
    given = alone.get("properties") or {}
    different = [k for k in listed if k not in given or not same(given[k], listed[k])]
    if different:
        sample.confirm(lambda known: known.document.get("properties"))
        fail(
            f"the feature '{feature.id}' has other properties than in the list",
            expected={k: listed[k] for k in different},
            received={k: given.get(k) for k in different},
        )


def _is_at(place, listed):
    """Whether a place is the listed one; to have none is another."""
    return place is not None and close(place.positions, listed.positions, ROUNDING)


@pytest.mark.check("PLA-C-35", clause="OGC 17-069r4 /req/core/f-links, /req/geojson/content C")
def test_a_feature_links_to_its_collection(service, samples):
    """A feature alone links to itself and to its collection, with types."""

    def ask(sample):
        if not sample.known:
            raise Inconclusive("precondition_unmet", "the features have no ids of their own")
        answer = service.features(sample.collection.item(next(iter(sample.known))))
        links = links_of(answer, document(answer))
        for rel in ("self", "collection"):
            types = [link.type for link in links if link.rel == rel]
            assert_that(
                any(types),
                f"no link '{rel}' with a type",
                expected=rel,
                received=[k.rel for k in links],
            )

    for_each(samples, ask, "no collection has features")
