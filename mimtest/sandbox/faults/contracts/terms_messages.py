"""Ways to break rulebook, terms and catalogue: what these faults share."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

CATALOGUE = "/catalogue"
#: Makes another answer of one.
Change = Callable[[Request, Response], Response]
#: Changes a JSON document in place.
Rework = Callable[[Any], object]


def at(
    path: str, id: str, *kills: str, beside: tuple[str, ...] = (), below: bool = False
) -> Callable[[Change], Change]:
    """Register a function that makes another answer of that of a path, or of all `below` it."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            here = request.path.startswith(path) if below else request.path.rstrip("/") == path
            response = proceed(request)
            return change(request, response) if here else response

        act.__doc__ = change.__doc__
        fault(id, kills=kills, beside=beside)(act)
        return change

    return register


def reworked(
    path: str, id: str, *kills: str, beside: tuple[str, ...] = ()
) -> Callable[[Rework], Rework]:
    """Register a function that changes the JSON document at a path."""

    def register(rework: Rework) -> Rework:
        def change(_: Request, response: Response) -> Response:
            if response.status != 200:  # noqa: PLR2004
                return response
            value = response.json()
            rework(value)
            return response.with_json(value)

        change.__doc__ = rework.__doc__
        at(path, id, *kills, beside=beside)(change)
        return rework

    return register


def in_catalogue(
    id: str, old: str, new: str, *kills: str, beside: tuple[str, ...] = ()
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a change of words (a pattern) wherever the catalogue has them; the function says what it does."""

    def register(told: Callable[[], None]) -> Callable[[], None]:
        def change(request: Request, response: Response) -> Response:
            text = new.replace("{base}", request.base).encode()
            return response.with_body(re.sub(old.encode(), text, response.body))

        change.__doc__ = told.__doc__
        at(CATALOGUE, id, *kills, beside=beside, below=True)(change)
        return told

    return register
