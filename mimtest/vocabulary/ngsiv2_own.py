"""Data of our own on an NGSI v2 broker, without the characters that brokers may refuse."""

from typing import Any, Final

from mimtest.vocabulary.ngsild import own_id, own_name

_NUMBERS: Final = (-3, 0, 1.5, 9, 10, 10.5, 20, 99, 100, None)
_COLOURS: Final = ("red", "green", "blue", "yellow", "brown")
_CITIES: Final = ("Ahlen", "Beckum", "Soest")
_LACKING: Final = 3
Json = dict[str, Any]


def room(run_id: str) -> Json:
    """An entity that nobody has created yet."""
    return {
        "id": own_id("Room", run_id),
        "type": own_name("MtRoom", run_id),
        "label": {"type": "Text", "value": "Sitzungssaal Süd"},
        "temperature": {
            "type": "Number",
            "value": 21.5,
            "metadata": {
                "unitCode": {"type": "Text", "value": "CEL"},
                "accuracy": {"type": "Number", "value": 0.5},
            },
        },
        "open": {"type": "Boolean", "value": True},
        "address": {"type": "StructuredValue", "value": {"city": "Ahlen", "floor": 2}},
        "location": point(7.9, 51.6),
    }


def sensors(run_id: str) -> list[Json]:
    """Ten entities of one type of our own, in a line, 0.01 degrees of longitude apart.

    Temperatures differ, and their order as text is another than as numbers; the last has none.
    """
    kind = own_name("MtSensor", run_id)
    return [_sensor(kind, run_id, n, value) for n, value in enumerate(_NUMBERS)]


def _sensor(kind: str, run_id: str, number: int, temperature: float | None) -> Json:
    sensor = {
        "id": own_id(f"Sensor{number}", run_id),
        "type": kind,
        "label": {"type": "Text", "value": f"sensor-{number}"},
        "colour": {"type": "Text", "value": _COLOURS[number % len(_COLOURS)]},
        "tags": {"type": "StructuredValue", "value": _tags(number)},
        "address": {
            "type": "StructuredValue",
            "value": {"city": _CITIES[number % len(_CITIES)], "at": {"floor": number}},
        },
        "seen": {"type": "DateTime", "value": f"2026-03-{10 + number}T12:00:00.000Z"},
        "size": {"type": "Text", "value": "20"} if number % 2 else _number(20),
        "mixture": {"type": "Text", "value": "light,green" if number % 2 else "light"},
        "location": point(round(7.9 + number / 100, 2), 51.6),
    }
    if temperature is not None:
        metadata = {"unitCode": {"type": "Text", "value": "CEL" if number % 2 else "FAH"}}
        sensor["temperature"] = {**_number(temperature), "metadata": metadata}
    if number % _LACKING == 0:
        sensor["depth"] = _number(number)
    return sensor


def _tags(number: int) -> list[str]:
    return ["wet", f"t{number}"] if number % 2 else ["dry"]


def _number(value: float) -> Json:
    return {"type": "Number", "value": value}


def point(longitude: float, latitude: float) -> Json:
    """A place as an attribute."""
    at = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "geo:json", "value": at}


def subscription(run_id: str) -> Json:
    """A subscription to an entity that does not exist: nothing is ever sent."""
    return {
        "description": f"mimtest {run_id}",
        "subject": {
            "entities": [{"id": own_id("Unseen", run_id), "type": own_name("MtUnseen", run_id)}],
            "condition": {"attrs": ["temperature"], "expression": {"q": "temperature>40"}},
        },
        "notification": {
            "http": {"url": "http://mimtest.invalid/notify"},
            "attrs": ["temperature"],
        },
        "expires": "2036-04-05T14:00:00.000Z",
        "throttling": 5,
    }
