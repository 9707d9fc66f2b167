"""What the checks of places start from: documents, collections and downloaded samples.

Each is asked for once in a run. What goes wrong here leaves a check without an answer; the check
whose subject it is looks for itself.
"""

import re

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.cityjson import model_of
from mimtest.vocabulary.cql2_asking import Filterable
from mimtest.vocabulary.crs import DEFAULTS
from mimtest.vocabulary.feature_schemas import require, schema_of
from mimtest.vocabulary.geofiles import json_records, read_file
from mimtest.vocabulary.geojson_pieces import Drawing
from mimtest.vocabulary.geopackage import opened
from mimtest.vocabulary.geopackage_tables import contents_of, layers_of
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
from mimtest.vocabulary.sensorthings import sensing_of, walk
from mimtest.vocabulary.sensorthings_own import Own, planted
from mimtest.vocabulary.sensorthings_sample import MOST, PAGE, series_of, shelves_of
from mimtest.vocabulary.sensorthings_sample import take as take_all
from mimtest.vocabulary.wfs import chosen_types, open_wfs
from mimtest.vocabulary.wfs_features import samples_of
from mimtest.vocabulary.wfs_schema import properties_of

OPENAPI = "application/vnd.oai.openapi+json"
OPENAPI_CLASS = re.compile(
    r"https?://www\.opengis\.net/spec/ogcapi-features-1/1\.\d+/conf/oas(3\d)?"
)
CRS_CLASS = re.compile(r"https?://www\.opengis\.net/spec/ogcapi-features-2/1\.\d+/conf/crs")
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
def definition_answer(service, landing):
    """The answer with the API definition; one that is not JSON is not read."""
    link = choose(links_of(landing, document(landing)), "service-desc", OPENAPI, JSON)
    if link is None or not (link.type or JSON).endswith("json"):
        raise Inconclusive(
            "precondition_unmet", "the landing page links to no API definition in JSON"
        )
    return service.get(link.href, accept=link.type or JSON)


@pytest.fixture(scope="session")
def definition(definition_answer):
    """The API definition."""
    return document(definition_answer)


@pytest.fixture(scope="session")
def openapi_versions(conformance):
    """The versions of OpenAPI that are declared as classes: "30", "31", or "" for any."""
    found = [m[1] or "" for m in map(OPENAPI_CLASS.fullmatch, declared_classes(conformance)) if m]
    if not found:
        raise NotApplicable("class_not_declared", "no class of OpenAPI is declared")
    return found


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
    if not _declares_crs(conformance) and all(set(o.systems) <= set(DEFAULTS) for o in found):
        raise NotApplicable("class_not_declared", "no other reference system than CRS84 is offered")
    return found


def _declares_crs(conformance):
    classes = declared_classes(conformance)
    return any(CRS_CLASS.fullmatch(c) for c in classes)


@pytest.fixture(scope="session")
def declared_offers(conformance, offers):
    """The same, where the class of Part 2 is declared: what it wants beyond Part 1 is for those alone."""
    if not _declares_crs(conformance):
        raise NotApplicable("class_not_declared", "the class of reference systems is not declared")
    return offers


@pytest.fixture(scope="session")
def classes(conformance):
    """The declared conformance classes."""
    return tuple(declared_classes(conformance))


@pytest.fixture(scope="session")
def queryables(service, samples, classes):
    """Downloaded collections with their queryables (Part 3), where any class that needs them is declared."""
    names = ("queryables", "queryables-query-parameters", "filter", "features-filter")
    require([*classes], "ogcapi-features-3", *names)
    found, problems = [], []
    for sample in samples:
        try:
            schema = schema_of(service, sample.collection, "queryables")
            found.append(Filterable(sample, schema, classes))
        except (Contradiction, Inconclusive) as problem:
            problems.append(str(problem))
    if not found:
        raise Inconclusive("precondition_unmet", f"no queryables can be read: {problems[0]}")
    return found


@pytest.fixture(scope="session")
def filterables(queryables, classes):
    """Downloaded collections with their queryables, where filtering by CQL2 is declared."""
    require([*classes], "ogcapi-features-3", "filter", "features-filter")
    require([*classes], "cql2", "cql2-text", "cql2-json")
    return queryables


@pytest.fixture(scope="session")
def file(client):
    """The file of an interface of kind `file`, what it is recognised from its content."""
    return read_file(client)


@pytest.fixture(scope="session")
def cityjson(file):
    """The model in a CityJSON file or sequence."""
    content = file.require("cityjson", "cityjson-sequence")
    is_sequence = file.format == "cityjson-sequence"
    return model_of(content.body, is_sequence=is_sequence, seen=lambda: file.answer.status)


@pytest.fixture(scope="session")
def geopackage(file):
    """The GeoPackage, open for reading."""
    content = file.require("geopackage").body
    with opened(content, lambda: file.answer.status) as package:
        yield package


@pytest.fixture(scope="session")
def features(geopackage):
    """What the GeoPackage lists as tables of features."""
    found = [c for c in contents_of(geopackage) if c.data_type == "features"]
    if not found:
        raise NotApplicable("not_offered", "the GeoPackage lists no features")
    return [c for c in found if geopackage.has(c.table)]


@pytest.fixture(scope="session")
def layers(geopackage, features):
    """The geometry columns of tables of features that are there."""
    listed = {c.table.lower() for c in features}
    found = [n for n in layers_of(geopackage) if n.table.lower() in listed]
    columns = {n: {c.name.lower() for c in geopackage.columns(n.table)} for n in found}
    there = [n for n in found if n.column.lower() in columns[n]]
    if not there:
        raise Inconclusive("precondition_unmet", "no table of features has its geometry column")
    return there


@pytest.fixture(scope="session")
def drawing(interface, request):
    """GeoJSON as it came: the pages of the samples, or what is in the file."""
    if interface.kind != "file":
        pages = [page for s in request.getfixturevalue("samples") for page in s.walk.pages]
        return Drawing(tuple(map(document, pages)), tuple(pages))
    file = request.getfixturevalue("file").require("geojson", "geojson-sequence")
    return Drawing(tuple(json_records(file)), (file.answer,))


@pytest.fixture(scope="session")
def sensing(client):
    """The SensorThings service, seen not to answer to everything."""
    return sensing_of(client)


@pytest.fixture(scope="session")
def shelves(sensing):
    """Some entities of each of the eight sets."""
    return shelves_of(sensing)


@pytest.fixture(scope="session")
def things(sensing):
    """The Things, all of them if there are not too many."""
    return take_all(sensing, sensing.address("Things"), "Things")


@pytest.fixture(scope="session")
def series(sensing):
    """Observations of a few Datastreams, numbers at instants."""
    streams = walk(sensing, sensing.address("Datastreams"), MOST, top=PAGE)
    return series_of(sensing, streams.entities)


@pytest.fixture(scope="session")
def own(sensing):
    """Where entities of our own are made; the service declares that it lets us."""
    sensing.require("create-update-delete")
    return Own(sensing)


@pytest.fixture(scope="session")
def plant(own):
    """One entity of each kind, of our own."""
    with own.sensing.client.recorder.preparing(own.sensing.client.level):
        return planted(own)


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


@pytest.fixture(scope="session")
def wfs(client):
    """The Web Feature Service, in the newest version both know."""
    return open_wfs(client)


@pytest.fixture(scope="session")
def wfs_types(wfs):
    """The feature types to look at."""
    return chosen_types(wfs)


@pytest.fixture(scope="session")
def wfs_samples(wfs, wfs_types):
    """Downloaded feature types that hold features."""
    return samples_of(wfs, wfs_types, MOST_SAMPLES)


@pytest.fixture(scope="session")
def wfs_kinds(wfs):
    """The XML Schema types of a feature type's simple properties, by its description."""
    return lambda kind: properties_of(wfs, kind)
