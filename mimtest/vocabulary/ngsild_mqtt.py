"""Subscriptions whose endpoint is an MQTT topic, and the notifications there (GS CIM 009 7.2)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.network.incoming import Asked
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import assert_status, member, shown
from mimtest.vocabulary.mqtt import Published, Subscriber, Topic
from mimtest.vocabulary.ngsild import JSON, Broker, own_id
from mimtest.vocabulary.ngsild_notices import tells
from mimtest.vocabulary.ngsild_notifications import SUBSCRIPTIONS
from mimtest.vocabulary.ngsild_subjects import Subject

#: Seconds after which an unheeded change is followed by the next, while it is open whether a subscription counts.
_PAUSES: Final = (0.2, 0.3, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Told:
    """A notification that came over MQTT: what is said beside it, and the notification as if over HTTP."""

    metadata: Mapping[str, Any]
    asked: Asked
    qos: int


@dataclass(frozen=True, slots=True)
class Watch:
    """A subscription of our own to one entity, and the topic it delivers to."""

    id: str
    subject: Subject
    topic: Topic

    @property
    def path(self) -> str:
        """The path of the subscription."""
        return f"{SUBSCRIPTIONS}/{quote(self.id, safe=':')}"

    def first_told(self) -> Told:
        """The first notification of a change, which is followed by others while nothing comes.

        Raises Contradiction, Inconclusive when the product says that it cannot deliver.
        """
        __tracebackhide__ = True
        end = self._end()
        made: list[Any] = []
        seen = 0
        for pause in (*_PAUSES, end - time.monotonic()):
            made.append(self.subject.change())
            until = min(end, time.monotonic() + pause)
            while len(came := self.topic.wait(seen + 1, until)) > seen:
                told = told_in(came[seen])
                if tells(told.asked, self.subject.has("temp", *made)):
                    return told
                seen += 1
        self.topic.subscriber.require_whole()
        self.subject.require_kept()
        if not seen and self._says_failed() and not self._is_reached():
            address = self.topic.subscriber.server.address
            detail = f"the product says that it cannot deliver to {address}"
            raise Inconclusive("no_way_back", detail)
        raise Contradiction(
            f"no notification of {len(made)} changes at the topic of the subscription",
            expected=f"one with 'temp' = {' or '.join(map(str, made))}",
            received=f"{seen} messages with anything else",
        )

    def _end(self) -> float:
        """When what has not come is missing."""
        interface = self.topic.subscriber.client.interface
        return time.monotonic() + interface.notifies + interface.settles

    def _says_failed(self) -> bool:
        """Whether the product says that it could not deliver."""
        answer = self.subject.broker.send("GET", self.path)
        try:
            told = answer.json().get("notification", {})
            return bool(told.get("status") == "failed" or told.get("timesFailed", 0) > 0)
        except (Contradiction, Unanswered, AttributeError, TypeError):
            return False

    def _is_reached(self) -> bool:
        """Whether anything comes when nothing but the topic is asked for."""
        end, control = self._end(), watch(self.topic.subscriber, self.subject)
        for pause in (*_PAUSES, end - time.monotonic()):
            self.subject.change()
            if control.topic.wait(1, min(end, time.monotonic() + pause)):
                return True
        return False


def watch(subscriber: Subscriber, subject: Subject, **endpoint: Any) -> Watch:
    """A subscription to one entity that is told over MQTT. Raises Contradiction."""
    __tracebackhide__ = True
    broker: Broker = subject.broker
    topic = subscriber.topic()
    own = own_id("Subscription", broker.client.run_id)
    watched = Watch(own, subject, topic)
    body = {
        "id": own,
        "type": "Subscription",
        "entities": [{"type": subject.type, "id": subject.id}],
        "notification": {"endpoint": {"uri": topic.url, "accept": JSON, **endpoint}},
    }
    answer = broker.client.create(SUBSCRIPTIONS, undo=watched.path, json=body, headers=broker.names)
    assert_status(answer, 201, what="making a subscription with an MQTT endpoint")
    return watched


def told_in(message: Published) -> Told:
    """The notification in a message: an object with `metadata` and `body`. Raises Contradiction."""
    __tracebackhide__ = True
    try:
        value = parse_json(message.body)
    except Unanswered as broken:
        text = message.body[:300].decode(errors="replace")
        raise Contradiction(
            "the message is no JSON", expected="JSON", received=f"{broken.detail}: {text}"
        ) from None
    metadata = member(value, "metadata", dict, "the message")
    body = member(value, "body", dict, "the message")
    headers = {k.lower(): v if isinstance(v, str) else shown(v) for k, v in metadata.items()}
    sent = json.dumps(body, ensure_ascii=False).encode()
    return Told(
        metadata, Asked("PUBLISH", message.topic, headers, message.at, body=sent), message.qos
    )
