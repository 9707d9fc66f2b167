"""Entities come in full, concise and simplified form, and say the same in each (GS CIM 009 4.5.1 to 4.5.4).

Forms are computed from what we sent, or in a run that only reads from the normalized form.
"""

from dataclasses import replace

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member
from mimtest.vocabulary.ngsild import entities_in, entity_in, own_id, own_name
from mimtest.vocabulary.ngsild_forms import (
    assert_concise,
    assert_simplified,
    settled,
    simplified,
    simplified_before,
)
from mimtest.vocabulary.ngsild_normalized import (
    assert_normalized,
    assert_well_formed,
    bare_names,
    is_bare,
    known,
    only,
    pick,
    richest,
    type_of,
)
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")


def _shown(stock, entity, way, **options):
    if way == "retrieve":
        return entity_in(stock.broker.retrieve(entity["id"], **options))
    found = entities_in(stock.query(type_of(entity), [entity["id"]], **options))
    mine = [e for e in found if e["id"] == entity["id"]]
    assert_that(len(mine) == 1, "the entity is not found once", expected=entity["id"])
    return mine[0]


@pytest.mark.check("CTX-REP-01", clause="GS CIM 009 4.5.1", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("way", ["retrieve", "query", "all"])
def test_the_full_form_says_the_kind_of_each_attribute(stock, way, reading):
    """In full, every attribute has one of the known types, the member that goes with it, and its value."""
    if way == "all":
        at_rest(lambda: _assert_all_full(stock, reading))
        return
    for entity in richest(stock):
        at_rest(lambda one=entity: _assert_full(stock, one, way, reading))


def _assert_all_full(stock, reading):
    """In one answer, no entity has anything of another that is poorer or richer."""
    shown = {e["id"]: e for e in entities_in(stock.query(stock.types[0]))}
    assert_that(shown, "no entity is found", expected=stock.types[0])
    for entity in (e for e in stock.of(stock.types[0]) if e["id"] in shown):
        assert_normalized(shown[entity["id"]], known(stock, entity, reading))


def _assert_full(stock, entity, way, reading):
    shown = _shown(stock, entity, way)
    assert_well_formed(shown, reading)
    assert_normalized(shown, known(stock, entity, reading))


@pytest.mark.check("CTX-REP-02", clause="GS CIM 009 4.5.4", since="1.3.1", rests_on=("CTX-REP-01",))
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_the_simplified_form_has_the_same_values(stock, way, reading):
    """The simplified form has each attribute's value, target or geometry, the same as in full."""
    entity, _ = pick(stock, is_bare, "plain attribute")
    at_rest(lambda: _assert_simple(stock, entity, way, reading, options="keyValues"))


def _assert_simple(stock, entity, way, reading, **options):
    full = known(stock, entity, reading)
    bare = bare_names(full)
    assert_that(bare, "no plain attribute is there any more", expected="attributes")
    assert_simplified(_shown(stock, entity, way, **options), only(full, bare), reading)


_ALIKE = {
    "simplified": assert_simplified,
    "keyValues": assert_simplified,
    "concise": assert_concise,
    "normalized": lambda shown, full, _: assert_normalized(shown, full),
}


@pytest.mark.check("CTX-REP-03", clause="GS CIM 009 6.3.7", since="1.8.1", rests_on=("CTX-REP-01",))
@pytest.mark.parametrize("format", _ALIKE)
def test_a_format_is_asked_for_by_its_name(stock, format, reading):
    """The parameter `format` gives the form it names, the same as `options` does with that name."""
    entity, _ = pick(stock, is_bare, "plain attribute")
    at_rest(lambda: _assert_format(stock, entity, format, reading))


def _assert_format(stock, entity, format, reading):
    full = known(stock, entity, reading)
    shown = _shown(stock, entity, "retrieve", format=format)
    _ALIKE[format](shown, only(full, bare_names(full)), reading)
    twin = _shown(stock, entity, "retrieve", options=format)
    for name in bare_names(full):
        held = member(shown, name, None, f"format={format}")
        other = member(twin, name, None, f"options={format}")
        assert_equal(settled(held), settled(other), f"the attribute '{name}' by options")


@pytest.mark.check(
    "CTX-REP-04", clause="GS CIM 009 4.5.2.3", since="1.6.1", rests_on=("CTX-REP-01",)
)
def test_the_concise_form_leaves_out_what_can_be_inferred(stock, reading):
    """The concise form has values without types, and says the same as the full form."""
    for entity in richest(stock):
        at_rest(lambda one=entity: _assert_concise(stock, one, reading))


def _assert_concise(stock, entity, reading):
    full = known(stock, entity, reading)
    assert_concise(_shown(stock, entity, "retrieve", options="concise"), full, reading)


@pytest.mark.check("CTX-REP-06", clause="GS CIM 009 4.5.4", since="1.8.1", rests_on=("CTX-REP-02",))
def test_instances_stand_under_their_datasets_when_simplified(stock, reading):
    """In simplified form an attribute with several instances has a value for each dataset."""
    _assert_simplified(stock, lambda held: len(held) > 1, "attribute with datasets", reading)


def _assert_simplified(stock, fits, what, reading):
    entity, name = pick(stock, fits, what)
    forms = simplified if stock.broker.holds_since("1.8.1") else simplified_before

    def look():
        full = only(known(stock, entity, reading), [name])
        shown = _shown(stock, entity, "retrieve", options="keyValues")
        member(shown, name, None, "the simplified form")
        assert_simplified(shown, full, reading, forms)

    at_rest(look)


def _of(kind):
    return lambda held: (
        len(held) == 1 and held[0].get("type") == kind and "datasetId" not in held[0]
    )


@pytest.mark.check("CTX-REP-07", clause="GS CIM 009 4.5.4", since="1.4.1", rests_on=("CTX-REP-02",))
def test_texts_in_languages_keep_their_tags_when_simplified(stock, reading):
    """In simplified form a text in several languages has the text of each language."""
    _assert_simplified(stock, _of("LanguageProperty"), "text in languages", reading)


@pytest.fixture(scope="session")
def listing(stock, client, run_id):
    """The stock; where it is ours, with a list of relationships besides."""
    if not stock.own:
        return stock
    targets = [f"urn:ngsi-ld:Stop:mt-{n}" for n in (3, 1, 2)]
    route = {"type": "ListRelationship", "objectList": [{"object": t} for t in targets]}
    sent = {"id": own_id("Line", run_id), "type": own_name("MtLine", run_id), "route": route}
    with client.recorder.preparing(client.level):
        assert_status(stock.broker.create(sent), 201, what="creating an entity")
        eventually(lambda: entity_in(stock.broker.retrieve(sent["id"])))
    return replace(stock, entities=(*stock.entities, sent))


@pytest.mark.check("CTX-REP-08", clause="GS CIM 009 4.5.4", since="1.8.1", rests_on=("CTX-REP-02",))
@pytest.mark.parametrize(
    "kind", ["VocabProperty", "JsonProperty", "ListProperty", "ListRelationship"]
)
def test_newer_kinds_of_attributes_are_simplified(stock, kind, reading, request):
    """In simplified form words and raw JSON say what they are, and lists are arrays."""
    held = request.getfixturevalue("listing") if kind == "ListRelationship" else stock
    _assert_simplified(held, _of(kind), kind, reading)
