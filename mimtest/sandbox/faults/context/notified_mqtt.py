"""Ways to break notifications over MQTT."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.subscribed import Json, dropped, without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_KILLS: Final = ("CTX-NOT-31",)
_PROTOCOL: Final = ("Content-Type", "Link", "NGSILD-Tenant")


def _message(request: Request) -> Json | None:
    """The message that is published, if one is."""
    body = body_of(request) if request.method == "PUBLISH" else None
    return body if isinstance(body, dict) else None


def _otherwise(id_: str, doc: str, change: Callable[[Json], Any]) -> None:
    """Register a fault: messages over MQTT say something else."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        told = _message(request)
        return proceed(request if told is None else request.with_body(dump(change(told))))

    act.__doc__ = doc
    fault(id_, kills=_KILLS, outgoing=True)(act)


_otherwise(
    "ctx-mqtt-bare",
    "A message over MQTT is the notification alone, without metadata.",
    lambda m: m["body"],
)
_otherwise(
    "ctx-mqtt-without-metadata",
    "A message over MQTT has the notification in 'body' and no metadata.",
    lambda m: without(m, "metadata"),
)
_otherwise(
    "ctx-mqtt-as-text",
    "The 'body' of a message over MQTT is JSON in a text.",
    lambda m: m | {"body": json.dumps(m["body"])},
)
_otherwise(
    "ctx-mqtt-type-lost",
    "The metadata over MQTT do not have the media type.",
    lambda m: without(m, "metadata", "Content-Type"),
)
_otherwise(
    "ctx-mqtt-type-is-json",
    "The metadata over MQTT call every notification JSON.",
    lambda m: m | {"metadata": m["metadata"] | {"Content-Type": "application/json"}},
)
_otherwise(
    "ctx-mqtt-link-lost",
    "The metadata over MQTT do not link to the @context.",
    lambda m: without(m, "metadata", "Link"),
)
_otherwise(
    "ctx-mqtt-receiver-info-lost",
    "What is meant for the receiver is not in the metadata over MQTT.",
    lambda m: m | {"metadata": {k: v for k, v in m["metadata"].items() if k in _PROTOCOL}},
)
_otherwise(
    "ctx-mqtt-context-lost",
    "Notifications in JSON-LD have no @context over MQTT.",
    lambda m: m | {"body": without(m["body"], "@context")},
)
_otherwise(
    "ctx-mqtt-other-subscription",
    "Notifications over MQTT name another subscription.",
    lambda m: m | {"body": m["body"] | {"subscriptionId": "urn:ngsi-ld:Subscription:other"}},
)


@fault("ctx-mqtt-qos-ignored", kills=_KILLS, outgoing=True)
def _qos_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever QoS is asked for, messages over MQTT are sent with QoS 0."""
    if _message(request) is None:
        return proceed(request)
    return proceed(replace(request, headers={**request.headers, "mqtt-qos": "0"}))


@fault("ctx-mqtt-version-unknown", kills=_KILLS, outgoing=True)
def _version_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who names a version of MQTT is not notified."""
    is_named = _message(request) is not None and "mqtt-version" in request.headers
    return dropped() if is_named else proceed(request)


@fault("ctx-mqtt-unsent", kills=_KILLS, outgoing=True)
def _unsent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing is sent over MQTT, and it is called delivered."""
    return proceed(request) if _message(request) is None else dropped()
