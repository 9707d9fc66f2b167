"""Addresses and links of the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.http import Request

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"

Link = dict[str, str]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses below the root of the service, which follows the request's own host."""

    root: str

    def of(self, *segments: str) -> str:
        """The address of a resource; each segment is percent-encoded."""
        return "/".join([self.root, *(quote(s, safe="") for s in segments)])

    def link(self, rel: str, *segments: str, type: str = JSON, title: str) -> Link:
        """A link to a resource."""
        return link(self.of(*segments), rel, type, title)

    def page(self, *segments: str, rel: str = "alternate", query: str = "") -> Link:
        """A link to a resource as a web page."""
        asked = f"{query}&f=html" if query else "f=html"
        return link(with_query(self.of(*segments), asked), rel, HTML, "as a web page")


def link(href: str, rel: str, type: str, title: str) -> Link:
    """A link (17-069r4, fc-rel-type: with relation and media type)."""
    return {"href": href, "rel": rel, "type": type, "title": title}


def addresses(request: Request, prefix: str) -> Addresses:
    """The addresses a request's answer is to use."""
    return Addresses(request.base.rstrip("/") + prefix)


def with_query(address: str, query: str) -> str:
    """An address with a raw query string, which may be empty."""
    return f"{address}?{query}" if query else address


def with_offset(address: str, pairs: Sequence[tuple[str, str]], offset: int) -> str:
    """An address with the same parameters but another offset, left out where it is 0."""
    kept = [(k, v) for k, v in pairs if k != "offset"]
    if offset:
        kept.append(("offset", str(offset)))
    return with_query(address, urlencode(kept, safe=",:/", quote_via=quote))
