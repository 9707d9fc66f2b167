"""What an answer says of a change that was made in part, at some of several places (GS CIM 009 5.2.16 to 5.2.19)."""

from collections.abc import Collection
from typing import Any, Final

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_status,
    assert_that,
    excerpt,
    fail,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild_http import Note, kind_of

_PARTLY: Final = 207
_UNSUPPORTED: Final = 422


def assert_partly(answer: Answer, id: str, names: Collection[str] = ()) -> list[dict[str, Any]]:
    """A 207 whose entries name the entity, or an attribute of it: what failed. Raises Contradiction.

    Of attribute operations the result may be one of attributes or one of entities (A32).
    """
    __tracebackhide__ = True
    body = json_object(assert_status(answer, _PARTLY))
    entries = _of_entity(body, id) if "errors" in body else _of_attributes(body, names)
    assert_that(
        entries,
        "no entry of the result names what failed",
        expected=f"an entry for {id}",
        received=excerpt(answer),
    )
    return entries


def _of_entity(body: dict[str, Any], id: str) -> list[dict[str, Any]]:
    __tracebackhide__ = True
    entries = objects(member(body, "errors", list), "'errors'")
    for entry in entries:
        member(entry, "error", dict, "an item of 'errors'")
    return [e for e in entries if member(e, "entityId", str, "an item of 'errors'") == id]


def _of_attributes(body: dict[str, Any], names: Collection[str]) -> list[dict[str, Any]]:
    __tracebackhide__ = True
    entries = objects(member(body, "notUpdated", list), "'notUpdated'")
    named = [(member(e, "attributeName", str, "an item of 'notUpdated'"), e) for e in entries]
    return [e for name, e in named if name.removeprefix(DEFAULT_VOCABULARY) in names]


def assert_conflict(answer: Answer, reading: Note, *, lenient: bool) -> None:
    """409 by an error type that says so; `lenient` admits 422 as well (A69)."""
    __tracebackhide__ = True
    if lenient and answer.status == _UNSUPPORTED:
        reading("A69", "not_supported")
        return
    kind = kind_of(assert_status(answer, 409), reading)
    if kind == "AlreadyExists":
        reading("A69", "already_exists")
    elif kind != "Conflict":
        fail("a conflict has another error type", expected="Conflict", received=excerpt(answer))


def form_of(answer: Answer) -> str:
    """The form of the result of a change of attributes, as A32 names it; see `assert_partly`."""
    __tracebackhide__ = True
    body = json_object(answer)
    if "errors" in body:
        return "batch"
    names = [*member(body, "updated", list), *(e["attributeName"] for e in body["notUpdated"])]
    return "full" if all(":" in str(n) for n in names) else "short"
