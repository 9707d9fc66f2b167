"""A local model can be converted to a common one: by a mapping that names every field, and leads to valid data."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.mapping import REQUIRED, name_of
from mimtest.models.reading import CORE_MEMBERS
from mimtest.models.representations import simplified
from mimtest.vocabulary.against_schema import address_of, schema_at
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.judging import assert_nothing_found
from mimtest.vocabulary.model_names import iris_of
from mimtest.vocabulary.published import mapping_at

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")

_MAPPING = "text/tab-separated-values, application/json;q=0.9, text/csv;q=0.9, */*;q=0.1"


@pytest.fixture
def common(claim):
    """The schema of the common model."""
    address = address_of(claim.named("common"), claim.documents)
    return schema_at(address, claim.documents, "the schema of the common model")


@pytest.fixture
def answer(claim):
    """The published mapping, of which nothing is known yet but that it is there."""
    return claim.document("mapping", _MAPPING)


@pytest.fixture
def mapped(answer):
    """The mapping as read."""
    return mapping_at(answer)


@pytest.fixture
def iris(claim, sample, library):
    """What names in use stand for, as far as the claimed @context says it."""
    reference = library.context_of(claim.model)
    if reference is None:
        return {}
    address = claim.documents.address(reference)
    try:
        return iris_of(_used(sample), address, claim.documents.get, [sample.type])
    except (Contradiction, Inconclusive):
        return {}


@pytest.mark.check("MOD-MAP-01", clause="SSSOM Mapping; MIMs Plus 9.0 MIM2 R2.1")
def test_the_mapping_is_open_and_whole(claim):
    """The claimed mapping can be fetched by anybody; each row names two terms, how they match, and why."""
    answer = claim.document("mapping", _MAPPING)
    mapped = mapping_at(answer)
    assert_that(mapped.rows, f"{answer.url} maps nothing", expected="a row", received="none")
    for number, row in enumerate(mapped.rows, 1):
        held = (row.subject, row.predicate, row.object, row.justification or not mapped.sssom)
        lacking = [n for n, part in zip(REQUIRED, held, strict=True) if not part]
        assert_that(
            not lacking,
            f"row {number} of {answer.url} is not whole",
            expected=", ".join(REQUIRED),
            received=f"nothing under {', '.join(lacking)}",
        )


@pytest.mark.check("MOD-MAP-02", clause="MIMs Plus 9.0 MIM2 R2.1")
def test_every_field_in_use_is_mapped(sample, mapped, answer, iris):
    """Every attribute of the sampled entities has a counterpart in the mapping."""
    used = _used(sample)
    if not used:
        raise Inconclusive("no_data", f"the {sample.size} have no attribute")
    lost = sorted(n for n in used if not any(r.is_found for r in mapped.of(n, iris.get(n))))
    assert_that(
        not lost,
        f"{answer.url} leaves out {', '.join(lost)}, which the {sample.size} have",
        expected="a counterpart for every attribute in use",
        received=shown(lost),
    )


@pytest.mark.check("MOD-MAP-03", clause="MIMs Plus 9.0 MIM2 R2.1")
def test_counterparts_are_in_the_common_model(mapped, answer, common):
    """What the mapping leads to are attributes, or the type, of the common model."""
    assert answer.status
    known = common.properties()
    if not known.keys() - CORE_MEMBERS:
        raise Inconclusive("control_failed", f"{common.address} describes no attribute at all")
    types = _types_of(common)
    wrong = sorted(
        {
            r.object
            for r in mapped.rows
            if r.is_found and name_of(r.object) not in known.keys() | types | CORE_MEMBERS
        }
    )
    assert_that(
        not wrong,
        f"{answer.url} leads to what {common.address} does not have: {', '.join(wrong)}",
        expected=", ".join(sorted(known)),
        received=shown(wrong),
    )


@pytest.mark.check("MOD-MAP-04", clause="MIMs Plus 9.0 MIM2 R2.1")
def test_converted_entities_are_valid(sample, mapped, common, iris):
    """Sampled entities, converted by the mapping, are valid under the common model."""
    target = mapped.target(sample.type) or next(iter(_types_of(common)), sample.type)
    if common.is_valid({"type": target}):
        raise Inconclusive("control_failed", f"{common.address} takes a {target} without anything")
    found = {
        e["id"]: common.findings(mapped.converted(simplified(e), target, iris), e["id"])
        for e in sample.entities()
    }
    assert_nothing_found(found, sample.statement)


@pytest.mark.check("MOD-MAP-05", clause="MIMs Plus 9.0 MIM2 R2.1", strength="should")
def test_no_two_fields_become_one(sample, mapped, answer, iris):
    """No two attributes in use are carried over to the same one of the common model."""
    targets = {n: mapped.target(n, iris.get(n)) for n in sorted(_used(sample))}
    taken = [t for t in targets.values() if t]
    if not taken:
        raise Inconclusive("precondition_unmet", f"{answer.url} carries no attribute over")
    lost = [n for n, t in targets.items() if t and taken.count(t) > 1]
    assert_that(
        not lost,
        f"{answer.url} makes one attribute of {', '.join(lost)}",
        expected="a counterpart of its own for every attribute",
        received=", ".join(f"{n} → {targets[n]}" for n in lost),
    )


def _used(sample):
    return {n for e in sample.entities() for n in e} - CORE_MEMBERS


def _types_of(schema):
    """The names that a schema allows for the type."""
    parts = schema.properties().get("type", ())
    found = [p["const"] for p in parts if isinstance(p, dict) and "const" in p]
    found += [v for p in parts if isinstance(p, dict) for v in p.get("enum", ())]
    return {v for v in found if isinstance(v, str)}
