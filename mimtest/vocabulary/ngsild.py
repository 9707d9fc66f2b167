"""The words of NGSI-LD (GS CIM 009): a broker, entities, their attributes, and data of our own."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from mimtest.models import representations
from mimtest.models.representations import OWN_MEMBERS
from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    of_type,
    shown,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant, is_text, is_uri, same_literal

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
GEO_JSON: Final = "application/geo+json"
attributes_of: Final = representations.attributes_of
CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True, slots=True)
class Broker:
    """An NGSI-LD interface. `names` is the Link header with the @context of every request.

    Without one the default @context holds (5.5.5), under which any new name can be used.
    """

    client: Client
    names: Mapping[str, str] = field(default_factory=dict)

    def get(self, where: str, *, accept: str = JSON, **params: Any) -> Answer:
        """GET a path of the interface, or a link it gave."""
        return self.client.get(where, params=params or None, headers=self._headers(Accept=accept))

    def retrieve(self, id: str, **options: Any) -> Answer:
        """Retrieve Entity (5.7.1)."""
        return self.get(path_of(id), **options)

    def query(self, **options: Any) -> Answer:
        """Query Entities (5.7.2)."""
        return self.get("/entities", **options)

    def create(self, entity: Mapping[str, Any], content_type: str = JSON) -> Answer:
        """Create Entity (5.6.1); what comes of it is removed afterwards."""
        headers = self._headers(**{"Content-Type": content_type})
        own = entity.get("id")
        if is_uri(own):
            undo = path_of(str(own))
            return self.client.create("/entities", undo=undo, json=entity, headers=headers)
        answer = self.client.post("/entities", json=entity, headers=headers)
        if answer.ok and answer.location:
            with suppress(OutOfScope):
                self.client.note_created(answer.location)
        return answer

    def send(self, method: str, where: str, fragment: Any = None) -> Answer:
        """Another operation that changes something, with a JSON body."""
        return self.client.request(method, where, json=fragment, headers=self._headers())

    def holds_since(self, version: str) -> bool:
        """Whether the claimed version of the standard, else 1.3.1, has that version's rules."""
        claimed = self.client.interface.version or "1.3.1"
        return _numbers(claimed) >= _numbers(version)

    def context_at(self, url: str) -> Any:
        """The @context document at an address; for `jsonld.expand`."""
        return assert_status(self.client.get(url, headers={"Accept": JSON_LD}), 200).json()

    def _headers(self, **more: str) -> dict[str, str]:
        return {**self.names, **more}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def path_of(id: str, attribute: str | None = None) -> str:
    """The path of an entity, or of one of its attributes."""
    path = f"/entities/{quote(id, safe=':')}"
    return path if attribute is None else f"{path}/attrs/{quote(attribute, safe='')}"


def entity_in(answer: Answer) -> dict[str, Any]:
    """The entity a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    return _entity(json_object(assert_status(answer, 200), "the entity"))


def entities_in(answer: Answer) -> list[dict[str, Any]]:
    """The entities a 200 answer to a query holds. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_array(assert_status(answer, 200), "the answer to a query")
    return [_entity(item) for item in objects(body, "the answer to a query")]


def ids_in(answer: Answer) -> list[str]:
    """The identifiers of the entities in an answer to a query."""
    __tracebackhide__ = True
    return [entity["id"] for entity in entities_in(answer)]


def _entity(value: dict[str, Any]) -> dict[str, Any]:
    """An entity, which has an id and types."""
    __tracebackhide__ = True
    own = member(value, "id", str, "an entity")
    assert_that(is_text(own), "an id is no text", expected="Unicode", received=ascii(own))
    types = member(value, "type", None, "an entity")
    listed = types if isinstance(types, list) else [types]
    named = bool(listed) and all(isinstance(t, str) and t for t in listed)
    assert_that(named, "an entity has no type", expected="a name or names", received=shown(types))
    return short_named(value)


def short_named(value: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object, names of the default vocabulary in their short form."""
    return {name.removeprefix(DEFAULT_VOCABULARY): v for name, v in value.items()}


def types_of(entity: Mapping[str, Any]) -> frozenset[str]:
    """The entity's types; one may stand alone or in an array (4.5.1). Raises Contradiction."""
    __tracebackhide__ = True
    types = entity["type"]
    listed = types if isinstance(types, list) else [types]
    names = (of_type(t, str, "a type of the entity") for t in listed)
    return frozenset(t.removeprefix(DEFAULT_VOCABULARY) for t in names)


def has_type(entity: Mapping[str, Any], name: str) -> bool:
    """Whether one of the types is that name, or one is the other's short form."""
    return any(t == name or _last(t) == name or t == _last(name) for t in types_of(entity))


def _last(name: str) -> str:
    return name.replace("#", "/").replace(":", "/").rpartition("/")[2]


def pages(broker: Broker, *, most: int, **params: Any) -> Iterator[list[dict[str, Any]]]:
    """The pages of a query, by following `next`, at most `most` of them. Raises Contradiction."""
    __tracebackhide__ = True
    answer = broker.query(**params)
    for _ in range(most):
        yield entities_in(answer)
        following = next_page(answer)
        if following is None:
            return
        answer = broker.get(following)


def next_page(answer: Answer) -> str | None:
    """The address of the following page (6.3.10), None on the last."""
    return next((k["href"] for k in answer.links if "next" in k.get("rel", "").split()), None)


def own_name(stem: str, run_id: str) -> str:
    """A name nobody else uses, for a type of this run alone."""
    return f"{stem}{run_id}{secrets.token_hex(3)}"


def own_id(stem: str, run_id: str) -> str:
    """An identifier of this run that nothing has yet."""
    return f"urn:ngsi-ld:{stem}:mt-{run_id}:{secrets.token_hex(5)}"


def assert_holds(entity: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The entity has everything that was sent, with equal values, whatever it has besides."""
    __tracebackhide__ = True
    assert_equal(entity["id"], sent["id"], "the id")
    assert_same_set(types_of(entity), types_of(sent), "the types")
    for name, attribute in sent.items():
        if name not in OWN_MEMBERS:
            held = member(entity, name, None, "the entity")
            assert_instance(held, attribute, f"the attribute '{name}'")


def assert_instance(held: Any, sent: Mapping[str, Any], what: str) -> None:
    """The only instance of an attribute has every member that was sent, whatever it has besides."""
    __tracebackhide__ = True
    alone = held[0] if isinstance(held, list) and len(held) == 1 else held
    for name, value in sent.items():
        found = member(alone, name, None, what)
        if isinstance(value, dict) and "type" in value and name != "value":
            assert_instance(found, value, f"'{name}' of {what}")
        elif instant(value):
            equal = same_literal(found, value)
            assert_that(equal, f"'{name}' of {what} differs", expected=value, received=found)
        else:
            assert_equal(found, value, f"'{name}' of {what}")
