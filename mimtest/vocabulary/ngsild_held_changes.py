"""How a context source of ours takes changes (GS CIM 009 5.6, 5.8); a merge replaces whole attributes.

Functions take what is held and the request, and give the reply; names in bodies become those of the suite.
"""

from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.incoming import Reply
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import attributes_of
from mimtest.vocabulary.ngsild_answering import OWN, created, nothing, refusal, results
from mimtest.vocabulary.ngsild_forwarded import Forwarded
from mimtest.vocabulary.ngsild_held import MOST_HELD, Entity, Held, chosen

_NULL: Final = "urn:ngsi-ld:null"
_BASE: Final = "/ngsi-ld/v1"
_VALUES: Final = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
_DONE: Final = Reply(204)


def fragment_in(asked: Forwarded, value: Any = None) -> Entity | None:
    """The entity, or part of one, in a body, in names of the suite; None where there is none."""
    body = asked.body if value is None else value
    if not isinstance(body, dict):
        return None
    short = asked.names.short
    entity = {k if k in OWN else short(k): v for k, v in body.items() if k != "@context"}
    types = entity.get("type")
    if isinstance(types, list):
        entity["type"] = [short(t) for t in types if isinstance(t, str)]
    elif isinstance(types, str):
        entity["type"] = short(types)
    return entity


def _wrong() -> Reply:
    return refusal(400, "BadRequestData", "the body is not what is wanted here")


def _is_whole(entity: Entity | None) -> bool:
    return entity is not None and is_uri(entity.get("id")) and bool(entity.get("type"))


def create(held: Held, asked: Forwarded) -> Reply:
    """A new entity (5.6.1)."""
    return _created(held, fragment_in(asked))


def _created(held: Held, entity: Entity | None) -> Reply:
    if entity is None or not _is_whole(entity):
        return _wrong()
    if entity["id"] in held.entities:
        return refusal(409, "AlreadyExists", "it is here already")
    held.keep(entity)
    where = f"{_BASE}/entities/{quote(entity['id'], safe=':')}"
    return Reply(201, headers=(("Location", where),))


def replace(held: Held, asked: Forwarded) -> Reply:
    """All attributes give way to others (5.6.18)."""
    old, new = held.entities.get(asked.target), fragment_in(asked)
    if old is None or new is None:
        return nothing() if old is None else _wrong()
    held.keep({"type": old["type"], **new, "id": asked.target})
    return _DONE


def change(held: Held, asked: Forwarded) -> Reply:
    """Attributes are added, or changed (5.6.2, 5.6.3, 5.6.17)."""
    return _changed(held, asked.target, fragment_in(asked), asked)


def _changed(held: Held, id: str, new: Entity | None, asked: Forwarded) -> Reply:
    old = held.entities.get(id)
    if old is None or new is None:
        return nothing() if old is None else _wrong()
    attributes = {k: v for k, v in new.items() if k not in OWN}
    if asked.says("noOverwrite"):
        attributes = {k: v for k, v in attributes.items() if k not in old}
    merged = old | attributes
    gone = [k for k, v in attributes.items() if _is_null(v)]
    held.keep({k: v for k, v in merged.items() if k not in gone})
    return _DONE


def _is_null(value: Any) -> bool:
    return value == _NULL or (isinstance(value, dict) and _NULL in [value.get(m) for m in _VALUES])


def change_attribute(held: Held, asked: Forwarded) -> Reply:
    """One attribute is changed in part (5.6.4)."""
    return _attribute_set(held, asked, partly=True)


def replace_attribute(held: Held, asked: Forwarded) -> Reply:
    """One attribute gives way to another (5.6.19)."""
    return _attribute_set(held, asked, partly=False)


def _attribute_set(held: Held, asked: Forwarded, *, partly: bool) -> Reply:
    old, name = held.entities.get(asked.target), asked.attribute
    if old is None or name not in old:
        return nothing()
    if not isinstance(asked.body, dict):
        return _wrong()
    part = {k: v for k, v in asked.body.items() if k != "@context"}
    before = attributes_of(old).get(name, [{}])[0]
    held.keep({**old, name: before | part if partly else part})
    return _DONE


def delete_attribute(held: Held, asked: Forwarded) -> Reply:
    """One attribute is removed (5.6.5)."""
    entity = held.entities.get(asked.target)
    if entity is None or asked.attribute not in entity:
        return nothing()
    del entity[asked.attribute]
    return _DONE


def delete(held: Held, asked: Forwarded) -> Reply:
    """An entity is removed (5.6.6)."""
    return _DONE if held.entities.pop(asked.target, None) else nothing()


def purge(held: Held, asked: Forwarded) -> Reply:
    """Entities that meet a filter are removed (5.6.21)."""
    if not asked.selectors and asked.filter is None:
        return refusal(400, "BadRequestData", "a purge has a filter")
    wanted = asked.filter
    for entity in chosen(list(held.entities.values()), asked):
        if not wanted or wanted.holds(entity):
            held.entities.pop(entity["id"], None)
    return _DONE


def create_batch(held: Held, asked: Forwarded) -> Reply:
    """New entities (5.6.7)."""
    return _batch(asked, lambda e: _created(held, e), created_ones=True)


def upsert_batch(held: Held, asked: Forwarded) -> Reply:
    """Entities are created or replaced, with `update` changed (5.6.8)."""

    def put(entity: Entity) -> Reply:
        if entity.get("id") not in held.entities:
            return _created(held, entity)
        if asked.says("update"):
            return _changed(held, entity["id"], entity, asked)
        held.keep(entity)
        return _DONE

    return _batch(asked, put, created_ones=True)


def change_batch(held: Held, asked: Forwarded) -> Reply:
    """Entities are changed (5.6.9, 5.6.20)."""
    return _batch(asked, lambda e: _changed(held, str(e.get("id")), e, asked))


def delete_batch(held: Held, asked: Forwarded) -> Reply:
    """Entities are removed (5.6.10)."""
    ids = [i for i in asked.body if isinstance(i, str)] if isinstance(asked.body, list) else []
    missing = {i: nothing() for i in ids if held.entities.pop(i, None) is None}
    done = [i for i in ids if i not in missing]
    return results(done, missing) if missing else _DONE


def _batch(
    asked: Forwarded, act: Callable[[Entity], Reply], *, created_ones: bool = False
) -> Reply:
    if not isinstance(asked.body, list):
        return _wrong()
    entities = [f for f in (fragment_in(asked, b) for b in asked.body if b) if f is not None]
    replies = {str(e.get("id")): act(e) for e in entities}
    failed = {i: r for i, r in replies.items() if r.status >= 400}  # noqa: PLR2004
    if failed:
        return results([i for i in replies if i not in failed], failed)
    new = [i for i, r in replies.items() if r.status == 201]  # noqa: PLR2004
    return created(new) if created_ones and new else _DONE


def subscribe(held: Held, asked: Forwarded) -> Reply:
    """A new subscription (5.8.1): it is held, nothing is notified."""
    if not isinstance(asked.body, dict) or len(held.subscriptions) >= MOST_HELD:
        return _wrong()
    given = asked.body.get("id")
    own = str(given) if is_uri(given) else f"urn:ngsi-ld:Subscription:{token_hex(8)}"
    if own in held.subscriptions:
        return refusal(409, "AlreadyExists", "it is here already")
    held.subscriptions[own] = {**asked.body, "id": own}
    where = f"{_BASE}/subscriptions/{quote(own, safe=':')}"
    return Reply(201, headers=(("Location", where),))


def change_subscription(held: Held, asked: Forwarded) -> Reply:
    """A subscription is changed (5.8.2)."""
    old = held.subscriptions.get(asked.target)
    if old is None or not isinstance(asked.body, Mapping):
        return nothing() if old is None else _wrong()
    held.subscriptions[asked.target] = {**old, **asked.body, "id": asked.target}
    return _DONE


def delete_subscription(held: Held, asked: Forwarded) -> Reply:
    """A subscription is removed (5.8.5)."""
    return _DONE if held.subscriptions.pop(asked.target, None) else nothing()
