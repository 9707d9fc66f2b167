"""Things have identifiers, identifiers lead to what is known, and names have a meaning.

A machine can follow all three (MIM1 C1 to C3; GS CIM 009 4.4, 5.5.7).
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, expand, is_uri
from mimtest.vocabulary.ngsild import (
    JSON_LD,
    at_rest,
    attributes_of,
    entity_in,
    pages,
    types_of,
)

pytestmark = pytest.mark.interface("ngsi-ld")

_PAGE = 5
_MOST_PAGES = 4
_CORE_NAMES = ("id", "type", "location")


@pytest.mark.check("CTX-IDN-01", clause="MIMs Plus 9.0 MIM1 R1.1")
@pytest.mark.usefixtures("unknown")
def test_every_entity_has_a_uri(reader, samples):
    """Every sampled entity has an absolute URI as its identifier."""
    for sample in samples:
        found = _first_pages(reader, sample.type)
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        others = [e["id"] for e in found if not is_uri(e["id"])]
        assert_that(not others, "identifiers that are no URI", expected="URIs", received=others)


@pytest.mark.check("CTX-IDN-02", clause="MIMs Plus 9.0 MIM1 R1.1")
@pytest.mark.usefixtures("unknown")
def test_no_two_entities_share_an_identifier(reader, samples):
    """No two sampled entities share an identifier, neither of one type nor of different types."""
    at_rest(lambda: _assert_unique(reader, samples))


def _assert_unique(reader, samples):
    known = {}
    for sample in samples:
        found = _first_pages(reader, sample.type)
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        ids = [e["id"] for e in found]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        twice += [e["id"] for e in found if known.get(e["id"], types_of(e)) != types_of(e)]
        assert_that(not twice, "identifiers that come twice", expected="none", received=twice)
        known |= {e["id"]: types_of(e) for e in found}


def _first_pages(reader, name):
    found = pages(reader, most=_MOST_PAGES, type=name, limit=_PAGE)
    return [entity for page in found for entity in page]


@pytest.mark.check("CTX-IDN-10", clause="MIMs Plus 9.0 MIM1 R2.1")
@pytest.mark.usefixtures("unknown")
def test_an_identifier_leads_to_the_meaning_of_its_type(broker, samples):
    """From an identifier alone a machine learns the type as an IRI that somebody has given it."""
    for sample in samples:
        answer = broker.retrieve(sample.ids[0], accept=JSON_LD)
        node = expand(json_object(assert_status(answer, 200)), broker.context_at)
        assert_equal(node.get("@id"), sample.ids[0], "the id")
        types = member(node, "@type", list, "the expanded entity")
        unnamed = [t for t in types if not is_uri(t) or t.startswith(DEFAULT_VOCABULARY)]
        assert_that(
            types and not unnamed,
            "the type has no meaning of its own",
            expected="an IRI outside of the default vocabulary",
            received=unnamed,
        )


@pytest.mark.check("CTX-IDN-14", clause="MIMs Plus 9.0 MIM1 R3.1")
@pytest.mark.usefixtures("unknown")
def test_a_relationship_can_be_followed(reader, samples, rng):
    """The targets of relationships that the system holds are retrieved by their identifiers."""
    targets = sorted({t for s in samples for e in s.entities for t in _targets(e)})
    if not targets:
        raise Inconclusive("no_data", "the sampled entities have no relationship")
    answers = {t: reader.retrieve(t) for t in rng.sample(targets, min(5, len(targets)))}
    held = {t: answer for t, answer in answers.items() if not _is_elsewhere(t, answer)}
    if not held:
        raise Inconclusive("no_data", f"none of {len(answers)} relationship targets is held here")
    for target, answer in held.items():
        assert_equal(entity_in(answer)["id"], target, "the id of a relationship's target")


def _is_elsewhere(target, answer):
    """Not held here, not for everybody, or an address with slashes, which gateways refuse in a path."""
    return answer.status in (401, 403, 404, 410) or (answer.status == 400 and "/" in target)


def _targets(entity):
    instances = [i for found in attributes_of(entity).values() for i in found]
    objects = [i.get("object") for i in instances if i.get("type") == "Relationship"]
    return [o for o in objects if is_uri(o)]
