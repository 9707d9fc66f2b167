"""Context source registrations as the broker keeps them (5.2.8 to 5.2.11, 5.2.34). Names are IRIs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from mimtest.sandbox.ngsild.syntax import instant


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CONSUMING: Final = _named(
    "retrieveEntity queryEntity queryBatch retrieveEntityTypes retrieveEntityTypeDetails "
    "retrieveEntityTypeInfo retrieveAttrTypes retrieveAttrTypeDetails retrieveAttrTypeInfo"
)
_SUBSCRIBING: Final = _named(
    "createSubscription updateSubscription retrieveSubscription querySubscription "
    "deleteSubscription"
)
_MAPPING: Final = _named(
    "retrieveEntityMap updateEntityMap deleteEntityMap createEntityMapQueryEntity"
)
_IDENTITY: Final = _named("retrieveContextSourceIdentity")
_UPDATING: Final = _named("updateEntity updateAttrs replaceEntity replaceAttrs")
_RETRIEVING: Final = _named("retrieveEntity queryEntity")
_WRITING: Final = _UPDATING | _named(
    "createEntity appendAttrs deleteAttrs deleteEntity mergeEntity purgeEntity"
)
_OTHERS: Final = _named(
    "createBatch upsertBatch updateBatch deleteBatch mergeBatch upsertTemporal "
    "appendAttrsTemporal deleteAttrsTemporal updateAttrInstanceTemporal "
    "deleteAttrInstanceTemporal deleteTemporal retrieveTemporal queryTemporal "
    "createEntityMapQueryTemporal"
)
#: The named groups of operations (table 4.20-2).
GROUPS: Final = {
    "federationOps": _CONSUMING | _SUBSCRIBING | _MAPPING | _IDENTITY,
    "associationOps": _CONSUMING | _SUBSCRIBING | _IDENTITY,
    "updateOps": _UPDATING,
    "retrieveOps": _RETRIEVING,
    "redirectionOps": _WRITING | (_CONSUMING - {"queryBatch"}) | _MAPPING | _IDENTITY,
}
#: The names of operations (table 4.20-1).
OPERATIONS: Final = _OTHERS.union(*GROUPS.values())
MODES: Final = ("inclusive", "exclusive", "redirect", "auxiliary")


@dataclass(frozen=True, slots=True)
class EntityInfo:
    """Entities a source may have: of these types, and with this id or one that fits the pattern."""

    types: tuple[str, ...]
    id: str | None = None
    pattern: re.Pattern[str] | None = None

    def has(self, id_: str) -> bool:
        """Whether an entity of that id may be meant."""
        if self.id is not None:
            return self.id == id_
        return self.pattern is None or self.pattern.search(id_) is not None


@dataclass(frozen=True, slots=True)
class RegistrationInfo:
    """Entities and the attributes of them a source may have; none of a kind is no restriction."""

    document: Mapping[str, Any]
    entities: tuple[EntityInfo, ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Interval:
    """A time from a start to an end, which may be open."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What became of the requests that a registration led to (table 5.2.9-2)."""

    sent: int = 0
    failed: int = 0
    last_success: str | None = None
    last_failure: str | None = None
    status: str | None = None

    def after(self, now: str, *, succeeded: bool) -> "Traffic":
        """The same with one more."""
        sent = self.sent + 1
        if succeeded:
            return replace(self, sent=sent, last_success=now, status="ok")
        return replace(self, sent=sent, failed=self.failed + 1, last_failure=now, status="failed")

    def as_dict(self) -> dict[str, Any]:
        """The members that tell of it."""
        shown = {
            "status": self.status,
            "timesSent": self.sent or None,
            "timesFailed": self.failed or None,
            "lastSuccess": self.last_success,
            "lastFailure": self.last_failure,
        }
        return {k: v for k, v in shown.items() if v is not None}


@dataclass(frozen=True, slots=True)
class Registration:
    """A context source and what it may have.

    `document` are its members, standard ones by their short names, those of its own by IRI.
    `information` may be fewer elements than the document has: those that a request is about.
    """

    id: str
    document: Mapping[str, Any]
    information: tuple[RegistrationInfo, ...]
    created: str = ""
    modified: str = ""
    traffic: Traffic = Traffic()

    @property
    def endpoint(self) -> str:
        """Where the source answers, without a slash at the end."""
        return str(self.document["endpoint"]).rstrip("/")

    @property
    def mode(self) -> str:
        """How it takes part in operations (4.3.6)."""
        return str(self.document.get("mode", "inclusive"))

    @property
    def is_proxied(self) -> bool:
        """Whether the broker itself does not hold what is registered."""
        return self.mode in ("exclusive", "redirect")

    @property
    def operations(self) -> frozenset[str]:
        """The single operations that the source offers."""
        named = self.document.get("operations", ["federationOps"])
        return frozenset[str]().union(*(GROUPS.get(n, {n}) for n in named))

    @property
    def tenant(self) -> str | None:
        """The tenant at the source."""
        return self.document.get("tenant")

    @property
    def alias(self) -> str | None:
        """The name of the source in Via headers."""
        return self.document.get("contextSourceAlias")

    @property
    def datasets(self) -> frozenset[str] | None:
        """The datasets the source has; None is no restriction."""
        given = self.document.get("datasetId")
        return None if given is None else frozenset(given)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes for which the source has entities."""
        given = self.document.get("scope", ())
        return (given,) if isinstance(given, str) else tuple(given)

    @property
    def extras(self) -> tuple[tuple[str, str], ...]:
        """What is given along with requests to the source (`contextSourceInfo`)."""
        pairs = self.document.get("contextSourceInfo", ())
        return tuple((p["key"], p["value"]) for p in pairs)

    @property
    def management(self) -> Mapping[str, Any]:
        """localOnly, timeout, cooldown, cacheDuration where given."""
        found: Mapping[str, Any] = self.document.get("management", {})
        return found

    @property
    def expires(self) -> datetime | None:
        """When it ends."""
        return instant(self.document.get("expiresAt"))

    def interval(self, member: str) -> Interval | None:
        """The observationInterval or managementInterval."""
        given = self.document.get(member)
        start = instant(given["startAt"]) if given else None
        return Interval(start, instant(given.get("endAt"))) if given and start else None

    @property
    def is_temporal(self) -> bool:
        """Whether it is about what was, and not what is (5.9.1)."""
        return "observationInterval" in self.document or "managementInterval" in self.document

    def about(self, information: tuple[RegistrationInfo, ...]) -> Self:
        """The same with these elements of its information only."""
        return replace(self, information=information)
