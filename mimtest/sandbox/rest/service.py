"""The paths of the interface: landing page, definition, collections, their records, health."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.rest.asking import Asked, BadRequest, ask
from mimtest.sandbox.rest.data import Collection, Record, collections_of
from mimtest.sandbox.rest.definition import definition
from mimtest.sandbox.rest.table import MEDIA_TYPE, as_table

PREFIX: Final = "/open"
_JSON: Final = "application/json"
_HEADERS: Final = (
    ("X-Next-Update", "2026-10-14T19:00:00Z"),
    ("RateLimit-Policy", '"default";q=6000;w=60'),
    ("RateLimit", '"default";r=5999;t=60'),
)


@dataclass(frozen=True, slots=True)
class RestService:
    """Answers GET on the city's collections."""

    collections: Mapping[str, Collection]
    prefix: str = PREFIX
    title: str = "Exampleton open data"

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        found = self._find(request)
        if found is None:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        if _takes_json(request):
            return found
        shown = as_table(found) if MEDIA_TYPE in _wanted(request) else found
        return problem(406, f"there is {_JSON} here") if shown is found else shown

    def _find(self, request: Request) -> Response | None:
        raw = request.raw_path or request.path
        segments = [unquote(s) for s in raw.strip("/").split("/")]
        fixed = {
            "": self._landing,
            "health": _health,
            "openapi.json": self._definition,
            "collections": self._listing,
        }
        if len(segments) == 1:
            act = fixed.get(segments[0])
            return json_response(act(request)) if act else None
        collection = self.collections.get(segments[1]) if segments[0] == "collections" else None
        return None if collection is None else self._below(collection, segments[2:], request)

    def _listing(self, request: Request) -> dict[str, Any]:
        root = f"{request.base}{self.prefix}"
        return {"collections": [_described(c, root) for c in self.collections.values()]}

    def _definition(self, request: Request) -> dict[str, Any]:
        return definition(self.collections.values(), f"{request.base}{self.prefix}", self.title)

    def _below(
        self, collection: Collection, segments: list[str], request: Request
    ) -> Response | None:
        root = f"{request.base}{self.prefix}"
        match segments:
            case []:
                return json_response(_described(collection, root))
            case ["items"]:
                return _page(collection, request, root)
            case ["items", id]:
                return _found(collection.find(id))
        return None

    def _landing(self, request: Request) -> dict[str, Any]:
        base = f"{request.base}{self.prefix}"
        return {
            "title": self.title,
            "links": [
                {"rel": "self", "href": base, "type": _JSON},
                {"rel": "service-desc", "href": f"{base}/openapi.json", "type": "application/vnd.oai.openapi+json;version=3.1"},
                {"rel": "data", "href": f"{base}/collections", "type": _JSON},
            ],
        }  # fmt: skip


def service(entities: Iterable[Mapping[str, Any]]) -> RestService:
    """The interface to these entities."""
    return RestService(collections_of(entities))


def _page(collection: Collection, request: Request, root: str) -> Response:
    try:
        asked = ask(collection, request)
    except BadRequest as mistake:
        return problem(400, str(mistake))
    links = _links(collection, asked, request, root)
    body = {
        "items": list(asked.page),
        "numberMatched": len(asked.matched),
        "numberReturned": len(asked.page),
        "links": [{"rel": rel, "href": href, "type": _JSON} for rel, href in links.items()],
    }
    response = json_response(body)
    header = ", ".join(f'<{href}>; rel="{rel}"; type="{_JSON}"' for rel, href in links.items())
    return replace(response, headers=(*response.headers, ("Link", header), *_HEADERS))


def _links(collection: Collection, asked: Asked, request: Request, root: str) -> dict[str, str]:
    """Where this page is, and the ones beside it."""
    end = asked.offset + asked.limit
    starts = {"self": asked.offset}
    if end < len(asked.matched):
        starts["next"] = end
    if asked.offset:
        starts["prev"] = max(0, asked.offset - asked.limit)
    base = f"{root}/collections/{collection.id}/items"
    kept = {k: v for k, v in request.params.items() if k not in ("limit", "offset")}
    return {
        rel: f"{base}?{urlencode({**kept, 'limit': asked.limit, 'offset': start}, quote_via=quote)}"
        for rel, start in starts.items()
    }


def _found(record: Record | None) -> Response:
    return problem(404, "there is no such record") if record is None else json_response(record)


def _health(_: Request) -> dict[str, Any]:
    return {"status": "ok", "version": "1.0.0", "freshness": "PT1H"}


def _described(collection: Collection, root: str) -> dict[str, Any]:
    href = f"{root}/collections/{collection.id}/items"
    links = [{"rel": "items", "href": href, "type": _JSON}]
    return {"id": collection.id, "title": collection.title, "links": links}


def _takes_json(request: Request) -> bool:
    return request.params.get("f") == "json" or any(
        k in ("*/*", "application/*", _JSON) or k.startswith("application/vnd.oai")
        for k in _wanted(request)
    )


def _wanted(request: Request) -> list[str]:
    accepted = request.headers.get("accept", "*/*")
    return [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
