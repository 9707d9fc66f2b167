"""Entities and sets as JSON documents (18-088 8.1, 9.2, 9.3.2), and the data array (13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.sensorthings.filters import Parser
from mimtest.sandbox.sensorthings.model import KINDS, Kind
from mimtest.sandbox.sensorthings.options import Options
from mimtest.sandbox.sensorthings.ordering import ordered
from mimtest.sandbox.sensorthings.store import Entity, Store
from mimtest.sandbox.sensorthings.values import value_of

Document = dict[str, Any]
#: Shown as null where they have no value; the others are left out.
_SHOWN: Final = ("resultTime",)
_COMPONENTS: Final = ("id", "phenomenonTime", "resultTime", "result", "FeatureOfInterest/id")


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a store; `root` is the service's own address."""

    store: Store
    root: str

    def address(self, entity: Entity) -> str:
        """Where an entity is."""
        return f"{self.root}/{entity.kind.set}({entity.key})"

    def entity(self, entity: Entity, options: Options) -> Document:
        """An entity with what is selected of it and expanded."""
        document: Document = {"@iot.id": entity.id, "@iot.selfLink": self.address(entity)}
        for name in entity.kind.properties:
            value = value_of(self.store, entity, name)
            if value is not None or (entity.kind.name == "Observation" and name in _SHOWN):
                document[name] = value
        for name in entity.kind.relations:
            if name not in options.expand:
                document[f"{name}@iot.navigationLink"] = f"{self.address(entity)}/{name}"
        if options.select:
            document = _selected(document, options.select)
        for name, asked in options.expand.items():
            document |= self._expanded(entity, name, asked)
        return document

    def _expanded(self, entity: Entity, name: str, options: Options) -> Document:
        relation, others = entity.kind.relations[name], self.store.related(entity, name)
        if not relation.many:
            return {name: self.entity(others[0], options) if others else None}
        chosen = self.chosen(_kind_of(entity, name), others, options)
        page = chosen[options.skip :][: options.size]
        document: Document = {name: [self.entity(o, options) for o in page]}
        if options.count:
            document[f"{name}@iot.count"] = len(chosen)
        if options.skip + len(page) < len(chosen):
            query = f"$top={options.size}&$skip={options.skip + len(page)}"
            document[f"{name}@iot.nextLink"] = f"{self.address(entity)}/{name}?{query}"
        return document

    def chosen(self, kind: Kind, entities: list[Entity], options: Options) -> list[Entity]:
        """The entities that pass the filter, in the order asked for."""
        if options.filter is not None:
            read = Parser(self.store, kind, options.filter).whole()
            entities = [e for e in entities if any(v is True for v in read(e))]
        if options.orderby is not None:
            entities = ordered(self.store, kind, entities, options.orderby)
        return entities

    def collection(
        self, kind: Kind, entities: list[Entity], options: Options, asked: tuple[str, Any]
    ) -> Document:
        """A page of a set; `asked` is its address and the query as it came, for the link to the next."""
        chosen = self.chosen(kind, entities, options)
        page = chosen[options.skip :][: options.size]
        document: Document = {"@iot.count": len(chosen)} if options.count else {}
        further = options.skip + len(page)
        if page and further < len(chosen):
            document["@iot.nextLink"] = _next(asked, options.size, further)
        if options.data_array:
            return document | {"value": self._arrays(page)}
        return document | {"value": [self.entity(e, options) for e in page]}

    def references(self, entities: Sequence[Entity]) -> Document:
        """Addresses only."""
        return {"value": [{"@iot.selfLink": self.address(e)} for e in entities]}

    def _arrays(self, observations: Sequence[Entity]) -> list[Document]:
        found = []
        for stream in dict.fromkeys(o.links["Datastream"][0] for o in observations):
            owner = self.store.get("Datastreams", stream)
            rows = [_row(o) for o in observations if o.links["Datastream"] == [stream]]
            found.append(
                {
                    "Datastream@iot.navigationLink": self.address(owner),
                    "components": list(_COMPONENTS),
                    "dataArray@iot.count": len(rows),
                    "dataArray": rows,
                }
            )
        return found


def _kind_of(entity: Entity, relation: str) -> Kind:
    return KINDS[entity.kind.relations[relation].target]


def _row(observation: Entity) -> list[Any]:
    values = [observation.properties.get(n) for n in _COMPONENTS[1:-1]]
    return [observation.id, *values, observation.links["FeatureOfInterest"][0]]


def _selected(document: Document, names: Sequence[str]) -> Document:
    """Only the members named; `id` stands for `@iot.id`, a relation for its link."""
    wanted = {"@iot.id" if n == "id" else n.partition("/")[0] for n in names}
    return {k: v for k, v in document.items() if k.removesuffix("@iot.navigationLink") in wanted}


def _next(asked: tuple[str, Any], size: int, skip: int) -> str:
    address, pairs = asked
    kept = [(n, v) for n, v in pairs if n not in ("$top", "$skip")]
    query = [*kept, ("$top", str(size)), ("$skip", str(skip))]
    return f"{address}?{urlencode(query, quote_via=quote, safe='$,:/()')}"
