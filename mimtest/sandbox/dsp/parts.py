"""What the connector's modules share: addresses, messages, and what it offers."""

import hmac
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response

PREFIX: Final = "/dsp"
NEW: Final = "2025-1"
OLD: Final = "2024-1"
CONTEXTS: Final = {
    NEW: ["https://w3id.org/dspace/2025/1/context.jsonld"],
    OLD: "https://w3id.org/dspace/2024/1/context.json",
}
TOKEN: Final = "demo-partner-41f7c2d9e0ab"  # noqa: S105 (invented)
#: The secrets by the environment variables that the demo's target file names.
DEMO_SECRETS: Final = {"MIMTEST_DEMO_PARTNER": TOKEN}
#: Datasets by identifier: title, and what may not be done with them besides using them.
_DATASETS: Final = (
    ("air-quality", "Air quality, measured every ten minutes", ()),
    ("parking", "Free parking spaces", ("sell",)),
    ("streetlights", "Streetlights", ()),
    ("energy", "Energy consumption of public buildings", ("distribute",)),
    ("noise", "Noise levels", ()),
)
_SERVICE: Final = "urn:exampleton:connector"
FORMAT: Final = "HttpData-PULL"


def participant(request: Request) -> str:
    """The provider's decentralized identifier."""
    host = request.base.partition("://")[2].replace(":", "%3A")
    return f"did:web:{host}:dsp"


def services_of(request: Request, version: str) -> list[dict[str, str]]:
    """Where datasets are obtained."""
    url = f"{request.base}{PREFIX}/{version}"
    return [{"@id": _SERVICE, "@type": "DataService", "endpointURL": url}]


def datasets() -> list[dict[str, Any]]:
    """What is offered, in order."""
    return [_dataset(*row) for row in _DATASETS]


def offered(id: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The dataset and the offer of an offer's identifier."""
    every = ((d, o) for d in datasets() for o in d["hasPolicy"])
    return next(((d, o) for d, o in every if o["@id"] == id), None)


def message(kind: str, **members: Any) -> dict[str, Any]:
    """A message in the words of 2025-1; members that are None are left out."""
    kept = {k: v for k, v in members.items() if v is not None}
    return {"@context": CONTEXTS[NEW], "@type": kind, **kept}


def error(kind: str, status: int, why: str, **members: Any) -> Response:
    """An error message."""
    told = message(kind, code=str(status), reason=[why], **members)
    return json_response(told, status, Cache_Control="no-store")


def authorised(request: Request) -> bool:
    """Whether the partner shows its token."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), TOKEN.encode())


def unauthorised(request: Request) -> Response:
    """The refusal of somebody without a token, or with a bad one (RFC 6750 3)."""
    bad = ', error="invalid_token"' if "authorization" in request.headers else ""
    refused = error("CatalogError", 401, "a token is needed")
    return refused.with_header("WWW-Authenticate", f'Bearer realm="connector"{bad}')


def _dataset(name: str, title: str, forbidden: tuple[str, ...]) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@id": f"urn:exampleton:offer:{name}",
        "@type": "Offer",
        "permission": [{"action": "use"}],
    }
    if forbidden:
        offer["prohibition"] = [{"action": a} for a in forbidden]
    distribution = {"@type": "Distribution", "format": FORMAT, "accessService": _SERVICE}
    return {
        "@id": f"urn:exampleton:dataset:{name}",
        "@type": "Dataset",
        "title": title,
        "hasPolicy": [offer],
        "distribution": [distribution],
    }
