"""Ways to break the paths of a SensorThings service, and its data arrays."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import (
    OK,
    ROOT,
    Document,
    at,
    edited,
    is_sta,
    options,
    sending,
    sent,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CREATED = 201
_MISSING = 404


@fault("pla-sta-bare-property", kills=("PLA-S-11",))
def bare_property(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property alone is its bare value."""
    response = proceed(request)
    if not is_sta(request) or not request.path.endswith(")/name") or response.status != OK:
        return response
    return response.with_json(response.json()["name"])


@fault("pla-sta-quoted-value", kills=("PLA-S-11",))
def quoted_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A bare value comes with quotation marks."""
    response = proceed(request)
    if not is_sta(request) or not request.path.endswith("/$value"):
        return response
    return response.with_body(b'"' + response.body + b'"')


@fault("pla-sta-long-path-cut", kills=("PLA-S-12",))
def long_path_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a path of several relations only the last name is read."""
    if is_sta(request) and request.path.endswith(")/Datastream/Thing/Datastreams"):
        return proceed(at(request, f"{ROOT}/Datastreams"))
    return proceed(request)


@fault("pla-sta-references-as-entities", kills=("PLA-S-43",))
def references_as_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where addresses alone are asked for, the entities come."""
    if is_sta(request) and request.path.endswith("/$ref"):
        return proceed(at(request, request.path.removesuffix("/$ref")))
    return proceed(request)


def _instead(request: Request, response: Response, wanted: object, body: Document) -> Response:
    """Another answer where something is not found."""
    missing = is_sta(request) and request.method == "GET" and response.status == _MISSING
    return json_response(body) if missing and wanted else response


@fault("pla-sta-empty-entity", kills=("PLA-S-13",))
def empty_entity(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that does not exist is an empty one."""
    last = request.path.rpartition("/")[2]
    known = "urn" in last
    return _instead(request, proceed(request), known and last.endswith(")"), {})


@fault("pla-sta-empty-relation", kills=("PLA-S-13",))
def empty_relation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The relations of an entity that does not exist are empty."""
    wanted = request.path.endswith("/Datastreams")
    return _instead(request, proceed(request), wanted, {"value": []})


@fault("pla-sta-failing-property", kills=("PLA-S-13",))
def failing_property(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown property makes the service fail."""
    response = proceed(request)
    if is_sta(request) and ")/Mimtest" in request.path and response.status == _MISSING:
        return response.with_status(500)
    return response


@fault("pla-sta-array-with-a-short-row", kills=("PLA-S-31",))
def array_with_a_short_row(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The rows of a data array lack a value."""

    def edit(document: Document) -> None:
        for group in document["value"]:
            group["dataArray"] = [row[:-1] for row in group["dataArray"]]

    response = proceed(request)
    wanted = is_sta(request) and options(request).get("resultFormat") == "dataArray"
    return edited(response, edit) if wanted else response


@fault("pla-sta-array-misnamed", kills=("PLA-S-31",))
def array_misnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The components of a data array are named in another order than its values come."""

    def edit(document: Document) -> None:
        for group in document["value"]:
            names = group["components"]
            names[2], names[3] = names[3], names[2]

    response = proceed(request)
    wanted = is_sta(request) and options(request).get("resultFormat") == "dataArray"
    return edited(response, edit) if wanted else response


@fault("pla-sta-rows-lost", kills=("PLA-S-38",))
def rows_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the rows of a data array only the first is created."""
    if request.path != f"{ROOT}/CreateObservations" or not isinstance(sent(request), list):
        return proceed(request)
    groups = [g | {"dataArray": g["dataArray"][:1]} for g in sent(request)]
    return proceed(sending(request, groups))


@fault("pla-sta-rows-in-disorder", kills=("PLA-S-38",))
def rows_in_disorder(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The addresses of the rows come in another order than the rows."""
    response = proceed(request)
    if request.path != f"{ROOT}/CreateObservations" or response.status != _CREATED:
        return response
    return response.with_json(response.json()[::-1])
