"""Collections: what data there is, where it lies, and where its features are.

OGC API - Features - Part 1: Core (17-069r4), 7.13 and 7.14.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail, member, of_type, same
from mimtest.vocabulary.geo import WORLD, Box
from mimtest.vocabulary.ogcapi import GEOJSON, collections_of, document, links_of
from mimtest.vocabulary.samples import for_each

#: Documents about data prove nothing where there is no data: each check starts from some.
pytestmark = [pytest.mark.interface("ogc-api-features"), pytest.mark.usefixtures("samples")]

#: Degrees: how far outside of its extent a rounded feature may lie.
ROUNDING = 1e-4
SAME_IN_BOTH = ("id", "title", "description", "extent", "itemType")


@pytest.mark.check("PLA-C-07", clause="OGC 17-069r4 /req/core/fc-md-success, /req/core/fc-md-links")
def test_the_collections_are_listed(service, listing):
    """The list of collections has an entry with id and links for each, and links to itself."""
    links = member(document(listing), "links", list, "the list of collections")
    for entry in member(document(listing), "collections", list):
        member(entry, "id", str, "a collection")
        member(entry, "links", list, "a collection")
    own = [link for link in links_of(listing, document(listing)) if link.rel == "self"]
    assert_that(
        own and own[0].type, "no link 'self' with a type", expected="rel and type", received=links
    )
    assert_that(collections_of(service, listing), "no collection is listed")


@pytest.mark.check("PLA-C-09", clause="OGC 17-069r4 /req/core/fc-md-items-links")
def test_every_collection_leads_to_its_features(listing, collections):
    """Every collection of features has a typed link to them as GeoJSON."""
    for collection in collections_of_listing(listing, collections):
        links = [k for k in links_of(listing, collection) if k.rel == "items" and not k.is_template]
        types = [link.type for link in links]
        assert_that(
            GEOJSON in types and None not in types,
            f"'{collection['id']}' has no link 'items' of that type, or one without type",
            expected=GEOJSON,
            received=[k.type for k in links] or "no link 'items'",
        )


def collections_of_listing(listing, collections):
    """The entries of the list for these collections, read from the answer."""
    wanted = {c.id for c in collections}
    return [c for c in document(listing)["collections"] if c["id"] in wanted]


@pytest.mark.check("PLA-C-10", clause="OGC 17-069r4 /req/core/fc-md-extent")
def test_the_declared_extent_holds_every_feature(samples):
    """The declared extent of a collection is a box on the globe that holds all of its features."""
    if not any(sample.collection.boxes for sample in samples):
        raise NotApplicable("not_offered", "no collection declares the optional spatial extent")

    def ask(sample):
        features = sample.walk.features
        boxes = sample.collection.boxes
        if not boxes or not sample.shapes:
            raise Inconclusive("no_data", "no extent or no geometry")
        for box in boxes:
            globe = WORLD.grown(ROUNDING)
            on_the_globe = globe.holds((box.west, box.south)) and globe.holds((box.east, box.north))
            assert_that(
                on_the_globe and box.south <= box.north, "no box on the globe", received=box.text
            )
        if boxes[0].west > boxes[0].east:
            raise Inconclusive("no_data", "an extent across the antimeridian")
        outside = [f.id for f in sample.known.values() if not _inside(f, boxes[0])]
        if outside:
            sample.confirm(lambda feature: _inside(feature, boxes[0]))
            fail(
                f"{len(outside)} of {len(features)} features of '{sample.collection.id}' are outside",
                expected=f"features within {boxes[0].text}",
                received=outside[:5],
            )

    for_each(samples, ask, "no collection declares a spatial extent")


def _inside(feature, box):
    if feature.shape is None or not feature.shape.positions:
        return True
    found = Box.around(feature.shape.positions)
    room = box.grown(ROUNDING)
    return room.holds((found.west, found.south)) and room.holds((found.east, found.north))


@pytest.mark.check("PLA-C-12", clause="OGC 17-069r4 /req/core/sfc-md-success")
def test_a_collection_is_described_alike_in_both_places(service, collections):
    """A collection's own document says the same of it as the list of collections."""
    for collection in collections:
        if _differences(service, collection, fresh=False):
            now = service.linked("data", "/collections", fresh=True)
            again = next((c for c in collections_of(service, now) if c.id == collection.id), None)
            if again is None:
                raise Inconclusive("unstable", f"the collection '{collection.id}' is gone")
            differences = _differences(service, again, fresh=True)
            assert_that(
                not differences, f"'{collection.id}' is described differently", received=differences
            )


def _differences(service, collection, *, fresh):
    """The members and links of the listed collection that its own document lacks or has otherwise."""
    answer = service.get(collection.address, fresh=fresh)
    own = document(answer)
    listed = of_type(collection.document, dict, "the listed collection")
    found = [n for n in SAME_IN_BOTH if n in listed and not same(listed[n], own.get(n))]
    there = {(link.rel, link.href) for link in links_of(answer, own)}
    return found + [
        f"link {k.rel} to {k.href}" for k in collection.links if (k.rel, k.href) not in there
    ]
