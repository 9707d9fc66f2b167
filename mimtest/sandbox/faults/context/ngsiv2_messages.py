"""What a request to the NGSI v2 broker asks for, and other requests and answers made of it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from mimtest.sandbox.faults.context.messages import body_of, with_params
from mimtest.sandbox.http import Request, Response

API: Final = "/v2"
LIST: Final = f"{API}/entities"
TYPES: Final = f"{API}/types"
SUBSCRIPTIONS: Final = f"{API}/subscriptions"
ENTITY: Final = rf"{LIST}/[^/]+"
ATTRS: Final = rf"{ENTITY}/attrs"
ATTRIBUTE: Final = rf"{ATTRS}/[^/]+"
VALUE: Final = rf"{ATTRIBUTE}/value"
OK: Final = 200
BAD: Final = 400
Proceed = Callable[[Request], Response]


def is_v2(request: Request) -> bool:
    """Whether it is for the NGSI v2 broker."""
    return request.path == API or request.path.startswith(f"{API}/")


def asks(request: Request, method: str, pattern: str) -> bool:
    """Whether it is of that method, at a path of that pattern."""
    return request.method == method and re.fullmatch(pattern, request.path) is not None


def lists(request: Request) -> bool:
    """Whether entities are asked for by parameters."""
    return asks(request, "GET", LIST)


def retrieves(request: Request) -> bool:
    """Whether one entity is asked for by its identifier."""
    return asks(request, "GET", ENTITY)


def having(request: Request, name: str, pattern: str = ".*") -> bool:
    """Whether entities are listed with a parameter of that pattern."""
    return lists(request) and re.fullmatch(pattern, request.params.get(name, "\n")) is not None


def with_param(request: Request, name: str, value: str | None) -> Request:
    """The same request with another value of a parameter, or without it."""
    kept = {k: v for k, v in request.params.items() if k != name}
    return with_params(request, lambda _: kept | ({} if value is None else {name: value}))


def changed(request: Request, name: str, pattern: str, by: str) -> Request:
    """The same request with a parameter in which a pattern is replaced."""
    return with_param(request, name, re.sub(pattern, by, request.params[name]))


def with_json(request: Request, value: Any) -> Request:
    """The same request with another JSON body."""
    body = json.dumps(value).encode()
    headers = {**request.headers, "content-length": str(len(body))}
    return replace(request, body=body, headers=headers)


def with_header(request: Request, name: str, value: str | None) -> Request:
    """The same request with another header field, or without it."""
    kept = {k: v for k, v in request.headers.items() if k != name}
    return replace(request, headers=kept | ({} if value is None else {name: value}))


def without_option(request: Request, option: str) -> Request:
    """The same request without a word of `options`."""
    left = [o for o in request.params.get("options", "").split(",") if o != option]
    return with_param(request, "options", ",".join(left) or None)


def has_option(request: Request, option: str) -> bool:
    """Whether `options` has a word."""
    return option in request.params.get("options", "").split(",")


def told(response: Response, change: Callable[[Any], Any]) -> Response:
    """A successful JSON answer with another body."""
    return response.with_json(change(response.json())) if response.status == OK else response


def edited(request: Request, change: Callable[[Any], Any]) -> Request:
    """The same request with a changed JSON body; one without stays."""
    body = body_of(request)
    return request if body is None else with_json(request, change(body))


def attributes(entity: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an entity by name."""
    return {k: v for k, v in entity.items() if k not in ("id", "type")}


def each_attribute(value: Any, change: Callable[[Any], Any]) -> Any:
    """An entity, or a list of them, with every attribute changed."""
    if isinstance(value, list):
        return [each_attribute(v, change) for v in value]
    own = {k: v for k, v in value.items() if k in ("id", "type")}
    return own | {k: change(v) for k, v in attributes(value).items()}


def refused(response: Response) -> bool:
    """Whether the answer is a refusal."""
    return response.status >= BAD
