"""Nothing is lost and nothing comes twice between the pages of an answer.

GS CIM 009 5.5.9, 6.3.10.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    shown,
)
from mimtest.vocabulary.ngsild import JSON, entities_in, ids_in, next_page
from mimtest.vocabulary.ngsild_conditions import assert_pages_kept, by_number, by_place
from mimtest.vocabulary.ngsild_paging import Walk, count_of, link_to, shelves_of, walk
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_PAGE = 20
_FEW = 8
_MANY = 100
_BEYOND = 1_000_000


@pytest.fixture
def shelves(request, stock):
    """What is read page by page: the types of the stock, and those of the target file besides."""
    try:
        samples = request.getfixturevalue("samples")
    except Inconclusive:
        samples = ()
    return shelves_of(stock, request.getfixturevalue("reader"), samples)


@pytest.fixture
def shelf(shelves):
    """One of them with five entities or more."""
    return next(_with_five(shelves))


def _with_five(shelves):
    yield from (s for s in shelves if len(s.known()) > 4)
    raise Inconclusive("no_data", "there are no five entities of one type")


@pytest.fixture
def shiftable(shelf):
    """The same, of a broker whose pages begin at an offset."""
    if not shelf.knows_offsets():
        raise NotApplicable("not_offered", "pages are linked by something else than an offset")
    return shelf


@pytest.mark.check("CTX-QRY-51", clause="GS CIM 009 5.5.9", since="1.3.1", rests_on=("CTX-QRY-01",))
def test_every_entity_is_on_one_page(shelves):
    """Following the links from page to page meets every entity of a type once, for every type."""
    for shelf in shelves:
        at_rest(lambda one=shelf: _assert_walked(one))


def _assert_walked(shelf):
    before = shelf.count()
    known = shelf.known()
    exact = shelf.own or len(known) < _PAGE or (before or 0) > len(known)
    plan = Walk.of(max(len(known), before or 0), exact=exact)
    try:
        found, ended = walk(lambda link: shelf.get(link, limit=plan.size), plan, shelf.type)
        if ended:
            _assert_complete(shelf, found, known, before or 0)
        for params in ({}, {"limit": _MANY}):
            _assert_no_dead_end(shelf, **params)
    except AssertionError:
        if not shelf.own and shelf.count() != before:
            detail = f"entities of {shelf.type} come and go while they are read"
            raise Inconclusive("unstable", detail) from None
        raise


def _assert_no_dead_end(shelf, **params):
    """A page that does not hold all, whatever size was asked for, links to a next one."""
    answer = shelf.get(count=True, **params)
    held, counted = len(ids_in(answer)), count_of(answer) or 0
    further = link_to(answer, "next") is not None
    what = f"a page of {held} of {counted} entities of {shelf.type} has no link to the next"
    assert_that(further or held >= counted, what, expected='rel="next"')


def _assert_complete(shelf, found, known, counted):
    lost = sorted(set(known) - set(found))
    assert_that(not lost, f"the pages of {shelf.type} lose some", expected=known, received=lost)
    assert_that(
        len(found) >= counted,
        f"the pages of {shelf.type} end early",
        expected=f"{counted} entities, by the count",
        received=len(found),
    )
    if shelf.own:
        assert_same_set(found, known, f"the entities on all pages of {shelf.type}")


@pytest.mark.check(
    "CTX-QRY-52", clause="GS CIM 009 6.3.10", since="1.3.1", rests_on=("CTX-QRY-51",)
)
@pytest.mark.parametrize("asked", ["type", "q", "place"])
def test_pages_are_linked_in_both_directions(request, stock, asked):
    """Pages link to the next and the one before, as the same media type, for the same query."""
    if asked == "type":
        shelf = request.getfixturevalue("shelf")
        at_rest(lambda: _assert_linked(shelf))
    else:
        role, condition = {"q": ("number", by_number), "place": ("point", by_place)}[asked]
        column = stock.column(role)
        at_rest(lambda: assert_pages_kept(stock, column, condition))


def _assert_linked(shelf):
    first = assert_status(shelf.get(limit=2), 200)
    begun = ids_in(first)
    before = link_to(first, "prev")
    assert_that(before is None, "the first page links to one before it", received=before)
    second = assert_status(shelf.get(_link(first, "next")["href"]), 200)
    after = ids_in(second)
    assert_that(after and not set(after) & set(begun), "the second page repeats the first")
    for answer, relation in ((first, "next"), (second, "prev"), (second, "next")):
        link = _link(answer, relation)
        kind = link.get("type", "").partition(";")[0].strip().lower()
        assert_equal(kind, answer.media_type, f"the type of the link to the '{relation}' page")
    back = ids_in(shelf.get(_link(second, "prev")["href"]))
    assert_same_set(back, begun, "the page before the second")


def _link(answer, relation):
    link = link_to(answer, relation)
    links = answer.headers.get("Link", "no Link header")
    assert_that(link, f"no link to the '{relation}' page", expected=relation, received=links)
    return link


@pytest.mark.check(
    "CTX-QRY-53",
    clause="GS CIM 009 5.5.9.2",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-QRY-51",),
)
def test_an_offset_begins_a_page_later(shiftable):
    """With an offset a page begins that many entities later, one entity after the other."""
    at_rest(lambda: _assert_shifted(shiftable))


def _assert_shifted(shelf):
    known = shelf.known()
    until = min(len(known), _FEW)
    order = [ids_in(shelf.get(limit=1, offset=k)) for k in range(until)]
    lengths = [len(page) for page in order]
    assert_equal(lengths, [1] * until, "the numbers of entities on pages of one")
    ids = [page[0] for page in order]
    assert_equal(len(set(ids)), until, "the number of different entities at as many offsets")
    for k in range(until - 1):
        pair = ids_in(shelf.get(limit=2, offset=k))
        assert_same_set(pair, ids[k : k + 2], f"the two entities from offset {k} on")
    if shelf.own and until == len(known):
        assert_same_set(ids, known, "the entities at all offsets")


@pytest.mark.check(
    "CTX-QRY-54",
    clause="GS CIM 009 6.3.10",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-QRY-53",),
)
def test_an_offset_beyond_the_end_is_no_error(shiftable, reading):
    """An offset beyond the last entity gives no entity, or the last one, and is no error."""
    begun = ids_in(shiftable.get(limit=2))
    found = ids_in(shiftable.get(limit=5, offset=_BEYOND))
    assert_that(len(found) < 2, "more than the last entity", expected="at most 1", received=found)
    assert_that(not set(begun) & set(found), "an entity from the beginning", received=found)
    reading("A14", "last" if found else "empty")


@pytest.mark.check("CTX-ACC-07", clause="MIMs Plus 9.0 MIM0 R2.1")
def test_every_type_is_read_in_the_same_way(reader, samples):
    """Every type of entity is read in the same way: same envelope, count, pages and errors."""
    if len(samples) < 2:
        raise Inconclusive("no_data", "fewer than two types of the target file have entities")
    for sample in samples:
        at_rest(lambda name=sample.type: _assert_pages(reader, name))
    errors = {s.type: _error_of(reader, s.type) for s in samples}
    alike = len(set(errors.values())) == 1
    assert_that(alike, "types have different errors", expected="one shape", received=shown(errors))


def _error_of(reader, name):
    """What the error for a page without a size is made of: status, format and members."""
    answer = reader.query(type=name, limit="abc")
    told = not answer.ok and "json" in answer.media_type
    members = json_object(answer) if told else {}
    return answer.status, answer.media_type, *sorted(members)


def _assert_pages(reader, name):
    answer = reader.query(type=name, limit=1, count=True)
    first = entities_in(answer)
    assert_media_type(answer, JSON)
    assert_equal(len(first), 1, f"the number of {name} on a page of one")
    count = answer.headers.get("NGSILD-Results-Count", "")
    assert_that(
        count_of(answer),
        f"{name} is not counted",
        expected="NGSILD-Results-Count with a number",
        received=shown(count),
    )
    whole = reader.query(type=name, limit=_PAGE)
    held = len(entities_in(whole))
    if held < _PAGE and next_page(whole) is None:
        assert_equal(count_of(answer), held, f"the count of {name}, all on one page")
    following = next_page(answer)
    if count_of(answer) == 1:
        assert_that(following is None, f"{name} has a page after the last", received=following)
        return
    assert_that(following, f"{name} has no link to its second page", expected='rel="next"')
    second = entities_in(reader.get(following))
    assert_equal(len(second), 1, f"the number of {name} on the second page")
    assert_that(
        second[0]["id"] != first[0]["id"],
        f"the second page of {name} repeats the first",
        received=first[0]["id"],
    )
