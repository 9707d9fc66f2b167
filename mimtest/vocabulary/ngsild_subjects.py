"""Entities of our own that are changed, for who is to be told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    entity_in,
    own_id,
    own_name,
    path_of,
)
from mimtest.vocabulary.ngsild_notices import Entity, has_value
from mimtest.vocabulary.waiting import eventually

_DONE: Final = 204
_NUMBERS: Final = count(101)


class Subject:
    """An entity of our own that is changed. Every number it is given is a new one.

    `entity` is how it is now, `past` has the values each attribute has had.
    """

    def __init__(self, broker: Broker, entity: Entity) -> None:
        self.broker = broker
        self.entity = dict(entity)
        self.past = {n: [v["value"]] for n, v in entity.items() if _has_value(v)}

    @property
    def id(self) -> str:
        """Its identifier."""
        return str(self.entity["id"])

    @property
    def type(self) -> str:
        """Its type."""
        return str(self.entity["type"])

    def change(self, name: str = "temp", value: Any = None) -> Any:
        """Give an attribute a value, else a new number, and return it.

        Raises Inconclusive when the broker does not take it: nothing is shown of notifications then.
        """
        given = next(_NUMBERS) if value is None else value
        kind = "GeoProperty" if isinstance(given, dict) else "Property"
        attribute = {"type": kind, "value": given}
        answer = self.broker.send("PATCH", f"{path_of(self.id)}/attrs", {name: attribute})
        if answer.status != _DONE:
            detail = f"changing an attribute has status {answer.status}"
            raise Inconclusive("precondition_unmet", detail)
        self.entity[name] = attribute
        self.past.setdefault(name, []).append(given)
        return given

    def has(self, name: str, *values: Any) -> "State":
        """What an entity in a notification is to be: this one, with one of the values."""
        return State(self, {name: values})

    @property
    def now(self) -> "State":
        """What an entity in a notification is to be: this one, as it is now."""
        return State(self, {n: (v["value"],) for n, v in self.entity.items() if _has_value(v)})

    def require_kept(self) -> None:
        """The broker shows the entity as it is now. Raises Inconclusive: what is lost is not notified."""
        try:
            eventually(lambda: assert_holds(entity_in(self.broker.retrieve(self.id)), self.entity))
        except Contradiction as lost:
            detail = f"a change is not seen: {lost.message}"
            raise Inconclusive("precondition_unmet", detail) from None


@dataclass(frozen=True)
class State:
    """Tells an entity in a notification that is the subject, with one of the values of each attribute."""

    subject: Subject
    values: Mapping[str, Sequence[Any]]

    def __call__(self, entity: Entity) -> bool:
        """Whether the entity is that."""
        return entity.get("id") == self.subject.id and all(
            any(has_value(entity, name, v) for v in values) for name, values in self.values.items()
        )


def _has_value(attribute: Any) -> bool:
    return isinstance(attribute, dict) and "value" in attribute


def own_subject(broker: Broker, stem: str, **more: Any) -> Subject:
    """An entity of a type of its own, created and seen to be there."""
    entity = draft(broker, own_name(stem, broker.client.run_id), **more)
    return created(broker, entity)


def draft(broker: Broker, type: str, **more: Any) -> dict[str, Any]:
    """An entity with a number and a text that nobody has created yet."""
    return {
        "id": own_id("Watched", broker.client.run_id),
        "type": type,
        "temp": {"type": "Property", "value": 20},
        "label": {"type": "Property", "value": "first"},
        **more,
    }


def created(broker: Broker, entity: Entity) -> Subject:
    """An entity, created and seen to be there. Raises Inconclusive: this is no matter of notifications."""
    try:
        assert_status(broker.create(entity), 201, what="creating an entity")
        eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))
    except Contradiction as trouble:
        raise Inconclusive("precondition_unmet", trouble.message) from None
    return Subject(broker, entity)
