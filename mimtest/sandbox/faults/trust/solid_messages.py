"""Ways to break a Solid pod: what these faults share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.pod.people import PREFIX, TOKENS

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Change = Callable[[Request, Response], Response]

ALICE, BOB = (f"Bearer {token}" for token in TOKENS)


def pod(id: str, *kills: str) -> Callable[[Act], Act]:
    """Register an act for requests to the pod."""

    def register(act: Act) -> Act:
        def here(request: Request, platform: "Platform", proceed: Proceed) -> Response:
            fits = request.path.startswith(f"{PREFIX}/")
            return act(request, platform, proceed) if fits else proceed(request)

        here.__doc__ = act.__doc__
        return fault(id, kills=kills)(here)

    return register


def answer(id: str, *kills: str) -> Callable[[Change], Change]:
    """Register a function that makes another answer of the pod's."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            return change(request, proceed(request))

        act.__doc__ = change.__doc__
        pod(id, *kills)(act)
        return change

    return register


def is_unknown(request: Request) -> bool:
    """Whether a request comes without credentials."""
    return "authorization" not in request.headers


def as_alice(request: Request) -> Request:
    """The request as the owner of the pod would send it."""
    return request.with_header("authorization", ALICE)


def without_link(response: Response, relation: str) -> Response:
    """The answer without links of a relation."""
    links = (response.header("Link") or "").split(", ")
    return response.with_header("Link", ", ".join(k for k in links if relation not in k))
