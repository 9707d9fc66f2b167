"""Subscriptions as a broker gives them out, compared with those that were sent (GS CIM 009 5.2.12, 5.8.3)."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_that,
    member,
    same,
    shown,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, same_literal
from mimtest.vocabulary.ngsild_plain import plain_in, plains_in, short

TYPE: Final = "Subscription"
Subscription = dict[str, Any]
_MASKS: Final = frozenset("*xX•.")


def subscription_in(answer: Answer) -> Subscription:
    """The subscription that a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    return plain_in(answer, TYPE)


def subscriptions_in(answer: Answer) -> list[Subscription]:
    """The subscriptions that a 200 answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    return plains_in(answer, TYPE)


def assert_subscribed(received: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The subscription has every member that was sent, whatever it has besides (A24)."""
    __tracebackhide__ = True
    _assert_members(received, sent, "the subscription")


def _assert_members(received: Any, sent: Mapping[str, Any], what: str) -> None:
    __tracebackhide__ = True
    for name, value in sent.items():
        if name == "@context":
            continue
        held = member(received, name, None, what)
        if name in ("notification", "endpoint"):
            _assert_members(held, value, f"the {name}")
            continue
        equal = _COMPARED.get(name, same)(held, value)
        differs = f"'{name}' of {what} differs"
        assert_that(equal, differs, expected=shown(value), received=shown(held))


def texts(value: Any) -> list[str]:
    """The names in an array, or the only one, in their short form where they have one."""
    return [short(v) for v in (value if isinstance(value, list) else [value])]


def _same_names(one: Any, other: Any) -> bool:
    return set(texts(one)) == set(texts(other))


def _same_selectors(one: Any, other: Any) -> bool:
    return _selectors(one) == _selectors(other)


def _selectors(value: Any) -> set[frozenset[tuple[str, str]]]:
    items = value if isinstance(value, list) else [value]
    return {
        frozenset((k, short(v)) for k, v in item.items()) for item in items if type(item) is dict
    }


def _same_text(one: Any, other: Any) -> bool:
    """Equality of conditions, which a broker may write with other quotes, spaces and names."""
    return _plain(one) == _plain(other)


def _plain(text: Any) -> str:
    plain = unquote(str(text)).replace(DEFAULT_VOCABULARY, "")
    return "".join(c for c in plain if c not in "\"' ")


def _same_place(one: Any, other: Mapping[str, Any]) -> bool:
    if not isinstance(one, dict):
        return False
    return all(same(_parsed(one.get(name)), _parsed(value)) for name, value in other.items())


def _parsed(value: Any) -> Any:
    """Coordinates, which may be given out as a text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _same_pairs(one: Any, other: Iterable[Mapping[str, str]]) -> bool:
    """Whether all the keys are there with their values, which may be hidden."""
    pairs = one if isinstance(one, list) else [one]
    held = {str(p.get("key")): p.get("value") for p in pairs if isinstance(p, dict)}
    return all(p["key"] in held and _is_or_hides(held[p["key"]], p["value"]) for p in other)


def _is_or_hides(held: Any, value: str) -> bool:
    return held == value or is_hidden(held)


def is_hidden(value: Any) -> bool:
    """Whether a value is left out, or stars stand for it."""
    return value is None or (isinstance(value, str) and set(value) <= _MASKS)


def _same_format(one: Any, other: str) -> bool:
    names = {"keyValues": "simplified"}
    return bool(names.get(str(one), one) == names.get(other, other))


_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "type": _same_names,
    "entities": _same_selectors,
    **dict.fromkeys(("watchedAttributes", "attributes", "pick", "omit"), _same_names),
    "notificationTrigger": _same_names,
    **dict.fromkeys(("q", "scopeQ"), _same_text),
    "geoQ": _same_place,
    **dict.fromkeys(("receiverInfo", "notifierInfo"), _same_pairs),
    "format": _same_format,
    "expiresAt": same_literal,
}
