"""The data set a run makes for its reading checks: every kind of attribute, all values different.

Twelve sensors, three rooms, a door, and a door that is a room as well. Numbers, and texts of digits, have
another order as numbers than as texts; labels each begin with a letter of their own, in another order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.vocabulary.ngsild import own_name

#: The versions that brought new kinds of attributes.
VERSIONS: Final = ("1.8.1", "1.5.1", "1.4.1", "1.3.1")
_SENSORS: Final = 12
_ROOMS: Final = 3
_TEMPERATURES: Final = (9, 10, -3, 100, 0, 1.5, 20, 99, 10.5, 1000)
_LABELS: Final = (
    "kilo",
    "alpha, north",
    'golf "two"',
    "delta süd",
    "mike 50% full",
    "bravo; east",
    "juliet",
    "echo",
    "india",
    "charlie",
    "hotel",
)
_DIGITS: Final = ("9", "10", "100", "20", "1000", "31")
_MOMENTS: Final = (
    "2026-03-04T12:00:00Z",
    "2026-03-04T11:59:59Z",
    "2026-03-04T14:30:00+02:00",
    "2025-12-31T23:00:00Z",
    "2026-03-04T11:00:00-02:00",
    "2026-10-01T00:00:00Z",
)
_DAYS: Final = ("2026-03-04", "2025-12-31", "2026-10-01", "2026-03-05")
_CLOCKS: Final = ("12:00:00Z", "09:30:00Z", "23:59:59Z", "12:00:01Z")
#: One flag is none, but a text.
_FLAGS: Final = (True, False, True, False, False, "true")
_ADDRESSES: Final = (
    {"city": "Ahlen", "street": "street 0", "building": {"floor": 0, "wing": "N"}},
    {"city": "Bonn", "street": "street 1"},
    {"city": "Coesfeld", "street": "street 2", "building": {"floor": 2, "wing": "S"}},
    {"city": "Dorsten", "street": "street 3"},
    {"street": "street 4", "building": {"floor": 4}},
    {"street": "street 5"},
)
_OBSERVED: Final = tuple(f"2026-04-{day}T08:00:00Z" for day in (20, 18, 28, 14, 12, 30, 11, 10))
_UNITS: Final = ("CEL", "FAH", "KEL", "A48")
_ACCURACIES: Final = (0.5, 0.25, 2, 10, 9)
_SOURCES: Final = ({"maker": "Nord"}, {"maker": "Ost"}, {"owner": "Nord"})
DATASETS: Final = "urn:ngsi-ld:Dataset:mt-"
_DATASETS: Final = (
    ("", "first"),
    ("", "first", "second"),
    ("",),
    ("first", "second"),
    ("",),
    ("first",),
)
_DATASET_VALUES: Final = {"": 100, "first": 200, "second": 300}
_LANGUAGES: Final = (
    {"en": "bridge", "de": "Brücke", "fr": "pont"},
    {"en": "tower", "de": "Turm"},
    {"en": "gate", "de": "bridge"},
    {"fr": "porte"},
)
_SCOPES: Final = (
    ["west"],
    ["west/north"],
    ["west/north/lake", "east"],
    ["west/south/lake"],
    ["east/south"],
    ["westend"],
    ["east"],
)
_WORDS: Final = ("MtIndoor", "MtOutdoor", "MtUnderground")

Attribute = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class OwnData:
    """Names of this process alone, and the entities that can be made with them."""

    run_id: str
    tag: str
    names: Mapping[str, str]

    @property
    def types(self) -> tuple[str, str, str]:
        """The types of sensors, rooms and doors."""
        sensor, room, door = (self.names[n] for n in ("MtSensor", "MtRoom", "MtDoor"))
        return sensor, room, door

    def scope(self, path: str = "") -> str:
        """A scope below that of this process."""
        return f"/mt{self.tag}/{path}".rstrip("/")

    def entities(self, version: str) -> Iterator[dict[str, Any]]:
        """The entities with the kinds of attributes a version has."""
        sensor, room, door = self.types
        makers = {k: v for since, k, v in self._makers() if _numbers(since) <= _numbers(version)}
        for n in range(_SENSORS):
            yield self._entity(sensor, n, {k: v(n) for k, v in makers.items()})
        for n in range(_ROOMS):
            yield self._entity(room, n, self._room(n))
        yield self._entity(door, 0, {"door": _value("back door")})
        if _numbers(version) >= _numbers("1.5.1"):
            both = self._entity(door, 1, {"door": _value("folding wall")})
            yield both | {"type": [room, door]}

    def id_of(self, type: str, number: int) -> str:
        """The identifier of an entity."""
        stem = next(s for s, name in self.names.items() if name == type)
        return f"urn:ngsi-ld:{stem}:mt-{self.run_id}:{self.tag}:{number:02}"

    def _entity(self, type: str, number: int, held: Mapping[str, Any]) -> dict[str, Any]:
        named = {self.names.get(k, k): v for k, v in held.items() if v is not None}
        return {"id": self.id_of(type, number), "type": type, **named}

    def _room(self, number: int) -> dict[str, Any]:
        return {
            "number": _value((17, 170, 1.7)[number]),
            "text": _value(f"{'xyz'[number]} room"),
            "location": _point(8.5 + number / 10, 51.6),
        }

    def _makers(self) -> Iterator[tuple[str, str, Attribute]]:
        """Since which version there is a kind of attribute, its role, and the one of each sensor."""
        yield "1.3.1", "number", _each(_TEMPERATURES, self._number)
        yield "1.3.1", "text", _each(_LABELS, lambda _, v: _value(v))
        yield "1.3.1", "digits", _each(_DIGITS, lambda _, v: _value(v))
        yield "1.3.1", "flag", _each(_FLAGS, lambda _, v: _value(v))
        yield "1.3.1", "array", _array
        yield "1.3.1", "object", _each(_ADDRESSES, lambda _, v: _value(v))
        yield "1.3.1", "moment", _each(_MOMENTS, lambda _, v: _typed("DateTime", v))
        yield "1.3.1", "day", _each(_DAYS, lambda _, v: _typed("Date", v))
        yield "1.3.1", "clock", _each(_CLOCKS, lambda _, v: _typed("Time", v))
        yield "1.3.1", "link", _each(range(9), self._link)
        yield "1.3.1", "location", _each(range(10), lambda n, _: _point(7.9 + n / 100, 51.6))
        yield "1.3.1", "area", _each(range(5), lambda n, _: _square(-3.7 + n / 10, 40.4))
        yield "1.3.1", "several", _each(_DATASETS, _several)
        yield "1.4.1", "languages", _each(_LANGUAGES, lambda _, v: _language(v))
        yield "1.5.1", "scope", _each(_SCOPES, lambda _, v: [self.scope(path) for path in v])
        yield "1.8.1", "word", _each(_WORDS, lambda _, v: {"type": "VocabProperty", "vocab": v})
        yield "1.8.1", "json", _each(range(4), _json)
        yield "1.8.1", "list", _each(range(4), _list)

    def _number(self, number: int, value: float) -> Any:
        """A temperature; when it was observed, in which unit, and how exactly, differs as well."""
        parts = (
            ("observedAt", _OBSERVED),
            ("unitCode", _UNITS),
            (self.names["accuracy"], [_value(a) for a in _ACCURACIES]),
            (self.names["source"], [_value(s) for s in _SOURCES]),
        )
        return _value(value) | {name: held[number] for name, held in parts if number < len(held)}

    def _link(self, number: int, _: Any) -> Any:
        return {"type": "Relationship", "object": self.id_of(self.types[1], number % _ROOMS)}


def own_data(run_id: str) -> OwnData:
    """New names for the data set."""
    roles = (
        "number:temp text:label digits:code flag:open array:tags object:addr moment:seen day:built "
        "clock:closes link:inRoom area:area several:level languages:name word:kind json:raw "
        "list:steps accuracy:accuracy source:source door:leaf MtSensor:MtSensor MtRoom:MtRoom "
        "MtDoor:MtDoor"
    )
    pairs = (r.split(":") for r in roles.split())
    names = {role: own_name(stem, run_id) for role, stem in pairs}
    alike = {"point": "location", "observed": names["number"], "anything": names["number"]}
    return OwnData(run_id, own_name("", run_id), names | alike)


def _each(values: Sequence[Any], make: Callable[[int, Any], Any]) -> Attribute:
    """The first sensors have one of these values each, the others none."""
    return lambda n: make(n, values[n]) if n < len(values) else None


def _value(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _typed(kind: str, value: str) -> dict[str, Any]:
    return _value({"@type": kind, "@value": value})


def _language(texts: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "LanguageProperty", "languageMap": texts}


def _array(number: int) -> Any:
    """Two tags, the second that of several sensors; the last sensor has that one alone, as a text."""
    shared = ("red", "green", "blue")[number % 3]
    return _value([f"tag {number}", shared] if number < _SENSORS - 1 else shared)


def _several(number: int, datasets: Sequence[str]) -> Any:
    """One instance for each dataset; the default one has no datasetId."""
    held = [
        _value(_DATASET_VALUES[d] + number) | ({"datasetId": f"{DATASETS}{d}"} if d else {})
        for d in datasets
    ]
    return held if len(held) > 1 else held[0]


def _json(number: int, _: Any) -> Any:
    value = {"value": f"c{number}", "inner": {"deep": number}}
    return {"type": "JsonProperty", "json": value}


def _list(number: int, _: Any) -> Any:
    return {"type": "ListProperty", "valueList": [number, number + 1]}


def _point(longitude: float, latitude: float) -> dict[str, Any]:
    at = [round(longitude, 3), latitude]
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": at}}


def _square(west: float, south: float) -> dict[str, Any]:
    west, east, north = round(west, 3), round(west + 0.04, 3), round(south + 0.04, 3)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "GeoProperty", "value": {"type": "Polygon", "coordinates": [ring]}}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
