"""The platform on a real socket of the loopback interface (ASGI, served by uvicorn)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import uvicorn

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.platform import MAX_BODY, Platform

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mimtest.sandbox.stand import Place

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Requests that are answered at the same time.
_AT_ONCE: Final = 64
_BODILESS: Final = (204, 304)
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class Application:
    """The platform as an ASGI application. Requests are answered in worker threads."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._has_room = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _read_body(receive)
        request = _request(scope, body)
        self._make_room()
        response = await asyncio.to_thread(self._answer, request)
        await _send(response, request.method, send)

    def _make_room(self) -> None:
        """Have as many threads as clients that wait, not a few more than there are processors."""
        if not self._has_room:
            threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mimtest-sandbox")
            asyncio.get_running_loop().set_default_executor(threads)
            self._has_room = True

    def _answer(self, request: Request) -> Response:
        try:
            return self.platform.handle(request)
        except Exception:  # noqa: BLE001 (a bug here must look like any server's: 500, no trace)
            return problem(500, "the platform failed to answer")


async def _read_body(receive: Receive) -> bytes:
    """The body; of one that is too large just enough to show it, the rest is read and dropped."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        if size <= MAX_BODY:
            parts.append(message.get("body", b""))
            size += len(parts[-1])
    return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    host = headers.get("host") or "{}:{}".format(*scope["server"])
    raw_path = scope["raw_path"].decode("latin-1")
    return Request(
        method=scope["method"],
        path=unquote(raw_path),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        base=f"{scope['scheme']}://{host}",
        raw_path=raw_path,
    )


async def _send(response: Response, method: str, send: Send) -> None:
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers]
    named = {k.lower() for k, _ in headers}
    bodiless = response.status in _BODILESS or method == "HEAD"
    if not bodiless and b"content-length" not in named:
        headers.append((b"Content-Length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else response.body})


def _server(platform: Platform) -> uvicorn.Server:
    config = uvicorn.Config(
        Application(platform),
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    if host not in _LOOPBACK:
        msg = f"the sandbox listens on loopback only, not on {host}"
        raise ValueError(msg)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends answers at once instead of after a delayed ACK (40 ms).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class Address(str):
    """The base address of a platform; `stand` is where its host that speaks TLS is, if it has one."""

    __slots__ = ("stand",)
    stand: "Place | None"


def _address(listener: socket.socket, stand: "Place | None") -> Address:
    host, port = listener.getsockname()[:2]
    base = Address(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    base.stand = stand
    return base


def _stand(platform: Platform) -> "AbstractContextManager[Place | None]":
    if platform.stand is None:
        return nullcontext()
    from mimtest.sandbox.stand import serve_stand  # noqa: PLC0415 (cryptography takes its time)

    return serve_stand(platform.stand)


@contextmanager
def serve(platform: Platform, host: str = "127.0.0.1", port: int = 0) -> Iterator[Address]:
    """Serve the platform in a thread; gives its base address. Port 0 takes a free one.

    The socket listens before the address is given, so that no client comes too early.
    Raises ValueError for a host that is not loopback and OSError for a taken port.
    """
    with _listen(host, port) as listener, _stand(platform) as stand:
        server = _server(platform)
        thread = Thread(target=server.run, args=([listener],), daemon=True, name="mimtest-sandbox")
        thread.start()
        try:
            yield _address(listener, stand)
        finally:
            server.should_exit = True
            thread.join()
            platform.close()


def run_forever(
    platform: Platform,
    port: int = 0,
    on_ready: Callable[[Address], None] | None = None,
    host: str = "127.0.0.1",
) -> None:
    """Serve the platform until interrupted; `on_ready` gets the base address. Prints nothing.

    Raises ValueError for a host that is not loopback and OSError for a taken port.
    """
    with _listen(host, port) as listener, _stand(platform) as stand:
        if on_ready is not None:
            on_ready(_address(listener, stand))
        try:
            _server(platform).run([listener])
        finally:
            platform.close()
