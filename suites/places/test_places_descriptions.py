"""What a service says of its collections and pages: members, extents, addresses and links.

OGC API - Features - Part 1: Core (17-069r4), 7.2 and 7.13 to 7.16.
"""

import re
from email.utils import parsedate_to_datetime

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, fail, member, objects, of_type
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ogcapi import GEOJSON, JSON, declared_classes, document, links_of
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import for_each, identifier
from mimtest.vocabulary.times import read_time, readings

#: Documents about data prove nothing where there is no data: each check starts from some.
pytestmark = [pytest.mark.interface("ogc-api-features"), pytest.mark.usefixtures("samples")]

ENCODING = re.compile(r"https?://www\.opengis\.net/spec/ogcapi-features-1/1\.\d+/conf/(\w+)")
#: The media types of the encodings that Part 1 has classes for; features are JSON as GeoJSON.
TYPES = {"html": {"text/html"}, "geojson": {GEOJSON, JSON}}
TEXTS = ("title", "description", "itemType")
#: Seconds a time stamp may be off from the Date of the same answer, and degrees an extent.
A_MINUTE = 60
ROUNDING = 1e-6


@pytest.mark.check(
    "PLA-C-03", clause="OGC 17-069r4 7.2.2 (link.yaml), 5.2; RFC 8288 3", strength="should"
)
def test_links_say_what_they_are(landing, listing):
    """Every link of the landing page and of the collections has an address, a relation and a media type."""
    for page in (landing, listing):
        described = document(page)
        for holder in (described, *described.get("collections", [])):
            for link in objects(holder.get("links", []), "'links'"):
                if "uriTemplate" in link or link.get("templated"):
                    continue
                lacking = [n for n in ("href", "rel", "type") if not isinstance(link.get(n), str)]
                assert_that(
                    not lacking, f"a link without {lacking}", expected="text", received=link
                )


@pytest.mark.check("PLA-C-08", clause="OGC 17-069r4 /req/core/fc-md-items, 7.13 (collection.yaml)")
def test_collections_are_described_as_the_schema_has_it(listing):
    """Every listed collection has an id of its own, and members of the types of the standard's schema."""
    entries = objects(member(document(listing), "collections", list), "'collections'")
    ids = [member(entry, "id", str, "a collection") for entry in entries]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    assert_that(not twice, "collections share an id", expected="every id once", received=twice)
    for entry in entries:
        what = f"the collection '{entry['id']}'"
        for name in TEXTS:
            if name in entry:
                of_type(entry[name], str, f"'{name}' of {what}")
        for link in objects(member(entry, "links", list, what), f"'links' of {what}"):
            if "uriTemplate" not in link:
                member(link, "href", str, f"a link of {what}")
        if "crs" in entry:
            for uri in of_type(entry["crs"], list, f"'crs' of {what}"):
                of_type(uri, str, f"an item of 'crs' of {what}")


@pytest.mark.check(
    "PLA-C-11", clause="OGC 17-069r4 /req/core/fc-md-extent, /req/core/fc-md-extent-multi"
)
def test_extents_are_boxes_and_intervals(listing, collections):
    """A declared extent has boxes and intervals that are some, the first of them around the others."""
    assert_status(listing, 200)
    extents = {c.id: c.document["extent"] for c in collections if c.document.get("extent")}
    if not extents:
        raise NotApplicable("not_offered", "no collection declares the optional extent")
    for name, extent in extents.items():
        of_type(extent, dict, f"'extent' of '{name}'")
        if extent.get("spatial") is not None:
            _assert_boxes(name, extent["spatial"])
        if extent.get("temporal") is not None:
            _assert_intervals(name, extent["temporal"])


def _assert_boxes(name, spatial):
    what = f"the spatial extent of '{name}'"
    boxes = member(spatial, "bbox", list, what)
    assert_that(boxes, f"{what} has no box", expected="a box", received="bbox: []")
    for box in boxes:
        numbers = [of_type(n, float, f"a number of {what}") for n in of_type(box, list, what)]
        assert_that(len(numbers) in (4, 6), f"{what}: no box", expected="4 or 6", received=box)
    first, *others = [Box.of(box) for box in boxes]
    if first.west > first.east:
        return
    outside = [b.text for b in others if b.west <= b.east and not _covers(first, b)]
    assert_that(
        not outside, f"{what}: the first box leaves some out", expected=first.text, received=outside
    )


def _covers(one, other):
    room = one.grown(ROUNDING)
    return room.holds((other.west, other.south)) and room.holds((other.east, other.north))


def _assert_intervals(name, temporal):
    what = f"the temporal extent of '{name}'"
    intervals = member(temporal, "interval", list, what)
    assert_that(intervals, f"{what} has no interval", expected="an interval")
    for interval in intervals:
        ends = of_type(interval, list, f"an interval of {what}")
        assert_that(len(ends) == 2, f"{what}: no two ends", expected="two", received=ends)
        spans = [None if e is None else read_time(of_type(e, str, what)) for e in ends]
        wrong = [e for e, s in zip(ends, spans, strict=True) if e is not None and s is None]
        assert_that(not wrong, f"{what}: no time", expected="RFC 3339", received=wrong)
        if all(spans):
            assert_that(
                spans[0].start - spans[1].end <= spans[0].slack,
                f"{what} ends before it starts",
                received=ends,
            )


@pytest.mark.check("PLA-C-40", clause="OGC 17-069r4 /req/core/fc-md-extent A", strength="should")
def test_the_declared_interval_holds_the_times_of_features(samples):
    """The times of one property at least are all within the declared temporal extent."""
    if not any(s.collection.interval for s in samples):
        raise NotApplicable("not_offered", "no collection declares a temporal extent")

    def ask(sample):
        features = sample.walk.features
        interval = sample.collection.interval
        known = [
            r for r in readings({f.id: f.properties for f in sample.known.values()}) if r.bounds
        ]
        if interval is None or not known:
            raise Inconclusive("no_data", "no extent, or no property that is a time")
        first, last = map(read_time, interval)
        if any(_within(r, first, last) for r in known):
            return
        sample.confirm(lambda feature: feature.id)
        fail(
            f"every time in '{sample.collection.id}' has features outside of the declared extent",
            expected=interval,
            received={r.names[0]: [str(b) for b in r.bounds] for r in known[:3]}
            or f"{len(features)} features",
        )

    for_each(samples, ask, "no collection has times and declares their extent")


def _within(reading, first, last):
    start, end = reading.bounds
    slack = max(s.slack for s in reading.spans.values())
    after = first is None or first.start - start <= first.slack + slack
    return after and (last is None or end - last.end <= last.slack + slack)


@pytest.mark.check(
    "PLA-C-13", clause="OGC 17-069r4 /req/core/fc-op, /req/core/sfc-md-op, /req/core/f-op"
)
def test_resources_are_where_the_standard_puts_them(service, samples):
    """Collections, their features and each feature are at the paths the standard gives them, links or not."""
    for path, name in (("/conformance", "conformsTo"), ("/collections", "collections")):
        member(document(service.get(path)), name, list, f"the document at {path}")
    for sample in samples:
        collection = sample.collection
        own = document(service.get(collection.path()))
        assert_that(own.get("id") == collection.id, "another collection", expected=collection.id)
        features_of(service.features(collection.path("items"), limit=1))
        if sample.known:
            feature = next(iter(sample.known))
            alone = document(service.features(collection.path("items", feature)))
            assert_that(identifier(alone) == feature, "another feature", expected=feature)


@pytest.mark.check("PLA-C-16", clause="OGC 17-069r4 /req/core/fc-timeStamp; RFC 3339 5.6")
def test_the_time_stamp_is_that_of_the_answer(samples):
    """A page that says when it was made says so as a date-time, near the Date of the same answer."""
    pages = [sample.page(fresh=True, limit=1) for sample in samples[:2]]
    stated = [page for page in pages if "timeStamp" in document(page)]
    if not stated:
        raise NotApplicable("not_offered", "no page has the optional member 'timeStamp'")
    for page in stated:
        given = member(document(page), "timeStamp", str, "the page")
        span = read_time(given)
        has_zone = span is not None and "T" in given.upper() and span.slack.total_seconds() <= 1
        assert_that(has_zone, "no date-time with a zone", expected="RFC 3339", received=given)
        sent = page.headers.get("date")
        if sent is None or page.headers.get("age"):
            continue
        try:
            apart = (span.start - parsedate_to_datetime(sent)).total_seconds()
        except (ValueError, TypeError):
            continue
        assert_that(
            abs(apart) <= A_MINUTE,
            f"the time stamp is {abs(apart):.0f} s off from the Date of the answer",
            expected=sent,
            received=given,
        )


@pytest.mark.check(
    "PLA-C-39",
    clause="OGC 17-069r4 /req/core/fc-md-links A, /req/core/fc-links A, /req/core/f-links A",
)
@pytest.mark.parametrize("place", ["collections", "features", "feature"])
def test_every_encoding_is_linked(service, conformance, listing, samples, place):
    """A page links to itself, and to itself in every other encoding that is declared."""
    found = (ENCODING.fullmatch(c) for c in declared_classes(conformance))
    kinds = [TYPES[m[1]] for m in found if m and m[1] in TYPES]
    if len(kinds) < 2:
        raise NotApplicable("class_not_declared", "no two encodings are declared")
    sample = samples[0]
    if place == "feature" and not sample.known:
        raise Inconclusive("precondition_unmet", "the features have no ids of their own")
    page = {
        "collections": lambda: listing,
        "features": lambda: sample.page(limit=1),
        "feature": lambda: service.features(sample.collection.item(next(iter(sample.known)))),
    }[place]()
    links = [k for k in links_of(page, document(page)) if k.rel in ("self", "alternate")]
    for types in kinds:
        assert_that(
            any(k.type in types for k in links),
            f"{place}: no link 'self' or 'alternate' of a declared encoding",
            expected=" or ".join(sorted(types)),
            received=[k.type for k in links],
        )
