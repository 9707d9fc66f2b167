"""A query joins conditions, and reaches into values, sub-attributes and instances (GS CIM 009 4.9)."""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import attributes_of, ids_in
from mimtest.vocabulary.ngsild_filters import (
    assert_finds,
    assert_finds_in_a_form,
    members,
    numbers,
    parts,
    parts_members,
)
from mimtest.vocabulary.ngsild_q import AllOf, AnyOf, Literal, Term
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_NEVER = "1990-01-01T00:00:00Z"
_LATER = "2990-01-01T00:00:00Z"


@pytest.mark.check("CTX-QRY-27", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
@pytest.mark.parametrize("joined", ["and", "or", "both", "mixed", "brackets", "nested"])
def test_conditions_are_joined_by_and_and_or(stock, joined, reading):
    """Conditions joined by "and" and "or" find what logic says: "and" binds first, brackets before."""
    chosen = numbers(stock, 5)
    low, middle, high = chosen.values[1], chosen.middle, chosen.values[-2]
    least, most = chosen.term("<", low), chosen.term(">", high)
    not_low, not_high = chosen.term(">=", low), chosen.term("<=", middle)
    wide, other = AnyOf((most, not_low)), chosen.term("!=", middle)
    query = {
        "and": AllOf((not_low, not_high)),
        "or": AnyOf((least, most)),
        "both": AnyOf((chosen.term(">", low), chosen.term(">", middle))),
        "mixed": AnyOf((most, AllOf((not_low, not_high)))),
        "brackets": AllOf((wide, not_high)),
        "nested": AllOf((AnyOf((AllOf((wide, not_high)), least)), other)),
    }[joined]
    if joined == "nested" and stock.query(chosen.column.type, q=query.text).status == 400:
        assert_finds(stock, chosen.column, AllOf((wide, not_high)))
        reading("A75", "refused")
    else:
        assert_finds(stock, chosen.column, query)


@pytest.mark.check("CTX-QRY-28", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-16",))
@pytest.mark.parametrize("target", ["member", "deeper", "missing", "unequal"])
def test_a_trailing_path_leads_into_an_object(stock, target):
    """A path in brackets leads to a member inside an object; where it is missing, nothing is there."""
    depth, lacked = 2 if target == "deeper" else 1, target in ("missing", "unequal")
    chosen = members(stock, depth, lacked=lacked)
    sign = {"missing": "", "unequal": "!="}.get(target, "==")
    assert_finds(stock, chosen.column, chosen.term(sign, chosen.middle))


@pytest.mark.check("CTX-QRY-29", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
@pytest.mark.parametrize("target", ["observedAt", "sub-attribute", "inside"])
def test_a_dotted_path_leads_to_a_part_of_an_attribute(stock, target, reading):
    """A path with dots leads to a sub-attribute, into its object, or to the time of observation."""
    if target == "observedAt":
        column, moment = _observed(stock)
        term = Term(f"{column.name}.observedAt", ">=", moment)
        reading("A41", assert_finds_in_a_form(stock, column, term))
    else:
        chosen = parts_members(stock) if target == "inside" else parts(stock)
        assert_finds(stock, chosen.column, chosen.term("==", chosen.middle))


def _observed(stock):
    """A column, and a moment at which one of the values was observed, in the middle of them."""
    column = stock.column("observed")
    held = [i for e in stock.of(column.type) for i in attributes_of(e).get(column.name, [])]
    texts = sorted({i["observedAt"] for i in held if instant(i.get("observedAt"))}, key=instant)
    return column, Literal("DateTime", texts[len(texts) // 2])


@pytest.mark.check(
    "CTX-QRY-30",
    clause="GS CIM 009 5.7.2.4",
    since="1.5.1",
    rests_on=("CTX-QRY-01", "CTX-QRY-18"),
)
@pytest.mark.parametrize("stamp", ["createdAt", "modifiedAt"])
def test_a_query_by_system_times_needs_more_than_that(stock, stamp, reading):
    """A query by when entities were created or modified is answered for a type, and alone refused."""
    name = stock.types[0]
    ids = stock.ids(name)
    bound = Literal("DateTime", _NEVER)
    try:
        at_rest(lambda: _assert_after(stock, name, ids, Term(stamp, ">", bound)))
    except Contradiction:
        bound = Literal("DateTime", _NEVER, quoted=True)
        at_rest(lambda: _assert_after(stock, name, ids, Term(stamp, ">", bound)))
    before = Term(stamp, "<", bound)
    assert_same_set(ids_in(stock.query(name, q=before.text)), [], f"q={before.text}")
    later = Term(stamp, ">", Literal("DateTime", _LATER, quoted=bound.quoted))
    answer = stock.broker.query(q=later.text)
    if answer.status == 200:
        assert_same_set(ids_in(answer), [], f"q={later.text}")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    reading("A66", "answered" if answer.status == 200 else "refused")


def _assert_after(stock, name, ids, term):
    """All that are there were created and modified after a time long ago."""
    there = ids_in(assert_status(stock.query(name, ids), 200))
    assert_same_set(ids_in(stock.query(name, ids, q=term.text)), there, f"q={term.text}")


@pytest.mark.check("CTX-QRY-31", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
@pytest.mark.parametrize("instance", ["default", "named"])
def test_any_instance_of_an_attribute_meets_a_condition(stock, instance):
    """A query for a value finds the entities where one of several instances has it."""
    column = stock.column("several")
    held = [i for e in stock.of(column.type) for i in attributes_of(e).get(column.name, [])]
    wanted = [i.get("value") for i in held if ("datasetId" in i) == (instance == "named")]
    plain = (v for v in wanted if isinstance(v, int | str) and not isinstance(v, bool))
    assert_finds(stock, column, Term(column.name, "==", next(plain, 0)))
