"""What mimtest serves to the product, path by path, and what the product asked for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from socket import socket
from typing import Final
from urllib.parse import urlsplit

from mimtest.network.incoming import DROPPED, Asked, Reply
from mimtest.network.listening import Server, listen_at
from mimtest.network.permission import is_loopback
from mimtest.network.recording import Recorder
from mimtest.target import Interface

MOST_KEPT: Final = 1000
#: A free port that only this machine reaches.
ANYWHERE: Final = "127.0.0.1:0"
#: What is kept as evidence of one path.
MOST_NOTED: Final = 60
READING: Final = ("GET", "HEAD")

Responder = Callable[[Asked], Reply]
#: Is told of what came, the reply and on whose behalf; gives the exchange's id.
Note = Callable[[Asked, Reply, str | None], str]


@dataclass(slots=True)
class _Path:
    respond: Responder
    methods: tuple[str, ...]
    below: bool
    noted: bool
    owner: str | None
    count: int = 0
    asked: list[Asked] = field(default_factory=list)


class Hosting:
    """The paths that are served; safe to use from several threads. Made by `host`.

    `local` is its address on this machine, `callback` the one outside, if there is one.
    """

    def __init__(self, local: str, callback: str | None = None, note: Note | None = None) -> None:
        self.local = local
        self.callback = callback
        self._note = note
        self._paths: dict[str, _Path] = {}
        self._changed = threading.Condition()

    def address_for(self, interface: Interface) -> str | None:
        """The address under which the product behind an interface gets here; None: there is none."""
        near = is_loopback(urlsplit(interface.url).hostname or "")
        return self.callback or (self.local if near else None)

    def put(
        self,
        path: str,
        what: Reply | Responder,
        *,
        methods: tuple[str, ...] = READING,
        below: bool = False,
        noted: bool = False,
        owner: str | None = None,
    ) -> None:
        """Serve at a path, which begins with a slash, the same answer or what a function gives.

        `methods` is empty where every method is answered; `below` takes the paths below it, too. What
        comes to a `noted` path is kept as evidence, on behalf of the check `owner`.
        """
        respond = (lambda _: what) if isinstance(what, Reply) else what
        with self._changed:
            self._paths[path] = _Path(respond, methods, below, noted, owner)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        with self._changed:
            return self._paths[path].count

    def asked(self, path: str) -> list[Asked]:
        """What was asked at a path, oldest first; at most the first `MOST_KEPT`."""
        with self._changed:
            return list(self._paths[path].asked)

    def wait(self, path: str, enough: Callable[[list[Asked]], bool], until: float) -> list[Asked]:
        """What was asked at a path, as soon as that is enough, or at a moment of the monotonic clock."""
        known = self._paths[path]
        with self._changed:
            while not enough(known.asked) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return list(known.asked)

    def answer(self, asked: Asked) -> Reply:
        """The answer to a request; 404 and 405 for what is not served."""
        with self._changed:
            known = self._find(asked.path)
        if known is None:
            return Reply(404)
        if known.methods and asked.method not in known.methods:
            return Reply(405, headers=(("Allow", ", ".join(known.methods)),))
        reply = known.respond(asked)
        with self._changed:
            known.count += 1
            if len(known.asked) < MOST_KEPT:
                known.asked.append(self._with_exchange(known, asked, reply))
            self._changed.notify_all()
        return reply

    def _with_exchange(self, known: _Path, asked: Asked, reply: Reply) -> Asked:
        if self._note is None or not known.noted or known.count > MOST_NOTED:
            return asked
        return replace(asked, exchange=self._note(asked, reply, known.owner))

    def _find(self, path: str) -> _Path | None:
        if path in self._paths:
            return self._paths[path]
        above = [p for p, known in self._paths.items() if known.below and path.startswith(f"{p}/")]
        return self._paths[max(above, key=len)] if above else None


@contextmanager
def host(
    listen: str = ANYWHERE,
    callback: str | None = None,
    *,
    worker: int = 0,
    note: Note | None = None,
) -> Iterator[Hosting]:
    """Listen at `host:port` until the block ends; port 0 takes a free one. Raises OSError.

    Each process of a run listens for itself: worker n at the port, and behind the callback's, plus n.
    """
    name, _, port = listen.rpartition(":")
    with listen_at(name.strip("[]"), int(port) + worker if int(port) else 0) as listener:
        outside = _shifted(callback, worker) if callback else None
        hosting = Hosting(_address(listener), outside, note)
        server = Server(hosting.answer, listener)
        thread = threading.Thread(target=server.run, daemon=True, name="mimtest-hosting")
        thread.start()
        try:
            yield hosting
        finally:
            server.stop()
            thread.join()


def noting(recorder: Recorder) -> Note:
    """What keeps what came, and the reply, among the exchanges of a run."""

    def note(asked: Asked, reply: Reply, owner: str | None) -> str:
        query = f"?{asked.query}" if asked.query else ""
        url = f"http://{asked.headers.get('host', 'mimtest')}{asked.path}{query}"
        came = recorder.request(asked.method, url, tuple(asked.headers.items()), asked.body)
        if reply.status == DROPPED:
            told = recorder.failure("dropped", "mimtest closed the connection without an answer")
            return recorder.came(came, told, owner).id
        fields = (("Content-Type", reply.media_type), *reply.headers)
        digest = f"sha256:{sha256(reply.body).hexdigest()}"
        answer = recorder.response(
            reply.status, fields, reply.body, size=len(reply.body), digest=digest
        )
        return recorder.came(came, answer, owner).id

    return note


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
