"""Requests to answers: routes, methods, media types and parameters of the features service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.features import documents, items, openapi, properties, reports, writes
from mimtest.sandbox.features.catalogue import Collection, Feature, collections
from mimtest.sandbox.features.crs import CRS84, Crs
from mimtest.sandbox.features.errors import NothingHereError, RefusedError, answer
from mimtest.sandbox.features.html import web_page
from mimtest.sandbox.features.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, addresses
from mimtest.sandbox.features.negotiation import Offer, choose
from mimtest.sandbox.features.query import read_crs, read_parameters, read_query
from mimtest.sandbox.http import Request, Response, json_response

_METHODS: Final = ("GET", "HEAD")
_WEB: Final = Offer(HTML)
_PLAIN: Final = (Offer(JSON), _WEB)
_GEOGRAPHIC: Final = (Offer(GEOJSON), Offer(JSON, GEOJSON), _WEB)
_DEFINITION: Final = (Offer(OPENAPI), Offer(JSON), _WEB)
_SCHEMA: Final = (Offer(SCHEMA), Offer(JSON, SCHEMA), _WEB)
_ACCEPTED: Final = {"html": HTML}

Answer = Callable[[Request, Mapping[str, str]], tuple[Any, Crs | None]]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something at an address: its parameters beside `f`, its media types, and its body (with the CRS of that).

    `methods` are those it has; `tag` is what tells its state from others in JSON.
    """

    parameters: tuple[str, ...]
    offers: tuple[Offer, ...]
    answer: Answer
    methods: tuple[str, ...] = _METHODS
    tag: str | None = None


class FeaturesService:
    """OGC API - Features, Parts 1 and 2, from the town's entities, and Part 4 on the collection of reports."""

    def __init__(
        self, city: City, prefix: str = "/ogc", clock: Callable[[], datetime] | None = None
    ) -> None:
        self.prefix = prefix.rstrip("/")
        self.collections = collections(city) | {reports.DEFINITION.id: reports.reports()}
        self._changing = Lock()
        self._now = clock or (lambda: datetime.now(UTC))

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        try:
            response = self._answer(request)
        except RefusedError as error:
            response = answer(error)
        return _without_body(response) if request.method == "HEAD" else response

    def _answer(self, request: Request) -> Response:
        resource = self._find(request.path)
        if request.method not in resource.methods:
            detail = f"{request.method} is not allowed here"
            allow = ", ".join(resource.methods)
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, detail, Allow=allow)
        if request.method not in _METHODS:
            return self._change(request)
        given = read_parameters(request.param_pairs, ("f", *resource.parameters))
        accept = _ACCEPTED.get(given["f"]) if "f" in given else request.headers.get("accept")
        media_type = choose(accept, resource.offers)
        body, crs = resource.answer(request, given)
        if media_type == HTML:
            return web_page(body).with_header("Vary", "Accept")
        response = json_response(body, media_type=media_type, Vary="Accept")
        if resource.tag and crs is CRS84:
            response = response.with_header("ETag", resource.tag)
        return response.with_header("Content-Crs", f"<{crs.uri}>") if crs else response

    def _change(self, request: Request) -> Response:
        """The answer to a request that changes a collection; one at a time."""
        read_parameters(request.param_pairs, ())
        _, name, _, *rest = request.path.removeprefix("/").split("/")
        with self._changing:
            known = self.collections[name]
            if rest:
                changed, response = writes.change(known, request, rest[0])
            else:
                changed, response = writes.create(
                    known, request, addresses(request, self.prefix).of
                )
            self.collections[name] = changed
        return response

    def _find(self, path: str) -> Resource:
        """The resource at a path. Raises NothingHereError."""
        match path.removeprefix("/").split("/"):
            case [""]:
                return Resource((), _PLAIN, self._landing)
            case ["conformance"]:
                return Resource((), _PLAIN, lambda _r, _g: (documents.conformance(), None))
            case ["api"]:
                return Resource((), _DEFINITION, self._definition)
            case ["collections"]:
                return Resource((), _PLAIN, self._collection_list)
            case ["collections", name, *rest]:
                return self._below(self._collection(name), rest)
        raise NothingHereError(f"resource {path!r}")

    def _below(self, collection: Collection, rest: list[str]) -> Resource:
        match rest:
            case []:
                return Resource((), _PLAIN, lambda r, _g: self._describe(r, collection))
            case ["items"]:
                names = openapi.parameters_of_items(collection.definition)
                methods = writes.METHODS_OF_ITEMS if _changes(collection) else _METHODS
                return Resource(
                    names, _GEOGRAPHIC, lambda r, g: self._items(r, g, collection), methods
                )
            case ["items", id]:
                return self._one(collection, id)
            case [("queryables" | "sortables" | "schema") as kind]:
                return Resource((), _SCHEMA, lambda r, _g: self._schema(r, collection, kind))
        raise NothingHereError(f"resource {'/'.join(rest)!r} in the collection {collection.id!r}")

    def _one(self, collection: Collection, id: str) -> Resource:
        if not _changes(collection):
            feature = _feature(collection, id)
            return Resource(
                ("crs",), _GEOGRAPHIC, lambda r, g: self._item(r, g, collection, feature)
            )
        known = next((f for f in collection.features if f.id == id), None)
        return Resource(
            ("crs",),
            _GEOGRAPHIC,
            lambda r, g: self._item(r, g, collection, _feature(collection, id)),
            writes.METHODS_OF_ITEM,
            writes.tag(known) if known else None,
        )

    def _collection(self, name: str) -> Collection:
        if name not in self.collections:
            raise NothingHereError(f"collection {name!r}")
        return self.collections[name]

    def _landing(self, request: Request, _given: Mapping[str, str]) -> tuple[Any, None]:
        return documents.landing(addresses(request, self.prefix)), None

    def _definition(self, request: Request, _given: Mapping[str, str]) -> tuple[Any, None]:
        root = addresses(request, self.prefix).root
        return openapi.definition(root, [c.definition for c in self.collections.values()]), None

    def _collection_list(self, request: Request, _given: Mapping[str, str]) -> tuple[Any, None]:
        at = addresses(request, self.prefix)
        return documents.collection_list(self.collections.values(), at), None

    def _describe(self, request: Request, collection: Collection) -> tuple[Any, None]:
        return documents.describe(collection, addresses(request, self.prefix)), None

    def _schema(self, request: Request, collection: Collection, kind: str) -> tuple[Any, None]:
        address = addresses(request, self.prefix).of("collections", collection.id, kind)
        return properties.DOCUMENTS[kind](collection, address), None

    def _items(
        self, request: Request, given: Mapping[str, str], collection: Collection
    ) -> tuple[Any, Crs]:
        query = read_query(given, collection.definition.queryables)
        at = addresses(request, self.prefix)
        body = items.page(collection, query, request, at, self._now())
        return body, query.crs

    def _item(
        self,
        request: Request,
        given: Mapping[str, str],
        collection: Collection,
        feature: Feature,
    ) -> tuple[Any, Crs]:
        crs = read_crs("crs", given)
        return items.single(feature, collection, crs, addresses(request, self.prefix)), crs


def _changes(collection: Collection) -> bool:
    return collection.id == reports.DEFINITION.id


def _feature(collection: Collection, id: str) -> Feature:
    for feature in collection.features:
        if feature.id == id:
            return feature
    raise NothingHereError(f"feature {id!r} in the collection {collection.id!r}")


def _without_body(response: Response) -> Response:
    """The answer to HEAD: the same headers, with the length the body would have (RFC 9110, 9.3.2)."""
    return response.with_header("Content-Length", str(len(response.body))).with_body(b"")
