"""What the checks of the data models suite start from: samples of the claimed types, and their schemas."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.network.client import Answer, Client
from mimtest.target import Interface, Model, Target, load_target
from mimtest.vocabulary.models import ClaimedSchema
from mimtest.vocabulary.ngsild import JSON_LD, Broker, entity_in, own_id
from mimtest.vocabulary.ngsiv2 import V2Broker
from mimtest.vocabulary.published import Claim, OpenDocuments, require_first
from mimtest.vocabulary.sampled import Library, Sample
from mimtest.vocabulary.waiting import at_rest

_MOST_TYPES = 16


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


@pytest.fixture(scope="session")
def library(
    client: Client, interface: Interface, target: Target, run_id: str, seed: int
) -> Library:
    """Samples and schemas of an interface that knows what it does not have."""
    own = own_id("Nothing", run_id)
    match interface.kind:
        case "ngsi-v2":
            nothing = V2Broker(client).retrieve(own)
        case "ogc-api-features":
            nothing = client.get(f"/collections/mt-{run_id}/items")
        case "rest":
            nothing = client.get(f"/mt-{run_id}")
        case _:
            nothing = Broker(client).retrieve(own)
    if nothing.status not in (404, 410):
        detail = f"an entity that cannot be there is answered {nothing.status}"
        raise Inconclusive("control_failed", detail)
    return Library(client, target, seed)


@pytest.fixture(scope="session")
def model(request: pytest.FixtureRequest) -> Model:
    """A claimed model."""
    if request.param is None:
        raise NotApplicable("model_not_claimed", "the target file has no claims.models")
    return request.param


@pytest.fixture
def sample(library: Library, model: Model, looked: Callable[[str], None]) -> Sample:
    """Entities of the claimed type."""
    found = library.sample(model)
    looked(found.statement.told())
    return found


@pytest.fixture
def facts(library: Library, model: Model) -> Any:
    """What is known of the model (`mimtest.models.facts.ModelFacts`)."""
    return library.facts(model)


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
def samples(
    library: Library, interface: Interface, target: Target, looked: Callable[[str], None]
) -> list[tuple[Model, Sample]]:
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
        raise _why_none(reasons)
    for _, sample in found:
        looked(sample.statement.told())
    return found


def _why_none(reasons: list[Unsettled]) -> Unsettled:
    """The reason to tell: one that can be mended before that there is no data, or nothing is claimed."""
    ranked = sorted(reasons, key=lambda r: (isinstance(r, NotApplicable), r.code == "no_data"))
    if ranked and (ranked[0].code != "no_data"):
        return ranked[0]
    return Inconclusive("no_data", "no entity is of a type of the target file")


@pytest.fixture(scope="session")
def open_documents(client: Client) -> OpenDocuments:
    """Published documents, each fetched once and without credentials."""
    return OpenDocuments(client)


@pytest.fixture
def claim(
    model: Model,
    open_documents: OpenDocuments,
    library: Library,
    interface: Interface,
    target: Target,
) -> Claim:
    """What is claimed to be published of a model, looked at once for the whole product."""
    require_first(interface, target)
    owed = target.claims_token("mechanism:9.0/MIM2/M1")
    return Claim(model, open_documents, library.documents, owed)


@pytest.fixture
def judged(samples: list[tuple[Model, Sample]], library: Library) -> list[tuple[Sample, Any]]:
    """The samples of all claimed types, each with what is known of its model."""
    return [(sample, library.facts(model)) for model, sample in samples]


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
