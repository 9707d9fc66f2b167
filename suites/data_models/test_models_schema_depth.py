"""A schema that is of use to others: whole, unambiguous, and saying something of everything it names."""

from contextlib import suppress

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.models.formats import is_absolute_uri
from mimtest.models.reading import CORE_MEMBERS
from mimtest.models.references import dead_references
from mimtest.vocabulary.against_schema import schema_at
from mimtest.vocabulary.expect import assert_that, fail, shown
from mimtest.vocabulary.published import require_first

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MECHANISM = "9.0/MIM2/M1"
#: A value of every kind, each unlike what is measured or written in a town.
_ODD = (None, True, -1.5e300, "\u2400", [[[]]], {"\u2400": None})


@pytest.fixture
def own(library, model, interface, target):
    """The claimed schema document, looked at once for the whole product."""
    require_first(interface, target)
    if not model.schema:
        place = f"claims.models.{model.entity_type}"
        raise NotApplicable("model_not_claimed", f"{place} names no schema of its own")
    schema = library.schema(model)
    if library.documents.at_hand.entry(schema.address):
        raise NotApplicable("model_not_claimed", f"{schema.address} is the standard model's own")
    with suppress(Contradiction):  # what is no schema is judged by a check
        _ = schema.document
    return schema


@pytest.mark.check("MOD-SCH-05", clause="MIMs Plus 9.0 MIM2 R3.4", strength="should")
@pytest.mark.parametrize("member", ["id", "type"])
def test_an_entity_says_what_it_is(own, library, sample, member):
    """The claimed schema refuses an entity without its id or its type."""
    schema = schema_at(own.address, library.documents, "the claimed schema")
    forms = (sample.simplified()[0], sample.simplified(bare=True)[0])
    whole = next(filter(schema.is_valid, forms), None)
    if whole is None:
        detail = f"{own.address} refuses {forms[0]['id']} as it is"
        raise Inconclusive("precondition_unmet", detail)
    without = {n: v for n, v in whole.items() if n != member}
    assert_that(
        not schema.is_valid(without),
        f"{own.address} accepts a {sample.type} without '{member}'",
        expected=f"'{member}' is required",
        received=f"{whole['id']} is valid without it",
    )


@pytest.mark.check("MOD-SCH-06", clause="MIMs Plus 9.0 MIM2 R3.4", strength="should")
def test_every_attribute_can_be_wrong(own, library, sample):
    """Of every attribute in use that the claimed schema describes, it refuses some value."""
    schema = schema_at(own.address, library.documents, "the claimed schema")
    forms = (*sample.simplified(), *sample.simplified(bare=True))
    valid = [e for e in forms if schema.is_valid(e)]
    described = schema.properties().keys() - CORE_MEMBERS
    first = {n: e for e in reversed(valid) for n in e.keys() & described}
    if not first:
        detail = f"no sampled {sample.type} is valid and has an attribute that is described"
        raise Inconclusive("precondition_unmet", detail)
    free = [n for n, e in first.items() if all(schema.is_valid(e | {n: odd}) for odd in _ODD)]
    assert_that(
        not free,
        f"{own.address} takes any value whatever of {', '.join(sorted(free))}",
        expected="a kind of value, or an enumeration, for each attribute",
        received=shown(sorted(free)),
    )


@pytest.mark.check("MOD-SCH-07", clause="JSON Schema 2020-12 core 8.2.3")
def test_references_lead_somewhere(sample, own, library):
    """Every reference within the claimed schema leads to a part of it."""
    assert sample.entities()
    dead, _ = dead_references(own.address, own.document, library.documents.get)
    if dead:
        fail(
            f"{own.address} refers to parts that it does not have",
            expected="a schema at the end of every reference",
            received=", ".join(sorted(set(dead))),
        )


@pytest.mark.check("MOD-SCH-08", clause="MIMs Plus 9.0 MIM2 M1-3.1")
def test_the_schema_names_the_dialect_of_the_mechanism(sample, own, target):
    """The claimed schema says that it is JSON Schema 2020-12, where mechanism M1 of MIM2 is claimed."""
    if _MECHANISM not in target.claims.mechanisms:
        detail = f"claims.mechanisms does not name {_MECHANISM}"
        raise NotApplicable("condition_not_claimed", detail)
    assert sample.entities()
    dialect = own.dialect
    assert_that(
        isinstance(dialect, str) and dialect.rstrip("#") == _DIALECT,
        f"{own.address} is written in another dialect",
        expected=_DIALECT,
        received=dialect or "no '$schema'",
    )


@pytest.mark.check("MOD-SCH-09", clause="JSON Schema 2020-12 core 8.2.1", strength="should")
def test_the_schema_can_be_referred_to(sample, own):
    """The claimed schema has an absolute URI as its identifier, by which others can refer to it."""
    assert sample.entities()
    document = own.document
    named = document.get("$id") if isinstance(document, dict) else None
    assert_that(
        isinstance(named, str) and is_absolute_uri(named) and "#" not in named.rstrip("#"),
        f"{own.address} has no identifier that holds everywhere",
        expected="a '$id' that is an absolute URI",
        received=shown(named) if named is not None else "no '$id'",
    )
