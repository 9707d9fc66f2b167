"""Ways to break what all operations have in common: bodies, media types, parameters, HEAD, OPTIONS."""

import time
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITY,
    ERRORS,
    body_of,
    creates,
    done,
    is_on_attributes,
    queries,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_JSON: Final = "application/json"
_LARGE: Final = 1_000_000
_PAUSE: Final = 0.05
_LOCK: Final = Lock()


def _crash() -> Response:
    return json_response({"type": f"{ERRORS}InternalError", "title": "It failed"}, 500)


def _deletes(request: Request) -> bool:
    return request.method == "DELETE" and ENTITY.fullmatch(request.path) is not None


@fault("ctx-chunks-refused", kills=("CTX-COM-07",))
def _chunks_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body in chunks is an invalid request."""
    error = {"type": f"{ERRORS}InvalidRequest", "title": "No"}
    chunked = request.path.startswith(API) and "transfer-encoding" in request.headers
    return json_response(error, 400) if chunked else proceed(request)


@fault("ctx-chunks-lost", kills=("CTX-COM-07",))
def _chunks_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that comes in chunks is created without its attributes."""
    body = body_of(request)
    if not creates(request) or "transfer-encoding" not in request.headers:
        return proceed(request)
    return proceed(request.with_body(dump({k: body[k] for k in ("id", "type")})))


@fault("ctx-large-body-crashes", kills=("CTX-COM-08",))
def _large_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body of more than a megabyte is an internal error."""
    return _crash() if len(request.body) > _LARGE else proceed(request)


@fault("ctx-any-media-type-for-attributes", kills=("CTX-COM-09",), beside=("CTX-ATT-*",))
def _any_for_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes are taken from a body of any media type."""
    plain = request.headers.get("content-type") == "text/plain"
    taken = plain and request.path.startswith(API) and "/attrs" in request.path
    return proceed(with_headers(request, content_type=_JSON) if taken else request)


@fault("ctx-any-media-type-for-batches", kills=("CTX-COM-09",), beside=("CTX-BAT-*",))
def _any_for_batches(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch is taken from a body of any media type."""
    plain = request.headers.get("content-type") == "text/plain"
    taken = plain and request.path.startswith(f"{API}/entityOperations/")
    return proceed(with_headers(request, content_type=_JSON) if taken else request)


@fault("ctx-media-type-refused-but-done", kills=("CTX-COM-09",), beside=("CTX-ATT-*",))
def _refused_but_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes in a body of another media type are refused and changed all the same."""
    response = proceed(request)
    if is_on_attributes(request, "PATCH") and response.status == 415:  # noqa: PLR2004
        proceed(with_headers(request, content_type=_JSON))
    return response


@fault("ctx-xml-means-json", kills=("CTX-COM-10",))
def _xml_means_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who accepts only XML is given one type or attribute in JSON."""
    one = request.path.startswith((f"{API}/types/", f"{API}/attributes/"))
    wanted = one and request.headers.get("accept") == "application/xml"
    return proceed(with_headers(request, accept=_JSON) if wanted else request)


def _without_unknown(request: Request) -> Request:
    names = [n for n in request.params if n.startswith("nothing")]
    return without_params(request, *names) if names else request


@fault("ctx-unknown-parameter-ignored", kills=("CTX-COM-11",))
def _unknown_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A parameter that nobody knows is not looked at by the lists of types and attributes."""
    lists = request.path in (f"{API}/types", f"{API}/attributes")
    return proceed(_without_unknown(request) if lists else request)


@fault("ctx-unknown-parameter-crashes", kills=("CTX-COM-11",))
def _unknown_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A parameter that nobody knows is an internal error of a query."""
    unknown = queries(request) and _without_unknown(request) is not request
    return _crash() if unknown else proceed(request)


@fault("ctx-time-relation-ignored", kills=("CTX-COM-12",))
def _time_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for entities does not look at parameters of one for their history."""
    asked = queries(request) and "timerel" in request.params
    return proceed(without_params(request, "timerel", "timeAt") if asked else request)


@fault("ctx-local-unknown-to-attributes", kills=("CTX-COM-28",), beside=("CTX-DIS-*",))
def _local_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One attribute does not know that this broker alone is asked."""
    asked = request.path.startswith(f"{API}/attributes/") and "local" in request.params
    renamed = {"nowhere": "true"}
    return proceed(with_params(request, lambda _: renamed) if asked else request)


@fault("ctx-local-is-empty", kills=("CTX-COM-28",), beside=("CTX-QRY-*", "CTX-REP-*", "CTX-DIST-*"))
def _local_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query to this broker alone finds nothing."""
    response = proceed(request)
    asked = queries(request) and request.params.get("local") == "true"
    return response.with_json([]) if asked and response.status == 200 else response  # noqa: PLR2004


@fault("ctx-head-not-found", kills=("CTX-COM-13",), beside=("CTX-REP-*", "SEC-*"))
def _head_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD finds no entity."""
    one = request.method == "HEAD" and ENTITY.fullmatch(request.path)
    return Response(404) if one else proceed(request)


@fault("ctx-head-is-empty", kills=("CTX-COM-13",), beside=("SEC-*",))
def _head_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD tells the length of an empty answer."""
    response = proceed(request)
    asked = request.method == "HEAD" and request.path.startswith(API)
    return response.with_header("Content-Length", "0") if asked else response


@fault("ctx-options-crash", kills=("CTX-COM-14",), beside=("SEC-*",))
def _options_crash(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """OPTIONS on an entity is an internal error."""
    asked = request.method == "OPTIONS" and ENTITY.fullmatch(request.path)
    return _crash() if asked else proceed(request)


@fault("ctx-options-tell-nothing", kills=("CTX-COM-14",), beside=("SEC-*",))
def _options_tell_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """OPTIONS on the entities does not say which methods there are."""
    asked = request.method == "OPTIONS" and request.path == f"{API}/entities"
    return done() if asked else proceed(request)


@fault("ctx-no-content-has-length", kills=("CTX-COM-15",))
def _has_length(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """204 to a removal announces two bytes."""
    response = proceed(request)
    gone = request.method == "DELETE" and request.path.startswith(API)
    told = gone and response.status == 204  # noqa: PLR2004
    return response.with_header("Content-Length", "2") if told else response


@fault("ctx-latin-1-read", kills=("CTX-COM-31",))
def _latin_1_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is not UTF-8 is read with other letters in the place of what is wrong."""
    if not creates(request):
        return proceed(request)
    return proceed(request.with_body(request.body.decode(errors="replace").encode()))


@fault("ctx-byte-order-mark-crashes", kills=("CTX-COM-31",))
def _mark_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body with a byte order mark is an internal error."""
    return _crash() if request.body.startswith(b"\xef\xbb\xbf") else proceed(request)


@fault("ctx-delete-of-a-media-type", kills=("CTX-COM-32",))
def _delete_of_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DELETE with a Content-Type is of an unsupported one."""
    typed = _deletes(request) and "content-type" in request.headers
    return Response(415) if typed else proceed(request)


@fault("ctx-delete-with-body-idle", kills=("CTX-COM-32",))
def _delete_idle(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DELETE with a body succeeds and removes nothing."""
    return done() if _deletes(request) and request.body else proceed(request)


@fault("ctx-many-creators", kills=("CTX-COM-30",))
def _many_creators(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who creates an entity while others do is told to have succeeded."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict):
        return proceed(request)
    flying: Counter[str] = platform.memory.setdefault("flying", Counter())
    name = str(body.get("id"))
    with _LOCK:
        flying[name] += 1
    time.sleep(_PAUSE)
    response = proceed(request)
    with _LOCK:
        crowded = flying[name] > 1
        flying[name] -= 1
    taken = crowded and response.status == 409  # noqa: PLR2004
    return Response(201, (("Location", f"{API}/entities/{name}"),)) if taken else response
