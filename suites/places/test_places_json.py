"""The JSON of features, byte by byte and member by member, and the other encodings beside it.

OGC API - Features - Part 1: Core (17-069r4), 8.3; GeoJSON (RFC 7946); JSON (RFC 8259).
"""

import json
import re

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    member,
    objects,
)
from mimtest.vocabulary.geojson import assert_bbox, assert_feature
from mimtest.vocabulary.ogcapi import GEOJSON, JSON, document
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.webpage import read_page
from mimtest.vocabulary.xml import parse

pytestmark = pytest.mark.interface("ogc-api-features")

BOM = b"\xef\xbb\xbf"
HTML = "text/html"
#: Texts that are meant as a time of day on a day, or as a day in the order of some country.
A_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{4}.*", re.ASCII)
RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
STARTS = {
    "application/flatgeobuf": b"fgb\x03fgb",
    "application/vnd.fgb": b"fgb\x03fgb",
    "application/geopackage+sqlite3": b"SQLite format 3\x00",
    "application/zip": b"PK",
}


@pytest.fixture(scope="session")
def documents(service, landing, conformance, listing, samples):
    """An answer of every kind, each in JSON."""
    found = [landing, conformance, listing, samples[0].page(limit=1)]
    alone = [samples[0].collection.item(i) for i in list(samples[0].known)[:1]]
    return [*found, *map(service.features, alone)]


@pytest.mark.check(
    "PLA-E-02", clause="OGC 17-069r4 7.15.8, 8.1; RFC 9110 12.5.1", strength="should"
)
def test_without_a_wish_a_declared_encoding_comes(service, samples):
    """Features asked for without a wish come in an encoding the collection links to, and are what they are named."""

    def ask(sample):
        links = [k for k in sample.collection.links if k.rel == "items" and k.type]
        known = {k.type for k in links} | {GEOJSON}
        answer = assert_status(service.get(sample.collection.path("items"), accept="*/*"), 200)
        assert_media_type(answer, *sorted(known | {JSON} if GEOJSON in known else known))
        _assert_opens(answer, answer.media_type)

    for_each(samples[:2], ask, "no collection has features")


@pytest.mark.check("PLA-E-04", clause="OGC 17-069r4 /req/geojson/content C; RFC 7946 6.1")
def test_links_are_a_member_of_their_own(service, samples):
    """The links of a page and of a feature are a list of objects in the member 'links'."""
    sample = samples[0]
    answers = [sample.page(limit=1)]
    answers += [service.features(sample.collection.item(i)) for i in list(sample.known)[:1]]
    for answer in answers:
        described = document(answer)
        for link in objects(member(described, "links", list, "the answer"), "'links'"):
            for name in ("href", "rel"):
                if "uriTemplate" not in link:
                    member(link, name, str, "a link")


@pytest.mark.check("PLA-E-05", clause="OGC 17-069r4 /req/geojson/content A; RFC 7946 3.2, 5")
def test_a_feature_alone_is_a_geojson_feature(service, samples):
    """A feature asked for alone is a GeoJSON Feature with all its members, each of its type."""

    def ask(sample):
        if not sample.known:
            raise Inconclusive("precondition_unmet", "the features have no ids of their own")
        feature = document(service.features(sample.collection.item(next(iter(sample.known)))))
        assert_feature(feature)
        if "bbox" in feature:
            assert_bbox(feature["bbox"], "the bbox of the feature")

    for_each(samples, ask, "no collection has features")


@pytest.mark.check("PLA-E-06", clause="RFC 8259 6, 8.1; RFC 7946 1.3")
def test_json_is_utf_8_without_a_mark(documents):
    """JSON is UTF-8, begins without a byte order mark, and has no numbers but finite ones."""
    for answer in documents:
        assert_that(
            not answer.body.startswith(BOM),
            f"a byte order mark at {answer.url}",
            expected="{",
            received="EF BB BF",
        )
        document(answer)


@pytest.mark.check("PLA-E-23", clause="RFC 8259 4; RFC 7493 2.3", strength="should")
def test_no_member_is_there_twice(documents):
    """No object in the JSON has two members of one name."""
    for answer in documents:
        document(answer)
        twice = []

        def collect(pairs, twice=twice):
            names = [name for name, _ in pairs]
            if len(set(names)) < len(names):
                twice.append(next(n for n in names if names.count(n) > 1))
            return dict(pairs)

        json.loads(answer.body.decode("utf-8-sig"), object_pairs_hook=collect)
        assert_that(not twice, f"members twice at {answer.url}", received=twice[:3])


@pytest.mark.check("PLA-E-07", clause="RFC 3339 5.6; OGC 17-069r4 7.15.4", strength="may")
def test_times_in_properties_have_one_form(samples):
    """Properties that are times of a day are RFC 3339 date-times with a zone."""

    def ask(sample):
        texts = [
            (name, value)
            for feature in sample.walk.features
            for name, value in (feature.get("properties") or {}).items()
            if isinstance(value, str) and A_TIME.fullmatch(value)
        ]
        if not texts:
            raise Inconclusive("no_data", "no property is a time of a day")
        wrong = [f"{name}: {value}" for name, value in texts if not RFC_3339.fullmatch(value)]
        assert_that(
            not wrong,
            f"times in '{sample.collection.id}' have another form",
            expected="RFC 3339, such as 2026-10-12T08:00:00Z",
            received=wrong[:3],
        )

    for_each(samples, ask, "no property is a time of a day")


@pytest.mark.check("PLA-E-08", clause="RFC 7946 3.2", strength="should")
def test_ids_are_of_one_type(service, samples):
    """The ids of a collection are all texts or all numbers, in the list and alone."""

    def ask(sample):
        found = [f["id"] for f in sample.walk.features if "id" in f]
        if not found:
            raise Inconclusive("no_data", "no ids")
        alone = document(service.features(sample.collection.item(next(iter(sample.known)))))
        kinds = {isinstance(i, str) for i in (*found, alone.get("id"))}
        assert_that(
            len(kinds) == 1,
            f"ids of '{sample.collection.id}' are texts here and numbers there",
            expected="one type",
            received=[found[0], found[-1], alone.get("id")],
        )

    for_each([s for s in samples if s.known], ask, "no feature has an id")


@pytest.mark.check(
    "PLA-E-09", clause="OGC 17-069r4 /req/core/fc-md-items-links; RFC 8288 3.4.1", strength="should"
)
def test_other_encodings_open(service, samples):
    """Features in the other encodings a collection links to come under that name and are what it says."""

    def ask(sample):
        links = [k for k in sample.collection.links if k.rel == "items" and not k.is_template]
        others = [k for k in links if k.type not in (None, GEOJSON, JSON)]
        if not others:
            raise Inconclusive("no_data", "no other encoding")
        for link in others:
            answer = assert_status(
                service.get(link.href, accept=link.type), 200, what=f"the answer as {link.type}"
            )
            assert_media_type(answer, link.type)
            _assert_opens(answer, link.type)

    if not any(
        k.rel == "items" and k.type not in (None, GEOJSON, JSON)
        for s in samples
        for k in s.collection.links
    ):
        raise NotApplicable("not_offered", "no collection links to another encoding than GeoJSON")
    for_each(samples[:2], ask, "no other encoding")


def _assert_opens(answer, kind):
    """The body is of the media type, as far as its beginning shows."""
    if kind == GEOJSON:
        features_of(answer)
    elif kind.endswith("json"):
        answer.json()
    elif kind == HTML:
        read_page(answer)
    elif kind.endswith("xml"):
        parse(answer)
    elif kind == "text/csv":
        lines = answer.text().strip().splitlines()
        assert_that(
            len(lines) > 1 and any(c in lines[0] for c in ",;\t"),
            "no table with a header",
            expected="CSV",
            received=answer.text()[:80],
        )
    else:
        start = STARTS.get(kind, b"")
        assert_that(
            answer.body and answer.body.startswith(start),
            f"the body is no {kind}",
            expected=repr(start),
            received=repr(answer.body[:16]),
        )
