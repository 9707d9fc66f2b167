"""Words of the Dataspace Protocol, 2025-1 and 2024-1 (HTTPS binding): messages, and what is wrong with them.

What is read is told in the words of 2025-1: 2024-1 has the same members with prefixes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

VERSIONS_PATH: Final = "/.well-known/dspace-version"
NEW: Final = "2025-1"
OLD: Final = "2024-1"
#: What a message's @context holds.
CONTEXTS: Final[Mapping[str, str]] = {
    NEW: "https://w3id.org/dspace/2025/1/context.jsonld",
    OLD: "https://w3id.org/dspace/2024/1/context.json",
}
STATES: Final = (
    "REQUESTED",
    "OFFERED",
    "ACCEPTED",
    "AGREED",
    "VERIFIED",
    "FINALIZED",
    "TERMINATED",
)
RULES: Final = ("permission", "prohibition", "obligation")
#: Members whose value 2024-1 may give as a reference.
_REFERENCES: Final = (
    *("participantId", "target", "assigner", "assignee", "accessService"),
    *("providerPid", "consumerPid", "agreementId"),
)
_PREFIXES: Final = ("dspace:", "dcat:", "dct:", "odrl:")
_NAMES: Final = re.compile(r"^[A-Za-z]+$")
_WORDS: Final = ("@type", "state", "eventType", "action", "format", "leftOperand", "operator")
_LISTS: Final = ("dataset", "catalog", "service", "distribution", "hasPolicy", *RULES, "reason")


def version_addresses(url: str) -> tuple[str, ...]:
    """Where a connector tells its versions: below its own address, or at the root of its host."""
    parts = urlsplit(url)
    own, host = url.rstrip("/"), f"{parts.scheme}://{parts.netloc}"
    return tuple(dict.fromkeys(f"{root}{VERSIONS_PATH}" for root in (own, host)))


def is_version(named: Any, version: str) -> bool:
    """Whether an item of a list of versions is named like that; how 2024-1 is written is left open."""
    loosely = version == OLD and isinstance(named, str)
    return bool(named == version or (loosely and re.findall(r"\d+", named) == ["2024", "1"]))


def message(version: str, kind: str, context: Any = None, **members: Any) -> dict[str, Any]:
    """A message to send, in the words of a version; `context` is that of what it repeats."""
    if version == OLD:
        prefixed = {m if ":" in m else f"dspace:{m}": value for m, value in members.items()}
        own = (
            CONTEXTS[OLD] if context in (None, CONTEXTS[OLD]) else [CONTEXTS[OLD], *_list(context)]
        )
        return {"@context": own, "@type": f"dspace:{kind}", **prefixed}
    own = context if isinstance(context, list) and CONTEXTS[NEW] in context else [CONTEXTS[NEW]]
    return {"@context": own, "@type": kind, **members}


def event(version: str, kind: str) -> str:
    """The type of an event, in the words of a version."""
    return f"dspace:{kind}" if version == OLD else kind


def asked_for(
    version: str, offer: Mapping[str, Any], dataset: str, provider: Any = None
) -> dict[str, Any]:
    """An offer of the catalogue as it is asked for: with its dataset as target, in 2024-1 with its assigner, too."""
    if version == NEW:
        return {**offer, "target": dataset}
    assigner = {} if provider is None else {"odrl:assigner": provider}
    return {**assigner, **offer, "odrl:target": dataset}


def read(version: str, value: Any) -> Any:
    """A message in the words of 2025-1; one of that version stays as it is."""
    return value if version == NEW else _renewed(value)


def _renewed(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_renewed(v, name) for v in value]
    if isinstance(value, Mapping):
        if name in (*_WORDS, *_REFERENCES) and set(value) == {"@id"}:
            return _bare(value["@id"])
        if "@value" in value:
            return value["@value"]
        plain = {_bare(k): _renewed(v, _bare(k)) for k, v in value.items() if k != "@context"}
        single = {k: [v] for k, v in plain.items() if k in _LISTS and not isinstance(v, list)}
        kept = {"@context": value["@context"]} if "@context" in value else {}
        return kept | plain | single
    return _bare(value) if name in _WORDS else value


def _bare(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    for prefix in _PREFIXES:
        if text.startswith(prefix) and _NAMES.match(text.removeprefix(prefix)):
            return text.removeprefix(prefix)
    return text


def faults_of_context(version: str, value: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a message's @context; 2024-1 is also written with contexts of one's own."""
    given = value.get("@context")
    if version == OLD:
        if not given:
            yield "there is no @context"
    elif not isinstance(given, list):
        yield "its @context is no list"
    elif CONTEXTS[NEW] not in given:
        yield f"its @context has no {CONTEXTS[NEW]}"
    elif not all(isinstance(c, str) for c in given):
        yield "its @context holds what is no address"


def faults_of_message(
    version: str, value: Any, kind: str, names: tuple[str, ...] = ()
) -> Iterator[str]:
    """What is wrong with a message of a kind; `names` are of texts that it has."""
    if not isinstance(value, Mapping):
        yield "it is no JSON object"
        return
    yield from faults_of_context(version, value)
    if value.get("@type") != kind:
        yield f"its @type is {value.get('@type')!r} and not {kind}"
    yield from lacking(value, *names)


def lacking(value: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Which texts are not there."""
    for name in names:
        if not (isinstance(value.get(name), str) and value[name]):
            yield f"{name} is no text" if name in value else f"there is no {name}"


def faults_of_catalogue(version: str, value: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a catalogue, apart from its datasets."""
    names = ("@id", "participantId") if version == NEW else ()
    yield from faults_of_message(version, value, "Catalog", names)
    for name in ("dataset", "catalog", "service"):
        if name in value and not (
            isinstance(value[name], list) and (value[name] or version == OLD)
        ):
            yield f"{name} is no list with something in it"
    for service in _objects(value.get("service")):
        yield from faults_of_service(version, service)


def faults_of_service(version: str, service: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a data service of a catalogue; 2024-1 demands nothing of it."""
    if version == OLD:
        return
    if service.get("@type") != "DataService":
        yield f"a service has the @type {service.get('@type')!r}"
    for fault in lacking(service, "@id", "endpointURL"):
        yield f"of a service: {fault}"


def datasets_in(value: Mapping[str, Any], depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """The datasets of a catalogue and of those in it."""
    yield from _objects(value.get("dataset"))
    if depth:
        for inner in _objects(value.get("catalog")):
            yield from datasets_in(inner, depth - 1)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (v for v in value if isinstance(v, Mapping))
