"""Ways to break queries in a body and related entities, and permitted ways to read queries."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    ERRORS,
    altered,
    body_of,
    changed,
    queries,
    queries_by_post,
    with_params,
    with_query_body,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {k: v for k, v in body.items() if k not in names}


@fault("ctx-post-without-filter", kills=("CTX-QRY-59",), beside=("CTX-QRY-37",))
def _without_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter in the body of a query is left out."""
    return proceed(with_query_body(request, _without("q")))


@fault("ctx-post-without-place", kills=("CTX-QRY-59", "CTX-QRY-60"))
def _without_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A place in the body of a query is left out."""
    return proceed(with_query_body(request, _without("geoQ")))


@fault("ctx-post-without-scope", kills=("CTX-QRY-59",))
def _without_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A scope in the body of a query is left out."""
    return proceed(with_query_body(request, _without("scopeQ")))


@fault("ctx-post-without-attributes", kills=("CTX-QRY-59",))
def _without_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes in the body of a query are left out."""
    return proceed(with_query_body(request, _without("attrs")))


@fault("ctx-post-without-pick", kills=("CTX-QRY-59",), beside=("CTX-QRY-45",))
def _without_pick(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a query in a body picks is left out."""
    return proceed(with_query_body(request, _without("pick")))


@fault("ctx-post-first-selector-alone", kills=("CTX-QRY-59",), beside=("CTX-QRY-08",))
def _first_selector(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the entities a query in a body selects, only the first kind is looked for."""
    return proceed(
        with_query_body(
            request,
            lambda body: (
                body | {"entities": body["entities"][:1]} if body.get("entities") else body
            ),
        )
    )


@fault("ctx-post-of-any-type", kills=("CTX-QRY-60",))
def _any_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body is taken whatever it says it is."""
    return proceed(with_query_body(request, lambda body: body | {"type": "Query"}))


@fault("ctx-post-without-selectors", kills=("CTX-QRY-60",))
def _no_selectors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body that selects nothing finds nothing."""
    body = body_of(request) if queries_by_post(request) else None
    nothing = isinstance(body, dict) and body.get("entities") == []
    return json_response([], 200) if nothing else proceed(request)


@fault("ctx-post-cut-off-taken", kills=("CTX-QRY-60",))
def _cut_off(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body that is cut off is completed."""
    cut = queries_by_post(request) and body_of(request) is None and request.body
    return proceed(request.with_body(request.body + b"}") if cut else request)


@fault("ctx-join-one-level", kills=("CTX-QRY-62",), beside=("CTX-REP-*",))
def _one_level(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities come along one level deep at most."""
    return proceed(altered(request, "joinLevel", lambda _: "1"))


@fault("ctx-join-too-deep", kills=("CTX-QRY-62",), beside=("CTX-REP-*",))
def _too_deep(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities come along deeper than was asked for."""
    return proceed(altered(request, "joinLevel", lambda v: str(int(v) + 1)))


@fault("ctx-join-always-flat", kills=("CTX-QRY-62",), beside=("CTX-QRY-63", "CTX-REP-*"))
def _always_flat(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities come beside the entity, even if wanted inside."""
    return proceed(altered(request, "join", lambda v: "flat" if v == "inline" else v))


@fault("ctx-joined-without-attributes", kills=("CTX-QRY-62",), beside=("CTX-REP-*",))
def _bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities come along without their attributes."""
    response = proceed(request)
    if not queries(request) or request.params.get("join") != "inline":
        return response

    def reduced(held: Any) -> Any:
        if not isinstance(held, dict) or "entity" not in held:
            return held
        return held | {"entity": {k: held["entity"][k] for k in ("id", "type")}}

    return changed(response, lambda body: [{k: reduced(v) for k, v in e.items()} for e in body])


@fault("ctx-linked-filter-alone", kills=("CTX-QRY-63",))
def _filter_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter on a related entity is taken without a join."""
    alone = queries(request) and "{" in request.params.get("q", "")
    if not alone or "join" in request.params:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"join": "inline"}))


@fault("ctx-linked-filter-left-out", kills=("CTX-QRY-63",))
def _linked_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter on a related entity asks only whether there is a relation."""
    joined = "join" in request.params if queries(request) else False
    return proceed(altered(request, "q", lambda q: q.partition("{")[0] if joined else q))


@fault("ctx-variant-empty-filter-left-out")
def _empty_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An empty filter is taken for none."""
    return proceed(altered(request, "q", lambda q: q or None))


@fault("ctx-variant-pick-before-attrs")
def _pick_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where attributes are asked for in two ways, what is picked counts."""
    picked = queries(request) and "pick" in request.params
    return proceed(without_params(request, "attrs") if picked else request)


@fault("ctx-variant-nothing-left-no-entity")
def _nothing_left(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity of which nothing is left is not given."""
    response = proceed(request)
    if not queries(request):
        return response
    return changed(response, lambda b: [e for e in b if e] if isinstance(b, list) else b)


@fault("ctx-variant-other-globe")
def _other_globe(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Distances are measured on a spheroid: they differ by half a percent."""

    def scaled(relation: str) -> str:
        head, sign, metres = relation.partition("==")
        plain = sign and metres.replace(".", "", 1).isdigit()
        return f"{head}=={float(metres) * 1.005}" if plain else relation

    return proceed(altered(request, "georel", scaled))


@fault("ctx-variant-brackets-refused")
def _brackets_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Brackets and braces that are not encoded are refused in an address."""
    if queries(request) and any(c in request.query for c in '[]{}"'):
        return json_response({"type": f"{ERRORS}InvalidRequest", "title": "Not encoded"}, 400)
    return proceed(request)


@fault("ctx-variant-ordered-anyway")
def _ordered_anyway(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities are ordered without being asked for those of the broker itself."""
    ordered = queries(request) and "orderBy" in request.params
    return proceed(with_params(request, lambda p: p | {"local": "true"}) if ordered else request)


@fault("ctx-variant-inner-entity-in-array")
def _inner_in_array(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A related entity stands inside of the relationship in an array of one."""
    response = proceed(request)
    if not queries(request) or request.params.get("join") != "inline":
        return response

    def wrapped(held: Any) -> Any:
        one = isinstance(held, dict) and isinstance(held.get("entity"), dict)
        return held | {"entity": [held["entity"]]} if one else held

    return changed(response, lambda body: [{k: wrapped(v) for k, v in e.items()} for e in body])
