"""A data model is explicit when its schema is published, valid, and true of the data it stands for.

JSON Schema 2020-12; the schemas of city data models describe the simplified form (GS CIM 009 4.5.4), some
the normalized one. Formats are annotations there, so an entity counts as valid when it is so with or without them; what only
the formats exclude has a check of its own.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_that, fail

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("MOD-SCH-01", clause="JSON Schema 2020-12 core 4.2.1")
def test_entities_are_valid_under_their_schema(sample, schema):
    """Sampled entities are valid under the schema claimed for their type."""
    size = sample.size
    invalid = {i: e for i, _, e in _judged(sample, schema) if e}
    if invalid:
        first = next(iter(invalid))
        fail(
            f"{len(invalid)} of the {size} are not valid, such as {first}",
            expected=f"an entity that {schema.address} accepts in simplified form",
            received="; ".join(invalid[first][:3]),
        )


@pytest.mark.check("MOD-SCH-02", clause="JSON Schema 2020-12 core 8.1.1")
def test_the_schema_is_valid(sample, published):
    """The schema claimed for a type that holds data is valid under the meta-schema of its dialect."""
    assert sample.entities()
    published.assert_valid()


@pytest.mark.check("MOD-SCH-03", clause="JSON Schema 2020-12 validation 7.3", strength="should")
def test_values_have_the_formats_of_their_schema(sample, schema):
    """Dates, times, addresses and other values have the formats that the claimed schema names."""
    size = sample.size
    judged = [(i, strict) for i, strict, problems in _judged(sample, schema) if not problems]
    if not judged:
        raise Inconclusive(
            "precondition_unmet", f"none of the {size} is valid even without formats"
        )
    against = {i: strict for i, strict in judged if strict}
    if against:
        first = next(iter(against))
        fail(
            f"{len(against)} of the {size} have a value of another format, such as {first}",
            expected="the formats of the schema",
            received="; ".join(against[first][:3]),
        )


@pytest.mark.check("MOD-SCH-04", clause="MIMs Plus 9.0 MIM2 R3.4", strength="should")
def test_the_schema_tells_its_type_from_others(sample, published):
    """The claimed schema refuses a broken entity: of another type, of none, or of nothing but nulls."""
    whole = sample.simplified()[0]
    broken = {
        "another type": whole | {"type": f"No{sample.type}"},
        "no type": {n: v for n, v in whole.items() if n != "type"},
        "only nulls": dict.fromkeys(whole),
    }
    taken = [name for name, entity in broken.items() if not published.errors(entity)]
    assert_that(
        len(taken) < len(broken),
        f"{published.address} accepts whatever it is given",
        expected="one of three broken entities is refused",
        received=f"accepted with {', '.join(taken)}",
    )


def _judged(sample, schema):
    """Each entity's id, what the formats have against it, and what the schema has in any case.

    One form that the schema accepts is enough; else what it has against the first or second is told.
    """
    forms = (sample.simplified(), sample.simplified(bare=True), sample.normalized())
    for wrapped, bare, whole in zip(*forms, strict=True):
        strict = schema.errors(wrapped, formats=True)
        if strict and bare != wrapped:
            strict = schema.errors(bare, formats=True)
        problems = strict and schema.errors(wrapped) and schema.errors(bare)
        if problems and not schema.errors(whole):
            strict, problems = schema.errors(whole, formats=True), []
        yield wrapped["id"], strict, problems
