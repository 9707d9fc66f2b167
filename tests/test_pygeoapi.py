"""The places suite against a real server: what it says of pygeoapi has to be true."""

import pytest

pytest.importorskip("pygeoapi", reason="pygeoapi is not installed (extra 'test')")

from tests.pygeoapi_server import pygeoapi, target_of
from tests.real_servers import Rows, checks_of, having

#: Where pygeoapi does not do what the standard says, and why that is so.
DEVIATIONS = {
    "PLA-C-26": "A box of six numbers is a server error (/req/core/fc-bbox-definition: four or six).",
    "PLA-C-27": "A box over the antimeridian finds nothing (17-069r4 7.15.3: west may be greater than east).",
    "PLA-C-28": "bbox=160,-50,170,160 gets 200, though 17-069r4 7.15.3 says of just this latitude "
    "that the server returns an error, and /req/core/query-param-invalid which: 400.",
    "PLA-C-31": "The TinyDB provider compares times as text: 08:00:00+02:00 does not find 06:00:00Z, "
    "the same instant by RFC 3339 (/req/core/fc-time-definition); and the GeoJSON provider does not "
    "look at 'datetime', though the collection has a temporal extent (/req/core/fc-time-response A).",
    "PLA-D-04": "The link 'items' names application/geo+json, application/json comes (RFC 8288 3.4.1).",
    "PLA-D-08": "It has no CORS headers unless it is told to (17-069r4 7.8, a recommendation).",
    "PLA-E-01": "Asked for application/geo+json it answers with application/json "
    "(/req/geojson/definition A).",
    "PLA-F-03": "Lists and truth values among the properties are 'string' and 'integer' by its queryables.",
    "PLA-F-04": "The TinyDB provider compares what is asked for as text: pm10=31.0 does not find 31.0.",
    "PLA-F-39": "'$id' of the queryables has '?f=json' (19-079r2 /req/queryables/get-queryables-response B).",
    "PLA-F-42": "pm10=mimtest gets 200, though its API definition has pm10 as a number.",
    "PLA-F-46": "Lists, objects and truth values are 'string' or 'integer' by its schemas (23-058).",
}

#: What it does not have, by its own words or its data.
NOT_OFFERED = {
    "PLA-C-33": "Its API definition has the free-form parameter 'vendorSpecificParameters'.",
    "PLA-E-21": "Its API definition refers to a schema of features elsewhere.",
    "PLA-G-03": "No line is among the places.",
    "PLA-G-14": "It gives no 'bbox'.",
    "PLA-G-23": "No position has a height.",
    "PLA-G-24": "No geometry is a collection.",
    "PLA-P-04": "The identifiers are URNs.",
    "PLA-X-05": "Each collection has its own list of reference systems.",
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What became of the checks of the places suite, by id."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    with pygeoapi(folder) as base:
        return checks_of(folder, target_of(base, "MIM7"), "places")


def test_just_the_known_deviations_fail(rows):
    assert having(rows, "failed") == set(DEVIATIONS)


def test_just_what_it_does_not_have_is_left_aside(rows):
    assert having(rows, "not_applicable", "not_offered") == set(NOT_OFFERED)
    others = having(rows, "not_applicable") - set(NOT_OFFERED)
    assert others == having(rows, "not_applicable", "class_not_declared")


def test_one_run_does_not_show_that_identifiers_last(rows):
    assert having(rows, "inconclusive") == {"PLA-P-05"}


def test_every_other_check_passes(rows):
    passed = having(rows, "passed")
    others = set(DEVIATIONS) | having(rows, "not_applicable") | having(rows, "inconclusive")
    assert passed == rows.keys() - others
    assert len(passed) > 100
