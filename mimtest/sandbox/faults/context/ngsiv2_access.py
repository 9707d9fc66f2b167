"""Ways to break what an NGSI v2 broker has, what the MIMs ask of it, and its manners of HTTP."""

import re
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.ngsiv2_messages import (
    API,
    SUBSCRIPTIONS,
    TYPES,
    asks,
    attributes,
    has_option,
    having,
    lists,
    refused,
    retrieves,
    told,
    with_header,
    with_param,
    without_option,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-v2-entry-without-types", kills=("CTX-V2-01",))
def _entry_without_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entry point does not name the list of types."""
    response = proceed(request)
    if request.path != API:
        return response
    return told(response, lambda b: {k: v for k, v in b.items() if k != "types_url"})


@fault("ctx-v2-types-lack-one", kills=("CTX-V2-02", "CTX-V2-05"), beside=("CTX-V2-06",))
def _types_lack_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that has entities is not in the list of types."""
    response = proceed(request)
    if not asks(request, "GET", TYPES):
        return response
    return told(response, lambda b: [t for t in b if "Parking" not in str(t)])


@fault("ctx-v2-types-without-kinds", kills=("CTX-V2-02",))
def _types_without_kinds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of types has the attributes, but not their types."""
    response = proceed(request)
    if not asks(request, "GET", TYPES) or has_option(request, "values"):
        return response
    empty = {"types": list[str]()}
    return told(response, lambda b: [t | {"attrs": dict.fromkeys(t["attrs"], empty)} for t in b])


@fault("ctx-v2-type-miscounted", kills=("CTX-V2-03",))
def _type_miscounted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type has one entity more than there are."""
    response = proceed(request)
    if not asks(request, "GET", f"{TYPES}/[^/]+"):
        return response
    return told(response, lambda b: b | {"count": b["count"] + 1})


@fault("ctx-v2-any-type-there", kills=("CTX-V2-04",))
def _any_type_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown type is described as one without entities."""
    response = proceed(request)
    unknown = asks(request, "GET", f"{TYPES}/[^/]+") and refused(response)
    return json_response({"attrs": {}, "count": 0}) if unknown else response


@fault("ctx-v2-types-unordered", kills=("CTX-V2-05",))
def _types_unordered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The names of types come in the opposite order."""
    response = proceed(request)
    named = asks(request, "GET", TYPES) and has_option(request, "values")
    return told(response, lambda b: b[::-1]) if named else response


@fault("ctx-v2-types-without-pages", kills=("CTX-V2-06",))
def _types_without_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of types begins anew whatever the offset."""
    paged = asks(request, "GET", TYPES)
    return proceed(with_param(request, "offset", None) if paged else request)


def _is_page(request: Request) -> bool:
    """Whether a page of a type is asked for, of all its entities."""
    return lists(request) and {"type", "limit", "offset"} == set(request.params)


@fault("ctx-v2-one-type-uncounted", kills=("CTX-V2-50",), beside=("CTX-V2-03", "CTX-V2-08"))
def _one_type_uncounted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entities of one type are not counted, those of others are."""
    response = proceed(request)
    odd = having(request, "type", "Building")
    return response.without_header("Fiware-Total-Count") if odd else response


@fault("ctx-v2-filter-lost-among-all", kills=("CTX-V2-51",))
def _filter_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter of all entities of a type, not of some by id, is left out."""
    every = having(request, "q") and "id" not in request.params
    return proceed(with_param(request, "q", None) if every else request)


@fault("ctx-v2-moments-ignored", kills=("CTX-V2-53",))
def _moments_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a moment is left out."""
    dated = having(request, "q", r".*[<>]=?\d{4}-\d\d-\d\dT.*")
    return proceed(with_param(request, "q", None) if dated else request)


@fault("ctx-v2-id-with-a-space", kills=("CTX-V2-55", "CTX-V2-57"))
def _id_with_a_space(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identifiers on a page of a type have a space in them."""
    response = proceed(request)
    if not _is_page(request):
        return response
    return told(response, lambda b: [e | {"id": e["id"].replace(":", " ", 1)} for e in b])


@fault("ctx-v2-page-repeats-one", kills=("CTX-V2-56",))
def _page_repeats_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of a type begins with the last entity of the page before it."""
    if _is_page(request) and request.params["offset"] not in ("0", "1"):
        start = int(request.params["offset"]) - 1
        return proceed(with_param(request, "offset", str(start)))
    return proceed(request)


@fault("ctx-v2-ids-without-scheme", kills=("CTX-V2-57",))
def _ids_without_scheme(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identifiers on a page of a type are no URIs."""
    response = proceed(request)
    if not _is_page(request):
        return response
    return told(response, lambda b: [e | {"id": e["id"].rpartition(":")[2]} for e in b])


@fault("ctx-v2-target-of-another-name", kills=("CTX-V2-58",), beside=("CTX-IDN-06",))
def _target_of_another_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a relationship leads to has another identifier than it was asked by."""
    response = proceed(request)
    target = retrieves(request) and re.search("Group|Cabinet|Device|Building:", request.path)
    if not target or request.params:
        return response
    return told(response, lambda b: b | {"id": "urn:ngsi-ld:Other:1"})


@fault(
    "ctx-v2-json-called-text",
    kills=("CTX-V2-60",),
    beside=(
        "SEC-HTTP-19",
        "SEC-HTTP-20",
    ),
)
def _json_called_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who does not ask for JSON gets it under the name of text."""
    response = proceed(request)
    if not lists(request) or request.headers.get("accept", "*/*") != "*/*":
        return response
    return response.with_header("Content-Type", "text/plain")


# How it speaks HTTP


@fault("ctx-v2-error-in-plain-text", kills=("CTX-V2-61",), beside=("CTX-V2-97", "CTX-V2-102"))
def _error_in_plain_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown subscription is told in a line of text."""
    response = proceed(request)
    if not asks(request, "GET", f"{SUBSCRIPTIONS}/[^/]+") or not refused(response):
        return response
    return response.with_header("Content-Type", "text/plain").with_body(b"No such subscription")


@fault("ctx-v2-not-allowed-without-allow", kills=("CTX-V2-62",))
def _without_allow(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A method that is not there is refused without a word of those that are."""
    response = proceed(request)
    return response.without_header("Allow") if asks(request, "PATCH", TYPES) else response


@fault("ctx-v2-any-format-promised", kills=("CTX-V2-63",))
def _any_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON is given to who accepts other formats only."""
    strange = "csv" in request.headers.get("accept", "") and request.path.startswith(API)
    return proceed(with_header(request, "accept", "*/*") if strange else request)


@fault("ctx-v2-malformed-search-finds-nothing", kills=("CTX-V2-64",))
def _malformed_search(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A malformed query in a body finds nothing."""
    response = proceed(request)
    search = asks(request, "POST", f"{API}/op/query") and refused(response)
    return json_response([]) if search else response


def _searches(request: Request) -> bool:
    return asks(request, "POST", f"{API}/op/query")


@fault("ctx-v2-search-without-count", kills=("CTX-V2-89",))
def _search_without_count(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body does not tell how many there are."""
    response = proceed(request)
    return response.without_header("Fiware-Total-Count") if _searches(request) else response


@fault("ctx-v2-search-in-one-form", kills=("CTX-V2-89",))
def _search_in_one_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body gives normalized entities, whatever form is asked for."""
    simple = _searches(request) and has_option(request, "keyValues")
    return proceed(without_option(request, "keyValues") if simple else request)


@fault("ctx-v2-search-drops-an-attribute", kills=("CTX-V2-89",))
def _search_drops(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities that a query in a body finds have an attribute less."""
    response = proceed(request)
    return told(response, _less) if _searches(request) else response


def _less(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in e.items() if k != next(iter(attributes(e)), "")} for e in entities]
