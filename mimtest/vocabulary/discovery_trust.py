"""Services that trust is built on behind an address, recognised from what they say of themselves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.client import Client
from mimtest.vocabulary.discovery_maps import Found
from mimtest.vocabulary.readiness_trust import documents_of, is_object, is_pod

#: What the first document of a kind holds that no other kind's does.
_HELD: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "oidc": lambda d: (
        isinstance(d.get("issuer"), str) and {"jwks_uri", "authorization_endpoint"} <= d.keys()
    ),
    "oauth": lambda d: isinstance(d.get("issuer"), str) and "token_endpoint" in d,
    "mydata-operator": lambda d: "operator_uuid" in d,
    "mydata-connector": lambda d: "connector_uuid" in d,
    "mydata-registry": lambda d: "payload" in d and ("signatures" in d or "signature" in d),
    "vc-issuer": lambda d: "credential_issuer" in d or "credential_endpoint" in d,
    "dsp": lambda d: isinstance(d.get("protocolVersions"), list),
    "ishare": lambda d: isinstance(d.get("capabilities_token"), str),
    "issuers-registry": lambda d: _lists_issuers(d.get("items")),
}


def described(client: Client, base: str, kind: str) -> Iterator[Found]:
    """A service of a kind at an address, by the document that its standard prescribes."""
    places = documents_of(kind, base)
    # the root of a host tells of connectors at other addresses of it
    for address in places[:1] if kind == "dsp" else places:
        document = _object(client, address)
        if document is not None and _HELD[kind](document):
            yield kind, base, ()
            return


def _lists_issuers(items: Any) -> bool:
    """Whether a list is one of issuers with decentralized identifiers."""
    return isinstance(items, list) and any(isinstance(i, Mapping) and "did" in i for i in items)


def login(client: Client, base: str) -> Iterator[Found]:
    """An OpenID provider, else another authorisation server."""
    found = tuple(described(client, base, "oidc")) or tuple(described(client, base, "oauth"))
    operator = (
        found and found[0][0] == "oauth" and tuple(described(client, base, "mydata-operator"))
    )
    yield from () if operator else found


def did_document(client: Client, base: str) -> Iterator[Found]:
    """A document of a decentralized identifier: at the address itself, or at its usual places."""
    given = (
        (base,) if base.endswith(".json") else (f"{base}/did.json", f"{base}/.well-known/did.json")
    )
    for address in given:
        document = _object(client, address)
        if document is not None and str(document.get("id", "")).startswith("did:"):
            yield "did", address, ()
            return


def pod(client: Client, base: str) -> Iterator[Found]:
    """A Solid storage: a container whose header fields say so."""
    try:
        answer = client.get(f"{base}/", headers={"Accept": "text/turtle"})
    except Unsettled:
        return
    if is_pod(answer):
        yield "solid", base, ()


def _object(client: Client, address: str) -> Mapping[str, Any] | None:
    try:
        answer = client.get(address, headers={"Accept": "application/json"})
        return answer.json() if is_object(answer) else None
    except (Contradiction, Unsettled):
        return None
