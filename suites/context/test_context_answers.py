"""What every answer has: UTF-8, times in one form, the same content each time, nothing with 204.

GS CIM 009 4.6.3, 6.3.4, 6.3.6.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that, fail
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import (
    JSON,
    JSON_LD,
    attributes_of,
    entities_in,
    entity_in,
    own_name,
    path_of,
)
from mimtest.vocabulary.ngsild_changes import attrs_of
from mimtest.vocabulary.ngsild_http import Spot, read, spot_in
from mimtest.vocabulary.ngsild_meaning import linked_contexts
from mimtest.vocabulary.ngsild_sample import plain_names, value_of
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_KELLER = {"type": "Property", "value": "Keller"}
_NOISE = {"noise": {"type": "Property", "value": 61}}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,6})?Z", re.ASCII)
_STAMPS = ("createdAt", "modifiedAt", "deletedAt")
_MOMENTS = (*_STAMPS, "observedAt", "expiresAt")
_TIMES = 3


@pytest.fixture
def spot(stock, unknown, run_id):
    """An entity to read, and what nothing has."""
    return spot_in(stock, own_name("nothing", run_id), unknown)


def _changes(room: dict[str, Any]) -> dict[str, tuple[str, str, Any, str]]:
    """Method, path and body of changes whose answer has no content, and since when there are."""
    own, attrs = path_of(room["id"]), attrs_of(room)
    return {
        "append": ("POST", attrs, _NOISE, "1.3.1"),
        "update": ("PATCH", attrs, {"label": _KELLER}, "1.3.1"),
        "update-one": ("PATCH", f"{attrs}/label", {"value": "Keller"}, "1.3.1"),
        "delete-one": ("DELETE", f"{attrs}/label", None, "1.3.1"),
        "delete": ("DELETE", own, None, "1.3.1"),
        "merge": ("PATCH", own, {"label": _KELLER}, "1.6.1"),
        "replace": ("PUT", own, {**room, **_NOISE}, "1.6.1"),
        "batch-update": ("POST", "/entityOperations/update", [{**room, **_NOISE}], "1.3.1"),
        "batch-delete": ("POST", "/entityOperations/delete", [room["id"]], "1.3.1"),
    }


_CHANGES = [
    "append",
    "update",
    "update-one",
    "delete-one",
    "delete",
    "merge",
    "replace",
    "batch-update",
    "batch-delete",
]


@pytest.mark.check(
    "CTX-COM-15",
    clause="GS CIM 009 6.3.6; RFC 9110 8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01", "CTX-ENT-27"),
)
@pytest.mark.parametrize("kind", _CHANGES)
def test_an_answer_without_content_tells_none(broker, room, kind, reading):
    """An answer with 204 announces no content."""
    method, where, body, since = _changes(room)[kind]
    if not broker.holds_since(since):
        method, where, body, _ = _changes(room)["update"]
    answer = broker.send(method, where, body)
    if answer.status != 204:
        raise Inconclusive("precondition_unmet", f"the change is answered {answer.status}")
    length = answer.headers.get("content-length")
    chunked = answer.headers.get("transfer-encoding")
    announced = length not in (None, "0") or chunked is not None
    assert_that(not announced, "204 announces content", expected="none", received=chunked or length)
    reading("A56", "not_told" if length is None else "zero")
    reading("A55", "beside" if linked_contexts(answer) else "none")


@pytest.mark.check("CTX-COM-17", clause="GS CIM 009 6.3.4; RFC 8259 8.1", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
@pytest.mark.parametrize("accept", [JSON, JSON_LD], ids=["json", "json-ld"])
def test_an_answer_is_utf_8(stock, spot, way, accept):
    """A text with letters beyond ASCII comes as it was sent, in UTF-8 and under no other name."""
    kind, entity, name = _with_letters(stock)
    lettered = Spot(spot.broker, entity, kind, name, spot.nothing, spot.nowhere)

    def look():
        known = _the(stock.now(kind, [entity["id"]]), entity)
        text = value_of(known, name)
        answer = read(lettered, way, accept=accept)
        found = entity_in(answer) if way == "retrieve" else _the(entities_in(answer), entity)
        _assert_utf_8(answer)
        assert_equal(value_of(found, name), text, f"the value of '{name}'")

    at_rest(look)


def _with_letters(stock):
    for kind in stock.types:
        for entity in stock.of(kind):
            for name in plain_names(entity):
                value = value_of(entity, name)
                if isinstance(value, str) and not value.isascii():
                    return kind, entity, name
    raise Inconclusive("no_data", "there is no text with a letter beyond ASCII")


def _the(found, entity):
    held = [e for e in found if e["id"] == entity["id"]]
    assert_equal(len(held), 1, f"how often {entity['id']} is found")
    return held[0]


def _assert_utf_8(answer):
    named = str(answer.headers.get("content-type", "")).lower().partition("charset=")[2]
    charset = named.partition(";")[0].strip(' "')
    assert_that(
        charset in ("", "utf-8"), "another charset is named", expected="UTF-8", received=charset
    )
    try:
        answer.body.decode()
    except UnicodeDecodeError as error:
        fail("the body is not UTF-8", expected="UTF-8", received=f"byte {error.start} is none")


@pytest.mark.check(
    "CTX-COM-22", clause="GS CIM 009 4.6.3, 4.8", since="1.3.1", rests_on=("CTX-REP-09",)
)
@pytest.mark.parametrize("way", ["retrieve", "query", "post-query"])
def test_times_have_one_form(spot, way):
    """Every time in an answer is UTC with a Z, to microseconds at most; what happened is not to come."""
    answer = read(spot, way, options="sysAttrs")
    found = [entity_in(answer)] if way == "retrieve" else entities_in(answer)
    times = [pair for entity in found for pair in _times_in(entity)]
    assert_that(times, "there is no time in the answer", expected="createdAt")
    soon = clock.now() + timedelta(days=1)
    for name, value in times:
        moment = instant(value.replace(",", ".")) if isinstance(value, str) else None
        formed = isinstance(value, str) and _DATE_TIME.fullmatch(value) and moment
        assert_that(formed, f"'{name}' is no DateTime", expected="…T…Z", received=value)
        past = name not in _STAMPS or (moment and moment < soon)
        assert_that(past, f"'{name}' is to come", expected=f"before {soon}", received=value)


def _times_in(entity: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    instances = [i for held in attributes_of(entity).values() for i in held]
    for holder in (entity, *instances):
        yield from ((n, holder[n]) for n in _MOMENTS if holder.get(n) is not None)


@pytest.mark.check(
    "CTX-COM-33", clause="GS CIM 009 5.7.1, 5.7.2", since="1.3.1", rests_on=("CTX-ENT-21",)
)
@pytest.mark.parametrize("way", ["retrieve", "query", "post-query"])
def test_the_same_question_has_the_same_answer(stock, spot, way):
    """The same request, sent three times, is answered with the same content in any order."""

    def look():
        first, *others = [_told(read(spot, way), way, stock.own) for _ in range(_TIMES)]
        for other in others:
            assert_equal(other, first, "the answer to the same request")

    at_rest(look)


def _told(answer, way, own):
    """The content in one order; of entities that others may change meanwhile what they are and have."""
    found = [entity_in(answer)] if way == "retrieve" else entities_in(answer)
    assert_that(found, "the entity is not found", expected="one entity")
    if own:
        return _in_order(found)
    return _in_order([[e["id"], e["type"], list(attributes_of(e))] for e in found])


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _in_order(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(v) for v in value), key=_in_line)
    return value


def _in_line(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
