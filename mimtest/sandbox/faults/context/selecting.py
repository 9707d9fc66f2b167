"""Ways to break how entities are selected: by type, identifier, pattern, or attribute."""

import re
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    ERRORS,
    altered,
    body_of,
    changed,
    queries,
    queries_by_post,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def too_wide() -> Response:
    """The refusal of a query that says too little."""
    problem = {"type": f"{ERRORS}BadRequestData", "title": "Too wide", "detail": "no type"}
    return json_response(problem, 400)


def _nothing() -> Response:
    return json_response([], 200)


@fault("ctx-unknown-type-is-any", kills=("CTX-QRY-01",), beside=("CTX-COM-21", "CTX-ENT-*"))
def _unknown_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for a type that nothing has gives entities of another."""
    response = proceed(request)
    nothing = queries(request) and set(request.params) == {"type"} and response.body == b"[]"
    return proceed(request.with_query("type=*")) if nothing else response


@fault("ctx-filter-needs-a-type", kills=("CTX-QRY-03",), beside=("CTX-QRY-30", "CTX-ACC-*"))
def _needs_a_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query without a type is refused, whatever filter it has."""
    return too_wide() if queries(request) and "type" not in request.params else proceed(request)


@fault("ctx-id-alone-finds-others", kills=("CTX-QRY-04",))
def _finds_others(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for an identifier alone is answered with entities of any identifier."""
    alone = queries(request) and set(request.params) == {"id"}
    return proceed(request.with_query("type=*") if alone else request)


@fault("ctx-any-id-queried", kills=("CTX-QRY-06",), beside=("CTX-COM-*",))
def _any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for something that is no URI finds nothing instead of being refused."""
    no_uri = queries(request) and " " in request.params.get("id", "")
    return _nothing() if no_uri else proceed(request)


@fault("ctx-id-pattern-without-anchors", kills=("CTX-QRY-07",))
def _without_anchors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern fits every identifier of which it fits a part, whatever its anchors say."""
    return proceed(altered(request, "idPattern", lambda p: p.strip("^$")))


@fault("ctx-id-pattern-is-an-id", kills=("CTX-QRY-07",))
def _pattern_is_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern is compared with identifiers as it is written."""
    return proceed(altered(request, "idPattern", lambda p: re.escape(p).replace(r"\^", "^", 1)))


@fault("ctx-id-pattern-left-out", kills=("CTX-QRY-07",))
def _pattern_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern for identifiers is left out of a query."""
    return proceed(altered(request, "idPattern", lambda _: None))


@fault("ctx-pattern-before-id", kills=("CTX-QRY-08",))
def _pattern_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of an identifier and a pattern in a query, the pattern is heeded."""
    if not queries_by_post(request):
        return proceed(request)
    body = body_of(request)
    for selector in _selectors(body):
        if "idPattern" in selector:
            selector.pop("id", None)
    return proceed(request.with_body(dump(body)))


def _selectors(body: Any) -> list[dict[str, Any]]:
    listed = body.get("entities") if isinstance(body, dict) else None
    return [s for s in listed if isinstance(s, dict)] if isinstance(listed, list) else []


@fault("ctx-first-type-of-a-list", kills=("CTX-QRY-09",), beside=("CTX-QRY-10",))
def _first_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a list of types only the first is heeded."""
    return proceed(altered(request, "type", lambda t: t.partition(",")[0]))


@fault("ctx-all-types-is-any", kills=("CTX-QRY-10",))
def _all_is_any(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for what has both of two types gives what has one of them."""
    return proceed(altered(request, "type", lambda t: t.replace(";", "|")))


@fault("ctx-first-type-before-a-bar", kills=("CTX-QRY-10",))
def _before_a_bar(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of types joined by a bar only the first is heeded."""
    return proceed(altered(request, "type", lambda t: t.partition("|")[0]))


@fault(
    "ctx-type-iri-unknown", kills=("CTX-QRY-11",), beside=("CTX-IDN-*", "CTX-CTX-*", "CTX-DIS-*")
)
def _iri_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that is named in full is not known."""
    named = queries(request) and "://" in request.params.get("type", "")
    return _nothing() if named else proceed(request)


@fault("ctx-type-by-its-spelling", kills=("CTX-QRY-11",), beside=("CTX-QRY-37", "CTX-CTX-*"))
def _by_spelling(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context in the body of a query is not heeded."""
    body = body_of(request) if queries_by_post(request) else None
    if not isinstance(body, dict) or not isinstance(body.get("@context"), dict):
        return proceed(request)
    return proceed(request.with_body(dump(body | {"@context": []})))


@fault("ctx-star-is-a-name", kills=("CTX-QRY-12",))
def _star_is_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A star for the type is taken for a name that nothing has."""
    star = queries(request) and request.params.get("type") == "*" and "local" not in request.params
    return _nothing() if star else proceed(request)


@fault("ctx-star-beyond-local", kills=("CTX-QRY-12",))
def _star_beyond(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A star for the type is taken where other brokers are to be asked as well."""
    star = queries(request) and request.params.get("type") == "*"
    return proceed(without_params(request, "local") if star else request)


@fault(
    "ctx-attrs-restricts-only",
    kills=("CTX-QRY-13",),
    beside=("CTX-QRY-52", "CTX-QRY-45", "CTX-QRY-59"),
)
def _restricts_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for an attribute gives entities without it as well, with no attribute at all."""
    response = proceed(request)
    if not queries(request) or not {"attrs", "type"} <= set(request.params):
        return response
    having = {e["id"]: e for e in response.json()} if response.status == 200 else {}  # noqa: PLR2004
    whole = proceed(without_params(request, "attrs"))

    def bare(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [having.get(e["id"], {"id": e["id"], "type": e["type"]}) for e in entities]

    return changed(whole, bare)


@fault(
    "ctx-attrs-selects-only",
    kills=("CTX-QRY-13",),
    beside=(
        "CTX-QRY-52",
        "CTX-QRY-59",
    ),
)
def _selects_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for an attribute gives the entities that have it with all their attributes."""
    if not queries(request) or not {"attrs", "type"} <= set(request.params):
        return proceed(request)
    name = request.params["attrs"]
    whole = without_params(request, "attrs")
    return proceed(with_params(whole, lambda p: {"q": name} | p))
