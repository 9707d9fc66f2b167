"""Ways to break what an answer looks like: its charset, its letters, its times, and whether it stays the same."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import changed, queries, queries_by_post, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_STAMP: Final = re.compile(r'("(?:created|modified)At":"[^"]*?)(\.\d+)?Z"')
_TWICE: Final = 2


@fault("ctx-other-charset-named", kills=("CTX-COM-17",))
def _other_charset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity in JSON-LD is said to be in Latin-1."""
    response = proceed(request)
    kind = response.header("Content-Type")
    if not retrieves(request) or response.status != 200 or kind != "application/ld+json":  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", f"{kind}; charset=iso-8859-1")


@fault(
    "ctx-letters-encoded-twice",
    kills=("CTX-COM-17",),
    beside=("CTX-QRY-*", "CTX-REP-*", "CTX-CTX-*", "CTX-ENT-*", "MOD-*", "CTX-COM-33"),
)
def _encoded_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The letters beyond ASCII in an answer to a query are encoded twice."""
    response = proceed(request)
    if not queries(request) or response.status != 200 or response.body.isascii():  # noqa: PLR2004
        return response
    return response.with_body(response.body.decode("latin-1").encode())


def _stamped(request: Request, proceed: Proceed, pattern: str) -> Response:
    """What is retrieved, with stamps in another form."""
    response = proceed(request)
    if not retrieves(request) or not response.body:
        return response
    return response.with_body(_STAMP.sub(pattern, response.body.decode()).encode())


@fault(
    "ctx-stamps-too-fine", kills=("CTX-COM-22",), beside=("CTX-ENT-*", "CTX-REP-*", "CTX-ATT-22")
)
def _too_fine(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Stamps of what is retrieved have nanoseconds."""
    return _stamped(request, proceed, r'\1.123456789Z"')


@fault("ctx-stamps-with-offset", kills=("CTX-COM-22",), beside=("CTX-ENT-*", "CTX-REP-*"))
def _with_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Stamps of what is retrieved have an offset."""
    return _stamped(request, proceed, r'\1\2+00:00"')


@fault("ctx-answers-flap", kills=("CTX-COM-33",), beside=("CTX-*",))
def _flap(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Every second time the same query by POST is answered without an attribute."""
    response = proceed(request)
    if not queries_by_post(request) or response.status != 200:  # noqa: PLR2004
        return response
    asked: Counter[bytes] = platform.memory.setdefault("asked", Counter())
    asked[request.body] += 1
    if asked[request.body] % 2:
        return response
    return changed(response, lambda body: [_shorter(e) for e in body] if body else body)


def _shorter(entity: Any) -> Any:
    names = list(entity)
    return {k: entity[k] for k in names[:-1]} if len(names) > _TWICE else entity
