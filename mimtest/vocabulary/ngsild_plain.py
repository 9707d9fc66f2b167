"""Objects of the API that are no entities: subscriptions, registrations (GS CIM 009 5.2.9, 5.2.12)."""

from typing import Any

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    json_array,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY

_CORE = "https://uri.etsi.org/ngsi-ld/"


def short(name: Any) -> str:
    """A name of the default or the core vocabulary in its short form."""
    return str(name).removeprefix(DEFAULT_VOCABULARY).removeprefix(_CORE)


def plain_in(answer: Answer, type: str) -> dict[str, Any]:
    """The object of that type that a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    return _plain(json_object(assert_status(answer, 200), "the answer"), type)


def plains_in(answer: Answer, type: str) -> list[dict[str, Any]]:
    """The objects of that type that a 200 answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    found = json_array(assert_status(answer, 200), "the answer")
    return [_plain(o, type) for o in objects(found, "the answer")]


def _plain(value: dict[str, Any], type: str) -> dict[str, Any]:
    __tracebackhide__ = True
    what = f"an object that is a {type}"
    member(value, "id", str, what)
    assert_equal(short(member(value, "type", str, what)), type, "the type")
    return {short(name): held for name, held in value.items()}
