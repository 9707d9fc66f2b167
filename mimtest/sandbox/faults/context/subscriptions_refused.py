"""Ways to break refusing subscriptions that are none: each takes one kind of mistake for right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import ERRORS, body_of, refusal, resent
from mimtest.sandbox.faults.context.subscriptions import notifying, subscribes
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Body = dict[str, Any]
_ANYWHERE: Final = {"uri": "http://127.0.0.1:9/any"}
_ANYTHING: Final = [{"type": "MtAnything"}]
_CLIENTS: Final = 400


def _taking(wrong: Callable[[Body], Any], right: Callable[[Body], Body]) -> Act:
    """Puts something right in what is refused, if it is wrong in that way."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        body = body_of(request) if subscribes(request) else None
        if response.status < _CLIENTS or not isinstance(body, dict) or not wrong(body):
            return response
        return proceed(resent(request, right))

    return act


def _put(**members: Any) -> Callable[[Body], Body]:
    return lambda body: {**body, **members}


def _drop(*names: str) -> Callable[[Body], Body]:
    return lambda body: {k: v for k, v in body.items() if k not in names}


def _told(body: Body) -> Mapping[str, Any]:
    notification = body.get("notification")
    return notification if isinstance(notification, dict) else {}


def _endpoint(body: Body) -> Mapping[str, Any]:
    endpoint = _told(body).get("endpoint")
    return endpoint if isinstance(endpoint, dict) else {}


def _is_negative(body: Body, name: str) -> bool:
    value = body.get(name)
    return isinstance(value, int) and value < 0


def _is_past(body: Body) -> bool:
    return str(body.get("expiresAt", "9")) < datetime.now(UTC).strftime("%Y-%m-%d")


def _register(
    name: str,
    sentence: str,
    check: str,
    wrong: Callable[[Body], Any],
    right: Callable[[Body], Body],
) -> None:
    act = _taking(wrong, right)
    act.__doc__, act.__module__ = sentence, __name__
    fault(name, kills=(check,))(act)


_FOUR, _FIVE, _NINE, _TEN = "CTX-SUB-04", "CTX-SUB-05", "CTX-SUB-09", "CTX-SUB-10"

for _name, _sentence, _check, _wrong, _right in (
    ("no-type", "A subscription needs no type.", _FOUR,
     lambda b: "type" not in b, _put(type="Subscription")),
    ("any-type", "A subscription may have any type.", _FOUR,
     lambda b: b.get("type") == "Description", _put(type="Subscription")),
    ("no-notification", "A subscription needs no notification.", _FOUR,
     lambda b: "notification" not in b, _put(notification={"endpoint": _ANYWHERE})),
    ("no-endpoint", "A notification needs no endpoint.", _FOUR,
     lambda b: "endpoint" not in _told(b), lambda b: notifying(b, endpoint=_ANYWHERE)),
    ("any-address", "The address of an endpoint may be any text.", _FOUR,
     lambda b: ":" not in _endpoint(b).get("uri", ":"), lambda b: notifying(b, endpoint=_ANYWHERE)),
    ("empty-entities", "The entities of a subscription may be none.", _FOUR,
     lambda b: b.get("entities") == [], _put(entities=_ANYTHING)),
    ("empty-watched", "The watched attributes may be none.", _FOUR,
     lambda b: b.get("watchedAttributes") == [], _drop("watchedAttributes")),
    ("about-nothing", "A subscription may be about nothing.", _FOUR,
     lambda b: not {"entities", "watchedAttributes"} & {*b}, _put(entities=_ANYTHING)),
    ("any-id", "The identifier of a subscription may be any text.", _FOUR,
     lambda b: ":" not in b.get("id", ":"), _drop("id")),
    ("period-of-watched", "Periods go together with watched attributes.", _FIVE,
     lambda b: {"timeInterval", "watchedAttributes"} <= {*b}, _drop("watchedAttributes")),
    ("period-throttled", "Periods go together with throttling.", _FIVE,
     lambda b: {"timeInterval", "throttling"} <= {*b}, _drop("throttling")),
    ("no-period", "A period of zero is taken for none.", _FIVE,
     lambda b: b.get("timeInterval") == 0, _drop("timeInterval")),
    ("negative-period", "A period may be negative.", _FIVE,
     lambda b: _is_negative(b, "timeInterval"), _drop("timeInterval")),
    ("negative-throttling", "Throttling may be negative.", _FIVE,
     lambda b: _is_negative(b, "throttling"), _drop("throttling")),
    ("ended", "A subscription may have ended before it is made.", "CTX-SUB-06",
     _is_past, _drop("expiresAt")),
    ("any-q", "A condition that cannot be read is left out.", _NINE,
     lambda b: "q" in b, _drop("q")),
    ("any-place", "A place that cannot be read is left out.", _NINE,
     lambda b: "geoQ" in b, _drop("geoQ")),
    ("any-scope", "A scope that cannot be read is left out.", _NINE,
     lambda b: "scopeQ" in b, _drop("scopeQ")),
    ("changes-in-short", "Changes are taken together with a short format.", _TEN,
     lambda b: _told(b).get("showChanges"), lambda b: notifying(b, showChanges=None)),
    ("no-attributes", "The attributes of a notification may be none.", _TEN,
     lambda b: _told(b).get("attributes") == [], lambda b: notifying(b, attributes=None)),
    ("any-format", "An unknown format is taken for the normal one.", _TEN,
     lambda b: _told(b).get("format") == "picture", lambda b: notifying(b, format=None)),
    ("any-media-type", "An unknown media type is taken for JSON.", _TEN,
     lambda b: "accept" in _endpoint(b), lambda b: notifying(b, endpoint=_ANYWHERE)),
    ("any-trigger", "Unknown triggers are left out.", "CTX-SUB-11",
     lambda b: "entityRead" in b.get("notificationTrigger", ()), _drop("notificationTrigger")),
    ("any-context", "A @context for notifications that is none is left out.", "CTX-SUB-25",
     lambda b: "-" in b.get("jsonldContext", ""), _drop("jsonldContext")),
    ("context-unseen", "A @context for notifications that cannot be had is left out.", "CTX-SUB-25",
     lambda b: "missing" in b.get("jsonldContext", ""), _drop("jsonldContext")),
):  # fmt: skip
    _register(f"ctx-sub-{_name}", _sentence, _check, _wrong, _right)


@fault("ctx-sub-cut-json-is-data", kills=("CTX-SUB-04",))
def _cut_json_is_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is no JSON is called wrong data."""
    response = proceed(request)
    if not subscribes(request) or b"InvalidRequest" not in response.body:
        return response
    return refusal(_CLIENTS, "BadRequestData")


@fault("ctx-sub-refused-and-kept", kills=("CTX-SUB-05", "CTX-SUB-10"), beside=("CTX-SUB-*",))
def _refused_and_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is refused is kept without what is wrong."""
    response, body = proceed(request), body_of(request)
    if not subscribes(request) or response.status != _CLIENTS or not isinstance(body, dict):
        return response
    least = {k: body[k] for k in ("id", "type", "entities") if k in body}
    data = dump({**least, "notification": {"endpoint": _ANYWHERE}})
    headers = {**request.headers, "content-length": str(len(data))}
    proceed(replace(request, headers=headers, body=data))
    return response


@fault("ctx-sub-context-is-bad-data", kills=("CTX-SUB-25",))
def _context_is_bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context for notifications that cannot be had is called wrong data."""
    response, body = proceed(request), body_of(request)
    if not subscribes(request) or not isinstance(body, dict) or "jsonldContext" not in body:
        return response
    missing = f"{ERRORS}LdContextNotAvailable".encode() in response.body
    return refusal(_CLIENTS, "BadRequestData") if missing else response
