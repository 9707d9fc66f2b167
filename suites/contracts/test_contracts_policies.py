"""Terms that programs understand: policies in ODRL 2.2 (MIM3 C2)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.odrl import (
    assert_in_policy,
    kind_of,
    names_party,
    require_some,
)
from mimtest.vocabulary.odrl_sound import assert_constraints, assert_rules, assert_words
from mimtest.vocabulary.odrl_words import NAMESPACE

pytestmark = pytest.mark.interface("rulebook", "dcat")


@pytest.mark.check(
    "CTR-LIC-06", clause="ODRL Information Model 2.2 2.1, 2.6, 2.7.1, 2.9", level="passive"
)
def test_policies_have_rules(offered, looked):
    """Each policy has an identifier and a rule at least, and each rule an action and what it is about."""
    offered.witness()
    for policy in require_some(offered.policies, "Policy"):
        assert_that(
            policy.kind == "iri",
            f"a policy ({kind_of(offered.graph, policy)}) has no identifier",
            expected="uid, an IRI",
            received="none",
        )
        assert_rules(offered.graph, policy)
    looked(f"{len(offered.policies)} policies")


@pytest.mark.check(
    "CTR-LIC-07",
    clause="ODRL Information Model 2.2 2.5",
    level="passive",
    rests_on=("CTR-LIC-06",),
)
def test_constraints_are_whole(offered):
    """Each constraint has both operands and an operator, which is one of ODRL's unless a profile brings others."""
    offered.witness()
    found = require_some(offered.policies, "Policy")
    if True not in [assert_constraints(offered.graph, p) for p in found]:
        raise NotApplicable("not_offered", "no policy has a constraint")


@pytest.mark.check(
    "CTR-LIC-08",
    clause="ODRL Information Model 2.2 2.1, 2.10, 3.2",
    level="passive",
    rests_on=("CTR-LIC-06",),
)
def test_strange_words_have_a_profile(offered):
    """A policy with actions, operands or ways out of conflicts that ODRL does not have names the profile they are from."""
    offered.witness()
    for policy in require_some(offered.policies, "Policy"):
        assert_words(offered.graph, policy)


@pytest.mark.check(
    "CTR-LIC-12",
    clause="ODRL Information Model 2.2 2.1.2",
    level="passive",
    rests_on=("CTR-LIC-06",),
)
def test_offers_name_who_offers(offered):
    """Each offer that stands by itself names the party that offers it."""
    offered.witness()
    graph = offered.graph
    require_some(offered.policies, "Policy")
    own = [p for p in offered.policies if kind_of(graph, p) == "Offer"]
    alone = [p for p in own if not graph.to(p, f"{NAMESPACE}hasPolicy")]
    if not alone:
        raise NotApplicable("not_offered", "no offer stands by itself")
    for policy in alone:
        assert_in_policy(
            graph,
            policy,
            names_party(graph, policy, "assigner"),
            f"the Offer {policy} does not say who offers",
            expected="odrl:assigner at the offer, or at each of its rules",
            received="none",
        )
