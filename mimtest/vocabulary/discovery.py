"""What is behind an address: recognised from what it answers, never from its words or its path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

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
    """Every interface found at the client's address or at the usual places below it, each once."""
    found: dict[tuple[str, str], Discovered] = {}
    for recognise in _RECOGNISERS:
        for item in recognise(client):
            found.setdefault((item.kind, item.url), item)
    return tuple(found.values())


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


def _ngsi_ld(client: Client) -> Iterator[Discovered]:
    """A list of types as of GS CIM 009 5.2.24."""
    base = client.interface.url
    for path in ("", "/ngsi-ld/v1"):
        listed = _json(client, f"{base}{path}/types")
        if isinstance(listed, Mapping) and isinstance(listed.get("typeList"), list):
            yield Discovered("ngsi-ld", f"{base}{path}", None, _strings(listed["typeList"]))


def _ngsi_v2(client: Client) -> Iterator[Discovered]:
    base = client.interface.url
    for path in ("", "/v2"):
        entry = _json(client, f"{base}{path}")
        if isinstance(entry, Mapping) and "entities_url" in entry:
            yield Discovered("ngsi-v2", f"{base}{path}")


def _features(client: Client) -> Iterator[Discovered]:
    """A landing page with a data link, and a list of collections behind it (OGC 17-069r4 7.2)."""
    base = client.interface.url
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


def _sensorthings(client: Client) -> Iterator[Discovered]:
    """A service root that names Things (OGC 18-088 9.2.1)."""
    base = client.interface.url
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


def _wfs(client: Client) -> Iterator[Discovered]:
    base = client.interface.url
    for path in ("", "/wfs"):
        query = "?service=WFS&request=GetCapabilities"
        answer = _ask(client, f"{base}{path}{query}", "application/xml")
        head = answer.text()[:2000] if answer is not None and answer.status == 200 else ""  # noqa: PLR2004
        if "WFS_Capabilities" in head and "<html" not in head.lower():
            yield Discovered("wfs", f"{base}{path}")


def _oidc(client: Client) -> Iterator[Discovered]:
    base = client.interface.url
    entry = _json(client, f"{base}/.well-known/openid-configuration")
    if isinstance(entry, Mapping) and isinstance(entry.get("issuer"), str) and "jwks_uri" in entry:
        yield Discovered("oidc", base)


_RECOGNISERS: Final[tuple[Callable[[Client], Iterator[Discovered]], ...]] = (
    _ngsi_ld,
    _features,
    _sensorthings,
    _ngsi_v2,
    _wfs,
    _oidc,
)
