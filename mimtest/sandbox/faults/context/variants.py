"""Permitted ways to differ from the reference broker."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import API, changed, creates, queries, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


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

    return changed(response, visit)


@fault("ctx-variant-absolute-location")
def _absolute_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a created entity is absolute."""
    response = proceed(request)
    where = response.header("Location") if creates(request) else None
    return response.with_header("Location", f"{request.base}{where}") if where else response


@fault("ctx-variant-charset")
def _charset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Media types say which charset the body has, and answers have headers of a proxy."""
    response = proceed(request)
    kind = response.header("Content-Type")
    if not request.path.startswith(API) or kind is None:
        return response
    charset = response.with_header("Content-Type", f"{kind}; charset=utf-8")
    return charset.with_header("Via", "1.1 gateway").with_header("X-Request-Id", "7")


@fault("ctx-variant-other-order")
def _other_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities of a page and members of an entity come in another order, unless one is asked for."""
    response = proceed(request)
    if not (queries(request) or retrieves(request)) or "orderBy" in request.params:
        return response
    sorted_members = _each_entity(response, lambda e: dict(sorted(e.items(), reverse=True)))
    return changed(sorted_members, lambda b: b[::-1] if isinstance(b, list) else b)


@fault("ctx-variant-numbers-with-fraction")
def _with_fraction(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whole numbers are written with a fraction, such as 5200.0."""
    response = proceed(request)
    if not (queries(request) or retrieves(request)):
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
    shaped = {"options", "format"} & set(request.params)
    if not (queries(request) or retrieves(request)) or shaped:
        return response

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        return {
            k: [v] if k != "@context" and isinstance(v, dict) else v for k, v in entity.items()
        } | ({"type": [entity["type"]]} if isinstance(entity.get("type"), str) else {})

    return _each_entity(response, change)


@fault("ctx-variant-other-problems")
def _other_problems(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Problems have other texts, further members and no status."""
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    if not request.path.startswith(API) or response.status < 400 or "json" not in kind:  # noqa: PLR2004
        return response
    given = {k: v for k, v in response.json().items() if k != "status"}
    return response.with_json(given | {"title": "Nein", "detail": "Geht nicht.", "traceId": "7"})


@fault("ctx-variant-link-with-title")
def _link_with_title(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links have further parameters and several relations, and share one header."""
    response = proceed(request)
    links = [v for k, v in response.headers if k.lower() == "link"]
    if not request.path.startswith(API) or not links:
        return response
    titled = [re.sub(r'rel="([^"]*)"', r'title="a, b; c"; rel="\1 related"', v) for v in links]
    return response.with_header("Link", ", ".join(titled))
