"""The catalogue of models (DCAT 3): it lists each model that is used, says where its documents are, and who uses it."""

import pytest

from mimtest.models.dcat import entry_of, is_catalogue, missing
from mimtest.vocabulary.against_schema import address_of
from mimtest.vocabulary.expect import assert_that, fail

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.mark.check("MOD-PUB-08", clause="MIMs Plus 9.0 MIM2 M1-3.6, R1.1")
def test_the_catalogue_is_open(claim):
    """The claimed catalogue can be fetched by anybody, in a syntax of RDF, and is a DCAT catalogue or out of one."""
    graph = claim.graph()
    assert_that(
        is_catalogue(graph),
        f"{claim.named('catalogue')} is no catalogue, and nothing out of one",
        expected="a dcat:Catalog, or a record, dataset or service of one",
        received=f"{graph.size} statements, none of them of such",
    )


@pytest.mark.check("MOD-PUB-09", clause="MIMs Plus 9.0 MIM2 M1-3.6")
def test_the_catalogue_says_what_conforms_to_the_model(claim):
    """In the catalogue, a dataset or service says by dct:conformsTo that it conforms to the model."""
    entry = _entry(claim)
    assert_that(
        entry.users,
        f"in {claim.named('catalogue')} nothing conforms to the model of {claim.model.entity_type}",
        expected="a dcat:Dataset, DataService or Distribution with dct:conformsTo the model",
        received=f"the model as {', '.join(map(str, entry.models[:3]))}, and nothing that uses it",
    )


@pytest.mark.check("MOD-PUB-10", clause="MIMs Plus 9.0 MIM2 M1-3.6")
@pytest.mark.parametrize("part", ["schema", "context", "version", "type"])
def test_the_entry_tells_what_the_model_is(claim, part):
    """The catalogue's entry of a model names its schema, its @context, its version and its entity type."""
    entry = _entry(claim)
    name = claim.model.entity_type
    if part == "version":
        told, wanted = bool(entry.versions), "dcat:version or another statement of the version"
    else:
        wanted = name if part == "type" else _address(claim, part)
        told = entry.names(wanted)
    assert_that(
        told,
        f"the entry of {name} in {claim.named('catalogue')} does not tell the {part}",
        expected=wanted,
        received=", ".join(map(str, entry.models[:3])),
    )


@pytest.mark.check(
    "MOD-PUB-11", clause="DCAT-AP 3.0 Catalogue, Dataset, Data Service, Distribution"
)
def test_the_catalogue_is_whole(claim):
    """The catalogue, and what in it has to do with the model, have what DCAT-AP 3 makes mandatory."""
    entry = _entry(claim)
    lacking = list(missing(entry.graph, entry.surroundings))
    if lacking:
        fail(
            f"{claim.named('catalogue')} lacks what is mandatory: {lacking[0]}",
            expected="all that DCAT-AP 3 makes mandatory",
            received="; ".join(lacking[:5]),
        )


@pytest.mark.check(
    "MOD-PUB-12", clause="DCAT-AP 3.0 licence; MIMs Plus 9.0 MIM2 R3.1", strength="should"
)
def test_the_catalogue_tells_the_licence(claim):
    """The catalogue says under which licence or rights the model, or the data that uses it, is."""
    entry = _entry(claim)
    assert_that(
        entry.rights,
        f"{claim.named('catalogue')} says nothing of rights to {claim.model.entity_type}",
        expected="dct:license or dct:rights",
        received="none around the model, its users or the catalogue",
    )


def _address(claim, part):
    """Where schema or @context are: the product's own, else the published schema of the standard model."""
    if part == "schema" and claim.model.name and not claim.model.schema:
        return address_of(claim.model.name, claim.documents)
    return claim.named(part)


def _entry(claim):
    """What the catalogue says of the model, which it lists."""
    __tracebackhide__ = True
    model, graph = claim.model, claim.graph()
    named = [model.schema, model.documentation, model.profile]
    document = claim.documents.get(claim.documents.address(model.schema)) if model.schema else None
    if isinstance(document, dict) and isinstance(document.get("$id"), str):
        named.append(document["$id"])
    if model.name and not model.schema:
        named.append(address_of(model.name, claim.documents))
    addresses = [a for a in named if a and "://" in a]
    entry = entry_of(graph, addresses)
    if entry is None:
        fail(
            f"{claim.named('catalogue')} does not list the model of {model.entity_type}",
            expected=f"something that has or names one of {', '.join(addresses)}",
            received=f"{graph.size} statements without it",
        )
    return entry
