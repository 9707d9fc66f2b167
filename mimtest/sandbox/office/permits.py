"""The permits that the office keeps, by tenant and holder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.rest.data import Collection

Permit = dict[str, Any]
#: The members of a permit that its holder sets.
FIELDS: Final = {"name": "string", "status": "string", "fee": "number"}
_FILTERS: Final = {"id": "string", **FIELDS}
_NOTICE: Final = {"permit": "string", "status": "string"}
_PERSON: Final = {"name": "string"}
_PEOPLE: Final = {"water": ("Clara Clerk", "Anna Mill", "Ben Bridge"), "parks": ("Greta Garden",)}
_URN: Final = "urn:ngsi-ld:Permit:exampleton:"
_STATES: Final = ("asked", "granted", "refused")


@dataclass(frozen=True, slots=True)
class Kept:
    """A permit, whose part of the city it belongs to, and whose it is."""

    permit: Permit
    tenant: str
    owner: str


def _permit(name: str, title: str, status: str, fee: float, place: tuple[float, float]) -> Permit:
    return {
        "id": f"{_URN}{name}",
        "type": "Permit",
        "name": title,
        "status": status,
        "fee": fee,
        "location": {"type": "Point", "coordinates": list(place)},
        "dateModified": f"2026-0{1 + len(title) % 9}-11T09:00:00Z",
    }


_STOCK: Final = (
    Kept(_permit("water-1", "New well", "granted", 120, (7.90, 51.60)), "water", "clerk"),
    Kept(_permit("water-2", "Cooling from the river", "asked", 900.5, (7.91, 51.605)), "water", "clerk"),
    Kept(_permit("anna-1", "Rain barrel at Mill Lane", "granted", 15, (7.894, 51.602)), "water", "anna"),
    Kept(_permit("anna-2", "Garden pump", "refused", 30, (7.895, 51.6025)), "water", "anna"),
    Kept(_permit("ben-1", "House connection", "asked", 410, (7.915, 51.598)), "water", "ben"),
    Kept(_permit("parks-1", "Summer fair in the park", "granted", 250, (7.887, 51.595)), "parks", "gardener"),
    Kept(_permit("parks-2", "Felling of two limes", "asked", 80, (7.889, 51.596)), "parks", "gardener"),
)  # fmt: skip


def owned(*, tenant: str | None = None, owner: str | None = None) -> tuple[str, ...]:
    """The identifiers and names of the permits that nobody else's data hold."""
    own = [k.permit for k in _STOCK if tenant in (None, k.tenant) and owner in (None, k.owner)]
    return tuple(str(p[member]) for member in ("id", "name") for p in own)


@dataclass(slots=True)
class Permits:
    """The permits. Safe to use from several threads."""

    kept: dict[str, Kept] = field(default_factory=lambda: {k.permit["id"]: k for k in _STOCK})
    lock: Lock = field(default_factory=Lock)

    def of(self, tenant: str, owner: str | None) -> dict[str, Collection]:
        """Those of a tenant, of one person where `owner` is named, and what goes with them."""
        with self.lock:
            seen = [k for k in self.kept.values() if k.tenant == tenant]
        own = tuple(k.permit for k in seen if owner in (None, k.owner))
        return {
            "permits": Collection("permits", "Permits", own, _FILTERS),
            "notices": Collection("notices", "Notices", tuple(map(_notice, own)), _NOTICE),
            "users": Collection("users", "Users", tuple(map(_user, _PEOPLE[tenant])), _PERSON),
        }

    def add(self, wanted: Mapping[str, Any], tenant: str, owner: str) -> Permit:
        """Keep a new one."""
        made = {"id": f"{_URN}{uuid4().hex}", "type": "Permit", "status": "asked", **wanted}
        with self.lock:
            self.kept[made["id"]] = Kept({**made, "dateModified": _now()}, tenant, owner)
            return self.kept[made["id"]].permit

    def change(self, id: str, wanted: Mapping[str, Any]) -> Permit | None:
        """Change members of one; None where it is gone."""
        with self.lock:
            old = self.kept.get(id)
            if old is None:
                return None
            permit = {**old.permit, **wanted, "dateModified": _now()}
            self.kept[id] = Kept(permit, old.tenant, old.owner)
            return permit

    def drop(self, id: str) -> None:
        """Keep one no longer."""
        with self.lock:
            self.kept.pop(id, None)


def _notice(permit: Permit) -> Permit:
    """What the office publishes within the tenant of a permit."""
    number = permit["id"].removeprefix(_URN)
    kept: Permit = {k: permit[k] for k in ("status", "location", "dateModified") if k in permit}
    return {"id": f"urn:ngsi-ld:Notice:exampleton:{number}", "type": "Notice", "permit": permit["id"], **kept}  # fmt: skip


def _user(name: str) -> Permit:
    short = name.partition(" ")[0].lower()
    return {
        "id": f"urn:ngsi-ld:Person:exampleton:{short}",
        "type": "Person",
        "name": name,
        "email": f"{short}@exampleton.example",
    }


_EXAMPLE: Final = _permit("example", "Example", "asked", 10, (7.9, 51.6))
#: What nobody has, for the description.
EXAMPLES: Final = (
    Collection("permits", "Permits", (_EXAMPLE,), _FILTERS),
    Collection("notices", "Notices", (_notice(_EXAMPLE),), _NOTICE),
    Collection("users", "Users", (_user("Jane Doe"),), _PERSON),
)


def mistake_in(wanted: Any, *, whole: bool) -> str | None:
    """What is wrong with the members of a permit, a `whole` one or some of them."""
    if not isinstance(wanted, dict) or not wanted:
        return "the body is an object with members of a permit"
    if whole and "name" not in wanted:
        return "the member 'name' is missing"
    for name, value in wanted.items():
        if name not in FIELDS:
            return "there is no such member that can be set"
        kinds = (int, float) if FIELDS[name] == "number" else (str,)
        if isinstance(value, bool) or not isinstance(value, kinds):
            return f"the member '{name}' is a {FIELDS[name]}"
    if wanted.get("status", "asked") not in _STATES:
        return f"the member 'status' is one of {', '.join(_STATES)}"
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
