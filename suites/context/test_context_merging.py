"""Parts of an entity are merged into what is there, at every depth (GS CIM 009 5.6.17, 5.5.12)."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import (
    JSON,
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    own_id,
    path_of,
)
from mimtest.vocabulary.ngsild_entities import NULL, assert_bad_request, instance_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_LATER = "2026-03-15T09:30:00Z"
Part = dict[str, Any]


@pytest.fixture
def furnished(broker, room, run_id) -> dict[str, Any]:
    """An entity of our own with an object, a part of an attribute, and two languages."""
    entity = {
        **room,
        "id": own_id("Room", run_id),
        "address": {
            "type": "Property",
            "value": {"street": "Markt", "door": {"no": 3, "bell": "x"}},
        },
        "caption": {"type": "LanguageProperty", "languageMap": {"de": "Saal", "en": "hall"}},
    }
    entity["temperature"] = {
        **room["temperature"],
        "accuracy": {"type": "Property", "value": 0.5},
    }
    assert_status(broker.create(entity), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))
    return entity


def _merge(broker: Broker, sent: Part, part: Part, query: str = "") -> Any:
    return broker.send("PATCH", f"{path_of(sent['id'])}{query}", part)


@pytest.mark.check(
    "CTX-ENT-31",
    clause="GS CIM 009 5.5.12",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("case", ["value", "new attribute", "member of a value"])
def test_a_merge_changes_only_what_it_names(broker, furnished, case):
    """A merge changes the parts it names, at every depth, and leaves all others as they are."""
    expected = deepcopy(furnished)
    if case == "value":
        part = {"temperature": {"type": "Property", "value": 19}}
        expected["temperature"]["value"] = 19
    elif case == "new attribute":
        part = {"floor": {"type": "Property", "value": 3, "unitCode": "E48"}}
        expected |= part
    else:
        part = {"address": {"type": "Property", "value": {"door": {"no": 4}}}}
        expected["address"]["value"]["door"]["no"] = 4
    assert_status(_merge(broker, furnished, part), 204)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(furnished["id"])), expected))


_REMOVALS: dict[str, tuple[Part, Callable[[Part], None]]] = {
    "attribute": (
        {"label": {"type": "Property", "value": NULL}},
        lambda e: e.pop("label"),
    ),
    "target": (
        {"inBuilding": {"type": "Relationship", "object": NULL}},
        lambda e: e.pop("inBuilding"),
    ),
    "part of an attribute": (
        {"temperature": {"type": "Property", "accuracy": {"type": "Property", "value": NULL}}},
        lambda e: e["temperature"].pop("accuracy"),
    ),
    "member of a value": (
        {"address": {"type": "Property", "value": {"door": {"bell": NULL}}}},
        lambda e: e["address"]["value"]["door"].pop("bell"),
    ),
    "language": (
        {"caption": {"type": "LanguageProperty", "languageMap": {"en": NULL}}},
        lambda e: e["caption"]["languageMap"].pop("en"),
    ),
}


@pytest.mark.check(
    "CTX-ENT-32",
    clause="GS CIM 009 5.5.12",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-31"),
)
@pytest.mark.parametrize("case", _REMOVALS)
def test_a_merge_with_the_null_marker_removes_what_it_names(broker, furnished, case):
    """A merge with the marker for null removes what stands there, and nothing beside it."""
    part, remove = _REMOVALS[case]
    expected = deepcopy(furnished)
    remove(expected)
    answer = _merge(broker, furnished, part)
    if answer.status == 422:
        assert_problem(answer, status=422, kind="OperationNotSupported")
        raise Inconclusive("precondition_unmet", "the broker says that it has no marker for null")
    assert_status(answer, 204)
    eventually(lambda: _assert_only(broker, expected))


def _assert_only(broker: Broker, expected: Part) -> None:
    """The entity has these attributes and no other, with these members and no marker."""
    entity = entity_in(broker.retrieve(expected["id"]))
    assert_holds(entity, expected)
    names = [n for n in attributes_of(entity) if n not in expected]
    assert_that(not names, "an attribute is still there", expected="none", received=names)
    accuracy = instance_in(entity, "temperature").get("accuracy")
    if "accuracy" not in expected["temperature"]:
        assert_that(accuracy is None, "the part is still there", expected="none", received=accuracy)


_SIMPLE: dict[str, tuple[Part, str, Part]] = {
    "values": (
        {"temperature": 19, "inBuilding": "urn:ngsi-ld:Building:mt-annex"},
        "",
        {
            "temperature": {"type": "Property", "value": 19, "unitCode": "CEL"},
            "inBuilding": {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-annex"},
        },
    ),
    "language": (
        {"caption": "council chamber"},
        "&lang=en",
        {
            "caption": {
                "type": "LanguageProperty",
                "languageMap": {"de": "Saal", "en": "council chamber"},
            }
        },
    ),
    "observed": (
        {"temperature": 19, "label": "annex"},
        f"&observedAt={_LATER}",
        {
            "temperature": {"type": "Property", "value": 19, "observedAt": _LATER},
            "label": {"type": "Property", "value": "annex"},
        },
    ),
}


@pytest.fixture
def mergeable(broker, furnished) -> dict[str, Any]:
    """An entity of our own that took a merge in full."""
    part = {"label": {"type": "Property", "value": "seen to be merged"}}
    assert_status(_merge(broker, furnished, part), 204, what="merging into an entity")
    entity = furnished | part
    eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))
    return entity


@pytest.mark.check(
    "CTX-ENT-33",
    clause="GS CIM 009 5.6.17.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-31"),
)
@pytest.mark.parametrize("case", _SIMPLE)
def test_simplified_parts_are_merged(broker, mergeable, case):
    """Bare values are merged into attributes, which keep their kind, other languages, and units."""
    part, more, changed = _SIMPLE[case]
    answer = _merge(broker, mergeable, part, f"?options=keyValues{more}")
    assert_status(answer, 204)
    expected = mergeable | changed

    def is_merged() -> None:
        entity = entity_in(broker.retrieve(expected["id"]))
        assert_holds(entity, expected)
        seen = instance_in(entity, "label").get("observedAt")
        assert_that(seen is None, "what was not observed has a time", expected="no", received=seen)

    eventually(is_merged)


@pytest.mark.check(
    "CTX-ENT-34",
    clause="GS CIM 009 5.6.17.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-31"),
)
@pytest.mark.parametrize("case", ["unknown id", "nothing", "no JSON"])
def test_a_merge_of_nothing_changes_nothing(broker, mergeable, case, run_id, reading):
    """A merge into what is not there, of nothing, or of what is no JSON, changes nothing."""
    part = {"label": {"type": "Property", "value": "annex"}}
    other = own_id("Room", run_id)
    if case == "unknown id":
        answer = broker.send("PATCH", path_of(other), part)
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(broker.retrieve(other), 404, what="retrieving what was not merged")
    elif case == "nothing":
        answer = _merge(broker, mergeable, {})
        if answer.status == 400:
            assert_bad_request(answer, reading)
        else:
            assert_status(answer, 204)
        reading("A67", "refused" if answer.status == 400 else "done")
    else:
        headers = {"Content-Type": JSON}
        cut = '{"label": {"type": "Property", "value": '
        answer = broker.client.patch(path_of(mergeable["id"]), content=cut, headers=headers)
        assert_problem(answer, status=400, kind="InvalidRequest")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(mergeable["id"])), mergeable))


@pytest.mark.check(
    "CTX-ENT-35",
    clause="GS CIM 009 5.6.17.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-31"),
)
def test_a_merge_adds_types_and_takes_none_away(broker, mergeable):
    """A merge with a further type adds it to the others, and one with fewer types removes none."""
    first, second = mergeable["type"], f"{mergeable['type']}Too"
    both = mergeable | {"type": [first, second]}
    assert_status(_merge(broker, mergeable, {"type": second}), 204)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(both["id"])), both))
    label = {"label": {"type": "Property", "value": "annex"}}
    assert_status(_merge(broker, mergeable, label | {"type": first}), 204)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(both["id"])), both | label))
