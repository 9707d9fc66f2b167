"""Permitted ways to differ in what is done with @contexts that are kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.managed_contexts import (
    CORE_CONTEXT,
    LIST,
    TENANT,
    adds,
    deletes,
    lists,
    refusal,
    shows,
    told_otherwise,
)
from mimtest.sandbox.faults.context.messages import changed, done
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_INSIDE: Final = "http://broker.internal:1026"
_REFUSED: Final = 400
_NOT_FOUND: Final = 404
_UNSUPPORTED: Final = 422


@fault("ctx-variant-core-context-deleted")
def _core_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting the core @context is answered well."""
    return done() if deletes(request) and CORE_CONTEXT in request.path else proceed(request)


@fault("ctx-variant-hosted-at-a-url")
def _at_a_url(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Location of a hosted @context is an absolute address."""
    return _relocated(request, proceed, lambda place: f"{request.base}{place}")


@fault("ctx-variant-hosted-by-its-name")
def _by_its_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The Location of a hosted @context is its local identifier."""
    return _relocated(request, proceed, lambda place: place.rpartition("/")[2])


def _relocated(request: Request, proceed: Proceed, change: Callable[[str], str]) -> Response:
    response = proceed(request)
    place = response.header("Location") if adds(request) else None
    return response if place is None else response.with_header("Location", change(place))


@fault("ctx-variant-hosted-in-json-ld")
def _in_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context to be hosted is only taken as JSON-LD."""
    if adds(request) and "ld+json" not in request.headers.get("content-type", ""):
        return refusal("BadRequestData", _REFUSED)
    return proceed(request)


@fault("ctx-variant-addresses-in-lower-case")
def _lower_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a @context is told as `url`."""
    return told_otherwise(
        request, proceed, lambda i: {"url" if k == "URL" else k: v for k, v in i.items()}
    )


@fault("ctx-variant-cached-not-found")
def _cached_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The content of a cached @context is not found."""
    response = proceed(request)
    cached = shows(request) and response.status == _UNSUPPORTED
    return refusal("ResourceNotFound", _NOT_FOUND) if cached else response


@fault("ctx-variant-cached-served")
def _cached_served(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The content of a cached @context is served."""
    response = proceed(request)
    cached = shows(request) and response.status == _UNSUPPORTED
    return json_response({"@context": {}}) if cached else response


@fault("ctx-variant-contexts-of-tenants")
def _of_tenants(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A @context hosted in one tenant is not there for another."""
    if not request.path.startswith(LIST) or TENANT not in request.headers:
        return proceed(request)
    owners: dict[str, str] = platform.memory.setdefault("context owners", {})
    own = request.headers[TENANT]
    response = proceed(request)
    place = response.header("Location")
    if place is not None:
        owners[place] = own
    if lists(request):
        kept = {p.rpartition("/")[2] for p, o in owners.items() if o != own}
        return changed(response, lambda items: [i for i in items if _name(i) not in kept])
    foreign = owners.get(request.path, own) != own
    return refusal("ResourceNotFound", _NOT_FOUND) if foreign else response


def _name(item: Any) -> str:
    return str(item["localId"] if isinstance(item, dict) else item.rpartition("/")[2])


@fault("ctx-variant-hosted-inside")
def _inside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is hosted is listed at an address inside, and named by that alone."""
    link = request.headers.get("link", "")
    if f"{request.base}{LIST}" in link and not lists(request):
        return refusal("BadRequestData", _REFUSED)
    named = with_headers(request, link=link.replace(_INSIDE, request.base))
    moved = _INSIDE in link
    return told_otherwise(
        named if moved else request,
        proceed,
        lambda i: {
            k: v.replace(f"{request.base}{LIST}", f"{_INSIDE}{LIST}") if k == "URL" else v
            for k, v in i.items()
        },
    )
