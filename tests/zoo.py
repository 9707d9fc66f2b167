"""The zoo: servers of no use to anybody, each on a real socket. None of them may be given a verdict.

An `Animal` says what it does and what has to be told about it: `tells` is the reason code of each
interface that cannot be tested, None for one that can; such an interface answers everything and means
nothing by it. `key` is the key of the target file that the message names.
"""

import contextlib
import functools
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.certificates import Authority
from tests.servers import (
    Behaviour,
    Connection,
    Request,
    always,
    answer,
    closed_port,
    drips,
    endless,
    json_answer,
    resets,
    responds,
    says,
    serve,
    silent,
)

INTERFACES = ("context", "map")


@dataclass(frozen=True)
class Animal:
    """A useless server. `place` opens it and gives its base address for a folder of its own."""

    name: str
    does: str
    context: str | None
    map: str | None
    place: Callable[[Path], contextlib.AbstractContextManager[str]]
    key: str = "url"

    @property
    def tells(self) -> dict[str, str | None]:
        """The reason code of each interface."""
        return {"context": self.context, "map": self.map}

    @property
    def timeout(self) -> int:
        """Seconds: few for those that take for ever, enough on a busy machine for those that do not."""
        return 1 if "timeout" in self.tells.values() else 20

    @property
    def is_ready(self) -> bool:
        """Whether one of the interfaces passes for something."""
        return None in self.tells.values()


TARGET = """\
[product]
supplier = "Nobody"
name = "Nothing"
version = "0"

[scope]
authorised_by = "the zoo"
level = "writes"

[interfaces.context]
kind = "ngsi-ld"
url = "{context}/ngsi-ld/v1"
version = "1.8.1"
types = ["Streetlight"]
timeout = {timeout}

[interfaces.map]
kind = "ogc-api-features"
url = "{map}/ogc"
timeout = {timeout}

[claims]
mims = ["MIM0", "MIM1", "MIM2", "MIM6", "MIM7"]

[claims.models.Streetlight]
model = "Streetlighting/Streetlight"
collection = "streetlights"
"""


def target_for(context: str, map: str | None = None, timeout: int = 1) -> str:
    """A target file with both interfaces at a base address, or at one each; `timeout` in seconds."""
    return TARGET.format(context=context, map=map or context, timeout=timeout)


ZOO: list[Animal] = []
Place = Callable[[Path], contextlib.AbstractContextManager[str]]


def _add(name: str, does: str, tells: object, place: Place, **more) -> None:
    """An animal; `tells` is one reason for both interfaces, or one for each."""
    of_context, of_map = tells if isinstance(tells, tuple) else (tells, tells)
    ZOO.append(Animal(name, does, of_context, of_map, place, **more))


def _serves(behaviour: Behaviour, name: str, does: str, tells: object, **more) -> None:
    """An animal that is this behaviour over plain HTTP."""

    @contextlib.contextmanager
    def place(folder: Path) -> Iterator[str]:
        with serve(behaviour) as server:
            yield server.url

    _add(name, does, tells, place, **more)


# Nobody there, or nobody to talk to


@contextlib.contextmanager
def _nobody(folder: Path) -> Iterator[str]:
    yield f"http://127.0.0.1:{closed_port()}"


@contextlib.contextmanager
def _no_name(folder: Path) -> Iterator[str]:
    yield "http://broker.mimtest.invalid"


@contextlib.contextmanager
def _no_tls(folder: Path) -> Iterator[str]:
    def refuse(connection: Connection) -> None:
        connection.sock.recv(4096)
        connection.send(answer(400))

    with serve(refuse) as server:
        yield f"https://127.0.0.1:{server.port}"


def _certified(**options) -> Place:
    """A server that would answer, behind a wrong certificate."""

    @contextlib.contextmanager
    def place(folder: Path) -> Iterator[str]:
        with serve(always(json_answer("[]")), Authority(folder).context(**options)) as server:
            yield server.url

    return place


_add("closed port", "nobody listens", "unreachable", _nobody)
_add("no such name", "the name does not exist", "dns", _no_name)
_add("plain at https", "speaks plain HTTP where TLS is asked for", "tls", _no_tls)
_add("self-signed", "its certificate is its own word", "tls", _certified(own=True), key="ca")
_add("expired", "its certificate has expired", "tls", _certified(days=-1), key="ca")
_add("unknown authority", "nobody knows who signed for it", "tls", _certified(), key="ca")
_serves(silent, "hang", "accepts and never says a word", "timeout", key="timeout")
_serves(resets(), "reset", "breaks the connection off", "unreachable")
_serves(says(b""), "hang up", "hears the question and closes the connection", "unreachable")


def _banner(connection: Connection) -> None:
    """Speak first, and not HTTP."""
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    connection.request()


_serves(_banner, "banner", "speaks another protocol", "protocol")

# Answers that never are one

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_serves(
    drips(answer(200, b"[" + b" " * 4000 + b"]", "Content-Type: application/json"), pause=0.05),
    "slow drip",
    "sends a byte now and then",
    "timeout",
    key="timeout",
)
_serves(
    says(answer(200, b'[{"id": "urn:a"', "Content-Type: application/json", length=9000)),
    "cut short",
    "promises more body than it sends",
    "body_cut",
)
_serves(
    endless(_HEAD + b"Content-Length: 99999999999\r\n\r\n[", b" " * 65536),
    "endless body",
    "never comes to the end of its body",
    "too_large",
)
_serves(
    endless(_HEAD, b"X-More: " + b"and " * 1000 + b"\r\n"),
    "endless headers",
    "never comes to the end of its header",
    "protocol",
)


def _bomb(megabytes: int = 256) -> bytes:
    """A small gzip body that becomes a large JSON array."""
    return gzip.compress(b"[" + b" " * (megabytes << 20) + b"]", 1)


def _late(make: Callable[[], bytes]) -> Behaviour:
    """One answer to everything, which is made when it is first asked for."""
    made = functools.cache(make)
    return responds(lambda _: made())


_serves(
    _late(lambda: json_answer(_bomb(), 200, "Content-Encoding: gzip")),
    "gzip bomb",
    "sends a little that becomes very much",
    "too_large",
)
_serves(
    _late(lambda: json_answer(b"[" * 100_000 + b"]" * 100_000)),
    "deep",
    "nests arrays a hundred thousand levels deep",
    "too_large",
)

# The same to everybody


def _to_all(data: bytes) -> Behaviour:
    """One answer to every question, without its body to HEAD."""

    def handle(asked: Request) -> bytes:
        return data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if asked.method == "HEAD" else data

    return responds(handle)


_PROBLEM = '{"type": "about:blank", "title": "No"}'
for _status, _code, _key in (
    (400, "request_refused", "url"),
    (401, "auth_refused", "auth"),
    (403, "auth_refused", "auth"),
    (404, "wrong_path", "url"),
    (429, "rate_limited", "pace"),
    (500, "server_error", "url"),
    (503, "server_error", "url"),
):
    _serves(
        _to_all(json_answer(_PROBLEM, _status)),
        f"{_status} for all",
        f"answers {_status} to everything",
        _code,
        key=_key,
    )
_serves(_to_all(answer(204)), "204 for all", "answers 204 to everything", "request_refused")

_PAGE = b"<!DOCTYPE html><html><title>Log in</title><form>Name, password</form></html>"
_HTML = "Content-Type: text/html; charset=utf-8"
_serves(_to_all(answer(200, _PAGE, _HTML)), "web page", "has one page for everything", "web_page")
_serves(
    _to_all(answer(200, _PAGE, "Content-Type: application/json", "Set-Cookie: portal=1")),
    "disguised page",
    "calls its login page JSON",
    "not_recognised",
)
_serves(
    _to_all(answer(302, b"", "Location: https://login.example/?from=you")),
    "captive portal",
    "sends everybody to a login page elsewhere",
    "redirected",
)
_serves(
    responds(lambda asked: answer(302, b"", f"Location: {asked.target}")),
    "redirect loop",
    "sends everybody to where they are",
    "redirected",
)
_serves(_to_all(json_answer("{}")), "empty object", "answers {} to everything", "not_recognised")
_serves(
    _to_all(json_answer("[]")),
    "empty array",
    "answers [] to everything",
    "not_recognised",
)
_serves(_to_all(json_answer("null")), "null", "answers null to everything", "not_recognised")
_serves(
    _to_all(json_answer('[{"id": "urn:a", "type": "Streetl')),
    "truncated",
    "ends its JSON in the middle of a word",
    "not_recognised",
)

# Those that try to please


def _parts(asked: Request) -> tuple[str, dict[str, str]]:
    """The path and the parameters of a question."""
    url = urlsplit(asked.target)
    return unquote(url.path).rstrip("/"), dict(parse_qsl(url.query))


def _said(asked: Request, value: object, status: int = 200, *fields: str) -> bytes:
    """A value as JSON, of the media type that was asked for."""
    body = b"" if asked.method == "HEAD" else json.dumps(value).encode()
    wanted = asked.headers.get("accept", "").partition(",")[0].partition(";")[0]
    kind = wanted if wanted.endswith("json") else "application/json"
    return answer(status, body, f"Content-Type: {kind}", *fields)


def _echo(asked: Request) -> bytes:
    """Give back the body, or the parameters, as JSON."""
    _, params = _parts(asked)
    with contextlib.suppress(ValueError):
        return _said(asked, json.loads(asked.body))
    return _said(asked, params)


def _id_of(asked: Request) -> str:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(asked.body)["id"])
    return "urn:ngsi-ld:Streetlight:1"


def _obey(asked: Request, read: Callable[[str, dict[str, str]], object]) -> bytes:
    """The status every method hopes for; `read` makes the answer to a question."""
    path, params = _parts(asked)
    if asked.method == "POST" and "query" not in path.lower():
        return answer(201, b"", f"Location: {path}/{quote(_id_of(asked), safe=':')}")
    if asked.method in ("PUT", "PATCH", "DELETE"):
        return answer(204)
    return _said(asked, read(path, params))


def _nothing(path: str, params: dict[str, str]) -> object:
    """[] for a list and {} for a thing."""
    return [] if path.endswith(("/entities", "/items", "/query")) else {}


def _entity(id: str, type: str) -> dict[str, object]:
    """An entity as a broker might have it."""
    return {
        "id": id,
        "type": type,
        "status": {"type": "Property", "value": "ok", "observedAt": "2026-01-01T00:00:00Z"},
        "power": {"type": "Property", "value": 40, "unitCode": "WTT"},
        "inArea": {"type": "Relationship", "object": "urn:ngsi-ld:Area:1"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [7.9, 51.6]},
        },
    }


def _feature(id: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": id,
        "geometry": {"type": "Point", "coordinates": [7.9, 51.6]},
        "properties": {"name": "Fountain", "built": 1908, "seen": "2026-01-01T00:00:00Z"},
        "links": [{"rel": "self", "href": f"items/{id}", "type": "application/geo+json"}],
    }


_CLASSES = [
    f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}"
    for part, name in (
        (1, "core"),
        (1, "geojson"),
        (1, "html"),
        (1, "oas30"),
        (2, "crs"),
        (3, "filter"),
        (3, "features-filter"),
        (3, "queryables"),
        (4, "create-replace-delete"),
    )
]
_LINKS = [
    {"rel": rel, "href": f"/ogc/{path}", "type": kind}
    for rel, path, kind in (
        ("self", "", "application/json"),
        ("service-desc", "api", "application/vnd.oai.openapi+json;version=3.0"),
        ("conformance", "conformance", "application/json"),
        ("data", "collections", "application/json"),
    )
]


def _collection(id: str) -> dict[str, object]:
    return {
        "id": id,
        "title": id,
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [[7, 51, 8, 52]]},
            "temporal": {"interval": [["2025-01-01T00:00:00Z", None]]},
        },
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "links": [
            {
                "rel": "self",
                "href": f"/ogc/collections/{id}",
                "type": "application/json",
            },
            {
                "rel": "items",
                "href": f"/ogc/collections/{id}/items",
                "type": "application/geo+json",
            },
        ],
    }


_NAMES = ("fountains", "trees", "schools")


def _documents(path: str) -> dict[str, object] | None:
    """The papers of a features service, None for anything else."""
    papers = {
        "/ogc": {"title": "City maps", "links": _LINKS},
        "/ogc/conformance": {"conformsTo": _CLASSES},
        "/ogc/api": {"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": {}},
        "/ogc/collections": {
            "links": [{"rel": "self", "href": "/ogc/collections", "type": "application/json"}],
            "collections": [_collection(n) for n in _NAMES],
        },
        **{f"/ogc/collections/{n}": _collection(n) for n in _NAMES},
    }
    return papers.get(path)


_TYPES = {
    "id": "urn:ngsi-ld:EntityTypeList:1",
    "type": "EntityTypeList",
    "typeList": ["Streetlight"],
}


def _the_same(path: str, params: dict[str, str]) -> object:
    """The same entity and the same feature, whatever is asked for."""
    features = {
        "type": "FeatureCollection",
        "features": [_feature("1")],
        "numberReturned": 1,
        "numberMatched": 1,
        "timeStamp": "2026-01-01T00:00:00Z",
        "links": _LINKS,
    }
    entity = _entity("urn:ngsi-ld:Streetlight:1", "Streetlight")
    if path.startswith("/ngsi-ld"):
        named = path.rpartition("/")[2]
        return {"entities": [entity], "types": _TYPES}.get(named, entity)
    if path.endswith("/items"):
        return features
    return _documents(path) or _feature("1")


def _as_asked(path: str, params: dict[str, str]) -> object:
    """Whatever was asked for, made up on the spot out of the question."""
    head, _, last = path.rpartition("/")
    if path.endswith("/types"):
        return _TYPES
    if path.endswith("/entities"):
        kind = params.get("type", "Streetlight")
        ids = params.get("id", f"urn:ngsi-ld:{kind}:1,urn:ngsi-ld:{kind}:2").split(",")
        return [_entity(i, kind) for i in ids][: int(_number(params.get("limit")))]
    if "/entities/" in path:
        return _entity(last, last.split(":")[2] if last.count(":") > 2 else "Streetlight")
    if path.endswith("/items"):
        found = [_feature(str(n)) for n in range(1, 4)][: int(_number(params.get("limit")))]
        return {
            "type": "FeatureCollection",
            "features": found,
            "numberReturned": len(found),
            "links": [{"rel": "self", "href": path, "type": "application/geo+json"}],
        }
    if head.endswith("/items"):
        return _feature(last)
    return _documents(path) or _collection(last)


def _number(text: str | None) -> str:
    return text if text and text.isascii() and text.isdigit() else "10"


def _advertises(asked: Request) -> bytes:
    """Have every paper and every list, and nothing in them."""
    path, _ = _parts(asked)
    lists = {"/ngsi-ld/v1/types": _TYPES, "/ngsi-ld/v1/entities": []}
    lists |= {
        f"/ogc/collections/{n}/items": {"type": "FeatureCollection", "features": [], "links": []}
        for n in _NAMES
    }
    found = _documents(path) or lists.get(path)
    if found is None or asked.method not in ("GET", "HEAD"):
        return _said(asked, json.loads(_PROBLEM), 404)
    return _said(asked, found)


def _only_entities(read: Callable[[str, dict[str, str]], object]) -> Callable[[Request], bytes]:
    """Like `_obey`, but only at the paths of an NGSI-LD broker."""

    def handle(asked: Request) -> bytes:
        path, _ = _parts(asked)
        known = re.match(r"/ngsi-ld/v1/(entities|types|entityOperations/\w+)(/|$)", path)
        return _obey(asked, read) if known else _said(asked, json.loads(_PROBLEM), 404)

    return handle


_serves(responds(_echo), "echo", "gives back what it is told", "not_recognised")
_serves(
    responds(lambda asked: _obey(asked, _nothing)),
    "yes man",
    "answers the status each method hopes for, and keeps nothing",
    "not_recognised",
)
_serves(
    responds(lambda asked: _obey(asked, _the_same)),
    "clever yes man",
    "has the same entity and feature for every question, and keeps nothing",
    "not_recognised",
)
_serves(
    responds(lambda asked: _obey(asked, _as_asked)),
    "parrot",
    "makes up whatever it is asked for, and keeps nothing",
    "not_recognised",
)
_serves(
    responds(_only_entities(_nothing)),
    "empty broker",
    "has the paths of a broker, no data, and keeps nothing",
    (None, "wrong_path"),
)
_serves(
    responds(_only_entities(_the_same)),
    "mock",
    "has the paths of a broker and one answer for each, and keeps nothing",
    (None, "wrong_path"),
)
_serves(
    responds(_only_entities(_as_asked)),
    "forger",
    "has the paths of a broker and makes up what is asked for there, and keeps nothing",
    (None, "wrong_path"),
)
_serves(
    responds(_advertises),
    "advertiser",
    "declares every class, lists every collection and holds nothing",
    (None, "no_data"),
    key="collections",
)
