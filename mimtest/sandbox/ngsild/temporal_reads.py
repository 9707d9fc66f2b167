"""Retrieving and querying Temporal Evolutions (5.7.3, 5.7.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.aggregation import AGGREGATION_PARAMS, read_aggregation
from mimtest.sandbox.ngsild.asking import Asked, asked_in_body, asked_in_params
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distributed_history import queried, retrieved
from mimtest.sandbox.ngsild.entity_map_store import NONE
from mimtest.sandbox.ngsild.entity_map_use import MAP_PARAMS, used_map
from mimtest.sandbox.ngsild.errors import bad_data, invalid, missing
from mimtest.sandbox.ngsild.forms import Form, read_languages
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.ordering import ORDER_PARAMS, read_ordering
from mimtest.sandbox.ngsild.pages import NAMES, read_page, with_headers
from mimtest.sandbox.ngsild.projection import Projection, read_projection
from mimtest.sandbox.ngsild.selection import Selection
from mimtest.sandbox.ngsild.temporal import Evolution, Timeline
from mimtest.sandbox.ngsild.temporal_forms import SimplifiedHistory
from mimtest.sandbox.ngsild.temporal_pages import Part, first_part
from mimtest.sandbox.ngsild.temporal_view import NormalizedHistory
from mimtest.sandbox.ngsild.temporal_window import WINDOW_PARAMS, Window, read_window
from mimtest.sandbox.ngsild.temporal_writes import evolution_id

_FORMATS: Final = ("normalized", "temporalValues", "aggregatedValues")
_SHOWN: Final = ("options", "format", "lang", "local", "attrs", "pick", "omit", "datasetId")
_FILTERS: Final = (
    "type", "id", "idPattern", "q", "scopeQ", "csf", "expandValues", "jsonKeys",
    "georel", "geometry", "coordinates", "geoproperty",
)  # fmt: skip
_PAGING: Final = ("limit", "offset", "count", NAMES)
RETRIEVE_PARAMS: Final = frozenset((*_SHOWN, *WINDOW_PARAMS, *AGGREGATION_PARAMS))
QUERY_PARAMS: Final = frozenset((*RETRIEVE_PARAMS, *_FILTERS, *_PAGING, *ORDER_PARAMS, *MAP_PARAMS))
POST_QUERY_PARAMS: Final = frozenset(("options", "format", "local", *_PAGING, *MAP_PARAMS))


def retrieve_evolution(call: Call) -> Response:
    """The Temporal Evolution of one entity by its id (5.7.3)."""
    media_type = call.media_type(JSON, LD_JSON)
    id_ = evolution_id(call)
    call.flag("local")
    window = read_window(call.params, required=False)
    form = _form(call, call.params, window)
    projection = read_projection(call.params, call.context.terms)
    _require_own(projection.depth)
    known = retrieved(call, id_, window, Selection(call.context.terms, projection=projection))
    part = _part(form, [within(known, window, projection)], window)
    shown = form.evolution(part.evolutions[0], projection)
    selective = projection.attrs is not None or projection.pick is not None
    if not shown or (selective and not _has_any(known, projection)):
        msg = "the entity has nothing of what is wanted"
        raise missing(msg)
    return part.told(call.answer(shown, media_type))


def query_evolutions(call: Call) -> Response:
    """The Temporal Evolutions of the entities that meet the parameters (5.7.4)."""
    return _found(call, asked_in_params(call))


def query_evolutions_by_post(call: Call) -> Response:
    """The Temporal Evolutions of the entities that meet a Query in the body (6.24.3.1)."""
    return _found(call, asked_in_history(call, call.payload()))


def asked_in_history(call: Call, query: Any) -> Asked:
    """What a Query over time asks. Raises NgsiError (BadRequestData) for what is none."""
    asked = asked_in_body(call, query)
    times, aggregated = asked.given.get("temporalQ"), asked.given.get("aggrParams", {})
    if not isinstance(times, dict) or not isinstance(aggregated, dict):
        msg = "a query over time has a temporalQ, and its aggrParams are an object"
        raise bad_data(msg)
    members = (*WINDOW_PARAMS, *AGGREGATION_PARAMS)
    further = {k: v for k, v in {**times, **aggregated}.items() if k in members}
    return replace(asked, given={**asked.given, **further})


def evolutions_of(call: Call, asked: Asked) -> list[tuple[Evolution, Entity]]:
    """The evolutions a query finds, each with all that its entity was within the window."""
    window, selection = (
        read_window(asked.given, required=True),
        asked.selection(call.context.terms),
    )
    _require_own(selection.depth)
    known = queried(call, asked, window, selection)
    states = ((e, _state(e, window)) for e in known)
    return [(e, s) for e, s in states if s is not None and selection.meets(s)]


def within(evolution: Evolution, window: Window, projection: Projection) -> Evolution:
    """The evolution with the wanted instances of the wanted attributes."""
    datasets = projection.datasets

    def wanted(timeline: Timeline) -> Timeline:
        if datasets is not None:
            timeline = tuple(i for i in timeline if (i.state.dataset or "@none") in datasets)
        return window.of(timeline)

    return replace(
        evolution,
        scopes=window.of(evolution.scopes) if projection.keeps("scope") else (),
        timelines={
            n: found
            for n, timeline in evolution.timelines.items()
            if projection.shows(n) and (found := wanted(timeline))
        },
    )


def _found(call: Call, asked: Asked) -> Response:
    media_type = call.media_type(JSON, LD_JSON)
    window = read_window(asked.given, required=True)
    form = _form(call, asked.given, window)
    ordered, page = _ordering(call, asked), read_page(call)
    projection = asked.selection(call.context.terms).projection
    mapped = used_map(call, asked.given)
    entities = {e.id: (e, s) for e, s in evolutions_of(call, asked) if mapped.admits(e.id)}
    found = ordered([s for _, s in entities.values()])
    headers = page.headers(call, len(found), media_type)
    part = _part(
        form, [within(entities[s.id][0], window, projection) for s in page.of(found)], window
    )
    shown = [item for e in part.evolutions if (item := form.evolution(e, projection))]
    response = part.told(with_headers(call.answer(shown, media_type), headers))
    return mapped.answer(response, {id_: [NONE] for id_ in entities})


def _part(
    form: NormalizedHistory | SimplifiedHistory, evolutions: Sequence[Evolution], window: Window
) -> Part:
    """What is told at once; aggregates are never cut."""
    aggregated = isinstance(form, SimplifiedHistory) and form.aggregation is not None
    return Part(evolutions) if aggregated else first_part(evolutions, window)


def _state(evolution: Evolution, window: Window) -> Entity | None:
    """All that the entity was within the window, as one entity; None when there is nothing."""
    inside = within(evolution, replace(window, last=None), Projection())
    scopes = [s for i in inside.scopes if isinstance(i.state.value, list) for s in i.state.value]
    if not inside.timelines:
        return None
    return Entity(
        evolution.id,
        evolution.types,
        tuple(dict.fromkeys(scopes)),
        {n: tuple(i.state for i in t if i.deleted is None) for n, t in inside.timelines.items()},
        evolution.created,
        evolution.modified,
    )


def _has_any(evolution: Evolution, projection: Projection) -> bool:
    """Whether the entity has anything that is named, whenever it was."""
    named = within(evolution, Window(), projection)
    members = projection.members({"id": "", "type": "", **({"scope": ""} if named.scopes else {})})
    return bool(named.timelines) or (projection.attrs is None and bool(members))


def _form(
    call: Call, given: Mapping[str, Any], window: Window
) -> NormalizedHistory | SimplifiedHistory:
    """The representation that is meant; `format` goes before `options` (6.3.7). Raises NgsiError."""
    options = call.options((*_FORMATS, "sysAttrs"))
    lang = given.get("lang")
    if not isinstance(lang, str | None):
        msg = "lang is a text"
        raise bad_data(msg)
    told = (f for f in _FORMATS if f in options)
    default = "aggregatedValues" if "aggrMethods" in given else "normalized"
    wanted = call.params.get("format", next(told, default))
    if wanted not in _FORMATS:
        msg = f"there is no format '{wanted[:60]}'"
        raise invalid(msg)
    form = Form(call.context.terms, stamps="sysAttrs" in options, lang=read_languages(lang))
    if wanted == "normalized":
        return NormalizedHistory(form)
    aggregation = read_aggregation(given) if wanted == "aggregatedValues" else None
    return SimplifiedHistory(form, window, aggregation)


def _ordering(call: Call, asked: Asked) -> Callable[[Sequence[Entity]], Sequence[Entity]]:
    elements = asked.order.get("orderBy")
    names = elements.split(",") if isinstance(elements, str) else elements or ()
    if any(not isinstance(n, str) or n.partition(";")[0] != "id" for n in names):
        msg = "temporal evolutions are ordered by id only"
        raise bad_data(msg)
    return read_ordering(asked.order, call.context.terms, local=asked.local)


def _require_own(depth: int) -> None:
    if depth:
        msg = "temporal evolutions are not followed along relationships"
        raise bad_data(msg)
