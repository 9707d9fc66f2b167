"""Subscriptions passed on to the sources of what is subscribed, and what these notify (5.8.1, 5.8.2, 5.8.5, 5.8.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Final
from urllib.parse import quote, unquote
from uuid import uuid4

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild import subscriptions
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution import retrieve
from mimtest.sandbox.ngsild.distribution_merging import merged
from mimtest.sandbox.ngsild.distribution_narrowing import Wanted
from mimtest.sandbox.ngsild.distribution_sending import Question, answer_of, is_loop
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import JSON
from mimtest.sandbox.ngsild.notifying_changes import Change
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.registrations_matching import Asked, aliases, matching
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.router import Operation, Routes
from mimtest.sandbox.ngsild.selection import Selection
from mimtest.sandbox.ngsild.subscriptions_reading import Subscription

_PATH: Final = "passedOn"
_FILTERS: Final = ("q", "geoQ", "scopeQ")
#: Members that are the own subscription's alone.
_OWN: Final = ("id", "entities", "watchedAttributes", "notification", "localOnly", "csf")


@wraps(subscriptions.create_subscription)
def create_subscription(call: Call) -> Response:
    """Begin here, and at the sources of what is subscribed."""
    response = subscriptions.create_subscription(call)
    id_ = unquote(str(response.header("Location")).rpartition("/")[2])
    passing = _Passing(call, id_)
    if not passing.subscription.document.get("localOnly") and not is_loop(call):
        call.tenant.passed_on.begin(id_, passing)
    return response


@wraps(subscriptions.update_subscription)
def update_subscription(call: Call) -> Response:
    """Change it here, and at the sources."""
    response = subscriptions.update_subscription(call)
    call.tenant.passed_on.change(call.parts[0])
    return response


@wraps(subscriptions.delete_subscription)
def delete_subscription(call: Call) -> Response:
    """End it here, and at the sources."""
    response = subscriptions.delete_subscription(call)
    call.tenant.passed_on.end(call.parts[0])
    return response


def receive_notification(call: Call) -> Response:
    """What a source notifies is told to the own subscriber (5.8.6)."""
    body = call.payload()
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        msg = "a notification is an object with an array of entities"
        raise bad_data(msg)
    own = call.tenant.passed_on.own_of(str(body.get("subscriptionId")))
    if own is None:
        msg = "there is no such subscription"
        raise missing(msg)
    notifier = call.tenant.subscriptions.get(own)
    is_split = notifier.subscription.document.get("splitEntities") is True
    for item in body["data"]:
        data = (
            {k: v for k, v in item.items() if k != "@context"} if isinstance(item, dict) else item
        )
        entity = call.reader().entity(data)
        told = _whole(call, entity) if is_split else entity
        notifier.put(Change(told, told, told))
    return Response(200)


@dataclass(frozen=True, slots=True)
class _Passing:
    """How a subscription is passed on, on behalf of the one who made it."""

    call: Call
    id: str

    @property
    def subscription(self) -> Subscription:
        """The subscription as it is now."""
        return self.call.tenant.subscriptions.get(self.id).subscription

    def concerned(self, source: Registration) -> Registration | None:
        """The registration with what of it is subscribed (5.12), None when that is nothing."""
        subscription = self.subscription
        shown = subscription.showing.projection.attrs
        names = shown and frozenset((*shown, *(subscription.watched or ())))
        via = aliases(self.call.request.headers.get("via"))
        asked = Asked(
            subscription.selection.selectors, names or None, subscription.context.terms, via=via
        )
        is_meant = source.mode != "auxiliary" and "createSubscription" in source.operations
        return next(matching([source] if is_meant else [], asked), None)

    def begin(self, source: Registration, remote: str) -> bool:
        """Subscribe at a source under that id; whether it was taken."""
        body = {"id": remote, **self._copy(source)}
        return self._sent(source, "POST", "/subscriptions", body) == 201  # noqa: PLR2004

    def change(self, source: Registration, remote: str) -> None:
        """Have a source do as the subscription says now."""
        if "updateSubscription" in source.operations:
            self._sent(source, "PATCH", _at(remote), self._copy(source))

    def end(self, source: Registration, remote: str) -> None:
        """End the subscription at a source."""
        if "deleteSubscription" in source.operations:
            self._sent(source, "DELETE", _at(remote), None)

    def name(self) -> str:
        """A new id for the subscription at a source."""
        return f"urn:ngsi-ld:Subscription:{uuid4()}"

    def _sent(self, source: Registration, method: str, path: str, body: Any) -> int:
        return answer_of(self.call, source, Question(method, path, {}, body)).status

    def _copy(self, source: Registration) -> dict[str, Any]:
        """The subscription as far as it is registered, to be told to this broker (5.8.1.4)."""
        subscription = self.subscription
        document = subscription.document
        left_out = (*_OWN, *(_FILTERS if document.get("splitEntities") is True else ()))
        copy = {k: v for k, v in document.items() if k not in left_out}
        selectors: list[dict[str, Any]] = document.get("entities") or [{}]
        entities = [
            _selector(params)
            for info in source.information
            for selector in selectors
            for params in Wanted((selector,), subscription.context.terms).of(info)
        ]
        watched = self._watched(source, document)
        return {
            **copy,
            **({"entities": entities} if any("type" in e for e in entities) else {}),
            **({"watchedAttributes": watched} if watched else {}),
            "notification": {"endpoint": self._endpoint()},
        }

    def _watched(self, source: Registration, document: Mapping[str, Any]) -> list[str]:
        names = frozenset[str]().union(*(i.names for i in source.information))
        terms = self.subscription.context.terms
        given = document.get("watchedAttributes") or ()
        return [n for n in given if not names or terms.expand(n) in names]

    def _endpoint(self) -> dict[str, Any]:
        """Where this broker takes notifications."""
        call = self.call
        uri = f"{call.request.base}{PREFIX}/{_PATH}"
        tenant = {"key": "NGSILD-Tenant", "value": call.tenant.name}
        told = {"receiverInfo": [tenant]} if call.tenant.name else {}
        return {"uri": uri, "accept": JSON, **told}


def _selector(params: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {k: v for k, v in params.items() if k in ("type", "idPattern")}
    ids = params.get("id", "").split(",")
    return found | ({"id": ids[0] if len(ids) == 1 else ids} if ids[0] else {})


def _at(remote: str) -> str:
    return f"/subscriptions/{quote(remote, safe=':')}"


def _whole(call: Call, entity: Entity) -> Entity:
    """The entity with what others have of it (5.8.6)."""
    asking = replace(call, parts=(entity.id,), params={})
    found = retrieve(asking, Selection(call.context.terms)).entities
    return merged([*found, entity])


ROUTES: Final[Routes] = {
    ("subscriptions",): {
        **subscriptions.ROUTES["subscriptions",],
        "POST": Operation(create_subscription, starts_tenant=True),
    },
    ("subscriptions", "*"): {
        **subscriptions.ROUTES["subscriptions", "*"],
        "PATCH": Operation(update_subscription),
        "DELETE": Operation(delete_subscription),
    },
}
#: What is no part of the API: where sources send their notifications.
RECEIVING: Final[Routes] = {(_PATH,): {"POST": Operation(receive_notification)}}
