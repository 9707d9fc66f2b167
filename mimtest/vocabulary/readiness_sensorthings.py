"""Is a SensorThings service there? Its root names the sets, and a set is a list of entities."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.vocabulary.web_addresses import joined

JSON: Final = {"Accept": "application/json"}
_ELSEWHERE: Final = (301, 302, 307, 308, 404)
#: Asks for an address, and gives a good answer or says why there is none.
Get = Callable[..., Answer]


def root_path(ask: Get) -> str:
    """Where the service root is, below the address: there, or behind the slash some services insist on."""
    for path in ("", "/"):
        if ask(path, headers=JSON).status not in _ELSEWHERE:
            return path
    return ""


def probe_sensorthings(get: Get, root_at: str, *, needs_data: bool) -> None:
    """The root leads to Things and Observations, of which there are some if they are needed.

    Raises Contradiction for what is no such service, Inconclusive for one without data.
    """
    root = get(root_at, headers=JSON)
    listed = _value(root.json(), "the service root")
    addresses = {str(e.get("name")): e.get("url") for e in listed if isinstance(e, Mapping)}
    if not isinstance(addresses.get("Things"), str):
        raise Contradiction("its root does not name 'Things'")
    for name in ("Things", "Observations"):
        address = addresses.get(name)
        if not isinstance(address, str):
            raise Contradiction(f"its root does not name '{name}'")
        found = _value(get(f"{joined(root.url, address)}?$top=1").json(), f"the list of {name}")
        if needs_data and not found:
            raise Inconclusive("no_data", f"there is no entity in {name} to read")


def _value(document: Any, what: str) -> list[Any]:
    value = document.get("value") if isinstance(document, Mapping) else None
    if not isinstance(value, list):
        raise Contradiction(f"{what} has no list 'value'")
    return value
