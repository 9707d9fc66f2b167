"""Ways to break what the name of an attribute means, its system stamps, and the media type of patches."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    changed,
    done,
    is_on_attribute,
    is_on_attributes,
    retrieves,
)
from mimtest.sandbox.faults.context.writing import (
    MISSING,
    entity_at,
    members_of,
    refusal,
    sending,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_UNSUPPORTED: Final = 415


@fault("ctx-name-in-path-without-context", kills=("CTX-ATT-20",))
def _without_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The name of an attribute in the path does not mean what the @context says."""
    body = members_of(request)
    if not is_on_attribute(request, "PATCH") or "@context" not in body:
        return proceed(request)
    headers = {**request.headers, "content-type": "application/json"}
    return proceed(replace(sending(request, without(body, "@context")), headers=headers))


@fault("ctx-full-name-not-found", kills=("CTX-ATT-20",))
def _full_name_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute is not found by its full name."""
    full = "/attrs/http" in request.raw_path and request.method == "PATCH"
    return refusal("ResourceNotFound", MISSING) if full else proceed(request)


@fault("ctx-short-name-enough", kills=("CTX-ATT-20",))
def _short_name_enough(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A short name of another meaning hits the attribute all the same."""
    response = proceed(request)
    named = is_on_attribute(request, "PATCH") and "@context" in members_of(request)
    return done() if named and response.status == MISSING else response


@fault("ctx-namesakes-are-one", kills=("CTX-ATT-21",))
def _namesakes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute of the same short name and another meaning is overwritten."""
    body = members_of(request)
    if not is_on_attributes(request, "POST") or "@context" not in body:
        return proceed(request)
    there = {n.rpartition("#")[2]: n for n in entity_at(request, proceed) if "#" in n}
    return proceed(sending(request, {there.get(name, name): part for name, part in body.items()}))


@fault("ctx-modified-stays", kills=("CTX-ATT-22",), beside=("CTX-ENT-*",))
def _modified_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute never says that it was modified."""
    return _restamped(request, proceed, lambda part, _: {"modifiedAt": part["createdAt"]})


@fault("ctx-everything-modified", kills=("CTX-ATT-22",), beside=("CTX-ENT-*",))
def _everything_modified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every attribute says that it was modified when the entity was."""
    return _restamped(request, proceed, lambda _, whole: {"modifiedAt": whole["modifiedAt"]})


@fault("ctx-created-moves", kills=("CTX-ATT-18", "CTX-ATT-22"), beside=("CTX-ENT-*",))
def _created_moves(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute says that it was created when it was modified."""
    return _restamped(request, proceed, lambda part, _: {"createdAt": part["modifiedAt"]})


def _restamped(request: Request, proceed: Proceed, stamp: Any) -> Response:
    """An entity whose attributes have other system stamps."""
    response = proceed(request)
    if not retrieves(request) or "sysAttrs" not in request.query:
        return response

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {**part, **stamp(part, entity)}
            if isinstance(part, dict) and "createdAt" in part
            else part
            for name, part in entity.items()
        }

    return changed(response, change)


@fault("ctx-merge-patch-not-read", kills=("CTX-ATT-23",))
def _merge_patch_not_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge patch of attributes is refused for its media type."""
    kind = request.headers.get("content-type", "")
    patches = request.method == "PATCH" and "merge-patch" in kind
    return Response(_UNSUPPORTED) if patches else proceed(request)
