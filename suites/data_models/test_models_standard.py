"""A standard model is used as it is published: data is judged by its schema, not by the product's copy of it."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.comparison import BREAKS, differences_shared
from mimtest.vocabulary.against_schema import address_of, assert_valid, schema_at, shape_at
from mimtest.vocabulary.expect import fail

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.fixture
def name(model, library):
    """The standard model that is claimed for the type, by its full name where it is at hand."""
    if not model.name:
        place = f"claims.models.{model.entity_type}"
        raise NotApplicable("model_not_claimed", f"{place} names no standard model")
    return library.documents.at_hand.model(model.name) or model.name


@pytest.fixture
def standard(library, name):
    """The published schema of the standard model, not the product's copy of it."""
    address = address_of(name, library.documents)
    schema = schema_at(address, library.documents, f"the schema of {name}")
    if schema.is_valid({}):
        raise Inconclusive("control_failed", f"{address} takes an entity without anything")
    return schema


@pytest.mark.check("MOD-STD-01", clause="MIMs Plus 9.0 MIM2 R1.2a")
def test_entities_are_valid_under_the_standard_model(sample, standard, name):
    """Sampled entities are valid under the published schema of the standard model claimed for their type."""
    assert_valid(sample, sample.type, standard, name)


@pytest.mark.check("MOD-STD-02", clause="MIMs Plus 9.0 MIM2 R1.2a", strength="should")
def test_values_have_the_formats_of_the_standard_model(sample, standard, name):
    """Values have the formats that the published schema of the standard model names."""
    assert_valid(sample, sample.type, standard, name, formats=True)


@pytest.mark.check("MOD-STD-03", clause="MIMs Plus 9.0 MIM2 R1.2a", strength="should")
def test_the_claimed_schema_says_what_the_standard_model_says(sample, standard, library, model):
    """The claimed schema lets attributes of the standard model have no value that this does not know."""
    assert sample.entities()
    own = library.schema(model)
    if own.address == standard.address:
        raise NotApplicable("model_not_claimed", "the published schema itself is claimed")
    copy = shape_at(own.address, library.documents)
    shared = differences_shared(shape_at(standard.address, library.documents), copy)
    found = [str(d) for d in shared if d.kind in BREAKS]
    if found:
        fail(
            f"{own.address} says something else than {standard.address}",
            expected=f"what the standard model says, or less: {found[0]}",
            received="; ".join(found),
        )
