"""Maps that context sources make of a query, for the map of this broker (5.14.4.4)."""

from collections.abc import Iterator
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.asking import Asked
from mimtest.sandbox.ngsild.body import read_json
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution import concerned_by, registered
from mimtest.sandbox.ngsild.distribution_narrowing import wanted_by
from mimtest.sandbox.ngsild.distribution_sending import Question, answer_of, is_loop
from mimtest.sandbox.ngsild.entity_map_store import NONE
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.selection import Selection
from mimtest.sandbox.ngsild.syntax import is_uri

_OPERATION: Final = "createEntityMapQueryEntity"
_MADE: Final = (200, 201)


def mapped(call: Call, asked: Asked) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The entities that are candidates with the registrations that have them, and the maps of these.

    Where entities may be split among sources, conditions are not looked at before their parts are together.
    """
    selection = asked.selection(call.context.terms)
    split = asked.given.get("splitEntities") not in (False, "false")
    told = [] if asked.local or is_loop(call) else list(_told(call, asked, selection, split=split))
    chosen = Selection(selection.terms, selection.selectors) if told and split else selection
    found = {e.id: [NONE] for e in call.store.all() if chosen.meets(e, call.store.find)}
    for source, entity_map in told:
        for id_ in filter(is_uri, entity_map["entityMap"]):
            found.setdefault(id_, []).append(source.id)
    return found, {source.id: entity_map["id"] for source, entity_map in told}


def _told(
    call: Call, asked: Asked, selection: Selection, *, split: bool
) -> Iterator[tuple[Registration, dict[str, Any]]]:
    wanted = wanted_by(tuple(asked.selectors), selection, asked.given, filtering=not split)
    for source in registered(call, _OPERATION, concerned_by(call, selection)):
        if _OPERATION not in source.operations:
            continue
        for info in source.information:
            for params in wanted.of(info):
                answer = answer_of(call, source, Question("GET", "/entityMaps", params))
                entity_map = _map_in(answer)
                if entity_map is not None:
                    yield source, entity_map


def _map_in(answer: Response) -> dict[str, Any] | None:
    """The map a source has made; None where it is none."""
    try:
        body = read_json(answer.body) if answer.status in _MADE else None
    except NgsiError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("entityMap"), dict):
        return None
    return body if is_uri(body.get("id")) else None
