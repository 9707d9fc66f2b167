"""What no broker can do leaves it as it was: strange requests, refused writes (GS CIM 009 5.5.4, 5.5.6)."""

import json
from typing import Any

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.ngsild import JSON, JSON_LD, entity_in, own_id, path_of
from mimtest.vocabulary.ngsild_changes import attrs_of
from mimtest.vocabulary.ngsild_entities import instance_in, stamped
from mimtest.vocabulary.ngsild_http import alive, assert_sound
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_DEEP = 500
_MANY = 160
_KELLER = {"type": "Property", "value": "Keller"}


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken."""
    return {**room, "id": own_id("Room", run_id)}


def _created(broker, twin, more):
    """The answer to the creation of the twin with one more member, written as it is."""
    body = f"{json.dumps(twin)[:-1]}, {more}}}"
    headers = {"Content-Type": JSON}
    undo = path_of(twin["id"])
    return broker.client.create("/entities", undo=undo, content=body, headers=headers)


def _many(room, run_id):
    """A list of identifiers of about 8 kB, the first of which is there."""
    return ",".join([room["id"], *(own_id("Nothing", run_id) for _ in range(_MANY))])


_ADDRESSES = {"broken encoding": "%zz", "no text": "%ff%fe", "zero byte": "%00"}
_DEFECTS = [*_ADDRESSES, "zero byte in a filter", "long address", "deep body", "name twice"]


@pytest.mark.check(
    "CTX-COM-19",
    clause="GS CIM 009 5.5.6, 6.3.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-21"),
)
@pytest.mark.parametrize("strange", _DEFECTS)
def test_a_strange_request_does_no_harm(keeping, room, twin, run_id, strange):
    """A broken or very large address or body is refused or answered, never with an error of the broker."""
    body = f'"deep": {{"type": "Property", "value": {"[" * _DEEP}{"]" * _DEEP}}}'
    requests = {
        "zero byte in a filter": lambda: keeping.query(type=room["type"], q='label=="a\0b"'),
        "long address": lambda: keeping.query(type=room["type"], id=_many(room, run_id)),
        "deep body": lambda: _created(keeping, twin, body),
        "name twice": lambda: _created(keeping, twin, f'"label": {json.dumps(_KELLER)}'),
    }
    if strange in _ADDRESSES:
        answer = keeping.get(f"{path_of(room['id'])}{_ADDRESSES[strange]}")
        assert_that(not answer.ok, "it is answered", expected="a refusal", received=answer.status)
    else:
        answer = requests[strange]()
    assert_sound(answer)
    if strange == "name twice" and answer.ok:
        eventually(lambda: _assert_one_of_both(keeping, twin))
    alive(keeping, room["id"])


def _assert_one_of_both(broker, twin):
    values = [twin["label"]["value"], _KELLER["value"]]
    held = instance_in(entity_in(broker.retrieve(twin["id"])), "label")
    kept = held.get("value") in values
    assert_that(kept, "of two members neither is kept", expected=values, received=held)


#: One attribute that is right beside one that is not.
_HALF = {
    "noise": {"type": "Property", "value": 61},
    "label": {**_KELLER, "observedAt": "yesterday"},
}


def _refusals(room: dict[str, Any]) -> dict[str, tuple[str, str, Any, str]]:
    """Method, path, body and media type of writes that are not valid, or not possible."""
    attrs = attrs_of(room)
    late = {"value": 99, "observedAt": "yesterday"}
    cut = '{"label": {"type": "Property", "value": "Keller"}, "noise": '
    return {
        "create again": ("POST", "/entities", {**room, "label": _KELLER}, JSON),
        "append half": ("POST", attrs, _HALF, JSON),
        "update half": ("PATCH", attrs, {"temperature": _KELLER, **_HALF}, JSON),
        "update one": ("PATCH", f"{attrs}/temperature", late, JSON),
        "cut": ("PATCH", attrs, cut, JSON),
        "no context": ("PATCH", attrs, {"label": _KELLER}, JSON_LD),
        "delete unknown": ("DELETE", f"{attrs}/nothing", None, JSON),
        "merge": ("PATCH", path_of(room["id"]), {"temperature": _KELLER, **_HALF}, JSON),
        "replace": ("PUT", path_of(room["id"]), {"type": room["type"], **_HALF}, JSON),
    }


_WRITES = [
    "create again",
    "append half",
    "update half",
    "update one",
    "cut",
    "no context",
    "delete unknown",
]


@pytest.fixture
def before(broker, room) -> dict[str, Any]:
    """The entity with its times, before a write that is refused."""
    return stamped(broker, room["id"])


@pytest.mark.check(
    "CTX-COM-29",
    clause="GS CIM 009 5.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-REP-09"),
)
@pytest.mark.parametrize("kind", [*_WRITES, "merge", "replace"])
def test_a_refused_write_leaves_no_trace(broker, room, before, kind):
    """After a write was refused, the entity is as it was, down to its times."""
    if kind in ("merge", "replace") and not broker.holds_since("1.6.1"):
        kind = "update half"
    method, where, body, media_type = _refusals(room)[kind]
    answer = broker.client.request(
        method,
        where,
        content=body if isinstance(body, str) or body is None else json.dumps(body),
        headers={"Content-Type": media_type},
    )
    if not 400 <= answer.status < 500:
        raise Inconclusive("precondition_unmet", f"it is not refused but answered {answer.status}")
    assert_equal(stamped(broker, room["id"]), before, "the entity after the refused write")
