"""Is the interface there at all? One look before the checks, so that a dead address is one sentence.

Nothing here judges a product: a reason names what to change in the target file.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final, NoReturn
from urllib.parse import urljoin, urlsplit

from mimtest.errors import Contradiction, Unanswered, Unsettled
from mimtest.network.client import Answer, Client
from mimtest.target import Interface
from mimtest.vocabulary.readiness_maps import probe_api, probe_service
from mimtest.vocabulary.readiness_market import probe_market
from mimtest.vocabulary.readiness_sensorthings import probe_sensorthings, root_path
from mimtest.vocabulary.readiness_trust import probe_documents, probe_page, probe_pod
from mimtest.vocabulary.readiness_wfs import probe_wfs

_LOOKED_AT: Final = 20
_RDF: Final = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8"
_WEB_PAGES: Final = ("text/html", "application/xhtml+xml")
_DATA_RELATIONS: Final = ("data", "http://www.opengis.net/def/rel/ogc/1.0/data")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an interface cannot be tested: a code, a sentence, and the key of the target file to change."""

    code: str
    message: str
    hint: str
    key: str

    def as_dict(self) -> dict[str, str]:
        """As in `report.json` `.readiness[].reason`."""
        return asdict(self)


class NotReady(Exception):  # noqa: N818 - a state, not an error
    """Raised inside a probe with its reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


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
        return _reason(interface, other.code, other.detail, "Look at the address.", "url")
    except Contradiction as strange:
        return _strange(interface, strange.message)
    return None


def _reason(interface: Interface, code: str, message: str, hint: str, key: str) -> Reason:
    return Reason(code, message, hint, f"interfaces.{interface.name}.{key}")


def _silence(interface: Interface, silence: Unanswered) -> Reason:
    hints = {
        "dns": "Check the host name.",
        "unreachable": "Check host and port, and that the service runs.",
        "tls": "Check the certificate, or whether the address is https at all.",
        "timeout": "Raise 'timeout', or ask why it is slow.",
        "rate_limited": "Wait, or set 'pace' below the service's limit.",
    }
    place = urlsplit(interface.url).netloc
    key = {"timeout": "timeout", "rate_limited": "pace"}.get(silence.code, "url")
    hint = hints.get(silence.code, "Check that an HTTP service is at the address.")
    return _reason(interface, silence.code, f"{place}: {silence.detail}", hint, key)


def _strange(interface: Interface, message: str) -> Reason:
    return _reason(
        interface,
        "not_recognised",
        f"{interface.url} does not answer like an interface of kind {interface.kind}: {message}",
        "Check the path and the kind; 'mimtest init' finds out.",
        "url",
    )


def _refuse(interface: Interface, code: str, message: str, hint: str, key: str = "url") -> NoReturn:
    raise NotReady(_reason(interface, code, message, hint, key))


def _require_ok(interface: Interface, answer: Answer) -> None:
    """Raise NotReady unless the answer is a 200 that is no web page."""
    status = answer.status
    told = f"{answer.url} answers {status}"
    if status in (401, 403):
        held = "the credentials are refused" if interface.auth else "it asks for credentials"
        hint = "Check the secret and its rights." if interface.auth else "Add auth."
        _refuse(interface, "auth_refused", f"{told}: {held}", hint, "auth")
    if status in (404, 410):
        hint = "Check the path, and whether a tenant header is needed."
        _refuse(interface, "wrong_path", told, hint)
    if status == 429:  # noqa: PLR2004
        hint = "Wait, or set 'pace' below the service's limit."
        _refuse(interface, "rate_limited", told, hint, "pace")
    if 300 <= status < 400:  # noqa: PLR2004
        there = answer.headers.get("location") or "an unnamed address"
        hint = "Write the address it leads to."
        _refuse(interface, "redirected", f"{told} and leads to {there}", hint)
    if status >= 500:  # noqa: PLR2004
        _refuse(interface, "server_error", told, "Look into the service's log.")
    if status != 200:  # noqa: PLR2004
        _refuse(interface, "request_refused", told, "Check path, version and headers.")
    if answer.media_type in _WEB_PAGES:
        message = f"{answer.url} answers with a web page: a login page, a portal or another address"
        _refuse(interface, "web_page", message, "Check the path.")


def _get(client: Client, where: str = "", **options: Any) -> Answer:
    answer = client.get(where, **options)
    _require_ok(client.interface, answer)
    return answer


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Contradiction(f"{what} is not a JSON object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Contradiction(f"{what} is not a JSON array")
    return value


def _probe_broker(client: Client, needs_data: bool) -> None:  # noqa: FBT001
    """A query for each type of the target file, or the list of types, has the standard's shape."""
    types = client.interface.types
    if not types:
        listed = _get(client, "/types").json()
        if client.interface.kind == "ngsi-ld":
            listed = _object(listed, "the list of types").get("typeList")
        found = bool(_list(listed, "the list of types"))
    else:
        found = sum(_has_entities(client, t) for t in types) > 0
    _require_refusal(client, "/entities/urn:ngsi-ld:Nothing:")
    if needs_data and not found:
        hint = "Name entity types that hold data, or allow level 'writes'."
        _refuse(client.interface, "no_data", "no entity was found to read", hint, "types")


def _require_refusal(client: Client, place: str) -> None:
    """Raise Contradiction when what cannot be there, a thing and a path, is answered like all the rest.

    Who answers everything says nothing. One of the two alone is a mistake that checks find.
    """
    nothing = f"mimtest-{secrets.token_hex(6)}"
    if _is_given(client, f"{place}{nothing}") and _is_given(client, f"/{nothing}"):
        raise Contradiction("it answers 200 to whatever is asked, even to what was made up")


def _is_given(client: Client, where: str) -> bool:
    """Whether an address answers with something that is no web page."""
    try:
        answer = client.get(where)
    except Unanswered:
        return False
    return answer.status == 200 and answer.media_type not in _WEB_PAGES  # noqa: PLR2004


def _has_entities(client: Client, entity_type: str) -> bool:
    headers = context_link(client.interface)
    answer = _get(client, "/entities", params={"type": entity_type, "limit": "1"}, headers=headers)
    entities = _list(answer.json(), "the answer to a query for entities")
    for entity in entities:
        if not isinstance(_object(entity, "an entity").get("id"), str):
            raise Contradiction("an entity has no id")
    return bool(entities)


def context_link(interface: Interface) -> dict[str, str]:
    """The Link header that names the target file's @context (GS CIM 009 6.3.5); empty without one."""
    if not interface.context:
        return {}
    relation = "http://www.w3.org/ns/json-ld#context"
    return {"Link": f'<{interface.context}>; rel="{relation}"; type="application/ld+json"'}


def _probe_features(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    """The landing page leads to collections, and one of them holds a feature."""
    landing = _object(
        _get(client, headers={"Accept": "application/json"}).json(), "the landing page"
    )
    links = _list(landing.get("links"), "its 'links'")
    hrefs = [
        k["href"]
        for k in links
        if isinstance(k, Mapping) and k.get("rel") in _DATA_RELATIONS and "href" in k
    ]
    base = f"{client.interface.url}/"
    address = urljoin(base, next((h for h in hrefs if "{" not in h), f"{base}collections"))
    listed = _object(
        _get(client, address, headers={"Accept": "application/json"}).json(),
        "the list of collections",
    )
    collections = _list(listed.get("collections"), "its 'collections'")
    _require_refusal(client, f"{address.partition('?')[0].rstrip('/')}/")
    if not any(_has_features(client, address, c) for c in _wanted(client.interface, collections)):
        message, hint = "no collection holds a feature to read", "Name collections that hold data."
        _refuse(client.interface, "no_data", message, hint, "collections")


def _wanted(interface: Interface, collections: list[Any]) -> Iterator[str]:
    ids = [c["id"] for c in collections if isinstance(c, Mapping) and isinstance(c.get("id"), str)]
    yield from (
        i for i in ids[:_LOOKED_AT] if not interface.collections or i in interface.collections
    )


def _has_features(client: Client, collections: str, collection: str) -> bool:
    where = f"{collections.partition('?')[0].rstrip('/')}/{collection}/items"
    answer = client.get(where, params={"limit": "1"}, headers={"Accept": "application/geo+json"})
    if answer.status != 200:  # noqa: PLR2004
        return False
    features = answer.json().get("features") if isinstance(answer.json(), Mapping) else None
    return isinstance(features, list) and any(
        isinstance(f, Mapping) and f.get("type") == "Feature" for f in features
    )


def _probe_drawn(client: Client) -> None:
    probe_api(client, partial(_get, client), partial(_require_refusal, client))


def _probe_described(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    probe_documents(client, partial(_require_ok, client.interface))


def _probe_any(client: Client, needs_data: bool) -> None:  # noqa: ARG001, FBT001
    """Something answers over HTTP and is not broken."""
    answer = client.get()
    if answer.status == 429 or answer.status >= 500:  # noqa: PLR2004
        _require_ok(client.interface, answer)


def _probe_catalogue(client: Client) -> None:
    """Something is there for whoever asks for RDF; a web page in its place is for a check to judge."""
    answer = client.get(headers={"Accept": _RDF})
    if answer.media_type not in _WEB_PAGES or answer.status != 200:  # noqa: PLR2004
        _require_ok(client.interface, answer)


_PROBES: Final[Mapping[str, Callable[[Client, bool], None]]] = {
    "ngsi-ld": _probe_broker,
    "ngsi-v2": _probe_broker,
    "dcat": lambda client, _: _probe_catalogue(client),
    "ogc-api-features": _probe_features,
    "sensorthings": lambda client, needed: probe_sensorthings(
        partial(_get, client), root_path(client.get), needs_data=needed
    ),
    "wfs": lambda client, _: probe_wfs(partial(_get, client), client.get),
    "wms": lambda client, _: probe_service(client, partial(_get, client), "WMS"),
    "wmts": lambda client, _: probe_service(client, partial(_get, client), "WMTS"),
    "ogc-api-tiles": lambda client, _: _probe_drawn(client),
    "ogc-api-maps": lambda client, _: _probe_drawn(client),
    "file": lambda client, _: _require_ok(client.interface, client.get()),
    "solid": lambda client, _: probe_pod(client, partial(_require_ok, client.interface)),
    "oidc": _probe_described,
    "oauth": _probe_described,
    "mydata-operator": _probe_described,
    "mydata-connector": _probe_described,
    "mydata-registry": _probe_described,
    "vc-issuer": _probe_described,
    "issuers-registry": _probe_described,
    "did": _probe_described,
    "ishare": _probe_described,
    "tmforum": lambda client, _: probe_market(client, partial(_require_ok, client.interface)),
    "dsp": _probe_described,
    "rulebook": lambda client, _: probe_page(client, partial(_require_ok, client.interface)),
    "data-requests": lambda client, _: probe_page(client, partial(_require_ok, client.interface)),
    "tls": lambda _, __: None,  # whatever it speaks over TLS; its checks shake hands themselves
}
