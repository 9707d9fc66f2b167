"""Is the interface there at all? One look before the checks, so that a dead address is one sentence.

Nothing here judges a product: a reason names what to change in the target file.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from mimtest.errors import Contradiction, Unanswered, Unsettled
from mimtest.network.client import Client, TlsFailed
from mimtest.target import Interface
from mimtest.vocabulary.readiness_answers import (
    WEB_PAGES,
    NotReady,
    Reason,
    get,
    reason,
    require_ok,
    require_refusal,
)
from mimtest.vocabulary.readiness_data import probe_broker, probe_features
from mimtest.vocabulary.readiness_maps import probe_api, probe_service
from mimtest.vocabulary.readiness_market import probe_market
from mimtest.vocabulary.readiness_sensorthings import probe_sensorthings, root_path
from mimtest.vocabulary.readiness_tls import tls_remedy
from mimtest.vocabulary.readiness_trust import probe_documents, probe_page, probe_pod
from mimtest.vocabulary.readiness_wfs import probe_wfs

_RDF: Final = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8"


def find_reason(client: Client, *, needs_data: bool) -> Reason | None:
    """Why the client's interface is not ready; None when it is.

    `needs_data` says that the run may not create any of its own.
    """
    interface = client.interface
    probe = _PROBES.get(interface.kind, _probe_any)
    try:
        probe(client, needs_data)
    except NotReady as no:
        return no.reason
    except Unanswered as silence:
        return _silence(interface, silence)
    except Unsettled as other:
        return reason(interface, other.code, other.detail, "Look at the address.", "url")
    except Contradiction as strange:
        return _strange(interface, strange.message)
    return None


def _silence(interface: Interface, silence: Unanswered) -> Reason:
    hints = {
        "dns": "Check the host name.",
        "unreachable": "Check host and port, and that the service runs.",
        "timeout": "Raise 'timeout', or ask why it is slow.",
        "rate_limited": "Wait, or set 'pace' below the service's limit.",
    }
    place = urlsplit(interface.url).netloc
    key = {"timeout": "timeout", "rate_limited": "pace"}.get(silence.code, "url")
    hint = hints.get(silence.code, "Check that an HTTP service is at the address.")
    if isinstance(silence, TlsFailed):
        key, hint = tls_remedy(silence.reason)
    return reason(interface, silence.code, f"{place}: {silence.detail}", hint, key)


def _strange(interface: Interface, message: str) -> Reason:
    return reason(
        interface,
        "not_recognised",
        f"{interface.url} does not answer like an interface of kind {interface.kind}: {message}",
        "Check the path and the kind; 'mimtest init' finds out.",
        "url",
    )


def _probe_drawn(client: Client) -> None:
    probe_api(client, partial(get, client), partial(require_refusal, client))


def _probe_described(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    probe_documents(client, partial(require_ok, client.interface))
    require_refusal(client, "/.well-known/")


def _probe_any(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    """Something answers over HTTP and is not broken."""
    answer = client.get()
    if answer.status == 429 or answer.status >= 500:  # noqa: PLR2004
        require_ok(client.interface, answer)


def _probe_catalogue(client: Client) -> None:
    """Something is there for whoever asks for RDF; a web page in its place is for a check to judge."""
    answer = client.get(headers={"Accept": _RDF})
    if answer.media_type not in WEB_PAGES or answer.status != 200:  # noqa: PLR2004
        require_ok(client.interface, answer)


_PROBES: Final[Mapping[str, Callable[[Client, bool], None]]] = {
    "ngsi-ld": probe_broker,
    "ngsi-v2": probe_broker,
    "dcat": lambda client, _: _probe_catalogue(client),
    "ogc-api-features": probe_features,
    "sensorthings": lambda client, needed: probe_sensorthings(
        partial(get, client), root_path(client.get), needs_data=needed
    ),
    "wfs": lambda client, _: probe_wfs(partial(get, client), client.get),
    "wms": lambda client, _: probe_service(client, partial(get, client), "WMS"),
    "wmts": lambda client, _: probe_service(client, partial(get, client), "WMTS"),
    "ogc-api-tiles": lambda client, _: _probe_drawn(client),
    "ogc-api-maps": lambda client, _: _probe_drawn(client),
    "file": lambda client, _: require_ok(client.interface, client.get()),
    "solid": lambda client, _: probe_pod(client, partial(require_ok, client.interface)),
    "oidc": _probe_described,
    "oauth": _probe_described,
    "mydata-operator": _probe_described,
    "mydata-connector": _probe_described,
    "mydata-registry": _probe_described,
    "vc-issuer": _probe_described,
    "issuers-registry": _probe_described,
    "did": _probe_described,
    "ishare": _probe_described,
    "tmforum": lambda client, _: probe_market(client, partial(require_ok, client.interface)),
    "dsp": _probe_described,
    "rulebook": lambda client, _: probe_page(client, partial(require_ok, client.interface)),
    "data-requests": lambda client, _: probe_page(client, partial(require_ok, client.interface)),
    "tls": lambda _, __: None,  # whatever it speaks over TLS; its checks shake hands themselves
}
