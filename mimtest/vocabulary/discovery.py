"""What is behind an address: recognised from what it answers, never from its words or its path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.discovery_catalogue import catalogue
from mimtest.vocabulary.discovery_maps import Found, apis_at, file_at, service
from mimtest.vocabulary.discovery_trust import described, did_document, login, pod
from mimtest.vocabulary.tmforum import LISTED, USUAL, parts_at

_MOST_NAMES: Final = 12
#: Kinds whose address may have a query.
_WITH_A_QUERY: Final = ("wfs", "wms", "wmts")
#: Where servers that are in use have an OGC API, below the address that people are given.
_APIS: Final = (
    "",
    "/ogc",
    "/ogcapi",
    "/oapi",
    "/api",
    "/maps",
    "/ogc/features/v1",
    "/ogc/tiles/v1",
    "/ogc/maps/v1",
)


@dataclass(frozen=True, slots=True)
class Discovered:
    """An interface that was recognised, and what it holds (entity types or collections)."""

    kind: str
    url: str
    version: str | None = None
    names: tuple[str, ...] = ()


#: Looks for an interface at an address and at the usual places below it.
Look = Callable[[Client, str], Iterator[Discovered]]


def discover(client: Client) -> tuple[Discovered, ...]:
    """Every interface found at the client's address or at the usual places below it, each once.

    Where there is none, the addresses above it are tried, up to the host: a path too much is as common as one
    too few.
    """
    given = client.interface.url
    for base in _upwards(given):
        found = [item for look in _looks(base) for item in look(client, base)]
        if not found and base == given:
            found = [_made(f) for f in file_at(client, base)]
        if found:
            return tuple({(i.kind, i.url): i for i in reversed(found)}.values())[::-1]
    return ()


def _looks(base: str) -> list[Look]:
    """What to look for at an address: one with a query is that of a service asked with parameters."""
    kinds = _WITH_A_QUERY if "?" in base else tuple(_RECOGNISERS)
    return list(dict.fromkeys(_RECOGNISERS[k] for k in kinds))


def _made(found: Found) -> Discovered:
    kind, url, names = found
    return Discovered(kind, url, None, names)


def right_place(client: Client) -> str | None:
    """Where an interface of the client's kind is instead, at or around the client's address."""
    recognise = _RECOGNISERS.get(client.interface.kind)
    bases = _upwards(client.interface.url) if recognise else ()
    found = (item for base in bases if recognise for item in recognise(client, base))
    places = (item.url for item in found if item.kind == client.interface.kind)
    return next((p for p in places if p != client.interface.url), None)


def _upwards(url: str) -> tuple[str, ...]:
    """An address and those above it."""
    if "?" in url:
        return (url,)
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


def _apis(client: Client, base: str) -> Iterator[Discovered]:
    """Landing pages that lead to features (OGC 17-069r4 7.2), tiles or maps."""
    for path in _APIS:
        yield from map(_made, apis_at(client, f"{base}{path}"))


def _sensorthings(client: Client, base: str) -> Iterator[Discovered]:
    """A service root that names Things (OGC 18-088 9.2.1)."""
    for path in ("", "/v1.1", "/sta/v1.1", "/FROST-Server/v1.1"):
        root = _json(client, f"{base}{path}")
        sets = root.get("value") if isinstance(root, Mapping) else None
        names = (
            [s.get("name") for s in sets if isinstance(s, Mapping)]
            if isinstance(sets, list)
            else []
        )
        if "Things" in names:
            yield Discovered("sensorthings", f"{base}{path}", None, _strings(names))


def _service(name: str) -> Look:
    """What looks for a service that is asked with parameters."""
    return lambda client, base: map(_made, service(client, base, name))


def _trusted(look: Callable[[Client, str], Iterator[Found]]) -> Look:
    """What looks for a service that trust is built on."""
    return lambda client, base: map(_made, look(client, base))


def _described(kind: str) -> Look:
    """What looks for a service by the document that its standard prescribes."""
    return _trusted(lambda client, base: described(client, base, kind))


def _market(client: Client, base: str) -> Iterator[Discovered]:
    """APIs of the TM Forum at their usual addresses, each by what it lists first."""
    own = (base,) if "/v4" in base or "/v5" in base else ()
    for place in own or (f"{base}{root}{path}" for root in ("", "/tmf-api") for path in USUAL):
        resource = next((LISTED[p] for p in parts_at(place)), None)
        items = _json(client, f"{place}{resource}?limit=1") if resource else None
        if isinstance(items, list) and all(isinstance(i, Mapping) and "href" in i for i in items):
            yield Discovered("tmforum", place, None, ())


_LOGIN: Final = _trusted(login)
_RECOGNISERS: Final[Mapping[str, Look]] = {
    "ngsi-ld": _ngsi_ld,
    "ogc-api-features": _apis,
    "ogc-api-tiles": _apis,
    "ogc-api-maps": _apis,
    "sensorthings": _sensorthings,
    "ngsi-v2": _ngsi_v2,
    "wfs": _service("WFS"),
    "wms": _service("WMS"),
    "wmts": _service("WMTS"),
    "oidc": _LOGIN,
    "oauth": _LOGIN,
    "solid": _trusted(pod),
    "dcat": _trusted(catalogue),
    "mydata-operator": _described("mydata-operator"),
    "mydata-connector": _described("mydata-connector"),
    "mydata-registry": _described("mydata-registry"),
    "vc-issuer": _described("vc-issuer"),
    "issuers-registry": _described("issuers-registry"),
    "did": _trusted(did_document),
    "ishare": _described("ishare"),
    "tmforum": _market,
    "dsp": _described("dsp"),
}
