"""Ways to break filters by place and by scope, and the reading of filters."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import (
    altered,
    body_of,
    changed,
    queries,
    queries_by_post,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PLACE: Final = ("georel", "geometry", "coordinates", "geoproperty")
_BAD_REQUEST: Final = 400


@fault("ctx-open-quote-closed", kills=("CTX-QRY-35",))
def _quote_closed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A quotation mark that is missing at the end of a filter is added."""
    return proceed(altered(request, "q", lambda q: q + '"' * (q.count('"') % 2)))


@fault("ctx-last-operator-left-out", kills=("CTX-QRY-35",))
def _last_operator(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An operator at the end of a filter is left out."""
    return proceed(altered(request, "q", lambda q: q.rstrip(";|")))


@fault("ctx-operators-run-together", kills=("CTX-QRY-35",))
def _run_together(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Several operators in a row are taken for one."""
    return proceed(altered(request, "q", lambda q: re.sub("={3,}", "==", q)))


@fault("ctx-value-missing-is-existence", kills=("CTX-QRY-35",), beside=("CTX-ACC-11",))
def _value_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter without its value asks whether there is one."""
    return proceed(altered(request, "q", lambda q: q.removesuffix("==")))


@fault("ctx-filter-in-ascii", kills=("CTX-QRY-36",))
def _in_ascii(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Letters beyond ASCII are left out of a filter."""
    return proceed(altered(request, "q", lambda q: q.encode("ascii", "ignore").decode()))


@fault("ctx-filter-split-at-semicolons", kills=("CTX-QRY-36",))
def _split(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A semicolon in a text ends the text."""
    return proceed(altered(request, "q", lambda q: re.sub(r'("[^";]*); ([^"]*")', r'\1"', q)))


@fault("ctx-text-split-at-commas", kills=("CTX-QRY-36",), beside=("CTX-QRY-19",))
def _split_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A comma in a text makes two of it."""
    return proceed(altered(request, "q", lambda q: re.sub(r'("[^",]*), ([^"]*")', r'\1","\2', q)))


@fault("ctx-percent-in-text-lost", kills=("CTX-QRY-36",))
def _percent_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A percent sign in a text is left out."""
    return proceed(altered(request, "q", lambda q: q.replace("%", "")))


@fault("ctx-quotes-in-text-lost", kills=("CTX-QRY-36",))
def _quotes_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Quotation marks in a text are left out."""
    return proceed(altered(request, "q", lambda q: q.replace('\\"', "")))


@fault("ctx-context-of-query-ignored", kills=("CTX-QRY-37",), beside=("CTX-QRY-11", "CTX-CTX-*"))
def _context_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context in the body of a query is left out."""
    body = body_of(request) if queries_by_post(request) else None
    if not isinstance(body, dict) or "@context" not in body:
        return proceed(request)
    bare = {k: v for k, v in body.items() if k != "@context"}
    headers = {**request.headers, "content-type": "application/json"}
    return proceed(replace(request, headers=headers).with_body(json.dumps(bare).encode()))


@fault(
    "ctx-far-is-near",
    kills=("CTX-QRY-38",),
    beside=(
        "PLA-N-*",
        "CTX-QRY-59",
        "CTX-QRY-42",
    ),
)
def _far_is_near(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is beyond a distance gives what is within it."""
    return proceed(altered(request, "georel", lambda g: g.replace("minD", "maxD")))


def _related_otherwise(request: Request, relation: str, other: str) -> Request:
    return altered(request, "georel", lambda g: other if g == relation else g)


@fault("ctx-contains-is-within", kills=("CTX-QRY-39",))
def _contains(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what contains a place gives what is within it."""
    return proceed(_related_otherwise(request, "contains", "within"))


@fault("ctx-overlaps-is-intersects", kills=("CTX-QRY-39",))
def _overlaps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what overlaps an area gives what lies within it besides."""
    return proceed(_related_otherwise(request, "overlaps", "intersects"))


@fault("ctx-within-is-intersects", kills=("CTX-QRY-39",))
def _within(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is within an area gives what only touches it besides."""
    return proceed(_related_otherwise(request, "within", "intersects"))


@fault("ctx-intersects-is-within", kills=("CTX-QRY-39",), beside=("CTX-QRY-40",))
def _intersects(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what has a place in common with another gives only what is within it."""
    return proceed(_related_otherwise(request, "intersects", "within"))


@fault("ctx-equals-is-disjoint", kills=("CTX-QRY-39",))
def _equals(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is at the same place gives what is elsewhere."""
    return proceed(_related_otherwise(request, "equals", "disjoint"))


@fault("ctx-place-always-location", kills=("CTX-QRY-39", "CTX-QRY-40"))
def _always_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by place looks at the location, whichever attribute is named."""
    return proceed(altered(request, "geoproperty", lambda _: None))


@fault("ctx-negative-distance-taken", kills=("CTX-QRY-41",))
def _negative_distance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A distance below 0 is taken without its sign."""
    return proceed(altered(request, "georel", lambda g: g.replace("==-", "==")))


@fault("ctx-near-without-distance", kills=("CTX-QRY-41",))
def _near_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Near means within a kilometre where no distance is given."""
    return proceed(_related_otherwise(request, "near", "near;maxDistance==1000"))


@fault("ctx-broken-place-left-out", kills=("CTX-QRY-41", "CTX-ACC-11"))
def _broken_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by place that is not well formed is left out."""
    response = proceed(request)
    placed = queries(request) and any(p in request.params for p in _PLACE)
    if placed and response.status == _BAD_REQUEST:
        return proceed(without_params(request, *_PLACE))
    return response


@fault("ctx-place-in-part-left-out", kills=("CTX-QRY-41",))
def _part_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by place that lacks a part is left out."""
    given = set(request.params) & set(_PLACE[:3]) if queries(request) else set()
    return proceed(without_params(request, *_PLACE) if len(given) in (1, 2) else request)


@fault("ctx-collection-of-nothing", kills=("CTX-QRY-41",))
def _collection(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection of geometries is taken as a place, where nothing is."""
    response = proceed(request)
    if not queries(request) or request.params.get("geometry") != "GeometryCollection":
        return response
    return Response(200, (("Content-Type", "application/json"),), b"[]")


@fault("ctx-nowhere-is-outside", kills=("CTX-QRY-39", "CTX-QRY-42"), beside=("PLA-N-*",))
def _outside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What has no place is found outside of an area."""
    if not queries(request) or request.params.get("georel") != "disjoint":
        return proceed(request)
    other = with_params(request, lambda p: p | {"georel": "intersects"})
    inside = {e["id"] for e in proceed(other).json()}
    everything = proceed(without_params(request, *_PLACE))
    return changed(everything, lambda body: [e for e in body if e["id"] not in inside])


@fault("ctx-nowhere-is-far", kills=("CTX-QRY-42", "CTX-QRY-38"), beside=("PLA-N-*",))
def _far(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What has no place is found beyond a distance."""
    if not queries(request) or "minDistance" not in request.params.get("georel", ""):
        return proceed(request)
    inside = {e["id"] for e in proceed(altered(request, "georel", _nearer)).json()}
    everything = proceed(without_params(request, *_PLACE))
    return changed(everything, lambda body: [e for e in body if e["id"] not in inside])


def _nearer(relation: str) -> str:
    return relation.replace("minDistance", "maxDistance")


@fault("ctx-scope-without-tree", kills=("CTX-QRY-43",), beside=("CTX-QRY-59",))
def _without_tree(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for a scope and those below gives what is in that scope only."""
    return proceed(altered(request, "scopeQ", lambda s: re.sub(r"(?<=.)/#", "", s)))


@fault("ctx-scope-with-tree", kills=("CTX-QRY-43",), beside=("CTX-QRY-59",))
def _with_tree(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for a scope gives what is in those below besides."""
    return proceed(altered(request, "scopeQ", lambda s: re.sub(r"([^#;|,)/]+)$", r"\1/#", s)))


@fault("ctx-scope-levels-literal", kills=("CTX-QRY-43",))
def _literal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A level of a scope that may be any is looked for by that sign."""
    return proceed(altered(request, "scopeQ", lambda s: s.replace("+", "plus")))


@fault("ctx-scopes-both-is-either", kills=("CTX-QRY-43",))
def _either_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for two scopes at once gives what is in one of them."""
    return proceed(altered(request, "scopeQ", lambda s: s.strip("()").replace(";", "|")))


@fault("ctx-scopes-last-of-list", kills=("CTX-QRY-43",))
def _last_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several scopes to choose from only the last counts."""
    return proceed(altered(request, "scopeQ", lambda s: re.split("[|,]", s)[-1]))


@fault("ctx-any-scope-is-anything", kills=("CTX-QRY-43",))
def _any_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is in any scope is left out."""
    return proceed(altered(request, "scopeQ", lambda s: None if s == "/#" else s))
