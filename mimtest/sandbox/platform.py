"""The city platform: services by path prefix, wrapped by whatever faults are switched on."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.http import MAX_BODY, Request, Response
from mimtest.sandbox.manners import polish, problem
from mimtest.sandbox.sending import SEND_SECONDS, Send, send

if TYPE_CHECKING:
    from mimtest.sandbox.stand import Stand

#: What may be read without a token: names and models, needed before data can be understood. The login,
#: the office, the market and their like look after themselves.
OPEN_PREFIXES: Final = (
    "/catalogue",
    "/contexts",
    "/models",
    "/idp",
    "/office",
    "/my",
    "/mydata-operator",
    "/mydata-connector",
    "/trust-registry",
    "/pod",
    "/dsp",
    "/rulebook",
    "/terms",
    "/data-requests",
    "/tmf-api",
    "/ishare",
    "/dcp",
    "/credentials",
    "/verifier",
    "/did",
    "/issuers",
    "/.well-known/openid-credential-issuer",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mydata-operator",
    "/.well-known/oauth-protected-resource",
)


class Service(Protocol):
    """Answers requests below one path prefix.

    A service knows GET and not HEAD, and answers OPTIONS as any method it has not: 405 with
    `Allow`, or 404. The platform makes HEAD and OPTIONS of that.
    """

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` and `request.raw_path` have the prefix removed."""


@runtime_checkable
class Sending(Service, Protocol):
    """A service that sends by itself."""

    def connect(self, send: Send) -> None:
        """Send with this from now on."""

    def close(self) -> None:
        """Send no more."""


class Platform:
    """The reference platform. `handle` is the whole of it: a request in, a response out.

    `services` go by path prefix ("/ogc"); the longest prefix that fits answers. With a `token`
    everything but contexts and models wants `Authorization: Bearer <token>`. Safe to use from
    several threads as long as the services are. `memory` is for faults that remember. A service that
    has `connect` gets there what to send with, and one that has `close` is told when it ends.
    """

    def __init__(
        self,
        *,
        faults: Sequence[Fault] = (),
        token: str | None = None,
        services: Mapping[str, Service] | None = None,
    ) -> None:
        self.token = token
        self.memory: dict[str, Any] = {}
        self.services = dict(services) if services is not None else default_services()
        #: How the host that speaks TLS is set up; it belongs to the whole city only.
        self.stand = _stand(faults) if services is None else None
        self._handle: Callable[[Request], Response] = self._dispatch
        for item in faults:
            if item.incoming:
                self._handle = _wrap(item, self, self._handle)
        self._outgoing = tuple(f for f in faults if f.outgoing)
        for service in self.services.values():
            if isinstance(service, Sending):
                service.connect(self.send)

    def send(self, request: Request, seconds: float = SEND_SECONDS) -> Response:
        """Send something by itself, through the faults, within so many seconds. Raises Unsent."""
        handle: Callable[[Request], Response] = partial(send, seconds=seconds)
        for item in self._outgoing:
            handle = _wrap(item, self, handle)
        return handle(request)

    def close(self) -> None:
        """End whatever goes on without a request."""
        for service in self.services.values():
            if isinstance(service, Sending):
                service.close()

    def handle(self, request: Request) -> Response:
        """Answer a request, through the faults."""
        response = self._handle(request)
        return self._with_length(request, response) if request.method == "HEAD" else response

    def _with_length(self, request: Request, response: Response) -> Response:
        """The answer to HEAD with the length that GET has through the faults, unless one is about HEAD."""
        told = response.header("Content-Length")
        if told is None or told != self._dispatch(request).header("Content-Length"):
            return response
        twin = self._handle(replace(request, method="GET"))
        return response.with_header("Content-Length", str(len(twin.body)))

    def _dispatch(self, request: Request) -> Response:
        prefix, service = self._route(request.path)
        is_open = request.method == "OPTIONS" or prefix in OPEN_PREFIXES
        if not is_open and not self._authorised(request):
            response = _unauthorised(request)
        elif len(request.body) > MAX_BODY:
            response = problem(413, f"a body may have {MAX_BODY} bytes at most")
        elif service is None:
            response = not_found(request)
        else:
            response = service.handle(_below(prefix, request))
        return polish(request, response, private=self.token is not None and not is_open)

    def _route(self, path: str) -> tuple[str, Service | None]:
        fitting = [p for p in self.services if _fits(p, path)]
        prefix = max(fitting, key=len, default="")
        return prefix, self.services[prefix] if fitting else None

    def _authorised(self, request: Request) -> bool:
        if self.token is None:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self.token.encode())
        return scheme.lower() == "bearer" and right


def _wrap(
    item: Fault, platform: Platform, inner: Callable[[Request], Response]
) -> Callable[[Request], Response]:
    return lambda request: item.act(request, platform, inner)


def _stand(faults: Sequence[Fault]) -> "Stand":
    """The host that speaks TLS, as the faults want it."""
    from mimtest.sandbox.stand import Stand  # noqa: PLC0415 (cryptography takes its time)

    stand = Stand()
    for item in faults:
        stand = item.stand(stand) if item.stand else stand
    return stand


def _fits(prefix: str, path: str) -> bool:
    return path == "/" if prefix == "/" else path == prefix or path.startswith(f"{prefix}/")


def _below(prefix: str, request: Request) -> Request:
    cut = 0 if prefix == "/" else len(prefix)
    method = "GET" if request.method == "HEAD" else request.method
    return replace(request, method=method, path=request.path[cut:], raw_path=request.raw_path[cut:])


def _unauthorised(request: Request) -> Response:
    given = "authorization" in request.headers
    challenge = 'Bearer realm="city"' + (', error="invalid_token"' if given else "")
    detail = "the token is not valid" if given else "a bearer token is needed"
    return problem(401, detail).with_header("WWW-Authenticate", challenge)


def default_services() -> dict[str, Service]:
    """The services of the demo city by path prefix, each with data of its own."""
    from mimtest.sandbox.services import city_services  # noqa: PLC0415 (services know Service)

    return city_services()


def not_found(request: Request) -> Response:
    """404 as problem details (RFC 9457)."""
    return problem(404, f"nothing at {request.path}")
