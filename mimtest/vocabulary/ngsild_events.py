"""What happens to entities and attributes, by the triggers of notifications (GS CIM 009 5.2.12, 5.8.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.network.incoming import Asked
from mimtest.vocabulary.ngsild import short_named
from mimtest.vocabulary.ngsild_entities import is_mark
from mimtest.vocabulary.ngsild_notices import Entity, Fits, tells
from mimtest.vocabulary.ngsild_notifications import Watch


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entity; `shows` tells an entity in a notification that has it."""

    id: str
    shows: Fits

    def is_told(self, asked: Asked) -> bool:
        """Whether a message tells of it."""
        return tells(asked, lambda e: e.get("id") == self.id and self.shows(e))


@dataclass(frozen=True, slots=True)
class Trigger:
    """The events a subscription with one trigger is told of, and those it may be told of."""

    needed: frozenset[str]
    allowed: frozenset[str] = frozenset()


def hear(watch: Watch, event: Event, what: str) -> Asked:
    """The first message to a subscription that tells of an event, waited for. Raises Contradiction."""
    __tracebackhide__ = True
    return watch.box.wait(where=event.is_told, what=what)[0]


_OF_ATTRIBUTES: Final = ("attributeCreated", "attributeUpdated", "attributeDeleted")

#: By trigger. A creation creates attributes as well, and a deletion may be said to delete them.
EVENTS: Final[Mapping[str, Trigger]] = {
    "entityCreated": Trigger(frozenset(("entityCreated",))),
    "entityUpdated": Trigger(
        frozenset(_OF_ATTRIBUTES), frozenset(("entityCreated", "entityDeleted"))
    ),
    "entityDeleted": Trigger(frozenset(("entityDeleted",))),
    "attributeCreated": Trigger(frozenset(("entityCreated", "attributeCreated"))),
    "attributeUpdated": Trigger(frozenset(("attributeUpdated",))),
    "attributeDeleted": Trigger(frozenset(("attributeDeleted",)), frozenset(("entityDeleted",))),
}


def instances_of(entity: Entity, name: str) -> list[dict[str, Any]]:
    """The instances of an attribute of a normalized or concise entity; a bare value is one's value."""
    shown = short_named(entity).get(name)
    listed = shown if isinstance(shown, list) else [] if shown is None else [shown]
    return [i if isinstance(i, dict) else {"value": i} for i in listed]


def is_deleted(instance: Mapping[str, Any]) -> bool:
    """Whether an instance is marked as one that is gone, in any of the forms of the marker."""
    return "deletedAt" in instance or is_mark(instance)


def is_ended(entity: Entity) -> bool:
    """Whether an entity is told of as one that is gone."""
    return "deletedAt" in entity
