"""Ways to break questions about places, pages and order on NGSI v2."""

import json
import re
from itertools import count
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.ngsiv2_messages import (
    LIST,
    asks,
    changed,
    having,
    lists,
    refused,
    told,
    with_json,
    with_param,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TURNS: Final = count()


def _without(request: Request, *names: str) -> Request:
    for name in names:
        request = with_param(request, name, None)
    return request


# Places


@fault("ctx-v2-distance-in-kilometres", kills=("CTX-V2-36", "CTX-V2-39", "CTX-V2-52"))
def _kilometres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The greatest distance is taken for kilometres."""
    near = having(request, "georel", r"near;maxDistance:\d+")
    return proceed(changed(request, "georel", r"(\d+)", r"\g<1>000") if near else request)


@fault("ctx-v2-least-distance-ignored", kills=("CTX-V2-36",))
def _least_distance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The least distance is no condition."""
    beyond = having(request, "georel", "near;minDistance.*")
    return proceed(_without(request, "georel", "geometry", "coords") if beyond else request)


@fault("ctx-v2-covers-what-is-outside", kills=("CTX-V2-37", "CTX-V2-52"))
def _covers_outside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An area covers what is disjoint from it."""
    covered = having(request, "georel", "coveredBy")
    return proceed(with_param(request, "georel", "disjoint") if covered else request)


@fault("ctx-v2-disjoint-is-intersects", kills=("CTX-V2-37",))
def _disjoint_intersects(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is disjoint from an area is what meets it."""
    disjoint = having(request, "georel", "disjoint")
    return proceed(with_param(request, "georel", "intersects") if disjoint else request)


@fault("ctx-v2-intersects-everything", kills=("CTX-V2-37",))
def _intersects_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every entity meets every area."""
    meets = having(request, "georel", "intersects")
    return proceed(_without(request, "georel", "geometry", "coords") if meets else request)


@fault("ctx-v2-equals-nearby", kills=("CTX-V2-38",))
def _equals_nearby(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A point equals what is around it."""
    equal = having(request, "georel", "equals")
    wide = "near;maxDistance:5000"
    return proceed(with_param(request, "georel", wide) if equal else request)


@fault("ctx-v2-malformed-place-ignored", kills=("CTX-V2-40", "CTX-V2-54"))
def _malformed_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A malformed question about a place is left out."""
    response = proceed(request)
    bad = having(request, "georel") and refused(response)
    return proceed(_without(request, "georel", "geometry", "coords")) if bad else response


@fault("ctx-v2-simple-places-are-text", kills=("CTX-V2-41",))
def _simple_places(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A point written as latitude and longitude is kept as a text."""
    if request.path.startswith(f"{LIST}/") and b"geo:point" in request.body:
        at = {n: a | {"type": "Text"} for n, a in body_of(request).items()}
        return proceed(with_json(request, at))
    return proceed(request)


# Pages and order


@fault(
    "ctx-v2-offset-ignored", kills=("CTX-V2-42", "CTX-V2-44", "CTX-V2-50"), beside=("CTX-V2-5?",)
)
def _offset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first."""
    page = having(request, "offset", r"\d+")
    return proceed(_without(request, "offset") if page else request)


@fault(
    "ctx-v2-count-of-the-page", kills=("CTX-V2-43",), beside=("CTX-V2-0?", "CTX-V2-44", "CTX-V2-50")
)
def _count_of_the_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is the number of entities on the page."""
    response = proceed(request)
    if not lists(request) or response.header("Fiware-Total-Count") is None:
        return response
    return response.with_header("Fiware-Total-Count", str(len(response.json())))


@fault("ctx-v2-last-page-again", kills=("CTX-V2-44",))
def _last_page_again(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Beyond the last page the first comes again."""
    response = proceed(request)
    beyond = having(request, "offset") and having(request, "options") and response.body == b"[]"
    return proceed(_without(request, "offset")) if beyond else response


@fault("ctx-v2-any-page", kills=("CTX-V2-45",), beside=("CTX-V2-50",))
def _any_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A negative offset is the beginning."""
    negative = having(request, "offset", "-.*")
    return proceed(_without(request, "offset") if negative else request)


@fault("ctx-v2-order-as-text", kills=("CTX-V2-46",))
def _order_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Numbers are put in order by their digits."""
    response = proceed(request)
    name = request.params.get("orderBy", "")
    if not asks(request, "GET", LIST) or not re.fullmatch(r"\w+", name):
        return response
    return told(response, lambda b: sorted(b, key=lambda e: json.dumps(e[name]["value"])))


@fault("ctx-v2-always-ascending", kills=("CTX-V2-46", "CTX-V2-47"))
def _always_ascending(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The opposite order is not known."""
    back = having(request, "orderBy", ".*!.*")
    return proceed(changed(request, "orderBy", "!", "") if back else request)


@fault("ctx-v2-farthest-first", kills=("CTX-V2-48",))
def _farthest_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Ordered by distance the farthest comes first."""
    response = proceed(request)
    by_distance = having(request, "orderBy", "geo:distance")
    return told(response, lambda b: b[::-1]) if by_distance else response


@fault("ctx-v2-another-order-each-time", kills=("CTX-V2-49",))
def _another_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every other time entities come in the opposite order."""
    response = proceed(request)
    if not lists(request) or set(request.params) != {"type", "id", "limit"} or next(_TURNS) % 2:
        return response
    return told(response, lambda b: b[::-1])
