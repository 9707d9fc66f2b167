"""What the checks of places start from: documents, collections and downloaded samples.

Each is asked for once in a run. What goes wrong here leaves a check without an answer; the check
whose subject it is looks for itself.
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.crs import DEFAULTS
from mimtest.vocabulary.ogcapi import (
    JSON,
    MOST_COLLECTIONS,
    Service,
    choose,
    collections_of,
    declared_classes,
    document,
    links_of,
    reference_systems,
)
from mimtest.vocabulary.openapi import maximum_of_limit, parameters_of_items
from mimtest.vocabulary.samples import Offer, take

OPENAPI = "application/vnd.oai.openapi+json"
MOST_SAMPLES = 5


@pytest.fixture(scope="session")
def service(client, run_id):
    """The service; one that answers 200 to anything at all proves nothing with its answers."""
    visited = Service(client)
    nothing = visited.get(f"/mimtest-nothing-{run_id}")
    if nothing.status == 200 and "html" not in nothing.media_type:
        raise Inconclusive("control_failed", f"{nothing.url} does not exist and answers 200")
    return visited


@pytest.fixture(scope="session")
def landing(service):
    """The answer at the service's address."""
    return service.get()


@pytest.fixture(scope="session")
def conformance(service):
    """The answer with the conformance declaration."""
    return service.linked("conformance", "/conformance")


@pytest.fixture(scope="session")
def definition(service, landing):
    """The API definition; one that is not JSON is not read."""
    link = choose(links_of(landing, document(landing)), "service-desc", OPENAPI, JSON)
    if link is None or not (link.type or JSON).endswith("json"):
        raise Inconclusive(
            "precondition_unmet", "the landing page links to no API definition in JSON"
        )
    return document(service.get(link.href, accept=link.type or JSON))


@pytest.fixture(scope="session")
def listing(service):
    """The answer with the list of collections."""
    return service.linked("data", "/collections")


@pytest.fixture(scope="session")
def collections(service, listing):
    """The collections of features, those of the target file if it names any."""
    wanted = service.client.interface.collections
    found = [c for c in collections_of(service, listing) if c.holds_features]
    chosen = [c for c in found if not wanted or c.id in wanted][:MOST_COLLECTIONS]
    if not chosen:
        raise Inconclusive("no_data", "the service lists no collection of features")
    return chosen


@pytest.fixture(scope="session")
def samples(service, collections):
    """Downloaded collections that hold features, among them two with time if there are any."""
    timed = [c for c in collections if c.interval][:2]
    found, problems = [], []
    for collection in [*timed, *(c for c in collections if c not in timed)]:
        try:
            found.append(take(service, collection))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
        if sum(s is not None for s in found) == MOST_SAMPLES:
            break
    stocked = [s for s in found if s]
    if not stocked:
        raise Inconclusive(
            "no_data", f"no collection holds features: {(problems or ['all empty'])[0]}"
        )
    return stocked


@pytest.fixture(scope="session")
def timed(samples):
    """The samples whose collections declare a temporal extent."""
    found = [s for s in samples if s.collection.interval]
    if not found:
        raise NotApplicable("not_offered", "no collection declares a temporal extent")
    return found


@pytest.fixture(scope="session")
def most_of_a_page(definition, samples):
    """The greatest `limit` by the API definition."""
    most = maximum_of_limit(parameters_of_items(definition, samples[0].collection.id))
    if most is None:
        raise NotApplicable("not_offered", "the API definition names no maximum of 'limit'")
    return most


@pytest.fixture(scope="session")
def offers(conformance, listing, samples):
    """Samples with the reference systems of their collections, where Part 2 is declared or offered."""
    found = [Offer(s, tuple(reference_systems(listing, s.collection))) for s in samples]
    declared = any(
        c.endswith("/ogcapi-features-2/1.0/conf/crs") for c in declared_classes(conformance)
    )
    if not declared and all(set(o.systems) <= set(DEFAULTS) for o in found):
        raise NotApplicable("class_not_declared", "no other reference system than CRS84 is offered")
    return found


@pytest.fixture(scope="session")
def absent(run_id):
    """A made-up id that looks like a given one, for something that is not there."""

    def like(known):
        if known.isdecimal():
            return "2000000011"
        if len(known) == 36 and known.count("-") == 4:
            return f"{run_id:0<8}-0000-4000-8000-000000000000"
        return f"{known}-mimtest-{run_id}"

    return like
