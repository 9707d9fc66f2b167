"""Subscriptions to the registrations of one tenant, and what they are told (5.11, 5.3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.contexts import Contexts
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.notifiers import Notifiers
from mimtest.sandbox.ngsild.notifying import Notifier
from mimtest.sandbox.ngsild.notifying_payload import envelope, posted
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.registrations_search import Search, read_search
from mimtest.sandbox.ngsild.registrations_store import Registrations
from mimtest.sandbox.ngsild.registrations_view import view
from mimtest.sandbox.ngsild.store import Clock
from mimtest.sandbox.ngsild.subscriptions_reading import Subscription

NEW: Final = "newlyMatching"
UPDATED: Final = "updated"
OVER: Final = "noLongerMatching"


@dataclass(frozen=True, slots=True)
class Notice:
    """Why registrations are told of, and which."""

    reason: str
    registrations: tuple[Registration, ...]


class CsourceSubscriptions(Notifiers[Notice]):
    """Subscriptions to registrations, each with its notifier, in the order in which they came."""

    def __init__(
        self,
        tenant: str,
        registrations: Registrations,
        clock: Clock,
        contexts: Contexts,
        outgoing: Outgoing,
    ) -> None:
        super().__init__()
        self._tenant = tenant
        self._registrations = registrations
        self._clock = clock
        self._contexts = contexts
        self._outgoing = outgoing
        registrations.listeners.append(self._notice)

    def add(self, subscription: Subscription) -> None:
        """Begin with a subscription, and tell of what matches. Raises NgsiError (AlreadyExists)."""
        search = search_of(subscription)
        notifier = Notifier(subscription, self._compose, self._clock, self._outgoing, at_once=True)
        self.begin(notifier, Notice(NEW, tuple(search.of(self._registrations.all()))))

    def change(self, notifier: Notifier[Notice], subscription: Subscription) -> None:
        """Do as the subscription says now, and tell of all that matches (5.11.3.4). Raises NgsiError."""
        search = search_of(subscription)
        notifier.change(subscription)
        notifier.put(Notice(NEW, tuple(search.of(self._registrations.all()))))

    def _notice(self, before: Registration | None, after: Registration | None) -> None:
        for notifier in self.all():
            subscription = notifier.subscription
            if subscription.interval or subscription.status != "active":
                continue
            search = search_of(subscription)
            old, new = (tuple(search.of((r,) if r else ())) for r in (before, after))
            if old or new:
                reason = OVER if not new else UPDATED if old else NEW
                notifier.put(Notice(reason, new or old))

    def _compose(self, subscription: Subscription, notices: Sequence[Notice]) -> Request | None:
        """What is told of notices that came together; of a periodic one what matches now."""
        if subscription.interval:
            found = search_of(subscription).of(self._registrations.all())
            notices = [Notice(notices[0].reason if notices else UPDATED, tuple(found))]
        reason = notices[-1].reason
        told = {r.id: r for n in notices if n.reason == reason for r in n.registrations}
        value = _notification(subscription, reason, [*told.values()], self._clock.now())
        return posted(subscription, value, self._contexts, self._tenant)


def search_of(subscription: Subscription) -> Search:
    """What a subscription looks for among registrations (5.11.2.4). Raises NgsiError."""
    document, shown = subscription.document, subscription.showing.projection.attrs
    watched = subscription.watched
    temporal = document.get("temporalQ", {})
    if not isinstance(temporal, dict):
        msg = "temporalQ is an object"
        raise bad_data(msg)
    given = {"csf": document.get("csf"), **temporal}
    named = watched | shown if watched and shown else None
    return read_search(given, subscription.selection, named)


def _notification(
    subscription: Subscription, reason: str, registrations: list[Registration], now: str
) -> dict[str, Any]:
    terms = subscription.told.terms
    data = [view(r, terms) for r in registrations]
    value = envelope(subscription.id, data, now)
    id_ = value["id"].replace(":Notification:", ":ContextSourceNotification:")
    kind = {"id": id_, "type": "ContextSourceNotification"}
    return {**value, **kind, "triggerReason": reason}
