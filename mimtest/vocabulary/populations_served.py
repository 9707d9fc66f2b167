"""Where the entities of a type are served: NGSI-LD, NGSI v2, OGC API Features, and other HTTP interfaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mimtest.errors import Inconclusive
from mimtest.models.representations import form_of
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary import ngsild, ngsiv2, ogcapi, ogcapi_pages
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.populations import Page
from mimtest.vocabulary.rest_records import json_of, next_of, records_of
from mimtest.vocabulary.web_addresses import address_parts

_TOTALS: Final = (
    "numberMatched",
    "total",
    "totalCount",
    "total_count",
    "@odata.count",
    "@iot.count",
)
_TOTAL_FIELDS: Final = ("x-total-count", "total-count")
_OFFSETS: Final = ("offset", "startindex", "start", "skip")
#: What a record may be in by itself; any other is plain.
_TOLD: Final = ("feature", "normalized", "ngsi-v2")
_WHAT: Final = "the query for a sample"


@dataclass(frozen=True, slots=True)
class NgsildEntities:
    """Entities of a type at an NGSI-LD broker (GS CIM 009 5.7.2)."""

    broker: ngsild.Broker
    type: str
    form: str = "normalized"

    def first(self, count: int) -> Page:
        """The first page; a broker that cannot count is asked without."""
        answer = self.broker.query(type=self.type, limit=count, count=True)
        if answer.status == 400:  # noqa: PLR2004
            answer = self.broker.query(type=self.type, limit=count)
        return self._page(answer)

    def after(self, page: Page) -> Page | None:
        """By the link `next` (6.3.10)."""
        if page.following is None:
            return None
        return self._page(self.broker.get(page.following), page.start + len(page.items))

    def part(self, start: int, count: int) -> Page | None:
        """By `offset`."""
        return self._page(self.broker.query(type=self.type, limit=count, offset=start), start)

    def _page(self, answer: Answer, start: int = 0) -> Page:
        items = tuple(ngsild.entities_in(assert_status(answer, 200, what=_WHAT)))
        total = number(answer.headers.get("ngsild-results-count"))
        return Page(answer, items, total, start, ngsild.next_page(answer))


@dataclass(frozen=True, slots=True)
class V2Entities:
    """Entities of a type at an NGSI v2 broker ("List Entities")."""

    broker: ngsiv2.V2Broker
    type: str
    form: str = "ngsi-v2"

    def first(self, count: int) -> Page:
        """The first page."""
        return self._asked(0, count)

    def after(self, page: Page) -> Page | None:
        """By `offset`, as long as there are more by the count."""
        start = page.start + len(page.items)
        if page.total is None or not page.items or start >= page.total:
            return None
        return self._asked(start, len(page.items))

    def part(self, start: int, count: int) -> Page | None:
        """By `offset`."""
        return self._asked(start, count)

    def _asked(self, start: int, count: int) -> Page:
        where = {"offset": start} if start else {}
        answer = self.broker.query(type=self.type, limit=count, options="count", **where)
        items = tuple(ngsiv2.entities_in(assert_status(answer, 200, what=_WHAT)))
        return Page(answer, items, number(answer.headers.get("fiware-total-count")), start)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a collection of OGC API Features (17-069r4 7.15)."""

    service: ogcapi.Service
    collection: ogcapi.Collection
    form: str = "feature"

    def first(self, count: int) -> Page:
        """The first page."""
        return self._page(self.service.features(self.collection.items, fresh=True, limit=count))

    def after(self, page: Page) -> Page | None:
        """By the link `next`."""
        if page.following is None:
            return None
        answer = self.service.get(page.following, accept=ogcapi.FEATURES, fresh=True)
        return self._page(answer, page.start + len(page.items))

    def part(self, start: int, count: int) -> Page | None:
        """By the parameter that the links `next` use to say where a page starts: no standard names one."""
        name = _offset_in(self.first(1).following)
        if name is None:
            return None
        address = replaced(self.collection.items, {name: start, "limit": count})
        return self._page(self.service.get(address, accept=ogcapi.FEATURES, fresh=True), start)

    def _page(self, answer: Answer, start: int = 0) -> Page:
        items = tuple(ogcapi_pages.features_of(assert_status(answer, 200, what=_WHAT)))
        total = answer.json().get("numberMatched")
        return Page(answer, items, number(total), start, ogcapi_pages.next_page(answer))


@dataclass(frozen=True, slots=True)
class Records:
    """The records at a path of another HTTP interface."""

    client: Client
    path: str
    _known: dict[str, Page] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """The form of the first record, if its members tell."""
        items = self.first(0).items
        told = form_of(items[0]) if items else "plain"
        return told if told in _TOLD else "plain"

    def first(self, count: int) -> Page:  # noqa: ARG002 - nothing says how a size is asked for
        """The page at the path."""
        if "" not in self._known:
            self._known[""] = self._page(self._ask(self.path))
        return self._known[""]

    def after(self, page: Page) -> Page | None:
        """By what the answer names as the next page."""
        if page.following is None:
            return None
        return self._page(self._ask(page.following), page.start + len(page.items))

    def part(self, start: int, count: int) -> Page | None:
        """By the parameter that the addresses of next pages use to say where they start."""
        following = self.first(0).following
        name = _offset_in(following)
        if following is None or name is None:
            return None
        return self._page(self._ask(replaced(following, {name: start, "limit": count})), start)

    def _ask(self, where: str) -> Answer:
        return self.client.get(where, headers={"Accept": "application/json"})

    def _page(self, answer: Answer, start: int = 0) -> Page:
        items = records_of(assert_status(answer, 200, what=_WHAT))
        return Page(answer, tuple(items), _total(answer), start, next_of(answer))


def collection_at(service: ogcapi.Service, id: str) -> ogcapi.Collection:
    """The collection of that id. Raises Inconclusive (no_data) when the service lists none."""
    listed = ogcapi.collections_of(service, service.linked("data", "/collections"))
    found = next((c for c in listed if c.id == id), None)
    if found is None:
        names = ", ".join(c.id for c in listed[:12]) or "none"
        raise Inconclusive("no_data", f"the service lists no collection '{id}', but {names}")
    return found


def number(value: Any) -> int | None:
    """A count as a number; None for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return whole(text)


def _total(answer: Answer) -> int | None:
    body = json_of(answer)
    held = [body.get(n) for n in _TOTALS] if isinstance(body, Mapping) else []
    told = [*held, *(answer.headers.get(n) for n in _TOTAL_FIELDS)]
    return next((n for n in map(number, told) if n is not None), None)


def _offset_in(url: str | None) -> str | None:
    """The parameter of a next page's address that says where it starts."""
    pairs = parse_qsl(address_parts(url or "").query)
    return next((n for n, v in pairs if n.lower() in _OFFSETS and number(v) is not None), None)


def replaced(url: str, parameters: Mapping[str, Any]) -> str:
    """An address with these parameters in place of any of their names."""
    parts = urlsplit(url)
    kept = [(n, v) for n, v in parse_qsl(parts.query) if n not in parameters]
    query = urlencode([*kept, *((n, str(v)) for n, v in parameters.items())])
    return urlunsplit(parts._replace(query=query))
