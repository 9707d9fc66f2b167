"""Ways to break the headers and media types of notifications."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.subscribed import Json, notified, retold, without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-not-receiver-headers-lost", kills=("CTX-NOT-12",), outgoing=True)
def _headers_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications come without headers of the receiver's own."""
    own = [name for name in request.headers if name.startswith("x-")]
    return proceed(with_headers(request, **dict.fromkeys(own)) if notified(request) else request)


@fault("ctx-not-authorization-lost", kills=("CTX-NOT-12",), outgoing=True)
def _authorization_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications come without the receiver's authorization."""
    return proceed(with_headers(request, authorization=None) if notified(request) else request)


@fault("ctx-not-receiver-headers-in-lower-case", kills=("CTX-NOT-12",), outgoing=True)
def _lower(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The values of the receiver's own headers are written in lower case."""
    own = {k: v.lower() for k, v in request.headers.items() if k.startswith("x-")}
    return proceed(with_headers(request, **own) if notified(request) else request)


@fault("ctx-not-tenant-unnamed", kills=("CTX-TEN-06",), outgoing=True)
def _tenant_unnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification does not name its tenant."""
    return proceed(with_headers(request, ngsild_tenant=None) if notified(request) else request)


@fault(
    "ctx-not-link-lost",
    kills=("CTX-NOT-11",),
    beside=("CTX-NOT-2[45]", "CTX-JSC-13"),
    outgoing=True,
)
def _link_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification in JSON comes without a link to its context."""
    return proceed(with_headers(request, link=None) if notified(request) else request)


@fault(
    "ctx-not-link-elsewhere",
    kills=("CTX-NOT-11",),
    beside=("CTX-NOT-2[45]", "CTX-JSC-13"),
    outgoing=True,
)
def _link_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification links to the core context, whichever its names are from."""
    link = '<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld>; rel="{}"'
    core = link.format("http://www.w3.org/ns/json-ld#context")
    linked = notified(request) is not None and "link" in request.headers
    return proceed(with_headers(request, link=core) if linked else request)


@fault("ctx-not-always-json", kills=("CTX-NOT-11", "CTX-ACC-22"), outgoing=True)
def _always_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications say that they are JSON, whatever they are."""
    said = {"content_type": "application/json"}
    return proceed(with_headers(request, **said) if notified(request) else request)


@fault(
    "ctx-not-context-lost",
    kills=("CTX-NOT-11",),
    beside=("CTX-NOT-2[45]", "CTX-JSC-13"),
    outgoing=True,
)
def _context_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification in JSON-LD comes without its context."""
    return retold(request, lambda told: without(told, "@context"), proceed)


@fault("ctx-not-features-in-array", kills=("CTX-NOT-11",), outgoing=True)
def _features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification in GeoJSON has an array of features, and no collection."""

    def change(told: Json) -> Json:
        data = told["data"]
        return told | ({"data": data["features"]} if isinstance(data, dict) else {})

    return retold(request, change, proceed)


@fault("ctx-not-entities-for-features", kills=("CTX-NOT-11",), outgoing=True)
def _no_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection in a notification has entities, and no features."""

    def change(told: Json) -> Json:
        data = told["data"]
        if not isinstance(data, dict):
            return told
        entities = [{"id": f["id"], **f["properties"]} for f in data["features"]]
        return told | {"data": data | {"features": entities}}

    return retold(request, change, proceed)
