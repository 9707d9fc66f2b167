"""What a body comes as, and what is wanted as one: media types, lengths, bytes (GS CIM 009 6.3.4, 6.3.5)."""

import json
from typing import Any

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status
from mimtest.vocabulary.ngsild import JSON, assert_holds, entity_in, own_id, own_name, path_of
from mimtest.vocabulary.ngsild_changes import attrs_of, seen
from mimtest.vocabulary.ngsild_entities import stamped
from mimtest.vocabulary.ngsild_http import WAYS, read, spot_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_NOISE = {"type": "Property", "value": 61}


@pytest.fixture
def spot(stock, unknown, run_id):
    """An entity to read, and what nothing has."""
    return spot_in(stock, own_name("nothing", run_id), unknown)


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken."""
    return {**room, "id": own_id("Room", run_id)}


@pytest.fixture
def readable(spot, way):
    """The same for JSON, seen to be answered."""
    assert_status(read(spot, way), 200)
    return spot


@pytest.mark.check("CTX-COM-10", clause="GS CIM 009 6.3.4", since="1.3.1")
@pytest.mark.parametrize("way", WAYS)
def test_an_unknown_format_is_not_acceptable(readable, way):
    """Wherever there is something to read, a client that accepts only XML is answered with 406."""
    assert_status(read(readable, way, accept="application/xml"), 406)


def _operation(kind: str, room: dict[str, Any], twin: dict[str, Any]) -> tuple[str, str, Any]:
    """Method, path and body of an operation on the room, or one that makes its twin."""
    attrs = attrs_of(room)
    return {
        "append": ("POST", attrs, {"noise": _NOISE}),
        "update": ("PATCH", attrs, {"label": {"type": "Property", "value": "Keller"}}),
        "update-one": ("PATCH", f"{attrs}/label", {"value": "Keller"}),
        "create": ("POST", "/entities", twin),
        "batch-create": ("POST", "/entityOperations/create", [twin]),
        "batch-upsert": ("POST", "/entityOperations/upsert", [twin]),
        "batch-update": ("POST", "/entityOperations/update", [{**room, "noise": _NOISE}]),
        "batch-delete": ("POST", "/entityOperations/delete", [room["id"]]),
    }[kind]


_OPERATIONS = [
    "append",
    "update",
    "update-one",
    "create",
    "batch-create",
    "batch-upsert",
    "batch-update",
    "batch-delete",
]


@pytest.fixture
def before(broker, room) -> dict[str, Any]:
    """The entity with its times, before an operation that is refused."""
    return stamped(broker, room["id"])


@pytest.mark.check("CTX-COM-09", clause="GS CIM 009 6.3.4", level="writes", since="1.3.1")
@pytest.mark.parametrize("kind", _OPERATIONS)
def test_no_operation_takes_another_media_type(broker, room, before, twin, kind):
    """An operation whose body comes as another media type is refused with 415, and not done."""
    method, where, body = _operation(kind, room, twin)
    answer = _sent(broker, twin, method, where, content=json.dumps(body), media_type="text/plain")
    assert_status(answer, 415)
    assert_equal(stamped(broker, room["id"]), before, "the entity afterwards")
    assert_status(broker.retrieve(twin["id"]), 404, what="what was not to be created")
    taken = _sent(broker, twin, method, where, content=json.dumps(body), media_type=JSON)
    if not taken.ok:
        raise Inconclusive("control_failed", f"as JSON it is answered with {taken.status}")


def _sent(broker, twin, method, where, *, content, media_type, **more):
    """The answer to a body; where it makes the twin, that is removed at the end."""
    headers = {"Content-Type": media_type, **more}
    client, undo = broker.client, path_of(twin["id"])
    if method == "POST":
        return client.create(where, undo=undo, content=content, headers=headers)
    return client.request(method, where, content=content, headers=headers)


def _sent_twin(broker, twin, content, **more):
    return _sent(broker, twin, "POST", "/entities", content=content, media_type=JSON, **more)


@pytest.mark.check(
    "CTX-COM-07",
    clause="GS CIM 009 6.3.4; RFC 9112 7.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_a_body_in_chunks_is_taken_or_its_length_is_required(broker, twin, reading):
    """An entity sent in chunks, without a Content-Length, is created, or refused with 411."""
    chunked = {"Transfer-Encoding": "chunked"}
    answer = _sent_twin(broker, twin, json.dumps(twin), **chunked)
    assert_status(answer, 201, 411)
    reading("A20", "chunks_taken" if answer.status == 201 else "411")
    if answer.status == 201:
        seen(broker, twin)
    else:
        assert_status(broker.retrieve(twin["id"]), 404, what="the refused entity")


@pytest.mark.check(
    "CTX-COM-31",
    clause="GS CIM 009 6.3.4; RFC 8259 8.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-06",),
)
@pytest.mark.parametrize("bytes_", ["byte-order-mark", "latin-1"])
def test_a_body_is_utf_8(broker, twin, bytes_):
    """A body with a byte order mark is read or refused; one that is not UTF-8 is refused."""
    text = json.dumps(twin, ensure_ascii=False)
    mark = bytes_ == "byte-order-mark"
    content = text.encode("utf-8-sig" if mark else "latin-1")
    answer = _sent_twin(broker, twin, content)
    assert_status(answer, *((201, 400) if mark else (400,)))
    if answer.status == 201:
        seen(broker, twin)
    else:
        assert_status(broker.retrieve(twin["id"]), 404, what="the refused entity")


@pytest.mark.check(
    "CTX-COM-32",
    clause="GS CIM 009 6.5.3.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-27",),
)
@pytest.mark.parametrize("with_", ["media-type", "body"])
def test_delete_takes_what_it_does_not_need(broker, room, with_):
    """DELETE with a Content-Type deletes; with a body, which means nothing, it deletes or is refused."""
    content = "{}" if with_ == "body" else None
    headers = {"Content-Type": JSON}
    where = path_of(room["id"])
    answer = broker.client.delete(where, content=content, headers=headers)
    assert_status(answer, *((204, 400) if content else (204,)))
    if answer.status == 204:
        eventually(lambda: assert_status(broker.retrieve(room["id"]), 404, what="what is deleted"))
    else:
        assert_holds(entity_in(broker.retrieve(room["id"])), room)
