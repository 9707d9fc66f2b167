"""Messages of 2025-1 in the words of 2024-1, and back: members and values have prefixes there."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.dsp.parts import CONTEXTS, NEW, OLD

_MEMBERS: Final = {
    "dcat": ("dataset", "catalog", "service", "distribution", "accessService", "endpointURL"),
    "dct": ("title", "format"),
    "odrl": (
        *("hasPolicy", "permission", "prohibition", "obligation", "action", "target"),
        *("assigner", "assignee", "constraint", "leftOperand", "operator", "rightOperand"),
    ),
    "dspace": (
        *("providerPid", "consumerPid", "state", "offer", "agreement", "callbackAddress"),
        *("code", "reason", "participantId", "timestamp", "eventType", "agreementId", "filter"),
        *("dataAddress", "endpointType", "endpoint", "endpointProperties", "name", "value"),
    ),
}
_TYPES: Final = {
    "dcat": ("Catalog", "Dataset", "Distribution", "DataService"),
    "odrl": ("Offer", "Agreement"),
}
_PREFIXES: Final = tuple(f"{p}:" for p in ("dspace", "dcat", "dct", "odrl"))
#: Members whose values are words of the protocol.
_WORDS: Final = {"@type", "state", "eventType", "action", "format"}


def _by_name(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: f"{prefix}:{name}" for prefix, names in table.items() for name in names}


_MEMBER: Final = _by_name(_MEMBERS)
_TYPE: Final = _by_name(_TYPES)


def aged(value: Any) -> Any:
    """A message in the words of 2024-1."""
    if isinstance(value, list):
        return [aged(v) for v in value]
    if not isinstance(value, dict):
        return value
    told = {_MEMBER.get(k, k): _old_value(k, v) for k, v in value.items()}
    return told | {"@context": CONTEXTS[OLD]} if "@context" in told else told


def renewed(value: Any) -> Any:
    """A message in the words of 2025-1."""
    if isinstance(value, list):
        return [renewed(v) for v in value]
    if not isinstance(value, dict):
        return value
    told = {_bare(k): _new_value(_bare(k), v) for k, v in value.items()}
    return told | {"@context": CONTEXTS[NEW]} if "@context" in told else told


def _old_value(name: str, value: Any) -> Any:
    if name == "format":
        return {"@id": f"dspace:{value}"}
    if name not in _WORDS or not isinstance(value, str):
        return aged(value)
    if name == "action":
        return f"odrl:{value}"
    return _TYPE.get(value, f"dspace:{value}")


def _new_value(name: str, value: Any) -> Any:
    if name == "format" and isinstance(value, dict):
        value = value.get("@id")
    return _bare(value) if name in _WORDS and isinstance(value, str) else renewed(value)


def _bare(text: str, prefixes: Iterable[str] = _PREFIXES) -> str:
    return next((text.removeprefix(p) for p in prefixes if text.startswith(p)), text)
