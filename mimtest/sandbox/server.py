"""The platform on a real socket of the loopback interface."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.listening import Listener
from mimtest.sandbox.platform import Platform

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mimtest.sandbox.stand import Place


class _Server(Listener):
    """Answers as the platform does."""

    def __init__(self, platform: Platform, host: str, port: int) -> None:
        super().__init__(host, port)
        self.platform = platform

    def reply(self, request: Request, connection: socket.socket) -> Response:
        """The platform's answer."""
        del connection
        return self.platform.handle(request)


class Address(str):
    """The base address of a platform; `stand` is where its host that speaks TLS is, if it has one."""

    __slots__ = ("stand",)
    stand: "Place | None"


def _address(server: _Server, stand: "Place | None") -> Address:
    base = Address(f"http://{server.place}")
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
    with _Server(platform, host, port) as server, _stand(platform) as stand:
        thread = server.start()
        try:
            yield _address(server, stand)
        finally:
            server.end()
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
    with _Server(platform, host, port) as server, _stand(platform) as stand:
        if on_ready is not None:
            on_ready(_address(server, stand))
        try:
            server.serve_forever(0.1)
        finally:
            platform.close()
