"""Retrieving and querying entities (5.7.1, 5.7.2), in every representation."""

from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild import distribution
from mimtest.sandbox.ngsild.asking import Asked, asked_in_body, asked_in_params, require_depth
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution import Gathered
from mimtest.sandbox.ngsild.entity_map_use import MAP_PARAMS, used_map
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data, missing
from mimtest.sandbox.ngsild.linked import JOIN_PARAMS, read_join
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON, LD_JSON
from mimtest.sandbox.ngsild.ordering import ORDER_PARAMS, read_ordering
from mimtest.sandbox.ngsild.pages import NAMES, read_page, with_headers
from mimtest.sandbox.ngsild.selection import Selection, read_selection
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.view import View

_SHOWN: Final = ("options", "format", "lang", "geometryProperty", "local")
_PARTS: Final = ("attrs", "pick", "omit", "datasetId", *JOIN_PARAMS)
_FILTERS: Final = (
    "type", "id", "idPattern", "q", "scopeQ", "csf", "expandValues", "jsonKeys",
    "georel", "geometry", "coordinates", "geoproperty", "splitEntities",
)  # fmt: skip
_PAGING: Final = ("limit", "offset", "count", NAMES)
RETRIEVE_PARAMS: Final = frozenset(("type", *_SHOWN, *_PARTS, *MAP_PARAMS))
QUERY_PARAMS: Final = frozenset((*_SHOWN, *_PARTS, *_FILTERS, *_PAGING, *ORDER_PARAMS, *MAP_PARAMS))
POST_QUERY_PARAMS: Final = frozenset(
    ("options", "format", "geometryProperty", "local", *_PAGING, *MAP_PARAMS)
)


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
    selection = _selection_of_one(call)
    require_depth(selection.projection.depth, join)
    gathered = distribution.retrieve(call, selection)
    response = _one(gathered, selection, view)
    if isinstance(response, NgsiError):
        return gathered.warned(response.as_response())
    return gathered.warned(used_map(call, call.params).answer(response, gathered.origins))


def _selection_of_one(call: Call) -> Selection:
    """The entity of the path. Raises NgsiError when that is no URI."""
    id_ = call.parts[0]
    if not is_uri(id_):
        msg = "an entity's id is a URI"
        raise bad_data(msg)
    selectors = [{**call.selectors(), "id": id_}]
    return read_selection(call.params, selectors, call.context.terms)


def _one(gathered: Gathered, selection: Selection, view: View) -> Response | NgsiError:
    """The answer with what was gathered of the entity, or why there is none."""
    entity = next((e for e in gathered.entities if selection.means(e)), None)
    if entity is None:
        return gathered.trouble or missing("there is no such entity")
    response = view.one(entity, selection.projection)
    return response or missing("the entity has none of the wanted attributes")


def query_entities(call: Call) -> Response:
    """The entities that meet the parameters (5.7.2)."""
    return _found(call, asked_in_params(call))


def query_by_post(call: Call) -> Response:
    """The entities that meet a Query in the body (5.2.23, 6.23.3.1)."""
    return _found(call, asked_in_body(call, call.payload()))


def _found(call: Call, asked: Asked) -> Response:
    media_type = call.media_type(JSON, LD_JSON, GEO_JSON)
    terms, lang = call.context.terms, asked.given.get("lang")
    if not isinstance(lang, str | None):
        msg = "lang is a text"
        raise bad_data(msg)
    ordered = read_ordering(asked.order, terms, local=asked.local)
    view, page = View(call, media_type, lang, asked.join), read_page(call)
    selection, mapped = asked.selection(terms), used_map(call, asked.given)
    gathered = distribution.query(call, asked, selection, call.store.all(), view.find)
    found = ordered([e for e in gathered.entities if mapped.admits(e.id)])
    headers = page.headers(call, len(found), media_type)
    response = view.several(page.of(found), selection.projection)
    origins = {e.id: gathered.origins[e.id] for e in found}
    return gathered.warned(mapped.answer(with_headers(response, headers), origins))
