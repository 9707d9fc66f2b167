"""Who is known here: residents, and services that use what they share. All of them are invented."""

import hmac
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.sandbox.http import Request
from mimtest.sandbox.my.consents import Consent, kept_from_before

#: The tokens of the demo by the environment variable that holds each.
DEMO_SECRETS: Final = {
    "MIMTEST_DEMO_RESIDENT": "resident-5Jm3vQx8Lr2TzN7wKc4Hd9",
    "MIMTEST_DEMO_NEIGHBOUR": "neighbour-8Wq1bYf6Gp3RsV5nXe2Ut7",
    "MIMTEST_DEMO_LEAVER": "leaver-2Zk9hCd4Mv7JtB1yPs8Fa5",
    "MIMTEST_DEMO_LIBRARY": "library-6Nx3gLu9Qw5EiO2rTb7Kh1",
    "MIMTEST_DEMO_ADVERTISER": "advertiser-4Rv8mSj1Xz6DcW3pUo9Gy2",
}


@dataclass(slots=True)
class Person:
    """A resident: `data` is what is kept of her, `log` who looked at it."""

    id: str
    data: dict[str, Any]
    consents: list[Consent] = field(default_factory=list)
    log: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a resident, or a service and what it uses data for."""

    person: str | None = None
    service: str | None = None
    purpose: str | None = None


_RESIDENT: Final = "urn:example:resident:hanna-8f21"
_NEIGHBOUR: Final = "urn:example:resident:imre-3c77"
_LEAVER: Final = "urn:example:resident:jana-5d90"
_CALLERS: Final = {
    DEMO_SECRETS["MIMTEST_DEMO_RESIDENT"]: Caller(_RESIDENT),
    DEMO_SECRETS["MIMTEST_DEMO_NEIGHBOUR"]: Caller(_NEIGHBOUR),
    DEMO_SECRETS["MIMTEST_DEMO_LEAVER"]: Caller(_LEAVER),
    DEMO_SECRETS["MIMTEST_DEMO_LIBRARY"]: Caller(service="City library", purpose="library-card"),
    DEMO_SECRETS["MIMTEST_DEMO_ADVERTISER"]: Caller(service="Shop window", purpose="offers"),
}


def caller_of(request: Request) -> Caller | None:
    """Who asks, by the bearer token; None for nobody who is known."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = given.strip().encode()
    found = (c for known, c in _CALLERS.items() if hmac.compare_digest(known.encode(), token))
    return next(found, None)


def residents() -> dict[str, Person]:
    """The residents, as the demo begins."""
    people = (
        _person(_RESIDENT, "Hanna Vogt", "hanna.vogt@residents.example", "+49 30 5550181"),
        _person(_NEIGHBOUR, "Imre Szalai", "imre.szalai@residents.example", "+36 1 5550192"),
        _person(_LEAVER, "Jana Kralova", "jana.kralova@residents.example", "+421 2 5550174"),
    )
    people[0].consents.extend(kept_from_before(_RESIDENT))
    return {p.id: p for p in people}


def _person(id: str, name: str, email: str, phone: str) -> Person:
    data = {
        "id": id,
        "name": name,
        "email": email,
        "phone": phone,
        "nickname": name.split(maxsplit=1)[0],
    }
    return Person(id, data)
