"""Files of GeoJSON: JSON in UTF-8, collections of features with ids of their own, longitude first."""

import pytest

from mimtest.errors import Contradiction, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail, shown
from mimtest.vocabulary.file_places import area_of, assert_order, exchanged
from mimtest.vocabulary.geofiles import json_records
from mimtest.vocabulary.geojson import assert_feature, assert_feature_collection
from mimtest.vocabulary.geojson_pieces import positions
from mimtest.vocabulary.geojson_places import points
from mimtest.vocabulary.samples import identifier

pytestmark = pytest.mark.interface("file")


@pytest.fixture
def written(file):
    """A file of GeoJSON."""
    return file.require("geojson", "geojson-sequence")


@pytest.mark.check("PLA-G-17", clause="RFC 7946 3.2", level="passive", rests_on=("PLA-G-25",))
def test_features_of_a_file_are_features(drawing):
    """Every feature of a file has a geometry and properties, each null or an object, and an id if any."""
    features = drawing.features
    if not features:
        raise NotApplicable("not_offered", "the file holds no feature")
    for piece in features:
        try:
            assert_feature(piece.json)
        except Contradiction as problem:
            fail(f"{piece.name}: {problem.message}", received=problem.received)


@pytest.mark.check("PLA-G-18", clause="RFC 7946 3.3", level="passive", rests_on=("PLA-G-25",))
def test_a_collection_in_a_file_lists_features(drawing):
    """A collection of features in a file has an array of features and nothing else in it."""
    if not drawing.collections:
        raise NotApplicable("not_offered", "the file holds no collection of features")
    for piece in drawing.collections:
        assert_feature_collection(piece.json)


@pytest.mark.check("PLA-G-21", clause="MIM7 R4.1; RFC 7946 3.2", level="passive")
def test_ids_in_a_file_are_unique(drawing):
    """No two features of a file have the same id."""
    ids = [i for p in drawing.features if (i := identifier(p.json)) is not None]
    if not ids:
        raise NotApplicable("not_offered", "no feature of the file has an id")
    seen = set()
    twice = sorted({i for i in ids if i in seen or seen.add(i)})
    assert_that(not twice, "features share an id", expected="every id once", received=twice[:5])


@pytest.mark.check("PLA-G-22", clause="RFC 7946 3.2; MIM7 R4.1", level="passive", strength="should")
def test_features_in_a_file_have_ids(drawing):
    """Every feature of a file has an id."""
    features = drawing.features
    if not features:
        raise NotApplicable("not_offered", "the file holds no feature")
    without = [p.name for p in features if identifier(p.json) is None]
    assert_that(
        not without,
        f"{len(without)} of {len(features)} features have no id",
        expected="an id",
        received=without[:5],
    )


@pytest.mark.check("PLA-G-25", clause="RFC 7946 2; RFC 8259 2", level="passive")
def test_a_file_of_geojson_is_json(written):
    """A file of GeoJSON is one JSON object of a type of GeoJSON, or a sequence of such objects."""
    for record in json_records(written):
        assert_that(
            isinstance(record, dict) and isinstance(record.get("type"), str),
            "what is to be GeoJSON is no object with a type",
            expected="an object with a member 'type'",
            received=shown(record),
        )


@pytest.mark.check("PLA-G-26", clause="RFC 8259 8.1; RFC 7946 11", level="passive")
def test_a_file_of_geojson_is_plain_utf_8(written):
    """A file of GeoJSON is in UTF-8 and does not start with a byte order mark."""
    body = written.body
    assert_that(
        not body.startswith(b"\xef\xbb\xbf"),
        "the file starts with a byte order mark",
        expected="JSON from the first byte on",
        received="EF BB BF",
    )
    try:
        body.decode()
    except UnicodeDecodeError as error:
        fail("the file is not in UTF-8", expected="UTF-8", received=f"at byte {error.start}")


@pytest.mark.check("PLA-G-27", clause="RFC 8142 2.1", level="passive", strength="may")
def test_a_sequence_has_its_separators(file):
    """Every text of a sequence of GeoJSON follows a record separator and ends with a line feed."""
    body = file.require("geojson-sequence").body
    texts = body.removeprefix(b"\x1e").split(b"\x1e")
    assert_that(
        body.startswith(b"\x1e") and all(t.endswith(b"\n") for t in texts),
        "the texts are not separated as a sequence of GeoJSON is",
        expected="a record separator before each text, a line feed after it",
        received=body[:60].decode(errors="replace"),
    )


@pytest.mark.check("PLA-G-11", clause="RFC 7946 4", level="passive", rests_on=("PLA-G-09",))
def test_a_file_has_longitude_first(drawing, target):
    """The positions of a file lie in the area of its places as they are, and not only the other way round."""
    given = tuple(p for piece in drawing.geometries for p in points(positions(piece)))
    assert_order(area_of(target), given, exchanged(given), given)
