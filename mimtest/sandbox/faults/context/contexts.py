"""Ways to break what a @context does: the client's in a body or behind a Link, and the one in an answer."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    ERRORS,
    body_of,
    changed,
    creates,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

CONTEXT: Final = "http://www.w3.org/ns/json-ld#context"
CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
DEFAULT_NAMES: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
UNAVAILABLE: Final = 504
_OK: Final = 200
_REFUSED: Final = 400


def shows(request: Request) -> bool:
    """Whether entities are asked for."""
    return queries(request) or retrieves(request)


def with_headers(request: Request, **headers: str | None) -> Request:
    """The same request with other headers; without those that are None."""
    given = {**request.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return replace(request, headers={k: v for k, v in given.items() if v is not None})


def given_context(request: Request) -> Any:
    """The @context in the body of a creation in JSON-LD; None without one."""
    body = body_of(request) if creates(request) else None
    return body.get("@context") if isinstance(body, dict) else None


def with_context(request: Request, context: Any) -> Request:
    """The same creation with another @context."""
    return request.with_body(json.dumps({**body_of(request), "@context": context}).encode())


def _with_link(response: Response, url: str) -> Response:
    kept = tuple(h for h in response.headers if CONTEXT not in h[1])
    link = ("Link", f'<{url}>; rel="{CONTEXT}"; type="application/ld+json"')
    return replace(response, headers=(*kept, link))


def _in_json(response: Response) -> bool:
    kind = (response.header("Content-Type") or "").partition(";")[0]
    return response.status == _OK and kind == "application/json"


def in_json_ld(
    request: Request, response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """An answer in JSON-LD with every entity changed; any other as it is."""
    kind = (response.header("Content-Type") or "").partition(";")[0]
    if not shows(request) or kind != "application/ld+json":
        return response
    return changed(response, lambda b: [change(e) for e in b] if isinstance(b, list) else change(b))


@fault("ctx-link-to-nowhere", kills=("CTX-CTX-01", "CTX-CTX-26"))
def _to_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context that an entity retrieved as JSON links to is not there."""
    response = proceed(request)
    gone = f"{request.base}/contexts/gone.jsonld"
    return _with_link(response, gone) if retrieves(request) and _in_json(response) else response


@fault("ctx-link-to-core-alone", kills=("CTX-CTX-01",))
def _to_core(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for one entity links to the core context, which does not have the names in it."""
    response = proceed(request)
    one = queries(request) and "id" in request.params and "link" in request.headers
    return _with_link(response, CORE) if one and _in_json(response) else response


@fault("ctx-core-alone-inside", kills=("CTX-CTX-02", "CTX-CTX-04"), beside=("MOD-TRM-06",))
def _core_inside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON-LD have the core context alone, which does not have the names in them."""
    return in_json_ld(request, proceed(request), lambda e: {**e, "@context": CORE})


@fault("ctx-context-inside-twice", kills=("CTX-CTX-01",), beside=("CTX-COM-13", "MOD-*"))
def _inside_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity retrieved as JSON has the core context inside besides the Link."""
    response = proceed(request)
    if not retrieves(request) or not _in_json(response):
        return response
    return changed(response, lambda body: {**body, "@context": CORE})


@fault("ctx-names-of-the-writer", kills=("CTX-CTX-03",))
def _names_of_the_writer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity is shown under the names it came with to whoever brings another @context."""
    response = proceed(request)
    kind = (response.header("Content-Type") or "").partition(";")[0]
    if not retrieves(request) or "others" not in request.headers.get("link", "") or "ld" in kind:
        return response
    return response.with_body(re.sub(rb"https://mimtest\.example/\w+/one#", b"", response.body))


@fault(
    "ctx-json-ld-without-units",
    kills=("CTX-CTX-04",),
    beside=(
        "MOD-REP-06",
        "MOD-REP-02",
    ),
)
def _without_units(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON-LD leave the units of values out."""

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        return {
            k: {n: p for n, p in v.items() if n != "unitCode"} if isinstance(v, dict) else v
            for k, v in entity.items()
        }

    return in_json_ld(request, proceed(request), change)


@fault("ctx-default-names-not-found", kills=("CTX-CTX-05", "CTX-CTX-21"))
def _default_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names of the default vocabulary written in full are not the same as the short ones."""
    wanted = retrieves(request) and request.params.get("attrs", "").startswith(DEFAULT_NAMES)
    if not wanted:
        return proceed(request)
    return json_response({"type": f"{ERRORS}ResourceNotFound", "title": "No", "detail": "no"}, 404)


@fault("ctx-core-word-taken-over", kills=("CTX-CTX-06",))
def _taken_over(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that gives a core word another meaning has the word lose its own."""
    context = given_context(request)
    listed = context if isinstance(context, list) else [context]
    if not any(isinstance(c, dict) and "observedAt" in c for c in listed):
        return proceed(request)
    return proceed(request.with_body(request.body.replace(b'"observedAt":', b'"ex:observedAt":')))


@fault("ctx-context-in-json-taken", kills=("CTX-CTX-07",))
def _in_json_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context in a body sent as JSON is let pass."""
    plain = request.headers.get("content-type", "") == "application/json"
    if not plain or given_context(request) is None:
        return proceed(request)
    return proceed(with_headers(request, content_type="application/ld+json", link=None))


@fault("ctx-json-ld-without-context-taken", kills=("CTX-CTX-08",))
def _without_context_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body in JSON-LD needs no @context."""
    is_ld = "ld+json" in request.headers.get("content-type", "")
    missing = is_ld and creates(request) and given_context(request) is None
    return proceed(with_context(request, CORE) if missing else request)


@fault("ctx-context-given-twice-taken", kills=("CTX-CTX-09",))
def _twice_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Link to a @context beside a body in JSON-LD is let pass."""
    inside = creates(request) and "ld+json" in request.headers.get("content-type", "")
    return proceed(with_headers(request, link=None) if inside else request)


@fault("ctx-any-link-beside-json-ld-refused", kills=("CTX-CTX-09",))
def _any_link_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body in JSON-LD is refused with a Link of whatever relation."""
    if creates(request) and "describedby" in request.headers.get("link", ""):
        return proceed(request.with_body(b"[]"))
    return proceed(request)


@fault("ctx-address-in-a-body-ignored", kills=("CTX-CTX-11", "CTX-CTX-12"))
def _address_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Addresses of @contexts in a body are never looked up."""
    context = given_context(request)
    listed = context if isinstance(context, list) else [context]
    if not any(isinstance(c, str) for c in listed):
        return proceed(request)
    return proceed(with_context(request, [c for c in listed if not isinstance(c, str)]))


@fault("ctx-last-context-counts", kills=("CTX-CTX-10",), beside=("CTX-CTX-06",))
def _last_counts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several @contexts in an array only the last is heeded."""
    context = given_context(request)
    several = isinstance(context, list) and len(context) > 1
    return proceed(with_context(request, context[-1]) if several else request)


@fault(
    "ctx-unavailable-context-is-500",
    kills=("CTX-CTX-11",),
    beside=(
        "CTX-SUB-25",
        "CTX-JSC-10",
        "CTX-DIST-19",
    ),
)
def _unavailable_is_500(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that cannot be had is an internal error."""
    response = proceed(request)
    if response.status != UNAVAILABLE:
        return response
    return response.with_json({**response.json(), "type": f"{ERRORS}InternalError"}).with_status(
        500
    )


@fault("ctx-wrong-context-is-500", kills=("CTX-CTX-12",))
def _wrong_is_500(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A document that is no @context is an internal error."""
    response = proceed(request)
    if response.status != _REFUSED or not isinstance(given_context(request), str):
        return response
    return response.with_json({**response.json(), "type": f"{ERRORS}InternalError"}).with_status(
        500
    )


@fault("ctx-scoped-contexts-taken", kills=("CTX-CTX-22",))
def _scoped_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context scoped to a term is let pass."""
    context = given_context(request)
    if not isinstance(context, dict):
        return proceed(request)
    flat = {k: v.get("@id", k) if isinstance(v, dict) else v for k, v in context.items()}
    return proceed(request if flat == context else with_context(request, flat))


@fault("ctx-inner-contexts-taken", kills=("CTX-CTX-22",))
def _inner_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context inside an attribute is let pass."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict):
        return proceed(request)
    bare = {
        k: {n: p for n, p in v.items() if n != "@context"}
        if isinstance(v, dict) and k != "@context"
        else v
        for k, v in body.items()
    }
    return proceed(request if bare == body else request.with_body(json.dumps(bare).encode()))
