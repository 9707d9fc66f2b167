"""An HTTP interface that is described in OpenAPI 3: what it offers to read, and how its records are listed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mimtest.errors import Inconclusive, Unanswered
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.openapi import resolve
from mimtest.vocabulary.rest_records import id_of, json_of, links_of, records_in
from mimtest.vocabulary.web_addresses import joined

JSON: Final = "application/json"
_DESCRIPTIONS: Final = "application/vnd.oai.openapi+json, application/json;q=0.9"
_PLACES: Final = ("/openapi.json", "/openapi", "/api", "/api-docs", "/v3/api-docs")
_RELATIONS: Final = ("service-desc", "describedby")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_MOST: Final = 20
_MANY: Final = 1_000_000
#: What a variable of a path is called that stands for the identifier, whatever the member is called.
_KEY: Final = re.compile(r"(.*(id|uuid|uri|urn|iri)|identifier|pk|key)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operation:
    """GET on one path of the description; `parameters` are its query parameters by name.

    `open` says that no other parameter, such as a header field, is needed besides those of the path.
    """

    path: str
    node: Mapping[str, Any]
    parameters: Mapping[str, Mapping[str, Any]]
    open: bool = True

    @property
    def variables(self) -> tuple[str, ...]:
        """The names in braces."""
        return tuple(_VARIABLE.findall(self.path))

    @property
    def is_plain(self) -> bool:
        """Whether it can be asked without knowing anything."""
        needed = any(p.get("required") for p in self.parameters.values())
        return self.open and not self.variables and not needed

    def limits(self, name: str = "limit") -> tuple[int, int]:
        """The least and the most a whole number in a query parameter is documented to be."""
        schema = self.parameters.get(name, {}).get("schema")
        bounds = schema if isinstance(schema, Mapping) else {}
        least, most = (bounds.get(k) for k in ("minimum", "maximum"))
        return max(1, _whole(least, 1)), _whole(most, _MANY)


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
                return Api(client, document, answer.url, _base(client, document, answer.url))
    named = client.interface.description
    where = f"at {named}" if named else "at the interface's address or the usual places below it"
    code = "not_offered"
    raise Inconclusive(code, f"no OpenAPI description in JSON was found {where}")


def servers_of(document: Mapping[str, Any], address: str) -> list[str]:
    """The addresses below which the paths are: variables at their defaults, relative to the description."""
    listed = document.get("servers")
    found = []
    for server in listed if isinstance(listed, list) and listed else [{"url": "/"}]:
        if not isinstance(server, Mapping):
            continue
        url, variables = (server.get(k) for k in ("url", "variables"))
        for name, variable in _items(variables):
            default = variable.get("default", "") if isinstance(variable, Mapping) else ""
            url = str(url).replace(f"{{{name}}}", str(default))
        found.append(joined(address, str(url)).rstrip("/"))
    return found


def _base(client: Client, document: Mapping[str, Any], address: str) -> str:
    """The address under test, or else the server of the description that is at the same place."""
    own = client.interface.url
    named = servers_of(document, address)
    if own in named or not _has_paths_below(document, own):
        return own
    beside = (s for s in named if urlsplit(s).netloc == urlsplit(own).netloc)
    return next((s for s in beside if own.startswith(f"{s}/")), own)


def _has_paths_below(document: Mapping[str, Any], own: str) -> bool:
    """Whether the paths repeat the path of the address, and so begin higher up."""
    path = urlsplit(own).path.rstrip("/")
    names = [p for p, _ in _items(document.get("paths"))]
    return bool(path) and any(f"{n}/".startswith(f"{path}/") for n in names)


def _addresses(client: Client) -> Iterator[str]:
    named = client.interface.description
    if named:
        yield named
        return
    home = _ask(client, client.interface.url)
    if home is not None:
        links = [*home.links, *links_of(json_of(home))]
        yield from (_resolved(home, k) for k in links if k.get("rel") in _RELATIONS)
    yield from (f"{client.interface.url}{place}" for place in _PLACES)


def _ask(client: Client, address: str) -> Answer | None:
    try:
        answer = client.get(address, headers={"Accept": _DESCRIPTIONS})
    except Unanswered:
        return None
    return answer if answer.ok else None


def _document(answer: Answer) -> Mapping[str, Any] | None:
    found = json_of(answer)
    return (
        found if isinstance(found, Mapping) and ("openapi" in found or "swagger" in found) else None
    )


def _resolved(answer: Answer, link: Mapping[str, Any]) -> str:
    return answer.resolve(str(link.get("href", "")))


def _whole(value: Any, other: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else other


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
    rest = [p for p in parameters if p.get("in") in ("header", "cookie") and p.get("required")]
    return Operation(path, found, named, not rest)


def lists_of(api: Api) -> list[Listing]:
    """The paths without variables whose answer is a list of objects, at most twenty tried."""
    found = []
    for operation in [o for o in api.operations if o.is_plain][:_MOST]:
        answer = api.get(operation.path)
        listed = records_in(json_of(answer)) if answer.ok else None
        if listed:
            found.append(Listing(operation, listed[0], tuple(listed[1])))
    return found


def records_among(api: Api, lists: Iterable[Listing]) -> list[Listing]:
    """The lists whose records have identifiers; of several those whose records can be read one by one."""
    found = [k for k in lists if any(id_of(r) is not None for r in k.records)]
    return [k for k in found if api.beside(k) or len(found) == 1] or found


def documenting(listings: Iterable[Listing], name: str) -> list[Listing]:
    """The lists that document a parameter. Raises Inconclusive where there is none."""
    found = [k for k in listings if name in k.operation.parameters]
    if not found:
        raise Inconclusive("not_offered", f"no list of records documents a parameter '{name}'")
    return found


def key_of(operation: Operation, record: Mapping[str, Any]) -> str | None:
    """What of a record stands for the variable of the path that reads it; None where nobody says so.

    A slash inside is left alone: it does not get through every server and proxy.
    """
    name = operation.variables[-1]
    held = record.get(name)
    known = str(held) if isinstance(held, str | int) and not isinstance(held, bool) else None
    key = known or (id_of(record) if _KEY.fullmatch(name) else None)
    return key if key and "/" not in key else None


def filled(operation: Operation, value: str) -> str:
    """The path of an operation with its one variable filled."""
    return _VARIABLE.sub(lambda _: quote(value, safe=""), operation.path)
