"""Who takes part in a data space, as its own documents tell: Gaia-X, iSHARE, DCP, and the parties of a market."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.vocabulary.dids import absolute

#: What is told of a participant, and how documents call it; the names of Gaia-X come without prefix.
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("legalname", "name", "tradingname"),
    "registration": (
        *("legalregistrationnumber", "registrationnumber", "organizationidentification"),
        *("externalreference", "partycharacteristic", "vatid", "leicode", "local", "eori", "euid"),
    ),
    "country": (
        *("countrycode", "countrysubdivisioncode", "country", "countryname"),
        *("addresscountrycode", "country-name"),
    ),
    "contact": ("contactmedium", "contactpoint", "email", "emailaddress", "telephone", "contact"),
    "role": ("role", "roles", "relatedparty", "partyrole", "ishare_roles", "participantrole"),
}
#: What a self-description of Gaia-X has members for.
SELF_DESCRIBED: Final = ("name", "registration", "country")
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_DEEPEST: Final = 8


def gaps(told: Mapping[str, bool], *wanted: str) -> list[str]:
    """What is not told of a participant; of everything, or of what is wanted."""
    return [name for name in (wanted or _TOLD) if not told.get(name)]


def of_organization(record: Mapping[str, Any]) -> dict[str, bool]:
    """What an organization (TMF632) or the subject of a credential tells of itself."""
    named = set(_names(record))
    return {name: any(word in named for word in words) for name, words in _TOLD.items()}


def _names(value: Any, depth: int = 0) -> Iterator[str]:
    """The names of members that hold something, without their prefix."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner not in _EMPTY:
                yield str(name).rpartition(":")[2].lower()
            yield from _names(inner, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, depth + 1)


def subjects_of(claims: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Whom a credential is about."""
    found = claims.get("credentialSubject")
    listed = found if isinstance(found, list) else [found]
    return [s for s in listed if isinstance(s, Mapping)]


def services_of(document: Mapping[str, Any]) -> list[Any]:
    """The services that a DID document names."""
    found = document.get("service")
    return found if isinstance(found, list) else [] if found is None else [found]


def unsound_services(document: Mapping[str, Any], *, local: bool) -> Iterator[str]:
    """What is wrong with the services of a DID document (DID Core 1.0 5.4); a `local` stand may go without TLS."""
    seen: set[str] = set()
    for service in services_of(document):
        if not isinstance(service, Mapping):
            yield "a service is no object"
            continue
        name = absolute(document, service.get("id") or "")
        lost = [n for n in ("id", "type", "serviceEndpoint") if service.get(n) in _EMPTY]
        if lost:
            yield f"{name or 'a service'} has no {', '.join(lost)}"
        if name and name in seen:
            yield f"two services are called {name}"
        seen.add(name)
        for address in endpoints_of(service):
            if urlsplit(address).scheme not in (
                ("https", "wss", "http") if local else ("https", "wss")
            ):
                yield f"{name} is at {address[:100]}"


def endpoints_of(service: Mapping[str, Any]) -> list[str]:
    """The web addresses of a service, as far as it names any; identifiers such as DIDs are none."""
    value = service.get("serviceEndpoint")
    parts = list(value.values()) if isinstance(value, Mapping) else value
    listed = parts if isinstance(parts, list) else [parts]
    flat = [i for part in listed for i in (part if isinstance(part, list) else [part])]
    return [t for t in flat if isinstance(t, str) and "://" in t]


def unsound_capabilities(claims: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with what an iSHARE party says of its services to whom it does not know."""
    told = claims.get("capabilities_info")
    if not isinstance(told, Mapping):
        yield "there is no capabilities_info"
        return
    lost = [n for n in ("party_id", "ishare_roles", "supported_versions") if told.get(n) in _EMPTY]
    if lost:
        yield f"capabilities_info has no {', '.join(lost)}"
    versions = told.get("supported_versions")
    for version in versions if isinstance(versions, list) else []:
        features = version.get("supported_features") if isinstance(version, Mapping) else None
        for group in features if isinstance(features, list) else []:
            hidden = [n for n in group if n != "public" and group[n]] if isinstance(group, Mapping) else []  # fmt: skip
            if hidden:
                yield f"features that are {', '.join(hidden)} are told to everybody"
