"""Ways to break pages and counts."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ERRORS,
    altered,
    queries,
    queries_by_post,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BAD_REQUEST: Final = 400
_HUGE: Final = 100_000
_COUNT: Final = "NGSILD-Results-Count"


def _relinked(response: Response, change: Callable[[str], str | None]) -> Response:
    """The response with other Link headers, or without those for which there is none."""
    links = ((k, change(v) if k == "Link" else v) for k, v in response.headers)
    return replace(response, headers=tuple((k, v) for k, v in links if v is not None))


def _without_link(response: Response, relation: str) -> Response:
    return _relinked(response, lambda v: None if f'rel="{relation}"' in v else v)


@fault("ctx-one-type-ends-early", kills=("CTX-QRY-51",), beside=("CTX-IDN-*",))
def _ends_early(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The fourth page of streetlights is their last, whatever follows."""
    response = proceed(request)
    params = request.params
    if not queries(request) or params.get("type") != "Streetlight" or "offset" not in params:
        return response
    early = int(params["offset"]) >= 3 * int(params.get("limit", "20"))
    return _without_link(response, "next") if early else response


@fault(
    "ctx-pages-never-end",
    kills=("CTX-QRY-51",),
    beside=(
        "CTX-QRY-52",
        "CTX-IDN-*",
    ),
)
def _never_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is a link to a next page on every later page, the last one too."""
    response = proceed(request)
    if not queries(request) or "offset" not in request.params:
        return response
    if any('rel="next"' in v for _, v in response.headers):
        return response
    limit, offset = (int(request.params.get(n, "20")) for n in ("limit", "offset"))
    beyond = with_params(request, lambda p: p | {"offset": str(offset + limit)})
    link = f'<{API}/entities?{beyond.query}>; rel="next"; type="application/json"'
    return replace(response, headers=(*response.headers, ("Link", link)))


@fault(
    "ctx-page-too-long",
    kills=("CTX-QRY-51",),
    beside=("CTX-QRY-48", "CTX-QRY-5?", "CTX-ACC-07", "CTX-IDN-*"),
)
def _too_long(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page has one entity more than was asked for."""
    return proceed(altered(request, "limit", lambda v: str(int(v) + 1) if v.isdigit() else v))


@fault("ctx-no-way-back", kills=("CTX-QRY-52",))
def _no_way_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages link to the next one only."""
    response = proceed(request)
    return _without_link(response, "prev") if request.path.startswith(API) else response


@fault("ctx-way-back-to-itself", kills=("CTX-QRY-52",))
def _back_to_itself(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the page before leads to the page it is on."""
    response = proceed(request)
    if not queries(request):
        return response
    here = f"<{API}/entities?{request.query}>"
    return _relinked(response, lambda v: re.sub("^<.*>", here, v) if 'rel="prev"' in v else v)


@fault("ctx-first-page-has-one-before", kills=("CTX-QRY-52",))
def _one_before(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first page links to one before it."""
    response = proceed(request)
    if not queries(request) or "offset" in request.params:
        return response
    link = f'<{API}/entities?{request.query}>; rel="prev"; type="application/json"'
    return replace(response, headers=(*response.headers, ("Link", link)))


@fault("ctx-links-of-another-type", kills=("CTX-QRY-52",))
def _other_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links to pages in JSON say that they are in JSON-LD."""
    response = proceed(request)
    if not queries(request):
        return response
    return _relinked(response, lambda v: v.replace('"application/json"', '"application/ld+json"'))


@fault("ctx-offset-of-whole-pages", kills=("CTX-QRY-53",))
def _whole_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page begins where a page of its size begins, at or before the offset."""
    limit = request.params.get("limit", "") if queries(request) else ""

    def down(value: str) -> str:
        known = value.isdigit() and limit.isdigit() and limit != "0"
        return str(int(value) // int(limit) * int(limit)) if known else value

    return proceed(altered(request, "offset", down))


@fault("ctx-offset-beyond-refused", kills=("CTX-QRY-54",))
def _beyond_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page beyond the last entity is not found."""
    response = proceed(request)
    if queries(request) and response.body == b"[]" and "offset" in request.params:
        problem = {"type": f"{ERRORS}ResourceNotFound", "title": "Not found"}
        return json_response(problem, 404)
    return response


@fault("ctx-negative-limit-taken", kills=("CTX-QRY-55",))
def _negative_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit below 0 is left out."""
    return proceed(altered(request, "limit", lambda v: None if v.startswith("-") else v))


@fault("ctx-limit-of-letters-taken", kills=("CTX-QRY-55",))
def _limit_of_letters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit that is no number is left out."""
    return proceed(altered(request, "limit", lambda v: None if v.isalpha() else v))


@fault("ctx-negative-offset-taken", kills=("CTX-QRY-55",))
def _negative_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An offset below 0 is left out."""
    return proceed(altered(request, "offset", lambda v: None if v.startswith("-") else v))


@fault("ctx-page-of-none-given", kills=("CTX-QRY-56",))
def _page_of_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of no entity is given without a count."""
    response = proceed(request)
    none = queries(request) and request.params.get("limit") == "0"
    return json_response([], 200) if none and response.status == _BAD_REQUEST else response


@fault("ctx-page-of-none-has-one", kills=("CTX-QRY-56",))
def _none_has_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of no entity that is counted has one."""
    counted = "count" in request.params if queries(request) else False
    return proceed(altered(request, "limit", lambda v: "1" if v == "0" and counted else v))


@fault(
    "ctx-count-of-the-page",
    kills=("CTX-QRY-57", "CTX-ACC-07"),
    beside=("CTX-QRY-56",),
)
def _count_of_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is that of the entities on the page."""
    response = proceed(request)
    if not queries(request) or response.header(_COUNT) is None:
        return response
    return response.with_header(_COUNT, str(len(response.json())))


@fault("ctx-huge-page-breaks", kills=("CTX-QRY-58",))
def _huge_breaks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of a hundred thousand entities ends in an error of the broker."""
    if queries(request) and request.params.get("limit") == str(_HUGE):
        return json_response({"type": f"{ERRORS}InternalError", "title": "Too much"}, 500)
    return proceed(request)


@fault("ctx-post-pages-by-get", kills=("CTX-QRY-61",))
def _pages_by_get(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The next page of a query in a body is linked as if it had come in an address."""
    response = proceed(request)
    if not queries_by_post(request):
        return response
    return _relinked(response, lambda v: v.replace("/entityOperations/query?", "/entities?"))


@fault("ctx-post-not-counted", kills=("CTX-QRY-61",))
def _post_not_counted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a query in a body finds is not counted."""
    post = queries_by_post(request)
    return proceed(without_params(request, "count") if post else request)


@fault("ctx-post-form-left-out", kills=("CTX-QRY-61",), beside=("CTX-REP-*",))
def _post_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a query in a body finds is always given in full."""
    post = queries_by_post(request)
    return proceed(without_params(request, "options", "format") if post else request)


@fault("ctx-post-offset-left-out", kills=("CTX-QRY-61",))
def _post_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body always gives the first page."""
    post = queries_by_post(request)
    return proceed(without_params(request, "offset") if post else request)
