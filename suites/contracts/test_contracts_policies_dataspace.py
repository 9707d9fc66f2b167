"""Policies in ODRL 2.2 as a connector's catalogue has them: what they are about is the dataset they are of (MIM3 C2)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.dsp_asking import connector_of
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.odrl import graph_of_policies, policies
from mimtest.vocabulary.odrl_sound import assert_constraints, assert_rules

pytestmark = pytest.mark.interface("dsp")


@pytest.mark.check(
    "CTR-LIC-13",
    clause="ODRL Information Model 2.2 2.1, 2.5, 2.6; DSP 2025-1, Catalog Protocol",
    rests_on=("CTR-DSP-06",),
)
def test_policies_of_a_connector_are_whole(client, looked):
    """Each policy in a connector's catalogue has rules with actions, and constraints with both operands and an operator."""
    answer = assert_status(connector_of(client).ask_catalogue(), 200, what="the catalogue")
    graph = graph_of_policies(answer, client)
    found = policies(graph)
    if not found:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    limited = 0
    for policy in found:
        assert_rules(graph, policy)
        limited += assert_constraints(graph, policy)
    looked(f"{len(found)} policies, {limited} of them with constraints")
