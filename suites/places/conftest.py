"""What the checks of places start from, asked for once in a run: documents, collections and downloaded samples.

What goes wrong here leaves a check without an answer; the check whose subject it is looks for itself.
"""

from functools import partial

import pytest

from mimtest.vocabulary.cityjson import model_in
from mimtest.vocabulary.feature_schemas import require
from mimtest.vocabulary.geofiles import read_file
from mimtest.vocabulary.geojson_sent import drawing_in, drawing_of
from mimtest.vocabulary.geopackage import opened
from mimtest.vocabulary.geopackage_places import layers_in, tables_of_features
from mimtest.vocabulary.ogcapi import declared_classes, document
from mimtest.vocabulary.ogcapi_sampled import (
    chosen_collections,
    definition_of,
    downloaded,
    filterables_of,
    offers_of,
    openapi_versions_of,
    require_crs,
    service_of,
    timed_in,
)
from mimtest.vocabulary.parts import SAMPLED, tell, telling, told
from mimtest.vocabulary.samples import absent_id
from mimtest.vocabulary.sensorthings import sensing_of, walk
from mimtest.vocabulary.sensorthings_own import Own, planted
from mimtest.vocabulary.sensorthings_sample import MOST, PAGE, series_of
from mimtest.vocabulary.sensorthings_sample import take as take_all
from mimtest.vocabulary.sensorthings_shelves import shelves_of
from mimtest.vocabulary.wfs import chosen_types, open_wfs
from mimtest.vocabulary.wfs_features import samples_of
from mimtest.vocabulary.wfs_schema import properties_of

MOST_TYPES = 5


@pytest.fixture(autouse=True)
def parts(request, looked):
    """What was looked at of something large, told in the report of each check that looks at it."""
    with telling(looked):
        for name in (n for n in SAMPLED if n in request.fixturenames):
            tell(*told(request.getfixturevalue(name)))
        yield


@pytest.fixture(scope="session")
def service(client, run_id):
    """The service; one that answers 200 to anything at all proves nothing with its answers."""
    return service_of(client, run_id)


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
    return definition_of(service, landing)


@pytest.fixture(scope="session")
def definition(definition_answer):
    """The API definition."""
    return document(definition_answer)


@pytest.fixture(scope="session")
def openapi_versions(conformance):
    """The versions of OpenAPI that are declared as classes: "30", "31", or "" for any."""
    return openapi_versions_of(conformance)


@pytest.fixture(scope="session")
def listing(service):
    """The answer with the list of collections."""
    return service.linked("data", "/collections")


@pytest.fixture(scope="session")
def collections(service, listing):
    """The collections of features, those of the target file if it names any."""
    return chosen_collections(service, listing)


@pytest.fixture(scope="session")
def samples(service, collections):
    """Downloaded collections that hold features, among them two with time if there are any."""
    return downloaded(service, collections)


@pytest.fixture(scope="session")
def timed(samples):
    """The samples whose collections declare a temporal extent."""
    return timed_in(samples)


@pytest.fixture(scope="session")
def offers(conformance, listing, samples):
    """Samples with the reference systems of their collections, where Part 2 is declared or offered."""
    return offers_of(conformance, listing, samples)


@pytest.fixture(scope="session")
def declared_offers(conformance, offers):
    """The same, where the class of Part 2 is declared: what it wants beyond Part 1 is for those alone."""
    require_crs(conformance)
    return offers


@pytest.fixture(scope="session")
def classes(conformance):
    """The declared conformance classes."""
    return tuple(declared_classes(conformance))


@pytest.fixture(scope="session")
def queryables(service, samples, classes):
    """Downloaded collections with their queryables (Part 3), where any class that needs them is declared."""
    return filterables_of(service, samples, classes)


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
    return model_in(file.require("cityjson", "cityjson-sequence"))


@pytest.fixture(scope="session")
def geopackage(file):
    """The GeoPackage, open for reading."""
    content = file.require("geopackage").body
    with opened(content, lambda: file.answer.status) as package:
        yield package


@pytest.fixture(scope="session")
def features(geopackage):
    """What the GeoPackage lists as tables of features."""
    return tables_of_features(geopackage)


@pytest.fixture(scope="session")
def layers(geopackage, features):
    """The geometry columns of tables of features that are there."""
    return layers_in(geopackage, features)


@pytest.fixture(scope="session")
def drawing(interface, request):
    """GeoJSON as it came: the pages of the samples, or what is in the file."""
    if interface.kind != "file":
        return drawing_of(request.getfixturevalue("samples"))
    return drawing_in(request.getfixturevalue("file"))


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
    return partial(absent_id, run_id)


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
    return samples_of(wfs, wfs_types, MOST_TYPES)


@pytest.fixture(scope="session")
def wfs_kinds(wfs):
    """The XML Schema types of a feature type's simple properties, by its description."""
    return lambda kind: properties_of(wfs, kind)
