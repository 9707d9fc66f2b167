"""Samples of the claimed entity types, in one form whatever they came in, with the schemas and names of their models."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.models.facts import ModelFacts, facts_of
from mimtest.models.representations import normalized, simplified
from mimtest.models.sampling import Statement
from mimtest.network.client import Client
from mimtest.target import Model, Target
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.model_names import naming
from mimtest.vocabulary.models import ClaimedSchema, Documents
from mimtest.vocabulary.ngsild import CONTEXT_RELATION, Broker, has_type
from mimtest.vocabulary.ngsiv2 import V2Broker
from mimtest.vocabulary.ogcapi import Service
from mimtest.vocabulary.populations import Drawn, Population, draw
from mimtest.vocabulary.populations_served import (
    Features,
    NgsildEntities,
    Records,
    V2Entities,
    collection_at,
)

#: Forms that know no types of entities.
_UNTYPED: Final = ("feature", "plain")


@dataclass(frozen=True)
class Sample:
    """Entities of one type, in whichever form they came. Reading them makes them evidence."""

    type: str
    drawn: Drawn = field(repr=False)

    @property
    def form(self) -> str:
        """The representation they came in (`mimtest.models.representations`)."""
        return self.drawn.form

    def raw(self) -> list[dict[str, Any]]:
        """The entities as they came, as far as they say they are of the type."""
        return [dict(raw) for raw, _ in self._pairs()]

    def entities(self) -> list[dict[str, Any]]:
        """The same entities, normalized."""
        return [dict(entity) for _, entity in self._pairs()]

    def simplified(self, *, bare: bool = False) -> list[dict[str, Any]]:
        """The entities in simplified form, with the claimed type alone."""
        return [simplified(e, bare=bare) | {"type": self.type} for _, e in self._pairs()]

    def normalized(self) -> list[dict[str, Any]]:
        """The normalized entities, with the claimed type alone."""
        return [e | {"type": self.type} for _, e in self._pairs()]

    @property
    def statement(self) -> Statement:
        """How many of how many were looked at, and how they were chosen."""
        said, drawn = self.drawn.statement(self.type), len(self._pairs())
        return Statement(said.of, drawn, said.population, said.method, said.seed)

    @property
    def size(self) -> str:
        """The same in words."""
        return str(self.statement)

    def _pairs(self) -> list[tuple[Mapping[str, Any], dict[str, Any]]]:
        for answer in self.drawn.answers:
            _ = answer.status
        return self._read

    @cached_property
    def _read(self) -> list[tuple[Mapping[str, Any], dict[str, Any]]]:
        made = [(r, normalized(r, self.form, entity_type=self.type)) for r in self.drawn.items]
        found = [(raw, entity) for raw, entity in made if _is_of(entity, self.type)]
        if found or self.form not in _UNTYPED:
            return found
        # A member `type` that never names the type says something else of the thing.
        return [(raw, {**entity, "type": self.type}) for raw, entity in made]


def _is_of(entity: Mapping[str, Any], name: str) -> bool:
    types = entity.get("type")
    listed = types if isinstance(types, list) else [types]
    return all(isinstance(t, str) for t in listed) and has_type(entity, name)


class Library:
    """The samples and schemas of one interface, each fetched once."""

    def __init__(self, client: Client, target: Target, seed: int) -> None:
        self.client = client
        self.documents = Documents(client, target.folder)
        self.area = target.claims.area
        self.service = Service(client)
        self._seed = seed
        self._samples: dict[str, Sample] = {}
        self._schemas: dict[str, ClaimedSchema] = {}
        self._facts: dict[str, ModelFacts] = {}

    def context_of(self, model: Model) -> str | None:
        """The reference to the @context that gives the model its names."""
        named = model.context or self.client.interface.context
        return named or (self.documents.at_hand.context_address(model.name) if model.name else None)

    def reader(self, model: Model) -> Broker:
        """The broker under the model's @context, or the interface's when that is a file."""
        if model.context and model.context.lower().startswith(("http://", "https://")):
            link = f'<{model.context}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'
            return Broker(self.client, {"Link": link})
        return Broker(self.client, context_link(self.client.interface))

    def naming(self, model: Model, entity: Mapping[str, Any]) -> Callable[[str], str]:
        """What the names in an entity stand for under the model's @context. Raises Inconclusive without one."""
        return naming(entity, self.context_address(model), self.documents.get)

    def context_address(self, model: Model) -> str:
        """The address of the model's @context. Raises Inconclusive (context_not_claimed)."""
        reference = self.context_of(model)
        if reference is None:
            detail = f"neither the interface nor claims.models.{model.entity_type} names a context"
            raise Inconclusive("context_not_claimed", detail)
        return self.documents.address(reference)

    def population(self, model: Model) -> Population:
        """Where the model's entities are. Raises NotApplicable where none are claimed to be."""
        name, interface = model.entity_type, self.client.interface
        match interface.kind:
            case "ngsi-v2" | "rest" if interface.types and name not in interface.types:
                raise _not_there(f"interfaces.{interface.name}.types does not name {name}")
            case "ngsi-v2":
                return V2Entities(V2Broker(self.client), name)
            case "ogc-api-features":
                if not model.collection:
                    raise _not_there(f"claims.models.{name} names no collection")
                return Features(self.service, collection_at(self.service, model.collection))
            case "rest":
                if not model.path:
                    raise _not_there(f"claims.models.{name} names no path")
                return Records(self.client, model.path)
        return NgsildEntities(self.reader(model), name)

    def sample(self, model: Model) -> Sample:
        """Entities of the model's type. Raises Inconclusive without any."""
        if model.entity_type not in self._samples:
            drawn = draw(self.population(model), model.sample, self._seed)
            self._samples[model.entity_type] = Sample(model.entity_type, drawn)
        sample = self._samples[model.entity_type]
        entities = sample.entities()
        if not entities:
            raise Inconclusive("no_data", f"there is no entity of the type {model.entity_type}")
        if any("://" in name for entity in entities for name in entity):
            detail = (
                f"attributes come as IRIs; claims.models.{model.entity_type}.context names them"
            )
            raise Inconclusive("context_not_claimed", detail)
        return sample

    def schema(self, model: Model) -> ClaimedSchema:
        """The model's schema. Raises NotApplicable when none is claimed, Inconclusive for a dead link."""
        if model.entity_type not in self._schemas:
            address = self.documents.schema_address(model)
            schema = ClaimedSchema(model.entity_type, address, self.documents, model.name)
            self._schemas[model.entity_type] = schema
        return self._schemas[model.entity_type]

    def facts(self, model: Model) -> ModelFacts:
        """What is known of the model: from its schema, as far as that can be read, and from the claim."""
        if model.entity_type not in self._facts:
            facts = facts_of(None, model, self.area)
            with suppress(Unsettled, Contradiction):
                facts = facts_of(self.schema(model), model, self.area)
            self._facts[model.entity_type] = facts
        return self._facts[model.entity_type]


def _not_there(detail: str) -> NotApplicable:
    return NotApplicable("model_not_claimed", detail)
