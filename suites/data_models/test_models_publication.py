"""What is published of a model: schema, @context, documentation, examples. Anybody can get and use them."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.models.known_defects import parted
from mimtest.models.reading import CORE_MEMBERS
from mimtest.models.representations import form_of, normalized
from mimtest.vocabulary.against_schema import against, schema_at
from mimtest.vocabulary.expect import assert_that, fail, member, of_type, shown
from mimtest.vocabulary.ngsild import has_type
from mimtest.vocabulary.published import (
    PAGES,
    assert_json,
    mentions,
    versions_of,
    words_of,
)

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")

_SCHEMA = "application/schema+json, application/json;q=0.9, */*;q=0.1"
_CONTEXT = "application/ld+json, application/json;q=0.9, */*;q=0.1"
_EXAMPLE = "application/ld+json, application/json, application/geo+json, */*;q=0.1"


@pytest.fixture
def examples(claim):
    """The addresses of the claimed examples."""
    claim.named("examples")
    return claim.model.examples


@pytest.mark.check("MOD-PUB-01", clause="MIMs Plus 9.0 MIM2 M1-3.1, R3.4")
def test_the_schema_is_open(claim):
    """The claimed schema can be fetched by anybody, as JSON."""
    answer = claim.document("schema", _SCHEMA)
    of_type(assert_json(answer, "the schema"), dict, "the schema")


@pytest.mark.check("MOD-PUB-02", clause="MIMs Plus 9.0 MIM2 M1-3.1")
def test_the_context_is_open(claim):
    """The claimed @context can be fetched by anybody, as a JSON-LD document that has a @context."""
    answer = claim.document("context", _CONTEXT)
    member(assert_json(answer, "the @context"), "@context", None, f"the document at {answer.url}")


@pytest.mark.check("MOD-PUB-03", clause="MIMs Plus 9.0 MIM2 R1.1, M1-3.1")
def test_the_documentation_is_open(claim):
    """The documentation of the model can be read by anybody, and is about its entity type."""
    answer = claim.document("documentation", PAGES)
    name = claim.model.entity_type
    words = words_of(answer)
    assert_that(
        mentions(words, name, any_case=True),
        f"{answer.url} does not speak of {name}",
        expected=f"a text with the name {name}",
        received=shown(" ".join(words.split())[:120]),
    )


@pytest.mark.check("MOD-PUB-04", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_attributes_are_documented(claim, sample, library):
    """Each attribute in use is explained: the documentation names it, or the schema describes it in words."""
    words = words_of(claim.document("documentation", PAGES))
    described = library.schema(claim.model).properties() if claim.model.schema else {}
    used = {n for e in sample.entities() for n in e} - CORE_MEMBERS
    silent = sorted(n for n in used if not mentions(words, n) and not _told(described.get(n, ())))
    assert_that(
        not silent,
        f"the {sample.size} have attributes of which nothing is said: {', '.join(silent)}",
        expected="a word on each, in the documentation or in the schema",
        received=shown(silent),
    )


@pytest.mark.check("MOD-PUB-05", clause="MIMs Plus 9.0 MIM2 M1-3.1")
def test_examples_are_open(claim, examples):
    """Every claimed example can be fetched by anybody, and is an entity of the model's type."""
    for entity, answer in _examples(claim, examples):
        name = claim.model.entity_type
        assert_that(
            has_type(entity, name),
            f"{answer.url} is no example of {name}",
            expected=f"an entity of the type {name}",
            received=shown(entity.get("type", "no type")),
        )


@pytest.mark.check("MOD-PUB-06", clause="MIMs Plus 9.0 MIM2 M1-3.1")
def test_examples_are_valid(claim, examples):
    """Every claimed example is valid under the claimed schema, whatever the form it is in."""
    name = claim.model.entity_type
    address = claim.documents.address(claim.named("schema"))
    schema = schema_at(address, claim.documents, f"the schema claimed for {name}")
    if schema.is_valid({"type": f"No{name}"}):
        raise Inconclusive("control_failed", f"{address} takes what is no {name}")
    standard = claim.model.name and claim.documents.at_hand.model(claim.model.name)
    for entity, answer in _examples(claim, examples):
        found, _ = parted(against(schema, entity, name), standard)
        if found:
            fail(
                f"the example {answer.url} is not valid: {found[0].message} at {found[0].pointer}",
                expected=found[0].expected or f"an entity that {address} accepts",
                received=found[0].received,
            )


@pytest.mark.check(
    "MOD-PUB-07",
    clause="MIMs Plus 9.0 MIM2 M1-3.6; JSON Schema 2020-12 core 8.2.1",
    strength="should",
)
def test_the_schema_tells_its_version(claim):
    """The claimed schema tells its version, in itself, in its identifier or in its address."""
    answer = claim.document("schema", _SCHEMA)
    found = versions_of(assert_json(answer, "the schema"), answer.url)
    assert_that(
        found,
        f"{answer.url} tells no version",
        expected="a member such as 'version', or a version in '$id' or in the address",
        received="none",
    )


def _examples(claim, addresses):
    """The entities of the examples, normalized, each with where it is from."""
    for address in addresses:
        answer = claim.open.get(address, "the example", _EXAMPLE)
        value = assert_json(answer, "the example")
        for entity in value if isinstance(value, list) else [value]:
            item = of_type(entity, dict, f"an example at {answer.url}")
            yield normalized(item, form_of(item), entity_type=claim.model.entity_type), answer


def _told(parts):
    return any(isinstance(p, dict) and str(p.get("description", "")).strip() for p in parts)
