"""Ways to break the filters, pages and counts of a query."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import (
    from_offset,
    queries,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _with_filter(request: Request, change: Callable[[str], str]) -> Request:
    if not queries(request) or "q" not in request.params:
        return request
    return with_params(request, lambda p: p | {"q": change(p["q"])})


@fault(
    "ctx-at-least-is-more",
    kills=("CTX-QRY-15",),
    beside=("CTX-QRY-52", "CTX-QRY-03", "CTX-QRY-57", "CTX-QRY-59"),
)
def _at_least(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for at least a number leaves out the number itself."""
    return proceed(_with_filter(request, lambda q: re.sub(r"^(\w+)>=(-?[\d.]+)$", r"\1>\2", q)))


@fault(
    "ctx-disjoint-is-within",
    kills=("CTX-QRY-39",),
    beside=(
        "PLA-N-*",
        "CTX-QRY-42",
    ),
)
def _disjoint(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is outside of an area gives what is inside."""
    if queries(request) and request.params.get("georel") == "disjoint":
        return proceed(with_params(request, lambda p: p | {"georel": "within"}))
    return proceed(request)


@fault(
    "ctx-page-skips-one",
    kills=("CTX-QRY-51",),
    beside=("CTX-QRY-52", "CTX-IDN-*", "CTX-BAT-24", "CTX-MAP-08"),
)
def _page_skips(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages begin one entity too late."""
    later = queries(request) and request.params.get("offset", "").isdigit()
    return proceed(from_offset(request, 1) if later else request)


@fault("ctx-count-ignores-filter", kills=("CTX-QRY-57",))
def _count_ignores(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is that of all entities of the type, whatever the filter."""
    response = proceed(request)
    if not queries(request) or not {"q", "count"} <= set(request.params):
        return response
    count = proceed(without_params(request, "q")).header("NGSILD-Results-Count")
    return response.with_header("NGSILD-Results-Count", count or "")


@fault("ctx-type-without-pages", kills=("CTX-ACC-07",), beside=("CTX-QRY-51",))
def _without_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Buildings come without a link to the next page, other types with one."""
    response = proceed(request)
    if not queries(request) or request.params.get("type") != "Building":
        return response
    kept = tuple(h for h in response.headers if 'rel="next"' not in h[1])
    return replace(response, headers=kept)


@fault("ctx-text-filter-left-out", kills=("CTX-ACC-08", "CTX-QRY-36"), beside=("CTX-QRY-*",))
def _text_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a text is left out."""
    left_out = queries(request) and '"' in request.params.get("q", "")
    return proceed(without_params(request, "q") if left_out else request)


@fault(
    "ctx-near-in-kilometres",
    kills=("CTX-ACC-09", "CTX-QRY-38"),
    beside=(
        "PLA-N-*",
        "CTX-ATT-05",
        "CTX-QRY-52",
        "CTX-QRY-59",
    ),
)
def _kilometres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Distances are taken for kilometres."""
    if queries(request) and "Distance==" in request.params.get("georel", ""):
        return proceed(with_params(request, lambda p: p | {"georel": f"{p['georel']}000"}))
    return proceed(request)


@fault("ctx-time-filter-left-out", kills=("CTX-ACC-10",), beside=("CTX-QRY-29",))
def _time_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by the time of observation asks only whether there is one."""
    return proceed(_with_filter(request, lambda q: re.sub(r"(\.observedAt)[<>]=?.*", r"\1", q)))


@fault("ctx-broken-filter-left-out", kills=("CTX-ACC-11", "CTX-QRY-35"), beside=("CTX-QRY-*",))
def _broken_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that is not well formed is left out."""
    response = proceed(request)
    if queries(request) and "q" in request.params and response.status == 400:  # noqa: PLR2004
        return proceed(without_params(request, "q"))
    return response
