"""Terms and identifiers mean one thing only: a name leads to an IRI, an id is nobody else's."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_that, fail, member, shown
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, expand
from mimtest.vocabulary.model_values import CORE_MEMBERS, is_absolute_uri, urn_type
from mimtest.vocabulary.ngsild import types_of

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("MOD-TRM-01", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_attributes_are_known_to_the_model(sample, schema):
    """Every attribute of a sampled entity is one that the claimed schema describes."""
    described = schema.properties()
    if not described.keys() - CORE_MEMBERS:
        raise Inconclusive("control_failed", f"{schema.address} describes no attribute at all")
    unknown = sorted(_names(sample) - described.keys() - CORE_MEMBERS)
    assert_that(
        not unknown,
        f"the {sample.size} have attributes that the schema does not describe: {', '.join(unknown)}",
        expected=", ".join(sorted(described)),
        received=", ".join(unknown),
    )


@pytest.mark.check("MOD-TRM-02", clause="GS CIM 009 5.5.7; JSON-LD 1.1 3.1")
def test_names_have_iris(sample, model, library):
    """The claimed @context is valid and gives the type and every attribute an IRI of its own."""
    reference = library.context_of(model)
    if reference is None:
        detail = f"neither the interface nor claims.models.{model.entity_type} names a context"
        raise Inconclusive("context_not_claimed", detail)
    address = library.documents.address(reference)
    names = sorted(_names(sample) - CORE_MEMBERS)
    if not names:
        raise Inconclusive("no_data", f"no sampled {sample.type} has an attribute to be named")
    made = {name: _expanded(address, sample.type, name, library.documents.get) for name in names}
    types = {t for node in made.values() for t in node["@type"]}
    lost = [name for name, node in made.items() if not any(map(_is_named, node.keys() - {"@type"}))]
    lost += [_short(t) for t in types if not _is_named(t)]
    lost += _sharing(made)
    assert_that(
        not lost,
        f"{address} leaves names of the {sample.size} without an IRI of their own: {', '.join(lost)}",
        expected="an IRI of its own, outside of the default vocabulary, for every name",
        received=", ".join(lost),
    )


@pytest.mark.check("MOD-IDN-01", clause="GS CIM 009 5.2.4; RFC 3986 4.3")
def test_identifiers_are_uris(samples):
    """Every sampled entity is identified by a URI with its scheme."""
    wrong = [i for i in _ids(samples) if not is_absolute_uri(i)]
    assert_that(
        not wrong,
        f"{len(wrong)} of {len(_ids(samples))} sampled ids are no URIs, such as {shown(wrong[:3])}",
        expected="a URI such as urn:ngsi-ld:Streetlight:north-12",
        received=shown(wrong[:3]),
    )


@pytest.mark.check("MOD-IDN-02", clause="MIMs Plus 9.0 MIM2 M1-3.2")
def test_identifiers_name_their_type(samples):
    """Every sampled entity that a URI identifies has an NGSI-LD URN with its own type in it."""
    entities = [e for _, s in samples for e in s.entities() if is_absolute_uri(e["id"])]
    if not entities:
        raise Inconclusive("precondition_unmet", "no sampled id is a URI")
    wrong = [e["id"] for e in entities if urn_type(e["id"]) not in map(_last, types_of(e))]
    if wrong:
        fail(
            f"{len(wrong)} of {len(entities)} sampled ids are not of that form, such as {wrong[0]}",
            expected="urn:ngsi-ld:<the entity's type>:<local id>",
            received=shown(wrong[:3]),
        )


def _ids(samples):
    return [e["id"] for _, s in samples for e in s.entities()]


def _names(sample):
    return {name for entity in sample.simplified() for name in entity}


def _expanded(address, entity_type, name, load):
    """An entity with that one attribute, expanded; the @context is judged on the way."""
    context = member(load(address), "@context", None, f"the document at {address}")
    attribute = {"type": "Property", "value": "x"}
    entity = {"@context": context, "id": "urn:ngsi-ld:x:x", "type": entity_type, name: attribute}
    node = expand(entity, load)
    return {"@type": [], **{n: v for n, v in node.items() if n != "@id"}}


def _sharing(made):
    """The names whose IRI another name in use for the same type has, too."""
    iris = {name: {iri for iri in node if _is_named(iri)} for name, node in made.items()}
    every = [iri for own in iris.values() for iri in own]
    return [name for name, own in iris.items() if any(every.count(iri) > 1 for iri in own)]


def _is_named(iri):
    return not iri.startswith(DEFAULT_VOCABULARY) and is_absolute_uri(iri)


def _short(name):
    return name.removeprefix(DEFAULT_VOCABULARY)


def _last(name):
    return name.replace("#", "/").replace(":", "/").rpartition("/")[2]
