"""Creating, changing and deleting entities (18-088 10)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.sandbox.ngsild.geometry import is_geometry
from mimtest.sandbox.sensorthings.city import text
from mimtest.sandbox.sensorthings.errors import NothingHereError, RefusedError
from mimtest.sandbox.sensorthings.model import DERIVED, KINDS, Kind
from mimtest.sandbox.sensorthings.store import Entity, Store
from mimtest.sandbox.sensorthings.values import instants

Document = Mapping[str, Any]
_TEXTS: Final = ("name", "description", "encodingType", "observationType")
_TIMES: Final = ("phenomenonTime", "resultTime", "time")
_GEOJSON: Final = ("application/geo+json", "application/vnd.geo+json")


class Writing:
    """One request that writes. `undo` takes back what it made, if it cannot be ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: list[Entity] = []

    def undo(self) -> None:
        """Remove what was made."""
        for entity in reversed(self._made):
            self._store.remove(entity)

    def create(self, kind: Kind, document: Any, **known: Entity) -> Entity:
        """A new entity with those made along with it. Raises RefusedError."""
        given = _object(document, kind)
        properties = {n: given[n] for n in kind.properties if n in given}
        if kind.name == "Datastream":
            properties = {n: v for n, v in properties.items() if n not in DERIVED}
        if kind.name == "Observation":
            properties.setdefault("phenomenonTime", text(datetime.now(UTC)))
            properties.setdefault("resultTime", None)
        missing = [n for n in kind.mandatory if n not in properties]
        if missing:
            raise RefusedError(f"a {kind.name} needs {', '.join(missing)}")
        _require_valid(kind, properties)
        made = self._store.add(kind.set, properties)
        self._made.append(made)
        for relation, other in known.items():
            self._store.link(made, relation, other)
        self._relate(made, given)
        self._complete(made)
        return made

    def change(self, entity: Entity, document: Any, *, whole: bool = False) -> None:
        """Set some properties and relations of an entity, or all of them. Raises RefusedError."""
        given = _object(document, entity.kind)
        changes = {n: given[n] for n in entity.kind.properties if n in given}
        properties = changes if whole else {**entity.properties, **changes}
        missing = [n for n in entity.kind.mandatory if properties.get(n) is None]
        if missing:
            raise RefusedError(f"a {entity.kind.name} needs {', '.join(missing)}")
        _require_valid(entity.kind, properties)
        self._relate(entity, given, anew=True)
        entity.properties = properties

    def _relate(self, one: Entity, given: Document, *, anew: bool = False) -> None:
        for name, relation in one.kind.relations.items():
            if name not in given:
                continue
            stated = given[name] if relation.many else [given[name]]
            if not isinstance(stated, list):
                raise RefusedError(f"{name} is a list")
            others = [self._other(one, name, item) for item in stated]
            if anew and one.kind.name == "Thing" and name == "Locations":
                self._store.unlink(one, name)
            for other in others:
                self._store.link(one, name, other)
            self._remember(one, name, others)

    def _other(self, one: Entity, name: str, item: Any) -> Entity:
        """The entity that is meant: one there is, or one to make."""
        relation = one.kind.relations[name]
        if isinstance(item, Mapping) and "@iot.id" in item and len(item) == 1:
            try:
                return self._store.get(relation.target, item["@iot.id"])
            except (NothingHereError, TypeError) as error:
                raise RefusedError(f"{name}: there is no {item['@iot.id']!r}") from error
        return self.create(KINDS[relation.target], item, **{relation.back: one})

    def _remember(self, one: Entity, name: str, others: list[Entity]) -> None:
        """A Thing that is somewhere else now has a HistoricalLocation more (10.2.2)."""
        if one.kind.name == "Thing" and name == "Locations" and others:
            self.record(one, others)
        if one.kind.name == "Location" and name == "Things":
            for thing in others:
                self.record(thing, [one])

    def record(self, thing: Entity, locations: list[Entity]) -> None:
        """Write down where a Thing is from now on."""
        now = {"time": text(datetime.now(UTC))}
        made = self._store.add("HistoricalLocations", now, Thing=thing, Locations=locations)
        self._made.append(made)

    def _complete(self, made: Entity) -> None:
        """What the service adds by itself, and whether nothing is missing then."""
        if made.kind.name == "Observation" and not made.links.get("FeatureOfInterest"):
            feature = self._feature_for(made)
            if feature:
                self._store.link(made, "FeatureOfInterest", feature)
        for name, relation in made.kind.relations.items():
            if relation.needed and not made.links.get(name):
                raise RefusedError(f"a {made.kind.name} needs a {name}")

    def _feature_for(self, observation: Entity) -> Entity | None:
        """The feature at the Location of the Thing, made where there is none yet (10.2.1)."""
        places = [
            location
            for stream in self._store.related(observation, "Datastream")
            for thing in self._store.related(stream, "Thing")
            for location in self._store.related(thing, "Locations")
        ]
        if not places:
            return None
        place = places[0].properties
        for feature in self._store.all_of("FeaturesOfInterest"):
            if feature.properties["feature"] == place["location"]:
                return feature
        copied = {n: place[n] for n in ("name", "description", "encodingType")}
        made = self._store.add("FeaturesOfInterest", {**copied, "feature": place["location"]})
        self._made.append(made)
        return made


def _object(document: Any, kind: Kind) -> Document:
    if not isinstance(document, Mapping):
        raise RefusedError(f"a {kind.name} is a JSON object")
    return document


def _require_valid(kind: Kind, properties: Document) -> None:
    """Texts are texts, times times, places places. Raises RefusedError."""
    for name, value in properties.items():
        if name in _TEXTS and not isinstance(value, str):
            raise RefusedError(f"{name} is a text")
        if name in _TIMES and value is not None and not _is_time(value):
            raise RefusedError(f"{name} is an ISO 8601 time with a zone")
    for name in ("location", "feature"):
        geographic = name in properties and properties.get("encodingType") in _GEOJSON
        if geographic and not is_geometry(_geometry(properties[name])):
            raise RefusedError(f"the {name} of a {kind.name} is no GeoJSON geometry")


def _is_time(value: Any) -> bool:
    try:
        return all(m.tzinfo for m in instants(value))
    except ValueError:
        return False


def _geometry(value: Any) -> Any:
    is_feature = isinstance(value, Mapping) and value.get("type") == "Feature"
    return value.get("geometry") if is_feature else value
