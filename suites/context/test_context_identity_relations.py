"""Relations lead from one thing to another, in one system and between several.

MIMs Plus 9.0 MIM1 R1.3, R3.1; GS CIM 009 4.5.3, 4.5.17.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_that, json_object, member
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import entities_in
from mimtest.vocabulary.ngsild_identity import (
    ENTITY_KINDS,
    Systems,
    Trace,
    look_up,
    meaning_of,
    relations_in,
    relations_of,
    type_iris,
    type_names,
)

pytestmark = pytest.mark.interface("ngsi-ld")

_FOLLOWED = 5
_SHARED = 3


@pytest.fixture
def others(neighbours):
    """The other interfaces of the target file that give an entity by its identifier."""
    return {n: c for n, c in neighbours.items() if c.interface.kind in ENTITY_KINDS}


@pytest.mark.check("CTX-IDN-06", clause="MIMs Plus 9.0 MIM1 R1.3", option="several-systems")
@pytest.mark.usefixtures("unknown")
def test_an_identifier_means_the_same_in_every_system(broker, samples, others, unknown):
    """An identifier that two systems know leads to an entity of the same type in both."""
    if not others:
        raise Inconclusive("precondition_unmet", "no second system is an interface of the target")
    shared = 0
    for name, other in others.items():
        if look_up(other, unknown).status == 200:
            raise Inconclusive("control_failed", f"{name} has an entity for any identifier")
        shared += sum(
            _mean_the_same(broker, sample, known, other)
            for sample in samples
            for known in sample.ids[:_SHARED]
        )
    if not shared:
        raise Inconclusive("no_data", f"no sampled identifier is known to {' or '.join(others)}")


def _mean_the_same(broker, sample, known, other):
    """Whether both systems know the identifier. Raises Contradiction when it is of different things."""
    answer = look_up(other, known)
    if answer.status != 200 or broker.retrieve(known).status != 200:
        return False
    name = other.interface.name
    there = member(json_object(answer), "id", str, f"the entity of {name}")
    assert_that(there == known, f"{name} gives another entity", expected=known, received=there)
    here = type_iris(meaning_of(broker, known))
    types = type_names(answer, other.interface.kind, broker.context_at)
    # Version 2 of NGSI has no IRIs: a name is one under the same @context.
    named = here if other.interface.kind == "ngsi-ld" else here | {sample.type}
    told = f"{known} is of another type in {name}"
    assert_that(types & named, told, expected=sorted(named), received=sorted(types))
    return True


@pytest.mark.check("CTX-IDN-14", clause="MIMs Plus 9.0 MIM1 R3.1", rests_on=("CTX-IDN-03",))
@pytest.mark.usefixtures("unknown")
def test_a_relationship_can_be_followed(reader, samples, others, target, rng):
    """The targets of relationships are found here, in a declared system or at their own address."""
    known = {r.target: r for r in relations_in(samples) if is_uri(r.target)}
    if not known:
        raise Inconclusive("no_data", "the sampled entities have no relationship")
    systems = Systems(reader, others)
    asked = rng.sample(sorted(known), min(_FOLLOWED, len(known)))
    traces = {t: systems.trace(t) for t in asked}
    lost = [t for t in asked if traces[t] is Trace.NOWHERE and _is_still_said(reader, known[t])]
    told = f"{len(lost)} of {len(asked)} relationship targets are found nowhere"
    if lost and "several-systems" in target.options and not others:
        raise Inconclusive("precondition_unmet", f"{told}; the target file has no second system")
    assert_that(not lost, told, expected="what a relationship leads to", received=lost)
    if Trace.FOUND not in traces.values():
        ways = sorted({str(t) for t in traces.values()})
        raise Inconclusive("no_data", f"no relationship target could be seen: {', '.join(ways)}")


def _is_still_said(reader, relation):
    """Whether the relationship is there: what was sampled may be gone with its target."""
    answer = reader.retrieve(relation.source)
    if answer.status != 200:
        return False
    return relation.target in [r.target for r in relations_of(json_object(answer))]


@pytest.mark.check("CTX-IDN-15", clause="MIMs Plus 9.0 MIM1 R3.1", strength="should")
@pytest.mark.usefixtures("unknown")
def test_a_relationship_names_another_thing_by_its_uri(reader, samples):
    """Relationships have the absolute URI of something, and of something else than their entity."""
    relations = []
    for sample in samples:
        found = entities_in(reader.query(type=sample.type, limit=20))
        relations += [r for e in found for r in relations_of(e)]
    if not relations:
        raise Inconclusive("no_data", "the sampled entities have no relationship")
    wrong = [
        f"{r.source}: {r.name} = {r.target}"
        for r in relations
        if not is_uri(r.target) or r.target == r.source
    ]
    told = f"{len(wrong)} of {len(relations)} relationships lead to no other thing"
    assert_that(not wrong, told, expected="the URI of something else", received=wrong[:5])
