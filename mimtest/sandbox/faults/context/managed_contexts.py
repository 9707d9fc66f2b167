"""Ways to break what the broker does with @contexts it keeps for its clients, and permitted ways to differ."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ERRORS,
    body_of,
    changed,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

LIST: Final = f"{API}/jsonldContexts"
_ONE: Final = re.compile(rf"{LIST}/.+")
CORE_CONTEXT: Final = "ngsi-ld-core-context"
TENANT: Final = "ngsild-tenant"
_OK: Final = 200
_CREATED: Final = 201
_REFUSED: Final = 400
_NOT_FOUND: Final = 404


def lists(request: Request) -> bool:
    """Whether the @contexts are listed."""
    return request.method == "GET" and request.path == LIST


def adds(request: Request) -> bool:
    """Whether a @context is to be hosted."""
    return request.method == "POST" and request.path == LIST


def shows(request: Request) -> bool:
    """Whether one @context is asked for, or what is known of it."""
    return request.method == "GET" and _ONE.fullmatch(request.path) is not None


def serves(request: Request) -> bool:
    """Whether the content of one @context is asked for."""
    return shows(request) and request.params.get("details") != "true"


def deletes(request: Request) -> bool:
    """Whether a @context is to be deleted, or loaded again."""
    return request.method == "DELETE" and _ONE.fullmatch(request.path) is not None


def reloads(request: Request) -> bool:
    """Whether a @context is to be loaded again."""
    return deletes(request) and request.params.get("reload") == "true"


def refusal(kind: str, status: int) -> Response:
    """An answer that is an error."""
    return json_response({"type": f"{ERRORS}{kind}", "title": "No", "detail": "no"}, status)


def _with_context(request: Request, context: Any) -> Request:
    return request.with_body(json.dumps({"@context": context}).encode())


@fault(
    "ctx-hosted-not-listed",
    kills=("CTX-JSC-01", "CTX-JSC-03", "CTX-JSC-04"),
    beside=("CTX-TEN-10",),
)
def _not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Hosted @contexts are in no list."""
    response = proceed(request)
    if not lists(request):
        return response
    return changed(response, lambda items: [i for i in items if not _is_hosted(i)])


def _is_hosted(item: Any) -> bool:
    return item.get("kind") == "Hosted" if isinstance(item, dict) else LIST in item


@fault("ctx-hosted-without-location", kills=("CTX-JSC-01",), beside=("CTX-TEN-10",))
def _without_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told where a hosted @context is."""
    response = proceed(request)
    return response.without_header("Location") if adds(request) else response


@fault("ctx-hosted-is-200", kills=("CTX-JSC-01",), beside=("CTX-TEN-10",))
def _is_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is hosted is answered as if it had been there."""
    response = proceed(request)
    return response.with_status(_OK) if adds(request) and response.status == _CREATED else response


@fault("ctx-any-object-is-a-context", kills=("CTX-JSC-02",))
def _any_object(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body without a @context is taken for one that has it."""
    body = body_of(request) if adds(request) else None
    plain = isinstance(body, dict) and "@context" not in body
    return proceed(_with_context(request, body) if plain else request)


@fault("ctx-an-array-is-a-context", kills=("CTX-JSC-02",))
def _an_array(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An array is taken for a @context, whatever is in it."""
    body = body_of(request) if adds(request) else None
    return proceed(_with_context(request, {}) if isinstance(body, list) else request)


@fault("ctx-broken-context-is-500", kills=("CTX-JSC-02",))
def _broken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is no JSON is an internal error."""
    if adds(request) and body_of(request) is None:
        return refusal("InternalError", 500)
    return proceed(request)


@fault("ctx-hosted-unexamined", kills=("CTX-JSC-02",))
def _unexamined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody looks at what the terms of a hosted @context stand for."""
    body = body_of(request) if adds(request) else None
    context = body.get("@context") if isinstance(body, dict) else None
    if not isinstance(context, dict) or all(isinstance(v, str) for v in context.values()):
        return proceed(request)
    return proceed(_with_context(request, {}))


@fault(
    "ctx-kind-not-told", kills=("CTX-JSC-03", "CTX-JSC-04", "CTX-JSC-05"), beside=("CTX-JSC-0[79]",)
)
def _kind_not_told(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing tells of which kind a @context is."""
    return told_otherwise(request, proceed, lambda i: {k: v for k, v in i.items() if k != "kind"})


@fault("ctx-hosting-undated", kills=("CTX-JSC-03", "CTX-JSC-05"))
def _undated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Since when a @context is kept is told as a number."""
    return told_otherwise(request, proceed, lambda i: {**i, "createdAt": 1773493200})


def told_otherwise(request: Request, proceed: Proceed, change: Callable[[Any], Any]) -> Response:
    """What is told of @contexts, told otherwise."""
    response = proceed(request)
    if request.params.get("details") != "true":
        return response
    if lists(request):
        return changed(response, lambda items: [change(i) for i in items])
    return changed(response, change) if shows(request) else response


@fault("ctx-list-always-in-full", kills=("CTX-JSC-01", "CTX-JSC-03", "CTX-JSC-04"))
def _always_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of @contexts tells everything, wanted or not."""
    if not lists(request):
        return proceed(request)
    return proceed(request.with_query(f"{without_params(request, 'details').query}&details=true"))


@fault("ctx-details-false-is-true", kills=("CTX-JSC-03", "CTX-JSC-05"))
def _false_is_true(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever mentions details gets them."""
    if request.path.startswith(LIST) and request.params.get("details") == "false":
        return proceed(request.with_query(request.query.replace("details=false", "details=true")))
    return proceed(request)


@fault("ctx-kinds-mixed", kills=("CTX-JSC-04",))
def _mixed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A list of one kind of @contexts has all kinds."""
    known = request.params.get("kind") in ("Hosted", "Cached", "ImplicitlyCreated")
    return proceed(without_params(request, "kind") if lists(request) and known else request)


@fault("ctx-unknown-kind-is-none", kills=("CTX-JSC-04",))
def _unknown_kind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There are no @contexts of a kind that does not exist."""
    response = proceed(request)
    refused = lists(request) and response.status == _REFUSED
    return json_response([]) if refused else response


@fault("ctx-hosted-served-in-part", kills=("CTX-JSC-05",), beside=("CTX-TEN-10",))
def _in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A hosted @context is served without its last term."""
    response = proceed(request)
    return changed(response, without_last) if serves(request) else response


def without_last(document: Any) -> Any:
    """A @context without its last term."""
    context = document.get("@context")
    if not isinstance(context, dict):
        return document
    return {"@context": dict(list(context.items())[:-1])}


@fault("ctx-content-for-details", kills=("CTX-JSC-05",), beside=("CTX-JSC-0[67]",))
def _content(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks for the details of one @context gets its content."""
    return proceed(without_params(request, "details") if shows(request) else request)


@fault("ctx-unknown-context-is-empty", kills=("CTX-JSC-06", "CTX-JSC-08"), beside=("CTX-TEN-10",))
def _unknown_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is not kept is an empty one."""
    response = proceed(request)
    unknown = shows(request) and response.status == _NOT_FOUND
    return json_response({"@context": {}}) if unknown else response
