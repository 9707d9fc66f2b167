"""Who gets tokens in the demo city, and for what. Invented; the secrets are of use on this machine only."""

from dataclasses import dataclass
from typing import Final

READ: Final = "permits:read"
WRITE: Final = "permits:write"
#: What somebody may who looks after the whole office.
FULL: Final = f"{READ} {WRITE}"
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Client:
    """A client that the authorisation server knows.

    `tenant` is the part of the city it works for. `person` says that its tokens stand for somebody who
    sees only what is their own. `seconds` is how long its tokens live; below zero they ended so long ago.
    `form` says what it gets instead of a good access token, as if a tester had brought that along: an
    "id-token", one that is "revoked" or one that is "early".
    """

    id: str
    secret: str
    scope: str
    tenant: str = "water"
    person: bool = False
    seconds: int = _HOUR
    form: str = "access-token"
    audiences: tuple[str, ...] = ()


#: The audience of tokens that are of no use in the office, by the name the target file gives it.
ELSEWHERE: Final = "https://elsewhere.mimtest.invalid/api"
CLIENTS: Final = (
    Client("clerk", "demo-clerk-b4c1e0f7a92d", FULL),
    Client("reader", "demo-reader-77d0c35e18aa", READ),
    Client("visitor", "demo-visitor-0a6f12bb94ce", "profile"),
    Client("gardener", "demo-gardener-5e3d80c4f6b1", FULL, tenant="parks"),
    Client("anna", "demo-anna-2c9ab7d14f60", READ, person=True),
    Client("ben", "demo-ben-91f0e8a7b35d", READ, person=True),
    Client("yesterday", "demo-yesterday-3fb26a08cd71", FULL, seconds=-24 * _HOUR),
    Client("elsewhere", "demo-elsewhere-6d14f9c02be8", FULL, audiences=(ELSEWHERE,)),
    Client("tomorrow", "demo-tomorrow-a81c05e3f92b", FULL, form="early"),
    Client("returned", "demo-returned-c5d7290b1e6f", FULL, form="revoked"),
    Client("badge", "demo-badge-f80b62e7d9a4", FULL, form="id-token"),
    Client("seasonal", "demo-seasonal-1be47c90d3a8", READ),
    Client("hasty", "demo-hasty-84f2a6e1c05d", READ),
)
#: A token without inner structure that the office takes as the clerk's; it stands for those given by hand.
OFFICE_TOKEN: Final = "demo-office-7c52f4e09bd84a6fa3d1"  # noqa: S105 (invented)
#: The demo's secrets by the environment variables that its target file names.
DEMO_SECRETS: Final = {
    "MIMTEST_DEMO_OFFICE_TOKEN": OFFICE_TOKEN,
    **{f"MIMTEST_DEMO_{c.id.upper()}": c.secret for c in CLIENTS},
}
