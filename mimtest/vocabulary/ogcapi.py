"""OGC API - Features as a visitor sees it: documents, links, collections and pages of features.

Links are followed and addresses made up only where the standard fixes a path and no link is there.
Links with variables and links to web pages are left aside.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.outgoing import with_params
from mimtest.vocabulary.crs import DEFAULTS
from mimtest.vocabulary.expect import assert_status, json_object, member, objects, of_type
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import assert_bbox

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
#: What a request for features accepts: GeoJSON, or whatever JSON there is.
FEATURES: Final = f"{GEOJSON}, {JSON};q=0.9"
_OGC: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_OTHER_DATA: Final = ("coverage", "tilesets-vector", "tilesets-map", "map", "schema", "styles")
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 3
#: At most so many collections are looked at.
MOST_COLLECTIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link with a relation (RFC 8288); `type` is a media type in lower case without parameters."""

    rel: str
    href: str
    type: str | None

    @property
    def is_template(self) -> bool:
        """Whether it has variables (RFC 6570)."""
        return "{" in self.href


def links_of(answer: Answer, document: Any) -> list[Link]:
    """The links of a document that have a relation and an address, made absolute."""
    listed = document.get("links") if isinstance(document, Mapping) else None
    return list(_readable(answer, listed if isinstance(listed, list) else ()))


def _readable(answer: Answer, listed: Iterable[Any]) -> Iterator[Link]:
    for item in listed:
        if not isinstance(item, Mapping):
            continue
        rel, href, kind = item.get("rel"), item.get("href"), item.get("type")
        if isinstance(rel, str) and isinstance(href, str):
            plain = kind.partition(";")[0].strip().lower() if isinstance(kind, str) else None
            absolute = href if "{" in href else answer.resolve(href)
            yield Link(rel.removeprefix(_OGC), absolute, plain)


def choose(links: Iterable[Link], rel: str, *types: str) -> Link | None:
    """The link of a relation to follow: of one of the types, else any JSON, else of no type."""
    fitting = [k for k in links if k.rel == rel and not k.is_template]
    ranked = sorted(fitting, key=lambda link: _rank(link, types))
    return ranked[0] if ranked and _rank(ranked[0], types) < len(types) + 2 else None


def _rank(link: Link, types: tuple[str, ...]) -> int:
    if link.type in types:
        return types.index(link.type)
    if link.type and link.type.endswith(("json", "+json")):
        return len(types)
    return len(types) + (1 if link.type is None else 2)


@dataclass(slots=True)
class Service:
    """The service under test. An address is asked once and its answer kept, unless `fresh`."""

    client: Client
    _kept: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def get(self, address: str = "", *, accept: str = JSON, fresh: bool = False) -> Answer:
        """GET, up to three redirects within scope followed. Raises as the client does."""
        key = (address, accept)
        if fresh or key not in self._kept:
            self._kept[key] = self._follow(address, accept)
        return self._kept[key]

    def features(
        self,
        address: str,
        *,
        fresh: bool = False,
        properties: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Answer:
        """GET features; parameter names have `_` for `-`, those of `properties` are as they are."""
        pairs = {name.replace("_", "-"): value for name, value in params.items()}
        pairs |= properties or {}
        key = (with_params(address, pairs), FEATURES)
        if fresh or key not in self._kept:
            self._kept[key] = self._follow(*key)
        return self._kept[key]

    def _follow(self, address: str, accept: str) -> Answer:
        answer = self.client.get(address, headers={"Accept": accept})
        for _ in range(_MOST_REDIRECTS):
            if answer.status not in _REDIRECTS or answer.location is None:
                break
            answer = self.client.get(answer.location, headers={"Accept": accept})
        return answer

    def linked(self, rel: str, path: str, *, fresh: bool = False) -> Answer:
        """The document a link of the landing page leads to; at the standard's path without one."""
        landing = self.get()
        link = choose(links_of(landing, landing.json()), rel, JSON)
        return self.get(link.href if link else path, fresh=fresh)


def document(answer: Answer) -> dict[str, Any]:
    """The JSON object of a successful answer. Raises Contradiction."""
    __tracebackhide__ = True
    return json_object(assert_status(answer, 200), f"the document at {urlsplit(answer.url).path}")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the list of collections describes it."""

    id: str
    document: Mapping[str, Any]
    links: tuple[Link, ...]
    base: str

    @property
    def holds_features(self) -> bool:
        """Whether it is one of features; other kinds of data may be listed beside them."""
        kind = self.document.get("itemType")
        if kind is not None:
            return bool(kind == "feature")
        relations = {link.rel for link in self.links}
        other = bool(relations & set(_OTHER_DATA)) or "data_queries" in self.document
        return "items" in relations or not other

    @property
    def address(self) -> str:
        """Where the collection is described."""
        link = choose(self.links, "self", JSON)
        return link.href if link else self.path()

    @property
    def items(self) -> str:
        """Where its features are."""
        link = choose(self.links, "items", GEOJSON, JSON)
        return link.href if link else self.path("items")

    def item(self, id: str) -> str:
        """Where one feature is (17-069r4 /req/core/f-op)."""
        plain = self.items.partition("?")[0].rstrip("/")
        stem = plain if plain.endswith("/items") else self.path("items")
        return f"{stem}/{quote(id, safe='')}"

    def path(self, *rest: str) -> str:
        """The path the standard gives it, below the service's address."""
        return "/".join((self.base, "collections", quote(self.id, safe=""), *rest))

    @property
    def boxes(self) -> list[Box]:
        """The declared spatial extent in CRS84, the overall box first; empty without one."""
        extent = self.document.get("extent")
        spatial = extent.get("spatial") if isinstance(extent, Mapping) else None
        if not isinstance(spatial, Mapping) or spatial.get("crs", DEFAULTS[0]) not in DEFAULTS:
            return []
        boxes = spatial.get("bbox")
        return (
            [Box.of(assert_bbox(b, "an extent")) for b in boxes] if isinstance(boxes, list) else []
        )

    @property
    def interval(self) -> tuple[Any, Any] | None:
        """The ends of the declared temporal extent as they were sent; None without one."""
        extent = self.document.get("extent")
        temporal = extent.get("temporal") if isinstance(extent, Mapping) else None
        intervals = temporal.get("interval") if isinstance(temporal, Mapping) else None
        if not isinstance(intervals, list) or not intervals:
            return None
        first = intervals[0]
        return (first[0], first[1]) if isinstance(first, list) and len(first) > 1 else None


def collections_of(service: Service, answer: Answer) -> list[Collection]:
    """The collections a document lists. Raises Contradiction for one without id or links."""
    __tracebackhide__ = True
    listed = objects(member(document(answer), "collections", list), "'collections'")
    base = service.client.url().rstrip("/")
    return [
        Collection(member(c, "id", str, "a collection"), c, tuple(links_of(answer, c)), base)
        for c in listed
    ]


def declared_classes(conformance: Answer) -> list[str]:
    """The conformance classes a service declares. Raises Contradiction."""
    __tracebackhide__ = True
    listed = member(document(conformance), "conformsTo", list, "the conformance declaration")
    return [str(of_type(c, str, "an item of 'conformsTo'")) for c in listed]


def reference_systems(listing: Answer, collection: Collection) -> list[str]:
    """The URIs of a collection's reference systems, those for all of them (`#/crs`) included."""
    own = collection.document.get("crs")
    shared = document(listing).get("crs")
    named = own if isinstance(own, list) else []
    if "#/crs" in named and isinstance(shared, list):
        named = [*named, *shared]
    return list(dict.fromkeys(n for n in named if isinstance(n, str) and n != "#/crs"))
