"""Ways to break changing the attributes of an entity."""

import json
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import (
    at_path,
    body_of,
    done,
    is_on_attribute,
    is_on_attributes,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-attribute-not-added", kills=("CTX-ATT-01",))
def _not_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Adding an attribute is confirmed and forgotten."""
    return done() if is_on_attributes(request, "POST") else proceed(request)


@fault("ctx-update-keeps-members", kills=("CTX-ATT-05",))
def _update_keeps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of attributes keeps the members of theirs that it does not name."""
    if not is_on_attributes(request, "PATCH"):
        return proceed(request)
    for name, fragment in body_of(request).items():
        proceed(at_path(request, f"{request.path}/{name}", json.dumps(fragment)))
    return done()


@fault("ctx-partial-update-replaces", kills=("CTX-ATT-09",))
def _partial_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A partial update of an attribute drops the members it does not name."""
    if not is_on_attribute(request, "PATCH"):
        return proceed(request)
    path, name = request.path.rsplit("/", 1)
    return proceed(at_path(request, path, json.dumps({name: body_of(request)})))


@fault("ctx-attribute-stays", kills=("CTX-ATT-14",))
def _attribute_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an attribute is confirmed and forgotten."""
    return done() if is_on_attribute(request, "DELETE") else proceed(request)
