"""Ways to break the catalogue of data: what these faults share."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Change = Callable[[Request, Response], Response]
CATALOGUE = "/catalogue/all"


def catalogue(id: str, *kills: str, beside: tuple[str, ...] = ()) -> Callable[[Act], Act]:
    """Register an act for requests to the catalogue and what is below its prefix."""

    def register(act: Act) -> Act:
        def here(request: Request, platform: "Platform", proceed: Proceed) -> Response:
            fits = request.path.startswith("/catalogue/")
            return act(request, platform, proceed) if fits else proceed(request)

        here.__doc__ = act.__doc__
        return fault(id, kills=kills, beside=beside)(here)

    return register


def answer(id: str, *kills: str, beside: tuple[str, ...] = ()) -> Callable[[Change], Change]:
    """Register a function that makes another answer of the catalogue's."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            return change(request, proceed(request))

        act.__doc__ = change.__doc__
        catalogue(id, *kills, beside=beside)(act)
        return change

    return register


def turtle(id: str, *kills: str, beside: tuple[str, ...] = ()) -> Callable[..., object]:
    """Register a function from one line of Turtle to another, or to None where it is left out."""

    def register(change: Callable[[str], str | None]) -> object:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            response = proceed(request)
            if not (response.header("Content-Type") or "").startswith("text/turtle"):
                return response
            kept = (change(line) for line in response.body.decode().split("\n"))
            lines = [line for line in kept if line is not None]
            return response.with_body("\n".join(_closed(lines)).encode())

        act.__doc__ = change.__doc__
        catalogue(id, *kills, beside=beside)(act)
        return change

    return register


def _closed(lines: list[str]) -> list[str]:
    """Lines in which the last statement about a thing ends as it has to, whatever was left out."""
    closed: list[str] = []
    for line in lines:
        if not line and closed and closed[-1].endswith(" ;"):
            closed[-1] = f"{closed[-1].removesuffix(' ;')} ."
        closed.append(line)
    return closed


def asking(request: Request, accept: str) -> Request:
    """The request as one that asks for another media type."""
    return replace(request, headers={**request.headers, "accept": accept})
