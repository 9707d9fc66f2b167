"""Permitted ways to deliver: after several tries, and at first; and to say when that was."""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.notifications_variants import at_first
from mimtest.sandbox.faults.context.subscribed import (
    Json,
    dropped,
    made,
    notified,
    subscription_in,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.sending import Unsent

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
_CREATED: Final = 201
#: Pauses, in seconds, after which a delivery is tried again; longer than a write takes to be seen.
_PAUSES: Final = (0.5, 2.0)
#: Seconds that are left for what is told late.
_LEFT: Final = 0.5


@fault("ctx-variant-deliveries-are-tried-again", outgoing=True)
def _tried_again(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is not taken is sent twice again before its delivery has failed."""
    if notified(request) is None or _is_limited(made(platform, request)):
        return proceed(request)
    for pause in _PAUSES:
        with suppress(Unsent):
            response = proceed(request)
            if response.status == _OK:
                return response
        time.sleep(pause)
    return proceed(request)


def _is_limited(subscription: Json) -> bool:
    """Whether the subscription says how patient the broker is to be with its receiver."""
    endpoint = subscription.get("notification", {}).get("endpoint", {})
    return bool({"timeout", "cooldown"} & {*endpoint})


@fault("ctx-variant-deliveries-dated-apart")
def _dated_apart(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification is dated when it was sent, its success when the receiver had answered."""
    response = proceed(request)
    if request.method != "GET" or subscription_in(request) is None or response.status != _OK:
        return response
    body = response.json()
    told = body.get("notification", {})
    if "lastSuccess" not in told:
        return response
    answered = datetime.fromisoformat(told["lastSuccess"]) + timedelta(milliseconds=40)
    dated = f"{answered:%Y-%m-%dT%H:%M:%S}.{answered.microsecond // 1000:03}Z"
    return response.with_json(body | {"notification": told | {"lastSuccess": dated}})


@fault("ctx-variant-throttled-from-the-first", outgoing=True, incoming=True)
def _throttled_from_the_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who subscribes is first notified of the entities that there are, and throttled from then on (A39)."""
    begun: dict[str, float] = platform.memory.setdefault("throttled from the first", {})
    told = notified(request)
    if told is None:
        response = at_first(request, platform, proceed)
        own = (response.header("Location") or "").rpartition("/")[2]
        if response.status == _CREATED and own:
            begun[own] = time.monotonic()
        return response
    start = begun.get(str(told.get("subscriptionId")), 0.0)
    until = start + made(platform, request).get("throttling", -_LEFT) + _LEFT
    return dropped() if start and time.monotonic() < until else proceed(request)
