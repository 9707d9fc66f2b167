"""A data model is explicit when its schema is published, valid, and true of the data it stands for.

JSON Schema 2020-12; the schemas of city data models describe the simplified form (GS CIM 009 4.5.4), some
the normalized one. Formats are annotations there, so an entity counts as valid when it is so with or without them; what only
the formats exclude has a check of its own.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.findings import Tally
from mimtest.models.known_defects import parted
from mimtest.vocabulary.expect import assert_that, fail

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.mark.check("MOD-SCH-01", clause="JSON Schema 2020-12 core 4.2.1")
def test_entities_are_valid_under_their_schema(sample, schema):
    """Sampled entities are valid under the schema claimed for their type."""
    size = sample.size
    held, known = _counted(schema, {i: e for i, _, e in _judged(sample, schema)})
    if held:
        first, groups = next(iter(held)), _told(held)
        fail(
            f"{len(held)} of the {size} are not valid, such as {first}",
            expected=f"an entity that {schema.address} accepts in simplified form",
            received=groups,
        )
    if known:
        raise Inconclusive(
            "precondition_unmet", f"of the {size} some are not valid, but {known[0]}"
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
    against, known = _counted(schema, dict(judged))
    if against:
        first, groups = next(iter(against)), _told(against)
        fail(
            f"{len(against)} of the {size} have a value of another format, such as {first}",
            expected="the formats of the schema",
            received=groups,
        )
    if known:
        detail = f"of the {size} some have a value of another format, but {known[0]}"
        raise Inconclusive("precondition_unmet", detail)


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
        strict = schema.findings(wrapped, formats=True)
        if strict and bare != wrapped:
            strict = schema.findings(bare, formats=True)
        problems = strict and schema.findings(wrapped) and schema.findings(bare)
        if problems and schema.is_valid(whole):
            strict, problems = schema.findings(whole, formats=True), []
        yield wrapped["id"], strict, problems


def _counted(schema, found):
    """The findings that count by entity, and the known defects of the standard model that explain others."""
    parts = {i: parted(f, schema.standard) for i, f in found.items()}
    held = {i: held for i, (held, _) in parts.items() if held}
    return held, [defect for _, known in parts.values() for _, defect in known]


def _told(found):
    """The first groups of findings alike: in how many entities, and one of them."""
    tally = Tally()
    for findings in found.values():
        tally.add(findings)
    return "; ".join(f"{g.examples[0].message} ({g.entities} so)" for g in tally.groups()[:3])
