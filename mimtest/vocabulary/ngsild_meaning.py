"""What the names in a broker's answers mean: by the @context it gives, against what is known.

Entities of our own mean what was sent. Those of others mean what an answer without any @context of the
client says, which names them by their IRIs.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from mimtest.errors import Inconclusive, Unanswered
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member
from mimtest.vocabulary.jsonld import Loader, expand, includes
from mimtest.vocabulary.ngsild import (
    CONTEXT_RELATION,
    JSON,
    JSON_LD,
    Broker,
    entities_in,
    entity_in,
    own_id,
)
from mimtest.vocabulary.ngsild_contexts import OwnTerms

_OK: Final = 200
_ELSEWHERE: Final = range(300, 400)
_CORE: Final = "://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
_FIRST_VERSION: Final = "1.3.1"
#: Since which version there is a kind of attribute, and one such.
_KINDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    (
        "1.4.1",
        {"label": {"type": "LanguageProperty", "languageMap": {"de": "Brücke", "en": "bridge"}}},
    ),
    ("1.8.1", {"tags": {"type": "VocabProperty", "vocab": "MtThing"}}),
    ("1.8.1", {"addr": {"type": "JsonProperty", "json": {"temp": [1, None, "x"]}}}),
    ("1.8.1", {"seen": {"type": "ListProperty", "valueList": [3, 1, 2]}}),
)


@dataclass(frozen=True, slots=True)
class Look:
    """An entity as a broker shows it under the @context at `asked`.

    `meant` is what it means, expanded, where it is ours; `load` gives the documents of @contexts.
    """

    broker: Broker
    type: str
    id: str
    asked: str | None
    load: Loader
    meant: Mapping[str, Any] | None = None

    def ask(self, way: str, accept: str) -> tuple[Answer, list[dict[str, Any]]]:
        """The entity retrieved, or found by a query for its type. Raises Contradiction."""
        __tracebackhide__ = True
        if way == "retrieve":
            answer = self.broker.retrieve(self.id, accept=accept)
            return answer, [entity_in(answer)]
        answer = self.broker.query(type=self.type, id=self.id, accept=accept)
        return answer, entities_in(answer)


def reading_contexts(broker: Broker, asked: str | None) -> Loader:
    """A loader of what the broker's answers refer to.

    That the tester cannot read the @context of the target file, or is sent elsewhere for one, says
    nothing of the broker: Inconclusive. Any other has to be there.
    """

    def load(url: str) -> Any:
        answer = broker.client.get(url, headers={"Accept": JSON_LD})
        if answer.status != _OK and (url == asked or answer.status in _ELSEWHERE):
            detail = f"the tester cannot read the @context at {url}: status {answer.status}"
            raise Inconclusive("precondition_unmet", detail)
        return assert_status(answer, _OK).json()

    return load


def linked_contexts(answer: Answer) -> list[str]:
    """The addresses of the @contexts an answer links to (6.3.6)."""
    return [k["href"] for k in answer.links if CONTEXT_RELATION in k.get("rel", "").split()]


def is_core(context: Any) -> bool:
    """Whether it is the address of the core context, in any version."""
    return isinstance(context, str) and _CORE in context


@lru_cache(maxsize=4)
def core_context(client: Client) -> str:
    """The address of the core context that a broker names itself, else that of its version.

    No other is sure to be known to a broker that reaches no address outside.
    """
    given: list[str] = []
    with suppress(Unanswered):
        given = linked_contexts(Broker(client).get("/types"))
    version = ".".join((client.interface.version or _FIRST_VERSION).split(".")[:2])
    usual = f"https{_CORE}-v{version}.jsonld"
    return next((url for url in given if is_core(url)), usual)


def assert_explained(look: Look, entity: Mapping[str, Any], context: Any) -> None:
    """With the core context, `context` gives the entity's names the meaning they have.

    Where the entity is not ours, the very @context that was asked for needs no proof.
    """
    __tracebackhide__ = True
    listed = context if isinstance(context, list) else [context]
    if look.meant is None and all(c == look.asked or is_core(c) for c in listed):
        return
    node = expand({**entity, "@context": listed}, look.load)
    meant = look.meant or _bare_meaning(look, entity["id"])
    assert_named(node, meant)


def assert_named(node: Mapping[str, Any], meant: Mapping[str, Any]) -> None:
    """The expanded entity has the types and attributes that `meant` has, by their IRIs."""
    __tracebackhide__ = True
    missing = sorted(_names(meant) - _names(node))
    assert_that(
        not missing,
        "under the @context given, names mean something else",
        expected=missing,
        received=sorted(_names(node)),
    )


def assert_means(node: Mapping[str, Any], meant: Mapping[str, Any]) -> None:
    """The expanded entity says everything that `meant` does."""
    __tracebackhide__ = True
    for name, part in meant.items():
        whole = member(node, name, None, "the expanded entity")
        same = whole == part if name == "@id" else includes(whole, part)
        assert_that(same, f"{name} means something else", expected=part, received=whole)


def _names(node: Mapping[str, Any]) -> frozenset[str]:
    """The IRIs of an expanded entity's attributes and types."""
    return frozenset(n for n in node if not n.startswith("@")) | frozenset(node.get("@type", ()))


def _bare_meaning(look: Look, id: str) -> dict[str, Any]:
    """What the entity means in an answer to a client without a @context."""
    __tracebackhide__ = True
    answer = assert_status(Broker(look.broker.client).retrieve(id, accept=JSON), 200)
    return expand({**json_object(answer), "@context": linked_contexts(answer)}, look.load)


def meaning_in(broker: Broker, id: str, load: Loader) -> dict[str, Any]:
    """The entity in JSON-LD, expanded by the @context inside. Raises Contradiction."""
    __tracebackhide__ = True
    return expand(json_object(assert_status(broker.retrieve(id, accept=JSON_LD), 200)), load)


def own_room(terms: OwnTerms, run_id: str) -> dict[str, Any]:
    """An entity under our terms, of every old kind of attribute, with its @context inside."""
    dataset = "urn:ngsi-ld:Dataset:mt-second"
    return {
        "id": own_id("Room", run_id),
        "type": "MtRoom",
        "temp": {
            "type": "Property",
            "value": 21.5,
            "unitCode": "CEL",
            "observedAt": "2026-03-14T13:00:00Z",
            "open": {
                "type": "Property",
                "value": True,
                "inRoom": {"type": "Relationship", "object": "urn:ngsi-ld:Room:mt-other"},
            },
        },
        "ex:level": [
            {"type": "Property", "value": 1},
            {"type": "Property", "value": 2, "datasetId": dataset},
        ],
        "inRoom": {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-town-hall"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [7.9, 51.6]},
        },
        "@context": terms.terms,
    }


def own_kinds(broker: Broker, terms: OwnTerms, run_id: str) -> Iterable[dict[str, Any]]:
    """Entities under our terms, one for each newer kind of attribute the version has."""
    for since, attribute in _KINDS:
        if broker.holds_since(since):
            head = {"id": own_id("Thing", run_id), "type": "MtThing"}
            yield {**head, **attribute, "@context": terms.terms}
