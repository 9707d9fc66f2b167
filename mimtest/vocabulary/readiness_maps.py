"""Are map services there? One look at what each says of itself, and one at what it cannot have."""

import secrets
from collections.abc import Callable
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.discovery_maps import apis_at
from mimtest.vocabulary.ows import read_faults, told
from mimtest.vocabulary.xml import anywhere, local, parse

_OK: Final = 200
_ROOTS: Final = {
    "WMS": ("WMS_Capabilities", "WMT_MS_Capabilities"),
    "WMTS": ("Capabilities",),
}
_LAYERS: Final = {"WMS": "Capability/Layer", "WMTS": "Contents/Layer"}
_DOCUMENT: Final = "/1.0.0/WMTSCapabilities.xml"
#: Asks for an address of the interface.
Get = Callable[..., Answer]


def probe_service(client: Client, get: Get, name: str) -> None:
    """The address gives capabilities of a WMS or WMTS that list layers, and not whatever is asked.

    `get` gives a good answer or says why there is none. Raises Contradiction for what is none.
    """
    question = {"SERVICE": name, "REQUEST": "GetCapabilities"}
    answer = _document(client) if name == "WMTS" else None
    root = parse(answer or get("", params=question))
    faults = read_faults(root)
    if faults is not None:
        raise Contradiction(f"GetCapabilities is answered with an exception: {told(faults)}")
    if local(root) not in _ROOTS[name]:
        raise Contradiction(f"GetCapabilities is answered with {local(root)}")
    nothing = f"mimtest-{secrets.token_hex(6)}"
    made_up = question | {"REQUEST": nothing}
    if _is_given(client, name, "", made_up) and _is_given(client, name, f"/{nothing}", question):
        raise Contradiction("it gives its capabilities whatever is asked, even what was made up")
    if not root.findall(anywhere(_LAYERS[name])):
        raise Inconclusive("no_data", "the capabilities list no layer")


def _document(client: Client) -> Answer | None:
    """The capabilities as a document, where a service has no parameters."""
    plain = client.interface.url.partition("?")[0]
    address = plain if plain.endswith(".xml") else f"{plain}{_DOCUMENT}"
    try:
        answer = client.get(address)
        return answer if answer.status == _OK and local(parse(answer)) in _ROOTS["WMTS"] else None
    except (Contradiction, Unsettled):
        return None


def _is_given(client: Client, name: str, path: str, question: dict[str, Any]) -> bool:
    try:
        answer = client.get(path, params=question)
        return answer.status == _OK and local(parse(answer)) in _ROOTS[name]
    except (Contradiction, Unsettled):
        return False


def probe_api(client: Client, get: Get, require_refusal: Callable[[str], None]) -> None:
    """The landing page, or a collection, leads to tiles or to maps. Raises Contradiction for any other."""
    landing = get("", headers={"Accept": "application/json"}).json()
    if not isinstance(landing, dict) or not isinstance(landing.get("links"), list):
        raise Contradiction("the landing page is no JSON object with 'links'")
    kind = client.interface.kind
    require_refusal("/collections/")
    if kind not in [found for found, _, _ in apis_at(client, client.interface.url)]:
        what = "tile sets" if kind == "ogc-api-tiles" else "a map"
        raise Contradiction(f"no link of the landing page or of a collection leads to {what}")
