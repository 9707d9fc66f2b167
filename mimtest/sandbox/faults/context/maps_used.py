"""Ways to break queries that go by an entity map, and maps over time and of sources."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.maps import HEADER, PAST_MAPS, makes, refusal, remade
from mimtest.sandbox.faults.context.messages import queries, with_params, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.sending import Unsent

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
_CREATED: Final = 201
_NOT_FOUND: Final = 404


@fault("ctx-query-tells-no-map", kills=("CTX-MAP-07", "CTX-MAP-08", "CTX-MAP-09"))
def _tells_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that makes a map does not say where it is."""
    response = proceed(request)
    return response.without_header(HEADER) if queries(request) else response


@fault("ctx-every-query-has-a-map", kills=("CTX-MAP-07",))
def _every_query(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query tells of a map nobody asked for."""
    response = proceed(request)
    plain = queries(request) and response.status == _OK and response.header(HEADER) is None
    return response.with_header(HEADER, "urn:ngsi-ld:EntityMap:none") if plain else response


@fault("ctx-map-of-a-query-ignored", kills=("CTX-MAP-07", "CTX-MAP-08"))
def _ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that names a map makes a new one."""
    if not queries(request) or HEADER.lower() not in request.headers:
        return proceed(request)
    asked = with_headers(request, ngsild_entitymap=None)
    return proceed(with_params(asked, lambda p: p | {"entityMap": "true"}))


@fault("ctx-pages-without-their-map", kills=("CTX-MAP-08",))
def _pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages of a query have what it finds now, whatever the map has."""
    named = request.headers.get(HEADER.lower())
    if not queries(request) or named is None or "offset" not in request.params:
        return proceed(request)
    plain = without_params(with_headers(request, ngsild_entitymap=None), "entityMap")
    return proceed(plain).with_header(HEADER, named)


@fault("ctx-gone-map-finds-nothing", kills=("CTX-MAP-09",))
def _finds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query by a map that is gone finds nothing."""
    response = proceed(request)
    gone = queries(request) and HEADER.lower() in request.headers
    return response.with_json([]) if gone and response.status == _CREATED else response


@fault("ctx-gone-map-not-found", kills=("CTX-MAP-09",))
def _not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query by a map that is gone is refused."""
    response = proceed(request)
    gone = queries(request) and HEADER.lower() in request.headers
    return (
        refusal("ResourceNotFound", _NOT_FOUND)
        if gone and response.status == _CREATED
        else response
    )


@fault("ctx-map-over-time-is-empty", kills=("CTX-MAP-10",))
def _over_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map of a query over time has no entities."""
    response = proceed(request)
    made = request.path == PAST_MAPS
    return remade(response, lambda b: {**b, "entityMap": {}}) if made else response


@fault("ctx-map-over-all-time", kills=("CTX-MAP-10",))
def _all_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map of a query over time needs no time."""
    timeless = (
        request.path == PAST_MAPS and request.method == "GET" and "timerel" not in request.params
    )
    times = {"timerel": "after", "timeAt": "2000-01-01T00:00:00Z", "timeproperty": "modifiedAt"}
    return proceed(with_params(request, lambda p: p | times) if timeless else request)


@fault("ctx-map-links-no-other", kills=("CTX-MAP-11",))
def _links_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The maps of sources are not linked."""
    response = proceed(request)
    made = makes(request)
    return remade(response, lambda b: {**b, "linkedMaps": {}}) if made else response


@fault("ctx-sources-make-no-map", kills=("CTX-MAP-11",), outgoing=True)
def _no_source(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No source is asked for a map."""
    if request.raw_path.endswith("/entityMaps"):
        raise Unsent("it is left alone")
    return proceed(request)
