"""Subscriptions of our own, and what they are told of changes (GS CIM 009 5.2.12, 5.3.1, 5.8.6, 6.3.8).

Whether a message is the one that is waited for, or one that must not come, is seen from what it says: a broker
may tell of the state it finds when a subscription is made, say something twice, or say it late.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.incoming import Asked
from mimtest.target import Level
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.ngsild import JSON, Broker, own_id
from mimtest.vocabulary.ngsild_notices import Fits, identity_of, tells
from mimtest.vocabulary.ngsild_subjects import State, Subject, own_subject
from mimtest.vocabulary.receiving import Mailbox, Receiver

SUBSCRIPTIONS: Final = "/subscriptions"
#: Seconds after which an unheeded change is followed by the next, while it is open whether a subscription counts.
_PAUSES: Final = (0.2, 0.3, 0.5, 1.0)
_DONE: Final = 204


@dataclass(frozen=True, slots=True)
class Watch:
    """A subscription of our own, and the mailbox it delivers to."""

    broker: Broker
    id: str
    box: Mailbox

    @property
    def path(self) -> str:
        """The path of the subscription."""
        return f"{SUBSCRIPTIONS}/{quote(self.id, safe=':')}"

    def change(self, **members: Any) -> None:
        """Change the subscription. Raises Inconclusive: that this is possible is shown elsewhere."""
        answer = self.broker.send("PATCH", self.path, members)
        if answer.status != _DONE:
            detail = f"changing a subscription has status {answer.status}"
            raise Inconclusive("precondition_unmet", detail)

    def end(self) -> None:
        """Delete the subscription. Raises Contradiction."""
        __tracebackhide__ = True
        answer = self.broker.send("DELETE", self.path)
        assert_status(answer, _DONE, what="ending a subscription")

    def hear(self, state: State, what: str = "a notification", more: float = 0.0) -> Asked:
        """The first message with that state of an entity, waited for.

        Raises Contradiction, Inconclusive when the broker itself does not have the entity so.
        """
        __tracebackhide__ = True
        try:
            return self.box.wait(where=lambda a: tells(a, state), what=what, more=more)[0]
        except Contradiction:
            state.subject.require_kept()
            raise

    def comes(self, fits: Fits, until: float) -> bool:
        """Whether a message with an entity that fits is there before a moment of the monotonic clock."""
        return bool(self.several(fits, 1, until))

    def several(self, fits: Fits, number: int, until: float) -> list[Asked]:
        """The messages with an entity that fits, as soon as there are so many, or at a moment."""

        def enough(came: Sequence[Asked]) -> bool:
            return len({identity_of(a) for a in came if tells(a, fits)}) >= number

        _ = self.box.receiver.hosting.wait(self.box.path, enough, until)
        return self.heard(fits)

    def heard(self, fits: Fits) -> list[Asked]:
        """The messages so far with an entity that fits; what is delivered again counts once."""
        came = {identity_of(a): a for a in reversed(self.box.arrived()) if tells(a, fits)}
        return list(reversed(came.values()))


@dataclass(frozen=True, slots=True)
class Notifier:
    """A broker that notifies, and the receiver it reaches.

    `lag` is how many seconds after its creation a subscription began to count, as seen once.
    """

    broker: Broker
    receiver: Receiver
    lag: float = 0.0

    def subscribe(
        self,
        notification: Mapping[str, Any] | None = None,
        endpoint: Mapping[str, Any] | None = None,
        **members: Any,
    ) -> Watch:
        """Make a subscription with these members, and wait until it counts. Raises Contradiction."""
        __tracebackhide__ = True
        box = self.receiver.mailbox()
        own = own_id("Subscription", self.broker.client.run_id)
        watch = Watch(self.broker, own, box)
        told = {**(notification or {}), "endpoint": {"uri": box.url, "accept": JSON}}
        told["endpoint"] |= endpoint or {}
        body = {"id": own, "type": "Subscription", **members, "notification": told}
        client, names = self.broker.client, self.broker.names
        answer = client.create(SUBSCRIPTIONS, undo=watch.path, json=body, headers=names)
        assert_status(answer, 201, what="making a subscription")
        time.sleep(self.lag)
        return watch

    def watch(self, *subjects: Subject, **members: Any) -> Watch:
        """A subscription to everything of the subjects' types."""
        return self.subscribe(entities=of_types(*subjects), **members)


def of_types(*subjects: Subject) -> list[dict[str, str]]:
    """Selectors of the subjects' types."""
    return [{"type": name} for name in dict.fromkeys(s.type for s in subjects)]


def first_told(watch: Watch, subject: Subject, name: str = "temp") -> tuple[Asked, float]:
    """The first message of a change, which is followed by others while nothing comes.

    A subscription may begin to count a moment after it is made: also gives that moment, in seconds.
    Raises Contradiction when no change is told of.
    """
    __tracebackhide__ = True
    receiver, start = watch.box.receiver, time.monotonic()
    known, interface = receiver.experience, receiver.client.interface
    end = start + receiver.declared + interface.settles
    made: dict[Any, float] = {}
    for pause in (*_PAUSES, end - start):
        before = time.monotonic()
        made[subject.change(name)] = before
        if watch.comes(subject.has(name, *made), min(end, before + pause)):
            break
    first = next(iter(watch.heard(subject.has(name, *made))), None)
    if first is None:
        known.in_vain += 1
        subject.require_kept()
        seconds, others = time.monotonic() - start, watch.box.arrived()
        raise Contradiction(
            f"no notification of {len(made)} changes within {seconds:.1f} s",
            expected=f"one with '{name}' = {' or '.join(map(str, made))}",
            received=f"{len(others)} messages with anything else",
        )
    value = next(v for v in made if tells(first, subject.has(name, v)))
    known.slowest = max(known.slowest, first.at - made[value])
    return first, (0.0 if value == next(iter(made)) else made[value] - start)


def notifier(broker: Broker, receiver: Receiver) -> Notifier:
    """The broker, seen to notify, and how soon. Raises Contradiction."""
    opened = Notifier(broker, receiver)
    subject = own_subject(broker, "MtNotified")
    _, lag = first_told(opened.watch(subject), subject)
    return Notifier(broker, receiver, lag)


def require_notified(broker: Broker, receiver: Receiver, unreached: Inconclusive) -> None:
    """Have a broker that fetches nothing from the tester notify. Raises Inconclusive when it does not."""
    client = broker.client
    if not client.level.allows(Level.WRITES):
        raise unreached
    try:
        with client.recorder.preparing(client.level):
            _ = notifier(broker, receiver)
    except (Contradiction, Inconclusive) as silent:
        told = silent.message if isinstance(silent, Contradiction) else silent.detail
        raise Inconclusive("no_way_back", f"{unreached.detail}; {told}") from None
