"""The words of subscriptions (GS CIM 009 5.2.12 to 5.2.15, 5.2.22, 5.8.1 to 5.8.5): made, read, changed.

Nothing is delivered on account of them: they are to types and attributes that nobody has.
"""

import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

from mimtest import clock
from mimtest.errors import Inconclusive
from mimtest.network.client import Answer, OutOfScope
from mimtest.network.hosting import Hosting
from mimtest.network.incoming import Reply
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import JSON, JSON_LD, Broker, next_page, own_id, own_name
from mimtest.vocabulary.ngsild_subscribed import (
    TYPE,
    Subscription,
    subscription_in,
    subscriptions_in,
)

SUBSCRIPTIONS: Final = "/subscriptions"
#: The marker that asks for the removal of a member (4.5.0).
NULL: Final = "urn:ngsi-ld:null"
#: An address at which nobody is (RFC 6761), where the tester cannot be reached.
NOWHERE: Final = "http://mimtest.invalid"
_PAGE: Final = 100
_MOST_PAGES: Final = 40


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a broker takes subscriptions; `endpoint` is the address for notifications of ours."""

    broker: Broker
    endpoint: str

    def where(self, id: str | None = None) -> str:
        """The path of the subscriptions, or of one."""
        return SUBSCRIPTIONS if id is None else f"{SUBSCRIPTIONS}/{quote(id, safe=':')}"

    def own_name(self, stem: str) -> str:
        """A name for a type or an attribute that nobody has."""
        return own_name(stem, self.broker.client.run_id)

    def draft(self, notification: Mapping[str, Any] | None = None, **members: Any) -> Subscription:
        """A subscription that nobody has made yet; a member that is None is left out."""
        endpoint = {"uri": self.endpoint, "accept": JSON}
        whole = {
            "id": own_id(TYPE, self.broker.client.run_id),
            "type": TYPE,
            "entities": [{"type": self.own_name("MtRoom")}],
            "notification": {"endpoint": endpoint, **(notification or {})},
            **members,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def create(self, sent: Mapping[str, Any], **options: Any) -> Answer:
        """Create Subscription (5.8.1); it is removed afterwards."""
        kind = JSON_LD if "@context" in sent else JSON
        client, headers = self.broker.client, {**self.broker.names, "Content-Type": kind}
        if is_uri(sent.get("id")):
            undo = self.where(sent["id"])
            return client.create(SUBSCRIPTIONS, undo=undo, json=sent, headers=headers, **options)
        answer = client.post(SUBSCRIPTIONS, json=sent, headers=headers, **options)
        if answer.ok and answer.location:
            with suppress(OutOfScope):
                client.note_created(answer.location)
        return answer

    def made(self, **members: Any) -> Subscription:
        """A subscription of our own, as it was sent. Raises Contradiction when it is not taken."""
        __tracebackhide__ = True
        sent = self.draft(**members)
        assert_status(self.create(sent), 201, what="making a subscription")
        return sent

    def retrieve(self, id: str, **options: Any) -> Answer:
        """Retrieve Subscription (5.8.3)."""
        return self.broker.get(self.where(id), **options)

    def status(self, id: str) -> Any:
        """What the broker says the subscription is doing. Raises Contradiction."""
        __tracebackhide__ = True
        return subscription_in(self.retrieve(id)).get("status")

    def send(self, method: str, id: str, fragment: Any = None) -> Answer:
        """Change or delete a subscription."""
        return self.broker.send(method, self.where(id), fragment)

    def broken(self, method: str, id: str | None = None) -> Answer:
        """A request with a body that is no JSON."""
        headers = {**self.broker.names, "Content-Type": JSON}
        return self.broker.client.request(
            method, self.where(id), content='{"type": ', headers=headers, harmless=True
        )

    def listed(self, wanted: Collection[str]) -> dict[str, Subscription]:
        """Those of the wanted subscriptions that are in the list (5.8.4).

        Raises Contradiction, and Inconclusive for a list that is too long to be read.
        """
        __tracebackhide__ = True
        found: dict[str, Subscription] = {}
        answer = self.broker.get(SUBSCRIPTIONS, limit=_PAGE)
        for _ in range(_MOST_PAGES):
            found |= {s["id"]: s for s in subscriptions_in(answer) if s["id"] in wanted}
            following = next_page(answer)
            if following is None or len(found) == len(wanted):
                return found
            answer = self.broker.get(following)
        raise Inconclusive("budget", f"there are more than {_MOST_PAGES} pages of subscriptions")

    def ids(self) -> frozenset[str]:
        """The identifiers in the list, as far as its pages are read and have more. Raises Contradiction."""
        __tracebackhide__ = True
        found: frozenset[str] = frozenset()
        answer = self.broker.get(SUBSCRIPTIONS, limit=_PAGE)
        for _ in range(_MOST_PAGES):
            page = {str(s["id"]) for s in subscriptions_in(answer)}
            following = next_page(answer)
            known, found = found, found | page
            if following is None or found == known:
                break
            answer = self.broker.get(following)
        return found

    def now(self) -> datetime:
        """The broker's time, to a second, where it tells it."""
        answer = self.broker.get(SUBSCRIPTIONS, limit=1)
        try:
            return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
        except (TypeError, ValueError):
            return clock.now()


def desk_of(broker: Broker, hosting: Hosting) -> Desk:
    """The desk of a broker; ours are told at an address that answers, if the broker reaches one."""
    address, path = hosting.address_for(broker.client.interface), f"/{secrets.token_hex(8)}/notify"
    if address is None:
        return Desk(broker, f"{NOWHERE}{path}")
    hosting.put(path, Reply(200), methods=())
    return Desk(broker, f"{address.rstrip('/')}{path}")


def stamp(moment: datetime) -> str:
    """A moment as a DateTime."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
