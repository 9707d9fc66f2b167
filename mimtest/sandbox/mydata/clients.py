"""The services that use personal data of the demo city. Invented; the secrets are of use on this machine only."""

from dataclasses import dataclass
from typing import Final

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Client:
    """A service that uses data; `permitted` says whether the person lets it.

    `seconds` is how long its tickets live; below zero they ended so long ago.
    """

    id: str
    secret: str
    permitted: bool = True
    seconds: int = _HOUR


CLIENTS: Final = {
    c.id: c
    for c in (
        Client("travel-app", "demo-travel-3c90ad51be72"),
        Client("nosy-app", "demo-nosy-b7e4120fd86a", permitted=False),
        Client("slow-app", "demo-slow-58d1f3c07e94", seconds=-24 * _HOUR),
    )
}
#: The secrets by the environment variables that the demo's target file names.
DEMO_SECRETS: Final = {
    "MIMTEST_DEMO_TRAVEL_APP": CLIENTS["travel-app"].secret,
    "MIMTEST_DEMO_NOSY_APP": CLIENTS["nosy-app"].secret,
    "MIMTEST_DEMO_SLOW_APP": CLIENTS["slow-app"].secret,
}
