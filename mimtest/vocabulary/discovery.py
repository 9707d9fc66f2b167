"""What is behind an address: recognised from what it answers, never from its words or its path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.client import Answer, Client

_MOST_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Discovered:
    """An interface that was recognised, and what it holds (entity types or collections)."""

    kind: str
    url: str
    version: str | None = None
    names: tuple[str, ...] = ()


def discover(client: Client) -> tuple[Discovered, ...]:
    """Every interface found at the client's address or at the usual places below it, each once.

    Where there is none, the addresses above it are tried, up to the host: a path too much is as common as one
    too few.
    """
    for base in _upwards(client.interface.url):
        found = [item for recognise in _RECOGNISERS.values() for item in recognise(client, base)]
        if found:
            return tuple({(i.kind, i.url): i for i in reversed(found)}.values())[::-1]
    return ()


def right_place(client: Client) -> str | None:
    """Where an interface of the client's kind is instead, at or around the client's address."""
    recognise = _RECOGNISERS.get(client.interface.kind)
    bases = _upwards(client.interface.url) if recognise else ()
    places = (item.url for base in bases if recognise for item in recognise(client, base))
    return next((p for p in places if p != client.interface.url), None)


def _upwards(url: str) -> tuple[str, ...]:
    """An address and those above it."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    segments = [s for s in parts.path.split("/") if s]
    return tuple("/".join([root, *segments[:n]]) for n in range(len(segments), -1, -1))


def _json(client: Client, address: str, accept: str = "application/json") -> Any:
    """The JSON of a 200 answer, else None: discovery asks, it does not judge."""
    answer = _ask(client, address, accept)
    try:
        return answer.json() if answer is not None and answer.status == 200 else None  # noqa: PLR2004
    except (Contradiction, Unsettled):
        return None


def _ask(client: Client, address: str, accept: str) -> Answer | None:
    try:
        return client.get(address, headers={"Accept": accept})
    except Unsettled:
        return None


def _strings(values: Any) -> tuple[str, ...]:
    texts = [v for v in values if isinstance(v, str)] if isinstance(values, list) else []
    return tuple(texts[:_MOST_NAMES])


def _ngsi_ld(client: Client, base: str) -> Iterator[Discovered]:
    """A list of types as of GS CIM 009 5.2.24."""
    for path in ("", "/ngsi-ld/v1"):
        listed = _json(client, f"{base}{path}/types")
        if isinstance(listed, Mapping) and isinstance(listed.get("typeList"), list):
            yield Discovered("ngsi-ld", f"{base}{path}", None, _strings(listed["typeList"]))


def _ngsi_v2(client: Client, base: str) -> Iterator[Discovered]:
    for path in ("", "/v2"):
        entry = _json(client, f"{base}{path}")
        types = tuple(_v2_types(_json(client, f"{base}{path}/types")))
        if types or (isinstance(entry, Mapping) and "entities_url" in entry):
            yield Discovered("ngsi-v2", f"{base}{path}", None, types[:_MOST_NAMES])


def _v2_types(listed: Any) -> Iterator[str]:
    """The types of entities in a list as NGSI v2 has it: newer brokers have no entry point."""
    for item in listed if isinstance(listed, list) else ():
        described = isinstance(item, Mapping) and {"type", "attrs", "count"} <= item.keys()
        if described and isinstance(item["type"], str):
            yield item["type"]


def _features(client: Client, base: str) -> Iterator[Discovered]:
    """A landing page with a data link, and a list of collections behind it (OGC 17-069r4 7.2)."""
    for path in ("", "/ogc", "/ogcapi", "/oapi", "/api"):
        landing = _json(client, f"{base}{path}")
        links = landing.get("links") if isinstance(landing, Mapping) else None
        href = _data_link(links) if isinstance(links, list) else None
        listed = _json(client, urljoin(f"{base}{path}/", href)) if href else None
        collections = listed.get("collections") if isinstance(listed, Mapping) else None
        if isinstance(collections, list):
            names = [c.get("id") for c in collections if isinstance(c, Mapping)]
            yield Discovered("ogc-api-features", f"{base}{path}", None, _strings(names))


def _data_link(links: list[Any]) -> str | None:
    relations = ("data", "http://www.opengis.net/def/rel/ogc/1.0/data")
    for link in links:
        href = (
            link.get("href") if isinstance(link, Mapping) and link.get("rel") in relations else None
        )
        if isinstance(href, str) and "{" not in href:
            return href
    return None


def _sensorthings(client: Client, base: str) -> Iterator[Discovered]:
    """A service root that names Things (OGC 18-088 9.2.1)."""
    for path in ("", "/v1.1", "/FROST-Server/v1.1"):
        root = _json(client, f"{base}{path}")
        sets = root.get("value") if isinstance(root, Mapping) else None
        names = (
            [s.get("name") for s in sets if isinstance(s, Mapping)]
            if isinstance(sets, list)
            else []
        )
        if "Things" in names:
            yield Discovered("sensorthings", f"{base}{path}", None, _strings(names))


def _wfs(client: Client, base: str) -> Iterator[Discovered]:
    for path in ("", "/wfs"):
        query = "?service=WFS&request=GetCapabilities"
        answer = _ask(client, f"{base}{path}{query}", "application/xml")
        head = answer.text()[:2000] if answer is not None and answer.status == 200 else ""  # noqa: PLR2004
        if "WFS_Capabilities" in head and "<html" not in head.lower():
            yield Discovered("wfs", f"{base}{path}")


def _oidc(client: Client, base: str) -> Iterator[Discovered]:
    entry = _json(client, f"{base}/.well-known/openid-configuration")
    if isinstance(entry, Mapping) and isinstance(entry.get("issuer"), str) and "jwks_uri" in entry:
        yield Discovered("oidc", base)


_RECOGNISERS: Final[Mapping[str, Callable[[Client, str], Iterator[Discovered]]]] = {
    "ngsi-ld": _ngsi_ld,
    "ogc-api-features": _features,
    "sensorthings": _sensorthings,
    "ngsi-v2": _ngsi_v2,
    "wfs": _wfs,
    "oidc": _oidc,
}
