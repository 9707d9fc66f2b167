"""Ways to keep what becomes of registrations, and of subscriptions to them, and to go on as before."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import API, body_of, done
from mimtest.sandbox.faults.context.notifications_kept import is_gone, looking
from mimtest.sandbox.faults.context.subscribed import notified, without
from mimtest.sandbox.faults.context.unheeded import id_in, unheeded
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REGISTRATIONS: Final = f"{API}/csourceRegistrations"
_WATCHES: Final = f"{API}/csourceSubscriptions"
_OK: Final = 200
_CREATED: Final = 201
_PRIVATE: Final = ("authorization", "cookie")

unheeded(
    "ctx-reg-found-as-it-was",
    ("CTX-REG-33", "CTX-DIST-37"),
    "A registration is shown as it was changed, and is found and used for what it was about before.",
    (_REGISTRATIONS, "information"),
    beside=("CTX-REG-*",),
)
unheeded(
    "ctx-dist-old-endpoint",
    ("CTX-DIST-37",),
    "A registration is shown with another endpoint, and the first one is asked.",
    (_REGISTRATIONS, "endpoint"),
    beside=("CTX-REG-*",),
)
unheeded(
    "ctx-reg-watch-of-the-first",
    ("CTX-REG-32",),
    "A subscription is shown for other registrations, and is told of the first ones.",
    (_WATCHES, "entities"),
    beside=("CTX-REG-26",),
)
unheeded(
    "ctx-reg-watch-at-the-first-address",
    ("CTX-REG-32",),
    "A subscription to registrations is shown with another address, and the first one is told.",
    (_WATCHES, "notification", "endpoint"),
    beside=("CTX-REG-26",),
)


def _goes_on(collection: str, doc: str) -> Act:
    """What was removed is not retrieved any more, and goes on."""

    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        gone: set[str] = platform.memory.setdefault(f"gone {collection}", set())
        own = id_in(request, collection)
        if own in gone:
            return is_gone()
        if own and request.method == "DELETE" and proceed(looking(request)).status == _OK:
            gone.add(own)
            return done()
        return proceed(request)

    act.__doc__ = doc
    return act


fault("ctx-reg-removed-is-used", kills=("CTX-REG-33", "CTX-DIST-37"), beside=("CTX-*",))(
    _goes_on(
        _REGISTRATIONS, "A registration that was removed is not retrieved, but found and used."
    )
)
fault("ctx-reg-watch-removed-is-told", kills=("CTX-REG-32",), beside=("CTX-REG-26",))(
    _goes_on(_WATCHES, "A subscription to registrations that was removed is told of these.")
)


@fault("ctx-reg-expired-is-used", kills=("CTX-REG-33", "CTX-DIST-37"), beside=("CTX-REG-05",))
def _expired_used(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A registration that has ended is not retrieved, but found and used."""
    ends: dict[str, str] = platform.memory.setdefault("ends of registrations", {})
    own, body = id_in(request, _REGISTRATIONS), body_of(request)
    if request.method == "POST" and request.path == _REGISTRATIONS and isinstance(body, dict):
        end = body.get("expiresAt")
        if isinstance(end, str) and _is_ahead(end):
            ends[str(body.get("id"))] = end
            return proceed(request.with_body(dump(without(body, "expiresAt"))))
    end = ends.get(own or "")
    if end is None or request.method != "GET":
        return proceed(request)
    response = proceed(request) if _is_ahead(end) else is_gone()
    told = response.status == _OK
    return response.with_json(response.json() | {"expiresAt": end}) if told else response


def _is_ahead(moment: str) -> bool:
    try:
        return datetime.fromisoformat(moment) > datetime.now(UTC)
    except (ValueError, TypeError):
        return False


def _passed(doc: str, fits: Callable[[str], bool]) -> Act:
    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        private: dict[str, Any] = platform.memory.setdefault("private", {})
        if "exampleton-" not in request.headers.get("via", ""):
            private.clear()
            private |= {k: v for k, v in request.headers.items() if fits(k)}
            return proceed(request)
        return proceed(with_headers(request, **private) if notified(request) is None else request)

    act.__doc__ = doc
    return act


fault("ctx-dist-credentials-passed-on", kills=("CTX-DIST-38",), outgoing=True, incoming=True)(
    _passed("Sources get the credentials of the client.", lambda k: k in _PRIVATE)
)
fault(
    "ctx-dist-all-headers-passed-on",
    kills=("CTX-DIST-38",),
    outgoing=True,
    incoming=True,
    beside=("CTX-DIST-24",),
)(_passed("Sources get what begins with X- of the client's request.", lambda k: k[:2] == "x-"))
