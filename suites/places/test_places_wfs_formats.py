"""Formats of a Web Feature Service: media types as advertised, and GeoJSON beside GML.

WFS 2.0 (OGC 09-025r2), 7.6.3.7 and 8.3.5; GeoJSON (RFC 7946), sections 4 and 11.2.
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail, member
from mimtest.vocabulary.geo import Box, close
from mimtest.vocabulary.geojson import assert_feature_collection, shape_of
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.samples import for_each, identifier
from mimtest.vocabulary.wfs_crs import CRS84, find, moved, tolerance
from mimtest.vocabulary.wfs_features import read_page

pytestmark = pytest.mark.interface("wfs")

SOME = 20
#: Degrees around the globe, for rounding.
GLOBE = Box(-180.0, -90.0, 180.0, 90.0).grown(1e-6)
MOST_FORMATS = 8


def _formats(wfs, kind):
    """The formats features of a type are offered in."""
    return tuple(
        dict.fromkeys((*wfs.capabilities.allowed("GetFeature", "outputFormat"), *kind.formats))
    )


@pytest.mark.check("PLA-W-15", clause="OGC 09-025r2 7.6.3.7, 8.3.5.2", strength="should")
def test_formats_come_as_advertised(wfs, wfs_samples):
    """A format of the capabilities that is a media type is the media type of the answer that was asked for in it."""
    sample = wfs_samples[0]
    named = [f for f in _formats(wfs, sample.kind) if _media_type(f)][:MOST_FORMATS]
    if not named:
        raise NotApplicable("not_offered", "the capabilities list no format as a media type")
    for name in named:
        answer = wfs.features(sample.kind, count=1, outputformat=name)
        if answer.status != 200:
            continue  # that is for the next check
        assert_that(
            answer.media_type == _media_type(name),
            f"OUTPUTFORMAT={name} comes as another media type",
            expected=name,
            received=answer.headers.get("content-type") or "no Content-Type",
        )


def _media_type(name):
    """The media type of a format's name without parameters; empty for a name that is none."""
    plain = name.partition(";")[0].strip().lower()
    return plain if plain.count("/") == 1 and " " not in plain else ""


@pytest.mark.check("PLA-W-35", clause="OGC 09-025r2 7.6.3.7, Table 12")
def test_every_format_advertised_is_answered(wfs, wfs_samples):
    """Features come in every format the capabilities list, GML among them."""
    sample = wfs_samples[0]
    formats = _formats(wfs, sample.kind)
    assert wfs.capabilities.answer.ok
    assert_that(
        not formats or any("gml" in f.lower() or "xml" in f.lower() for f in formats),
        "the capabilities list no format of GML",
        expected="application/gml+xml; version=3.2",
        received=formats,
    )
    for name in formats[:MOST_FORMATS]:
        answer = assert_given(
            wfs.features(sample.kind, count=1, outputformat=name), f"OUTPUTFORMAT={name}"
        )
        assert_that(answer.body, f"OUTPUTFORMAT={name} gives nothing", expected="features")
        if "gml" in name.lower() and "xml" in answer.media_type:
            page = read_page(answer, f"OUTPUTFORMAT={name}")
            assert_that(page.features, f"OUTPUTFORMAT={name} holds no feature")
        elif answer.media_type.endswith("json"):
            document = answer.json()
            if isinstance(document, dict) and document.get("type") == "FeatureCollection":
                features = assert_feature_collection(document)
                assert_that(features, f"OUTPUTFORMAT={name} holds no feature")


def _geojson_of(wfs, kind):
    """The name GeoJSON has among the formats. Raises NotApplicable."""
    formats = _formats(wfs, kind)
    for wanted in ("geo+json", "geojson", "application/json", "json"):
        for name in formats:
            if (
                wanted in name.lower()
                and "callback" not in name.lower()
                and "jsonp" not in name.lower()
            ):
                return name
    raise NotApplicable("not_offered", "the capabilities list no format of GeoJSON")


def _in_geojson(wfs, sample, count=SOME):
    """The answer in GeoJSON, as an object."""
    name = _geojson_of(wfs, sample.kind)
    answer = wfs.features(sample.kind, count=count, outputformat=name)
    document = assert_given(answer, f"OUTPUTFORMAT={name}").json()
    is_other = not isinstance(document, dict) or document.get("type") != "FeatureCollection"
    if is_other and "geo" not in name.lower():
        raise NotApplicable("not_offered", f"what comes as {name} is no GeoJSON")
    return document


@pytest.mark.check("PLA-W-26", clause="RFC 7946 4, 3.3, 3.2", strength="should")
@pytest.mark.parametrize("case", ["features", "no other system", "longitude and latitude"])
def test_geojson_is_longitude_and_latitude(wfs, wfs_samples, case):
    """GeoJSON is a FeatureCollection with positions in longitude and latitude, and names no other system."""

    def ask(sample):
        document = _in_geojson(wfs, sample)
        features = assert_feature_collection(document)
        if case == "features":
            assert_that(features, f"GeoJSON of {sample.kind.name} holds no feature")
            for feature in features:
                member(feature, "properties", what="a feature")
                member(feature, "geometry", what="a feature")
        elif case == "no other system":
            crs = document.get("crs")
            assert_that(
                crs is None or "CRS84" in str(crs),
                "GeoJSON names a reference system, which RFC 7946 has left out",
                expected="no member 'crs'",
                received=crs,
            )
        else:
            _assert_on_the_globe(sample, features)

    for_each(wfs_samples, ask, "no places")


def _assert_on_the_globe(sample, features):
    shapes = [s for f in features if (s := shape_of(f.get("geometry"))) and s.positions]
    if not shapes:
        raise Inconclusive("no_data", "no places")
    outside = [p for s in shapes for p in s.positions if not GLOBE.holds(p)]
    assert_that(
        not outside,
        f"GeoJSON of {sample.kind.name} has positions that are no longitude and latitude",
        expected="numbers from -180 to 180 and from -90 to 90",
        received=outside[:2],
    )


@pytest.mark.check("PLA-W-31", clause="OGC 09-025r2 11.3.3.2; RFC 7946 4")
def test_two_formats_have_the_same_places(wfs, wfs_samples):
    """Features lie at the same places in GeoJSON as in GML."""

    def ask(sample):
        document, shared = _shared(wfs, sample)
        if not sum(_assert_same_place(sample, i, f, document) for i, f in shared.items()):
            raise Inconclusive("no_data", "no feature to compare")

    for_each(wfs_samples, ask, "no features to compare")


@pytest.mark.check("PLA-W-37", clause="RFC 7946 3.2; OGC 09-025r2 7.2.2", strength="should")
def test_two_formats_have_the_same_identifiers(wfs, wfs_samples):
    """Features have the same identifiers in GeoJSON as in GML."""

    def ask(sample):
        document, shared = _shared(wfs, sample)
        features = assert_feature_collection(document)
        if not features or not sample.known:
            raise Inconclusive("no_data", "no features with identifiers")
        assert_that(
            shared or not sample.ended,
            f"GeoJSON of {sample.kind.name} has other identifiers than GML",
            expected=list(sample.known)[:3],
            received=[identifier(f) for f in features[:3]],
        )

    for_each(wfs_samples, ask, "no features to compare")


def _shared(wfs, sample):
    """A document in GeoJSON, and its features that are in the sample, by their identifiers."""
    document = _in_geojson(wfs, sample)
    features = {identifier(f): f for f in assert_feature_collection(document)}
    return document, {i: f for i, f in features.items() if i in sample.known}


def _assert_same_place(sample, name, feature, document):
    """A feature lies at one place in both; whether there was something to compare."""
    known = sample.known[name].place
    try:
        given = shape_of(feature.get("geometry"))
    except Contradiction:
        return False
    if known is None or known.shape is None or given is None or sample.system is None:
        return False
    target = _stated(document) or find(CRS84)
    wanted = [moved(s, sample.system, target) for s in sample.system.orders(known.shape)]
    wanted = [w for w in wanted if w]
    if not wanted:
        return False
    allowed = tolerance(given.positions, known.shape.positions, sample.system, target)
    options = [
        o.positions for w in wanted for o in ((w, _turned(w)) if _stated(document) else (w,))
    ]
    if not any(close(given.positions, o, allowed) for o in options):
        fail(
            f"'{name}' lies elsewhere in GeoJSON than in GML",
            expected=f"{options[0][:3]} within {allowed:.2g}",
            received=given.positions[:3],
        )
    return True


def _stated(document):
    """The system of an old `crs` member, whose axes are in the order of the software."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return find(name) if isinstance(name, str) else None


def _turned(shape):
    return shape.moved(lambda line: tuple((y, x) for x, y in line))
