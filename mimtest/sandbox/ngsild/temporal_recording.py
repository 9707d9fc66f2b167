"""What happens to current entities becomes history (4.5.6, 4.5.7)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mimtest.sandbox.ngsild.model import NULL, Attribute, Entity, Instances
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.temporal import Evolution, History, Instance, Timeline, timelines_with

_LISTS = ("ListProperty", "ListRelationship")


class Recording:
    """Writes down in the history what changes in a store; one that is empty begins with what is there."""

    def __init__(self, store: Store, history: History) -> None:
        self._history = history
        self._clock = Clock()
        for entity in () if history.all() else store.all():
            self.note(None, entity)
        store.listeners.append(self.note)

    def note(self, old: Entity | None, new: Entity | None) -> None:
        """Take note of a change; the evolution of an entity that is gone stays, marked (A58)."""
        known = new or old
        if known is None:
            return
        now = new.modified if new else self._clock.now()
        before, after = old.attributes if old else {}, new.attributes if new else {}
        names = dict.fromkeys((*before, *after))
        more = {n: _steps(before.get(n, ()), after.get(n, ()), now) for n in names}
        scopes = _scope_steps(old.scopes if old else (), new.scopes if new else (), now)

        def add(there: Evolution | None) -> Evolution:
            start = there or Evolution(known.id, known.types, created=now)
            return replace(
                start,
                types=tuple(dict.fromkeys((*start.types, *known.types))),
                scopes=(*start.scopes, *scopes),
                timelines=timelines_with(start.timelines, more),
                modified=now,
                deleted=None if new else now,
            )

        self._history.put(known.id, add)


def scope_instance(scopes: tuple[str, ...], now: str, **extra: Any) -> Instance:
    """The scopes an entity has from now on."""
    told = {"observedAt": now, **extra}
    return Instance(Attribute("Property", list(scopes), told, created=now, modified=now))


def _scope_steps(old: tuple[str, ...], new: tuple[str, ...], now: str) -> Timeline:
    if old == new:
        return ()
    return (scope_instance(new, now),) if new else (_end(Attribute("Property", NULL), now),)


def _steps(old: Instances, new: Instances, now: str) -> Timeline:
    return tuple(_changes({i.dataset: i for i in old}, {i.dataset: i for i in new}, now))


def _changes(
    old: dict[str | None, Attribute], new: dict[str | None, Attribute], now: str
) -> Iterator[Instance]:
    for dataset, item in new.items():
        if old.get(dataset) != item:
            yield Instance(item.since(item.modified))
    for dataset, item in old.items():
        if dataset not in new:
            yield _end(item, now)


def _end(item: Attribute, now: str) -> Instance:
    """The mark that an attribute was deleted: a null value, and when (4.5.7)."""
    value: Any = {"@none": NULL} if item.kind == "LanguageProperty" else NULL
    value = [NULL] if item.kind in _LISTS else value
    mark = Attribute(item.kind, value, dataset=item.dataset, created=now, modified=now)
    return Instance(mark, deleted=now)
