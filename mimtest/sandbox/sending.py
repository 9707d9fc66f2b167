"""What the platform sends by itself, such as notifications: over HTTP or MQTT, to loopback only."""

from collections.abc import Callable, Container
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext, create_default_context
from typing import Final
from urllib.parse import urlsplit

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.sending_mqtt import PORTS, Unpublished, publish

SEND_SECONDS: Final = 5.0
MAX_ANSWER: Final = 8 * 1024 * 1024


class Unsent(Exception):  # noqa: N818 - an answer that is not there
    """Nobody answered; `late` tells whether that was a matter of time."""

    def __init__(self, why: str, *, late: bool = False) -> None:
        super().__init__(why)
        self.late = late


#: Sends a request to `base` + `raw_path`, within so many seconds; raises Unsent.
Send = Callable[[Request, float], Response]


def is_loopback(url: str, schemes: Container[str] = ("http", "https")) -> bool:
    """Whether an address is on this machine, and has one of the schemes."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in schemes and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


def request_to(
    method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> Request:
    """A request to an address; names of headers in any letter case."""
    parts = urlsplit(url)
    named = {k.lower(): v for k, v in (headers or {}).items()}
    path = parts.path or "/"
    base = f"{parts.scheme}://{parts.netloc}"
    return Request(method, path, parts.query, named, body, base=base, raw_path=path)


def send(request: Request, seconds: float = SEND_SECONDS) -> Response:
    """Send a request and read the answer, all within so many seconds. Raises Unsent."""
    if is_loopback(request.base, PORTS):
        return _published(request, seconds)
    import httpx  # noqa: PLC0415 (only when there is something to send)

    url = f"{request.base}{request.raw_path}" + (f"?{request.query}" if request.query else "")
    if not is_loopback(url):
        raise Unsent("the sandbox sends to loopback only")
    try:
        with httpx.Client(timeout=seconds, trust_env=False, verify=_trust()) as client:
            answer = client.request(
                request.method, url, headers=dict(request.headers), content=request.body
            )
    except httpx.TimeoutException as error:
        raise Unsent(type(error).__name__, late=True) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unsent(type(error).__name__) from None
    if len(answer.content) > MAX_ANSWER:
        raise Unsent("the answer is too large")
    kept = [(k, v) for k, v in answer.headers.multi_items() if k not in _OF_THE_TRANSFER]
    return Response(answer.status_code, tuple(kept), answer.content)


def _published(request: Request, seconds: float) -> Response:
    try:
        return publish(request, seconds)
    except Unpublished as error:
        raise Unsent(str(error), late=error.late) from None


@cache
def _trust() -> SSLContext:
    """Whom to believe; made once, because that takes longer than sending."""
    return create_default_context()


_OF_THE_TRANSFER: Final = ("content-encoding", "transfer-encoding", "content-length", "connection")
