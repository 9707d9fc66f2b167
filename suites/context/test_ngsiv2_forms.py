"""Entities are given out in the form, and with the parts, that a client asks for.

FIWARE-NGSI v2 2.0, "Simplified Entity Representation", "Filtering out attributes and metadata".
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
)
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsiv2 import (
    assert_error,
    assert_normalized,
    assert_same_names,
    attributes_of,
    entities_in,
    entity_in,
    ids_in,
    names_of,
    path_of,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]


@pytest.fixture
def stock(v2_stocks):
    """The first of the entities, of which some have two attributes."""
    if not any(len(names_of(e)) > 1 for e in v2_stocks[0].entities):
        raise Inconclusive("no_data", "the entities have fewer than two attributes")
    if len(v2_stocks[0].entities) < 2:
        raise Inconclusive("no_data", "there are fewer than two entities")
    return v2_stocks[0]


@pytest.fixture
def rich(stock):
    """The entity with the most attributes."""
    return max(stock.entities, key=lambda e: len(names_of(e)))


def _values(entity):
    return {name: a["value"] for name, a in attributes_of(entity).items()}


@pytest.mark.check(
    "CTX-V2-14", clause="NGSI v2 Simplified Entity Representation", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_key_values_are_values_by_name(v2, stock, rich, way):
    """As keyValues an entity has id, type and the values of its attributes by name."""

    def compare():
        if way == "retrieve":
            whole = [entity_in(v2.retrieve(rich["id"], type=rich["type"]))]
            simple = [entity_in(v2.retrieve(rich["id"], type=rich["type"], options="keyValues"))]
        else:
            whole = entities_in(stock.ask())
            simple = entities_in(stock.ask(options="keyValues"))
        expected = {e["id"]: {"id": e["id"], "type": e["type"], **_values(e)} for e in whole}
        assert_equal({e["id"]: e for e in simple}, expected, "the keyValues")

    at_rest(compare)


@pytest.mark.check(
    "CTX-V2-15", clause="NGSI v2 Simplified Entity Representation", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("order", ["forth", "back"])
def test_values_come_in_the_order_asked_for(v2, rich, order):
    """As values an entity is an array of its values, in the order of attrs."""
    names = names_of(rich)[:3]
    asked = names if order == "forth" else names[::-1]

    def compare():
        held = _values(entity_in(v2.retrieve(rich["id"], type=rich["type"])))
        answer = v2.retrieve(rich["id"], type=rich["type"], attrs=",".join(asked), options="values")
        received = json_array(assert_status(answer, 200))
        assert_equal(received, [member(held, n) for n in asked], "the values")

    at_rest(compare)


@pytest.mark.check(
    "CTX-V2-16", clause="NGSI v2 Filtering out attributes and metadata", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("way", ["retrieve", "query", "attributes"])
def test_only_the_attributes_asked_for_are_given(v2, stock, rich, way):
    """With attrs an entity has only the attributes that are named."""
    name = names_of(rich)[0]
    if way == "query":
        found = entities_in(stock.ask([rich["id"]], attrs=name))
        assert_equal(len(found), 1, "the number of entities")
        assert_same_names(found[0], [name], "the entity")
        return
    where = path_of(rich["id"], *(["attrs"] if way == "attributes" else []))
    body = json_object(assert_status(v2.get(where, attrs=name, type=rich["type"]), 200))
    assert_same_names(body, [name], "the entity")


@pytest.mark.check("CTX-V2-17", clause="NGSI v2 Builtin Attributes", rests_on=("CTX-V2-07",))
def test_builtin_attributes_are_given_when_asked_for(v2, rich):
    """The dates of creation and modification are given when asked for, and only then."""
    plain = entity_in(v2.retrieve(rich["id"], type=rich["type"]))
    shown = sorted({"dateCreated", "dateModified"} & set(plain))
    assert_that(not shown, "builtin attributes come unasked", expected="none", received=shown)
    asked = entity_in(
        v2.retrieve(rich["id"], type=rich["type"], attrs="dateCreated,dateModified,*")
    )
    for name in ("dateCreated", "dateModified"):
        held = assert_normalized(member(asked, name, None, "the entity"), name)
        assert_equal(held["type"], "DateTime", f"the type of {name}")
        assert_that(instant(held["value"]), f"{name} is no moment", received=held["value"])
    missing = sorted(set(names_of(plain)) - set(asked))
    assert_that(not missing, "attributes are missing beside the builtin ones", received=missing)


@pytest.mark.check(
    "CTX-V2-18", clause="NGSI v2 Filtering out attributes and metadata", rests_on=("CTX-V2-07",)
)
def test_only_the_metadata_asked_for_is_given(v2, v2_stocks):
    """With metadata an attribute has only the metadata that is named."""
    found = next(_with_metadata(v2_stocks), None)
    if found is None:
        raise Inconclusive("no_data", "no attribute of the entities has metadata")
    entity, name, own = found
    for asked in (own, "mimtest"):
        body = entity_in(v2.retrieve(entity["id"], type=entity["type"], metadata=asked))
        held = assert_normalized(member(body, name, None, "the entity"), name)["metadata"]
        assert_equal(sorted(held), [own] if asked == own else [], f"the metadata of '{name}'")


def _with_metadata(stocks):
    for entity in (e for s in stocks for e in s.entities):
        for name, attribute in entity.items():
            if isinstance(attribute, dict) and attribute.get("metadata"):
                yield entity, name, next(iter(attribute["metadata"]))


@pytest.mark.check("CTX-V2-19", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("way", ["id", "ids", "idPattern", "typePattern"])
def test_entities_are_selected_by_id_and_pattern(v2, stock, way):
    """Identifiers, and patterns of identifiers and types, select the entities that have them."""
    first, *others = stock.ids
    asked = {
        "id": {"id": first},
        "ids": {"id": f"{first},{others[-1]}"},
        "idPattern": {"idPattern": f"^{_escaped(first)}$"},
        "typePattern": {"typePattern": f"^{_escaped(stock.type)}$", "id": ",".join(stock.ids)},
    }
    expected = {"ids": [first, others[-1]], "typePattern": stock.ids}.get(way, [first])
    answer = v2.query(
        limit=20, **({} if way == "typePattern" else {"type": stock.type}), **asked[way]
    )
    assert_same_set(ids_in(answer), expected, f"what {way} selects")


def _escaped(text):
    return text.replace(".", "[.]").replace("+", "[+]")


@pytest.mark.check("CTX-V2-20", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("name", ["id", "type"])
def test_a_pattern_and_its_exact_twin_exclude_each_other(v2, stock, name):
    """An exact value and a pattern for the same member are refused together."""
    exact = {"id": stock.ids[0], "type": stock.type}[name]
    assert_status(v2.query(**{name: exact}), 200, what=f"a query by {name}")
    assert_status(v2.query(**{f"{name}Pattern": ".*"}), 200, what="a query by pattern")
    answer = v2.query(**{name: exact, f"{name}Pattern": ".*"})
    assert_error(answer, 400, "BadRequest")


@pytest.mark.check(
    "CTX-V2-21",
    clause="NGSI v2 Simplified Entity Representation",
    level="writes",
    rests_on=("CTX-V2-65",),
)
def test_unique_values_come_once(v2, v2_room):
    """As unique values an entity is an array in which no value comes twice."""
    twice = {"first": {"value": "same"}, "second": {"value": "same"}, "third": {"value": "other"}}
    where = f"/entities/{v2_room['id']}"
    assert_status(v2.send("POST", f"{where}/attrs", twice), 204)
    names = "first,second,third"

    def look():
        every = json_array(assert_status(v2.get(where, attrs=names, options="values"), 200))
        once = json_array(assert_status(v2.get(where, attrs=names, options="unique"), 200))
        assert_equal(every, ["same", "same", "other"], "the values")
        assert_equal(sorted(map(str, once)), ["other", "same"], "the unique values")

    at_rest(look)
