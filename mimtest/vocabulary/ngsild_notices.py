"""What a message says: a notification and the entities in it (GS CIM 009 5.3.1)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mimtest.errors import Contradiction, Unanswered
from mimtest.network.incoming import Asked
from mimtest.network.links import parse_links
from mimtest.vocabulary.expect import fail, member, objects, of_type, same
from mimtest.vocabulary.ngsild import CONTEXT_RELATION, short_named
from mimtest.vocabulary.receiving import json_in

Entity = Mapping[str, Any]
Fits = Callable[[Entity], bool]


def notification_in(asked: Asked) -> dict[str, Any]:
    """The notification that a message holds (5.3.1). Raises Contradiction."""
    __tracebackhide__ = True
    body: dict[str, Any] = of_type(json_in(asked), dict, "the notification")
    return body


def entities_told(asked: Asked) -> list[dict[str, Any]]:
    """The entities a message tells of, or their GeoJSON features. Raises Contradiction."""
    __tracebackhide__ = True
    data = member(notification_in(asked), "data", None, "the notification")
    if isinstance(data, dict):
        data = member(data, "features", list, "the collection in 'data'")
    return [short_named(e) for e in objects(data, "'data' of the notification")]


def tells(asked: Asked, fits: Fits) -> bool:
    """Whether a message has an entity that fits; one that cannot be read has none."""
    with suppress(Contradiction, Unanswered):
        return any(fits(e) for e in entities_told(asked))
    return False


def entity_told(asked: Asked, id: str) -> dict[str, Any]:
    """The entity of that identifier, as a message tells of it. Raises Contradiction."""
    __tracebackhide__ = True
    found = [e for e in entities_told(asked) if e.get("id") == id]
    if len(found) != 1:
        fail("the entity is not told of once", expected=id, received=asked.body[:300].decode())
    return found[0]


def media_type_of(asked: Asked) -> str:
    """The media type of a message, without its parameters."""
    return asked.headers.get("content-type", "").partition(";")[0].strip().lower()


def linked_contexts(asked: Asked) -> list[str]:
    """The addresses of the @contexts that a message links to (6.3.8)."""
    links = parse_links(asked.headers.get("link", ""), "")
    return [k["href"] for k in links if CONTEXT_RELATION in k.get("rel", "").split()]


def has_value(entity: Entity, name: str, value: Any) -> bool:
    """Whether an attribute has a value, in whichever representation."""
    members = entity.get("properties") if entity.get("type") == "Feature" else entity
    shown = short_named(members).get(name) if isinstance(members, Mapping) else None
    instances = shown if isinstance(shown, list) else [shown]
    return any(
        same(i, value) or (isinstance(i, dict) and same(i.get("value"), value)) for i in instances
    )


def identity_of(asked: Asked) -> Any:
    """What a message that is delivered again has in common with the first."""
    with suppress(Contradiction, Unanswered):
        own = notification_in(asked).get("id")
        return own if isinstance(own, str) else asked.at
    return asked.at
