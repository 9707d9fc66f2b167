"""What a broker asks a context source, by its meaning (GS CIM 009 4.3.6, 4.20): spelling does not matter.

Of the lists that select members, `attrs` and `pick` are the same; names may be short, prefixed or IRIs; a
query may come by GET or by POST.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.incoming import Asked
from mimtest.network.links import parse_links
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import shown
from mimtest.vocabulary.ngsild import CONTEXT_RELATION
from mimtest.vocabulary.ngsild_filter import Filter, read_filter
from mimtest.vocabulary.ngsild_names import DEFAULT_NAMES, Names

_BASE: Final = ("ngsi-ld", "v1")
_WORD: Final = re.compile(r"[^,;|()]+")
_RECEIVED: Final = re.compile(r"(?:[\w.-]+/)?[\w.]+\s+([^\s,(]+)")
_OWN: Final = ("id", "type", "scope", "@context")
#: The operation of each method on each resource (4.20); `?` where parameters decide.
_OPERATIONS: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "entities"): "queryEntity",
    ("POST", "entities"): "createEntity",
    ("DELETE", "entities"): "purgeEntity",
    ("GET", "entities/*"): "retrieveEntity",
    ("PUT", "entities/*"): "replaceEntity",
    ("PATCH", "entities/*"): "mergeEntity",
    ("DELETE", "entities/*"): "deleteEntity",
    ("POST", "entities/*/attrs"): "appendAttrs",
    ("PATCH", "entities/*/attrs"): "updateEntity",
    ("PUT", "entities/*/attrs/*"): "replaceAttrs",
    ("PATCH", "entities/*/attrs/*"): "updateAttrs",
    ("DELETE", "entities/*/attrs/*"): "deleteAttrs",
    ("POST", "entityOperations/create"): "createBatch",
    ("POST", "entityOperations/upsert"): "upsertBatch",
    ("POST", "entityOperations/update"): "updateBatch",
    ("POST", "entityOperations/merge"): "mergeBatch",
    ("POST", "entityOperations/delete"): "deleteBatch",
    ("POST", "entityOperations/query"): "queryBatch",
    ("GET", "types"): "retrieveEntityTypes",
    ("GET", "types/*"): "retrieveEntityTypeInfo",
    ("GET", "attributes"): "retrieveAttrTypes",
    ("GET", "attributes/*"): "retrieveAttrTypeInfo",
    ("GET", "temporal/entities"): "queryTemporal",
    ("GET", "temporal/entities/*"): "retrieveTemporal",
    ("POST", "temporal/entityOperations/query"): "queryTemporal",
    ("POST", "subscriptions"): "createSubscription",
    ("GET", "subscriptions"): "querySubscription",
    ("GET", "subscriptions/*"): "retrieveSubscription",
    ("PATCH", "subscriptions/*"): "updateSubscription",
    ("DELETE", "subscriptions/*"): "deleteSubscription",
    ("GET", "info/sourceIdentity"): "retrieveContextSourceIdentity",
}
_DETAILED: Final = {
    "retrieveEntityTypes": "retrieveEntityTypeDetails",
    "retrieveAttrTypes": "retrieveAttrTypeDetails",
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Entities by type, identifier or pattern of identifiers."""

    types: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    pattern: str | None = None


@dataclass(frozen=True)
class Forwarded:
    """One request to a source. `parts` are the segments of its path below /ngsi-ld/v1.

    `core` is the address of a core context that who asks knows, `documents` are other @contexts by address.
    """

    asked: Asked
    parts: tuple[str, ...]
    core: str
    documents: Mapping[str, Any]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.asked.method

    @cached_property
    def operation(self) -> str:
        """The name of the operation (4.20), empty for what is none."""
        above = self.parts[: len(self.parts) - len(self._below)]
        pattern = (*above, *("*" if i % 2 else p for i, p in enumerate(self._below)))
        known = (_OPERATIONS.get((self.method, "/".join(p))) for p in (self.parts, pattern))
        name = next(filter(None, known), "")
        return _DETAILED.get(name, name) if self.params.get("details") == "true" else name

    @property
    def _below(self) -> tuple[str, ...]:
        return self.parts[1:] if self.parts[:1] == ("temporal",) else self.parts

    @property
    def target(self) -> str:
        """The second segment of the path: an identifier, or the name of a type or an attribute."""
        return self._below[1] if len(self._below) > 1 else ""

    @property
    def attribute(self) -> str:
        """The attribute in the path, as the suite writes it."""
        place = self._below
        return self.names.short(place[3]) if len(place) > 3 else ""  # noqa: PLR2004

    @cached_property
    def params(self) -> dict[str, str]:
        """The parameters of the address; of a query by POST also those in the body."""
        pairs: list[tuple[str, str]] = []
        with suppress(ValueError):
            pairs = parse_qsl(self.asked.query, keep_blank_values=True, errors="replace")
        found = dict(pairs)
        if self.is_query_by_post and isinstance(self.body, dict):
            lists = {k: self.body[k] for k in ("attrs", "pick", "omit", "q", "scopeQ")
                     if k in self.body}  # fmt: skip
            found |= {k: v if isinstance(v, str) else _joined(v) for k, v in lists.items()}
        return found

    @property
    def is_query_by_post(self) -> bool:
        """Whether the query stands in the body."""
        return self.method == "POST" and self.parts[-2:] == ("entityOperations", "query")

    @cached_property
    def body(self) -> Any:
        """The JSON that came with it; None where there is none that can be read."""
        try:
            return parse_json(self.asked.body) if self.asked.body.strip() else None
        except (Contradiction, Unsettled):
            return None

    @property
    def link(self) -> str | None:
        """The address of the linked @context."""
        links = parse_links(self.header("link"), "")
        return next((k["href"] for k in links if CONTEXT_RELATION in k.get("rel", "")), None)

    @cached_property
    def names(self) -> Names:
        """What its names mean."""
        inside = self.body
        if isinstance(inside, list):
            inside = next((i for i in inside if isinstance(i, dict)), None)
        context = inside.get("@context") if isinstance(inside, dict) else None
        given = [c for c in (self.link, context) if c is not None]
        return Names(given, self.documents) if given else DEFAULT_NAMES

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """The entities it is about; none where it says nothing of them."""
        listed: Any = None
        if self.is_query_by_post and isinstance(self.body, dict):
            listed = self.body.get("entities")
        found = [s for s in listed if isinstance(s, dict)] if isinstance(listed, list) else []
        chosen = tuple(map(self._selector, found or [self.params]))
        return tuple(s for s in chosen if s != Selector())

    def _selector(self, given: Mapping[str, Any]) -> Selector:
        types, ids, pattern = given.get("type"), given.get("id"), given.get("idPattern")
        return Selector(
            frozenset(self.names.short(t) for t in _WORD.findall(_joined(types)) if t != "*"),
            frozenset(i for i in _joined(ids).split(",") if i),
            pattern if isinstance(pattern, str) else None,
        )

    @property
    def types(self) -> frozenset[str]:
        """The types it asks for; empty for any."""
        return frozenset(t for s in self.selectors for t in s.types)

    @property
    def ids(self) -> frozenset[str]:
        """The identifiers it asks for, that in the path included; empty for any."""
        own = {self.target} if self.parts[-2:-1] == ("entities",) else set()
        return frozenset(own | {i for s in self.selectors for i in s.ids})

    @property
    def attrs(self) -> frozenset[str] | None:
        """The attributes it asks for by `attrs` or `pick`; None for all."""
        given = [self.params[k] for k in ("attrs", "pick") if k in self.params]
        named = {self.names.short(n) for text in given for n in text.split(",") if n}
        return frozenset(named - set(_OWN)) if given else None

    @property
    def filter(self) -> Filter | None:
        """What its `q` says; None without one, or where that is beyond this reader."""
        return read_filter(self.params["q"], self.names) if "q" in self.params else None

    @property
    def local(self) -> bool:
        """Whether the source alone is meant (6.3.18)."""
        return self.params.get("local") == "true"

    @property
    def tenant(self) -> str | None:
        """The tenant (6.3.14)."""
        return self.asked.headers.get("ngsild-tenant")

    @property
    def via(self) -> tuple[str, ...]:
        """The pseudonyms of those it came through, the first of them first (RFC 9110 section 7.6.3)."""
        return tuple(_RECEIVED.findall(self.header("via")))

    def header(self, name: str) -> str:
        """A header, empty where there is none; the name in lower case."""
        return self.asked.headers.get(name, "")

    def says(self, option: str) -> bool:
        """Whether a representation is asked for, by `options` or by `format`."""
        given = f"{self.params.get('options', '')},{self.params.get('format', '')}"
        return option in given.split(",")

    def __str__(self) -> str:
        """The request in one line."""
        query = f"?{self.asked.query}" if self.asked.query else ""
        body = f" {shown(self.body)}" if self.body is not None else ""
        return f"{self.method} /{'/'.join(self.parts)}{query}{body}"


def forwarded(asked: Asked, start: str, core: str, documents: Mapping[str, Any]) -> Forwarded:
    """A request that came to the source below the path `start`; /ngsi-ld/v1 may stand before the rest."""
    rest = asked.path.removeprefix(start).strip("/")
    parts = tuple(unquote(s, errors="replace") for s in rest.split("/") if s)
    return Forwarded(asked, parts[2:] if parts[:2] == _BASE else parts, core, documents)


def _joined(value: Any) -> str:
    """A list of names as one text."""
    if isinstance(value, list):
        return ",".join(v for v in value if isinstance(v, str))
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)
