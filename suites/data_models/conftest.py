"""What the checks of the data models suite start from: samples of the claimed types, and their schemas."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.network.client import Answer, Client
from mimtest.target import Interface, Model, Target, load_target
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.model_values import simplified
from mimtest.vocabulary.models import ClaimedSchema, Documents
from mimtest.vocabulary.ngsild import JSON_LD, Broker, entities_in, entity_in, has_type, own_id
from mimtest.vocabulary.readiness import context_link
from mimtest.vocabulary.waiting import at_rest

_SAMPLE = 20
_MOST_TYPES = 12


def pytest_generate_tests(metafunc):
    """Make a case of each claimed model, named by its entity type."""
    if "model" in metafunc.fixturenames:
        models = _claimed(metafunc.config.invocation_params.dir, metafunc.config.option)
        ids = [m.entity_type for m in models] or ["no model"]
        metafunc.parametrize("model", models or [None], ids=ids, indirect=True, scope="session")


@cache
def _models_in(path: Path) -> tuple[Model, ...]:
    return load_target(path).claims.models


def _claimed(folder: Path, option: Any) -> tuple[Model, ...]:
    return _models_in(folder / option.mimtest_target) if option.mimtest_target else ()


@dataclass(frozen=True)
class Sample:
    """The first page of the entities of one type. Reading it makes it evidence."""

    type: str
    answer: Answer

    def entities(self) -> list[dict[str, Any]]:
        """The normalized entities that say they are of the type."""
        return [e for e in entities_in(self.answer) if has_type(e, self.type)]

    def simplified(self, *, bare: bool = False) -> list[dict[str, Any]]:
        """The entities in simplified form, with the claimed type alone."""
        return [simplified(e, bare=bare) | {"type": self.type} for e in self.entities()]

    def normalized(self) -> list[dict[str, Any]]:
        """The entities as they came, with the claimed type alone."""
        return [e | {"type": self.type} for e in self.entities()]

    @property
    def size(self) -> str:
        """How many of how many were looked at."""
        there = self.answer.headers.get("ngsild-results-count") or "an unknown number"
        return f"{len(self.entities())} sampled of {there} {self.type}"


class Library:
    """The samples and schemas of one interface, each fetched once."""

    def __init__(self, client: Client, target: Target) -> None:
        self.client = client
        self.documents = Documents(client, target.folder)
        self._samples: dict[str, Sample] = {}
        self._schemas: dict[str, ClaimedSchema] = {}

    def context_of(self, model: Model) -> str | None:
        """The reference to the @context that gives the model its names."""
        return model.context or self.client.interface.context

    def reader(self, model: Model) -> Broker:
        """The broker under the model's @context, or the interface's when that is a file."""
        if model.context and model.context.lower().startswith(("http://", "https://")):
            relation = "http://www.w3.org/ns/json-ld#context"
            return Broker(
                self.client,
                {"Link": f'<{model.context}>; rel="{relation}"; type="application/ld+json"'},
            )
        return Broker(self.client, context_link(self.client.interface))

    def sample(self, model: Model) -> Sample:
        """Entities of the model's type. Raises Inconclusive without any."""
        if model.entity_type not in self._samples:
            self._samples[model.entity_type] = self._sample(model)
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

    def _sample(self, model: Model) -> Sample:
        reader = self.reader(model)
        answer = reader.query(type=model.entity_type, limit=_SAMPLE, count=True)
        if answer.status == 400:
            answer = reader.query(type=model.entity_type, limit=_SAMPLE)
        return Sample(model.entity_type, assert_status(answer, 200, what="the query for a sample"))

    def schema(self, model: Model) -> ClaimedSchema:
        """The model's schema. Raises NotApplicable when none is claimed, Inconclusive for a dead link."""
        if not model.schema:
            raise NotApplicable(
                "model_not_claimed", f"claims.models.{model.entity_type} names no schema"
            )
        if model.entity_type not in self._schemas:
            address = self.documents.address(model.schema)
            schema = ClaimedSchema(model.entity_type, address, self.documents)
            self._schemas[model.entity_type] = schema
        return self._schemas[model.entity_type]


@pytest.fixture(scope="session")
def library(client: Client, target: Target, run_id: str) -> Library:
    """Samples and schemas of an interface that knows what it does not have."""
    nothing = Broker(client).retrieve(own_id("Nothing", run_id))
    if nothing.status not in (404, 410):
        detail = f"an entity that cannot be there is answered {nothing.status}"
        raise Inconclusive("control_failed", detail)
    return Library(client, target)


@pytest.fixture(scope="session")
def model(request: pytest.FixtureRequest) -> Model:
    """A claimed model."""
    if request.param is None:
        raise NotApplicable("model_not_claimed", "the target file has no claims.models")
    return request.param


@pytest.fixture
def sample(library: Library, model: Model) -> Sample:
    """Entities of the claimed type."""
    return library.sample(model)


@pytest.fixture
def published(library: Library, model: Model) -> ClaimedSchema:
    """The claimed schema, of which nothing is known yet but that it is there."""
    schema = library.schema(model)
    with suppress(Contradiction):  # what is no schema is judged by a check
        _ = schema.document
    return schema


@pytest.fixture
def schema(published: ClaimedSchema, sample: Sample) -> ClaimedSchema:
    """The claimed schema, valid and seen to refuse something: one that takes anything shows nothing."""
    if not refuses_anything(published, sample):
        detail = f"{published.address} takes anything, also what is no {sample.type}"
        raise Inconclusive("control_failed", detail)
    return published


def refuses_anything(schema: ClaimedSchema, sample: Sample) -> bool:
    """Whether the schema refuses one of three broken entities made of a sampled one."""
    entity = sample.simplified()[0]
    nulls = dict.fromkeys(entity)
    typeless = {n: v for n, v in entity.items() if n != "type"}
    other = entity | {"type": f"No{sample.type}"}
    return any(schema.errors(broken) for broken in (other, typeless, nulls))


@pytest.fixture
def samples(library: Library, interface: Interface, target: Target) -> list[tuple[Model, Sample]]:
    """Entities of every claimed type that has any, else of the types of the interface."""
    models = target.claims.models or tuple(Model(t) for t in interface.types)
    if not models:
        raise NotApplicable("model_not_claimed", "the target file names no model and no type")
    found: list[tuple[Model, Sample]] = []
    reasons: list[Unsettled] = []
    for model in models[:_MOST_TYPES]:
        try:
            found.append((model, library.sample(model)))
        except Unsettled as reason:
            reasons.append(reason)
        except Contradiction:
            continue
    if not found:
        told = [r for r in reasons if r.code != "no_data"]
        raise (
            told[0]
            if told
            else Inconclusive("no_data", "no entity is of a type of the target file")
        )
    return found


@dataclass(frozen=True)
class Forms:
    """One entity in several representations, read within a short time."""

    normalized: Answer
    simplified: Answer
    linked: Answer


@pytest.fixture
def forms(library: Library, model: Model, sample: Sample) -> Forms:
    """The same entity normalized, simplified and as JSON-LD, unchanged between the requests."""
    reader = library.reader(model)
    chosen = sample.entities()[0]["id"]

    def look() -> Forms:
        first = reader.retrieve(chosen)
        found = Forms(
            first,
            reader.retrieve(chosen, options="keyValues"),
            reader.retrieve(chosen, accept=JSON_LD),
        )
        if not _still(entity_in(first), entity_in(reader.retrieve(chosen))):
            raise Contradiction(f"{chosen} changes from one reading to the next")
        return found

    return at_rest(look)


def _still(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return dict(one) == dict(other)
