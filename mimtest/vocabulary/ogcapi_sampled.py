"""What checks of features start from: the service seen not to answer everything, and collections downloaded once."""

import re
from typing import Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.cql2_asking import Filterable
from mimtest.vocabulary.crs import DEFAULTS
from mimtest.vocabulary.feature_schemas import require, schema_of
from mimtest.vocabulary.ogcapi import (
    JSON,
    MOST_COLLECTIONS,
    Collection,
    Service,
    choose,
    collections_of,
    declared_classes,
    document,
    links_of,
    reference_systems,
)
from mimtest.vocabulary.parts import Some, chosen
from mimtest.vocabulary.samples import Offer, Sample, take

_OPENAPI: Final = "application/vnd.oai.openapi+json"
_OPENAPI_CLASS: Final = re.compile(
    r"https?://www\.opengis\.net/spec/ogcapi-features-1/1\.\d+/conf/oas(3\d)?"
)
_CRS_CLASS: Final = re.compile(r"https?://www\.opengis\.net/spec/ogcapi-features-2/1\.\d+/conf/crs")
_MOST_SAMPLES: Final = 5


def service_of(client: Client, run_id: str) -> Service:
    """The service; one that answers 200 to anything at all proves nothing with its answers."""
    visited = Service(client)
    nothing = visited.get(f"/mimtest-nothing-{run_id}")
    if nothing.status == 200 and "html" not in nothing.media_type:  # noqa: PLR2004
        raise Inconclusive("control_failed", f"{nothing.url} does not exist and answers 200")
    return visited


def definition_of(service: Service, landing: Answer) -> Answer:
    """The answer with the API definition; one that is not JSON is not read."""
    link = choose(links_of(landing, document(landing)), "service-desc", _OPENAPI, JSON)
    if link is None or not (link.type or JSON).endswith("json"):
        raise Inconclusive(
            "precondition_unmet", "the landing page links to no API definition in JSON"
        )
    return service.get(link.href, accept=link.type or JSON)


def openapi_versions_of(conformance: Answer) -> list[str]:
    """The versions of OpenAPI that are declared as classes: "30", "31", or "" for any."""
    classes = declared_classes(conformance)
    found = [m[1] or "" for m in map(_OPENAPI_CLASS.fullmatch, classes) if m]
    if not found:
        raise NotApplicable("class_not_declared", "no class of OpenAPI is declared")
    return found


def declares_crs(conformance: Answer) -> bool:
    """Whether the class of reference systems (Part 2) is declared."""
    return any(_CRS_CLASS.fullmatch(c) for c in declared_classes(conformance))


def require_crs(conformance: Answer) -> None:
    """What Part 2 wants beyond Part 1 is for those who declare its class. Raises NotApplicable for others."""
    if not declares_crs(conformance):
        raise NotApplicable("class_not_declared", "the class of reference systems is not declared")


def timed_in(samples: Some[Sample]) -> list[Sample]:
    """The samples whose collections declare a temporal extent. Raises NotApplicable for none."""
    found = [s for s in samples if s.collection.interval]
    if not found:
        raise NotApplicable("not_offered", "no collection declares a temporal extent")
    return found


def chosen_collections(service: Service, listing: Answer) -> Some[Collection]:
    """The collections of features, those of the target file if it names any. Raises Inconclusive."""
    wanted = service.client.interface.collections
    every = [c for c in collections_of(service, listing) if c.holds_features]
    named = [c for c in every if not wanted or c.id in wanted]
    found = named[:MOST_COLLECTIONS]
    if not found:
        raise Inconclusive("no_data", "the service lists no collection of features")
    return Some(found, chosen(found, len(every), "collections"))


def downloaded(service: Service, collections: Some[Collection]) -> Some[Sample]:
    """Collections that hold features, among them two with time if there are any. Raises Inconclusive."""
    timed = [c for c in collections if c.interval][:2]
    tried: list[Sample | None] = []
    problems: list[str] = []
    for collection in [*timed, *(c for c in collections if c not in timed)]:
        try:
            tried.append(take(service, collection))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
        if sum(s is not None for s in tried) == _MOST_SAMPLES:
            break
    stocked = [s for s in tried if s]
    if not stocked:
        raise Inconclusive(
            "no_data", f"no collection holds features: {(problems or ['all empty'])[0]}"
        )
    left = len(collections) - len(tried) - len(problems)
    part = [f"{len(stocked)} collections with features"] if left else []
    return Some(stocked, [*collections.told, *part, *(s.told for s in stocked if s.told)])


def offers_of(conformance: Answer, listing: Answer, samples: Some[Sample]) -> list[Offer]:
    """Samples with the reference systems of their collections, where Part 2 is declared or offered."""
    found = [Offer(s, tuple(reference_systems(listing, s.collection))) for s in samples]
    if not declares_crs(conformance) and all(set(o.systems) <= set(DEFAULTS) for o in found):
        raise NotApplicable("class_not_declared", "no other reference system than CRS84 is offered")
    return found


def filterables_of(
    service: Service, samples: Some[Sample], classes: tuple[str, ...]
) -> list[Filterable]:
    """The samples with their queryables (Part 3). Raises NotApplicable, Inconclusive where none can be read."""
    names = ("queryables", "queryables-query-parameters", "filter", "features-filter")
    require([*classes], "ogcapi-features-3", *names)
    found: list[Filterable] = []
    problems: list[str] = []
    for sample in samples:
        try:
            schema = schema_of(service, sample.collection, "queryables")
            found.append(Filterable(sample, schema, classes))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
    if not found:
        raise Inconclusive("precondition_unmet", f"no queryables can be read: {problems[0]}")
    return found
