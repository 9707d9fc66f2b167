"""What can stand in a query's filter, and what cannot (GS CIM 009 4.9, 5.5.7)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_query import query_by_post, quoted, selectors
from mimtest.vocabulary.ngsild_sample import is_plain, plain_names, value_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_DEFECTS = {
    "bracket": "({name}",
    "value": "{name}==",
    "operator": "{name}=====10",
    "end": "{name};",
    "quote": '{name}=="ten',
    "empty": "",
}
_SIGNS = {"quote": '"', "comma": ",", "semicolon": ";", "percent": "%", "letter": ""}


@pytest.fixture
def number(stock):
    """An attribute that a well-formed filter is taken for: the control of the others."""
    column = stock.column("number")
    well_formed = f"({column.name}==10);{column.name}"
    assert_status(stock.query(column.type, column.ids, q=well_formed), 200, what="a filter")
    return column


@pytest.mark.check(
    "CTX-QRY-35", clause="GS CIM 009 5.7.2.4", since="1.3.1", rests_on=("CTX-QRY-01",)
)
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_filter_that_is_not_well_formed_is_refused(stock, number, defect):
    """A filter that is not well formed is refused; an empty one is refused, or taken for none."""
    text = _DEFECTS[defect].format(name=number.name)
    answer = stock.query(number.type, number.ids, q=text)
    if defect == "empty" and answer.status == 200:
        expected = [e["id"] for e in stock.now(number.type, number.ids)]
        assert_same_set(ids_in(answer), expected, "what is found without a filter")
    else:
        assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))


@pytest.mark.check("CTX-QRY-36", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-16",))
@pytest.mark.parametrize("sign", list(_SIGNS))
def test_a_text_is_found_whatever_is_in_it(stock, sign):
    """A filter by a text finds the entity that has it, with quotes, commas and other signs in it."""
    kind, name, value = _text_with(stock, _SIGNS[sign])
    at_rest(lambda: _assert_found_by(stock, kind, name, value))


def _text_with(stock, sign):
    for entity in stock.entities:
        kind = next(t for t in stock.types if entity in stock.of(t))
        for name in plain_names(entity):
            value = value_of(entity, name)
            if isinstance(value, str) and _has(value, sign):
                return kind, name, value
    raise Inconclusive("no_data", f"there is no text with {sign or 'a letter beyond ASCII'}")


def _has(value, sign):
    return sign in value if sign else not value.isascii()


def _assert_found_by(stock, kind, name, value):
    entities = [e for e in stock.now(kind) if is_plain(e, name)]
    ids = [e["id"] for e in entities]
    expected = [e["id"] for e in entities if value_of(e, name) == value]
    found = ids_in(stock.query(kind, ids, q=f"{name}=={quoted(value)}"))
    assert_same_set(found, expected, f"the entities with {quoted(value)}")


@pytest.mark.check(
    "CTX-QRY-37", clause="GS CIM 009 5.5.7", since="1.3.1", rests_on=("CTX-QRY-14", "CTX-QRY-59")
)
def test_the_context_decides_what_a_filter_asks_for(stock, run_id):
    """A name in a filter means what the @context of the query says, not what it is in another."""
    if not stock.own:
        raise Inconclusive("no_data", "the names of data that is not ours are not known in full")
    column = stock.column("number")
    full = f"{DEFAULT_VOCABULARY}{column.name}"
    expected = stock.ids(column.type, lambda e: column.name in e)
    for names, term, holding in (
        ({"warmth": full}, "warmth", expected),
        ({column.name: f"https://mimtest.example/{run_id}#other"}, column.name, []),
    ):
        body = {
            "@context": [names],
            "type": "Query",
            "entities": selectors(stock, column.type),
            "q": term,
        }
        answer = query_by_post(stock.broker, body, limit=20)
        assert_same_set(ids_in(answer), holding, f"what has '{term}'")
