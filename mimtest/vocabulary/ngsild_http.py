"""The words for what all operations have in common (GS CIM 009 5.5, 6.3): reading, mistakes, problems.

A mistake is a request that no broker can do, and that changes nothing at whichever it is sent to.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_status,
    assert_that,
    excerpt,
    fail,
    json_object,
    member,
    problem,
)
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import JSON, Broker, path_of
from mimtest.vocabulary.ngsild_sample import plain_names, require_one
from mimtest.vocabulary.ngsild_stock import Entity, Stock

#: Notes which reading of an open point was seen; the fixture `reading`.
Note = Callable[[str, str], None]
#: Statuses of HTTP itself, which have no error type in the standard, and need no body (6.3.2, 6.3.4).
HTTPS_OWN: Final = (405, 406, 411, 413, 414, 415)
#: The statuses of each error type (6.3.2). A03 and A69 say why there are others than in the table.
STATUSES: Final[Mapping[str, tuple[int, ...]]] = {
    "AlreadyExists": (409,),
    "BadRequestData": (400,),
    "Conflict": (409,),
    "InternalError": (500,),
    "InvalidRequest": (400,),
    "LdContextNotAvailable": (504, 503),
    "NoMultiTenantSupport": (501,),
    "NonexistentTenant": (404,),
    "OperationNotSupported": (422,),
    "ResourceNotFound": (404,),
    "TooComplexQuery": (403,),
    "TooManyResults": (403,),
}
_ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_NO_JSON: Final = '{"type": '
_MISTAKES_OF_SERVERS: Final = 500
_REFUSED: Final = 400
_PARAMETER: Final = r"""\s*;\s*[\w!#$%&'*+.^`|~-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))?"""
_LINK: Final = rf"<[^<>\s]*>(?:{_PARAMETER})*"
_LINKS: Final = re.compile(rf"[\s,]*{_LINK}(?:\s*,[\s,]*{_LINK})*[\s,]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """An entity that is there, what it is and has, and a name and an identifier that nothing has."""

    broker: Broker
    entity: Entity
    type: str
    attribute: str
    nothing: str
    nowhere: str

    @property
    def id(self) -> str:
        """The identifier of the entity."""
        return str(self.entity["id"])


def spot_in(stock: Stock, nothing: str, nowhere: str) -> Spot:
    """An entity with an attribute whose name can stand in an address."""
    found = ((t, e, plain_names(e)) for t in stock.types for e in stock.of(t))
    kind, entity, names = require_one((f for f in found if f[2]), "entity with an attribute")
    return Spot(stock.broker, entity, kind, names[0], nothing, nowhere)


#: The ways to read that every broker has.
WAYS: Final = (
    "retrieve",
    "query",
    "post-query",
    "types",
    "types-in-detail",
    "type",
    "attributes",
    "attribute",
)


def read(spot: Spot, way: str, *, accept: str = JSON, **params: Any) -> Answer:
    """Read the entity, or of its type and attribute, with further parameters."""
    if way == "post-query":
        body = {"type": "Query", "entities": [{"id": spot.id, "type": spot.type}]}
        headers = {**spot.broker.names, "Accept": accept}
        where = "/entityOperations/query"
        return spot.broker.client.post(where, params=params, json=body, headers=headers, query=True)
    where, own = place(spot, way)
    return spot.broker.get(where, accept=accept, **own, **params)


def place(spot: Spot, way: str) -> tuple[str, dict[str, Any]]:
    """The path and the parameters of a way to read by GET."""
    places: dict[str, tuple[str, dict[str, Any]]] = {
        "retrieve": (path_of(spot.id), {}),
        "query": ("/entities", {"type": spot.type, "id": spot.id}),
        "types": ("/types", {}),
        "types-in-detail": ("/types", {"details": True}),
        "type": (f"/types/{quote(spot.type, safe='')}", {}),
        "attributes": ("/attributes", {}),
        "attribute": (f"/attributes/{quote(spot.attribute, safe='')}", {}),
    }
    return places[way]


def _no_json(method: str, where: Callable[[Spot], str]) -> Callable[[Spot, str], Answer]:
    def send(spot: Spot, accept: str) -> Answer:
        headers = {**spot.broker.names, "Content-Type": JSON, "Accept": accept}
        client = spot.broker.client
        return client.request(method, where(spot), content=_NO_JSON, headers=headers, harmless=True)

    return send


#: What a broker refuses with an error of the standard, by the name of the mistake.
MISTAKES: Final[Mapping[str, Callable[[Spot, str], Answer]]] = {
    "unknown entity": lambda s, a: s.broker.retrieve(s.nowhere, accept=a),
    "id is no URI": lambda s, a: s.broker.retrieve("no uri at all", accept=a),
    "limit": lambda s, a: s.broker.query(type=s.type, limit="abc", accept=a),
    "filter": lambda s, a: s.broker.query(type=s.type, q=f"({s.attribute}", accept=a),
    "place": lambda s, a: s.broker.query(
        type=s.type, georel="near", geometry="Point", coordinates="[east]", accept=a
    ),
    "unknown type": lambda s, a: s.broker.get(f"/types/{s.nothing}", accept=a),
    "unknown attribute": lambda s, a: s.broker.get(f"/attributes/{s.nothing}", accept=a),
    "query": _no_json("POST", lambda _: "/entityOperations/query"),
    "entity": _no_json("POST", lambda _: "/entities"),
    "update": _no_json("PATCH", lambda s: f"{path_of(s.nowhere)}/attrs"),
    "batch": _no_json("POST", lambda _: "/entityOperations/upsert"),
}


def refused(answer: Answer) -> Answer:
    """The answer to a mistake, refused as one. Raises Contradiction, or Inconclusive for a success."""
    __tracebackhide__ = True
    if answer.status < _REFUSED:
        raise Inconclusive("precondition_unmet", f"{answer.url} is answered {answer.status}")
    if answer.status >= _MISTAKES_OF_SERVERS:
        assert_sound(answer)
    if answer.status in (401, 403) and not is_told(answer):
        raise Inconclusive("auth_refused", f"{answer.url} is answered {answer.status}")
    return answer


def assert_sound(answer: Answer) -> None:
    """The broker does not fail at a request, whatever it makes of it."""
    __tracebackhide__ = True
    if answer.status == 503:  # noqa: PLR2004
        raise Inconclusive("server_error", f"{answer.url} is answered 503")
    assert_that(
        answer.status < _MISTAKES_OF_SERVERS,
        "a client's mistake is answered as one of the broker",
        expected="a status below 500",
        received=f"status {answer.status}: {excerpt(answer) or 'no body'}",
    )


def is_told(answer: Answer) -> bool:
    """Whether the answer is an error with a type of the standard."""
    try:
        return str(json_object(answer).get("type")).startswith(_ERRORS)
    except AssertionError:
        return False


def kind_of(answer: Answer, reading: Note) -> str:
    """The error type of a problem (5.5.2) without its namespace.

    Raises Contradiction where there is none of the standard's, Inconclusive where it has an unknown name.
    """
    __tracebackhide__ = True
    given = member(problem(answer), "type", str, "the problem")
    name = str(given).removeprefix(_ERRORS)
    if not is_uri(given) or name == given:
        fail("the type of an error is none of the standard", expected=f"{_ERRORS}…", received=given)
    if name not in STATUSES:
        detail = f"the standard has no error type {name}, given with status {answer.status}"
        raise Inconclusive("open_point", detail)
    if name == "Conflict":
        reading("A69", "conflict")
    return name


def assert_links(answer: Answer) -> None:
    """The Link header fields are well formed (RFC 8288 section 3), in one line or many."""
    __tracebackhide__ = True
    for line in answer.headers.get_list("link"):
        formed = _LINKS.fullmatch(line.strip())
        assert_that(formed, "a Link is not well formed", expected="<address>; rel=…", received=line)


def alive(broker: Broker, id: str) -> None:
    """The broker still answers, and has the entity."""
    __tracebackhide__ = True
    assert_status(broker.retrieve(id), 200, what="retrieving the entity afterwards")
