"""Retrieving and querying entities (5.7.1, 5.7.2), in every representation."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.linked import JOIN_PARAMS, Join, read_join
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON, LD_JSON
from mimtest.sandbox.ngsild.ordering import ORDER_PARAMS, read_ordering
from mimtest.sandbox.ngsild.pages import NAMES, read_page, with_headers
from mimtest.sandbox.ngsild.projection import read_projection
from mimtest.sandbox.ngsild.selection import read_selection
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.view import View

_SHOWN: Final = ("options", "format", "lang", "geometryProperty", "local")
_PARTS: Final = ("attrs", "pick", "omit", "datasetId", *JOIN_PARAMS)
_FILTERS: Final = (
    "type", "id", "idPattern", "q", "scopeQ", "csf", "expandValues", "jsonKeys",
    "georel", "geometry", "coordinates", "geoproperty", "splitEntities",
)  # fmt: skip
#: Members of OrderingParams (5.2.43) that are called otherwise as parameters.
_IN_BODY: Final = {"coordinates": "orderFrom", "geometry": "orderGeometry"}
_PAGING: Final = ("limit", "offset", "count", NAMES)
RETRIEVE_PARAMS: Final = frozenset(("type", *_SHOWN, *_PARTS))
QUERY_PARAMS: Final = frozenset((*_SHOWN, *_PARTS, *_FILTERS, *_PAGING, *ORDER_PARAMS))
POST_QUERY_PARAMS: Final = frozenset(("options", "format", "geometryProperty", "local", *_PAGING))


def entity_id(call: Call) -> str:
    """The id in the path. Raises NgsiError: when it is no URI, or its entity of another type."""
    id_ = call.parts[0]
    if not is_uri(id_):
        msg = "an entity's id is a URI"
        raise bad_data(msg)
    selection = read_selection({}, [call.selectors()], call.context.terms)
    if "type" in call.params and not selection.meets(call.store.get(id_)):
        msg = "the entity is of another type"
        raise missing(msg)
    return id_


def retrieve_entity(call: Call) -> Response:
    """One entity by its id (5.7.1)."""
    media_type = call.media_type(JSON, LD_JSON, GEO_JSON)
    join = read_join(call.params)
    view = View(call, media_type, call.params.get("lang"), join)
    projection = read_projection(call.params, call.context.terms)
    _require_depth(projection.depth, join)
    response = view.one(call.store.get(entity_id(call)), projection)
    if response is None:
        msg = "the entity has none of the wanted attributes"
        raise missing(msg)
    return response


def query_entities(call: Call) -> Response:
    """The entities that meet the parameters (5.7.2)."""
    call.flag("splitEntities")
    return _found(call, call.params, [call.selectors()], call.params, local=call.local())


def query_by_post(call: Call) -> Response:
    """The entities that meet a Query in the body (5.2.23, 6.23.3.1)."""
    query = call.payload()
    if not isinstance(query, dict) or query.get("type") != "Query":
        msg = "the body is an object of type Query"
        raise bad_data(msg)
    geo, ordering = query.get("geoQ", {}), query.get("ordering", {})
    selectors = query.get("entities")
    if not isinstance(geo, dict) or not isinstance(ordering, dict) or not _are_selectors(selectors):
        msg = "geoQ and ordering are objects, entities an array of objects, and not empty"
        raise bad_data(msg)
    selectors = selectors or []
    is_local = call.local() or any(s.get("type") == "*" for s in selectors)
    order: dict[str, Any] = {str(_IN_BODY.get(k, k)): v for k, v in ordering.items()}
    return _found(call, {**query, "geoQ": geo}, selectors, order, local=is_local)


def _are_selectors(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(s, dict) for s in value)


def _found(
    call: Call,
    given: Mapping[str, Any],
    selectors: Iterable[Mapping[str, Any]],
    order: Mapping[str, Any],
    *,
    local: bool,
) -> Response:
    media_type = call.media_type(JSON, LD_JSON, GEO_JSON)
    terms, join, lang = call.context.terms, read_join(given), given.get("lang")
    if not isinstance(lang, str | None):
        msg = "lang is a text"
        raise bad_data(msg)
    selection = read_selection(given, selectors, terms)
    ordered = read_ordering(order, terms, local=local)
    view, page = View(call, media_type, lang, join), read_page(call)
    if not local and not selection.is_narrow:
        msg = "a query has at least one of type, attrs, q, a geo-query, or local=true"
        raise bad_data(msg)
    _require_depth(selection.depth, join)
    found = ordered([e for e in call.store.all() if selection.meets(e, view.find)])
    headers = page.headers(call, len(found), media_type)
    return with_headers(view.several(page.of(found), selection.projection), headers)


def _require_depth(depth: int, join: Join) -> None:
    if depth > join.level:
        msg = "what goes along relationships needs join, and a joinLevel as deep"
        raise bad_data(msg)
