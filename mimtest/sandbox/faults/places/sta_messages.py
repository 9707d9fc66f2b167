"""What a request to the SensorThings service asks for, and other requests and answers made of it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

ROOT: Final = "/sta/v1.1"
OK: Final = 200
_ENTITY: Final = re.compile(rf"{ROOT}/(\w+)\([^()]*\)")

Document = dict[str, Any]
Edit = Callable[[Document], object]


def is_sta(request: Request) -> bool:
    """Whether it is about the SensorThings service at all."""
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def asks_for(request: Request, name: str) -> bool:
    """Whether it reads entities of a set: the set, one of them, or a relation of that name."""
    last = request.path.rpartition("/")[2].partition("(")[0]
    return request.method == "GET" and is_sta(request) and last == name


def is_entity(request: Request) -> bool:
    """Whether it is about one entity at its own address."""
    return bool(_ENTITY.fullmatch(request.path))


def options(request: Request) -> dict[str, str]:
    """The query options, named without their dollar sign."""
    pairs = parse_qsl(request.query, keep_blank_values=True)
    return {name.removeprefix("$"): value for name, value in pairs}


def asking(request: Request, **changes: str | None) -> Request:
    """The same question with options set, or left out for None."""
    kept = {f"${n}": v for n, v in options(request).items() if n not in changes}
    kept |= {f"${n}": v for n, v in changes.items() if v is not None}
    return request.with_query(urlencode(kept, quote_via=quote, safe="$,:/()'"))


def filtered(request: Request, proceed: Proceed, change: Callable[[str], str | None]) -> Response:
    """The answer to a question with another filter, or without one for None."""
    text = options(request).get("filter")
    if text is None or not is_sta(request):
        return proceed(request)
    other = change(text)
    return proceed(request if other == text else asking(request, filter=other))


def edited(response: Response, edit: Edit) -> Response:
    """A successful answer with its document changed in place."""
    if response.status >= 300 or not response.body:  # noqa: PLR2004
        return response
    document = response.json()
    edit(document)
    return response.with_json(document)


def each(document: Document, edit: Edit) -> None:
    """Change every entity of a list, or the one there is."""
    for entity in document.get("value", [document]):
        edit(entity)


def entities(request: Request, proceed: Proceed, name: str, edit: Edit) -> Response:
    """The answer with every entity of a set changed, wherever they are asked for."""
    response = proceed(request)
    if not asks_for(request, name) or "$ref" in request.path:
        return response
    return edited(response, lambda d: each(d, edit))


def sent(request: Request) -> Any:
    """The JSON that was sent, None without any."""
    try:
        return json.loads(request.body) if request.body else None
    except ValueError:
        return None


def sending(request: Request, document: Any) -> Request:
    """The same request with another document."""
    return request.with_body(json.dumps(document).encode())


def creates(request: Request, name: str) -> bool:
    """Whether it creates an entity of a set, there or at a relation."""
    return (
        request.method == "POST"
        and is_sta(request)
        and request.path.rpartition("/")[2] == name
        and isinstance(sent(request), dict)
    )


def at(request: Request, path: str) -> Request:
    """The same request about another path."""
    return replace(request, path=path, raw_path=quote(path, safe="/()':"))


def whole(request: Request, proceed: Proceed, path: str) -> list[Document]:
    """The entities at another path, all of them."""
    asked = replace(at(request, path), method="GET", body=b"").with_query("$top=500")
    found: list[Document] = proceed(asked).json()["value"]
    return found
