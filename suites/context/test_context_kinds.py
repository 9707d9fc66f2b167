"""Each kind of attribute keeps what is its own, also when it is sent concisely (GS CIM 009 4.5.2 to 4.5.24)."""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    member,
    of_type,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild import entities_in, entity_in, own_id, own_name
from mimtest.vocabulary.ngsild_forms import settled
from mimtest.vocabulary.ngsild_normalized import assert_normalized, known, pick, type_of
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def thing(run_id):
    """Makes an entity that nobody has created yet, with one attribute."""

    def make(attribute):
        return {
            "id": own_id("Thing", run_id),
            "type": own_name("MtThing", run_id),
            "trait": attribute,
        }

    return make


def _kept(broker, sent, expected=None):
    """Create the entity; the attribute that is then there, which is as expected, or as sent."""
    assert_status(broker.create(sent), 201)
    known_as = {**sent, "trait": expected or sent["trait"]}

    def look():
        entity = entity_in(broker.retrieve(sent["id"]))
        assert_normalized(entity, known_as, ["trait"])
        return entity["trait"]

    held = eventually(look)
    return held[0] if isinstance(held, list) and len(held) == 1 else held


def _assert_refused(broker, sent):
    assert_problem(broker.create(sent), status=400, kind="BadRequestData")
    assert_status(broker.retrieve(sent["id"]), 404)


_POINT = {"type": "Point", "coordinates": [7.9, 51.6]}
_ROOM = "urn:ngsi-ld:Room:mt-1"
_CONCISE = {
    "value": (12.5, {"type": "Property", "value": 12.5}),
    "unit": (
        {"value": 12.5, "unitCode": "CEL"},
        {"type": "Property", "value": 12.5, "unitCode": "CEL"},
    ),
    "object": ({"object": _ROOM}, {"type": "Relationship", "object": _ROOM}),
    "geometry": (_POINT, {"type": "GeoProperty", "value": _POINT}),
    "languages": (
        {"languageMap": {"en": "hall", "de": "Saal"}},
        {"type": "LanguageProperty", "languageMap": {"en": "hall", "de": "Saal"}},
    ),
}


@pytest.mark.check(
    "CTX-REP-05", clause="GS CIM 009 4.5.2.3", level="writes", since="1.6.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("form", _CONCISE)
def test_a_concise_attribute_is_understood(keeping, thing, form):
    """An attribute sent in concise form is the same attribute in full, with its type inferred."""
    sent, expected = _CONCISE[form]
    held = _kept(keeping, thing(sent), expected)
    assert_equal(member(held, "type", str, "the attribute"), expected["type"], "the type")


_TEXTS = {"type": "LanguageProperty", "languageMap": {"en": "hall", "de": "Saal"}}
_NO_TEXTS = {
    "value": {**_TEXTS, "value": "hall"},
    "number": {**_TEXTS, "languageMap": {"en": "hall", "de": 5}},
    "tag": {**_TEXTS, "languageMap": {"en": "hall", "no tag!": "Saal"}},
}


@pytest.mark.check(
    "CTX-REP-19", clause="GS CIM 009 4.5.18.2", level="writes", since="1.4.1",
    rests_on=("CTX-ENT-01",),
)  # fmt: skip
@pytest.mark.parametrize("defect", _NO_TEXTS)
def test_a_text_in_languages_is_well_formed(keeping, thing, defect):
    """Texts in languages are texts under tags of languages; anything else is refused."""
    _kept(keeping, thing(_TEXTS))
    sent = thing(_NO_TEXTS[defect])
    answer = keeping.create(sent)
    if defect == "tag" and answer.status == 201:
        entity = eventually(lambda: entity_in(keeping.retrieve(sent["id"])))
        assert_normalized(entity, sent, ["trait"])
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(keeping.retrieve(sent["id"]), 404)


@pytest.mark.check(
    "CTX-REP-20", clause="GS CIM 009 4.5.20.2", level="writes", since="1.8.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize(
    "vocab", ["MtIndoor", ["MtIndoor", "MtOutdoor"], 5], ids=["one", "two", "number"]
)
def test_words_of_a_vocabulary_are_kept(keeping, thing, vocab, reading):
    """Words of a vocabulary come back with the same meaning; what is no word is refused."""
    if vocab == 5:
        _kept(keeping, thing({"type": "VocabProperty", "vocab": "MtIndoor"}))
        _assert_refused(keeping, thing({"type": "VocabProperty", "vocab": 5}))
        return
    held = _kept(keeping, thing({"type": "VocabProperty", "vocab": vocab}))
    shown = member(held, "vocab", None, "the attribute")
    words = shown if isinstance(shown, list) else [shown]
    reading("A61", "iri" if any(DEFAULT_VOCABULARY in w for w in words) else "term")


_RAW = {
    "id": {"id": "no URI", "n": 1},
    "type": {"type": ["any", 5], "n": 2},
    "value": {"value": {"object": "none"}, "n": 3},
    "keyword": {"@id": "no URI", "@type": 7, "n": 4},
    "null": {"nothing": None, "several": [None, 5]},
}


@pytest.mark.check(
    "CTX-REP-21", clause="GS CIM 009 4.5.24.2", level="writes", since="1.8.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("raw", _RAW)
def test_raw_json_is_left_alone(keeping, thing, raw):
    """Raw JSON comes back as it was sent, whatever its members are called and though one is null."""
    held = _kept(keeping, thing({"type": "JsonProperty", "json": _RAW[raw]}))
    assert_equal(member(held, "json"), _RAW[raw], "the raw JSON")


_STOPS = [f"urn:ngsi-ld:Stop:mt-{n}" for n in (3, 1, 2, 1)]
_LISTS = {
    "values": {"type": "ListProperty", "valueList": [3, "one", 2.5, True]},
    "duplicates": {"type": "ListProperty", "valueList": [2, 1, 2, 2]},
    "empty": {"type": "ListProperty", "valueList": []},
    "relationships": {"type": "ListRelationship", "objectList": [{"object": s} for s in _STOPS]},
}


@pytest.mark.check(
    "CTX-REP-22", clause="GS CIM 009 4.5.21.2", level="writes", since="1.8.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("list_", _LISTS.values(), ids=_LISTS)
def test_lists_keep_their_order_and_duplicates(keeping, thing, list_):
    """A list of values or relationships comes back with the same items in the same order."""
    held = _kept(keeping, thing(list_))
    if "objectList" in list_:
        assert_equal(member(held, "objectList"), list_["objectList"], "the list of objects")


@pytest.mark.check(
    "CTX-REP-23", clause="GS CIM 009 4.5.2.2", strength="may", level="writes", since="1.9.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
def test_the_data_type_of_a_value_is_kept(keeping, thing):
    """A Property that says which data type its value has says it when it is read."""
    held = _kept(keeping, thing({"type": "Property", "value": 5, "valueType": "MtGrade"}))
    assert_equal(settled(held).get("valueType"), "MtGrade", "the data type")


@pytest.mark.check(
    "CTX-REP-24", clause="GS CIM 009 4.5.2.2", level="writes", since="1.3.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
def test_a_unit_is_kept_and_not_simplified(keeping, thing):
    """The unit of a value is there in full, and left out in simplified form."""
    sent = thing({"type": "Property", "value": 12.5, "unitCode": "CEL"})
    held = _kept(keeping, sent)
    assert_equal(member(held, "unitCode", str, "the attribute"), "CEL", "the unit")
    simple = entity_in(keeping.retrieve(sent["id"], options="keyValues"))
    assert_equal(member(simple, "trait", None, "the entity"), 12.5, "the simplified value")


@pytest.mark.check(
    "CTX-REP-25", clause="GS CIM 009 4.5.3.2", level="writes", since="1.8.1",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("said", ["objects", "type"])
def test_a_relationship_has_several_targets_and_says_their_type(keeping, thing, said):
    """A Relationship keeps all its targets, in any order, and the type it says they have."""
    if said == "type":
        held = _kept(
            keeping, thing({"type": "Relationship", "object": _ROOM, "objectType": "MtRoom"})
        )
        assert_equal(settled(held).get("objectType"), "MtRoom", "the type of the target")
        return
    targets = [f"{_ROOM}-{n}" for n in (1, 2, 3)]
    sent = thing({"type": "Relationship", "object": targets})
    assert_status(keeping.create(sent), 201)
    eventually(lambda: _assert_targets(keeping, sent["id"], targets))


def _assert_targets(broker, id, targets):
    held = member(entity_in(broker.retrieve(id)), "trait", None, "the entity")
    instances = held if isinstance(held, list) else [held]
    objects = [member(i, "object", None, "the relationship") for i in instances]
    found = [o for one in objects for o in (one if isinstance(one, list) else [one])]
    assert_same_set([of_type(o, str, "a target") for o in found], targets, "the targets")


@pytest.mark.check(
    "CTX-REP-30", clause="GS CIM 009 4.5.5.1", since="1.3.1", rests_on=("CTX-REP-01",)
)
def test_the_only_instance_keeps_its_dataset(stock, reading):
    """An attribute whose only instance has a datasetId is given with it."""
    alone = pick(stock, lambda held: len(held) == 1 and "datasetId" in held[0], "only instance")
    at_rest(lambda: _assert_dataset_kept(stock, *alone, reading))


def _assert_dataset_kept(stock, entity, name, reading):
    full = known(stock, entity, reading)
    found = {e["id"]: e for e in entities_in(stock.query(type_of(entity), [entity["id"]]))}
    shown = member(found, entity["id"], dict, "the answer to a query")
    assert_normalized(shown, full, [name])
    reading("A74", "array" if isinstance(shown[name], list) else "object")
