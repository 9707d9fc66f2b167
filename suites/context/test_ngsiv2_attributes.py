"""Attributes are added, updated, replaced and removed, each operation as it says.

FIWARE-NGSI v2 2.0, "Entity by ID", "Attributes", "Attribute Value".
"""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsiv2 import (
    assert_error,
    assert_holds,
    assert_same_names,
    attributes_of,
    entity_in,
    names_of,
    path_of,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_NEW = {"label": {"type": "Text", "value": "changed"}, "added": {"type": "Number", "value": 1}}


@pytest.fixture
def attrs(v2_room):
    """The path of the attributes of an entity of our own."""
    return path_of(v2_room["id"], "attrs")


def _held(v2, room):
    return entity_in(v2.retrieve(room["id"]))


def _assert_now(v2, room, changes, *, without=()):
    """The entity is as it was created but for these changes."""

    def look():
        entity = _held(v2, room)
        expected = {k: v for k, v in (room | changes).items() if k not in without}
        assert_same_names(entity, names_of(expected), "the entity")
        assert_holds(entity, expected)

    eventually(look)


@pytest.mark.check(
    "CTX-V2-76", clause="NGSI v2 Update or Append", level="writes", rests_on=("CTX-V2-65",)
)
def test_attributes_are_updated_or_appended(v2, v2_room, attrs):
    """POST updates the attributes that are there, adds the others, and leaves the rest."""
    assert_status(v2.send("POST", attrs, _NEW), 204)
    _assert_now(v2, v2_room, _NEW)


@pytest.mark.check(
    "CTX-V2-77", clause="NGSI v2 Update or Append", level="writes", rests_on=("CTX-V2-65",)
)
def test_strict_append_updates_nothing(v2, v2_room, attrs):
    """With append new attributes are added, and one that is there is refused and stays."""
    added = {"added": _NEW["added"]}
    assert_status(v2.send("POST", attrs, added, options="append"), 204)
    answer = v2.send("POST", attrs, {"label": _NEW["label"]}, options="append")
    assert_error(answer, 422, "Unprocessable", "PartialUpdate")
    _assert_now(v2, v2_room, added)


@pytest.mark.check(
    "CTX-V2-78", clause="NGSI v2 Update Existing", level="writes", rests_on=("CTX-V2-65",)
)
def test_patch_updates_what_is_there(v2, v2_room, attrs):
    """PATCH updates the attributes that are there and leaves the rest."""
    changes = {"label": _NEW["label"]}
    assert_status(v2.send("PATCH", attrs, changes), 204)
    _assert_now(v2, v2_room, changes)


@pytest.mark.check(
    "CTX-V2-79", clause="NGSI v2 Update Existing", level="writes", rests_on=("CTX-V2-65",)
)
def test_patch_adds_nothing(v2, v2_room, attrs):
    """PATCH of an attribute that is not there is refused, and it is not there afterwards."""
    assert_status(v2.send("PATCH", attrs, {"label": v2_room["label"]}), 204)
    answer = v2.send("PATCH", attrs, {"added": _NEW["added"]})
    assert_error(answer, (404, 422), "Unprocessable", "NotFound", "PartialUpdate")
    _assert_now(v2, v2_room, {})


@pytest.mark.check(
    "CTX-V2-80",
    clause="NGSI v2 Replace all entity attributes",
    level="writes",
    rests_on=("CTX-V2-65",),
)
def test_all_attributes_are_replaced(v2, v2_room, attrs):
    """PUT leaves the attributes that are sent and no others."""
    assert_status(v2.send("PUT", attrs, _NEW), 204)
    _assert_now(v2, v2_room, _NEW, without=[n for n in names_of(v2_room) if n not in _NEW])


@pytest.mark.check(
    "CTX-V2-81", clause="NGSI v2 Update or Append", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_attributes_are_sent_as_key_values(v2, v2_room, attrs, method):
    """With keyValues attributes are sent as values by name."""
    assert_status(v2.send(method, attrs, {"label": "plain"}, options="keyValues"), 204)

    def look():
        held = attributes_of(_held(v2, v2_room))
        assert_that("label" in held, "the attribute is not there", received=sorted(held))
        assert_equal(held["label"]["value"], "plain", "the value")

    eventually(look)


@pytest.mark.check(
    "CTX-V2-82", clause="NGSI v2 Partial Representations", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
@pytest.mark.parametrize("member", ["id", "type"])
def test_id_and_type_do_not_change(v2, v2_room, attrs, method, member):
    """An id or type among attributes is refused, and the entity stays as it was."""
    good = {"label": v2_room["label"]}
    assert_status(v2.send("POST", attrs, good), 204)
    answer = v2.send(method, attrs, {"label": _NEW["label"], member: "Other"})
    assert_error(answer, 400, "BadRequest")
    _assert_now(v2, v2_room, {})


@pytest.mark.check(
    "CTX-V2-83", clause="NGSI v2 Update Attribute Data", level="writes", rests_on=("CTX-V2-65",)
)
def test_an_attribute_is_replaced(v2, v2_room):
    """PUT of an attribute replaces its value, type and metadata, and nothing else."""
    new = {"type": "Level", "value": 3, "metadata": {"source": {"type": "Text", "value": "new"}}}
    where = path_of(v2_room["id"], "attrs", "temperature")
    assert_status(v2.send("PUT", where, new), 200, 204)
    _assert_now(v2, v2_room, {"temperature": new})


_TEXTS = {
    "number": ("7.5", 7.5),
    "text": ('"dark"', "dark"),
    "true": ("true", True),
    "null": ("null", None),
}


@pytest.mark.check(
    "CTX-V2-84", clause="NGSI v2 Update Attribute Value", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("kind", ["object", "array", *_TEXTS])
def test_a_value_is_replaced(v2, v2_room, kind):
    """PUT of a value, as JSON or as text, replaces it and leaves the metadata."""
    where = path_of(v2_room["id"], "attrs", "temperature")
    if kind in _TEXTS:
        text, value = _TEXTS[kind]
        answer = v2.send_text(f"{where}/value", text)
    else:
        value = {"object": {"low": 1}, "array": [1, "two"]}[kind]
        answer = v2.send("PUT", f"{where}/value", value)
    assert_status(answer, 200, 204)
    kept = {"value": value, "metadata": v2_room["temperature"]["metadata"]}
    _assert_now(v2, v2_room, {"temperature": kept})


@pytest.mark.check(
    "CTX-V2-85", clause="NGSI v2 Update Attribute Value", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("text", ["dark", '"open', "12 metres"])
def test_a_text_that_is_no_value_is_refused(v2, v2_room, text):
    """A text that is neither quoted nor a number, true, false or null is refused."""
    where = f"{path_of(v2_room['id'], 'attrs', 'temperature')}/value"
    assert_status(v2.send_text(where, "21.5"), 200, 204)
    assert_error(v2.send_text(where, text), 400, "BadRequest", "ParseError")
    _assert_now(v2, v2_room, {})


@pytest.mark.check(
    "CTX-V2-86", clause="NGSI v2 Remove a Single Attribute", level="writes", rests_on=("CTX-V2-65",)
)
def test_an_attribute_is_removed(v2, v2_room):
    """A removed attribute is gone, the others are not, and it cannot be removed again."""
    where = path_of(v2_room["id"], "attrs", "label")
    assert_status(v2.send("DELETE", where), 204)
    _assert_now(v2, v2_room, {}, without=["label"])
    assert_error(v2.send("DELETE", where), 404, "NotFound")


_LABEL = {"label": _NEW["label"]}
_ON_NOTHING = {
    "append": ("POST", "/attrs", _LABEL),
    "update": ("PATCH", "/attrs", _LABEL),
    "replace": ("PUT", "/attrs", _LABEL),
    "attribute": ("PUT", "/attrs/label", _NEW["label"]),
    "remove": ("DELETE", "/attrs/label", None),
}


@pytest.mark.check(
    "CTX-V2-87", clause="NGSI v2 Error Responses", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("operation", list(_ON_NOTHING))
def test_what_is_not_there_is_not_changed(v2, v2_room, operation):
    """An operation on an entity that does not exist is answered with 404, and makes none."""
    method, below, body = _ON_NOTHING[operation]
    there, nothing = path_of(v2_room["id"]), path_of(f"{v2_room['id']}-none")
    assert_status(v2.send(method, f"{there}{below}", body), 200, 204, what="the same on an entity")
    assert_error(v2.send(method, f"{nothing}{below}", body), 404, "NotFound")
    assert_error(v2.get(nothing), 404, "NotFound")


@pytest.mark.check(
    "CTX-V2-88", clause="NGSI v2 Builtin Attributes", level="writes", rests_on=("CTX-V2-65",)
)
def test_a_change_moves_the_date_of_modification(v2, v2_room, attrs):
    """The date of modification is later after a change, that of creation is not."""
    created, before = _dates(v2, v2_room)

    def look():
        assert_status(v2.send("POST", attrs, {"label": _NEW["label"]}), 204)
        again, after = _dates(v2, v2_room)
        assert_equal(again, created, "the date of creation")
        later = instant(after) > instant(before)
        assert_that(later, "a change moves no date", expected=f"after {before}", received=after)

    eventually(look)


def _dates(v2, entity):
    names = ("dateCreated", "dateModified")
    held = entity_in(v2.retrieve(entity["id"], attrs=",".join(names)))
    found = [member(member(held, n, dict), "value", str, n) for n in names]
    assert_that(all(map(instant, found)), "a date is no moment", received=found)
    return found
