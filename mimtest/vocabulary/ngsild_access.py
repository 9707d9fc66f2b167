"""The words for how access is organised (MIM0): descriptions of the API, hints, health, what is withheld."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mimtest import clock
from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import attributes_of
from mimtest.vocabulary.ngsild_http import Spot
from mimtest.vocabulary.openapi import resolve
from mimtest.vocabulary.rest import Api, Operation, servers_of
from mimtest.vocabulary.web_addresses import address_parts

Entity = Mapping[str, Any]
#: The place and the name of a parameter.
Key = tuple[str, str]

_ENTITIES: Final = "/entities"
#: Where a GET makes something (GS CIM 009 6.34, 6.35): it is not tried.
_MAKING: Final = ("/entityMaps", "/entityMaps/")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_API: Final = re.compile(r"/ngsi-ld/v\d+$")
#: Where brokers tell how they are: the mechanism M1 of MIM0 names the first two.
_HEALTH: Final = ("/health", "/status", "/version", "/q/health", "/actuator/health")
_DURATION: Final = re.compile(
    r"P(?=\w)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_SECONDS: Final = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)
_BUDGET: Final = re.compile(r'\s*("[^"]*"|[\w.*-]+)\s*(;\s*[\w*-]+\s*=\s*[^;,]+)*;?\s*')
_OLD_BUDGET: Final = re.compile(r"\s*\d+(\.\d+)?\s*([;,].*)?|(limit|remaining|reset)\s*=\s*\d+.*")
_UNITS: Final = re.compile(r";\s*[qr]\s*=\s*\d+")


@dataclass(frozen=True, slots=True)
class Trial:
    """A request made of a description: a path below the interface's address, and parameters."""

    path: str
    params: Mapping[str, str]


def prefix_in(document: Mapping[str, Any]) -> str | None:
    """What stands before /entities in the paths of a description; None for one without entities."""
    paths = document.get("paths")
    found = [
        str(p).rstrip("/").removesuffix(_ENTITIES)
        for p in (paths if isinstance(paths, Mapping) else ())
        if str(p).rstrip("/").endswith(_ENTITIES)
    ]
    return min(found, key=len, default=None)


def names_base(document: Mapping[str, Any], address: str, base: str) -> bool:
    """Whether one of a description's servers, with its paths, is where the interface is.

    Paths are compared by their end: a gateway may stand before the server, and host names differ.
    """
    prefix = prefix_in(document)
    if prefix is None:
        return False
    own = urlsplit(base).path.rstrip("/")
    return any(p == own or (p and own.endswith(p)) for p in _places(document, address, prefix))


def _places(document: Mapping[str, Any], address: str, prefix: str) -> Iterator[str]:
    for server in servers_of(document, address):
        yield address_parts(server).path.rstrip("/") + prefix


def trials_by_data(api: Api, spot: Spot) -> Iterator[Trial]:
    """A request for each described GET that what is known of an entity can fill, with the examples' help."""
    known = {"entityid": spot.id, "type": spot.type, "typename": spot.type}
    known |= dict.fromkeys(("attrid", "attrname", "attributeid"), spot.attribute)
    for operation in _of_interface(api):
        values: dict[Key, str] = {}
        for (place, name), (required, example) in _parameters(api.document, operation).items():
            wanted = place == "path" or required or name == "type"
            value = known.get(name.lower(), example)
            if wanted and value is not None:
                values[place, name] = value
        yield from _trial(api, operation, values)


def trials_by_example(api: Api) -> Iterator[Trial]:
    """A request for each described GET whose parameters have examples."""
    for operation in _of_interface(api):
        given = _parameters(api.document, operation)
        values = {key: example for key, (_, example) in given.items() if example is not None}
        if values and not operation.path.endswith(_MAKING):
            yield from _trial(api, operation, values)


def _of_interface(api: Api) -> list[Operation]:
    prefix = prefix_in(api.document) or ""
    return [o for o in api.operations if o.path.startswith(f"{prefix}/")]


def _trial(api: Api, operation: Operation, values: Mapping[Key, str]) -> Iterator[Trial]:
    """The request with these values, if it lacks none."""
    required = [k for k, (r, _) in _parameters(api.document, operation).items() if r]
    needed = [("path", v) for v in operation.variables]
    needed += [k for k in required if k[0] == "query"]
    if all(k in values for k in needed):
        path = _VARIABLE.sub(lambda m: quote(values["path", m[1]], safe=":"), operation.path)
        params = {name: v for (place, name), v in values.items() if place == "query"}
        yield Trial(path.removeprefix(prefix_in(api.document) or ""), params)


def _parameters(
    document: Mapping[str, Any], operation: Operation
) -> dict[Key, tuple[bool, str | None]]:
    """Place and name of the parameters, whether each is required, and an example."""
    paths = document.get("paths")
    item = resolve(document, paths.get(operation.path) if isinstance(paths, Mapping) else None)
    found = {}
    for holder in (item, operation.node):
        listed = holder.get("parameters") if isinstance(holder, Mapping) else None
        for node in listed if isinstance(listed, list) else ():
            told = resolve(document, node)
            if isinstance(told, Mapping):
                key = str(told.get("in")), str(told.get("name"))
                found[key] = told.get("required") is True, _example(document, told)
    return found


def _example(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> str | None:
    schema = resolve(document, parameter.get("schema"))
    several = parameter.get("examples")
    values = (
        [resolve(document, e) for e in several.values()] if isinstance(several, Mapping) else []
    )
    found = [parameter.get("example"), *(v.get("value") for v in values if isinstance(v, Mapping))]
    if isinstance(schema, Mapping):
        listed = schema.get("examples")
        found += [schema.get("example"), *(listed if isinstance(listed, list) else ())]
    first = next((e for e in found if isinstance(e, str | int | float)), None)
    if isinstance(first, bool):
        return str(first).lower()
    return None if first is None else str(first)


def health_of(client: Client) -> tuple[Answer, dict[str, Any]]:
    """What the product tells of itself at the usual places. Raises Inconclusive (not_offered)."""
    base = _API.sub("", client.interface.url.rstrip("/"))
    for place in _HEALTH:
        try:
            answer = client.get(f"{base}{place}", headers={"Accept": "application/json"})
        except Unanswered:
            continue
        if answer.ok and "json" in answer.media_type:
            return answer, _object(answer)
    raise Inconclusive("not_offered", f"no health document in JSON at {', '.join(_HEALTH)}")


def _object(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except Contradiction:
        return {}
    return body if isinstance(body, dict) else {}


def duration_of(value: Any) -> timedelta | None:
    """A duration (ISO 8601), or a number of seconds; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value) if 0 <= value < _SECONDS[0] * 100 else None
    match = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None  # noqa: PLR2004
    if match is None:
        return None
    parts = zip(match.groups(default="0"), _SECONDS, strict=True)
    try:
        return timedelta(seconds=sum(float(n) * s for n, s in parts))
    except OverflowError:
        return None


def moment_of(text: str) -> datetime | None:
    """A moment as header fields have it: ISO 8601, or the date of HTTP."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def now_at(answer: Answer) -> datetime:
    """The time of the product's clock, else of ours."""
    return moment_of(answer.headers.get("date", "")) or clock.now()


def newest_in(entities: Iterable[Entity]) -> datetime | None:
    """The latest moment at which something of these entities was observed or changed."""
    found = [
        instant(holder.get(name))
        for e in entities
        for holder in (e, *(i for listed in attributes_of(e).values() for i in listed))
        for name in ("observedAt", "modifiedAt")
    ]
    return max((m for m in found if m), default=None)


def is_budget(name: str, value: str) -> bool:
    """Whether a RateLimit field can be read, in the words of any draft of the standard."""
    if _OLD_BUDGET.fullmatch(value) or (name.lower().endswith("-reset") and moment_of(value)):
        return True
    items = value.split(",")
    modern = not name.lower().startswith("x-") and all(_BUDGET.fullmatch(i) for i in items)
    return modern and all(_UNITS.search(i) for i in items)


def assert_withheld(answer: Answer, secrets: Iterable[str]) -> None:
    """The body has nothing of what is only for those who are allowed to read it."""
    __tracebackhide__ = True
    text = answer.text()
    told = [s for s in secrets if s in text]
    assert_that(not told, "what is refused is told", expected="no data", received=told)
