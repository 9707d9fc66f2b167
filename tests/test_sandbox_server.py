"""The platform on a real socket, and what it does around its services."""

import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.http import MAX_BODY, Request, Response, json_response
from mimtest.sandbox.models import ModelsService
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import run_forever, serve

LIGHT = "/ngsi-ld/v1/entities/urn:ngsi-ld:Streetlight:exampleton:bahnhofstrasse-kiosk"
REL = "http://www.w3.org/ns/json-ld#context"


@pytest.fixture(scope="module")
def base():
    with serve(Platform()) as url:
        yield url


@pytest.fixture(scope="module")
def client(base):
    with httpx.Client(base_url=base, trust_env=False) as found:
        yield found


def city(base):
    return {"Link": f'<{base}/contexts/city.jsonld>; rel="{REL}"'}


def test_the_index_links_to_what_there_is(client, base):
    links = {item["title"]: item["href"] for item in client.get("/").json()["links"]}
    assert links["NGSI-LD API"] == f"{base}/ngsi-ld/v1"
    context = client.get(links["Names of the city's data"])
    assert context.headers["content-type"] == "application/ld+json"
    assert context.json()["@context"]["Streetlight"].startswith("https://")
    assert client.get("/contexts/core.jsonld").json()["@context"]["value"] == "ngsi-ld:hasValue"


def test_links_follow_the_host_that_was_asked(client):
    answer = client.get("/", headers={"Host": "city.example:8080"})
    assert {i["href"].partition("/")[0] for i in answer.json()["links"]} == {"http:"}
    assert all(i["href"].startswith("http://city.example:8080/") for i in answer.json()["links"])


def test_the_city_is_there(client, base):
    found = client.get(LIGHT, headers=city(base)).json()
    assert found["name"]["value"] == "Bahnhofstraße: kiosk"
    answer = client.get("/ngsi-ld/v1/entities?type=Streetlight&count=true", headers=city(base))
    assert answer.headers["ngsild-results-count"] == "24"
    assert len(answer.json()) == 20
    rest = client.get(answer.links["next"]["url"], headers=city(base))
    assert len(rest.json()) == 4
    assert "next" not in rest.links


def test_every_answer_has_the_headers_of_a_well_run_service(client):
    for path in ("/", LIGHT, "/nothing", "/ngsi-ld/v1/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert "server" not in headers
        assert "date" in headers
        assert headers["cache-control"]


@pytest.mark.parametrize("path", ["/", LIGHT, "/contexts/city.jsonld", "/nothing"])
def test_head_is_get_without_a_body(client, path):
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "cache-control", "link"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", {"GET"}),
        ("/contexts/city.jsonld", {"GET"}),
        ("/ngsi-ld/v1/entities", {"GET", "POST", "DELETE"}),
        (LIGHT, {"GET", "PUT", "PATCH", "DELETE"}),
        ("/ngsi-ld/v1/entityOperations/query", {"POST"}),
    ],
)
def test_options_and_405_name_the_methods(client, path, methods):
    more = {"OPTIONS", "HEAD"} if "GET" in methods else {"OPTIONS"}
    options = client.options(path)
    assert options.status_code == 204
    assert set(options.headers["allow"].split(", ")) == methods | more
    assert options.headers["access-control-allow-methods"] == options.headers["allow"]
    assert "content-length" not in options.headers
    refused = client.request("TRACE", path)
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == methods | more


def test_what_is_nowhere_is_a_problem(client):
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "nothing at /nothing",
    }
    assert client.options("/nothing").status_code == 404
    assert client.get("/ngsi-ld/v10").status_code == 404


def test_a_known_representation_is_not_sent_again(client):
    tag = client.get(LIGHT).headers["etag"]
    again = client.get(LIGHT, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert client.get(LIGHT, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_large_body_is_refused_and_the_service_lives_on(client, base):
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(
        f"{base}/ngsi-ld/v1/entities", content=b" " * (MAX_BODY + 1), headers=headers
    )
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert client.get("/").status_code == 200


def test_a_body_in_chunks_is_read(client):
    parts = iter([b'{"id":"urn:x:chunked",', b'"type":"T","a":1}'])
    headers = {"Content-Type": "application/json"}
    answer = client.post("/ngsi-ld/v1/entities", content=parts, headers=headers)
    assert answer.status_code == 201
    assert client.get(answer.headers["location"]).json()["a"]["value"] == 1
    gone = client.delete(answer.headers["location"])
    assert gone.status_code == 204
    assert "content-length" not in gone.headers


def test_only_one_of_many_creations_at_once_succeeds(base):
    body = {"id": "urn:x:race", "type": "T"}

    def create(_):
        return httpx.post(f"{base}/ngsi-ld/v1/entities", json=body).status_code

    with ThreadPoolExecutor(12) as pool:
        found = sorted(pool.map(create, range(20)))
    assert found == [201] + [409] * 19
    assert httpx.delete(f"{base}/ngsi-ld/v1/entities/urn:x:race").status_code == 204


def test_encoded_slashes_stay_in_an_identifier(base):
    id_ = "http://h.test/a/b"
    httpx.post(f"{base}/ngsi-ld/v1/entities", json={"id": id_, "type": "T"}).raise_for_status()
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    for method, status in (("GET", 200), ("DELETE", 204), ("GET", 404)):
        connection.request(method, "/ngsi-ld/v1/entities/http:%2F%2Fh.test%2Fa%2Fb")
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == status
        if status == 200:
            assert json.loads(body)["id"] == id_
    connection.close()


# Contexts of others


class ContextHost(BaseHTTPRequestHandler):
    pages: ClassVar = {
        "/good.jsonld": (200, {"@context": {"hot": "urn:ns:temp"}}),
        "/array.jsonld": (200, {"@context": ["good.jsonld", {"T": "urn:ns:T"}]}),
        "/fleeting.jsonld": (200, {"@context": {"hot": "urn:ns:temp"}}),
        "/bare.jsonld": (200, {"hot": "urn:ns:temp"}),
        "/broken.jsonld": (200, "{"),
        "/moved.jsonld": (301, {}),
    }
    asked: ClassVar = []

    def do_GET(self):
        self.asked.append(self.path)
        status, content = self.pages.get(self.path, (404, {}))
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/ld+json")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/fleeting.jsonld":
            self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    ContextHost.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), ContextHost)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("page", "status", "kind"),
    [
        ("good", 201, None),
        ("array", 201, None),
        ("bare", 400, "BadRequestData"),
        ("broken", 400, "BadRequestData"),
        ("moved", 504, "LdContextNotAvailable"),
        ("none", 504, "LdContextNotAvailable"),
    ],
)
def test_a_context_is_fetched_from_loopback(client, host, page, status, kind):
    entity = {"id": f"urn:x:{page}", "type": "T", "hot": 1}
    headers = {"Link": f'<{host}/{page}.jsonld>; rel="{REL}"'}
    answer = client.post("/ngsi-ld/v1/entities", json=entity, headers=headers)
    assert answer.status_code == status
    if kind:
        assert answer.json()["type"].endswith(f"/{kind}")
        assert client.get(f"/ngsi-ld/v1/entities/urn:x:{page}").status_code == 404
    else:
        found = client.get(f"/ngsi-ld/v1/entities/urn:x:{page}")
        assert found.json()["urn:ns:temp"] == {"type": "Property", "value": 1}
        client.delete(f"/ngsi-ld/v1/entities/urn:x:{page}")


def test_a_fetched_context_is_kept_as_long_as_it_says(client, host):
    for page in ("good", "good", "fleeting", "fleeting"):
        headers = {"Link": f'<{host}/{page}.jsonld>; rel="{REL}"'}
        assert client.get("/ngsi-ld/v1/entities?type=T", headers=headers).status_code == 200
    assert ContextHost.asked == ["/good.jsonld", "/fleeting.jsonld", "/fleeting.jsonld"]


def test_the_platform_under_another_name_may_host_the_context(client, base):
    other = base.replace("127.0.0.1", "localhost")
    headers = {"Link": f'<{other}/contexts/city.jsonld>; rel="{REL}"'}
    answer = client.get("/ngsi-ld/v1/types", headers=headers)
    assert "Streetlight" in answer.json()["typeList"]


# Access


def test_a_token_is_needed_where_one_is_set():
    with serve(Platform(token="secret")) as base, httpx.Client(base_url=base) as client:
        for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"}):
            answer = client.get("/ngsi-ld/v1/types", headers=given)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"
            assert "typeList" not in answer.text
            assert client.get("/nothing", headers=given).status_code == 401
        allowed = client.get("/ngsi-ld/v1/types", headers={"Authorization": "bearer secret"})
        assert allowed.json()["type"] == "EntityTypeList"
        assert allowed.headers["cache-control"] == "private, no-cache"
        assert client.get("/contexts/city.jsonld").status_code == 200
        assert client.options("/ngsi-ld/v1/types").status_code == 204


def test_the_sandbox_listens_on_loopback_only():
    with pytest.raises(ValueError, match="loopback"), serve(Platform(), host="0.0.0.0"):
        pass


# Life cycle


def test_a_server_stops_cleanly_and_quickly():
    begun, before = time.monotonic(), set(threading.enumerate())
    with serve(Platform()) as base:
        client = httpx.Client(base_url=base)
        assert client.get("/").status_code == 200
    assert time.monotonic() - begun < 3
    with pytest.raises(httpx.TransportError):
        client.get("/")
    client.close()
    assert set(threading.enumerate()) <= before


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), serve(Platform(), port=port):
            pass


def test_running_for_ever_says_when_it_is_ready(capfd):
    found = []

    def ready(base):
        found.append(base)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_forever(Platform(), 0, ready)
    assert found[0].startswith("http://127.0.0.1:")
    assert capfd.readouterr() == ("", "")


def test_a_failing_service_gives_500_without_a_trace():
    class Broken:
        def handle(self, request):
            raise RuntimeError(request.path)

    with serve(Platform(services={"/": Broken()})) as base:
        answer = httpx.get(f"{base}/")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text


def raw(base, sent):
    """What comes back for these bytes, to the end of the connection."""
    with socket.create_connection(("127.0.0.1", urlsplit(base).port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "sent",
    [
        b"nothing at all\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_request_is_a_problem_and_ends_the_connection(base, sent):
    head, _, body = raw(base, sent).partition(b"\r\n\r\n")
    assert int(head.split()[1]) in (400, 431, 505)
    assert b"connection: close" in head.lower()
    assert b"application/problem+json" in head
    assert b"server:" not in head.lower()
    assert json.loads(body)["status"] == int(head.split()[1])


def test_a_body_that_ends_too_early_is_answered_by_nothing(base):
    assert raw(base, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nshort") == b""


def test_requests_follow_one_another_and_slashes_stay(base):
    one = b"GET //nothing/%2F HTTP/1.1\r\nHost: h\r\n\r\n"
    said = raw(base, one + b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 404 ")
    assert b"nothing at //nothing//" in said
    assert said.count(b"HTTP/1.1 200 ") == 1
    assert said.endswith(b"\r\n\r\n")


def test_no_field_ends_the_head():
    class Splitting:
        def handle(self, _):
            return Response(200, (("X-Said", "a\r\n\r\n<script>"),), b"")

    with serve(Platform(services={"/": Splitting()})) as base:
        answer = httpx.get(f"{base}/")
    assert answer.status_code == 500
    assert "script" not in answer.text


# Dispatch and faults


class Echo:
    def __init__(self, name):
        self.name = name

    def handle(self, request: Request) -> Response:
        return json_response([self.name, request.method, request.path, request.raw_path])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ["root", "GET", "/", "/"]),
        ("/a", ["a", "GET", "", ""]),
        ("/a/x", ["a", "GET", "/x", "/x"]),
        ("/a/b/x", ["ab", "GET", "/x", "/x"]),
        ("/ab", None),
        ("/x", None),
    ],
)
def test_the_longest_prefix_answers(path, expected):
    services = {"/": Echo("root"), "/a": Echo("a"), "/a/b": Echo("ab")}
    answer = Platform(services=services).handle(Request("GET", path, raw_path=path))
    assert (answer.json() if answer.status == 200 else None) == expected


def test_faults_wrap_the_platform_in_turn():
    def named(name):
        def act(request, platform, proceed):
            answer = proceed(request)
            return answer.with_json([*answer.json(), name])

        return Fault(name, "context", "", "fault", (), act)

    platform = Platform(faults=[named("inner"), named("outer")], services={"/": Echo("root")})
    answer = platform.handle(Request("GET", "/", raw_path="/"))
    assert answer.json()[-2:] == ["inner", "outer"]


def test_models_come_from_their_folder(tmp_path):
    (tmp_path / "Lamp").mkdir()
    (tmp_path / "Lamp" / "schema.json").write_text('{"title": "Lamp"}', encoding="utf-8")
    (tmp_path / "schema.json").write_text("{}", encoding="utf-8")
    models = ModelsService(tmp_path)
    answer = models.handle(Request("GET", "/Lamp/schema.json"))
    assert (answer.json(), answer.header("Content-Type")) == (
        {"title": "Lamp"},
        "application/schema+json",
    )
    for path in ("/None/schema.json", "/../schema.json", "//schema.json", "/Lamp", "/Lamp/other"):
        assert models.handle(Request("GET", path)).status == 404
    assert models.handle(Request("POST", "/Lamp/schema.json")).status == 405


def test_many_clients_are_answered_at_the_same_time():
    all_here = threading.Barrier(20, timeout=30)

    class Together(Platform):
        """Answers nobody before all have asked."""

        def handle(self, request):
            all_here.wait()
            return super().handle(request)

    with serve(Together()) as base, ThreadPoolExecutor(all_here.parties) as clients:
        asked = [f"{base}/health"] * all_here.parties
        answers = clients.map(lambda url: httpx.get(url, timeout=40), asked)
        assert {a.status_code for a in answers} == {200}
