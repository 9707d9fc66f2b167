"""Ways to break addresses, the handling of strange requests, and refused writes."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITIES,
    ERRORS,
    at_path,
    body_of,
    changed,
    creates,
    done,
    is_on_attribute,
    is_on_attributes,
    queries,
    repeats,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_LONG: Final = 4000
_DEEP: Final = b"[" * 200


def _crash() -> Response:
    return json_response({"type": f"{ERRORS}InternalError", "title": "It failed"}, 500)


def _missing() -> Response:
    error = {"type": f"{ERRORS}ResourceNotFound", "title": "Not found", "detail": "not found"}
    return json_response(error, 404)


@fault("ctx-slash-not-found", kills=("CTX-COM-18",))
def _slash_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entities are not at an address with a slash at its end."""
    return _missing() if request.path == f"{ENTITIES}/" else proceed(request)


@fault("ctx-slash-finds-nothing", kills=("CTX-COM-18",))
def _slash_finds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """At an address with a slash at its end there are no entities."""
    response = proceed(request)
    slashed = request.method == "GET" and request.path == f"{ENTITIES}/"
    return changed(response, lambda _: []) if slashed else response


@fault("ctx-encoded-letter-not-read", kills=("CTX-COM-20",))
def _letter_not_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier with a percent-encoded letter is another one."""
    lettered = re.search(r"/entities/%[67]\d", request.raw_path)
    return _missing() if lettered else proceed(request)


@fault("ctx-encoded-colon-not-read", kills=("CTX-COM-20",))
def _colon_not_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier with percent-encoded colons is another one."""
    coloned = re.search(r"/entities/urn%3[Aa]", request.raw_path)
    return _missing() if coloned else proceed(request)


def _is_web_address(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("http://mimtest.example/rooms")


@fault("ctx-query-of-an-id-cut", kills=("CTX-COM-21",))
def _query_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a web address as identifier the query is cut off."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict) or not _is_web_address(body.get("id")):
        return proceed(request)
    return proceed(request.with_body(dump(body | {"id": body["id"].partition("?")[0]})))


@fault("ctx-web-address-stays", kills=("CTX-COM-21",))
def _address_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity with a web address as identifier is not removed though it is said to be."""
    name = request.path.removeprefix(f"{ENTITIES}/")
    gone = request.method == "DELETE" and _is_web_address(name)
    return done() if gone else proceed(request)


def _links(response: Response) -> list[str]:
    return [v for k, v in response.headers if k.lower() == "link"]


def _pages(request: Request, response: Response) -> bool:
    return queries(request) and request.params.get("limit") == "1" and len(_links(response)) > 1


@fault(
    "ctx-links-run-together",
    kills=("CTX-COM-25",),
    beside=("CTX-QRY-*", "CTX-CTX-*", "CTX-IDN-*", "MOD-*"),
)
def _run_together(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The links of a page of one stand in a line with nothing between them."""
    response = proceed(request)
    if not _pages(request, response):
        return response
    return response.with_header("Link", " ".join(_links(response)))


@fault("ctx-context-linked-twice", kills=("CTX-COM-25",), beside=("CTX-CTX-*", "MOD-*"))
def _linked_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of one links to two @contexts."""
    response = proceed(request)
    if not _pages(request, response):
        return response
    other = '<http://other.example/c>; rel="http://www.w3.org/ns/json-ld#context"'
    return replace(response, headers=(*response.headers, ("Link", other)))


@fault("ctx-broken-encoding-crashes", kills=("CTX-COM-19",), beside=("SEC-HTTP-15",))
def _encoding_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A broken percent-encoding is an internal error."""
    return _crash() if "%zz" in request.raw_path else proceed(request)


@fault("ctx-bytes-crash", kills=("CTX-COM-19",))
def _bytes_crash(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An address that is not UTF-8 is an internal error."""
    return _crash() if "%ff" in request.raw_path else proceed(request)


@fault("ctx-zero-byte-ends", kills=("CTX-COM-19",))
def _zero_ends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier ends at a zero byte."""
    path, zero, _rest = request.raw_path.partition("%00")
    plain = replace(request, raw_path=path, path=request.path.partition("\0")[0])
    return proceed(plain if zero else request)


@fault("ctx-zero-byte-crashes-filter", kills=("CTX-COM-19",))
def _zero_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A zero byte in a filter is an internal error."""
    return _crash() if "%00" in request.query else proceed(request)


@fault("ctx-long-address-crashes", kills=("CTX-COM-19",))
def _long_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An address of several kilobytes is an internal error."""
    return _crash() if len(request.query) > _LONG else proceed(request)


@fault("ctx-deep-body-crashes", kills=("CTX-COM-19",))
def _deep_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A deeply nested body is an internal error."""
    return _crash() if _DEEP in request.body else proceed(request)


@fault("ctx-doubled-member-lost", kills=("CTX-COM-19",))
def _doubled_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a member that stands twice in a body neither is kept."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict) or not repeats(request):
        return proceed(request)
    return proceed(request.with_body(dump({k: v for k, v in body.items() if k != "label"})))


@fault("ctx-refused-in-part-done", kills=("CTX-COM-29",), beside=("CTX-ATT-*", "CTX-CTX-*"))
def _in_part_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of attributes that are refused together the valid ones are changed."""
    response = proceed(request)
    body = body_of(request)
    is_change = is_on_attributes(request, "PATCH") or is_on_attributes(request, "POST")
    if is_change and response.status == 400 and isinstance(body, dict):  # noqa: PLR2004
        for name, value in body.items():
            proceed(request.with_body(dump({name: value})))
    return response


@fault("ctx-refused-creation-done", kills=("CTX-COM-29",), beside=("CTX-ENT-03",))
def _creation_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second creation is refused, and takes the place of the first."""
    response = proceed(request)
    body = body_of(request) if creates(request) else None
    if response.status == 409 and isinstance(body, dict):  # noqa: PLR2004
        proceed(at_path(request, f"{API}/entityOperations/upsert", json.dumps([body])))
    return response


@fault("ctx-refused-part-removed", kills=("CTX-COM-29",), beside=("CTX-ATT-*",))
def _part_removed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute whose change is refused is removed."""
    response = proceed(request)
    if is_on_attribute(request, "PATCH") and response.status == 400:  # noqa: PLR2004
        proceed(replace(request, method="DELETE", body=b""))
    return response
