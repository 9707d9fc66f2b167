"""Ways to break the NGSI-LD interface, one rule each, and permitted ways to differ."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_API: Final = "/ngsi-ld/v1"
_ENTITIES: Final = f"{_API}/entities"
_ENTITY: Final = re.compile(rf"{_ENTITIES}/([^/]+)")
_ATTRIBUTES: Final = re.compile(rf"{_ENTITIES}/([^/]+)/attrs")
_ATTRIBUTE: Final = re.compile(rf"{_ENTITIES}/([^/]+)/attrs/([^/]+)")
_CONTEXT: Final = "http://www.w3.org/ns/json-ld#context"
_ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_CITY_NAMES: Final = "https://mimtest.example/ns#"
_DEFAULT_NAMES: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
_TARGET_TYPES: Final = (":StreetlightGroup:", ":StreetlightControlCabinet:", ":Device:")


def _creates(request: Request) -> bool:
    return request.method == "POST" and request.path == _ENTITIES


def _queries(request: Request) -> bool:
    return request.method == "GET" and request.path == _ENTITIES


def _retrieves(request: Request) -> bool:
    return request.method == "GET" and _ENTITY.fullmatch(request.path) is not None


def _is_on_attributes(request: Request, method: str) -> bool:
    return request.method == method and _ATTRIBUTES.fullmatch(request.path) is not None


def _is_on_attribute(request: Request, method: str) -> bool:
    return request.method == method and _ATTRIBUTE.fullmatch(request.path) is not None


def _with_params(request: Request, change: Callable[[dict[str, str]], dict[str, str]]) -> Request:
    return request.with_query(urlencode(change(request.params), quote_via=quote))


def _without(request: Request, *names: str) -> Request:
    return _with_params(request, lambda p: {k: v for k, v in p.items() if k not in names})


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


def _at(request: Request, path: str, body: str) -> Request:
    """The same request for another path, with another body."""
    return replace(request, path=path, raw_path=quote(path, safe="/:"), body=body.encode())


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None


def _changed(response: Response, change: Callable[[Any], Any]) -> Response:
    """A successful JSON answer with another body."""
    return response.with_json(change(response.json())) if response.status == 200 else response  # noqa: PLR2004


def _done() -> Response:
    return Response(204)


# Entities


@fault("ctx-location-missing", kills=("CTX-ENT-01",))
def _location_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A created entity's address is not given."""
    response = proceed(request)
    return response.without_header("Location") if _creates(request) else response


@fault("ctx-second-creation-confirmed", kills=("CTX-ENT-03",))
def _second_creation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second creation under the same identifier is confirmed."""
    response = proceed(request)
    if _creates(request) and response.status == 409:  # noqa: PLR2004
        where = f"{_ENTITIES}/{_body(request)['id']}"
        return Response(201, (("Location", where),))
    return response


@fault("ctx-any-id-taken", kills=("CTX-ENT-04",))
def _any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity whose identifier is no URI is confirmed as created."""
    body = _body(request) if _creates(request) else None
    if isinstance(body, dict) and " " in str(body.get("id")):
        return Response(201)
    return proceed(request)


@fault("ctx-no-json-is-bad-data", kills=("CTX-ENT-06",))
def _no_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is not JSON is called bad data instead of an invalid request."""
    response = proceed(request)
    if _creates(request) and _body(request) is None:
        return response.with_json(response.json() | {"type": f"{_ERRORS}BadRequestData"})
    return response


@fault("ctx-unknown-deleted", kills=("CTX-ENT-27",))
def _unknown_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an entity that does not exist is confirmed."""
    response = proceed(request)
    deletes = request.method == "DELETE" and _ENTITY.fullmatch(request.path)
    return _done() if deletes and response.status == 404 else response  # noqa: PLR2004


@fault("ctx-replace-appends", kills=("CTX-ENT-29",))
def _replace_appends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an entity keeps its old attributes beside the new ones."""
    if request.method != "PUT" or not _ENTITY.fullmatch(request.path):
        return proceed(request)
    new = {k: v for k, v in _body(request).items() if k not in ("id", "type")}
    below = _at(request, f"{request.path}/attrs", json.dumps(new))
    return proceed(replace(below, method="POST"))


@fault("ctx-batch-claims-all", kills=("CTX-BAT-02",))
def _batch_claims_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a batch counts entities that already existed as created."""
    response = proceed(request)
    if request.path != f"{_API}/entityOperations/create" or response.status != 207:  # noqa: PLR2004
        return response
    return response.with_json({"success": [e["id"] for e in _body(request)], "errors": []})


# Attributes


@fault("ctx-attribute-not-added", kills=("CTX-ATT-01",))
def _not_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding an attribute is confirmed and forgotten."""
    return _done() if _is_on_attributes(request, "POST") else proceed(request)


@fault("ctx-update-keeps-members", kills=("CTX-ATT-05",))
def _update_keeps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes keeps the members of theirs that it does not name."""
    if not _is_on_attributes(request, "PATCH"):
        return proceed(request)
    for name, fragment in _body(request).items():
        proceed(_at(request, f"{request.path}/{name}", json.dumps(fragment)))
    return _done()


@fault("ctx-partial-update-replaces", kills=("CTX-ATT-09",))
def _partial_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an attribute drops the members it does not name."""
    if not _is_on_attribute(request, "PATCH"):
        return proceed(request)
    path, name = request.path.rsplit("/", 1)
    return proceed(_at(request, path, json.dumps({name: _body(request)})))


@fault("ctx-attribute-stays", kills=("CTX-ATT-14",))
def _attribute_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an attribute is confirmed and forgotten."""
    return _done() if _is_on_attribute(request, "DELETE") else proceed(request)


# Retrieval


@fault("ctx-retrieval-without-names", kills=("CTX-ENT-21", "CTX-ENT-24"))
def _without_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Retrieving an entity does not heed the @context of the request."""
    if not _retrieves(request):
        return proceed(request)
    kept = {k: v for k, v in request.headers.items() if k != "link"}
    return proceed(replace(request, headers=kept))


@fault("ctx-not-found-is-a-page", kills=("CTX-ENT-22",))
def _not_found_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that does not exist is answered with a web page for people."""
    response = proceed(request)
    if not _retrieves(request) or response.status != 404:  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<h1>Not found</h1>")


@fault("ctx-any-id-looked-up", kills=("CTX-ENT-23",))
def _any_id_looked_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that is no URI is looked up and not found."""
    response = proceed(request)
    if not _retrieves(request) or response.status != 400:  # noqa: PLR2004
        return response
    problem = {"type": f"{_ERRORS}ResourceNotFound", "title": "Not found", "detail": "no entity"}
    return json_response(problem, 404)


@fault("ctx-attrs-ignored", kills=("CTX-ENT-24",))
def _attrs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Retrieving an entity gives all attributes whichever were asked for."""
    return proceed(_without(request, "attrs") if _retrieves(request) else request)


@fault("ctx-second-of-another-type", kills=("CTX-QRY-01",))
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The second entity of each answer to a query says another type than it has."""
    response = proceed(request)

    def change(body: Any) -> Any:
        if isinstance(body, list) and len(body) > 1:
            body[1]["type"] = "Thing"
        return body

    return _changed(response, change) if _queries(request) else response


@fault("ctx-everything-given-out", kills=("CTX-QRY-02",))
def _everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query without any condition is answered."""
    wide = _queries(request) and not request.query
    return proceed(request.with_query("type=Streetlight") if wide else request)


@fault("ctx-unknown-id-empties", kills=("CTX-QRY-05",))
def _unknown_empties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One unknown identifier in a query's list makes the whole answer empty."""
    response = proceed(request)
    params = request.params
    if not _queries(request) or set(params) != {"type", "id"}:
        return response
    asked = params["id"].count(",") + 1
    return _changed(response, lambda body: body if len(body) == asked else [])


@fault("ctx-simplified-targets", kills=("CTX-REP-02", "MOD-REP-01"))
def _simplified_targets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form shows a relationship as an object."""
    response = proceed(request)
    if not _retrieves(request) or request.params.get("options") != "keyValues":
        return response

    def change(value: Any) -> Any:
        is_target = isinstance(value, str) and value.startswith("urn:")
        return {"object": value} if is_target else value

    return _changed(
        response, lambda body: {k: v if k == "id" else change(v) for k, v in body.items()}
    )


@fault("ctx-feature-axes-swapped", kills=("CTX-REP-12",))
def _axes_swapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geometry of a GeoJSON feature has latitude before longitude."""
    response = proceed(request)
    if not _retrieves(request) or "geo+json" not in request.headers.get("accept", ""):
        return response

    def change(body: Any) -> Any:
        body["geometry"]["coordinates"] = _swapped(body["geometry"]["coordinates"])
        return body

    return _changed(response, change)


def _swapped(coordinates: Any) -> Any:
    if isinstance(coordinates[0], list):
        return [_swapped(c) for c in coordinates]
    return list(reversed(coordinates))


# Queries, filters, pages


def _with_filter(request: Request, change: Callable[[str], str]) -> Request:
    if not _queries(request) or "q" not in request.params:
        return request
    return _with_params(request, lambda p: p | {"q": change(p["q"])})


@fault("ctx-at-least-is-more", kills=("CTX-QRY-15",))
def _at_least(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for at least a number leaves out the number itself."""
    return proceed(_with_filter(request, lambda q: q.replace(">=", ">")))


@fault("ctx-disjoint-is-within", kills=("CTX-QRY-39",))
def _disjoint(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for what is outside of an area gives what is inside."""
    if _queries(request) and request.params.get("georel") == "disjoint":
        return proceed(_with_params(request, lambda p: p | {"georel": "within"}))
    return proceed(request)


def _from_offset(request: Request, step: int) -> Request:
    return _with_params(request, lambda p: p | {"offset": str(int(p["offset"]) + step)})


@fault("ctx-page-skips-one", kills=("CTX-QRY-51",))
def _page_skips(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages begin one entity too late."""
    later = _queries(request) and "offset" in request.params
    return proceed(_from_offset(request, 1) if later else request)


@fault("ctx-count-ignores-filter", kills=("CTX-QRY-57",))
def _count_ignores(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is that of all entities of the type, whatever the filter."""
    response = proceed(request)
    if not _queries(request) or not {"q", "count"} <= set(request.params):
        return response
    count = proceed(_without(request, "q")).header("NGSILD-Results-Count")
    return response.with_header("NGSILD-Results-Count", count or "")


@fault("ctx-type-without-pages", kills=("CTX-ACC-07",))
def _without_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Buildings come without a link to the next page, other types with one."""
    response = proceed(request)
    if not _queries(request) or request.params.get("type") != "Building":
        return response
    kept = tuple(h for h in response.headers if 'rel="next"' not in h[1])
    return replace(response, headers=kept)


@fault("ctx-text-filter-left-out", kills=("CTX-ACC-08",))
def _text_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a text is left out."""
    left_out = _queries(request) and '"' in request.params.get("q", "")
    return proceed(_without(request, "q") if left_out else request)


@fault("ctx-near-in-kilometres", kills=("CTX-ACC-09",))
def _kilometres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Distances are taken for kilometres."""
    if _queries(request) and "Distance==" in request.params.get("georel", ""):
        return proceed(_with_params(request, lambda p: p | {"georel": f"{p['georel']}000"}))
    return proceed(request)


@fault("ctx-time-filter-left-out", kills=("CTX-ACC-10",))
def _time_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by the time of observation asks only whether there is one."""
    return proceed(_with_filter(request, lambda q: re.sub(r"(\.observedAt)[<>]=?.*", r"\1", q)))


@fault("ctx-broken-filter-left-out", kills=("CTX-ACC-11",))
def _broken_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that is not well formed is left out."""
    response = proceed(request)
    if _queries(request) and "q" in request.params and response.status == 400:  # noqa: PLR2004
        return proceed(_without(request, "q"))
    return response


# Formats and names


@fault("ctx-no-context-link", kills=("CTX-CTX-01",))
def _no_context_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON do not say what their names mean."""
    response = proceed(request)
    kept = tuple(h for h in response.headers if _CONTEXT not in h[1])
    return replace(response, headers=kept)


@fault("ctx-json-for-json-ld", kills=("CTX-CTX-02", "MOD-REP-02"))
def _json_for_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for JSON-LD is given JSON."""
    wanted = request.path.startswith(_API) and "ld+json" in request.headers.get("accept", "")
    return proceed(_with_header(request, "accept", "application/json") if wanted else request)


@fault("ctx-json-for-anything", kills=("CTX-CTX-18",))
def _json_for_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a table is given JSON."""
    wanted = request.path.startswith(_API) and request.headers.get("accept") == "text/csv"
    return proceed(_with_header(request, "accept", "application/json") if wanted else request)


@fault("ctx-any-media-type-taken", kills=("CTX-CTX-20",))
def _any_media_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The media type of what is sent does not matter."""
    kind = request.headers.get("content-type", "")
    other = _creates(request) and "json" not in kind
    return proceed(_with_header(request, "content-type", "application/json") if other else request)


@fault("ctx-names-moved", kills=("CTX-CTX-04",))
def _names_moved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In answers in JSON-LD, names have moved to another namespace."""
    response = proceed(request)
    if not _retrieves(request) or "ld+json" not in request.headers.get("accept", ""):
        return response
    return response.with_body(response.body.replace(b"//mimtest.example/", b"//other.example/"))


@fault("ctx-later-ids-no-uri", kills=("CTX-IDN-01",))
def _later_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """On later pages, identifiers of streetlights are numbers in text."""
    response = proceed(request)
    params = request.params
    if not _queries(request) or params.get("type") != "Streetlight" or "offset" not in params:
        return response
    start = int(params["offset"])
    return _changed(response, lambda body: [e | {"id": str(start + n)} for n, e in enumerate(body)])


@fault("ctx-pages-overlap", kills=("CTX-IDN-02",))
def _pages_overlap(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages of streetlights begin with the last of the page before."""
    params = request.params
    lights = _queries(request) and params.get("type") == "Streetlight"
    overlap = lights and int(params.get("offset", "0")) > 1
    return proceed(_from_offset(request, -1) if overlap else request)


@fault("ctx-types-without-meaning", kills=("CTX-IDN-10",))
def _without_meaning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a @context in the request, the city's names are those nobody has defined."""
    response = proceed(request)
    if not _retrieves(request) or "link" in request.headers:
        return response
    return response.with_body(response.body.replace(_CITY_NAMES.encode(), _DEFAULT_NAMES.encode()))


@fault("ctx-targets-renamed", kills=("CTX-IDN-14",))
def _targets_renamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Groups, cabinets and devices come with another identifier than was asked for."""
    response = proceed(request)
    if not _retrieves(request) or not any(t in request.path for t in _TARGET_TYPES):
        return response
    return _changed(response, lambda body: body | {"id": f"{body['id']}-1"})


# Permitted ways to differ


def _each_entity(
    response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """A successful answer with every entity in it changed; GeoJSON stays."""
    kind = (response.header("Content-Type") or "").partition(";")[0]
    if kind not in ("application/json", "application/ld+json"):
        return response

    def visit(body: Any) -> Any:
        if isinstance(body, list):
            return [visit(b) for b in body]
        return change(body) if isinstance(body, dict) and "id" in body else body

    return _changed(response, visit)


@fault("ctx-variant-absolute-location")
def _absolute_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a created entity is absolute."""
    response = proceed(request)
    where = response.header("Location") if _creates(request) else None
    return response.with_header("Location", f"{request.base}{where}") if where else response


@fault("ctx-variant-charset")
def _charset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Media types say which charset the body has, and answers have headers of a proxy."""
    response = proceed(request)
    kind = response.header("Content-Type")
    if not request.path.startswith(_API) or kind is None:
        return response
    charset = response.with_header("Content-Type", f"{kind}; charset=utf-8")
    return charset.with_header("Via", "1.1 gateway").with_header("X-Request-Id", "7")


@fault("ctx-variant-other-order")
def _other_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities of a page and members of an entity come in another order."""
    response = proceed(request)
    if not (_queries(request) or _retrieves(request)):
        return response
    sorted_members = _each_entity(response, lambda e: dict(sorted(e.items(), reverse=True)))
    return _changed(sorted_members, lambda b: b[::-1] if isinstance(b, list) else b)


@fault("ctx-variant-numbers-with-fraction")
def _with_fraction(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whole numbers are written with a fraction, such as 5200.0."""
    response = proceed(request)
    if not (_queries(request) or _retrieves(request)):
        return response
    return _each_entity(response, lambda e: {k: _fractions(v) for k, v in e.items()})


def _fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _fractions(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_fractions(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@fault("ctx-variant-arrays-of-one")
def _arrays_of_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of an entity, and the only instance of an attribute, stand in an array."""
    response = proceed(request)
    if not (_queries(request) or _retrieves(request)) or "options" in request.params:
        return response

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        return {
            k: [v] if k != "@context" and isinstance(v, dict) else v for k, v in entity.items()
        } | {"type": [entity["type"]]}

    return _each_entity(response, change)


@fault("ctx-variant-other-problems")
def _other_problems(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Problems have other texts, further members and no status."""
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    if not request.path.startswith(_API) or response.status < 400 or "json" not in kind:  # noqa: PLR2004
        return response
    given = {k: v for k, v in response.json().items() if k != "status"}
    return response.with_json(given | {"title": "Nein", "detail": "Geht nicht.", "traceId": "7"})


@fault("ctx-variant-link-with-title")
def _link_with_title(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links have further parameters and several relations, and share one header."""
    response = proceed(request)
    links = [v for k, v in response.headers if k.lower() == "link"]
    if not request.path.startswith(_API) or not links:
        return response
    titled = [re.sub(r'rel="([^"]*)"', r'title="a, b; c"; rel="\1 related"', v) for v in links]
    return response.with_header("Link", ", ".join(titled))
