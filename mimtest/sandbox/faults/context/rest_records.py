"""Ways to break the records of the plain HTTP interface: identifiers, pages, filters."""

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from mimtest.sandbox.faults.context.rest_messages import (
    OK,
    lists,
    reads_one,
    with_body,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("rst-same-id-on-later-pages", kills=("CTX-RST-11", "CTX-RST-15"), beside=("CTX-RST-16",))
def _same_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages begin with the first record once more."""
    response = proceed(request)
    if not lists(request) or int(request.params.get("offset", "0") or 0) < 3:  # noqa: PLR2004
        return response
    first = proceed(without(request, "offset", "limit")).json()["items"][:1]
    return with_body(response, lambda b: b | {"items": [*first, *b["items"][1:]]})


@fault("rst-first-record-for-any", kills=("CTX-RST-12", "CTX-RST-13"))
def _first_record(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever identifier is asked for, the first record is given."""
    if not reads_one(request):
        return proceed(request)
    path = request.path.partition("/items/")[0] + "/items"
    listed = proceed(replace(request, path=path, raw_path=path)).json()["items"]
    return json_response(listed[0])


@fault("rst-unknown-record-empty", kills=("CTX-RST-13",))
def _unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A record that is not there is answered with an empty object."""
    response = proceed(request)
    return json_response({}) if reads_one(request) and response.status == 404 else response  # noqa: PLR2004


@fault("rst-limit-ignored", kills=("CTX-RST-14",), beside=("CTX-RST-20",))
def _limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The page size asked for makes no difference."""
    return proceed(without(request, "limit") if lists(request) else request)


@fault("rst-pages-skip-one", kills=("CTX-RST-15", "CTX-RST-16"))
def _skip(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A later page begins one record too late."""
    offset = request.params.get("offset", "0")
    if not lists(request) or not offset.isdigit() or offset == "0":
        return proceed(request)
    later = request.params | {"offset": str(int(offset) + 1)}
    return proceed(request.with_query(urlencode(later, quote_via=quote)))


@fault(
    "rst-offset-ignored", kills=("CTX-RST-16",), beside=("CTX-RST-11", "CTX-RST-15", "CTX-RST-34")
)
def _offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first one."""
    return proceed(without(request, "offset") if lists(request) else request)


@fault("rst-filter-ignored", kills=("CTX-RST-17", "CTX-RST-18"))
def _filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Filters by value make no difference."""
    names = (
        "name",
        "status",
        "category",
        "luminousFlux",
        "floorsAboveGround",
        "totalSpotNumber",
        "no2",
    )
    return proceed(without(request, *names) if lists(request) else request)


@fault("rst-empty-filter-finds-all", kills=("CTX-RST-18",), beside=("CTX-RST-19",))
def _all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that finds nothing gives everything instead."""
    response = proceed(request)
    if not lists(request) or response.status != OK or response.json()["items"]:
        return response
    return proceed(request.with_query(""))


@fault("rst-box-ignored", kills=("CTX-RST-19",))
def _box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box makes no difference."""
    return proceed(without(request, "bbox") if lists(request) else request)


@fault("rst-wrong-limit-taken", kills=("CTX-RST-20",))
def _taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page size that is none is passed over."""
    wrong = lists(request) and not request.params.get("limit", "1").isdigit()
    return proceed(without(request, "limit") if wrong else request)


@fault("rst-one-list-differs", kills=("CTX-RST-21",), beside=("CTX-RST-06",))
def _differs(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One list holds its records in another member than the others."""
    response = proceed(request)
    if not lists(request) or "/buildings/" not in request.path:
        return response
    return with_body(response, lambda b: {"data" if k == "items" else k: v for k, v in b.items()})


@fault("rst-order-changes", kills=("CTX-RST-22",), beside=("CTX-RST-15", "CTX-RST-16"))
def _order(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The order of records differs from one request to the next."""
    response = proceed(request)
    if not lists(request):
        return response
    turns = platform.turns = getattr(platform, "turns", 0) + 1  # type: ignore[attr-defined]
    return with_body(response, lambda b: b | {"items": b["items"][:: -1 if turns % 2 else 1]})
