"""What mimtest serves to products: only its own paths, whatever clients do."""

import contextlib
import socket
import struct

import httpx
import pytest

from mimtest.errors import Inconclusive, UsageError
from mimtest.network.hosting import Hosting, host
from mimtest.network.incoming import MOST_HEAD, Reply
from mimtest.sandbox.targetfile import target_text
from mimtest.target import Interface, parse_target
from mimtest.vocabulary.jsonld import expand
from mimtest.vocabulary.ngsild_contexts import hosted, own_terms, require_way_back

from .conftest import city, mimtest
from .servers import always as says_always
from .servers import answer, client_for, closed_port, serve, silent

PAGE = Reply(200, b'{"@context": {}}', "application/ld+json", (("Cache-Control", "max-age=2"),))
LARGE = Reply(200, b"x" * 50_000_000)
SECONDS = 30


@pytest.fixture
def hosting():
    with host() as opened:
        opened.put("/known", PAGE)
        opened.put("/slow", Reply(200, b"late", hold=3600))
        opened.put("/large", LARGE)
        yield opened


def get(hosting: Hosting, path: str = "/known", method: str = "GET", **options) -> httpx.Response:
    with httpx.Client(timeout=SECONDS, trust_env=False) as client:
        return client.request(method, f"{hosting.local}{path}", **options)


def connect(hosting: Hosting, said: bytes = b"") -> socket.socket:
    host_name, port = hosting.local.removeprefix("http://").split(":")
    sock = socket.create_connection((host_name, int(port)), SECONDS)
    sock.sendall(said)
    return sock


def heard(sock: socket.socket) -> bytes:
    with sock:
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_a_known_path_is_served_and_counted(hosting):
    given = get(hosting, headers={"Accept": "application/ld+json"})
    assert (given.status_code, given.content) == (200, PAGE.body)
    assert given.headers["content-type"] == "application/ld+json"
    assert given.headers["cache-control"] == "max-age=2"
    bodiless = get(hosting, "/known?x=1", "HEAD")
    assert (bodiless.status_code, bodiless.content) == (200, b"")
    assert bodiless.headers["content-length"] == str(len(PAGE.body))
    assert hosting.count("/known") == 2
    assert [a.method for a in hosting.asked("/known")] == ["GET", "HEAD"]
    assert hosting.asked("/known")[0].headers["accept"] == "application/ld+json"


@pytest.mark.parametrize(
    "path", ["/", "/know", "/known/", "/../known", "/known%00", "//known", "/KNOWN"]
)
def test_any_other_path_is_not_found(hosting, path):
    got = heard(connect(hosting, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()))
    assert got.startswith(b"HTTP/1.1 404 ")
    assert hosting.count("/known") == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_only_reading_is_answered(hosting, method):
    given = get(hosting, method=method, content=b"x" * 10_000)
    assert (given.status_code, given.headers["allow"]) == (405, "GET, HEAD")
    assert hosting.count("/known") == 0


@pytest.mark.parametrize(
    "said",
    [
        b"\r\n\r\n",
        b"GET /known\r\n\r\n",
        b"GET  /known HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /known SSH-2.0\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(hosting, said):
    assert heard(connect(hosting, said)).startswith(b"HTTP/1.1 400 ")
    assert get(hosting).status_code == 200


def test_a_head_has_an_end(hosting):
    endless = connect(hosting, b"GET /known HTTP/1.1\r\n" + b"X-A: b\r\n" * (MOST_HEAD // 8 + 1))
    assert heard(endless).startswith(b"HTTP/1.1 431 ")
    assert get(hosting).status_code == 200


def test_fields_of_any_kind_do_no_harm(hosting):
    fields = b"no colon\r\n: nameless\r\nX: \xff\xfe\r\nX: again\r\n\tfolded\r\n"
    got = heard(connect(hosting, b"GET /known HTTP/1.1\r\n" + fields + b"\r\n"))
    assert got.startswith(b"HTTP/1.1 200 ")


def test_clients_who_say_nothing_do_not_keep_others_waiting(hosting):
    with contextlib.ExitStack() as stack:
        for said in (b"", b"G", b"GET /known HTTP/1.1\r\n") * 10:
            stack.enter_context(connect(hosting, said))
        assert get(hosting).status_code == 200


def test_a_crowd_is_served_in_the_end(hosting):
    """More silent clients than are listened to at once; each has its time, and then it is over."""
    with contextlib.ExitStack() as stack:
        for _ in range(80):
            stack.enter_context(connect(hosting, b"GET /known"))
        assert get(hosting).status_code == 200


def test_who_says_nothing_is_left(hosting):
    assert heard(connect(hosting, b"GET /known HTTP/1.1\r\n")) == b""


def test_clients_who_leave_or_do_not_listen_do_no_harm(hosting):
    request = b"GET /large HTTP/1.1\r\n\r\n"
    deaf = connect(hosting, request)
    rude = connect(hosting, request)
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    rude.close()
    connect(hosting).close()
    connect(hosting, b"GET /slow HTTP/1.1\r\n\r\n").close()
    chatty = connect(hosting, b"GET /slow HTTP/1.1\r\n\r\n")
    with contextlib.suppress(OSError):
        chatty.sendall(b"x" * 1_000_000)
    assert get(hosting).status_code == 200
    deaf.close()
    chatty.close()


def test_it_ends_though_clients_wait():
    with host() as hosting:
        hosting.put("/slow", Reply(200, b"late", hold=3600))
        waiting = connect(hosting, b"GET /slow HTTP/1.1\r\n\r\n")
        silent_one = connect(hosting)
    with waiting, silent_one, pytest.raises(OSError, match="refused"):
        connect(hosting)


def test_an_answer_may_depend_on_the_request(hosting):
    hosting.put("/echo", lambda asked: Reply(200, asked.headers.get("x-said", "").encode()))
    assert get(hosting, "/echo", headers={"X-Said": "hello"}).text == "hello"


def test_a_function_that_breaks_breaks_one_answer(hosting):
    hosting.put("/broken", lambda asked: Reply(200, asked.nothing))
    with pytest.raises(httpx.HTTPError):
        get(hosting, "/broken")
    assert get(hosting).status_code == 200


def test_each_worker_has_ports_of_its_own():
    port = closed_port()
    with host(f"127.0.0.1:{port}", "https://tester.example:8443", worker=0) as first:
        assert first.local == f"http://127.0.0.1:{port}"
        assert first.callback == "https://tester.example:8443"
        with pytest.raises(OSError, match="in use"), host(f"127.0.0.1:{port}"):
            pass
        with host(f"127.0.0.1:{port - 3}", "https://tester.example", worker=5) as sixth:
            assert sixth.local == f"http://127.0.0.1:{port + 2}"
            assert sixth.callback == "https://tester.example:448"
        with host("127.0.0.1:0", worker=5) as free:
            assert get_port(free) not in (0, 5, port)


def get_port(hosting: Hosting) -> int:
    return int(hosting.local.rpartition(":")[2])


@pytest.mark.parametrize("listen", ["nowhere.invalid:80", "127.0.0.1:99999", "203.0.113.7:18443"])
def test_where_nobody_can_listen_is_an_oserror(listen):
    with pytest.raises(OSError), host(listen):  # noqa: PT011 (each system has its own words)
        pass


def test_the_address_depends_on_where_the_product_is():
    near = Interface("a", "ngsi-ld", "http://localhost:1026/ngsi-ld/v1")
    far = Interface("b", "ngsi-ld", "https://broker.example/ngsi-ld/v1")
    with host("0.0.0.0:0") as hosting:
        assert hosting.address_for(near) == hosting.local
        assert hosting.local.startswith("http://127.0.0.1:")
        assert hosting.address_for(far) is None
    with host(callback="https://tester.example") as hosting:
        assert hosting.address_for(far) == "https://tester.example"


DATA = {
    "product": {"supplier": "A", "name": "B", "version": "1"},
    "interfaces": {"x": {"kind": "ngsi-ld", "url": "https://broker.example/ngsi-ld/v1"}},
}


def test_the_target_file_says_where():
    scope = {"callback": "https://tester.example:8443", "listen": "0.0.0.0:8443"}
    target = parse_target({**DATA, "scope": scope})
    assert (target.scope.callback, target.scope.listen) == tuple(scope.values())


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ({"callback": "https://tester.example"}, "scope.callback: .* scope.listen"),
        ({"callback": "tester.example", "listen": "a:1"}, r"scope\.callback: must be an origin"),
        ({"callback": "https://a/path", "listen": "a:1"}, r"scope\.callback: must be an origin"),
        ({"callback": "https://a:b", "listen": "a:1"}, "scope.callback"),
        ({"listen": "0.0.0.0"}, r"scope\.listen: must be host and port"),
        ({"listen": "0.0.0.0:0"}, r"scope\.listen: must be host and port"),
        ({"listen": "0.0.0.0:70000"}, "scope.listen: there is no such port"),
    ],
)
def test_a_wrong_place_is_one_line(scope, told):
    with pytest.raises(UsageError, match=told):
        parse_target({**DATA, "scope": scope})


def test_a_product_elsewhere_has_no_way_back(hosting):
    told = pytest.raises(Inconclusive, match=r"no_way_back.*scope\.callback")
    with client_for("https://broker.example/ngsi-ld/v1") as client, told:
        hosted(hosting, client, own_terms("run"))


@pytest.mark.parametrize("behaviour", [says_always(answer(200, b"[]")), silent])
def test_a_product_that_fetches_nothing_has_no_way_back(hosting, behaviour):
    with serve(behaviour) as server, client_for(server.url, timeout=0.5) as client:
        contexts = hosted(hosting, client, own_terms("run"))
        with pytest.raises(Inconclusive, match=r"no_way_back"):
            require_way_back(contexts)


def test_the_documents_mean_what_they_say(hosting):
    own = own_terms("run")
    with city() as base, client_for(f"{base}/ngsi-ld/v1") as client:
        contexts = hosted(hosting, client, own)
        require_way_back(contexts)
        assert contexts.fetched(contexts.terms) == 1
        for url, iri in (
            (contexts.terms, own.iri("temp")),
            (contexts.others, own.other_iri("temp")),
            (contexts.imports, own.iri("temp")),
            (contexts.plain, own.iri("temp")),
        ):
            given = httpx.get(url, trust_env=False).json()
            assert given == contexts.load(url)
            entity = {"@context": url, "id": "urn:x:1", "type": "MtRoom", "temp": "x"}
            assert iri in expand(entity, contexts.load)


def test_doctor_tells_of_the_way_back(tmp_path):
    def doctor(text: str) -> str:
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        ended = mimtest("doctor", "mimtest.toml", cwd=tmp_path)
        assert ended.code == 0, ended.out + ended.err
        return ended.out

    with city() as base:
        text = target_text(base)
        assert "ok   context: way back: the product reaches" in doctor(text)
        passive = text.replace('level = "writes"', 'level = "passive"')
        assert "note context: way back: not tried" in doctor(passive)
        place = (
            f'callback = "http://127.0.0.1:{closed_port()}"\nlisten = "127.0.0.1:{closed_port()}"'
        )
        told = doctor(text.replace('level = "writes"', f'level = "safe"\n{place}'))
        assert "and did not\n       mimtest.toml, scope.callback:" in told
