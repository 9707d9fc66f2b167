"""The subscriptions of one tenant, and who of them is told of a change (5.8.6)."""

from collections.abc import Sequence

from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.contexts import Contexts
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.notifiers import Notifiers
from mimtest.sandbox.ngsild.notifying import Notifier
from mimtest.sandbox.ngsild.notifying_changes import Change
from mimtest.sandbox.ngsild.notifying_payload import notification, posted
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.subscriptions_reading import Subscription


class Subscriptions(Notifiers[Change]):
    """Subscriptions to the entities of a store, each with its notifier, in the order in which they came."""

    def __init__(
        self, tenant: str, store: Store, clock: Clock, contexts: Contexts, outgoing: Outgoing
    ) -> None:
        super().__init__()
        self._tenant = tenant
        self._store = store
        self._clock = clock
        self._contexts = contexts
        self._outgoing = outgoing
        store.listeners.append(self._notice)

    def add(self, subscription: Subscription) -> None:
        """Begin with a subscription. Raises NgsiError (AlreadyExists)."""
        self.begin(Notifier(subscription, self._compose, self._clock, self._outgoing))

    def _notice(self, before: Entity | None, after: Entity | None) -> None:
        entity = after or before
        if entity is None:
            return
        change = Change(entity, before, after)
        for notifier in self.all():
            if _concerns(notifier.subscription, change):
                notifier.put(change)

    def _compose(self, subscription: Subscription, changes: Sequence[Change]) -> Request | None:
        if subscription.interval:
            changes = [Change(e, e, e) for e in self._store.all()]
        told: dict[str, Change] = {}
        for change in changes:
            id_ = change.entity.id
            if subscription.selection.meets(change.entity, self._find):
                told[id_] = told[id_].then(change) if id_ in told else change
        if not told:
            return None
        value = notification(subscription, [*told.values()], self._clock.now(), self._find)
        return posted(subscription, value, self._contexts, self._tenant)

    def _find(self, id: str) -> Entity | None:
        try:
            return self._store.get(id)
        except NgsiError:
            return None


def _concerns(subscription: Subscription, change: Change) -> bool:
    """Whether the change may have to be told; what takes longer to find out is looked at later."""
    return (
        not subscription.interval
        and subscription.selection.means(change.entity)
        and change.triggers(subscription.triggers, subscription.watched)
        and subscription.status == "active"
    )
