"""Ways to break retrieving entities, by their identifier and by type, and the forms they come in."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    ERRORS,
    changed,
    queries,
    retrieves,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "ctx-retrieval-without-names",
    kills=("CTX-ENT-21", "CTX-ENT-24"),
    beside=(
        "MOD-REP-05",
        "MOD-TRM-06",
        "CTX-CTX-*",
        "CTX-ENT-02",
        "CTX-ENT-26",
        "CTX-ACC-05",
        "CTX-ACC-20",
        "CTX-JSC-12",
    ),
)
def _without_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Retrieving an entity does not heed the @context of the request."""
    if not retrieves(request):
        return proceed(request)
    kept = {k: v for k, v in request.headers.items() if k != "link"}
    return proceed(replace(request, headers=kept))


@fault(
    "ctx-retrieval-of-old-numbers",
    kills=("CTX-ENT-21",),
    beside=(
        "MOD-REP-04",
        "MOD-REP-05",
        "MOD-REP-08",
    ),
)
def _old_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity retrieved by its identifier has other numbers than the same entity in a query."""
    response = proceed(request)
    ours = retrieves(request) and ":exampleton:" in request.path
    return changed(response, _with_old_numbers) if ours else response


def _with_old_numbers(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: _old(held) for name, held in entity.items()}


def _old(held: Any) -> Any:
    if isinstance(held, dict) and "value" in held:
        return {**held, "value": _old(held["value"])}
    number = isinstance(held, int | float) and not isinstance(held, bool)
    return held + 7 if number else held


@fault(
    "ctx-not-found-is-a-page",
    kills=("CTX-ENT-22", "CTX-ENT-25", "CTX-ENT-26"),
    beside=("CTX-COM-*", "CTX-CTX-24", "CTX-ACC-19", "CTX-ENT-03"),
)
def _not_found_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that does not exist is answered with a web page for people."""
    response = proceed(request)
    if not retrieves(request) or response.status != 404:  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<h1>Not found</h1>")


@fault("ctx-any-id-looked-up", kills=("CTX-ENT-23",), beside=("CTX-CTX-13",))
def _any_id_looked_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that is no URI is looked up and not found."""
    response = proceed(request)
    if not retrieves(request) or request.query or response.status != 400:  # noqa: PLR2004
        return response
    problem = {"type": f"{ERRORS}ResourceNotFound", "title": "Not found", "detail": "no entity"}
    return json_response(problem, 404)


@fault("ctx-attrs-ignored", kills=("CTX-ENT-24", "CTX-ACC-20"), beside=("CTX-CTX-25",))
def _attrs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Retrieving an entity gives all attributes whichever were asked for."""
    return proceed(without_params(request, "attrs") if retrieves(request) else request)


@fault(
    "ctx-second-of-another-type",
    kills=("CTX-QRY-01",),
    beside=(
        "MOD-REP-05",
        "CTX-QRY-44",
        "CTX-QRY-59",
        "CTX-QRY-6?",
        "CTX-DIST-0[89]",
        "CTX-DIST-34",
    ),
)
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The second entity of each answer to a query says another type than it has."""
    response = proceed(request)

    def change(body: Any) -> Any:
        if isinstance(body, list) and len(body) > 1:
            body[1]["type"] = "Thing"
        return body

    return changed(response, change) if queries(request) else response


@fault("ctx-everything-given-out", kills=("CTX-QRY-02",))
def _everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query without any condition is answered."""
    wide = queries(request) and not request.query
    return proceed(request.with_query("type=Streetlight") if wide else request)


@fault("ctx-unknown-id-empties", kills=("CTX-QRY-05",))
def _unknown_empties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One unknown identifier in a query's list makes the whole answer empty."""
    response = proceed(request)
    params = request.params
    if not queries(request) or set(params) != {"type", "id"}:
        return response
    asked = params["id"].count(",") + 1
    return changed(response, lambda body: body if len(body) == asked else [])


@fault("ctx-simplified-targets", kills=("CTX-REP-02", "MOD-REP-01"), beside=("CTX-REP-03",))
def _simplified_targets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form shows a relationship as an object."""
    response = proceed(request)
    if not retrieves(request) or request.params.get("options") != "keyValues":
        return response

    def change(value: Any) -> Any:
        is_target = isinstance(value, str) and value.startswith("urn:")
        return {"object": value} if is_target else value

    return changed(
        response, lambda body: {k: v if k == "id" else change(v) for k, v in body.items()}
    )


@fault(
    "ctx-feature-axes-swapped",
    kills=("CTX-REP-12",),
    beside=("MOD-REP-04", "CTX-REP-14", "CTX-REP-16"),
)
def _axes_swapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geometry of a GeoJSON feature has latitude before longitude."""
    response = proceed(request)
    if not retrieves(request) or "geo+json" not in request.headers.get("accept", ""):
        return response

    def change(body: Any) -> Any:
        if body["geometry"]:
            body["geometry"]["coordinates"] = _swapped(body["geometry"]["coordinates"])
        return body

    return changed(response, change)


def _swapped(coordinates: Any) -> Any:
    if isinstance(coordinates[0], list):
        return [_swapped(c) for c in coordinates]
    return list(reversed(coordinates))
