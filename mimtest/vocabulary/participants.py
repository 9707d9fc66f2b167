"""Who takes part in a data space, as its own documents tell: Gaia-X, iSHARE, DCP, and the parties of a market."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.vocabulary.dids import absolute
from mimtest.vocabulary.jose import read
from mimtest.vocabulary.web_addresses import address_parts

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
_PREFIX: Final = re.compile(r"[:#/]")
_IDENTIFIES: Final = re.compile(r"\b(did|vat|eori|euid|lei|tax|registration|duns)", re.IGNORECASE)
_RELATIONS: Final = (
    *("authentication", "assertionMethod", "keyAgreement"),
    *("capabilityInvocation", "capabilityDelegation"),
)
#: Schemes of addresses that are asked without encryption.
_PLAIN: Final = ("http", "ws", "ftp", "mqtt", "amqp", "coap", "tcp")
_DEEPEST: Final = 8


def gaps(told: Mapping[str, bool], *wanted: str) -> list[str]:
    """What is not told of a participant; of everything, or of what is wanted."""
    return [name for name in (wanted or _TOLD) if not told.get(name)]


def of_organization(record: Mapping[str, Any]) -> dict[str, bool]:
    """What an organization (TMF632) or the subject of a credential tells of itself.

    Its name is its own, and not that of somebody it names; a characteristic identifies where it is one for that.
    """
    own = {**record, "partyCharacteristic": identifying(record)}
    named, at_top = set(_names(own)), set(_names(own, _DEEPEST))
    told = {name: any(word in named for word in words) for name, words in _TOLD.items()}
    return {**told, "name": any(word in at_top for word in _TOLD["name"])}


def identifying(record: Mapping[str, Any]) -> list[Any]:
    """The characteristics of a party by which others know it: a DID, or what is called like a register."""
    listed = record.get("partyCharacteristic")
    return [
        c
        for c in (listed if isinstance(listed, list) else [])
        if isinstance(c, Mapping)
        and (
            str(c.get("value")).startswith("did:")
            or _IDENTIFIES.search(f"{c.get('name')} {c.get('valueType')}")
        )
    ]


def _names(value: Any, depth: int = 0) -> Iterator[str]:
    """The names of members that hold something, without prefix or namespace."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner not in _EMPTY:
                yield _PREFIX.split(str(name))[-1].lower()
            yield from _names(inner, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, depth + 1)


def credentials_in(text: str) -> list[str]:
    """The credentials of a self-description: itself, or those in a presentation (VC-JOSE-COSE 3.2). Raises ValueError."""
    claims = read(text).claims
    inner = claims.get("vp")
    held = (inner if isinstance(inner, Mapping) else claims).get("verifiableCredential")
    if held is None:
        return [text]
    listed = held if isinstance(held, list) else [held]
    named = [c.get("id") if isinstance(c, Mapping) else c for c in listed]
    return [t.rpartition(",")[2] for t in named if isinstance(t, str) and "eyJ" in t]


def keys_told(document: Mapping[str, Any]) -> list[Any]:
    """The verification methods of a DID document, those that stand in a relation alone among them (DID Core 5.3)."""
    found = document.get("verificationMethod")
    listed = list(found) if isinstance(found, list) else []
    named = [document.get(relation) for relation in _RELATIONS]
    embedded = [m for part in named if isinstance(part, list) for m in part]
    return listed + [m for m in embedded if isinstance(m, Mapping)]


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
            scheme = address_parts(address).scheme
            if scheme in _PLAIN and not (local and scheme == "http"):
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
    if told.get("party_id") != claims.get("iss"):
        yield f"capabilities_info is about {told.get('party_id')}, not about who signed it"
    versions = told.get("supported_versions")
    groups = [
        group
        for version in (versions if isinstance(versions, list) else [])
        if isinstance(version, Mapping) and isinstance(version.get("supported_features"), list)
        for group in version["supported_features"]
        if isinstance(group, Mapping)
    ]
    public = [f for g in groups if isinstance(g.get("public"), list) for f in g["public"]]
    if not any(isinstance(f, Mapping) and f.get("feature") and f.get("url") for f in public):
        yield "no public feature is told with its name and address"
    hidden = sorted({str(n) for g in groups for n in g if n != "public" and g[n]})
    if hidden:
        yield f"features that are {', '.join(hidden)} are told to everybody"
