"""Entities of our own in a SensorThings service: each carries the run's id and is removed afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import uuid4

from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_status, assert_that, fail, member, of_type, shown
from mimtest.vocabulary.sensorthings import ID, SELF, Document, Sensing, entities_of, entity_of

_UNIT: Final = {
    "name": "degree Celsius",
    "symbol": "degC",
    "definition": "http://unitsofmeasure.org/ucum.html#para-30",
}
_MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
_GEOJSON: Final = "application/geo+json"
_KEY: Final = re.compile(r"\([^()/]+\)$")
#: Instants of observations, an hour apart.
TIMES: Final = tuple(f"2026-03-01T{hour:02d}:00:00.000Z" for hour in range(6, 12))


@dataclass(frozen=True, slots=True)
class Made:
    """An entity that was created: its set and id, where it is, and what was sent."""

    set: str
    id: Any
    address: str
    sent: Document


@dataclass(slots=True)
class Own:
    """Makes entities and has them removed afterwards."""

    sensing: Sensing
    _number: "count[int]" = field(default_factory=count)

    @property
    def run_id(self) -> str:
        """The run's id, which every name has in it."""
        return self.sensing.client.run_id

    def name(self, what: str) -> str:
        """A name of our own that nothing else has."""
        return f"mimtest {self.run_id} {what} {next(self._number)}-{uuid4().hex[:6]}"

    def post(self, address: str, document: Any) -> Answer:
        """Try to create something; observations go with the Datastream of ours that they are in."""
        known = address.partition("?")[0].endswith("Observations")
        return self.sensing.client.post(address, json=document, known=known)

    def create(self, name: str, document: Document, at: str | None = None) -> Made:
        """Create an entity in its set, or at a relation. Raises Contradiction unless it is told where it is."""
        __tracebackhide__ = True
        address = at or self.sensing.address(name)
        answer = self.post(address, document)
        self.remember(name, answer)
        assert_status(answer, 201, what=f"creating one of {name}")
        where = answer.location
        assert_that(where, f"creation in {name} names no Location", expected="Location")
        found = answer.json() if answer.body else {}
        if not isinstance(found, Mapping) or ID not in found:
            found = entity_of(self.sensing.get(str(where), fresh=True), f"what {where} leads to")
        return Made(name, found[ID], str(where), document)

    def remember(self, name: str, answer: Answer) -> None:
        """Have what was created removed, at its place in the set: an address told may be another host's."""
        if not answer.ok:
            return
        body = answer.json() if answer.body else {}
        link = answer.location or (body.get(SELF) if isinstance(body, Mapping) else None)
        self.note(name, str(link or ""))

    def note(self, name: str, link: str) -> None:
        """Have the entity of a set removed that a link leads to, if it leads to one."""
        key = _KEY.search(link)
        if key:
            self.sensing.client.note_created(f"{self.sensing.address(name)}{key[0]}")

    def adopt(self, name: str, entity: Document) -> None:
        """Have an entity removed that came with another; one that is not ours is left alone."""
        __tracebackhide__ = True
        if self.run_id not in json.dumps(entity):
            fail(
                f"{shown(entity.get(ID))} of {name} is none of those that were sent",
                expected=self.run_id,
                received=shown(entity),
            )
        key = member(entity, ID, what=f"one of {name}")
        self.sensing.client.note_created(self.sensing.place(name, key))

    def related(self, one: Made, relation: str) -> list[dict[str, Any]]:
        """What an entity is related to, as it is now."""
        __tracebackhide__ = True
        place = self.sensing.place(one.set, one.id, relation)
        return entities_of(self.sensing.get(place, fresh=True), place)

    def the(self, one: Made, relation: str) -> dict[str, Any]:
        """The one entity it is related to, as it is now."""
        __tracebackhide__ = True
        place = self.sensing.place(one.set, one.id, relation)
        return entity_of(self.sensing.get(place, fresh=True), place)

    def now(self, one: Made) -> dict[str, Any]:
        """An entity as it is now."""
        __tracebackhide__ = True
        return entity_of(self.sensing.get(one.address, fresh=True), f"{one.set}({shown(one.id)})")

    def thing(self, **more: Any) -> dict[str, Any]:
        """A Thing to create."""
        return {
            "name": self.name("thing"),
            "description": "made by mimtest",
            "properties": {"run": self.run_id},
            **more,
        }

    def location(self, **more: Any) -> dict[str, Any]:
        """A Location to create, at a place of its own far from everything."""
        return self._placed("location", "location") | more

    def feature(self, **more: Any) -> dict[str, Any]:
        """A FeatureOfInterest to create, at a place of its own."""
        return self._placed("feature", "feature") | more

    def _placed(self, what: str, member: str) -> dict[str, Any]:
        east, north = (int(uuid4().hex[:5], 16) / 16**5 for _ in range(2))
        position = [round(-131 + east, 6), round(-49 + north, 6)]
        return {
            "name": self.name(what),
            "description": "made by mimtest",
            "encodingType": _GEOJSON,
            member: {"type": "Point", "coordinates": position},
        }

    def sensor(self) -> dict[str, Any]:
        """A Sensor to create."""
        return {
            "name": self.name("sensor"),
            "description": "made by mimtest",
            "encodingType": "text/html",
            "metadata": "https://mimtest.example/sensor.html",
        }

    def observed_property(self) -> dict[str, Any]:
        """An ObservedProperty to create."""
        return {
            "name": self.name("property"),
            "definition": f"https://mimtest.example/properties/{self.run_id}",
            "description": "made by mimtest",
        }

    def stream(self, **more: Any) -> dict[str, Any]:
        """A Datastream to create, without what it is related to."""
        return {
            "name": self.name("stream"),
            "description": "made by mimtest",
            "observationType": _MEASUREMENT,
            "unitOfMeasurement": _UNIT,
            **more,
        }


@dataclass(frozen=True, slots=True)
class Plant:
    """One entity of each kind, of our own, related to each other."""

    own: Own
    thing: Made
    location: Made
    sensor: Made
    observed_property: Made
    feature: Made
    stream: Made
    observation: Made


def link_to(made: Made) -> dict[str, Any]:
    """An entity as one refers to it."""
    return {ID: made.id}


def planted(own: Own) -> Plant:
    """Create one entity of each kind, each in its own set. Raises Contradiction."""
    __tracebackhide__ = True
    thing = own.create("Things", own.thing())
    location = own.create("Locations", own.location(Things=[link_to(thing)]))
    sensor = own.create("Sensors", own.sensor())
    observed = own.create("ObservedProperties", own.observed_property())
    feature = own.create("FeaturesOfInterest", own.feature())
    related = {"Thing": thing, "Sensor": sensor, "ObservedProperty": observed}
    stream = own.create("Datastreams", own.stream(**{n: link_to(m) for n, m in related.items()}))
    sent = {
        "phenomenonTime": TIMES[0],
        "resultTime": TIMES[0],
        "result": 17.25,
        "Datastream": link_to(stream),
        "FeatureOfInterest": link_to(feature),
    }
    observation = own.create("Observations", sent)
    return Plant(own, thing, location, sensor, observed, feature, stream, observation)


def assert_kept(received: Document, sent: Document, names: Sequence[str]) -> None:
    """An entity has the properties it was sent with."""
    __tracebackhide__ = True
    of_type(received, dict, "the entity")
    wrong = {n: received.get(n) for n in names if received.get(n) != sent[n]}
    assert_that(
        not wrong,
        "an entity is not as it was sent",
        expected={n: sent[n] for n in wrong},
        received=wrong,
    )
