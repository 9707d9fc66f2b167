"""Map services behind an address, recognised from what they answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.outgoing import with_params
from mimtest.vocabulary.geofiles import format_of, unpacked
from mimtest.vocabulary.ogcapi import Collection, Link
from mimtest.vocabulary.ogctiles import relation
from mimtest.vocabulary.web_addresses import joined
from mimtest.vocabulary.xml import local, parse, text_of

_OK: Final = 200
_MOST_NAMES: Final = 12
#: Where servers that are in use have these, below the address that people are given.
_PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "WFS": ("", "/wfs", "/ows", "/geoserver/ows"),
    "WMS": ("", "/wms", "/ows", "/geoserver/ows"),
    "WMTS": ("", "/wmts", "/geoserver/gwc/service/wmts"),
}
_ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "WFS": ("WFS_Capabilities",),
    "WMS": ("WMS_Capabilities", "WMT_MS_Capabilities"),
    "WMTS": ("Capabilities",),
}
_DOCUMENT: Final = "/1.0.0/WMTSCapabilities.xml"
_JSON: Final = "application/json"
_RELATIONS: Final = {
    "ogc-api-tiles": ("tilesets-vector", "tilesets-map", "tilesets-coverage"),
    "ogc-api-maps": ("map",),
}
#: An interface that was found: its kind, its address and what is in it.
Found = tuple[str, str, tuple[str, ...]]


def service(client: Client, base: str, name: str) -> Iterator[Found]:
    """A WFS, WMS or WMTS at an address or below it, by the root element of its capabilities."""
    for path in ("",) if "?" in base else _PATHS[name]:
        asked = with_params(f"{base}{path}", {"service": name, "request": "GetCapabilities"})
        if _is_described(client, asked, name):
            yield name.lower(), f"{base}{path}", ()
            return
    if name == "WMTS" and "?" not in base and _is_described(client, f"{base}{_DOCUMENT}", name):
        yield "wmts", base, ()


def _is_described(client: Client, address: str, name: str) -> bool:
    answer = _ask(client, address, "application/xml, text/xml;q=0.9, */*;q=0.5")
    if answer is None:
        return False
    try:
        root = parse(answer)
    except (Contradiction, Unsettled):
        return False
    if local(root) not in _ROOTS[name]:
        return False
    return (
        name != "WMTS"
        or "wmts" in root.tag
        or "WMTS" in (text_of(root, "ServiceIdentification/ServiceType") or "")
    )


def _ask(client: Client, address: str, accept: str, reference: str = "") -> Answer | None:
    """A good answer; None for any other: discovery asks, it does not judge."""
    try:
        answer = client.get(joined(address, reference), headers={"Accept": accept})
    except (Contradiction, Unsettled):
        return None
    return answer if answer.status == _OK else None


def apis_at(client: Client, address: str) -> Iterator[Found]:
    """Features, tiles and maps of an OGC API, by the links of its landing page and of its collections."""
    found = api_at(client, address)
    if found is None:
        return
    landing, listed = found
    collections = [c for c in listed or [] if isinstance(c, Mapping)]
    features = [c for c in collections if holds_features(c)]
    if listed is not None and (features or not listed):
        yield "ogc-api-features", address, _names(features)
    for kind, relations in _RELATIONS.items():
        having = [c for c in collections if _relations(c) & {*relations}]
        if having or _relations(landing) & {*relations}:
            yield kind, address, _names(having)


def _names(collections: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    names = [c.get("id") for c in collections]
    return tuple(n for n in names if isinstance(n, str))[:_MOST_NAMES]


def _relations(document: Mapping[str, Any]) -> set[str]:
    listed = document.get("links")
    links = listed if isinstance(listed, list) else []
    rels = [k.get("rel") for k in links if isinstance(k, Mapping)]
    return {relation(r) for r in rels if isinstance(r, str)}


def api_at(client: Client, address: str) -> tuple[Mapping[str, Any], list[Any] | None] | None:
    """A landing page with links, and the collections it leads to, if it does (20-057, 20-058); None for others."""
    landing = _object(_ask(client, address, _JSON))
    if landing is None or not isinstance(landing.get("links"), list):
        return None
    hrefs = [
        k["href"]
        for k in landing["links"]
        if isinstance(k, Mapping)
        and relation(str(k.get("rel"))) == "data"
        and isinstance(k.get("href"), str)
        and "{" not in k["href"]
    ]
    listed = _object(_ask(client, f"{address}/", _JSON, hrefs[0])) if hrefs else None
    collections = listed.get("collections") if listed else None
    return landing, collections if isinstance(collections, list) else None


def _object(answer: Answer | None) -> Mapping[str, Any] | None:
    try:
        value = answer.json() if answer else None
    except (Contradiction, Unsettled):
        return None
    return value if isinstance(value, Mapping) else None


def holds_features(collection: Mapping[str, Any]) -> bool:
    """Whether a collection has features, or does not say what it has."""
    links = tuple(Link(rel, "", None) for rel in _relations(collection))
    return Collection("", collection, links, "").holds_features


def file_at(client: Client, base: str) -> Iterator[Found]:
    """A data set that is a file, by its content."""
    answer = _ask(client, base, "*/*")
    if answer is None or answer.media_type in ("text/html", "application/xhtml+xml"):
        return
    try:
        is_one = format_of(unpacked(answer.body)) is not None
    except (Contradiction, Unsettled):
        return
    if is_one:
        yield "file", base, ()
