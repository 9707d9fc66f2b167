"""The words of FIWARE-NGSI v2: a broker, entities and their attributes, errors."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from urllib.parse import quote

from mimtest.network.client import Answer, Client
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    shown,
)

JSON: Final = "application/json"
TEXT: Final = "text/plain"
_MANY: Final = 1000
_OWN_MEMBERS: Final = ("id", "type")
_SEGMENT: Final = re.compile(r"[\w.:~-]{1,100}", re.ASCII)
Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class V2Broker:
    """An NGSI v2 interface. `fields` are those of every request, such as its service path."""

    client: Client
    fields: Mapping[str, str] = field(default_factory=dict)

    def within(self, **fields: str) -> Self:
        """The same broker with further fields; `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return replace(self, fields={**self.fields, **named})

    def get(self, where: str, *, accept: str = JSON, **params: Any) -> Answer:
        """GET a path of the interface."""
        headers = {**self.fields, "Accept": accept}
        return self.client.get(where, params=params or None, headers=headers)

    def retrieve(self, id: str, **params: Any) -> Answer:
        """Retrieve Entity."""
        return self.get(path_of(id), **params)

    def query(self, **params: Any) -> Answer:
        """List Entities."""
        return self.get("/entities", **params)

    def search(self, body: Any, **params: Any) -> Answer:
        """Query (`POST /v2/op/query`)."""
        return self.client.post(
            "/op/query", json=body, params=params or None, headers=self.fields, query=True
        )

    def create(self, entity: Mapping[str, Any], **params: Any) -> Answer:
        """Create Entity; what comes of it is removed afterwards."""
        own, kind = entity.get("id"), entity.get("type", "")
        how: dict[str, Any] = {"json": entity, "params": params or None}
        if not isinstance(own, str) or not own:
            return self._post(**how)
        typed = f"?type={quote(kind, safe=':')}" if isinstance(kind, str) and kind else ""
        undo = f"{path_of(own)}{typed}"
        return self.client.create("/entities", undo=undo, headers=self.fields, **how)

    def _post(self, **how: Any) -> Answer:
        """Create an entity whose identifier is not known beforehand."""
        answer = self.client.post("/entities", headers=self.fields, **how)
        if answer.ok and (own := last_segment(answer)):
            self.client.note_created(path_of(own), self.fields)
        return answer

    def subscribe(self, subscription: Mapping[str, Any]) -> Answer:
        """Create Subscription; it is removed afterwards."""
        answer = self.client.post("/subscriptions", json=subscription, headers=self.fields)
        if answer.ok:
            for own in [last_segment(answer)] if last_segment(answer) else self._like(subscription):
                self.client.note_created(f"/subscriptions/{own}", self.fields)
        return answer

    def _like(self, subscription: Mapping[str, Any]) -> list[str]:
        """The subscriptions with the same description: which one is ours was not told."""
        answer = self.get("/subscriptions", limit=_MANY)
        found = answer.json() if answer.ok else []
        said = subscription.get("description")
        alike = [s for s in found if isinstance(s, dict) and s.get("description") == said]
        return [str(s.get("id")) for s in alike if said and s.get("id")]

    def send(self, method: str, where: str, body: Any = None, **params: Any) -> Answer:
        """Another operation that changes something, with a JSON body."""
        return self.client.request(
            method, where, json=body, params=params or None, headers=self.fields
        )

    def send_text(self, where: str, content: str, media_type: str = TEXT) -> Answer:
        """PUT a body that is no JSON document."""
        headers = {**self.fields, "Content-Type": media_type}
        return self.client.put(where, content=content, headers=headers)


def path_of(id: str, *rest: str) -> str:
    """The path of an entity, or of something below it: `path_of(id, "attrs", name)`."""
    return "/".join(("/entities", quote(id, safe=":"), *(quote(r, safe="") for r in rest)))


def last_segment(answer: Answer) -> str | None:
    """The last part of the path in Location, whatever stands before it; None without one."""
    where = answer.headers.get("location") or ""
    last = where.partition("?")[0].rstrip("/").rpartition("/")[2]
    return last if _SEGMENT.fullmatch(last) else None


def entity_in(answer: Answer) -> dict[str, Any]:
    """The entity a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    assert_media_type(assert_status(answer, 200), JSON)
    return _entity(json_object(answer, "the entity"))


def entities_in(answer: Answer) -> list[dict[str, Any]]:
    """The entities a 200 answer to a query holds. Raises Contradiction."""
    __tracebackhide__ = True
    return [_entity(item) for item in listed(answer, "the answer to a query")]


def listed(answer: Answer, what: str) -> list[dict[str, Any]]:
    """The objects a 200 answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    assert_media_type(assert_status(answer, 200), JSON)
    return objects(json_array(answer, what), what)


def ids_in(answer: Answer) -> list[str]:
    """The identifiers of the entities in an answer to a query."""
    __tracebackhide__ = True
    return [entity["id"] for entity in entities_in(answer)]


def _entity(value: dict[str, Any]) -> dict[str, Any]:
    """An entity, which has an id and a type."""
    __tracebackhide__ = True
    member(value, "id", str, "an entity")
    member(value, "type", str, "an entity")
    return value


def names_of(entity: Entity) -> list[str]:
    """The names of an entity's attributes."""
    return [name for name in entity if name not in _OWN_MEMBERS]


def attributes_of(entity: Entity) -> dict[str, dict[str, Any]]:
    """The attributes of a normalized entity by name. Raises Contradiction."""
    __tracebackhide__ = True
    return {name: assert_normalized(entity[name], name) for name in names_of(entity)}


def assert_normalized(attribute: Any, name: str) -> dict[str, Any]:
    """An attribute has a type, a value and metadata ("JSON Attribute Representation")."""
    __tracebackhide__ = True
    what = f"the attribute '{name}'"
    member(attribute, "type", str, what)
    member(attribute, "value", None, what)
    for own, metadata in member(attribute, "metadata", dict, what).items():
        member(metadata, "type", str, f"the metadata '{own}' of {what}")
        member(metadata, "value", None, f"the metadata '{own}' of {what}")
    found: dict[str, Any] = attribute
    return found


def assert_holds(entity: Entity, sent: Entity) -> None:
    """The entity has everything that was sent, whatever it has besides.

    A type that was not sent is not compared; of metadata there may be more.
    """
    __tracebackhide__ = True
    for name in _OWN_MEMBERS:
        if name in sent:
            assert_equal(entity.get(name), sent[name], f"the {name}")
    for name in names_of(sent):
        held = assert_normalized(member(entity, name, None, "the entity"), name)
        assert_attribute(held, sent[name], f"the attribute '{name}'")


def assert_attribute(held: Mapping[str, Any], sent: Mapping[str, Any], what: str) -> None:
    """An attribute, or metadata, has the value and the type that were sent, and the metadata."""
    __tracebackhide__ = True
    for name in ("value", "type"):
        if name in sent:
            assert_equal(held.get(name), sent[name], f"the {name} of {what}")
    for name, metadata in sent.get("metadata", {}).items():
        found = member(held["metadata"], name, dict, f"the metadata of {what}")
        assert_attribute(found, metadata, f"'{name}' of {what}")


def assert_same_names(entity: Entity, names: Collection[str], what: str) -> None:
    """The entity has exactly these attributes."""
    __tracebackhide__ = True
    assert_equal(sorted(names_of(entity)), sorted(names), f"the attributes of {what}")


def total_in(answer: Answer) -> int:
    """How many there are in all, by Fiware-Total-Count. Raises Contradiction."""
    __tracebackhide__ = True
    count = answer.headers.get("fiware-total-count", "")
    found = whole(count)
    assert_that(
        found is not None,
        "the answer does not say how many there are",
        expected="Fiware-Total-Count with a number",
        received=shown(count),
    )
    return found or 0


def pages(broker: V2Broker, *, size: int, most: int, **params: Any) -> Iterator[list[Entity]]:
    """The pages of a query by offset, at most `most`, up to the first that is not full."""
    __tracebackhide__ = True
    for number in range(most):
        page = entities_in(broker.query(limit=size, offset=number * size, **params))
        yield list(page)
        if len(page) < size:
            return


def assert_error(answer: Answer, status: int | tuple[int, ...], *words: str) -> None:
    """The answer is an error of NGSI v2: a status, and one of the words, if any, in its body."""
    __tracebackhide__ = True
    statuses = status if isinstance(status, tuple) else (status,)
    assert_status(answer, *statuses)
    assert_media_type(answer, JSON)
    given = member(json_object(answer, "the error"), "error", str, "the error")
    if words:
        told = given in words
        expected = " or ".join(words)
        assert_that(told, "the error has another word", expected=expected, received=given)
