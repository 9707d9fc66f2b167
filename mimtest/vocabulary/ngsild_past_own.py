"""The past a run makes for its reading checks, and the one that a run which only reads finds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.representations import VALUE_MEMBERS
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import Broker, attributes_of, own_id, own_name
from mimtest.vocabulary.ngsild_history import Event, assert_events, moment_of
from mimtest.vocabulary.ngsild_past import Chronicle, Past, instances_in, normalized_in
from mimtest.vocabulary.ngsild_sample import Sample
from mimtest.vocabulary.ngsild_temporal import evolution_in, history_of, provide
from mimtest.vocabulary.waiting import eventually

_OK: Final = 200
_CREATED: Final = 201
#: How many entities of a type are looked at for a past, and how many numbers of one are enough.
_MOST, _ENOUGH = 5, 6
DATASET: Final = "urn:ngsi-ld:Dataset:mt-first"
#: No moment is the begin of an hour, and each hour with numbers has two, so that spreads are known.
_NUMBERS: Final = (
    ("03T08:10", 9), ("03T08:40", 10), ("03T09:20", -3), ("03T09:35", 9),
    ("03T09:50", 9), ("03T10:15", 100), ("03T10:45", 0.5), ("04T08:10", 1.5), ("04T08:30", 20), ("05T09:10", 99), ("05T09:30", 2),
)  # fmt: skip
_EARLY: Final = (("03T08:05", 7), ("03T08:50", 8))
LATE: Final = (("05T09:05", 55), ("05T10:05", 56))
_TEXTS: Final = (("03T08:10", "calm"), ("03T09:20", "gale"), ("04T08:10", "calm again"))
_LINKS: Final = (("03T08:10", "urn:ngsi-ld:Room:mt-1"), ("04T08:10", "urn:ngsi-ld:Room:mt-2"))
#: Where the gauge was; the others are elsewhere, and no two of these are near each other.
PLACES: Final = ((7.9, 51.6), (9.2, 48.8), (13.4, 52.5))
FAR: Final = (2.3, 48.9)
_FARTHER: Final = (-3.7, 40.4)
_NAMES: Final = (
    ("03T08:10", {"en": "bridge", "de": "Brücke"}),
    ("04T08:10", {"en": "new bridge", "de": "neue Brücke"}),
)
_WORDS: Final = (("03T08:10", "MtIndoor"), ("04T08:10", "MtOutdoor"))
_DOCUMENTS: Final = (("03T08:10", {"depth": {"of": 1}}), ("04T08:10", {"depth": {"of": 2}}))
_LISTS: Final = (("03T08:10", [1, 2]), ("04T08:10", [2, 1, 1]))
Series = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """An evolution of our own: its entity, what of it tells about events, and since which version."""

    role: str
    sent: Mapping[str, Any]
    since: str = "1.3.1"

    @property
    def chronicle(self) -> Chronicle:
        """What is known of it: the events of instances without a dataset."""
        told = {n: held for n, held in attributes_of(self.sent).items() if n != "scope"}
        events = {n: [_event(i) for i in held if "datasetId" not in i] for n, held in told.items()}
        return Chronicle(self.sent["id"], self.sent["type"], events)


def own_past(broker: Broker, run_id: str) -> Past:
    """A past of our own, provided and seen to be there.

    What uses later kinds of attributes is left out where it is refused. Raises Contradiction.
    """
    roles = "number text link names words documents lists several"
    names = {role: own_name(f"mt{role.title()}", run_id) for role in roles.split()}
    names |= {"place": "location"}
    made = [m for m in _evolutions(names, run_id) if broker.holds_since(m.since)]
    kept = [m for m in made if _is_kept(broker, m)]
    scopes = {m.role: m.sent["scope"][0] for m in kept if "scope" in m.sent}
    past = Past(broker, {m.role: m.chronicle for m in kept}, names, own=True, scopes=scopes)
    for chronicle in past.chronicles.values():
        eventually(partial(_assert_there, broker, chronicle))
    return past


def _is_kept(broker: Broker, made: Made) -> bool:
    answer = provide(broker, made.sent)
    if made.since == "1.3.1":
        assert_status(answer, _CREATED, what="providing a temporal evolution")
    return answer.status == _CREATED


def _assert_there(broker: Broker, known: Chronicle) -> None:
    answer = history_of(broker, known.id)
    evolution = evolution_in(answer)
    for name, events in known.events.items():
        if answer.status == _OK and events:
            found = {e.at for e in normalized_in(evolution, name)}
            missing = [e for e in events if e.at not in found]
            assert_events([], missing, f"'{name}' as it was provided")


def _evolutions(names: Mapping[str, str], run_id: str) -> Iterator[Made]:
    gauge, sign, scoped = (own_name(s, run_id) for s in ("MtGauge", "MtSign", "MtScoped"))
    number = names["number"]
    moved = zip(("03T08:10", "04T08:10", "05T09:10"), PLACES, strict=True)

    def made(role: str, type: str, held: Mapping[str, Any], since: str = "1.3.1") -> Made:
        return Made(role, {"id": own_id(type, run_id), "type": type, **held}, since)

    rows = {
        number: _series("Property", _NUMBERS),
        names["text"]: _series("Property", _TEXTS),
        names["link"]: _series("Relationship", _LINKS),
        "location": _points(list(moved)),
    }
    yield made("gauge", gauge, rows)
    for role, values, at in (("early", _EARLY, FAR), ("late", LATE, _FARTHER)):
        place = _points([(values[0][0], at)])
        yield made(role, gauge, {number: _series("Property", values), "location": place})
    yield made("names", sign, {names["names"]: _series("LanguageProperty", _NAMES)}, "1.4.1")
    later = {
        names["words"]: _series("VocabProperty", _WORDS),
        names["documents"]: _series("JsonProperty", _DOCUMENTS),
        names["lists"]: _series("ListProperty", _LISTS),
    }
    yield made("kinds", sign, later, "1.8.1")
    several = [*_series("Property", _EARLY), *_series("Property", LATE, datasetId=DATASET)]
    yield made("several", sign, {names["several"]: several}, "1.8.1")
    for role in ("west", "east"):
        held = {number: _series("Property", _EARLY), "scope": [f"/mt{run_id}/{role}"]}
        yield made(role, scoped, held, "1.5.1")


def _series(kind: str, values: Series, **more: Any) -> list[dict[str, Any]]:
    member = VALUE_MEMBERS[kind]
    return [
        {"type": kind, member: v, "observedAt": f"2025-03-{at}:00Z", **more} for at, v in values
    ]


def _points(places: Series) -> list[dict[str, Any]]:
    at = [(when, {"type": "Point", "coordinates": list(place)}) for when, place in places]
    return _series("GeoProperty", at)


def _event(instance: Mapping[str, Any]) -> Event:
    return Event(moment_of(instance["observedAt"]), instance[VALUE_MEMBERS[instance["type"]]])


def sampled_past(reader: Broker, samples: Iterable[Sample]) -> Past:
    """The richest past of a number that is found soon. Raises Inconclusive where there is none."""
    found: list[Past] = []
    for sample in samples:
        for entity in sample.entities[:_MOST]:
            found += _found(reader, entity["id"], sample.type)
            if found and len(found[-1].numbers) >= _ENOUGH:
                return found[-1]
    if not found:
        raise Inconclusive("no_data", "no sampled entity has a number whose past is told")
    return max(found, key=lambda past: len(past.numbers))


def _found(reader: Broker, id: str, type: str) -> list[Past]:
    """An entity with a number, by the attributes of which all is told."""
    answer = history_of(reader, id)
    if answer.status != _OK:
        return []
    evolution = evolution_in(answer)
    known: dict[str, list[Event]] = {}
    names: dict[str, str] = {}
    for name in attributes_of(evolution):
        with suppress(Contradiction):
            events, role = normalized_in(evolution, name), _role(instances_in(evolution, name))
            if role and len(events) == len({e.at for e in events}):
                known[name] = events
                names[role] = max(name, names.get(role, name), key=lambda n: len(known[n]))
    chronicle = Chronicle(id, type, known)
    return [Past(reader, {"gauge": chronicle}, names, own=False)] if "number" in names else []


def _role(instances: Iterable[Mapping[str, Any]]) -> str | None:
    """What an attribute is good for, of which all instances are alike."""
    roles = {_role_of(i.get("type"), i.get("value")) for i in instances}
    return roles.pop() if len(roles) == 1 else None


def _role_of(kind: Any, value: Any) -> str | None:
    if kind != "Property":
        return {"Relationship": "link", "GeoProperty": "place"}.get(str(kind))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return "text" if isinstance(value, str) and instant(value) is None else None
