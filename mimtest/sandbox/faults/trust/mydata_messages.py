"""Ways to break operator, connector and registry of personal data: what these faults share."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.idp.jose import decode
from mimtest.sandbox.mydata.parties import keys_of

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Change = Callable[[Any], object]


def of_json(path: str, id: str, *kills: str) -> Callable[[Change], Change]:
    """Register a function that changes the JSON of 2xx answers at a path in place, or returns another."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            response = proceed(request)
            if request.path != path or response.status != 200:  # noqa: PLR2004
                return response
            value = response.json()
            changed = change(value)
            return response.with_json(value if changed is None else changed)

        act.__doc__ = change.__doc__
        fault(id, kills=kills)(act)
        return change

    return register


def at(path: str, id: str, *kills: str) -> Callable[[Act], Act]:
    """Register an act for requests at a path."""

    def register(act: Act) -> Act:
        def here(request: Request, platform: "Platform", proceed: Proceed) -> Response:
            fits = request.path == path
            return act(request, platform, proceed) if fits else proceed(request)

        here.__doc__ = act.__doc__
        return fault(id, kills=kills)(here)

    return register


def ticket_of(request: Request) -> str:
    """The token that a request carries."""
    return request.headers.get("authorization", "").partition(" ")[2]


def claims_in(text: str) -> dict[str, Any]:
    """What a ticket says; nothing of a text that is none."""
    parts = text.split(".")
    return dict(json.loads(decode(parts[1]))) if len(parts) == 3 else {}  # noqa: PLR2004


def other_ticket(response: Response, change: Change) -> Response:
    """The answer with a ticket whose claims are changed in place."""
    if response.status != 200:  # noqa: PLR2004
        return response
    value = response.json()
    claims = claims_in(value["access_token"])
    change(claims)
    return response.with_json(value | {"access_token": keys_of("operator").sign(claims)})
