"""Ways to break creating, replacing and deleting entities, one at a time and in batches."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import (
    ENTITIES,
    ENTITY,
    ERRORS,
    at_path,
    body_of,
    creates,
    done,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-location-missing", kills=("CTX-ENT-01",), beside=("CTX-DIST-14",))
def _location_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A created entity's address is not given."""
    response = proceed(request)
    return response.without_header("Location") if creates(request) else response


@fault("ctx-second-creation-confirmed", kills=("CTX-ENT-03",), beside=("CTX-DIST-15",))
def _second_creation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second creation under the same identifier is confirmed."""
    response = proceed(request)
    if creates(request) and response.status == 409:  # noqa: PLR2004
        where = f"{ENTITIES}/{body_of(request)['id']}"
        return Response(201, (("Location", where),))
    return response


@fault("ctx-any-id-taken", kills=("CTX-ENT-04",))
def _any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity whose identifier is no URI is confirmed as created."""
    body = body_of(request) if creates(request) else None
    if isinstance(body, dict) and " " in str(body.get("id")):
        return Response(201)
    return proceed(request)


@fault("ctx-no-json-is-bad-data", kills=("CTX-ENT-06",))
def _no_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is not JSON is called bad data instead of an invalid request."""
    response = proceed(request)
    if creates(request) and body_of(request) is None:
        return response.with_json(response.json() | {"type": f"{ERRORS}BadRequestData"})
    return response


@fault("ctx-unknown-deleted", kills=("CTX-ENT-27",), beside=("CTX-TEN-04",))
def _unknown_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an entity that does not exist is confirmed."""
    response = proceed(request)
    deletes = request.method == "DELETE" and ENTITY.fullmatch(request.path)
    return done() if deletes and response.status == 404 else response  # noqa: PLR2004


@fault("ctx-replace-appends", kills=("CTX-ENT-29",), beside=("CTX-DIST-16",))
def _replace_appends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an entity keeps its old attributes beside the new ones."""
    if request.method != "PUT" or not ENTITY.fullmatch(request.path):
        return proceed(request)
    new = {k: v for k, v in body_of(request).items() if k not in ("id", "type")}
    below = at_path(request, f"{request.path}/attrs", json.dumps(new))
    return proceed(replace(below, method="POST"))
