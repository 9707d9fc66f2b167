"""Entities are selected by type, by identifiers and by patterns of these (GS CIM 009 5.7.2)."""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_that,
)
from mimtest.vocabulary.ngsild import entities_in, has_type, ids_in, own_id
from mimtest.vocabulary.ngsild_filters import numbers
from mimtest.vocabulary.ngsild_places import shapes_of, telling
from mimtest.vocabulary.ngsild_query import query_by_post
from mimtest.vocabulary.ngsild_stock import PAGE
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def shelves(request, stock):
    """Where there are entities to read: under our own types, and under those of the target file."""
    ours = [(stock.broker, name) for name in stock.types]
    try:
        samples = request.getfixturevalue("samples") if stock.own else ()
    except Inconclusive:
        samples = ()
    return ours + [(request.getfixturevalue("reader"), s.type) for s in samples]


@pytest.mark.check("CTX-QRY-01", clause="GS CIM 009 5.7.2", since="1.3.1")
def test_a_query_by_type_gives_entities_of_that_type(stock, shelves, run_id):
    """A query by type gives the entities of that type and no other, and none for an unused type."""
    for broker, name in shelves:
        found = entities_in(broker.query(type=name, limit=PAGE))
        assert_that(found, f"no {name} is found any more", expected="entities")
        others = [e["id"] for e in found if not has_type(e, name)]
        assert_that(not others, "entities of another type", expected=name, received=others)
    for name in stock.types:
        at_rest(lambda n=name: _assert_there(stock, n))
    assert_equal(ids_in(stock.broker.query(type=f"MtNothing{run_id}")), [], "what a new type has")
    if stock.own:
        other = stock.types[0].upper()
        assert_equal(ids_in(stock.broker.query(type=other)), [], "what a type in capitals has")


def _assert_there(stock, name):
    known = [e["id"] for e in stock.now(name)]
    assert_same_set(ids_in(stock.query(name)), known, f"the entities of type {name}")


@pytest.fixture
def one(stock):
    """A type and the identifier of one of its entities, seen to find it: the control of refusals."""
    name = stock.types[0]
    known = stock.ids(name)[0]
    assert_same_set(ids_in(stock.broker.query(type=name, id=known)), [known], "the entity")
    return name, known


@pytest.mark.check(
    "CTX-QRY-02", clause="GS CIM 009 5.7.2.4", since="1.3.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.usefixtures("one")
def test_a_query_for_everything_is_refused(stock):
    """A query that names neither type nor attribute nor filter is refused as too wide."""
    assert_problem(stock.broker.query(), status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-QRY-03", clause="GS CIM 009 5.7.2.4", since="1.5.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.parametrize("by", ["q", "georel", "attrs"])
def test_a_filter_is_enough_without_a_type(stock, by):
    """A query that names no type, but a filter by value, place or attribute, is answered."""
    column = stock.column("point") if by == "georel" else numbers(stock, 2).column
    at_rest(lambda: _assert_answered(stock, column, by))


def _assert_answered(stock, column, by):
    now = stock.now(column.type, column.ids)
    params, expected = _filter(stock, column, by, now)
    asked = {"id": ",".join(e["id"] for e in now), "limit": PAGE}
    assert_same_set(ids_in(stock.broker.query(**asked, **params)), expected, f"a query by {by}")


def _filter(stock, column, by, now):
    """A filter and the entities it finds; some and not all, where there are any to tell apart."""
    if by == "georel":
        shapes = shapes_of(column, now)
        place = telling("within", "Polygon", shapes.values())
        near = [i for i, shape in shapes.items() if place.holds("within", shape)]
        return place.params("within", column.name), near
    if by == "attrs":
        return {"attrs": column.name}, [e["id"] for e in now if column.name in e]
    term = numbers(stock, 2).term(">=", numbers(stock, 2).middle)
    return {"q": term.text}, [e["id"] for e in now if term.holds(e)]


@pytest.mark.check(
    "CTX-QRY-04",
    clause="GS CIM 009 5.7.2.4",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-QRY-05",),
)
def test_a_query_by_identifier_alone_finds_no_other(stock, one, reading):
    """A query that names an identifier and nothing else is too wide, or finds that entity alone."""
    _, known = one
    answer = stock.broker.query(id=known)
    if answer.status == 200:
        assert_same_set(ids_in(answer), [known], "what an identifier alone finds")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    reading("A12", "answered" if answer.status == 200 else "refused")


@pytest.fixture
def three(stock):
    """A type, and the identifiers of three of its entities."""
    name = max(stock.types, key=lambda t: len(stock.of(t)))
    if len(stock.of(name)) < 3:
        raise Inconclusive("no_data", "there are no three entities of one type")
    return name, stock.ids(name)[:3]


@pytest.mark.check("CTX-QRY-05", clause="GS CIM 009 5.7.2", since="1.3.1", rests_on=("CTX-QRY-01",))
def test_a_query_by_identifiers_gives_those_entities(stock, three, run_id):
    """A query for two known identifiers and an unknown one gives the two entities."""
    name, (first, _, third) = three
    asked = ",".join((first, own_id("Nothing", run_id), third))
    found = ids_in(stock.broker.query(type=name, id=asked))
    assert_same_set(found, [first, third], "the entities")


@pytest.mark.check(
    "CTX-QRY-06", clause="GS CIM 009 5.7.2.4", since="1.3.1", rests_on=("CTX-QRY-05",)
)
def test_a_query_by_what_is_no_uri_is_refused(stock, one):
    """A query for an identifier that is no URI is refused as bad request data."""
    name, _ = one
    answer = stock.broker.query(type=name, id="no uri at all")
    assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check("CTX-QRY-07", clause="GS CIM 009 5.7.2", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("fit", ["one", "beginning", "none", "other case"])
def test_a_pattern_selects_identifiers(stock, three, fit):
    """A query with a pattern gives the entities whose whole identifier it fits."""
    name, (first, *_) = three
    begun = _literally(first[:-1])
    pattern = {"one": f"^{_literally(first)}$", "beginning": f"^{begun}.*$", "none": f"^{begun}$"}
    pattern["other case"] = f"^{_literally(first.upper())}$"
    at_rest(lambda: _assert_fitting(stock, name, pattern[fit]))


def _literally(text):
    """A regular expression for a text, whatever the dialect."""
    return re.sub(r"[^\w:/#-]", lambda m: "." if m[0] in "^\\" else f"[{m[0]}]", text)


def _assert_fitting(stock, name, pattern):
    found = ids_in(stock.broker.query(type=name, idPattern=pattern, limit=PAGE))
    others = [i for i in found if not re.search(pattern, i)]
    assert_that(not others, "identifiers that do not fit", expected=pattern, received=others)
    fitting = [e["id"] for e in stock.now(name) if re.search(pattern, e["id"])]
    if len(found) < PAGE:
        known = [i for i in found if i in fitting]
        assert_same_set(known, fitting, f"those whose identifier fits {pattern}")


@pytest.mark.check(
    "CTX-QRY-08", clause="GS CIM 009 5.2.33", since="1.3.1", rests_on=("CTX-QRY-07", "CTX-QRY-59")
)
def test_an_identifier_goes_before_a_pattern(stock, three):
    """Of an identifier and a pattern that fits another entity, a query heeds the identifier."""
    name, (first, second, _) = three
    selector = {"type": name, "id": first, "idPattern": f"^{_literally(second)}$"}
    for left_out, expected in (("idPattern", first), ("id", second), (None, first)):
        asked = {k: v for k, v in selector.items() if k != left_out}
        answer = query_by_post(stock.broker, {"type": "Query", "entities": [asked]})
        assert_same_set(ids_in(answer), [expected], f"what {' and '.join(asked)} select")
