"""Assertions in the words of the field: what was expected, what came.

Every function raises `Contradiction`, which speaks against the target in a check's body and makes a
precondition unmet in a fixture. None of them trusts the shape of what a target sent.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer

_SHOWN: Final = 300
#: Statuses that show nothing of what was asked for: no right, or none any more, and out of service.
_SHOWS_NOTHING: Final[Mapping[int, str]] = {
    401: "auth_refused",
    403: "auth_refused",
    503: "server_error",
}
_KINDS: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def shown(value: Any) -> str:
    """A value as one short line of JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def fail(message: str, *, expected: Any = None, received: Any = None) -> None:
    """Raise Contradiction; texts stay as they are, other values are shown as JSON."""
    __tracebackhide__ = True
    raise Contradiction(message, expected=_text(expected), received=_text(received))


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else shown(value)


def assert_that(holds: object, message: str, *, expected: Any = None, received: Any = None) -> None:
    """Raise Contradiction with what was expected and received unless `holds`."""
    __tracebackhide__ = True
    if not holds:
        fail(message, expected=expected, received=received)


def assert_equal(received: Any, expected: Any, what: str) -> None:
    """`what` is equal to the expected value; numbers compare by value, true is no number."""
    __tracebackhide__ = True
    assert_that(
        same(received, expected),
        f"{what} differs",
        expected=shown(expected),
        received=shown(received),
    )


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 1 equals 1.0, but true does not equal 1."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
            pairs += [(left[k], right[k]) for k in left]
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            pairs += zip(left, right, strict=True)
        elif isinstance(left, bool) or isinstance(right, bool):
            if left is not right:
                return False
        elif isinstance(left, dict | list) or left != right:
            return False
    return True


def assert_status(answer: Answer, *statuses: int, what: str | None = None) -> Answer:
    """The answer has one of the statuses; returns it.

    Raises Contradiction; Inconclusive for a status that shows nothing of what was asked for.
    """
    __tracebackhide__ = True
    if answer.status not in statuses:
        if answer.status in _SHOWS_NOTHING:
            detail = f"{what or 'the answer'} has status {answer.status}: {excerpt(answer)}"
            raise Inconclusive(_SHOWS_NOTHING[answer.status], detail)
        fail(
            f"{what or 'the answer'} has status {answer.status}",
            expected=f"status {' or '.join(map(str, statuses))}",
            received=f"status {answer.status}: {excerpt(answer) or 'no body'}",
        )
    return answer


def excerpt(answer: Answer) -> str:
    """The beginning of a body, as one line."""
    text = " ".join(answer.text().split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def assert_media_type(answer: Answer, *media_types: str) -> None:
    """The body has one of the media types; parameters such as charset do not matter."""
    __tracebackhide__ = True
    assert_that(
        answer.media_type in media_types,
        "the media type differs",
        expected=" or ".join(media_types),
        received=answer.headers.get("content-type") or "no Content-Type",
    )


def json_object(answer: Answer, what: str = "the body") -> dict[str, Any]:
    """The body as a JSON object."""
    __tracebackhide__ = True
    value: dict[str, Any] = of_type(answer.json(), dict, what)
    return value


def json_array(answer: Answer, what: str = "the body") -> list[Any]:
    """The body as a JSON array."""
    __tracebackhide__ = True
    value: list[Any] = of_type(answer.json(), list, what)
    return value


def objects(value: Any, what: str) -> list[dict[str, Any]]:
    """An array that holds only objects."""
    __tracebackhide__ = True
    return [of_type(item, dict, f"an item of {what}") for item in of_type(value, list, what)]


def of_type(value: Any, kind: type, what: str) -> Any:
    """The value, which has the JSON type; a whole number passes as a number, true does not."""
    __tracebackhide__ = True
    kinds = (int, float) if kind is float else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and kind is not bool):
        fail(f"{what} is not {_KINDS[kind]}", expected=_KINDS[kind], received=shown(value))
    return value


def member(value: Any, name: str, kind: type | None = None, what: str = "the body") -> Any:
    """A member of an object, which is there and has the JSON type."""
    __tracebackhide__ = True
    of_type(value, dict, what)
    if name not in value:
        names = ", ".join(list(value)[:12]) or "no member"
        fail(f"{what} has no member '{name}'", expected=f"a member '{name}'", received=names)
    return value[name] if kind is None else of_type(value[name], kind, f"'{name}' of {what}")


def assert_same_set(received: Collection[str], expected: Collection[str], what: str) -> None:
    """`what` holds exactly the expected names, each once, in any order."""
    __tracebackhide__ = True
    missing = sorted(set(expected) - set(received))
    surplus = sorted(set(received) - set(expected))
    twice = sorted({r for r in received if list(received).count(r) > 1})
    problems = [
        f"{label} {shown(names)}"
        for label, names in (("missing", missing), ("too many", surplus), ("twice", twice))
        if names
    ]
    if problems:
        fail(f"{what}: {'; '.join(problems)}", expected=sorted(expected), received=sorted(received))


def problem(answer: Answer) -> dict[str, Any]:
    """The body as problem details (RFC 9457 section 3.1): an object, sent as JSON."""
    __tracebackhide__ = True
    assert_media_type(answer, "application/problem+json", "application/json", "application/ld+json")
    return json_object(answer, "the problem")


def assert_problem(
    answer: Answer, *, status: int | tuple[int, ...], kind: str | tuple[str, ...]
) -> None:
    """The answer is an NGSI-LD error of that status and type (GS CIM 009 5.5.3, 6.3.2).

    `kind` is the last part of the type's address, such as "AlreadyExists".
    """
    __tracebackhide__ = True
    statuses = status if isinstance(status, tuple) else (status,)
    kinds = kind if isinstance(kind, tuple) else (kind,)
    assert_status(answer, *statuses)
    given = member(problem(answer), "type", str, "the problem")
    expected = [f"https://uri.etsi.org/ngsi-ld/errors/{k}" for k in kinds]
    assert_that(
        given in expected,
        "the problem's type differs",
        expected=" or ".join(expected),
        received=given,
    )
