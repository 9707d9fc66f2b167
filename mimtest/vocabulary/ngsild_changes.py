"""The words for changing entities of our own: what a change left behind, and what its result says.

GS CIM 009 5.2.18, 5.6.2 to 5.6.5, 5.6.17 to 5.6.19.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild import (
    JSON_LD,
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    path_of,
)
from mimtest.vocabulary.waiting import eventually

#: How the default instance of an attribute may be named.
_DEFAULT: Final = (None, "@none")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """The attributes that took a change and those that did not (5.2.18), names in short form.

    `full` says whether every name came as an IRI, as 6.3.6 wants it.
    """

    updated: tuple[str, ...]
    refused: tuple[str, ...]
    full: bool


def kept(broker: Broker, entity: Json) -> Json:
    """The entity, created and seen to be there: what a change starts from."""
    __tracebackhide__ = True
    assert_status(broker.create(entity), 201, what="creating an entity")
    return seen(broker, entity)


def seen(broker: Broker, entity: Json) -> Json:
    """The entity, whose attributes and instances the broker holds as soon as it has settled."""
    __tracebackhide__ = True
    eventually(lambda: assert_whole(entity_in(broker.retrieve(entity["id"])), entity))
    return entity


def attrs_of(entity: Mapping[str, Any]) -> str:
    """The path of an entity's attributes."""
    return f"{path_of(entity['id'])}/attrs"


def send_json_ld(broker: Broker, method: str, where: str, document: Any) -> Answer:
    """Send JSON-LD with its @context inside."""
    return broker.client.request(
        method, where, json=document, headers={"Content-Type": JSON_LD, **broker.names}
    )


def assert_whole(entity: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The entity has the attributes that were sent, no others, and of each the instances sent."""
    __tracebackhide__ = True
    single = {name: value for name, value in sent.items() if not isinstance(value, list)}
    assert_holds(entity, single | {"type": sent["type"]})
    names = [n for n, v in sent.items() if isinstance(v, dict | list) and n not in _NO_ATTRIBUTES]
    assert_same_set(list(attributes_of(entity)), names, "the attributes")
    for name in names:
        if isinstance(sent[name], list):
            _assert_instances(entity, name, sent[name])


_NO_ATTRIBUTES: Final = ("type", "scope", "@context")


def _assert_instances(
    entity: Mapping[str, Any], name: str, sent: Sequence[Mapping[str, Any]]
) -> None:
    __tracebackhide__ = True
    held = [(_dataset(i), i) for i in attributes_of(entity)[name]]
    wanted = {_dataset(i): i for i in sent}
    assert_same_set([d for d, _ in held], list(wanted), f"the instances of '{name}'")
    identity = {"id": entity["id"], "type": entity["type"]}
    for dataset, instance in held:
        assert_holds({**identity, name: instance}, {**identity, name: wanted[dataset]})


def _dataset(instance: Mapping[str, Any]) -> str:
    given = instance.get("datasetId")
    return "the default instance" if given in _DEFAULT else str(given)


def assert_without(entity: Mapping[str, Any], attribute: str, *names: str) -> None:
    """No instance of the attribute has any of these members."""
    __tracebackhide__ = True
    instances = attributes_of(entity).get(attribute, [])
    for name in names:
        assert_that(
            instances and all(name not in i for i in instances),
            f"'{name}' of '{attribute}' is still there",
            expected=f"no '{name}'",
            received=instances,
        )


def scopes_of(entity: Mapping[str, Any]) -> frozenset[str]:
    """The entity's scopes, one alone or several in an array, each beginning with a slash (4.18)."""
    given = entity.get("scope", [])
    listed = given if isinstance(given, list) else [given]
    return frozenset("/" + str(s).removeprefix("/") for s in listed)


def update_result(answer: Answer) -> UpdateResult:
    """What a 207 answer to a change of attributes says. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, 207))
    updated = [of_type(n, str, "a name") for n in member(body, "updated", list)]
    refused = []
    for item in objects(member(body, "notUpdated", list), "'notUpdated'"):
        refused.append(member(item, "attributeName", str, "an item of 'notUpdated'"))
        member(item, "reason", str, "an item of 'notUpdated'")
    full = all(":" in name for name in (*updated, *refused))
    return UpdateResult(_short(updated), _short(refused), full)


def _short(names: Collection[str]) -> tuple[str, ...]:
    return tuple(n.removeprefix(DEFAULT_VOCABULARY) for n in names)
