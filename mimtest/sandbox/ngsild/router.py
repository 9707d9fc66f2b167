"""Paths, methods and parameters of the API (6.2): from a request to the function that answers it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.contexts import Contexts
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data, invalid, missing
from mimtest.sandbox.ngsild.hints import hinted
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.store import Clock
from mimtest.sandbox.ngsild.tenants import Tenant, Tenants
from mimtest.sandbox.sending import Send

_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_LENGTH: Final = ("content-length", "transfer-encoding")
_TENANT: Final = re.compile(r"[!-~]{1,255}")
#: What a request is about is said in the answer, too (6.3.14, 6.3.22).
_ECHOED: Final = ("NGSILD-Tenant", "NGSILD-Snapshot")
_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does on one resource; `params` are the parameters it knows (6.3.20).

    `makes` is for a GET that makes something.
    """

    act: Callable[[Call], Response]
    params: frozenset[str] = frozenset()
    starts_tenant: bool = False
    makes: bool = False


Routes = Mapping[tuple[str, ...], Mapping[str, Operation]]


@dataclass(frozen=True, slots=True)
class Broker:
    """The NGSI-LD service. In `routes` a segment `*` stands for any one."""

    routes: Routes
    tenants: Tenants
    contexts: Contexts
    clock: Clock
    outgoing: Outgoing = field(default_factory=Outgoing)

    def connect(self, send: Send) -> None:
        """Send with this from now on."""
        self.outgoing.send = send

    def close(self) -> None:
        """Send no more."""
        self.tenants.close()

    def handle(self, request: Request) -> Response:
        """Answer a request; errors become problem details, the tenant is echoed (6.3.14)."""
        try:
            response = self._answer(request)
        except NgsiError as error:
            response = error.as_response()
        response = hinted(request, response)
        for name in _ECHOED:
            value = request.headers.get(name.lower())
            response = response if value is None else response.with_header(name, value)
        return response

    def _answer(self, request: Request) -> Response:
        segments = _segments(request)
        pattern, methods = self._resource(segments)
        operation = methods.get(request.method)
        if operation is None:
            allowed = ", ".join(methods)
            raise NgsiError("", f"only {allowed} here", 405, allow=allowed)
        if request.method in _WITH_BODY and not set(_LENGTH) & set(request.headers):
            msg = "the length of the body is not told"
            raise NgsiError("", msg, 411)
        call = Call(
            request=request,
            parts=tuple(s for s, p in zip(segments, pattern, strict=True) if p == "*"),
            tenant=self._tenant(request, pattern, operation),
            contexts=self.contexts,
            clock=self.clock,
            outgoing=self.outgoing,
            params=_parameters(request, operation),
        )
        call.use_linked_context()
        return operation.act(call)

    def _tenant(self, request: Request, pattern: tuple[str, ...], operation: Operation) -> Tenant:
        """Whose data it is about: a tenant's, or what a snapshot of it holds (5.5.10, 5.5.15)."""
        tenant = self.tenants.get(_tenant(request), create=operation.starts_tenant)
        snapshot = request.headers.get("ngsild-snapshot")
        if snapshot is None or pattern[0] == "snapshots":
            return tenant
        return tenant.snapshots.enter(snapshot)

    def _resource(
        self, segments: tuple[str, ...]
    ) -> tuple[tuple[str, ...], Mapping[str, Operation]]:
        for pattern, methods in self.routes.items():
            if len(pattern) == len(segments) and all(
                p in ("*", s) for p, s in zip(pattern, segments, strict=True)
            ):
                return pattern, methods
        msg = "there is no such resource"
        raise missing(msg)


def _segments(request: Request) -> tuple[str, ...]:
    """The decoded segments; a slash inside an identifier comes encoded, one at the end is let be."""
    raw = request.raw_path or quote(request.path, safe="/:%")
    if _BROKEN.search(raw) or _BROKEN.search(request.query):
        msg = "the address has a broken percent-encoding"
        raise invalid(msg)
    try:
        parts = tuple(unquote(s, errors="strict") for s in raw.strip("/").split("/"))
    except UnicodeDecodeError:
        msg = "the address is not UTF-8"
        raise invalid(msg) from None
    return parts


def _tenant(request: Request) -> str:
    name = request.headers.get("ngsild-tenant")
    if name is None:
        return ""
    if not _TENANT.fullmatch(name):
        msg = "a tenant's name has 1 to 255 visible ASCII characters"
        raise bad_data(msg)
    return name


def _parameters(request: Request, operation: Operation) -> dict[str, str]:
    try:
        pairs = request.param_pairs
    except ValueError:
        msg = "the query of the address cannot be read"
        raise invalid(msg) from None
    unknown = [k for k, _ in pairs if k not in operation.params]
    if unknown:
        msg = f"there is no parameter '{unknown[0][:60]}' here"
        raise invalid(msg)
    return dict(pairs)
