"""Records are found by filters: by a value they have, and by where they are (MIM0 R2.2).

Filters are made of values found in the data, and so are the answers they have to give.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that, shown
from mimtest.vocabulary.rest import documenting
from mimtest.vocabulary.rest_records import id_of, ids_of, next_of, records_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("rest")

_SAMPLE = 5
_REFUSED = (400, 404, 422)
#: Parameters that say how records are given, whatever members of records are called.
_PAGING = {"limit", "offset", "page", "size", "count", "cursor", "sort", "order"}
_FORM = {"f", "format", "fields", "lang", "language", "locale", "crs", "version", "depth"}
_MEASURE = {"radius", "distance", "date", "time", "datetime", "timestamp", "since", "until"}
_NO_FILTERS = _PAGING | _FORM | _MEASURE


def _telling(listing):
    """A documented parameter named like a member, with a value some records have and others have not."""
    for name in listing.operation.parameters.keys() - _NO_FILTERS:
        held = [r[name] for r in listing.records if isinstance(r.get(name), str | int)]
        values = [v for v in held if not isinstance(v, bool) and v != ""]
        if len({str(v) for v in values}) > 1:
            yield name, values[0]


@pytest.mark.check("CTX-RST-17", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-04",))
def test_a_filter_by_value_finds_what_has_the_value(api, listings):
    """A filter by a value found in the data gives the records that have it, in whole or in part."""
    chosen = [(k, n) for k in listings for n, _ in sorted(_telling(k))]
    if not chosen:
        raise Inconclusive(
            "not_offered", "no documented parameter is named like a member of records"
        )
    for listing, name in chosen[:_SAMPLE]:
        at_rest(lambda k=listing, n=name: _assert_filtered(api, k, n))


def _assert_filtered(api, listing, name):
    now = records_of(api.get(listing.name))
    held = [r[name] for r in now if isinstance(r.get(name), str | int) and r[name] != ""]
    if len(set(held)) < 2:
        raise Inconclusive("no_data", f"all records of {listing.name} have the same '{name}' now")
    value = held[0]
    answer = api.get(listing.name, **{name: value})
    found = records_of(answer)
    told = f"{listing.name}?{name}={value}"
    strange = [id_of(r) for r in found if not _fits(r.get(name), value)]
    assert_that(found and not strange, f"{told} finds others", received=shown(strange))
    expected = {id_of(r) for r in now if r.get(name) == value}
    missing = sorted(expected - {id_of(r) for r in found})
    complete = next_of(answer) is None and len(found) < len(now)
    assert_that(not complete or not missing, f"{told} misses some", received=shown(missing))


def _fits(held, value):
    """Whether a value is the one asked for; a text may hold it, in letters of another size."""
    if isinstance(held, str) and isinstance(value, str):
        return value.casefold() in held.casefold()
    return held == value


@pytest.mark.check("CTX-RST-18", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-17",))
def test_a_filter_that_cannot_match_finds_nothing(api, listings, run_id):
    """A filter by a value that nothing has finds nothing, or is refused as no value there is."""
    chosen = [(k, n) for k in listings for n, v in sorted(_telling(k)) if isinstance(v, str)]
    if not chosen:
        raise Inconclusive(
            "not_offered", "no documented parameter is named like a member with text"
        )
    for listing, name in chosen[:_SAMPLE]:
        assert_that(ids_of(api.get(listing.name)), "there is nothing to filter")
        answer = api.get(listing.name, **{name: f"mimtest {run_id}"})
        if answer.status in _REFUSED:
            continue
        got = ids_of(assert_status(answer, 200, *_REFUSED))
        assert_that(not got, f"{listing.name}?{name}=… finds what has not", received=shown(got))


@pytest.mark.check("CTX-RST-19", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-04",))
def test_a_filter_by_place_parts_the_records(api, listings):
    """A box around a record's place finds it; a box at the other end of the world does not."""
    placed = [k for k in documenting(listings, "bbox") if any(map(_point, k.records))]
    if not placed:
        raise Inconclusive("no_data", "no record of a list with 'bbox' has a point")
    at_rest(lambda: _assert_boxed(api, placed[0]))


def _assert_boxed(api, listing):
    record = next((r for r in records_of(api.get(listing.name)) if _point(r)), None)
    if record is None:
        raise Inconclusive("no_data", f"no record of {listing.name} has a point any more")
    lon, lat = _point(record)
    found = api.get(
        listing.name, bbox=_box(listing, lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
    )
    beyond = next_of(found) is not None
    told = "the box misses the record"
    assert_that(beyond or id_of(record) in ids_of(found), told, expected=id_of(record))
    got = ids_of(api.get(listing.name, bbox=_box(listing, -170.1, -70.1, -170.0, -70.0)))
    assert_that(id_of(record) not in got, "a box elsewhere finds the record", received=shown(got))


def _box(listing, *corners):
    """The corners in the style that is documented: an array of several fields, else with commas."""
    parameter = listing.operation.parameters["bbox"]
    schema = parameter.get("schema")
    is_array = isinstance(schema, dict) and schema.get("type") == "array"
    apart = is_array and parameter.get("style", "form") == "form" and parameter.get("explode", True)
    return [*corners] if apart else ",".join(map(str, corners))


def _point(record):
    for value in record.values():
        if isinstance(value, dict) and value.get("type") == "Point":
            at = value.get("coordinates")
            numbers = isinstance(at, list) and len(at) > 1
            return at[:2] if numbers and all(isinstance(c, int | float) for c in at[:2]) else None
    return None
