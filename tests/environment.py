"""What tests of a run's surroundings share: target files for a part of the demo city."""

import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import partial
from urllib.parse import unquote

from mimtest.sandbox.http import Request as CityRequest
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.targetfile import target_text
from tests.servers import Connection, Request, Server, answer, serve


def city_target(base: str, *interfaces: str, level: str = "writes") -> str:
    """A target file with some of the city's interfaces, its identities and claims."""
    text = target_text(base).replace('level = "writes"', f'level = "{level}"')
    tables = re.split(r"\n(?=\[)", text)
    return "\n".join(t for t in tables if _kept(t, interfaces))


def _kept(table: str, interfaces: tuple[str, ...]) -> bool:
    head = re.match(r"\[+(interfaces|identities)\.([\w-]+)", table)
    if head is None:
        return True
    if head[1] == "interfaces":
        return head[2] in interfaces
    issuer = re.search(r'^issuer = "([\w-]+)"', table, re.MULTILINE)
    where = re.search(r"^interfaces = \[(.*)\]", table, re.MULTILINE)
    named = {
        *([issuer[1]] if issuer else []),
        *re.findall(r'"([\w-]+)"', where[1] if where else ""),
    }
    return named <= {*interfaces}


#: What somebody between the tester and the platform answers to a request, given what the platform answers.
Meddle = Callable[[Request, Connection, Callable[[], bytes]], bytes]


def passes(asked: Request, connection: Connection, answered: Callable[[], bytes]) -> bytes:
    """Nobody meddles."""
    return answered()


@contextmanager
def between(
    platform: Platform, meddle: Meddle = passes, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A gateway before a platform, on a real socket."""

    def behave(connection: Connection) -> None:
        while (asked := connection.request()) is not None:
            answered = partial(_answer, platform, asked, server)
            connection.send(meddle(asked, connection, answered))

    with serve(behave, tls) as server:
        yield server


def _answer(platform: Platform, asked: Request, server: Server) -> bytes:
    """The platform's own answer, as bytes."""
    path, _, query = asked.target.partition("?")
    host = asked.headers.get("host", f"127.0.0.1:{server.port}")
    base = f"{server.scheme}://{host}"
    given = platform.handle(
        CityRequest(asked.method, unquote(path), query, asked.headers, asked.body, base, path)
    )
    fields = [f"{n}: {v}" for n, v in given.headers if n.lower() not in ("content-length", "date")]
    fields.append(f"Date: {formatdate(usegmt=True)}")
    bodiless = given.status in (204, 304)
    size = given.header("Content-Length") if asked.method == "HEAD" else str(len(given.body))
    fields += [] if bodiless or size is None else [f"Content-Length: {size}"]
    body = b"" if bodiless or asked.method == "HEAD" else given.body
    head = "\r\n".join([f"HTTP/1.1 {given.status} Said", *fields])
    return f"{head}\r\n\r\n".encode("latin-1") + body


def says(status: int, body: bytes = b"{}", *fields: str, kind: str = "application/json") -> Meddle:
    """Always the same answer, and not the platform's."""
    return lambda *_: answer(status, body, f"Content-Type: {kind}", *fields)


def one_in(number: int, act: Meddle, seed: int = 10) -> Meddle:
    """Meddle with one request in so many, by a dice that is the same each time."""
    dice, lock = random.Random(seed), threading.Lock()

    def meddle(asked: Request, connection: Connection, answered: Callable[[], bytes]) -> bytes:
        with lock:
            now = dice.randrange(number) == 0
        return (act if now else passes)(asked, connection, answered)

    return meddle


def cuts(asked: Request, connection: Connection, answered: Callable[[], bytes]) -> bytes:
    """Break off in the middle of the body."""
    whole = answered()
    connection.send(whole[: whole.index(b"\r\n\r\n") + 4 + 5])
    connection.reset()
    raise OSError


def loses_the_end(asked: Request, connection: Connection, answered: Callable[[], bytes]) -> bytes:
    """Pass on half of the body, as if it were the whole."""
    head, _, body = answered().partition(b"\r\n\r\n")
    half = body[: len(body) // 2]
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(half), head)
    return head + b"\r\n\r\n" + half


def waits(seconds: float) -> Meddle:
    """Answer late."""

    def meddle(asked: Request, connection: Connection, answered: Callable[[], bytes]) -> bytes:
        connection.pause(seconds)
        return answered()

    return meddle
