"""What later versions of the standard added to the forms: linked entities inside, older versions on request.

GS CIM 009 4.5.23.2, 4.3.6.8, 6.3.6.
"""

import re

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, json_object, member
from mimtest.vocabulary.ngsild import JSON, attributes_of, entity_in, path_of
from mimtest.vocabulary.ngsild_forms import assert_simplified
from mimtest.vocabulary.ngsild_normalized import (
    assert_normalized,
    bare_names,
    known,
    only,
    pick,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def linked(stock):
    """An entity, the name of a relationship it has to another known one, and that one."""
    known_ids = {e["id"]: e for e in stock.entities}
    entity, name = pick(stock, lambda held: _target(held) in known_ids, "link to a known entity")
    instance = attributes_of(entity_in(stock.broker.retrieve(entity["id"]))).get(name, [{}])[0]
    assert_that("entity" not in instance, "the linked entity is shown unasked", expected="its id")
    target = known_ids[_target(attributes_of(entity)[name])]
    if not stock.own:  # what registered sources have need not come along
        assert_status(stock.broker.retrieve(target["id"], local="true"), 200, what="its target")
    return entity, name, target


def _target(held):
    plain = len(held) == 1 and held[0].get("type") == "Relationship"
    return held[0].get("object") if plain and isinstance(held[0].get("object"), str) else None


@pytest.mark.check(
    "CTX-REP-26", clause="GS CIM 009 4.5.23.2", since="1.8.1", option="linked-entities",
    rests_on=("CTX-REP-01",),
)  # fmt: skip
@pytest.mark.parametrize("form", ["normalized", "keyValues"])
def test_linked_entities_stand_inside_in_the_form_asked_for(stock, linked, form, reading):
    """Retrieved with `join=inline`, an entity has those it is related to inside, in the same form."""
    at_rest(lambda: _assert_inside(stock, linked, form, reading))


def _assert_inside(stock, linked, form, reading):
    entity, name, target = linked
    shown = entity_in(stock.broker.retrieve(entity["id"], join="inline", options=form))
    held = member(shown, name, None, "the entity")
    alone = held[0] if isinstance(held, list) and len(held) == 1 else held
    full = known(stock, target, reading)
    if form == "normalized":
        assert_equal(member(alone, "object", str, "the relationship"), target["id"], "the target")
        inner = member(alone, "entity", dict, "the relationship")
        assert_equal(member(inner, "id", str, "the linked entity"), target["id"], "its id")
        assert_normalized(inner, full)
    else:
        assert_equal(member(alone, "id", str, "the relationship"), target["id"], "the target")
        assert_simplified(alone, only(full, bare_names(full)), reading)


_INTRODUCED = {
    "LanguageProperty": (1, 4),
    "VocabProperty": (1, 8),
    "JsonProperty": (1, 8),
    "ListProperty": (1, 8),
    "ListRelationship": (1, 8),
}


@pytest.fixture
def modern(stock):
    """An entity that has attributes of kinds which 1.3 did not have, and shows them."""
    entity, name = pick(stock, lambda held: held[0].get("type") in _INTRODUCED, "newer attribute")
    shown = attributes_of(entity_in(stock.broker.retrieve(entity["id"])))
    if not any(i.get("type") in _INTRODUCED for i in shown.get(name, [])):
        raise Inconclusive("precondition_unmet", "the newer attribute is not shown unasked")
    return entity


@pytest.mark.check(
    "CTX-REP-27", clause="GS CIM 009 4.3.6.8", strength="may", since="1.9.1",
    option="version-negotiation", rests_on=("CTX-REP-01",),
)  # fmt: skip
def test_an_older_version_is_preferred(stock, modern):
    """Asked for an older version, the broker says which one it gives, and gives nothing newer."""
    headers = {**stock.broker.names, "Accept": JSON, "Prefer": "ngsi-ld=1.3"}
    answer = stock.broker.client.get(path_of(modern["id"]), headers=headers)
    entity = json_object(assert_status(answer, 200, 203), "the entity")
    applied = answer.headers.get("preference-applied") or ""
    found = re.search(r"ngsi-ld=\"?(\d+)\.(\d+)", applied)
    assert_that(
        found, "no version is named", expected="Preference-Applied: ngsi-ld=…", received=applied
    )
    version = (int(found[1]), int(found[2]))
    newer = {k for k, since in _INTRODUCED.items() if since > version}
    assert_equal(member(entity, "id", str, "the entity"), modern["id"], "the id")
    kinds = {str(i.get("type")) for held in attributes_of(entity).values() for i in held}
    assert_that(not kinds & newer, "attributes are newer than the version", expected=applied,
                received=sorted(kinds & newer))  # fmt: skip
