"""The Simple Query Language: what a filter gives is what the values say.

FIWARE-NGSI v2 2.0, "Simple Query Language". Where a run may write, the values are ours.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsiv2 import assert_error, ids_in
from mimtest.vocabulary.ngsiv2_sample import (
    Column,
    assert_filtered,
    column,
    columns,
    literal,
    metadata_of,
    require,
    value_of,
    with_metadata,
)

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]


def _has(test):
    """A test of values that nothing does not pass."""
    return lambda value: value is not None and test(value)


@pytest.mark.check("CTX-V2-22", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("kind", ["text", "number"])
@pytest.mark.parametrize("operator", ["==", "!="])
def test_equal_and_unequal_part_the_entities(v2_stocks, kind, operator):
    """Equal finds the entities with a value, unequal those with another."""
    chosen = column(v2_stocks, kind)
    value = chosen.middle
    test = _has(lambda v: (v == value) == (operator == "=="))
    assert_filtered(chosen, test, q=f"{chosen.name}{operator}{literal(value)}")


@pytest.mark.check("CTX-V2-23", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("operator", [">", "<", ">=", "<="])
def test_numbers_are_compared(v2_stocks, operator):
    """Greater and less compare numbers as numbers; the value itself belongs to >= and <=."""
    chosen = column(v2_stocks, "number", least=3)
    value = chosen.middle
    tests = {
        ">": lambda v: v > value,
        "<": lambda v: v < value,
        ">=": lambda v: v >= value,
        "<=": lambda v: v <= value,
    }
    for found in _alike(v2_stocks, chosen):
        q = f"{found.name}{operator}{literal(value)}"
        assert_filtered(found, _has(tests[operator]), q=q)


def _alike(stocks, chosen):
    """Every attribute with as many numbers, so that their order as text is another somewhere."""
    return [c for c in columns(stocks, "number", least=3) if c.stock == chosen.stock]


@pytest.mark.check("CTX-V2-24", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("operator", ["==", "!="])
def test_a_range_includes_its_ends(v2_stocks, operator):
    """A range holds everything between its ends, and these themselves."""
    chosen = column(v2_stocks, "number", least=4)
    low, high = chosen.values[1], chosen.values[-2]
    q = f"{chosen.name}{operator}{literal(low)}..{literal(high)}"
    assert_filtered(chosen, _has(lambda v: (low <= v <= high) == (operator == "==")), q=q)


@pytest.mark.check("CTX-V2-25", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("operator", ["==", "!="])
def test_a_list_holds_for_each_of_its_values(v2_stocks, operator):
    """A list of values stands for any of them, and its opposite for none of them."""
    chosen = column(v2_stocks, "text", least=3)
    values = (chosen.values[0], chosen.values[-1])
    q = f"{chosen.name}{operator}{','.join(map(literal, values))}"
    assert_filtered(chosen, _has(lambda v: (v in values) == (operator == "==")), q=q)


@pytest.mark.check("CTX-V2-26", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("pattern", ["whole", "part"])
def test_a_pattern_matches_texts(v2_stocks, pattern):
    """A pattern finds the texts it matches, in whole or in part."""
    chosen = column(v2_stocks, "text")
    value = chosen.middle
    part = value[1:] or value
    tests = {"whole": lambda v: v == value, "part": lambda v: part in v}
    written = {"whole": f"^{value}$", "part": part}[pattern]
    assert_filtered(chosen, _has(tests[pattern]), q=f"{chosen.name}~={written}")


@pytest.mark.check("CTX-V2-27", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("operator", ["", "!"])
def test_existence_parts_the_entities(v2_stocks, operator):
    """A name finds the entities with the attribute, its negation those without."""
    found = (c for k in ("number", "text") for c in columns(v2_stocks, k, least=1) if c.lacking)
    chosen = require(found, "attribute that some of them lack")
    test = (lambda v: v is None) if operator else (lambda v: v is not None)
    assert_filtered(chosen, test, q=f"{operator}{chosen.name}")


@pytest.mark.check("CTX-V2-28", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
def test_statements_hold_together(v2_stocks):
    """Statements with a semicolon between them hold together."""
    chosen = column(v2_stocks, "number", least=3)
    low, high = chosen.values[0], chosen.values[-1]
    q = f"{chosen.name}>{literal(low)};{chosen.name}<{literal(high)}"
    assert_filtered(chosen, _has(lambda v: low < v < high), q=q)


@pytest.mark.check("CTX-V2-29", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
def test_a_colon_is_equal(v2_stocks):
    """A colon stands for equal."""
    chosen = column(v2_stocks, "text")
    q = f"{chosen.name}:{literal(chosen.middle)}"
    assert_filtered(chosen, lambda v: v == chosen.middle, q=q)


@pytest.mark.check("CTX-V2-30", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
def test_what_cannot_match_finds_nothing(v2_stocks, run_id):
    """A filter by a value nobody has, or by an attribute nobody has, finds nothing."""
    chosen = column(v2_stocks, "text")
    assert_filtered(chosen, lambda v: v is not None, q=chosen.name)
    assert_filtered(chosen, lambda _: False, q=f"{chosen.name}=={own_name('none', run_id)}")
    assert_filtered(chosen, lambda _: False, q=own_name("none", run_id))


@pytest.mark.check("CTX-V2-31", clause="NGSI v2 Simple Query Language", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("operator", ["==", "!="])
def test_metadata_is_filtered(v2_stocks, operator):
    """A filter over metadata parts the entities by what is said of an attribute."""
    found = require(with_metadata(v2_stocks), "attribute with metadata that differs")
    stock, name, own, value = found
    chosen = Column(stock, name, tuple(stock.ids), (value,), lacking=True)
    test = _has(lambda v: (v == value) == (operator == "=="))
    mq = f"{name}.{own}{operator}{value}"
    assert_filtered(chosen, test, lambda e: metadata_of(e, name, own), mq=mq)


@pytest.fixture
def filtered(v2_stocks):
    """An attribute that a well-formed filter is taken for: the control of the others."""
    chosen = column(v2_stocks, "text")
    control = f"{chosen.name}=={literal(chosen.middle)}"
    found = ids_in(chosen.stock.ask(chosen.ids, q=control))
    assert_that(found, "a well-formed filter finds nothing")
    return chosen


@pytest.mark.check(
    "CTX-V2-32", clause="NGSI v2 Simple Query Language; Error Responses", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("defect", ["value", "list", "metadata"])
def test_a_malformed_filter_is_refused(filtered, defect):
    """A filter that is not well formed is refused, not left out."""
    name = filtered.name
    asked = {
        "value": {"q": f"{name}=="},
        "list": {"q": f"{name}>1,2"},
        "metadata": {"mq": f"{name}=={literal(filtered.middle)}"},
    }
    assert_error(filtered.stock.ask(filtered.ids, **asked[defect]), 400, "BadRequest")


@pytest.fixture
def own(v2_stocks):
    """The data of our own."""
    (stock,) = v2_stocks
    if not stock.own:
        raise Inconclusive("level", "needs data of our own")
    return stock


def _assert_ours(own, test, **params):
    answer = assert_status(own.ask(**params), 200)
    expected = [e["id"] for e in own.entities if test(e)]
    assert_same_set(ids_in(answer), expected, str(params))


@pytest.mark.check(
    "CTX-V2-33", clause="NGSI v2 Simple Query Language", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("path", ["address.city", "address.at.floor"])
def test_members_of_values_are_filtered(own, path):
    """A path leads to a member of a value, at any depth."""
    held = {
        "address.city": ("Beckum", lambda a: a["city"] == "Beckum"),
        "address.at.floor": ("4", lambda a: a["at"]["floor"] == 4),
    }
    value, test = held[path]
    _assert_ours(own, lambda e: test(value_of(e, "address")), q=f"{path}=={value}")


@pytest.mark.check(
    "CTX-V2-34", clause="NGSI v2 Simple Query Language", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("case", ["text", "number", "comma"])
def test_quotes_make_a_text(own, case):
    """A value in quotes is a text: 20 is no number then, and a comma no separator."""
    asked = {
        "text": ("size=='20'", lambda e: value_of(e, "size") == "20"),
        "number": ("size==20", lambda e: value_of(e, "size") == 20),
        "comma": ("mixture=='light,green'", lambda e: value_of(e, "mixture") == "light,green"),
    }
    q, test = asked[case]
    _assert_ours(own, test, q=q)


@pytest.mark.check(
    "CTX-V2-35", clause="NGSI v2 Simple Query Language", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("values", ["wet", "dry,t3"])
def test_an_array_equals_what_it_includes(own, values):
    """An array equals a value that it includes."""
    wanted = set(values.split(","))
    _assert_ours(own, lambda e: wanted & set(value_of(e, "tags")), q=f"tags=={values}")
