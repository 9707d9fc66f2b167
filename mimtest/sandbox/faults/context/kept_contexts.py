"""Ways to break @contexts that are kept: cached, made by the broker, deleted, of tenants."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.managed_contexts import (
    CORE_CONTEXT,
    LIST,
    TENANT,
    adds,
    deletes,
    lists,
    refusal,
    reloads,
    serves,
    shows,
    without_last,
)
from mimtest.sandbox.faults.context.messages import (
    changed,
    creates,
    done,
    retrieves,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: So many stay, so that the rest can be cleaned up in time.
_STAY: Final = 3
_REFUSED: Final = 400
_NOT_FOUND: Final = 404
_UNSUPPORTED: Final = 422
_UNAVAILABLE: Final = 504


@fault("ctx-fetched-not-listed", kills=("CTX-JSC-07",))
def _fetched_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """@contexts that were fetched and kept are in no list."""
    response = proceed(request)
    cached = lists(request) and request.params.get("kind") == "Cached"
    return changed(response, lambda _: []) if cached else response


@fault("ctx-cached-context-is-500", kills=("CTX-JSC-07",))
def _cached_is_500(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The content of a cached @context is an internal error."""
    response = proceed(request)
    cached = shows(request) and response.status == _UNSUPPORTED
    return refusal("InternalError", 500) if cached else response


@fault("ctx-hosted-stay", kills=("CTX-JSC-01", "CTX-JSC-08"))
def _stay(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first attempts to delete a hosted @context are answered well and do nothing."""
    if not deletes(request) or reloads(request) or CORE_CONTEXT in request.path:
        return proceed(request)
    tried: set[str] = platform.memory.setdefault("contexts tried", set())
    stays = request.path not in tried and len(tried) < _STAY
    tried.add(request.path)
    return done() if stays else proceed(request)


@fault("ctx-context-deleted-twice", kills=("CTX-JSC-08",))
def _twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not kept can be deleted again and again."""
    response = proceed(request)
    return done() if deletes(request) and response.status == _NOT_FOUND else response


@fault("ctx-reload-does-nothing", kills=("CTX-JSC-09", "CTX-JSC-10", "CTX-JSC-11"))
def _does_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is to be loaded again stays as it is."""
    return done() if reloads(request) else proceed(request)


@fault("ctx-failed-reload-deletes", kills=("CTX-JSC-10",))
def _deletes_it(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that cannot be loaded again is gone."""
    response = proceed(request)
    if reloads(request) and response.status == _UNAVAILABLE:
        proceed(without_params(request, "reload"))
    return response


@fault("ctx-failed-reload-is-done", kills=("CTX-JSC-10",))
def _is_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told that a @context could not be loaded again."""
    response = proceed(request)
    return done() if reloads(request) and response.status == _UNAVAILABLE else response


@fault("ctx-hosted-loaded-again", kills=("CTX-JSC-11",))
def _loaded_again(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A hosted @context can be loaded again, from wherever."""
    response = proceed(request)
    return done() if reloads(request) and response.status == _REFUSED else response


@fault("ctx-hosted-means-nothing", kills=("CTX-JSC-12",))
def _means_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A hosted @context is not heeded when a request links it."""
    hosted = LIST in request.headers.get("link", "")
    return proceed(with_headers(request, link=None) if hosted else request)


@fault("ctx-hosted-refused", kills=("CTX-JSC-12",))
def _hosted_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A creation under a hosted @context is refused."""
    hosted = creates(request) and LIST in request.headers.get("link", "")
    return refusal("BadRequestData", _REFUSED) if hosted else proceed(request)


@fault("ctx-made-contexts-not-listed", kills=("CTX-JSC-13",))
def _made_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """@contexts the broker makes by itself are in no list."""
    response = proceed(request)
    made = lists(request) and request.params.get("kind") == "ImplicitlyCreated"
    return changed(response, lambda _: []) if made else response


@fault("ctx-core-terms-lost", kills=("CTX-JSC-14",))
def _core_terms_lost(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Once the core @context was to be deleted, nobody knows its terms."""
    if deletes(request) and CORE_CONTEXT in request.path:
        platform.memory["core lost"] = True
        return done()
    named = retrieves(request) and "uri.etsi.org" in request.params.get("attrs", "")
    if named and platform.memory.get("core lost"):
        return refusal("ResourceNotFound", _NOT_FOUND)
    return proceed(request)


@fault("ctx-another-context-elsewhere", kills=("CTX-TEN-10",))
def _elsewhere(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Another tenant is served a @context of its own under the same identifier."""
    response = proceed(request)
    if not (adds(request) or serves(request)) or TENANT not in request.headers:
        return response
    owner = platform.memory.setdefault("context owner", request.headers[TENANT])
    if adds(request) or owner == request.headers[TENANT]:
        return response
    return changed(response, without_last)
