"""The words of history in NGSI-LD: Temporal Evolutions and their instances (GS CIM 009 5.6.11 to 5.7.4)."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.cleanup import Traces
from mimtest.network.client import Answer, Client, OutOfScope
from mimtest.target import Interface, Target
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    of_type,
)
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import JSON, Broker, assert_instance, short_named, types_of
from mimtest.vocabulary.ngsild_entities import is_mark
from mimtest.vocabulary.ngsild_history import Event, assert_events, moment_of
from mimtest.vocabulary.waiting import eventually

Instance = dict[str, Any]
_OWN: Final = frozenset(
    ("id", "type", "@context", "scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
)
#: The members of an instance that are no more than its value and its time.
_PLAIN: Final = frozenset(("type", "value", "object", "observedAt", "datasetId"))


def temporal_path(
    client: Client, id: str | None = None, attribute: str | None = None, instance: str | None = None
) -> str:
    """The address of temporal entities, of one, of one of its attributes, or of an instance of that."""
    parts = ["/temporal/entities"]
    parts += [] if id is None else [quote(id, safe=":")]
    parts += [] if attribute is None else ["attrs", quote(attribute, safe="")]
    parts += [] if instance is None else [quote(instance, safe=":")]
    return f"{client.interface.temporal or ''}{'/'.join(parts)}"


def traces_in(target: Target, interface: Interface) -> Traces | None:
    """Where the history of an entity is that a product may keep of it, by the address of the entity.

    The standard does not bind the two together (A58), so both are removed where history is claimed.
    """
    options = ("option:temporal", "option:temporal-recording")
    if interface.kind != "ngsi-ld" or not any(map(target.claims_token, options)):
        return None
    entities = f"{interface.url.rstrip('/')}/entities/"
    history = f"{(interface.temporal or interface.url).rstrip('/')}/temporal/entities/"

    def trace(url: str) -> str | None:
        own = url.removeprefix(entities)
        return None if own == url or not own or "/" in own else f"{history}{own}"

    return trace


def provide(broker: Broker, evolution: Mapping[str, Any]) -> Answer:
    """Create or Update Temporal Evolution of an Entity (5.6.11), removed afterwards."""
    client, place = broker.client, temporal_path(broker.client)
    headers = {**broker.names, "Content-Type": JSON}
    own = evolution.get("id")
    if is_uri(own):
        undo = temporal_path(client, str(own))
        return client.create(place, undo=undo, json=evolution, headers=headers)
    answer = client.post(place, json=evolution, headers=headers)
    if answer.ok and answer.location:
        with suppress(OutOfScope):
            client.note_created(answer.location)
    return answer


def history_of(broker: Broker, id: str, **options: Any) -> Answer:
    """Retrieve Temporal Evolution of an Entity (5.7.3)."""
    return broker.get(temporal_path(broker.client, id), **options)


def histories_of(broker: Broker, **options: Any) -> Answer:
    """Query Temporal Evolution of Entities (5.7.4)."""
    return broker.get(temporal_path(broker.client), **options)


def evolution_in(answer: Answer) -> dict[str, Any]:
    """The Temporal Evolution an answer holds, or the part of it that is told. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, 200, 206), "the temporal evolution")
    return short_named(body)


def timelines_of(evolution: Mapping[str, Any]) -> dict[str, list[Instance]]:
    """The instances of each attribute; a single one may stand alone (A49)."""
    return {n: timeline_in(v, n) for n, v in evolution.items() if n not in _OWN}


def timeline_in(value: Any, name: str) -> list[Instance]:
    """The instances of one attribute. Raises Contradiction."""
    __tracebackhide__ = True
    listed = value if isinstance(value, list) else [value]
    return [of_type(i, dict, f"an instance of '{name}'") for i in listed]


def events_in(timeline: Iterable[Instance], by: str = "observedAt") -> list[Event]:
    """What was when, by one of the times of the instances; those without it are left out."""
    moments = ((instant(i.get(by)), i) for i in timeline)
    return [Event(at, value_of(i)) for at, i in moments if at is not None]


def value_of(instance: Mapping[str, Any]) -> Any:
    """What an instance of a Property or a Relationship holds."""
    return instance["object"] if "object" in instance else instance.get("value")


def series(values: Sequence[tuple[str, Any]], **more: Any) -> list[Instance]:
    """Instances of a Property of our own: a value at each moment."""
    return [{"type": "Property", "value": v, "observedAt": at, **more} for at, v in values]


def in_dataset(timeline: Iterable[Instance], dataset: str | None) -> list[Instance]:
    """The instances of one dataset, None being the default one (4.5.5)."""
    return [i for i in timeline if i.get("datasetId") == dataset]


def alive(timeline: Iterable[Instance]) -> list[Instance]:
    """The instances that are no mark of a deletion (4.5.7): a value that is told with its end is told."""
    return [i for i in timeline if not is_mark(i)]


def assert_history(evolution: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """The evolution is of that entity and has the instances that were sent, each once, and no others."""
    __tracebackhide__ = True
    assert_equal(evolution.get("id"), sent["id"], "the id")
    assert_same_set(types_of({"type": member(evolution, "type")}), types_of(sent), "the types")
    found, expected = timelines_of(evolution), timelines_of(sent)
    for name, timeline in expected.items():
        told = alive(found.get(name, []))
        for dataset in {i.get("datasetId") for i in (*timeline, *told)}:
            place = f" in {dataset}" if dataset else ""
            events = [
                Event(moment_of(i["observedAt"]), value_of(i))
                for i in in_dataset(timeline, dataset)
            ]
            found_events = events_in(in_dataset(told, dataset))
            assert_events(found_events, events, f"the history of '{name}'{place}")
        _assert_details(told, timeline, f"the history of '{name}'")
    more = sorted(n for n in set(found) - set(expected) if alive(found[n]))
    assert_that(not more, "attributes that were not sent", expected="none", received=more)


def _assert_details(told: Iterable[Instance], timeline: Iterable[Instance], what: str) -> None:
    """Units and sub-attributes that were sent with a value are told with it."""
    __tracebackhide__ = True
    known = {(i.get("datasetId"), instant(i.get("observedAt"))): i for i in told}
    for sent in timeline:
        if set(sent) - _PLAIN:
            at = moment_of(sent["observedAt"])
            held = known.get((sent.get("datasetId"), at))
            assert_instance(held, sent, f"{what} at {sent['observedAt']}")


def seen(broker: Broker, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, once the broker tells it as the history of the entity. Raises Contradiction."""
    __tracebackhide__ = True
    eventually(lambda: assert_history(evolution_in(history_of(broker, sent["id"])), sent))
    return sent


def provided(broker: Broker, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, once it was provided and is told. Raises Contradiction."""
    __tracebackhide__ = True
    assert_status(provide(broker, sent), 201, what="providing a temporal evolution")
    return seen(broker, sent)


def instance_ids(broker: Broker, id: str, attribute: str) -> dict[Any, str]:
    """The instanceId of each instance of an attribute, by its value; empty where there are none."""
    evolution = evolution_in(history_of(broker, id, options="sysAttrs"))
    told = alive(timelines_of(evolution).get(attribute, []))
    return {value_of(i): i["instanceId"] for i in told if is_uri(i.get("instanceId"))}
