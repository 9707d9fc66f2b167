"""Making, retrieving, updating and deleting entity maps (5.14, 6.32, 6.34)."""

from collections.abc import Mapping
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild import temporal_reads
from mimtest.sandbox.ngsild.asking import Asked, asked_in_body, asked_in_params
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.entity_map_sources import mapped
from mimtest.sandbox.ngsild.entity_map_store import NONE, Sources
from mimtest.sandbox.ngsild.entity_map_use import HEADER, address_of
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.lifetimes import at_most, end_of
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.reads import POST_QUERY_PARAMS, QUERY_PARAMS
from mimtest.sandbox.ngsild.router import Operation, Routes
from mimtest.sandbox.ngsild.syntax import instant, is_uri
from mimtest.sandbox.ngsild.temporal_reads import asked_in_history, evolutions_of

_CREATED: Final = 201


def map_by_params(call: Call) -> Response:
    """A map of the entities that meet the parameters (5.14.4)."""
    asked = asked_in_params(call)
    return _made(call, asked, *mapped(call, asked))


def map_by_query(call: Call) -> Response:
    """A map of the entities that meet a Query in the body (5.14.4)."""
    asked = asked_in_body(call, call.payload())
    return _made(call, asked, *mapped(call, asked))


def history_map_by_params(call: Call) -> Response:
    """A map of the entities whose Temporal Evolutions meet the parameters (5.14.5)."""
    asked = asked_in_params(call)
    return _made(call, asked, _past_entities(call, asked))


def history_map_by_query(call: Call) -> Response:
    """A map of the entities whose Temporal Evolutions meet a Query in the body (5.14.5)."""
    asked = asked_in_history(call, call.payload())
    return _made(call, asked, _past_entities(call, asked))


def retrieve_map(call: Call) -> Response:
    """A map by its id (5.14.1)."""
    media_type = call.media_type(JSON, LD_JSON)
    return call.answer(call.tenant.maps.get(_id(call)).as_dict(), media_type)


def update_map(call: Call) -> Response:
    """The end of a map is moved; nothing else of it can be changed (5.14.2)."""
    found, fragment = call.tenant.maps.get(_id(call)), call.payload()
    if not isinstance(fragment, dict):
        msg = "the body is an object"
        raise bad_data(msg)
    if "expiresAt" in fragment:
        end = instant(fragment["expiresAt"])
        if end is None:
            msg = "expiresAt is a DateTime"
            raise bad_data(msg)
        found.expires = at_most(end)
    return done()


def delete_map(call: Call) -> Response:
    """A map is removed (5.14.3)."""
    call.tenant.maps.delete(_id(call))
    return done()


def _made(
    call: Call, asked: Asked, found: Sources, linked: Mapping[str, str] | None = None
) -> Response:
    media_type = call.media_type(JSON, LD_JSON)
    end = end_of(asked.given.get("entityMapLifetime"))
    made = call.tenant.maps.add(end, found, linked)
    response = call.answer(made.as_dict(), media_type).with_status(_CREATED)
    return response.with_header(HEADER, address_of(made))


def _past_entities(call: Call, asked: Asked) -> Sources:
    return {e.id: [NONE] for e, _ in evolutions_of(call, asked)}


def _id(call: Call) -> str:
    if not is_uri(call.parts[0]):
        msg = "the id of an entity map is a URI"
        raise bad_data(msg)
    return call.parts[0]


ROUTES: Final[Routes] = {
    ("entityMaps",): {
        "GET": Operation(map_by_params, QUERY_PARAMS, makes=True),
        "POST": Operation(map_by_query, POST_QUERY_PARAMS),
    },
    ("temporal", "entityMaps"): {
        "GET": Operation(history_map_by_params, temporal_reads.QUERY_PARAMS, makes=True),
        "POST": Operation(history_map_by_query, temporal_reads.POST_QUERY_PARAMS),
    },
    ("entityMaps", "*"): {
        "GET": Operation(retrieve_map),
        "PATCH": Operation(update_map),
        "DELETE": Operation(delete_map),
    },
}
