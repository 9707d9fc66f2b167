"""Permitted ways to change entities that differ from those of the reference broker."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    ERRORS,
    done,
    is_on_attributes,
)
from mimtest.sandbox.faults.context.writing import (
    CREATED,
    DONE,
    NULL,
    PARTLY,
    WRONG,
    as_batch,
    entity_at,
    is_batch,
    items_of,
    members_of,
    partial,
    refusal,
    says,
    sending,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MANY = 50
_TOO_LARGE = 413
_UNSUPPORTED = 422
_DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"
_OPERATIONS = ("create", "upsert", "update", "merge", "delete")


def _known_alone(request: Request, proceed: Proceed) -> tuple[Response, list[str]]:
    """The answer to an update of the attributes that are there, and the names of the others."""
    body = members_of(request)
    there = entity_at(request, proceed) if is_on_attributes(request, "PATCH") else {}
    new = [n for n in body if n not in there and n != "@context"] if there else []
    return proceed(sending(request, without(body, *new)) if new else request), new


@fault("ctx-variant-update-lists-the-new")
def _lists_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes leaves out those that are not there, and says so."""
    response, new = _known_alone(request, proceed)
    if not new or response.status != DONE:
        return response
    names = [f"{_DEFAULT}{n}" for n in members_of(request) if n not in new]
    left = [{"attributeName": f"{_DEFAULT}{n}", "reason": "it is not there"} for n in new]
    return json_response({"updated": names, "notUpdated": left}, PARTLY)


@fault("ctx-variant-update-drops-the-new")
def _drops_new(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes leaves out those that are not there without a word."""
    return _known_alone(request, proceed)[0]


@fault("ctx-variant-update-result-of-a-batch")
def _result_of_batch(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes says what it left out in the result of a batch."""
    response, new = _known_alone(request, proceed)
    if not new or response.status != DONE:
        return response
    problem = {"type": f"{ERRORS}ResourceNotFound", "title": f"no {', '.join(new)}"}
    error = {"entityId": request.path.split("/")[4], "error": problem}
    return json_response({"success": [], "errors": [error]}, PARTLY)


@fault("ctx-variant-short-names-in-results")
def _short_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a change of attributes has short names."""

    def change(result: Any) -> Any:
        left = [
            n | {"attributeName": n["attributeName"].removeprefix(_DEFAULT)}
            for n in result["notUpdated"]
        ]
        names = [n.removeprefix(_DEFAULT) for n in result["updated"]]
        return result | {"updated": names, "notUpdated": left}

    response = proceed(request)
    return partial(response, change) if is_on_attributes(request, "POST") else response


@fault("ctx-variant-not-overwriting-is-done")
def _not_overwriting(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An addition of attributes that leaves out what is there is answered with 204."""
    response = proceed(request)
    adds = is_on_attributes(request, "POST") and "noOverwrite" in request.query
    return done() if adds and response.status == PARTLY else response


@fault("ctx-variant-batch-lists-what-it-left")
def _lists_left(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch update that leaves out what is there is answered with 207."""
    response = proceed(request)
    adds = is_batch(request, "update") and request.query and response.status == DONE
    problem = {"type": f"{ERRORS}BadRequestData", "title": "Some attributes are there already"}
    errors = [{"entityId": i["id"], "error": problem} for i in items_of(request)] if adds else []
    return json_response({"success": [], "errors": errors}, PARTLY) if adds else response


@fault("ctx-variant-batch-refused-as-a-whole")
def _refused_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch with a wrong item, or of items that all fail, is refused with 400."""
    response = proceed(request)
    if not is_batch(request, "create") or response.status != PARTLY:
        return response
    result = response.json()
    if result["success"] and b"BadRequestData" not in response.body:
        return response
    if result["success"]:
        proceed(sending(as_batch(request, "delete"), result["success"]))
    return refusal("BadRequestData")


@fault("ctx-variant-upsert-lists-all")
def _lists_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert lists all entities, created or not."""
    response = proceed(request)
    if not is_batch(request, "upsert") or response.status not in (CREATED, DONE):
        return response
    return json_response(list({i["id"]: None for i in items_of(request)}), CREATED)


@fault("ctx-variant-deletion-without-doubles")
def _without_doubles(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that stands twice in a batch deletion counts once."""
    ids = items_of(request)
    once = list({str(i): i for i in ids}.values())
    twice = is_batch(request, "delete") and len(once) < len(ids)
    return proceed(sending(request, once) if twice else request)


@fault("ctx-variant-large-batch-refused")
def _large_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """More than fifty entities in a batch are too many."""
    large = is_batch(request, *_OPERATIONS) and len(items_of(request)) > _MANY
    return Response(_TOO_LARGE) if large else proceed(request)


@fault("ctx-variant-merge-without-nulls")
def _without_nulls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A null in a batch merge is passed over."""
    items = items_of(request)
    has_null = is_batch(request, "merge") and None in items
    return proceed(sending(request, [i for i in items if i is not None]) if has_null else request)


@fault("ctx-variant-writes-of-another-error")
def _another_error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An addition without a body is bad data; a batch that is no array is an invalid request."""
    response = proceed(request)
    if response.status != WRONG:
        return response
    if is_on_attributes(request, "POST") and not request.body:
        return refusal("BadRequestData")
    no_array = is_batch(request, *_OPERATIONS) and bool(members_of(request))
    return refusal("InvalidRequest") if no_array else response


@fault("ctx-variant-null-marker-unsupported")
def _null_unsupported(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes with the null marker is an operation that is not supported."""
    asks = is_on_attributes(request, "PATCH") and says(request, NULL)
    return refusal("OperationNotSupported", _UNSUPPORTED) if asks else proceed(request)
