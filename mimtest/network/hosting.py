"""What mimtest serves to the product, path by path, and what the product asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket
from typing import Final
from urllib.parse import urlsplit

from mimtest.network.listening import Asked, Reply, Server, listen_at
from mimtest.network.permission import is_loopback
from mimtest.target import Interface

MOST_KEPT: Final = 1000
#: A free port that only this machine reaches.
ANYWHERE: Final = "127.0.0.1:0"
_METHODS: Final = ("GET", "HEAD")

Responder = Callable[[Asked], Reply]


@dataclass(slots=True)
class _Path:
    respond: Responder
    count: int = 0
    asked: list[Asked] = field(default_factory=list)


class Hosting:
    """The paths that are served; safe to use from several threads. Made by `host`.

    `local` is its address on this machine, `callback` the one outside, if there is one.
    """

    def __init__(self, local: str, callback: str | None = None) -> None:
        self.local = local
        self.callback = callback
        self._paths: dict[str, _Path] = {}
        self._lock = threading.Lock()

    def address_for(self, interface: Interface) -> str | None:
        """The address under which the product behind an interface gets here; None: there is none."""
        near = is_loopback(urlsplit(interface.url).hostname or "")
        return self.callback or (self.local if near else None)

    def put(self, path: str, what: Reply | Responder) -> None:
        """Serve at a path, which begins with a slash, the same answer or what a function gives."""
        respond = (lambda _: what) if isinstance(what, Reply) else what
        with self._lock:
            self._paths[path] = _Path(respond)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        with self._lock:
            return self._paths[path].count

    def asked(self, path: str) -> list[Asked]:
        """What was asked at a path, oldest first; at most the first `MOST_KEPT`."""
        with self._lock:
            return list(self._paths[path].asked)

    def answer(self, asked: Asked) -> Reply:
        """The answer to a request; 404 and 405 for what is not served."""
        with self._lock:
            known = self._paths.get(asked.path)
            if known is None:
                return Reply(404)
            if asked.method not in _METHODS:
                return Reply(405, headers=(("Allow", ", ".join(_METHODS)),))
            known.count += 1
            if len(known.asked) < MOST_KEPT:
                known.asked.append(asked)
            respond = known.respond
        return respond(asked)


@contextmanager
def host(
    listen: str = ANYWHERE, callback: str | None = None, *, worker: int = 0
) -> Iterator[Hosting]:
    """Listen at `host:port` until the block ends; port 0 takes a free one. Raises OSError.

    Each process of a run listens for itself: worker n at the port, and behind the callback's, plus n.
    """
    name, _, port = listen.rpartition(":")
    with listen_at(name.strip("[]"), int(port) + worker if int(port) else 0) as listener:
        hosting = Hosting(_address(listener), _shifted(callback, worker) if callback else None)
        server = Server(hosting.answer, listener)
        thread = threading.Thread(target=server.run, daemon=True, name="mimtest-hosting")
        thread.start()
        try:
            yield hosting
        finally:
            server.stop()
            thread.join()


def _address(listener: socket) -> str:
    """Where this machine reaches the listener."""
    name, port = listener.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)  # noqa: S104 (it is looked up)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _shifted(url: str, worker: int) -> str:
    """The address with a port that is so many higher."""
    if not worker:
        return url
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(f':{parts.port}')}:{port + worker}"
