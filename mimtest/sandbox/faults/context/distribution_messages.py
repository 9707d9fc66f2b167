"""What the broker asks context sources, and what is registered of them: as faults look at it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import API, resent, with_params
from mimtest.sandbox.faults.context.registrations import registers
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.ngsild.router import Broker

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: The last segment of the address of each source the checks run themselves.
SOURCE: Final = "/source"
Json = dict[str, Any]


def below(request: Request) -> str | None:
    """The path of a request to a source below the API's; None for what is sent elsewhere."""
    start, found, rest = request.raw_path.partition(f"{SOURCE}{API}")
    return rest if found and start else None


def retrieves_there(request: Request) -> bool:
    """Whether one entity of a source is read."""
    return request.method == "GET" and (below(request) or "").startswith("/entities/")


def queries_there(request: Request) -> bool:
    """Whether entities of a source are read by a query."""
    return request.method == "GET" and below(request) == "/entities"


def reads_there(request: Request) -> bool:
    """Whether a source is asked for entities."""
    return retrieves_there(request) or queries_there(request)


def asking(request: Request, change: Callable[[dict[str, str]], dict[str, str]]) -> Request:
    """The same request to a source with other parameters."""
    return with_params(request, change) if reads_there(request) else request


def registering(
    request: Request, proceed: Proceed, mode: str, change: Callable[[Json], Json]
) -> Response:
    """Register a source of the checks otherwise when it has the mode ("" for any)."""

    def changed(body: Json) -> Json:
        own = str(body.get("endpoint", "")).endswith(SOURCE)
        meant = mode in ("", body.get("mode", "inclusive"))
        return change(body) if own and meant else body

    return proceed(resent(request, changed) if registers(request) else request)


def alone(request: Request) -> Request:
    """The same request, about what the broker itself has."""
    return with_params(request, lambda p: p | {"local": "true"})


def is_shared(request: Request) -> bool:
    """Whether a request is about more than the broker itself has."""
    return request.params.get("local") != "true"


def elsewhere(request: Request, path: str) -> Request:
    """The same request to a source at another path below its API's."""
    start = request.raw_path.partition(f"{SOURCE}{API}")[0]
    raw = f"{start}{SOURCE}{API}{path}"
    return replace(request, path=raw, raw_path=raw)


def json_in(response: Response) -> Any:
    """The JSON in a successful answer; None where there is none."""
    try:
        return response.json() if response.status == 200 else None  # noqa: PLR2004
    except ValueError:
        return None


def offers(request: Request, platform: "Platform", operation: str) -> bool:
    """Whether the source that is asked offers an operation."""
    broker = platform.services[API]
    known = broker.tenants.get("", create=False) if isinstance(broker, Broker) else None
    address = f"{request.base}{request.raw_path}"
    return any(
        address.startswith(f"{r.endpoint}/") and operation in r.operations
        for r in (known.registrations.all() if known else ())
    )
