"""What happened to an entity, as subscriptions look at it (5.2.12, 5.8.6)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from mimtest.sandbox.ngsild.model import Attribute, Entity, Instances, instance_of

DEFAULT_TRIGGERS: Final = frozenset(("attributeCreated", "attributeUpdated"))
#: The names of what a subscription may be triggered by, and what each stands for.
TRIGGERS: Final = {
    **{name: frozenset((name,)) for name in ("entityCreated", "entityDeleted")},
    **{name: frozenset((name,)) for name in (*DEFAULT_TRIGGERS, "attributeDeleted")},
    "entityUpdated": DEFAULT_TRIGGERS | {"attributeDeleted"},
}


@dataclass(frozen=True, slots=True)
class Change:
    """An entity before and after something, None where there was or is none.

    `entity` is the one after the change, or as it was last.
    """

    entity: Entity
    before: Entity | None
    after: Entity | None

    @property
    def is_deletion(self) -> bool:
        """Whether the entity is gone."""
        return self.after is None

    def then(self, later: "Change") -> "Change":
        """Both changes as one."""
        return Change(later.entity, self.before, later.after)

    def events(self) -> Iterator[tuple[str, str]]:
        """What happened to which attribute; the name is empty where it is the entity's own."""
        if self.before is None:
            yield "entityCreated", ""
        if self.after is None:
            yield "entityDeleted", ""
        for name in self._names():
            for event in _events(*self.instances(name)):
                yield event, name

    def triggers(self, wanted: Collection[str], watched: Collection[str] | None) -> bool:
        """Whether something wanted happened to a watched attribute; None watches all.

        The entity's own creation and end count where it has one of them.
        """
        names = self._names()
        known = names if watched is None else [n for n in names if n in watched]
        if watched is not None and not known:
            return False
        return any(e in wanted and (not name or name in known) for e, name in self.events())

    def instances(self, name: str) -> tuple[Instances, Instances]:
        """The instances of an attribute before and after."""
        old, new = (e.attributes.get(name, ()) if e else () for e in (self.before, self.after))
        return old, new

    def _names(self) -> list[str]:
        found = (e.attributes for e in (self.before, self.after) if e)
        return list(dict.fromkeys(name for attributes in found for name in attributes))


def _events(old: Instances, new: Instances) -> Iterator[str]:
    for item in new:
        known = instance_of(old, item.dataset)
        if known is None:
            yield "attributeCreated"
        elif not is_same(known, item):
            yield "attributeUpdated"
    if gone(old, new):
        yield "attributeDeleted"


def gone(old: Instances, new: Instances) -> Instances:
    """The instances that are not there any more."""
    return tuple(i for i in old if instance_of(new, i.dataset) is None)


def is_same(one: Attribute, other: Attribute) -> bool:
    """Whether two states of an instance differ in nothing but the broker's own times."""
    return _unstamped(one) == _unstamped(other)


def _unstamped(item: Attribute) -> Attribute:
    parts = {n: tuple(map(_unstamped, i)) for n, i in item.parts.items()}
    return replace(item, parts=parts, created="", modified="")
