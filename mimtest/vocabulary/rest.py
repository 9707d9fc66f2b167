"""An HTTP interface that is described in OpenAPI 3: what it offers to read, and how its records are listed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urljoin

from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.openapi import resolve

JSON: Final = "application/json"
_DESCRIPTIONS: Final = "application/vnd.oai.openapi+json, application/json;q=0.9"
_PLACES: Final = ("/openapi.json", "/openapi", "/api", "/api-docs", "/v3/api-docs")
_RELATIONS: Final = ("service-desc", "describedby")
_LISTS: Final = (
    "items",
    "features",
    "data",
    "value",
    "results",
    "member",
    "hydra:member",
    "@graph",
)
_IDS: Final = ("id", "@id", "identifier", "uuid", "@iot.id")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Operation:
    """GET on one path of the description; `parameters` are its query parameters by name."""

    path: str
    node: Mapping[str, Any]
    parameters: Mapping[str, Mapping[str, Any]]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names in braces."""
        return tuple(_VARIABLE.findall(self.path))

    @property
    def is_plain(self) -> bool:
        """Whether it can be asked without knowing anything."""
        return not self.variables and not any(p.get("required") for p in self.parameters.values())


@dataclass(frozen=True, slots=True)
class Api:
    """An interface, its description and where that was found. Paths go below `base`."""

    client: Client
    document: Mapping[str, Any]
    address: str
    base: str

    def get(self, path: str, accept: str = JSON, **params: Any) -> Answer:
        """GET a path of the description, or a link."""
        url = path if "://" in path else f"{self.base}{path}"
        return self.client.get(url, params=params or None, headers={"Accept": accept})

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What can be read, in the order of the description."""
        paths = self.document.get("paths")
        found = (_operation(self.document, p, n) for p, n in _items(paths))
        return tuple(o for o in found if o)

    def beside(self, listing: "Listing") -> Operation | None:
        """The operation that reads one record of a list."""
        start = f"{listing.operation.path.rstrip('/')}/"
        return next(
            (
                o
                for o in self.operations
                if o.path.startswith(start) and _VARIABLE.fullmatch(o.path.removeprefix(start))
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """A path that lists records: its first page, and the member that holds them (empty: the array itself)."""

    operation: Operation
    member: str
    records: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The path, for messages."""
        return self.operation.path


def find_api(client: Client) -> Api:
    """The interface's description, from the target file, its landing page or the usual places.

    Raises Inconclusive (not_offered) where there is none, Contradiction for one that is no OpenAPI 3.
    """
    for address in dict.fromkeys(_addresses(client)):
        answer = _ask(client, address)
        if answer is not None:
            document = _document(answer)
            if document is not None:
                return Api(client, document, answer.url, client.interface.url)
    named = client.interface.description
    where = f"at {named}" if named else "at the interface's address or the usual places below it"
    code = "not_offered"
    raise Inconclusive(code, f"no OpenAPI description in JSON was found {where}")


def _addresses(client: Client) -> Iterator[str]:
    named = client.interface.description
    if named:
        yield named
        return
    home = _ask(client, client.interface.url)
    if home is not None:
        links = [*home.links, *_links_of(_json(home))]
        yield from (_resolved(home, k) for k in links if k.get("rel") in _RELATIONS)
    yield from (f"{client.interface.url}{place}" for place in _PLACES)


def _ask(client: Client, address: str) -> Answer | None:
    try:
        answer = client.get(address, headers={"Accept": _DESCRIPTIONS})
    except Unanswered:
        return None
    return answer if answer.ok else None


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except (Contradiction, Inconclusive):
        return None


def _document(answer: Answer) -> Mapping[str, Any] | None:
    found = _json(answer)
    return (
        found if isinstance(found, Mapping) and ("openapi" in found or "swagger" in found) else None
    )


def _links_of(body: Any) -> list[Mapping[str, Any]]:
    links = body.get("links") if isinstance(body, Mapping) else None
    return [k for k in links if isinstance(k, Mapping)] if isinstance(links, list) else []


def _resolved(answer: Answer, link: Mapping[str, Any]) -> str:
    return urljoin(answer.url, str(link.get("href", "")))


def _items(paths: Any) -> Iterator[tuple[str, Any]]:
    yield from paths.items() if isinstance(paths, Mapping) else ()


def _operation(document: Any, path: str, node: Any) -> Operation | None:
    item = resolve(document, node)
    found = item.get("get") if isinstance(item, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    shared = item.get("parameters")
    own = found.get("parameters")
    listed = [
        *(shared if isinstance(shared, list) else ()),
        *(own if isinstance(own, list) else ()),
    ]
    parameters = [p for p in (resolve(document, x) for x in listed) if isinstance(p, Mapping)]
    named = {str(p["name"]): p for p in parameters if p.get("in") == "query" and "name" in p}
    return Operation(path, found, named)


def listings_of(api: Api) -> list[Listing]:
    """The paths without variables whose answer is a list of records, at most twenty tried."""
    found = []
    for operation in [o for o in api.operations if o.is_plain][:_MOST]:
        answer = api.get(operation.path)
        listed = records_in(_json(answer)) if answer.ok else None
        if listed and any(id_of(r) is not None for r in listed[1]):
            found.append(Listing(operation, listed[0], tuple(listed[1])))
    return [k for k in found if api.beside(k) or len(found) == 1] or found


def records_in(body: Any) -> tuple[str, list[Mapping[str, Any]]] | None:
    """The records of a page and the member they stand in; None when it is no list of objects."""
    if isinstance(body, list):
        return ("", body) if all(isinstance(r, Mapping) for r in body) else None
    if not isinstance(body, Mapping):
        return None
    lists = {
        k: v for k, v in body.items()
        if k != "links" and isinstance(v, list) and all(isinstance(r, Mapping) for r in v)
    }  # fmt: skip
    name = next((n for n in _LISTS if n in lists), None) or next(iter(lists), None)
    return None if name is None or (len(lists) > 1 and name not in _LISTS) else (name, lists[name])


def id_of(record: Mapping[str, Any]) -> str | None:
    """What identifies a record: the value of the usual member, as text."""
    value = next((record[n] for n in _IDS if n in record), None)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole or isinstance(value, str) else None


def next_of(answer: Answer) -> str | None:
    """The address of the following page, from the Link header, the links or a `next` member."""
    body = _json(answer)
    links = [*answer.links, *_links_of(body)]
    href = next((k.get("href") for k in links if "next" in str(k.get("rel", "")).split()), None)
    if href is None and isinstance(body, Mapping):
        href = next((body[k] for k in ("next", "@iot.nextLink", "nextLink") if k in body), None)
    return urljoin(answer.url, href) if isinstance(href, str) and href else None


def filled(operation: Operation, value: str) -> str:
    """The path of an operation with its one variable filled."""
    return _VARIABLE.sub(lambda _: quote(value, safe=""), operation.path)
