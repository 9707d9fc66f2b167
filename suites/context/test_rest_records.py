"""Records are found one by one, page by page, and by filters (MIM0 R2.1, R2.2; MIM1 R1.1, R1.2).

Filters are made of values found in the data, and so are the answers they have to give.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that, shown
from mimtest.vocabulary.ngsild import at_rest
from mimtest.vocabulary.rest import filled, id_of, next_of, records_in

pytestmark = pytest.mark.interface("rest")

_PAGES = 40
_SAMPLE = 5
_FEW = 3
_BAD_REQUEST = (400, 404, 422)


def _records(answer):
    found = records_in(assert_status(answer, 200).json())
    assert_that(found is not None, "the answer is no list of records", expected="records")
    return found[1]


def _ids(answer):
    return [id_of(r) for r in _records(answer)]


def _walk(api, path, **params):
    """The ids page by page, and whether the end was reached."""
    answer, pages = api.get(path, **params), []
    for _ in range(_PAGES):
        pages.append(_ids(answer))
        following = next_of(answer)
        if following is None:
            return pages, True
        answer = api.get(following)
    return pages, False


def _with(listings, name):
    """The lists that document a parameter."""
    found = [k for k in listings if name in k.operation.parameters]
    if not found:
        raise Inconclusive("not_offered", f"no list of records documents a parameter '{name}'")
    return found


@pytest.mark.check("CTX-RST-11", clause="MIMs Plus 9.0 MIM1 R1.1", rests_on=("CTX-RST-04",))
def test_every_record_has_an_identifier_of_its_own(api, listings):
    """Over all pages of all lists, every record has an identifier, and no two share one."""
    for listing in listings:
        pages, _ = at_rest(lambda path=listing.name: _walk(api, path))
        ids = [i for page in pages for i in page]
        assert_that(None not in ids, f"{listing.name}: a record has no identifier")
        twice = sorted({i for i in ids if ids.count(i) > 1})
        assert_that(not twice, f"{listing.name}: identifiers stand twice", received=shown(twice))


@pytest.mark.check("CTX-RST-12", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-RST-04",))
def test_a_record_is_found_by_its_identifier(api, listings):
    """A record of a list is found by its identifier, and is the same one."""
    asked = 0
    for listing in listings:
        single = api.beside(listing)
        for record in listing.records[:_SAMPLE] if single else ():
            found = assert_status(api.get(filled(single, id_of(record))), 200).json()
            own = found.get("data", found) if "data" in found else found
            assert_that(
                id_of(own) == id_of(record),
                "another record",
                expected=id_of(record),
                received=shown(own),
            )
            asked += 1
    if not asked:
        raise Inconclusive("not_offered", "no path reads one record by its identifier")


@pytest.mark.check("CTX-RST-13", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-RST-12",))
def test_an_unknown_identifier_is_not_found(api, listings, run_id):
    """An identifier that nothing has is not found."""
    single = next((s for s in map(api.beside, listings) if s), None)
    if single is None:
        raise Inconclusive("not_offered", "no path reads one record by its identifier")
    listing = next(k for k in listings if api.beside(k))
    assert_status(api.get(filled(single, id_of(listing.records[0]))), 200)
    assert_status(api.get(filled(single, f"urn:mimtest:nothing:{run_id}")), 404, 410, 400, 422)


@pytest.mark.check("CTX-RST-14", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-04",))
def test_a_page_is_no_longer_than_asked(api, listings):
    """A page has as many records as asked, or fewer where there are no more."""
    for listing in _with(listings, "limit"):
        whole = len(_ids(api.get(listing.name)))
        for limit in (1, 2):
            got = len(_ids(api.get(listing.name, limit=limit)))
            expected = min(limit, whole)
            told = f"{listing.name}?limit={limit}: the page has another length"
            assert_that(got == expected, told, expected=expected, received=got)


@pytest.mark.check("CTX-RST-15", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-14",))
def test_small_pages_visit_every_record_once(api, listings):
    """Following the links through small pages visits the records of large pages, each once."""
    for listing in _with(listings, "limit"):
        at_rest(lambda path=listing.name: _assert_all_visited(api, path))


def _assert_all_visited(api, path):
    large, ended = _walk(api, path, limit=100)
    assert_that(ended, f"{path}: the pages have no end", expected="a last page")
    expected = [i for page in large for i in page]
    small, finished = _walk(api, path, limit=max(1, min(7, len(expected) // _FEW)))
    visited = [i for page in small for i in page]
    twice = sorted({i for i in visited if visited.count(i) > 1})
    assert_that(not twice, f"{path}: small pages repeat records", received=shown(twice))
    if finished:
        assert_same_set(visited, expected, f"{path} in small pages")
    else:
        assert_same_set(
            visited, expected[: len(visited)], f"{path} in small pages, as far as followed"
        )


@pytest.mark.check("CTX-RST-16", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-14",))
def test_an_offset_leaves_out_the_first(api, listings):
    """An offset leaves out as many of the first records."""
    for listing in _with(listings, "offset"):
        whole = _ids(api.get(listing.name))
        for offset in (1, 2):
            got = _ids(api.get(listing.name, offset=offset))
            rest = whole[offset:]
            told = f"{listing.name}?offset={offset}: other records"
            assert_that(got[: len(rest)] == rest, told, expected=shown(rest), received=shown(got))


def _telling(listing):
    """A documented parameter named like a member, with a value some records have and others have not."""
    for name in listing.operation.parameters:
        held = [r[name] for r in listing.records if isinstance(r.get(name), str | int)]
        values = [v for v in held if not isinstance(v, bool) and v != ""]
        if len({str(v) for v in values}) > 1:
            yield name, values[0]


@pytest.mark.check("CTX-RST-17", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-04",))
def test_a_filter_by_value_finds_what_has_the_value(api, listings):
    """A filter by a value found in the data gives the records that have it, and no other."""
    chosen = [(k, n, v) for k in listings for n, v in _telling(k)]
    if not chosen:
        raise Inconclusive(
            "not_offered", "no documented parameter is named like a member of records"
        )
    for listing, name, value in chosen[:_SAMPLE]:
        at_rest(lambda k=listing, n=name, v=value: _assert_filtered(api, k, n, v))


def _assert_filtered(api, listing, name, value):
    now = _records(api.get(listing.name))
    expected = [id_of(r) for r in now if r.get(name) == value]
    found = _records(api.get(listing.name, **{name: value}))
    told = f"{listing.name}?{name}={value}"
    strange = [id_of(r) for r in found if r.get(name) != value]
    assert_that(found and not strange, f"{told} finds others", received=shown(strange))
    missing = sorted(set(expected) - {id_of(r) for r in found})
    complete = next_of(api.get(listing.name, **{name: value})) is None
    assert_that(not complete or not missing, f"{told} misses some", received=shown(missing))


@pytest.mark.check("CTX-RST-18", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-17",))
def test_a_filter_that_cannot_match_finds_nothing(api, listings, run_id):
    """A filter by a value that nothing has finds nothing."""
    chosen = [(k, n) for k in listings for n, v in _telling(k) if isinstance(v, str)]
    if not chosen:
        raise Inconclusive(
            "not_offered", "no documented parameter is named like a member with text"
        )
    for listing, name in chosen[:_SAMPLE]:
        assert_that(_ids(api.get(listing.name)), "there is nothing to filter")
        got = _ids(api.get(listing.name, **{name: f"mimtest {run_id}"}))
        assert_that(not got, f"{listing.name}?{name}=… finds what has not", received=shown(got))


@pytest.mark.check("CTX-RST-19", clause="MIMs Plus 9.0 MIM0 R2.2", rests_on=("CTX-RST-04",))
def test_a_filter_by_place_parts_the_records(api, listings):
    """A box around a record's place finds it; a box at the other end of the world does not."""
    placed = [(k, r) for k in _with(listings, "bbox") for r in k.records if _point(r)]
    if not placed:
        raise Inconclusive("no_data", "no record of a list with 'bbox' has a point")
    listing, record = placed[0]
    lon, lat = _point(record)
    here = f"{lon - 1e-4},{lat - 1e-4},{lon + 1e-4},{lat + 1e-4}"
    there = "-170.1,-70.1,-170.0,-70.0"
    assert_that(
        id_of(record) in _ids(api.get(listing.name, bbox=here)), "the box misses the record"
    )
    got = _ids(api.get(listing.name, bbox=there))
    assert_that(id_of(record) not in got, "a box elsewhere finds the record", received=shown(got))


def _point(record):
    for value in record.values():
        if isinstance(value, dict) and value.get("type") == "Point":
            return value["coordinates"][:2]
    return None


@pytest.mark.check("CTX-RST-20", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-14",))
def test_a_parameter_of_the_wrong_kind_is_refused(api, listings):
    """A page size that is no number, or less than none, is refused as the client's mistake."""
    for listing in _with(listings, "limit")[:1]:
        assert_status(api.get(listing.name, limit=1), 200)
        for wrong in ("abc", "-1"):
            assert_status(api.get(listing.name, limit=wrong), *_BAD_REQUEST)


@pytest.mark.check("CTX-RST-21", clause="MIMs Plus 9.0 MIM0 R2.1", rests_on=("CTX-RST-04",))
def test_lists_are_alike(api, listings):
    """All lists have one envelope, and the same parameters for the page."""
    if len(listings) == 1:
        raise NotApplicable("not_offered", "there is one list of records only")
    for listing in listings:
        assert_status(api.get(listing.name), 200)
    members = {k.name: k.member or "an array" for k in listings}
    assert_that(len(set(members.values())) == 1, "lists differ in form", received=shown(members))
    paging = {"limit", "offset", "page", "pageSize", "size", "cursor", "f"}
    named = {k.name: sorted(paging & k.operation.parameters.keys()) for k in listings}
    alike = len({tuple(v) for v in named.values()}) == 1
    assert_that(alike, "lists differ in the parameters of pages", received=shown(named))


@pytest.mark.check("CTX-RST-22", clause="MIMs Plus 9.0 MIM0 R2.1", rests_on=("CTX-RST-04",))
def test_the_same_question_has_the_same_answer(api, listings):
    """The same list asked three times has the same records in the same order."""
    for listing in listings[:2]:
        at_rest(lambda path=listing.name: _assert_stable(api, path))


def _assert_stable(api, path):
    first = _ids(api.get(path))
    for _ in range(2):
        again = _ids(api.get(path))
        assert_that(again == first, f"{path}: the order changes", expected=first, received=again)
