"""Making faults of the town's files: each changes one file and nothing else."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import OK, Document
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Change = Callable[[bytes], bytes]
Edit = Callable[[Document], object]


def of_bytes(
    name: str, id: str, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[Change], Change]:
    """Register a function that changes the content of one file; without `kills` it is a variant."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            response = proceed(request)
            if request.path != f"/downloads/{name}" or response.status != OK or not response.body:
                return response
            return response.with_body(change(response.body))

        act.__doc__ = change.__doc__
        fault(id, kills=kills, beside=beside)(act)
        return change

    return register


def of_text(
    name: str, id: str, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[Callable[[str], str]], Change]:
    """The same for a file that is text in UTF-8."""

    def register(change: Callable[[str], str]) -> Change:
        def act(body: bytes) -> bytes:
            return change(body.decode()).encode()

        act.__doc__ = change.__doc__
        return of_bytes(name, id, kills, beside)(act)

    return register


def of_json(
    name: str, id: str, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[Edit], Change]:
    """The same for a file that is one JSON object, changed in place."""

    def register(edit: Edit) -> Change:
        def act(body: bytes) -> bytes:
            document = Response(OK, body=body).json()
            edit(document)
            return dump(document)

        act.__doc__ = edit.__doc__
        return of_bytes(name, id, kills, beside)(act)

    return register
