"""What surrounds a product is never held against it: `doctor` names what to change, and a run says why it cannot tell."""

import base64
import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import pytest
from click.testing import CliRunner

from mimtest.cli.doctor import command
from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform
from mimtest.session.launch import Order, launch
from tests.certificates import Authority
from tests.environment import (
    Meddle,
    between,
    city_target,
    cuts,
    loses_the_end,
    one_in,
    passes,
    says,
    waits,
)  # fmt: skip
from tests.servers import Connection, answer, closed_port, serve

TOKEN = "MIMTEST_TEST_TOKEN"
#: One that writes, one that reads, and, beside them, another interface that nothing is wrong with.
CHECKS = ("CTX-ENT-01", "CTX-ENT-03", "CTX-QRY-01", "PLA-C-0[12]")
HTML = b"<html><title>Please wait</title></html>"


@dataclass(frozen=True)
class Scene:
    """Where a fault is played: the town, a folder, and the target file of the town without it."""

    town: Platform
    folder: Path
    text: str
    base: str

    def at(self, url: str, *more: str) -> str:
        """The target file with the broker at another address, and more lines about it."""
        lines = "\n".join([f'url = "{url}/ngsi-ld/v1"', *more])
        old = f'url = "{self.base}/ngsi-ld/v1"'
        assert self.text.count(old) == 1
        return self.text.replace(old, lines)


Play = Callable[[Scene], contextlib.AbstractContextManager[str]]


@dataclass(frozen=True)
class Trouble:
    """A fault of the surroundings: what it `does`, what `doctor` says of it and the key it names, and the reasons a run gives.

    Without `codes` a run sees nothing of it. `ready` is whether `doctor` lets a run begin; `steady` whether it is the same each time.
    """

    does: str
    play: Play
    key: str = ""
    told: str = ""
    codes: frozenset[str] = frozenset()
    ready: bool = False
    steady: bool = True
    environ: Mapping[str, str] = field(default_factory=dict)


TROUBLES: dict[str, Trouble] = {}


def trouble(name: str, does: str, play: Play, *tells: str, **more) -> None:
    """Add a fault; `tells` are the key that `doctor` names, words it says, and the reason codes of a run."""
    key, told, codes = (*tells, "", "", "")[:3]
    full = key if "." in key or not key else f"interfaces.context.{key}"
    TROUBLES[name] = Trouble(does, play, full, told, frozenset(codes.split()), **more)


def moved(url: Callable[[Scene], str], *more: str) -> Play:
    """The broker is looked for at another address, or asked in another way."""

    @contextlib.contextmanager
    def play(scene: Scene) -> Iterator[str]:
        yield scene.at(url(scene), *more)

    return play


def behind(meddle: Meddle, *more: str) -> Play:
    """The broker stands behind a gateway."""

    @contextlib.contextmanager
    def play(scene: Scene) -> Iterator[str]:
        with between(scene.town, meddle) as gate:
            yield scene.at(gate.url, *more)

    return play


def at_times(number: int, act: Meddle, *more: str) -> Play:
    """One request in so many meets a whim of the gateway's; the dice are new each time it is played."""

    @contextlib.contextmanager
    def play(scene: Scene) -> Iterator[str]:
        with behind(one_in(number, act), *more)(scene) as text:
            yield text

    return play


def secured(scheme: str = "https", *more: str, **certificate) -> Play:
    """The broker stands behind a gateway that speaks TLS."""

    @contextlib.contextmanager
    def play(scene: Scene) -> Iterator[str]:
        with between(scene.town, passes, Authority(scene.folder).context(**certificate)) as gate:
            yield scene.at(f"{scheme}://127.0.0.1:{gate.port}", *more)

    return play


@contextlib.contextmanager
def refusing_tls(scene: Scene) -> Iterator[str]:
    """The broker's port does not know what a handshake is."""

    def refuse(connection: Connection) -> None:
        connection.sock.recv(4096)
        connection.send(answer(400))

    with serve(refuse) as server:
        yield scene.at(f"https://127.0.0.1:{server.port}")


def edited(old: str, new: str) -> Play:
    """Another line of the target file is wrong."""

    @contextlib.contextmanager
    def play(scene: Scene) -> Iterator[str]:
        assert re.search(old, scene.text)
        yield re.sub(old, new, scene.text, count=1)

    return play


def jwt(**claims: float) -> str:
    """A token that says when it is good; nobody signed it."""
    parts = ({"alg": "none"}, {name: time.time() + seconds for name, seconds in claims.items()})
    coded = (base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts)
    return ".".join((*coded, "x"))


def only(token: str) -> Meddle:
    """A gateway that lets one token in."""

    def meddle(asked, connection, answered):
        given = asked.headers.get("authorization") == f"Bearer {token}"
        return answered() if given else says(401)(asked, connection, answered)

    return meddle


def reading_only(asked, connection, answered):
    """A gateway where nobody writes."""
    reads = asked.method in ("GET", "HEAD", "OPTIONS")
    return answered() if reads else says(403)(asked, connection, answered)


def of_another_time(asked, connection, answered):
    """A gateway whose clock is two hours slow."""
    return re.sub(
        rb"Date: [^\r]*",
        f"Date: {formatdate(time.time() - 7200, usegmt=True)}".encode(),
        answered(),
    )


AUTH = f'auth = {{ kind = "bearer", token_env = "{TOKEN}" }}'
SHORT = "timeout = 1"
OPEN = "server_error unstable precondition_unmet control_failed"

# The way there
trouble(
    "dns",
    "its name does not exist",
    moved(lambda _: "http://broker.mimtest.invalid"),
    "url",
    "has no address",
    "dns",
)
trouble(
    "refused",
    "nobody listens",
    moved(lambda _: f"http://127.0.0.1:{closed_port()}"),
    "url",
    "cannot be reached",
    "unreachable",
)
trouble(
    "proxy down",
    "the environment names a proxy that is down",
    moved(lambda s: s.base),
    ready=True,
    environ=dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"
    ),
)
trouble(
    "proxy asks",
    "a proxy answers for it and asks for credentials",
    behind(says(407)),
    "url",
    "a proxy asks for credentials",
    "request_refused",
)
trouble(
    "portal",
    "a gateway has one page for everything",
    behind(says(200, HTML, kind="text/html")),
    "url",
    "a web page",
    "web_page",
)
trouble(
    "bad gateway",
    "a gateway finds nobody behind it",
    behind(says(502, HTML, kind="text/html")),
    "url",
    "502",
    "server_error",
)
# TLS
trouble(
    "self-signed", "its certificate is its own word", secured(own=True), "ca", "self-signed", "tls"
)
trouble(
    "unknown authority", "nobody knows who signed for it", secured(), "ca", "unknown issuer", "tls"
)
trouble(
    "expired",
    "its certificate has expired",
    secured("https", 'ca = "authority.pem"', days=-1),
    "url",
    "expired",
    "tls",
)
trouble(
    "wrong name",
    "its certificate is for another host",
    secured("https", 'ca = "authority.pem"', host="broker.example"),
    "url",
    "name mismatch",
    "tls",
)
trouble(
    "http for https",
    "it speaks plain HTTP where TLS is asked for",
    refusing_tls,
    "url",
    "Write http://",
    "tls",
)
trouble(
    "https for http",
    "it speaks TLS where plain HTTP is asked for",
    secured("http", own=True),
    "url",
    "write https://",
    "unreachable protocol body_cut",
)
# Time
trouble(
    "clock",
    "its clock is two hours slow",
    behind(of_another_time),
    "",
    "the clocks are 72",
    ready=True,
)
trouble(
    "slow",
    "it answers later than we wait",
    behind(waits(4), SHORT),
    "timeout",
    "no complete answer within 1 s",
    "timeout",
)
trouble(
    "slow at times",
    "one answer in ten comes later than we wait",
    at_times(10, waits(4), SHORT),
    "",
    "",
    "timeout",
    steady=False,
)
# Who asks
trouble(
    "token ended",
    "the token has ended",
    behind(only("good"), AUTH),
    "auth",
    "The token ended on",
    "auth_refused",
    environ={TOKEN: jwt(exp=-3600)},
)
trouble(
    "token of tomorrow",
    "the token is not good yet",
    behind(only("good"), AUTH),
    "auth",
    "The token is good from",
    "auth_refused",
    environ={TOKEN: jwt(nbf=86400, exp=90000)},
)
trouble(
    "no token",
    "a token is asked for and none given",
    behind(only("good")),
    "auth",
    "it asks for credentials",
    "auth_refused",
)
trouble(
    "token not needed",
    "whoever comes is let in",
    behind(passes, AUTH),
    "auth",
    "without credentials is answered 200",
    ready=True,
    environ={TOKEN: "a-token-nobody-asks-for"},
)
trouble(
    "read-only token",
    "the token is for reading",
    behind(reading_only, AUTH),
    "auth",
    "may not write (403)",
    "auth_refused",
    environ={TOKEN: "a-token-to-read-with"},
)
# What is asked for
trouble(
    "wrong path",
    "it is at another path",
    edited(r"/ngsi-ld/v1", "/broker"),
    "url",
    "One was found at",
    "wrong_path",
)
trouble(
    "wrong tenant",
    "there is no such tenant",
    moved(lambda s: s.base, 'headers = { NGSILD-Tenant = "nobody" }'),
    "headers",
    "speaks of the tenant",
    "wrong_path",
)
trouble(
    "no data",
    "there is nothing of these types, and nothing may be created",
    edited(r'(?s)level = "writes"(.*?)types = \[.*?\]', r'level = "safe"\1types = ["Unicorn"]'),
    "types",
    "no entity was found",
    "no_data",
)
trouble(
    "callback",
    "it cannot reach us",
    edited(
        r'level = "writes"',
        f'level = "writes"\nlisten = "127.0.0.1:{closed_port()}"\ncallback = "http://127.0.0.1:{closed_port()}"',
    ),
    "scope.callback",
    "",
    "no_way_back",
    ready=True,
)
# Limits and whims
trouble("limited", "it lets nobody in any more", behind(says(429)), "pace", "429", "rate_limited")
trouble(
    "limited for a second",
    "it asks to wait now and then, and says how long",
    at_times(20, says(429, b"{}", "Retry-After: 0")),
    ready=True,
)
trouble(
    "limited untold",
    "it asks to wait now and then, and does not say how long",
    at_times(30, says(429)),
    "",
    "",
    "rate_limited",
    steady=False,
)
trouble(
    "503 at times",
    "one request in ten is answered 503",
    at_times(10, says(503)),
    "",
    "",
    OPEN,
    steady=False,
)
trouble(
    "500 at times",
    "one request in ten is answered 500",
    at_times(10, says(500)),
    "",
    "",
    OPEN,
    steady=False,
)
trouble(
    "page at times",
    "one answer in ten is a gateway's page, with 200",
    at_times(10, says(200, HTML, kind="text/html")),
    "",
    "",
    OPEN,
    steady=False,
)
trouble(
    "reset at times",
    "one answer in ten breaks off in its body",
    at_times(10, cuts),
    "",
    "",
    "body_cut unreachable",
    steady=False,
)
trouble(
    "truncated",
    "the body is shorter than it says",
    behind(cuts),
    "url",
    "within the body",
    "body_cut",
)
trouble(
    "half at times",
    "one answer in ten lost its end on the way",
    at_times(10, loses_the_end),
    "",
    "",
    f"{OPEN} not_recognised",
    steady=False,
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A town on a real socket."""
    town = Platform()
    with between(town) as gate:
        yield lambda folder: Scene(
            town, folder, city_target(gate.url, "context", "features"), gate.url
        )


@pytest.fixture(params=TROUBLES)
def played(request, scene, tmp_path, monkeypatch):
    """A fault that is on, and the target file for it."""
    it = TROUBLES[request.param]
    for name, value in it.environ.items():
        monkeypatch.setenv(name, value)
    with it.play(scene(tmp_path)) as text:
        target = tmp_path / "mimtest.toml"
        target.write_text(text, encoding="utf-8")
        yield it, target


def test_there_are_enough_of_them():
    assert len(TROUBLES) >= 20


def test_no_fault_of_the_surroundings_is_held_against_the_product(played):
    it, target = played
    done = CliRunner().invoke(command, [str(target)], standalone_mode=False)
    assert done.exception is None, done.exception
    if it.steady:
        assert done.return_value == (0 if it.ready else 3), done.output
        assert it.told in done.output
    named = [k for k in done.output.splitlines() if f"mimtest.toml, {it.key}: " in k]
    assert all(k.endswith((".", "?")) for k in named)
    assert bool(named) == bool(it.key), done.output
    report = launch(
        Order(
            target=target, output=target.parent / "out", checks=(*CHECKS, *_more(it)), pages=False
        )
    )
    _assert_blameless(report, it)


def _more(it: Trouble) -> tuple[str, ...]:
    return ("CTX-NOT-01",) if "no_way_back" in it.codes else ()


def _assert_blameless(report, it: Trouble) -> None:
    seen = [c for c in report["checks"] if c["outcome"] not in ("not_run", "not_applicable")]
    told = [(c["id"], c["outcome"], c["reason"]) for c in seen if c["outcome"] != "passed"]
    assert {c["outcome"] for c in seen} <= {"passed", "inconclusive"}, told
    assert {r["code"] for _, _, r in told} <= it.codes, told
    assert bool(told) == bool(it.codes) or not it.steady
    rows = [r for a in report["assessments"] for r in a["requirements"]]
    assert [r["id"] for r in rows if r["verdict"] == "not_met"] == []
    assert report["gate"]["exitCode"] in (0, 3)
    assert all(c["outcome"] == "passed" for c in seen if c["interface"] == "features")
    found = report["findings"]
    assert all(f["suspect"] != "product" for f in found), found
    assert len(found) <= (1 if it.steady else 3), found


@pytest.mark.parametrize("whim", ["503 at times", "500 at times"])
def test_a_fault_of_the_product_is_found_beside_them(whim, tmp_path):
    town = Platform(faults=[find_fault("ctx-second-creation-confirmed")])
    target = tmp_path / "mimtest.toml"
    with between(town) as gate:
        scene = Scene(town, tmp_path, city_target(gate.url, "context"), gate.url)
        with TROUBLES[whim].play(scene) as text:
            target.write_text(text, encoding="utf-8")
            order = Order(target=target, output=tmp_path, checks=("CTX-ENT-0[1-4]",), pages=False)
            report = launch(order)
    assert {c["id"] for c in report["checks"] if c["outcome"] == "failed"} == {"CTX-ENT-03"}


def test_what_fails_each_time_in_the_same_way_is_the_products(tmp_path):
    town = Platform(faults=[find_fault("ctx-wrong-method-crashes")])
    with between(town) as gate:
        (tmp_path / "mimtest.toml").write_text(city_target(gate.url, "context"), encoding="utf-8")
        checks = tuple(find_fault("ctx-wrong-method-crashes").kills)
        report = launch(
            Order(target=tmp_path / "mimtest.toml", output=tmp_path, checks=checks, pages=False)
        )
    assert {c["id"] for c in report["checks"] if c["outcome"] == "failed"} == {*checks}
