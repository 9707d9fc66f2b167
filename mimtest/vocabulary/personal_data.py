"""Asking an interface that keeps personal data: the parts that the target file names, as its description has them.

No standard fixes such an interface. The target file says where its parts are, and its OpenAPI description, where
there is one, how a part that changes something is asked: with which method and which example of a body.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.target import Identity
from mimtest.vocabulary.openapi import resolve
from mimtest.vocabulary.rest import find_api
from mimtest.vocabulary.rest_records import json_of
from mimtest.vocabulary.waiting import patience

#: The methods a part is asked with, the usual one first.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "grant": ("POST", "PUT"),
    "withdraw": ("POST", "DELETE", "PUT", "PATCH"),
    "rectify": ("PATCH", "PUT", "POST"),
    "erase": ("DELETE", "POST"),
    "export": ("GET", "POST"),
    "import": ("POST", "PUT"),
    "request": ("POST",),
}
_JSON: Final = "application/json"
_UNKNOWN: Final = 401
#: Seconds between looks for a change; the last again and again.
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 5.0)
#: What is asked for where nothing else is said.
ACCEPT: Final = "application/json, application/ld+json, */*;q=0.5"


class Asks(Protocol):
    """Who asks, and what its requests carry."""

    @property
    def identity(self) -> Identity:
        """As the target file names it."""

    @property
    def fields(self) -> Mapping[str, str]:
        """The header fields of its requests."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a part is asked: `body` is an example; `needs` counts what a request has to say, None where unknown."""

    method: str
    media_type: str = _JSON
    body: Any = None
    needs: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The interface, and its OpenAPI description if it has one."""

    client: Client
    description: Mapping[str, Any] | None

    def offers(self, *parts: str) -> bool:
        """Whether the target file names all these parts."""
        return all(p in self.client.interface.paths for p in parts)

    def require(self, *parts: str) -> None:
        """Raise NotApplicable for a part that the target file does not name."""
        missing = [p for p in parts if not self.offers(p)]
        if missing:
            name = self.client.interface.name
            detail = f"interfaces.{name}.paths does not name {', '.join(missing)}"
            raise NotApplicable("not_offered", detail)

    def where(self, part: str, who: Asks | None = None, record: str = "") -> str:
        """The path of a part: of a person's data, or of one record of consent."""
        self.require(part)
        path = self.client.interface.paths[part]
        return self.filled(path, who, record, lambda text: quote(text, safe=""))

    def filled(
        self,
        text: str,
        who: Asks | None,
        record: str = "",
        coded: Callable[[str], str] = str,
    ) -> str:
        """A text with the person and the record in the places that are kept for them."""
        if "{subject}" in text:
            owns = who.identity.owns if who else ()
            if not owns:
                detail = "an address names the person, and the target file does not say her name"
                raise Inconclusive("precondition_unmet", detail)
            text = text.replace("{subject}", coded(owns[0]))
        return text.replace("{id}", coded(record)) if record else text

    def read(
        self, part: str, who: Asks | None, *, of: Asks | None = None, accept: str = ACCEPT
    ) -> Answer:
        """GET a part as somebody, or as nobody: the data `of` a person, else the asker's own."""
        fields = dict(who.fields) if who else {}
        return self.client.get(
            self.where(part, of or who), headers={"Accept": accept, **fields}, auth=False
        )

    def require_known(self, part: str, who: Asks) -> None:
        """The control of what is kept from somebody: his token is taken. Raises Inconclusive."""
        if self.read(part, who).received.status == _UNKNOWN:
            detail = f"the token of {who.identity.name} is not taken at all"
            raise Inconclusive("auth_refused", detail)

    def way(self, part: str) -> Way:
        """How a part is asked by the description, else as is usual."""
        methods = METHODS[part]
        self.require(part)
        item = self._item(self.client.interface.paths[part])
        for method in methods:
            operation = resolve(self.description, item.get(method.lower()))
            if isinstance(operation, Mapping):
                return _way(self.description, item, operation, method)
        at_record = self.client.interface.paths[part].endswith("/{id}")
        return Way("DELETE" if part == "withdraw" and at_record else methods[0])

    def act(
        self, part: str, who: Asks, body: Any = None, *, record: str = "", way: Way | None = None
    ) -> Answer:
        """Ask for a change as somebody, with a body or else the description's example."""
        way = way or self.way(part)
        value = way.body if body is None else body
        content: dict[str, Any] = {}
        fields = {"Accept": ACCEPT, **who.fields}
        if value is not None:
            text = self.filled(json.dumps(value), who, record)
            content, fields["Content-Type"] = {"content": text}, way.media_type
        place = self.where(part, who, record)
        return self.client.request(way.method, place, headers=fields, auth=False, **content)

    def described(self, part: str) -> bool:
        """Whether the description has the path of a part."""
        return bool(self._item(self.client.interface.paths[part]))

    def _item(self, path: str) -> Mapping[str, Any]:
        """What the description says of the path that fits best."""
        paths = (self.description or {}).get("paths")
        sought = _shape(urlsplit(self.client.url(path)).path)
        fitting = (
            [p for p in paths if _ends(sought, _shape(p))] if isinstance(paths, Mapping) else []
        )
        best = max(fitting, key=len, default=None)
        item = (
            resolve(self.description, paths[best]) if best and isinstance(paths, Mapping) else None
        )
        return item if isinstance(item, Mapping) else {}


def account_of(client: Client) -> Account:
    """The interface with its description, if it has one that can be read."""
    named = client.interface.paths.get("description")
    try:
        document = json_of(client.get(named)) if named else find_api(client).document
    except (Inconclusive, Contradiction):
        document = None
    return Account(client, document if isinstance(document, Mapping) else None)


def _shape(path: str) -> list[str]:
    """The parts of a path; variables are alike."""
    parts = [p for p in path.strip("/").split("/") if p]
    return ["{}" if "{" in p or "%7B" in p.upper() else p for p in parts]


def _ends(path: list[str], end: list[str]) -> bool:
    return bool(end) and path[-len(end) :] == end


def _way(document: Any, item: Mapping[str, Any], operation: Mapping[str, Any], method: str) -> Way:
    body = resolve(document, operation.get("requestBody"))
    body = body if isinstance(body, Mapping) else {}
    contents = body.get("content")
    named = (
        {m: c for m, c in contents.items() if "json" in m} if isinstance(contents, Mapping) else {}
    )
    media_type = next(iter(named), _JSON)
    content = named.get(media_type) or {}
    schema = resolve(document, content.get("schema")) if isinstance(content, Mapping) else None
    schema = schema if isinstance(schema, Mapping) else {}
    needed = schema.get("required") if body.get("required") else ()
    count = len(needed) if isinstance(needed, list) else 0
    count += sum(1 for p in _parameters(document, item, operation) if p.get("in") != "path")
    return Way(method, media_type, _example(document, content, schema), count)


def _parameters(document: Any, *nodes: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parameters that have to be given."""
    for node in nodes:
        listed = node.get("parameters")
        for entry in listed if isinstance(listed, list) else ():
            parameter = resolve(document, entry)
            if isinstance(parameter, Mapping) and parameter.get("required"):
                yield parameter


def _example(document: Any, content: Any, schema: Mapping[str, Any]) -> Any:
    """The example of a body: of the content, the first of several, or of the schema."""
    if not isinstance(content, Mapping) or not content:
        return None
    several = content.get("examples")
    if isinstance(several, Mapping) and several:
        first = resolve(document, next(iter(several.values())))
        if isinstance(first, Mapping) and "value" in first:
            return first["value"]
    listed = schema.get("examples")
    of_schema = listed[0] if isinstance(listed, list) and listed else schema.get("example", {})
    return content.get("example", of_schema)


def looked_until(look: Callable[[], Answer], seen: Callable[[Answer], bool]) -> Answer:
    """The answer in which something is seen, else the last one within the time that changes may take.

    Looks become rarer: who lets changes take a minute is not asked six hundred times.
    """
    end = time.monotonic() + patience.get()
    pauses = iter(_PAUSES)
    answer = look()
    while not seen(answer) and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, next(pauses, _PAUSES[-1])))
        answer = look()
    return answer
