"""Records are found one by one and page by page (MIM0 R2.1; MIM1 R1.1, R1.2)."""

from collections import Counter

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that, shown
from mimtest.vocabulary.rest import documenting, filled, key_of
from mimtest.vocabulary.rest_records import holds, id_of, ids_of, next_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("rest")

_PAGES = 40
_SAMPLE = 5
_FEW = 3
_BAD_REQUEST = (400, 404, 422)
_GONE = (404, 410)


def _walk(api, path, **params):
    """The ids page by page, and whether the end was reached."""
    answer, pages = api.get(path, **params), []
    for _ in range(_PAGES):
        pages.append(ids_of(answer))
        following = next_of(answer)
        if following is None:
            return pages, True
        answer = api.get(following)
    return pages, False


def _steadily(api, path, look):
    """What is looked at in a list holds, unless records come and go meanwhile."""
    before = set(ids_of(api.get(path)))
    try:
        at_rest(look)
    except AssertionError:
        if set(ids_of(api.get(path))) != before:
            raise Inconclusive("unstable", f"records of {path} come and go") from None
        raise


def _taken(api, listing, sizes):
    """The first of these page sizes that is documented, or not ruled out, and taken."""
    least, most = listing.operation.limits()
    fitting = [min(max(n, least), most) for n in sizes]
    return next((n for n in fitting if api.get(listing.name, limit=n).ok), fitting[0])


@pytest.mark.check("CTX-RST-11", clause="MIMs Plus 9.0 MIM1 R1.1", rests_on=("CTX-RST-04",))
@pytest.mark.usefixtures("listings")
def test_every_record_has_an_identifier_of_its_own(api, lists):
    """Over the pages of all lists, every record has an identifier, and no two share one."""
    named = [k for k in lists if any(id_of(r) is not None for r in k.records)]
    for listing in named:
        _steadily(api, listing.name, lambda path=listing.name: _assert_own(api, path))
    nameless = [k.name for k in lists if k.records and k not in named]
    if nameless:
        detail = f"no identifier is recognised in what is listed at {', '.join(nameless[:5])}"
        raise Inconclusive("needs_review", detail)


def _assert_own(api, path):
    pages, _ = _walk(api, path)
    counted = Counter(i for page in pages for i in page)
    assert_that(None not in counted, f"{path}: a record has no identifier")
    twice = sorted(i for i, n in counted.items() if n > 1)
    assert_that(not twice, f"{path}: identifiers stand twice", received=shown(twice))


@pytest.mark.check("CTX-RST-12", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-RST-04",))
def test_a_record_is_found_by_its_identifier(api, listings):
    """A record of a list is found by its identifier, and is the same one."""
    asked = 0
    for listing in listings:
        single = api.beside(listing)
        for record in listing.records[:_SAMPLE] if single else ():
            key = key_of(single, record)
            if key is not None and _is_found(api, listing, filled(single, key), id_of(record)):
                asked += 1
    if not asked:
        raise Inconclusive("not_offered", "no path reads one record by its identifier")


def _is_found(api, listing, path, own):
    """Whether a record is found, which is then the one that was asked for; it may be gone by now."""
    answer = api.get(path)
    if answer.status in _GONE and own not in ids_of(api.get(listing.name)):
        return False
    found = assert_status(answer, 200).json()
    assert_that(holds(found, own), "another record", expected=own, received=shown(found))
    return True


@pytest.mark.check("CTX-RST-13", clause="MIMs Plus 9.0 MIM1 R1.2", rests_on=("CTX-RST-12",))
def test_an_unknown_identifier_is_not_found(api, listings, run_id):
    """An identifier that nothing has is not found."""
    singles = ((api.beside(k), r) for k in listings for r in k.records[:_SAMPLE] if api.beside(k))
    known = ((single, key_of(single, r)) for single, r in singles if key_of(single, r))
    single = next((s for s, key in known if api.get(filled(s, key)).ok), None)
    if single is None:
        raise Inconclusive("not_offered", "no path reads one record by its identifier")
    assert_status(api.get(filled(single, f"urn:mimtest:nothing:{run_id}")), 404, 410, 400, 422)


@pytest.mark.check("CTX-RST-14", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-04",))
@pytest.mark.usefixtures("mechanism_m1")
def test_a_page_is_no_longer_than_asked(api, listings):
    """A page has at most as many records as asked, and one where there is any."""
    for listing in documenting(listings, "limit"):
        least = _taken(api, listing, (1, 5, 10))
        for limit in (least, least + 1):
            got = len(ids_of(api.get(listing.name, limit=limit)))
            told = f"{listing.name}?limit={limit}: the page has another length"
            assert_that(0 < got <= limit, told, expected=f"1 to {limit}", received=got)


@pytest.mark.check("CTX-RST-15", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-14",))
def test_small_pages_visit_every_record_once(api, listings):
    """Following the links through small pages visits the records of large pages, each once."""
    for listing in documenting(listings, "limit"):
        _steadily(api, listing.name, lambda k=listing: _assert_all_visited(api, k))


def _assert_all_visited(api, listing):
    path = listing.name
    large, ended = _walk(api, path, limit=_taken(api, listing, (100, 50, 20, 10)))
    expected = [i for page in large for i in page]
    size = _taken(api, listing, (max(1, min(7, len(expected) // _FEW)), 5, 10))
    small, finished = _walk(api, path, limit=size)
    visited = [i for page in small for i in page]
    if len(small) == 1 and len(visited) < len(expected):
        raise Inconclusive("not_offered", f"no link leads to the second page of {path}")
    counted = Counter(visited)
    twice = sorted(i for i, n in counted.items() if n > 1)
    assert_that(not twice, f"{path}: small pages repeat records", received=shown(twice))
    if finished and ended:
        assert_same_set(visited, expected, f"{path} in small pages")


@pytest.mark.check("CTX-RST-16", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-14",))
@pytest.mark.usefixtures("mechanism_m1")
def test_an_offset_leaves_out_the_first(api, listings):
    """An offset leaves out as many of the first records."""
    for listing in documenting(listings, "offset"):
        _steadily(api, listing.name, lambda path=listing.name: _assert_left_out(api, path))


def _assert_left_out(api, path):
    whole = ids_of(api.get(path))
    for offset in (1, 2):
        got, rest = ids_of(api.get(path, offset=offset)), whole[offset:]
        told = f"{path}?offset={offset}: other records"
        assert_that(got[: len(rest)] == rest, told, expected=shown(rest), received=shown(got))


@pytest.mark.check(
    "CTX-RST-20", clause="MIMs Plus 9.0 MIM0 M1 3.3", strength="should", rests_on=("CTX-RST-14",)
)
def test_a_parameter_of_the_wrong_kind_is_refused(api, listings):
    """A page size that is no number, or less than none, is refused as the client's mistake."""
    for listing in documenting(listings, "limit")[:1]:
        assert_status(api.get(listing.name, limit=_taken(api, listing, (1, 5, 10))), 200)
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
    paging = {"limit", "offset", "page", "pageSize", "page_size", "size", "cursor"}
    named = {k.name: sorted(paging & k.operation.parameters.keys()) for k in listings}
    alike = len({tuple(v) for v in named.values() if v}) < 2  # a short list needs no pages
    assert_that(alike, "lists differ in the parameters of pages", received=shown(named))


@pytest.mark.check(
    "CTX-RST-22", clause="MIMs Plus 9.0 MIM0 R2.1", strength="should", rests_on=("CTX-RST-04",)
)
def test_the_same_question_has_the_same_answer(api, listings):
    """The same list asked three times has the same records in the same order."""
    for listing in listings[:2]:
        _steadily(api, listing.name, lambda path=listing.name: _assert_stable(api, path))


def _assert_stable(api, path):
    first = ids_of(api.get(path))
    for _ in range(2):
        again = ids_of(api.get(path))
        assert_that(again == first, f"{path}: the order changes", expected=first, received=again)
