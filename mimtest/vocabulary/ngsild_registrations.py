"""The words of context source registrations (GS CIM 009 5.2.8 to 5.2.11, 5.9, 5.10).

Sources of our own have nothing and are asked for nothing: their types are private, and they offer to be read only.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.network.hosting import Hosting
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    member,
    shown,
)
from mimtest.vocabulary.ngsild import JSON, Broker, own_id
from mimtest.vocabulary.ngsild_plain import plain_in, plains_in, short

REGISTRATIONS: Final = "/csourceRegistrations"
SUBSCRIPTIONS: Final = "/csourceSubscriptions"
TYPE: Final = "ContextSourceRegistration"
#: An address at which nobody is (RFC 6761), for sources where the tester cannot be reached.
NOWHERE: Final = "http://mimtest.invalid"
#: As many as are read at once: those of others may match as well.
MOST: Final = 100
Registration = dict[str, Any]
_LISTS: Final = ("propertyNames", "relationshipNames")


@dataclass(frozen=True, slots=True)
class Registry:
    """The part of an NGSI-LD interface that keeps registrations, wherever it is served.

    `endpoint` is where our sources are said to be; `names` is the Link header of every request.
    """

    client: Client
    endpoint: str = NOWHERE
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def broker(self) -> Broker:
        """The broker beside it, which tells the version."""
        return Broker(self.client, self.names)

    def where(self, collection: str = REGISTRATIONS, id: str | None = None) -> str:
        """The address of registrations or subscriptions to them, or of one of these."""
        start = f"{self.client.interface.registry or ''}{collection}"
        return start if id is None else f"{start}/{quote(id, safe=':')}"

    def get(self, where: str, *, accept: str = JSON, **params: Any) -> Answer:
        """GET an address of the registry, or a link it gave."""
        headers = {**self.names, "Accept": accept}
        return self.client.get(where, params=params or None, headers=headers)

    def retrieve(self, id: str, collection: str = REGISTRATIONS, **options: Any) -> Answer:
        """Retrieve a registration (5.10.1), or a subscription (5.11.4)."""
        return self.get(self.where(collection, id), **options)

    def discover(self, **options: Any) -> Answer:
        """Query Context Source Registrations (5.10.2)."""
        return self.get(self.where(), **{"limit": MOST, **options})

    def create(
        self, sent: Mapping[str, Any], collection: str = REGISTRATIONS, content_type: str = JSON
    ) -> Answer:
        """Register a source (5.9.2), or subscribe (5.11.2); it is removed afterwards."""
        headers = {**self.names, "Content-Type": content_type}
        where = self.where(collection)
        if "id" in sent:
            undo = self.where(collection, str(sent["id"]))
            return self.client.create(where, undo=undo, json=sent, headers=headers)
        answer = self.client.post(where, json=sent, headers=headers)
        if answer.ok and answer.location:
            with suppress(OutOfScope):
                self.client.note_created(answer.location)
        return answer

    def send(
        self, method: str, id: str, fragment: Any = None, collection: str = REGISTRATIONS
    ) -> Answer:
        """Change a registration or subscription, or remove it."""
        where = self.where(collection, id)
        return self.client.request(method, where, json=fragment, headers=dict(self.names))

    def broken(self, method: str, id: str | None = None, **how: Any) -> Answer:
        """A request with a body that is no JSON."""
        headers = {**self.names, "Content-Type": JSON}
        where = self.where(id=id, **how)
        return self.client.request(
            method, where, content='{"type": ', headers=headers, harmless=True
        )

    def draft(self, run_id: str, *information: Mapping[str, Any], **more: Any) -> Registration:
        """A registration that nobody has made yet; from 1.6.1 on it offers to be read only."""
        offer = {"operations": ["retrieveOps"]} if self.broker.holds_since("1.6.1") else {}
        return {
            "id": own_id("ContextSourceRegistration", run_id),
            "type": TYPE,
            "information": list(information),
            "endpoint": self.endpoint,
            **offer,
            **more,
        }

    def registered(self, run_id: str, *information: Mapping[str, Any], **more: Any) -> Registration:
        """A registration of our own, as it was sent. Raises Contradiction when it is not taken."""
        __tracebackhide__ = True
        sent = self.draft(run_id, *information, **more)
        assert_status(self.create(sent), 201, what="registering a source")
        return sent


def registry_of(client: Client, hosting: Hosting) -> Registry:
    """The registry behind a client; our sources are at an address that answers, if there is one."""
    address = hosting.address_for(client.interface)
    return Registry(client, f"{(address or NOWHERE).rstrip('/')}/{secrets.token_hex(8)}")


def about(type: str, *names: str, **entity: str) -> dict[str, Any]:
    """An element of `information`: entities of a type, and properties of them."""
    listed = {"propertyNames": list(names)} if names else {}
    return {"entities": [{"type": type, **entity}], **listed}


def registration_in(answer: Answer) -> Registration:
    """The registration that a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    return plain_in(answer, TYPE)


def registrations_in(answer: Answer) -> list[Registration]:
    """The registrations that a 200 answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    return plains_in(answer, TYPE)


def found(answer: Answer, sent: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of those of ours that an answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    ours = {r["id"] for r in sent}
    return [r["id"] for r in registrations_in(answer) if r["id"] in ours]


def assert_registered(received: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The registration has every member that was sent, with an equal value (A24)."""
    __tracebackhide__ = True
    for name, value in sent.items():
        if name == "mode" and value == "inclusive" and name not in received:
            continue
        held = member(received, name, None, "the registration")
        if name == "information":
            assert_informed(held, value)
        elif name in ("operations", "scope"):
            names = [str(n) for n in listed(held)]
            assert_same_set(names, listed(value), f"'{name}' of the registration")
        elif name == "endpoint":
            assert_equal(str(held).rstrip("/"), value.rstrip("/"), "the endpoint")
        elif name != "type":
            assert_equal(held, value, f"'{name}' of the registration")


def assert_informed(received: Any, sent: Iterable[Mapping[str, Any]]) -> None:
    """Each element of the information is there, and no other; one may stand alone (A16)."""
    __tracebackhide__ = True
    expected = list(sent)
    assert_that(
        same_information(received, expected),
        "the information of the registration differs",
        expected=shown(expected),
        received=shown(received),
    )


def same_information(one: Any, other: Any) -> bool:
    """Whether two values of `information` have the same elements, in any order and form."""
    return _elements(one) == _elements(other)


def listed(value: Any) -> list[Any]:
    """The items of an array, or the only one."""
    return value if isinstance(value, list) else [value]


def _elements(information: Any) -> set[tuple[frozenset[Any], ...]]:
    return {_element(i) for i in listed(information) if isinstance(i, dict)}


def _element(info: Mapping[str, Any]) -> tuple[frozenset[Any], ...]:
    entities = [e for e in listed(info.get("entities", [])) if isinstance(e, dict)]
    kinds = frozenset(
        (_names(e.get("type")), str(e.get("id")), str(e.get("idPattern"))) for e in entities
    )
    return kinds, *(_names(info.get(key, [])) for key in _LISTS)


def _names(value: Any) -> frozenset[str]:
    return frozenset(short(n) for n in listed(value))
