"""SensorThings API 1.1 (OGC 18-088) as a visitor sees it: its sets, entities, pages and query options."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_status, json_object, member, objects, shown
from mimtest.vocabulary.readiness_sensorthings import JSON, root_path
from mimtest.vocabulary.web_addresses import joined

ID: Final = "@iot.id"
SELF: Final = "@iot.selfLink"
NEXT: Final = "@iot.nextLink"
COUNT: Final = "@iot.count"
LINK: Final = "@iot.navigationLink"
#: Characters that stand in a query as they are; the others are percent-encoded.
_PLAIN: Final = "$,:/()'=;@*"
_VERSION_1: Final = "/iot_sensing/1."
_OTHER_VERSION: Final = re.compile(r"sensorthings\w*/2\.|iot_sensing/2\.", re.IGNORECASE)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_PAGES: Final = 8

Document = Mapping[str, Any]


def key_of(id: Any) -> str:
    """An id as it stands in parentheses: a number, or a text in quotes."""
    if isinstance(id, int) and not isinstance(id, bool):
        return str(id)
    text = quote(str(id).replace("'", "''"), safe=":'()!*,;=@$+~")
    return f"'{text}'"


def literal(value: Any) -> str:
    """A value as it stands in a filter."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        whole, _, fraction = f"{value:.12f}".partition(".")
        return f"{whole}.{fraction.rstrip('0') or '0'}"
    return "'{}'".format(str(value).replace("'", "''"))


def id_literals(value: Any) -> list[str]:
    """The ways an id may stand in a filter: a UUID is a text to some services, and to others as in OData."""
    bare = [value] if isinstance(value, str) and _UUID.fullmatch(value) else []
    return [literal(value), *bare]


def spelled(address: str, options: Mapping[str, Any]) -> str:
    """An address with query options, named without their dollar sign."""
    query = "&".join(
        f"${name}={quote(_text(value), safe=_PLAIN)}" for name, value in options.items()
    )
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(slots=True)
class Sensing:
    """The service under test. An address is asked once and its answer kept, unless `fresh`."""

    client: Client
    root: Answer
    sets: dict[str, str]
    _kept: dict[str, Answer] = field(default_factory=dict)

    def get(self, address: str, *, fresh: bool = False, **options: Any) -> Answer:
        """GET with query options, named without their dollar sign."""
        asked = spelled(address, options)
        if fresh or asked not in self._kept:
            self._kept[asked] = self.client.get(asked, headers=JSON)
        return self._kept[asked]

    def resolve(self, link: str) -> str:
        """A link found in an answer as an absolute address; relative ones start at the root."""
        return joined(f"{self.root.url.partition('?')[0].rstrip('/')}/", link)

    def address(self, name: str) -> str:
        """Where a set is, as the service's root says."""
        return self.sets.get(name) or self.client.url(f"/{name}")

    def place(self, name: str, id: Any, *further: str) -> str:
        """Where an entity is, or what `further` leads to from there (18-088 9.2.3)."""
        stem = self.address(name).partition("?")[0].rstrip("/")
        return "/".join((f"{stem}({key_of(id)})", *further))

    def declared(self) -> list[str]:
        """The requirements and classes the root says are met; none where it says nothing."""
        listed = self.settings().get("conformance")
        return [c for c in listed if isinstance(c, str)] if isinstance(listed, list) else []

    def settings(self) -> Document:
        """What the root says of the service."""
        settings = json_object(self.root, "the service root").get("serverSettings")
        return settings if isinstance(settings, Mapping) else {}

    def require(self, name: str) -> None:
        """Raise NotApplicable unless a class of requirements is declared, whole or in part."""
        if not any(_VERSION_1 in c and f"/req/{name}" in c for c in self.declared()):
            raise NotApplicable("class_not_declared", f"the service does not declare {name}")


def sensing_of(client: Client) -> Sensing:
    """The service at the client's address. Raises Contradiction, NotApplicable for version 2.0."""
    __tracebackhide__ = True
    root = assert_status(client.get(root_path(client.get), headers=JSON), 200)
    document = json_object(root, "the service root")
    found = Sensing(client, root, {})
    found.sets |= {
        entry["name"]: found.resolve(entry["url"])
        for entry in objects(member(document, "value", list, "the service root"), "'value'")
        if isinstance(entry.get("name"), str) and isinstance(entry.get("url"), str)
    }
    _require_version(found)
    nothing = client.get(f"/MimtestNothing{client.run_id}")
    if nothing.status == 200 and "html" not in nothing.media_type:  # noqa: PLR2004
        raise Inconclusive("control_failed", f"{nothing.url} does not exist and answers 200")
    return found


def _require_version(found: Sensing) -> None:
    """Raise NotApplicable for SensorThings 2.0, which has another data model and other names."""
    declared = found.declared()
    newer = [c for c in declared if _OTHER_VERSION.search(c)]
    if newer and not any(_VERSION_1 in c for c in declared):
        detail = f"the service declares SensorThings 2.0 ({newer[0]}), which is not covered"
        raise NotApplicable("version_not_claimed", detail)


def entity_of(answer: Answer, what: str = "the entity") -> dict[str, Any]:
    """The entity in a successful answer. Raises Contradiction."""
    __tracebackhide__ = True
    found = json_object(assert_status(answer, 200, what=what), what)
    member(found, ID, what=what)
    return found


def entities_of(answer: Answer, what: str | None = None) -> list[dict[str, Any]]:
    """The entities in the `value` of a successful answer. Raises Contradiction."""
    __tracebackhide__ = True
    name = what or urlsplit(answer.url).path
    document = json_object(assert_status(answer, 200, what=name), name)
    return objects(member(document, "value", list, name), f"'value' of {name}")


def ids_of(entities: Sequence[Document]) -> list[str]:
    """The ids of entities as text; an entity without one is a Contradiction."""
    __tracebackhide__ = True
    return [shown(member(e, ID, what="an entity")) for e in entities]


def count_of(answer: Answer) -> int:
    """The total that an answer states. Raises Contradiction."""
    __tracebackhide__ = True
    return int(member(json_object(answer), COUNT, int, "the answer"))


@dataclass(frozen=True, slots=True)
class Walk:
    """Entities of successive pages; `ended` says that no further page was announced.

    `stopped` says that there may be more pages, and enough was read.
    """

    pages: tuple[Answer, ...]
    found: tuple[dict[str, Any], ...]
    ended: bool
    stopped: bool = False

    @property
    def entities(self) -> tuple[dict[str, Any], ...]:
        """The entities; looking at them makes their pages evidence."""
        for page in self.pages:
            _ = page.status
        return self.found


def walk(sensing: Sensing, address: str, most: int, **how: Any) -> Walk:
    """Follow the pages from an address on until `most` entities are there. Raises Contradiction."""
    __tracebackhide__ = True
    fresh = bool(how.pop("fresh", False))
    page = sensing.get(address, fresh=fresh, **how)
    pages, found, seen = [page], list(entities_of(page)), {page.url}
    ahead = next_of(page)
    while ahead and ahead not in seen and len(found) < most and len(pages) < _MOST_PAGES:
        seen.add(ahead)
        page = sensing.get(ahead, fresh=fresh)
        pages.append(page)
        found += entities_of(page)
        ahead = next_of(page)
    stopped = ahead is not None and ahead not in seen
    return Walk(tuple(pages), tuple(found), ended=ahead is None, stopped=stopped)


def next_of(answer: Answer) -> str | None:
    """Where the next page is, if one is announced."""
    document = answer.json()
    link = document.get(NEXT) if isinstance(document, Mapping) else None
    return answer.resolve(link) if isinstance(link, str) else None


def texts(entities: Sequence[Document], name: str) -> Iterator[str]:
    """The texts that entities have for a property."""
    for entity in entities:
        value = entity.get(name)
        if isinstance(value, str) and value:
            yield value
