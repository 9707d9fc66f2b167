"""No verdict is given for nothing on NGSI v2 either: useless servers that answer in its words."""

import re
from collections.abc import Callable

import pytest

from mimtest.session.launch import Order, launch
from tests.servers import Request, responds, serve
from tests.zoo import _id_of, _obey, _parts, _said

TARGET = """\
[product]
supplier = "Nobody"
name = "Nothing"
version = "0"

[scope]
authorised_by = "the zoo"
level = "{level}"

[interfaces.legacy]
kind = "ngsi-v2"
url = "{base}/v2"
types = {types}
settles = 0

[claims]
mims = ["MIM0", "MIM1"]
options = ["tenants"]

[claims.models.Streetlight]
model = "Streetlighting/Streetlight"
"""
NO = {"error": "NotFound", "description": "no"}
KNOWN = re.compile(r"/v2/(entities|types|subscriptions|op/\w+)(/|$)")
#: What is true of a store that gives JSON out, finds what it has by its id, and says so if it has not.
TRUE_OF_A_STORE = {f"CTX-V2-{n:02}" for n in (7, 9, 10, 55, 56, 57, 60)}


def entity(id: str, kind: str = "Streetlight") -> dict[str, object]:
    at = {"type": "Point", "coordinates": [7.9, 51.6]}
    return {
        "id": id,
        "type": kind,
        "name": {"type": "Text", "value": "lamp", "metadata": {}},
        "power": {"type": "Number", "value": 38, "metadata": {}},
        "location": {"type": "geo:json", "value": at, "metadata": {}},
    }


def kinds(name: str) -> dict[str, object]:
    names = ("name", "power", "location")
    return {"type": name, "attrs": {n: {"types": ["Text"]} for n in names}, "count": 2}


def nothing(path: str, params: dict[str, str]) -> object:
    return [] if path.endswith(("/entities", "/types", "/subscriptions", "/query")) else {}


def the_same(path: str, params: dict[str, str]) -> object:
    one = entity("urn:ngsi-ld:Streetlight:1")
    named = path.rpartition("/")[2]
    lists = {"entities": [one], "types": [kinds("Streetlight")], "query": [one]}
    return lists.get(named, one)


def as_asked(path: str, params: dict[str, str]) -> object:
    kind = params.get("type", "Streetlight").partition(",")[0]
    ids = params.get("id", "urn:x:1,urn:x:2").split(",")
    last = path.rpartition("/")[2]
    if path.endswith(("/entities", "/query")):
        return [entity(i, kind) for i in ids]
    if path.endswith("/types"):
        return [kinds(kind)]
    if "/types/" in path:
        return kinds(last)
    return [] if path.endswith("/subscriptions") else entity(last, kind)


def only_v2(read: Callable[[str, dict[str, str]], object]) -> Callable[[Request], bytes]:
    def handle(asked: Request) -> bytes:
        path, _ = _parts(asked)
        return _obey(asked, read) if KNOWN.match(path) else _said(asked, NO, 404)

    return handle


def memory() -> Callable[[Request], bytes]:
    """Keeps what it is sent and knows an id that it does not have, but no question."""
    held = {"urn:x:1": entity("urn:x:1")}

    def handle(asked: Request) -> bytes:
        path, _ = _parts(asked)
        own = path.removeprefix("/v2/entities/")
        if asked.method == "POST" and path == "/v2/entities":
            held[_id_of(asked)] = entity(_id_of(asked))
            return _obey(asked, nothing)
        if asked.method == "DELETE":
            held.pop(own, None)
            return _obey(asked, nothing)
        if asked.method == "GET" and path == "/v2/entities":
            return _said(asked, list(held.values()))
        return _said(asked, held[own]) if own in held else _said(asked, NO, 404)

    return handle


ANIMALS = {
    "yes man": lambda: lambda asked: _obey(asked, the_same),
    "parrot": lambda: lambda asked: _obey(asked, as_asked),
    "empty broker": lambda: only_v2(nothing),
    "mock": lambda: only_v2(the_same),
    "forger": lambda: only_v2(as_asked),
    "refusal": lambda: lambda asked: _said(asked, NO, 404),
    "bad request": lambda: lambda asked: _said(asked, {"error": "BadRequest"}, 400),
    "array": lambda: lambda asked: _said(asked, []),
}


def visit(animal, folder, level, types='["Streetlight"]'):
    with serve(responds(animal())) as server:
        target = folder / "mimtest.toml"
        target.write_text(TARGET.format(base=server.url, level=level, types=types), "utf-8")
        return launch(Order(target=target, output=folder, suites=("context",)))


@pytest.mark.parametrize("name", ANIMALS)
def test_no_check_passes_on_a_useless_server(name, tmp_path):
    report = visit(ANIMALS[name], tmp_path, "writes")
    checks = [c for c in report["checks"] if c["interface"] == "legacy"]
    assert [c["id"] for c in checks if c["outcome"] == "passed"] == []
    assert "error" not in {c["outcome"] for c in checks}
    assert report["gate"]["exitCode"] in (1, 3)


@pytest.mark.parametrize("level", ["safe", "writes"])
def test_a_store_that_knows_no_question_is_not_a_broker(level, tmp_path):
    report = visit(memory, tmp_path, level)
    outcomes = {c["id"]: c["outcome"] for c in report["checks"] if c["interface"] == "legacy"}
    passed = {i for i, o in outcomes.items() if o == "passed"}
    assert passed <= TRUE_OF_A_STORE
    assert "error" not in outcomes.values()
