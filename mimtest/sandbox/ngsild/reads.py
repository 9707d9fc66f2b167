"""Retrieving and querying entities (5.7.1, 5.7.2), in every representation."""

from collections.abc import Sequence
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.forms import Form, read_languages
from mimtest.sandbox.ngsild.model import Entity, instance_of
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON, LD_JSON
from mimtest.sandbox.ngsild.pages import read_page, with_headers
from mimtest.sandbox.ngsild.selection import (
    Projection,
    Selection,
    read_projection,
    read_selection,
)
from mimtest.sandbox.ngsild.syntax import is_uri

_SHOWN: Final = ("options", "format", "lang", "geometryProperty", "local")
_PARTS: Final = ("attrs", "pick", "omit", "datasetId")
_FILTERS: Final = (
    "type", "id", "idPattern", "q", "scopeQ", "csf", "expandValues", "jsonKeys",
    "georel", "geometry", "coordinates", "geoproperty",
)  # fmt: skip
_PAGING: Final = ("limit", "offset", "count")
RETRIEVE_PARAMS: Final = frozenset((*_SHOWN, *_PARTS))
QUERY_PARAMS: Final = frozenset((*_SHOWN, *_PARTS, *_FILTERS, *_PAGING))
POST_QUERY_PARAMS: Final = frozenset(("options", "format", "geometryProperty", "local", *_PAGING))


def entity_id(call: Call) -> str:
    """The id in the path. Raises NgsiError (BadRequestData) when it is no URI."""
    if not is_uri(call.parts[0]):
        msg = "an entity's id is a URI"
        raise bad_data(msg)
    return call.parts[0]


def retrieve_entity(call: Call) -> Response:
    """One entity by its id (5.7.1)."""
    media_type = call.media_type(JSON, LD_JSON, GEO_JSON)
    view = _View(call, media_type, call.params.get("lang"))
    projection = read_projection(call.params, call.context.terms)
    entity = call.store.get(entity_id(call))
    shown = view.show(entity, projection)
    if shown is None:
        msg = "the entity has none of the wanted attributes"
        raise missing(msg)
    if media_type == GEO_JSON:
        return _geo_answer(call, view.feature(entity, projection, shown))
    return call.answer(shown, media_type)


def query_entities(call: Call) -> Response:
    """The entities that meet the parameters (5.7.2)."""
    selectors = {k: v for k, v in call.params.items() if k in ("type", "id", "idPattern")}
    selection = read_selection(call.params, [selectors], call.context.terms)
    return _found(call, selection, call.params.get("lang"))


def query_by_post(call: Call) -> Response:
    """The entities that meet a Query in the body (5.2.23, 6.23.3.1)."""
    query = call.payload()
    if not isinstance(query, dict) or query.get("type") != "Query":
        msg = "the body is an object of type Query"
        raise bad_data(msg)
    geo, lang = query.get("geoQ", {}), query.get("lang")
    selectors = query.get("entities")
    if not isinstance(geo, dict) or not _are_selectors(selectors):
        msg = "geoQ is an object, entities an array of objects, and not empty"
        raise bad_data(msg)
    if not isinstance(lang, str | None):
        msg = "lang is a text"
        raise bad_data(msg)
    given = {**query, "geoQ": geo}
    return _found(call, read_selection(given, selectors or (), call.context.terms), lang)


def _are_selectors(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(s, dict) for s in value)


def _found(call: Call, selection: Selection, lang: str | None) -> Response:
    media_type = call.media_type(JSON, LD_JSON, GEO_JSON)
    view, page = _View(call, media_type, lang), read_page(call)
    if not selection.is_narrow and not call.flag("local"):
        msg = "a query has at least one of type, attrs, q, a geo-query, or local=true"
        raise bad_data(msg)
    found = [e for e in call.store.all() if selection.meets(e)]
    headers = page.headers(call, len(found), media_type)
    response = view.several(page.of(found), selection.projection)
    return with_headers(response, headers)


def _geo_answer(call: Call, value: dict[str, Any]) -> Response:
    """GeoJSON; the context is in the body, or only linked when so preferred (6.3.6)."""
    linked = call.request.headers.get("prefer", "").replace(" ", "").lower() == "body=json"
    response = json_response(value if linked else call.in_context(value), 200, GEO_JSON)
    response = response.with_header("Vary", "Accept, Link, NGSILD-Tenant, Prefer")
    return call.with_context_link(response) if linked else response


class _View:
    """How one request wants to see entities."""

    def __init__(self, call: Call, media_type: str, lang: str | None) -> None:
        self.call = call
        self.media_type = media_type
        kind = call.form("sysAttrs")
        stamps = "sysAttrs" in call.params.get("options", "").split(",")
        self.form = Form(call.context.terms, kind, stamps, read_languages(lang))
        self.place = call.params.get("geometryProperty")
        if self.place is not None and media_type != GEO_JSON:
            msg = "geometryProperty goes with GeoJSON only"
            raise bad_data(msg)

    def show(self, entity: Entity, projection: Projection) -> dict[str, Any] | None:
        """The wanted parts of the entity; None when nothing wanted is there."""
        left = projection.entity(entity)
        if projection.attrs is not None and not left.attributes:
            return None
        return projection.members(self.form.entity(left)) or None

    def several(self, entities: Sequence[Entity], projection: Projection) -> Response:
        """The answer with these entities."""
        pairs = [(e, self.show(e, projection)) for e in entities]
        if self.media_type != GEO_JSON:
            return self.call.answer([s for _, s in pairs if s is not None], self.media_type)
        features = [self.feature(e, projection, s) for e, s in pairs if s is not None]
        return _geo_answer(self.call, {"type": "FeatureCollection", "features": features})

    def feature(
        self, entity: Entity, projection: Projection, shown: dict[str, Any]
    ) -> dict[str, Any]:
        """The entity as a GeoJSON Feature (4.5.16, 4.5.17, 5.2.29)."""
        name = self.call.context.terms.expand(self.place or "location")
        instances = projection.attributes(entity.attributes).get(name, ())
        default = instance_of(instances, None) or next(iter(instances), None)
        is_place = default is not None and default.kind == "GeoProperty"
        return {
            "id": entity.id,
            "type": "Feature",
            "geometry": default.value if default and is_place else None,
            "properties": {k: v for k, v in shown.items() if k != "id"},
        }
