"""Subscriptions: kept, given out, changed and cancelled. Nothing is delivered."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.sandbox.ngsiv2.call import Call, unknown_names
from mimtest.sandbox.ngsiv2.errors import bad_request, missing
from mimtest.sandbox.ngsiv2.moments import instant
from mimtest.sandbox.ngsiv2.selection import check_expression, subject_of

_MEMBERS: Final = ("description", "subject", "notification", "expires", "status", "throttling")
_NOTIFICATION: Final = ("attrs", "exceptAttrs", "http", "httpCustom", "attrsFormat", "metadata")
_FORMATS: Final = ("normalized", "keyValues", "values")
_STATUSES: Final = ("active", "inactive")


def create(call: Call) -> str:
    """Create a subscription; its id. Raises V2Error."""
    body = call.object()
    for name in ("subject", "notification"):
        if name not in body:
            raise bad_request(f"a subscription has a {name}")
    _check(body)
    own = secrets.token_hex(12)
    call.tenant.subscriptions[own] = {"status": "active", **body}
    return own


def change(call: Call, id: str) -> None:
    """Change the members that are sent. Raises V2Error."""
    known = _known(call, id)
    body = call.object()
    _check(body)
    call.tenant.subscriptions[id] = {**known, **body}


def cancel(call: Call, id: str) -> None:
    """Delete a subscription. Raises V2Error."""
    _known(call, id)
    del call.tenant.subscriptions[id]


def one(call: Call, id: str) -> dict[str, Any]:
    """A subscription as it is given out. Raises V2Error."""
    return _shown(id, _known(call, id))


def listed(call: Call) -> list[dict[str, Any]]:
    """All of them."""
    return [_shown(own, s) for own, s in call.tenant.subscriptions.items()]


def _known(call: Call, id: str) -> dict[str, Any]:
    if id not in call.tenant.subscriptions:
        raise missing("subscription")
    return call.tenant.subscriptions[id]


def _shown(id: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    notification = {
        "attrs": [],
        "attrsFormat": "normalized",
        "timesSent": 0,
        **kept["notification"],
    }
    if "exceptAttrs" in notification:
        del notification["attrs"]
    end = instant(kept.get("expires"))
    status = "expired" if end and end < datetime.now(UTC) else kept["status"]
    return {"id": id, **kept, "notification": notification, "status": status}


def _check(body: dict[str, Any]) -> None:
    unknown_names(body, _MEMBERS, "a subscription")
    if body.get("expires") and instant(body["expires"]) is None:
        raise bad_request("expires is a moment as ISO 8601 writes it")
    if body.get("status", "active") not in _STATUSES:
        raise bad_request("status is active or inactive")
    throttling = body.get("throttling", 0)
    if not isinstance(throttling, int) or isinstance(throttling, bool) or throttling < 0:
        raise bad_request("throttling is a number of seconds")
    if not isinstance(body.get("description", ""), str):
        raise bad_request("description is a text")
    if "subject" in body:
        _check_subject(body["subject"])
    if "notification" in body:
        _check_notification(body["notification"])


def _check_subject(subject: Any) -> None:
    members = _object(subject, ("entities", "condition"), "subject")
    entities = members.get("entities")
    if not isinstance(entities, list) or not entities:
        raise bad_request("a subject has entities")
    for item in entities:
        subject_of(item)
    condition = _object(members.get("condition", {}), ("attrs", "expression"), "condition")
    _texts(condition.get("attrs", []), "attrs")
    check_expression(condition.get("expression", {}))


def _check_notification(notification: Any) -> None:
    members = _object(notification, _NOTIFICATION, "notification")
    if ("http" in members) == ("httpCustom" in members):
        raise bad_request("a notification has http or httpCustom")
    if "attrs" in members and "exceptAttrs" in members:
        raise bad_request("attrs and exceptAttrs exclude each other")
    for name in ("attrs", "exceptAttrs", "metadata"):
        _texts(members.get(name, []), name)
    if members.get("attrsFormat", "normalized") not in _FORMATS:
        raise bad_request(f"attrsFormat is one of {', '.join(_FORMATS)}")
    where = members.get("http", members.get("httpCustom"))
    url = where.get("url") if isinstance(where, dict) else None
    if not isinstance(url, str) or not urlsplit(url).hostname:
        raise bad_request("a notification has the url of a service")


def _object(value: Any, members: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request(f"{what} is an object")
    unknown_names(value, members, f"a {what}")
    return value


def _texts(value: Any, what: str) -> None:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise bad_request(f"{what} is an array of names")
